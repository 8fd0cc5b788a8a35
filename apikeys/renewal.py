"""Moves the stored hash of a key from a secret of before to ``SECRET_KEY``, when the key is used.

The text of a key passes by only then. A process does that from an hour after its start on: while a new
``SECRET_KEY`` is being rolled out, others do not know it yet and would refuse the key.
"""

from __future__ import annotations

import logging
import time

from django.db import Error, transaction

from apikeys import cache, secrets
from apikeys.cache import CachedKey
from apikeys.models import ApiKey

logger = logging.getLogger(__name__)

#: Seconds from the start of a process in which it renews nothing.
ROLLOUT = 3600.0
_STARTED = time.monotonic()


def due(key: CachedKey) -> bool:
    """Whether the hash of a key that has just been used is to be renewed."""
    if key.hashed_with is None or key.hashed_with == secrets.current_mark():
        return False
    return time.monotonic() - _STARTED >= ROLLOUT


def renew(key: CachedKey, text: str) -> bool:
    """Keep a key, whose right text this is, under ``SECRET_KEY``; whether it was done here.

    A key that was rotated meanwhile stays as it is, one that somebody is changing waits for its next use:
    no request waits for a row. A database that cannot write is no reason to refuse the caller.
    """
    rows = ApiKey.objects.filter(id=key.id, key_prefix=key.prefix, secret_hash=key.secret_hash)
    free = rows.select_for_update(skip_locked=True)
    try:
        with transaction.atomic():
            done = ApiKey.objects.filter(id__in=free.values("id")).update(
                secret_hash=secrets.secret_hash(text), hashed_with=secrets.current_mark()
            )
            if done:
                transaction.on_commit(cache.clear)
    except Error as error:
        logger.warning("the hash of key %s could not be renewed: %s", key.prefix, error)
        return False
    return bool(done)
