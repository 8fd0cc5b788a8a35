"""Who is calling: the key in the header, and the address it comes from."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apikeys import cache, secrets
from apikeys.cache import CachedKey
from apikeys.guessing import guesses
from apikeys.throttling import limit_headers
from quizservice.errors import TooManyRequests, Unauthorized

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ApiKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer <key>`` or ``X-API-Key: <key>``. There is no other way in."""

    def authenticate(self, request: Request) -> tuple[None, CachedKey]:
        key = identify(request)
        # every answer to a valid key carries the state of its limit: the view adds these at the end
        request._request.answer_headers = lambda: limit_headers(key)  # type: ignore[attr-defined]
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
    address = client_address(request)
    if seconds := guesses.wait(address):
        raise TooManyRequests(
            "Too many wrong API keys from this address", headers={"Retry-After": str(seconds)}
        )
    prefix = secrets.read_prefix(text)
    key = cache.lookup(prefix) if prefix else None
    if key is None or not secrets.matches(text, key.secret_hash) or not key.is_active:
        guesses.wrong(address)
        raise _unauthorized("Invalid API key")
    if key.expires_at is not None and key.expires_at <= timezone.now():
        raise _unauthorized("API key expired")
    return key


def client_address(request: Any) -> Address | None:
    """The caller's address: the socket's, or what a trusted proxy says, read from the right."""
    address = _address(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while address is not None and _is_proxy(address) and forwarded and forwarded[-1].strip():
        address = _address(forwarded.pop().strip())
    return address


def _key_text(request: Any) -> str:
    authorization = request.META.get("HTTP_AUTHORIZATION", "").strip()
    plain = request.META.get("HTTP_X_API_KEY", "").strip()
    scheme, _, bearer = authorization.partition(" ")
    bearer = bearer.strip() if scheme.lower() == "bearer" else ""
    if authorization and not bearer:
        raise _unauthorized("API key required" if not plain else "Invalid API key")
    if bearer and plain and bearer != plain:
        raise _unauthorized("Invalid API key")
    if not (bearer or plain):
        raise _unauthorized("API key required")
    return bearer or plain


def _unauthorized(detail: str) -> Unauthorized:
    return Unauthorized(detail, headers={"WWW-Authenticate": 'Bearer realm="api"'})


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _is_proxy(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)
