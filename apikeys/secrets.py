"""What a key looks like, and how its secret is kept.

A key is ``lqs_<prefix>_<secret><checksum>``: a public prefix of 10 characters, 256 random bits in base 62,
and a CRC-32 in base 62, so that a mistyped key is refused without a look-up. Only an HMAC of the secret is
stored, keyed by the service's own secret: a stolen table opens nothing.
"""

from __future__ import annotations

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


def new_secret() -> Secret:
    """A new random key."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(_PREFIX_LENGTH))
    body = f"{MARK}_{prefix}_{_base62(secrets.randbits(256), _SECRET_LENGTH)}"
    text = KeyText(body + _checksum(body))
    return Secret(text, prefix, secret_hash(text))


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
    """What is stored of a key."""
    pepper = hashlib.sha256(b"api key\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.digest(pepper, text.encode(), "sha256").hex()


def matches(text: str, stored: str) -> bool:
    """Whether a key is the one of which ``stored`` is kept; in constant time."""
    return hmac.compare_digest(secret_hash(text), stored)


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECK_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
