"""Who is calling: the key in the header, and the address it comes from."""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apikeys import cache, renewal, secrets
from apikeys.cache import CachedKey
from apikeys.guessing import guesses
from apikeys.tally import Outcome
from apikeys.throttling import limit_headers
from apikeys.usage import usage
from quizservice import instruments, logs
from quizservice.errors import TooManyRequests, Unauthorized
from quizservice.proxies import client_network


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer <key>`` or ``X-API-Key: <key>``. There is no other way in."""

    def authenticate(self, request: Request) -> tuple[None, CachedKey]:
        key = identify(request)
        # the view calls it once with the answer's status, and adds the headers that it gives
        request._request.answered = functools.partial(  # type: ignore[attr-defined]
            _answered, key, request._request
        )
        return None, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def identify(request: Request | HttpRequest) -> CachedKey:
    """The caller's key.

    Raises:
        Unauthorized: when there is none, or a wrong, expired or revoked one.
        TooManyRequests: when too many wrong ones came from the caller's address.
    """
    text = _key_text(request)
    network = client_network(request)
    if seconds := guesses.wait(network):
        instruments.keys_refused.add(1, reason="guessing")
        raise TooManyRequests(
            "Too many wrong API keys from this address", headers={"Retry-After": str(seconds)}
        )
    prefix = secrets.read_prefix(text)
    key = cache.lookup(prefix) if prefix else None
    if key is None or not secrets.matches(text, key.secret_hash):
        guesses.wrong(network)
        raise _unauthorized("Invalid API key", "unknown" if prefix else "malformed")
    logs.add(key_prefix=key.prefix)
    if not key.is_active:
        usage.count(key.id, Outcome.REFUSED)
        guesses.wrong(network)
        raise _unauthorized("Invalid API key", "revoked")
    if key.expires_at is not None and key.expires_at <= timezone.now():
        usage.count(key.id, Outcome.REFUSED)
        raise _unauthorized("API key expired", "expired")
    if renewal.due(key):
        renewal.renew(key, text)
    return key


def _answered(key: CachedKey, request: HttpRequest, status: int) -> dict[str, str]:
    """Counts a request by the status of its answer; gives the headers with the state of its limit."""
    if getattr(request, "let_through", False):
        outcome = Outcome.FAILED if status >= HTTPStatus.BAD_REQUEST else Outcome.ANSWERED
    elif status == HTTPStatus.TOO_MANY_REQUESTS:
        outcome = Outcome.THROTTLED
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        outcome = Outcome.FAILED  # at the limit itself, such as without a database
    else:
        outcome = Outcome.REFUSED
    usage.count(key.id, outcome)
    return limit_headers(key)


def _key_text(request: Any) -> str:
    authorization = request.META.get("HTTP_AUTHORIZATION", "").strip()
    plain = request.META.get("HTTP_X_API_KEY", "").strip()
    scheme, _, bearer = authorization.partition(" ")
    bearer = bearer.strip() if scheme.lower() == "bearer" else ""
    if authorization and not bearer:
        if not plain:
            raise _unauthorized("API key required", "missing")
        raise _unauthorized("Invalid API key", "malformed")
    if bearer and plain and bearer != plain:
        raise _unauthorized("Invalid API key", "malformed")
    if not (bearer or plain):
        raise _unauthorized("API key required", "missing")
    return bearer or plain


def _unauthorized(detail: str, reason: str) -> Unauthorized:
    """The answer; counted by its reason, which the caller is not told."""
    instruments.keys_refused.add(1, reason=reason)
    return Unauthorized(detail, headers={"WWW-Authenticate": 'Bearer realm="api"'})
