"""What a key may do: its scopes and the addresses it may come from."""

from __future__ import annotations

from typing import Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apikeys.cache import CachedKey
from apikeys.networks import allowing
from quizservice import instruments
from quizservice.errors import Forbidden
from quizservice.proxies import client_address


class HasScope(BasePermission):
    """The key may come from this address and has the scope that the view needs for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        key = cast(CachedKey, request.auth)
        if key.allowed and allowing(key.allowed, client_address(request)) is None:
            instruments.keys_refused.add(1, reason="address")
            raise Forbidden("This address is not allowed for the key")
        needed = view.needed_scope(request.method)
        if needed not in key.scopes:
            instruments.keys_refused.add(1, reason="scope")
            raise Forbidden(f"{needed} permission required")
        return True
