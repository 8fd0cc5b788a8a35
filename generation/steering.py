"""Steering orders that are accepted: ending them early, and trying again what failed."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from generation import upkeep
from generation.models import GenerationItem, GenerationRequest
from generation.waking import wake_dispatcher
from quizservice import tracing
from quizservice.errors import Conflict


def cancel(request: GenerationRequest, *, by: str) -> GenerationRequest:
    """End an order: what has not begun is dropped, what has begun is still made and counted.

    Unless a model would have to be asked once more for it: then it is dropped, too.

    ``by``: who cancels, for people to read. Returns the request as it is then.

    Raises:
        Conflict: when the request has ended.
    """
    ended = upkeep.end_early(
        request.id, GenerationRequest.Status.CANCELLED, upkeep.CANCELLED_BY.format(name=by)
    )
    if ended is None:
        request.refresh_from_db()
        raise Conflict(
            _("The request has ended already: it is %(status)s.")
            % {"status": request.get_status_display()}
        )
    return ended


def retry_failed(request: GenerationRequest) -> int:
    """Try the failed items of an order again, each with all its attempts. Returns how many.

    Raises:
        Conflict: when no item has failed, or the request was cancelled or has expired.
    """
    status = GenerationRequest.Status
    with transaction.atomic():
        row = GenerationRequest.objects.select_for_update().get(id=request.id)
        if row.status in (status.CANCELLED, status.EXPIRED):
            raise Conflict(
                _("The request is %(status)s: order what is missing anew.")
                % {"status": row.get_status_display()}
            )
        number = row.items.filter(state=GenerationItem.State.FAILED).update(
            state=GenerationItem.State.WAITING,
            earlier_attempts=F("attempt"),
            not_before=Now(),  # from when on it waits
            started_at=None,  # its seconds are those of the new tries
            ended_at=None,
            **_own_trace(row),
        )
        if not number:
            raise Conflict(_("No item of the request has failed."))
        GenerationRequest.objects.filter(id=row.id).update(
            status=status.PROCESSING,
            failed_count=F("failed_count") - number,
            completed_at=None,
            expires_at=max(row.expires_at, GenerationRequest.expiry()),
        )
        wake_dispatcher()
    return number


def _own_trace(request: GenerationRequest) -> dict[str, str]:
    """What another try stores of its trace: that of whoever asks for it, linked with the order's."""
    tracing.link(request.traceparent)
    traceparent = tracing.traceparent()
    return {"traceparent": traceparent} if traceparent else {}
