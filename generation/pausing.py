"""Pauses: of everything or of one writer, by a person or because the writer cannot go on.

What is paused is neither published nor claimed; what workers have in hand they finish. Orders are accepted
and wait, and their time to live goes on.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import QuerySet

from generation.models import GenerationItem, Pause
from generation.waking import wake_dispatcher

logger = logging.getLogger(__name__)


def pause_all(*, by: str) -> None:
    """Generate nothing until :func:`resume`. ``by``: who pauses, for people to read."""
    _pause(Pause.EVERYTHING, paused_by=by)


def pause_writer(generator: str, *, by: str) -> None:
    """Generate nothing of one writer until :func:`resume`. ``by``: who pauses, for people to read."""
    _pause(generator, paused_by=by)


def stop_writer(generator: str, reason: str) -> None:
    """Pause a writer that can make nothing until a person has acted; ``reason`` in a teacher's words.

    The first to say so stops it; whoever comes later changes nothing.
    """
    if _pause(generator, reason=reason):
        logger.error("the writer %s is stopped: %s", generator, reason)


def resume(generator: str = Pause.EVERYTHING) -> bool:
    """End the pause of one writer, or the one of everything, which leaves stopped writers stopped.

    Returns whether there was one.
    """
    return _end(Pause.objects.filter(generator=generator))


def resume_all() -> None:
    """End every pause, also those of stopped writers."""
    _end(Pause.objects.all())


def pauses() -> list[Pause]:
    """What is paused; the pause of everything comes first."""
    return list(Pause.objects.all())


def described(pause: Pause) -> str:
    """What is paused, since when and by whom or why, in English: for a shell."""
    since = f"since {pause.paused_at:%Y-%m-%d %H:%M:%S} UTC"
    what = f" for the writer {pause.generator}" if pause.generator else ""
    if pause.reason:
        return f"stopped{what} {since}: {pause.reason.rstrip('.')}"
    return f"paused{what} {since} by {pause.paused_by}"


def paused_all() -> Pause | None:
    """The pause of everything, None when there is none."""
    return Pause.objects.filter(generator=Pause.EVERYTHING).first()


def _pause(generator: str, **values: str) -> bool:
    """Whether this call has begun the pause: of many at once, one has."""
    with transaction.atomic():
        _, begun = Pause.objects.get_or_create(generator=generator, defaults=values)
        if begun:
            _publish_anew(generator)
    return begun


def _end(ending: QuerySet[Pause]) -> bool:
    with transaction.atomic():
        ended = list(ending.values_list("generator", flat=True))
        ending.filter(generator__in=ended).delete()
        for generator in ended:
            _publish_anew(generator)  # also what the dispatcher had on its way when the pause began
            if generator != Pause.EVERYTHING:
                _forget_delays(generator)
        wake_dispatcher()
    return bool(ended)


def _forget_delays(generator: str) -> None:
    """What failed with its writer is tried as soon as somebody has helped the writer."""
    delayed = GenerationItem.objects.filter(
        state=GenerationItem.State.WAITING,
        not_before__isnull=False,
        request__generator=generator,
    )
    delayed.locked().update(not_before=None)


def _publish_anew(generator: str) -> None:
    """During a pause messages find nothing to claim, so what was published has to be again."""
    published = GenerationItem.objects.filter(state=GenerationItem.State.PUBLISHED)
    if generator != Pause.EVERYTHING:
        published = published.filter(request__generator=generator)
    published.locked().update(state=GenerationItem.State.WAITING)
