"""What a key looks like, and how its secret is kept.

A key is ``lqs_<prefix>_<secret><checksum>``: a public prefix of 10 characters, 256 random bits in base 62,
and a CRC-32 in base 62, so that a mistyped key is refused without a look-up. Only an HMAC of the secret is
stored, keyed by the service's own secret: a stolen table opens nothing.

The service's own secret is ``SECRET_KEY``. What one of ``SECRET_KEY_FALLBACKS`` has keyed still opens the
door, until that is taken away; beside each hash stands the mark of the secret that keyed it.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets
import string
import zlib
from dataclasses import dataclass

from django.conf import settings

MARK = "lqs"
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_PREFIX_LENGTH = 10
_SECRET_LENGTH = 43  # 62**43 > 2**256
_CHECK_LENGTH = 6  # 62**6 > 2**32
KEY_LENGTH = len(MARK) + 1 + _PREFIX_LENGTH + 1 + _SECRET_LENGTH + _CHECK_LENGTH


class KeyText(str):
    """The text of a key. Its ``repr``, which is what logs and tracebacks show, hides it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{MARK}_…'"


@dataclass(frozen=True, slots=True)
class Secret:
    """The text of a key, for its owner alone, and what is stored of it."""

    text: KeyText
    prefix: str
    secret_hash: str
    hashed_with: str  # the mark of the service's secret that keyed the hash


def new_secret() -> Secret:
    """A new random key."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(_PREFIX_LENGTH))
    body = f"{MARK}_{prefix}_{_base62(secrets.randbits(256), _SECRET_LENGTH)}"
    text = KeyText(body + _checksum(body))
    return Secret(text, prefix, secret_hash(text), current_mark())


def read_prefix(text: str) -> str | None:
    """The public prefix of a well-formed key; None when the text cannot be a key."""
    if len(text) != KEY_LENGTH or not text.isascii():
        return None
    body, check = text[:-_CHECK_LENGTH], text[-_CHECK_LENGTH:]
    mark, _, rest = body.partition("_")
    prefix, separator, secret = rest.partition("_")
    well_formed = mark == MARK and separator and prefix.isalnum() and secret.isalnum()
    return prefix if well_formed and check == _checksum(body) else None


def secret_hash(text: str) -> str:
    """What is stored of a key: keyed by ``SECRET_KEY``."""
    return _hash(text, settings.SECRET_KEY)


def current_mark() -> str:
    """By what a hash of ``SECRET_KEY`` is told from those of other secrets: 16 hexadecimal digits."""
    return _mark(settings.SECRET_KEY)


def fallback_marks() -> list[str]:
    """The same of each of ``SECRET_KEY_FALLBACKS``."""
    return [_mark(secret) for secret in settings.SECRET_KEY_FALLBACKS]


def matches(text: str, stored: str) -> bool:
    """Whether a key is the one of which ``stored`` is kept; in constant time for each secret."""
    if hmac.compare_digest(_hash(text, settings.SECRET_KEY), stored):
        return True
    return any(
        hmac.compare_digest(_hash(text, secret), stored) for secret in settings.SECRET_KEY_FALLBACKS
    )


def _hash(text: str, secret: str) -> str:
    return hmac.digest(_pepper(secret), text.encode(), "sha256").hex()


@functools.lru_cache(maxsize=16)
def _pepper(secret: str) -> bytes:
    return hashlib.sha256(b"api key\0" + secret.encode()).digest()


@functools.lru_cache(maxsize=16)
def _mark(secret: str) -> str:
    return hashlib.sha256(b"mark\0" + _pepper(secret)).hexdigest()[:16]


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECK_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
