"""Requests that may be sent again: with an ``Idempotency-Key`` one is done once and answered alike.

The first answer is stored in the transaction that does what was asked, so both are there or neither.
For ``IDEMPOTENCY_TTL`` seconds the same API key, path, ``Idempotency-Key`` and JSON (the order of its
names does not matter) get that answer again: status, headers and body, byte for byte. Of several at the
same time one is done; the others wait for its end on an advisory lock and get its answer, or do it
themselves if it failed.

What fails is not kept: it can be mended and sent again under the same ``Idempotency-Key``.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import psycopg
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from quizservice.errors import Conflict, FieldError, Unprocessable
from quizservice.formats import OrjsonRenderer
from quizservice.models import IdempotentAnswer

HEADER = "Idempotency-Key"
#: Longest time in seconds that a request waits for the end of another one with its key.
WAIT = 10
#: Old answers that are deleted at a time.
_BATCH = 1000
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,255}")


def once(
    request: Request, *, key_id: uuid.UUID, make: Callable[[], Response]
) -> Response | HttpResponse:
    """The answer of ``make``, or the one that it gave to the same request before.

    ``key_id``: the API key that asks. ``make`` does what is asked and raises what it refuses; it runs
    inside the transaction that keeps its answer. Without the header it just runs. Call this once query
    and body are validated.

    Raises:
        Unprocessable: when the header is malformed, or came with another body before.
        Conflict: when the first request with this header has not ended within ``WAIT`` seconds.
    """
    text = request.headers.get(HEADER)
    if text is None:
        return make()
    if not _PRINTABLE.fullmatch(text):
        raise _refused("invalid", f"{HEADER} takes 1 to 255 printable ASCII characters")
    name = _sha256(key_id.bytes, request.path, text)
    body_hash = _sha256(orjson.dumps(dict(request.data or {}), option=orjson.OPT_SORT_KEYS))
    with transaction.atomic():
        _lock(name)
        kept = IdempotentAnswer.objects.filter(id=name, answered_at__gt=_oldest()).first()
        if kept is None:
            kept = _keep(name, body_hash, make())
        elif bytes(kept.body_hash) != body_hash:
            raise _refused("reused", f"This {HEADER} came with another body before")
    return HttpResponse(
        bytes(kept.content),
        status=kept.status,
        content_type=OrjsonRenderer.media_type,
        headers=kept.headers,
    )


def forget_old() -> int:
    """Delete answers that are older than ``IDEMPOTENCY_TTL``, a batch of them; how many went."""
    old = IdempotentAnswer.objects.filter(answered_at__lte=_oldest()).values("id")[:_BATCH]
    deleted, _ = IdempotentAnswer.objects.filter(id__in=old).delete()
    return deleted


def _refused(code: str, detail: str) -> Unprocessable:
    return Unprocessable(detail, errors=[FieldError(HEADER, code, detail)])


def _sha256(*parts: bytes | str) -> bytes:
    # a NUL between the parts: paths and headers have none
    encoded = [part.encode() if isinstance(part, str) else part for part in parts]
    return hashlib.sha256(b"\0".join(encoded)).digest()


def _oldest() -> Any:
    return Now() - timedelta(seconds=settings.IDEMPOTENCY_TTL)


def _lock(name: bytes) -> None:
    """Wait until nobody else is at work under this name; held until the transaction ends.

    Two names that share a lock by chance wait for each other without need, and no more.
    """
    number = int.from_bytes(name[:8], signed=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s)",
                [f"{WAIT}s", number],
            )
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            raise
        raise Conflict(
            f"The first request with this {HEADER} has not ended yet", headers={"Retry-After": "1"}
        ) from None


def _keep(name: bytes, body_hash: bytes, response: Response) -> IdempotentAnswer:
    headers = {
        header: value for header, value in response.headers.items() if header != "Content-Type"
    }
    answer = IdempotentAnswer(
        id=name,
        body_hash=body_hash,
        status=response.status_code,
        headers=headers,
        content=OrjsonRenderer().render(response.data),
        answered_at=Now(),
    )
    # in place of one that is too old to be given again and was not deleted yet
    IdempotentAnswer.objects.bulk_create(
        [answer],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["body_hash", "status", "headers", "content", "answered_at"],
    )
    return answer
