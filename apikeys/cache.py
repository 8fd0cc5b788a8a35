"""What this process knows of keys, so that a request needs no look-up."""

from __future__ import annotations

import ipaddress
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from apikeys.models import IMPLIED, ApiKey
from apikeys.networks import Network
from quizservice import caching
from quizservice.caching import LocalCache


@dataclass(frozen=True, slots=True)
class CachedKey:
    """A key as it was when it was looked up. ``scopes`` holds the implied ones too.

    ``hashed_with``: the mark of the secret that keyed the hash; None for the secret before a rotation,
    whose days are numbered.
    """

    id: uuid.UUID
    prefix: str
    secret_hash: str
    hashed_with: str | None
    name: str
    is_active: bool
    scopes: frozenset[str]
    expires_at: datetime | None
    allowed: tuple[Network, ...]
    rate_limit_rpm: int

    @classmethod
    def of(cls, key: ApiKey, prefix: str | None = None) -> CachedKey:
        """By its own prefix, or by that of the secret before, which ends with the grace of the rotation."""
        secret_hash, ends = key.secret_hash, [key.expires_at]
        hashed_with: str | None = key.hashed_with
        if prefix is not None and prefix != key.key_prefix:
            secret_hash, ends = str(key.previous_hash), [key.expires_at, key.previous_until]
            hashed_with = None
        return cls(
            id=key.id,
            prefix=prefix or key.key_prefix,
            secret_hash=secret_hash,
            hashed_with=hashed_with,
            name=key.name,
            is_active=key.is_active,
            scopes=frozenset().union(*(IMPLIED[scope] for scope in key.permissions_scope)),
            expires_at=min((end for end in ends if end is not None), default=None),
            allowed=tuple(ipaddress.ip_network(text) for text in key.allowed_ips),
            rate_limit_rpm=key.rate_limit_rpm,
        )


@dataclass(frozen=True, slots=True)
class _Nobody:
    """No key has this prefix."""


_NOBODY = _Nobody()
_TABLES = [ApiKey._meta.db_table]
#: Keys by public prefix and by id.
_keys: LocalCache[str | uuid.UUID, CachedKey | None] = LocalCache("api_key_cache", tables=_TABLES)
#: Prefixes and ids that no key has. By themselves, so that who guesses cannot push out real keys.
_nobodies: LocalCache[str | uuid.UUID, CachedKey | _Nobody] = LocalCache(
    "unknown_key_cache", tables=_TABLES, max_entries=1000
)


def lookup(prefix: str) -> CachedKey | None:
    """The key with a public prefix, or that had it before its rotation; from the cache or the database.

    The prefix is part of a key's text, so the hash that the text must match needs no index of its own.
    """
    return _keys.get(prefix) or _look_up(prefix, Q(key_prefix=prefix) | Q(previous_prefix=prefix))


def by_id(key_id: uuid.UUID) -> CachedKey | None:
    """The key with an id, from the cache or the database."""
    return _keys.get(key_id) or _look_up(key_id, Q(id=key_id))


def _look_up(name: str | uuid.UUID, named: Q) -> CachedKey | None:
    def read() -> CachedKey | _Nobody:
        key = ApiKey.objects.filter(named).first()
        return CachedKey.of(key, name if isinstance(name, str) else None) if key else _NOBODY

    def unless_nobody() -> CachedKey | None:
        found = _nobodies.get_or_load(name, read, keep=lambda one: one is _NOBODY)
        return found if isinstance(found, CachedKey) else None

    return _keys.load(name, unless_nobody, keep=bool)


def clear() -> None:
    """Look every key up anew, in this process: after a change, when it commits."""
    caching.drop(_TABLES)
