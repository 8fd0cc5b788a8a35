"""What the pages of keys share."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.forms import Media, Script
from django.http import HttpRequest
from django.urls import reverse

from apikeys.history import Actor
from quizservice.proxies import client_address

_SCRIPTS: list[Any] = [
    Script("apikeys/times.js", type="module"),
    Script("apikeys/keys.js", type="module"),
]
#: Styles and scripts of the pages.
MEDIA = Media(css={"all": ["apikeys/keys.css"]}, js=_SCRIPTS)


def actor(request: HttpRequest) -> Actor:
    """Who asks, for the history."""
    return Actor(request.user.get_username(), address=client_address(request))


def page_of(key_id: UUID) -> str:
    """The address of a key's page."""
    return reverse("admin:apikeys_apikey_change", args=[key_id])


def history_of(key_id: UUID) -> str:
    """The address of a key's whole history."""
    return f"{reverse('admin:apikeys_keyevent_changelist')}?{urlencode({'key__id__exact': key_id})}"
