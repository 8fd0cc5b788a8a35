"""Identifiers that sort by creation."""

from __future__ import annotations

import uuid

import uuid_utils.compat


def uuid7() -> uuid.UUID:
    """A new UUID version 7 (RFC 9562): a millisecond time stamp, then random bits."""
    value: uuid.UUID = uuid_utils.compat.uuid7()
    return value
