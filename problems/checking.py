"""Looking at a problem while it is typed: verdicts, problems like it, the preview; never saved."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext

from problems.twins import Twin, twins
from problems.typed import Typed, typed
from problems.verdicts import StatementVerdict, verdicts
from quizservice.errors import TooLarge, TooManyRequests

#: Bytes of a form: six statements with their explanations are a fifth of it.
MAX_LENGTH = 100_000
#: Checks that a person may ask of one process in a minute; the page asks when typing pauses.
MAX_CHECKS = 90


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found; ``verdicts`` by the card of the statement."""

    typed: Typed
    verdicts: dict[str, StatementVerdict]
    twins: list[Twin]


def admit(user_id: object, *, length: int) -> None:
    """Let a person ask for a check of a form of so many bytes.

    Raises:
        TooLarge: for a form that is longer than any.
        TooManyRequests: when there were too many in this minute.
    """
    if length > MAX_LENGTH:
        raise TooLarge(gettext("The form is too long to be checked."))
    key = f"checks:{user_id}:{int(time.time() // 60)}"
    cache.add(key, 0, timeout=120)
    if cache.incr(key) > MAX_CHECKS:
        raise TooManyRequests(gettext("Too many checks; they go on in a minute."))


def check(values: Mapping[str, str], *, problem_id: str | None = None) -> Checked:
    """Check what stands in a form; ``problem_id``: of the problem that is edited in it, if there is one."""
    given = typed(values)
    found = verdicts([line.edited for line in given.lines], language=given.language)
    texts = [line.edited.content for line in given.lines]
    return Checked(
        given,
        {line.key: verdict for line, verdict in zip(given.lines, found, strict=True)},
        twins(texts, correct=given.correct, but=_id(problem_id)) if texts else [],
    )


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
