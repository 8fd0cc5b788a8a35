"""What this process knows of keys, so that a request needs no look-up."""

from __future__ import annotations

import ipaddress
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from apikeys.models import IMPLIED, ApiKey
from quizservice.caching import LocalCache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class CachedKey:
    """A key as it was when it was looked up. ``scopes`` holds the implied ones too."""

    id: uuid.UUID
    prefix: str
    secret_hash: str
    name: str
    is_active: bool
    scopes: frozenset[str]
    expires_at: datetime | None
    allowed: tuple[Network, ...]
    rate_limit_rpm: int

    @classmethod
    def of(cls, key: ApiKey) -> CachedKey:
        return cls(
            id=key.id,
            prefix=key.key_prefix,
            secret_hash=key.secret_hash,
            name=key.name,
            is_active=key.is_active,
            scopes=frozenset().union(*(IMPLIED[scope] for scope in key.permissions_scope)),
            expires_at=key.expires_at,
            allowed=tuple(ipaddress.ip_network(text) for text in key.allowed_ips),
            rate_limit_rpm=key.rate_limit_rpm,
        )


@dataclass(frozen=True, slots=True)
class _Nobody:
    """No key has this prefix."""


_NOBODY = _Nobody()
_keys: LocalCache[str, CachedKey | _Nobody] = LocalCache(
    "api_key_cache", ttl=lambda: settings.API_KEY_CACHE_TTL
)


def lookup(prefix: str) -> CachedKey | None:
    """The key with a public prefix, from the cache or the database."""
    found = _keys.get_or_load(prefix, lambda: _load(prefix))
    return found if isinstance(found, CachedKey) else None


def _load(prefix: str) -> CachedKey | _Nobody:
    key = ApiKey.objects.filter(key_prefix=prefix).first()
    return CachedKey.of(key) if key else _NOBODY


def forget(prefix: str) -> None:
    """Look a key up anew next time, in this process."""
    _keys.invalidate(prefix)


def clear() -> None:
    """Look every key up anew, in this process."""
    _keys.clear()
