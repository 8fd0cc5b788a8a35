"""The ways of a problem from draft to retirement: which steps are open, and taking one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from problems import services
from problems.models import Problem
from quizservice.errors import Unprocessable

_Status = Problem.Status


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a person may take. ``needs_reason``: it is refused without one."""

    name: str
    label: str | Promise
    done: str | Promise
    help: str | Promise
    needs_reason: bool = False


_STEPS = {
    step.name: step
    for step in (
        Step(
            "publish",
            _("Publish"),
            _("The problem is live."),
            _("From now on learners get it."),
        ),
        Step(
            "send_to_review",
            _("Send to review"),
            _("The problem waits in the review queue."),
            _("It is not served until somebody has approved it."),
        ),
        Step(
            "retire",
            _("Retire"),
            _("The problem is retired."),
            _("It is not served any more; its history and figures stay."),
        ),
        Step(
            "reject",
            _("Reject"),
            _("The problem is rejected."),
            _("It is retired before it was ever served; say why."),
            needs_reason=True,
        ),
    )
}
#: What may be done in each status.
_OPEN = {
    _Status.DRAFT: ("publish", "send_to_review", "reject"),
    _Status.REVIEW: ("publish", "reject"),
    _Status.LIVE: ("send_to_review", "retire"),
    _Status.RETIRED: ("publish", "send_to_review"),
}
_SERVICES: dict[str, Callable[..., None]] = {
    "publish": services.publish,
    "send_to_review": services.send_to_review,
    "retire": services.retire,
    "reject": services.reject,
}


def steps_from(status: str) -> list[Step]:
    """The steps that are open in a status, the usual one first."""
    return [_STEPS[name] for name in _OPEN[_Status(status)]]


def take(problem_id: uuid.UUID, name: str, *, by: str, reason: str = "") -> Step:
    """Take a step with a problem.

    Raises:
        Unprocessable: when there is no such step, or it needs a reason.
        NotFound, Conflict: as the services say.
    """
    if name not in _STEPS:
        raise Unprocessable(gettext("There is no such step."))
    _SERVICES[name](problem_id, by=by, reason=reason)
    return _STEPS[name]
