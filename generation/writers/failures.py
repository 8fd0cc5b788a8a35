"""What went wrong with a call of a model, and what is to be done: again now, later, not at all, or stop.

Nothing here knows a client library. Texts for teachers and for the log are made here; the key never
stands in one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_noop

from generation.writers.base import CannotWrite, WriterError

#: Tries of a call that fails by chance, and of one to which nobody answers.
TRIES = 3
TRIES_HANGING = 2
#: Seconds before another attempt at an item whose calls failed by chance.
PAUSE = 5.0
#: Seconds after which a stopped writer's items look again.
PAUSE_STOPPED = 60.0
_SHOWN = 200  # characters of a server's text
_KEYLIKE = re.compile(r"\b(?:sk|pk|key)-[\w*.-]{3,}|(?<=Bearer )\S+", re.IGNORECASE)


class Refused(CannotWrite):
    """The model, or a filter of its server, does not want to answer this; another scene may do."""


class Kind(StrEnum):
    """What follows from a failure."""

    NOW = "now"  #: by chance: another try at once
    HANGING = "hanging"  #: no answer in time: one more try, then later
    LATER = "later"  #: the server wants a pause or is away: nobody calls for a while
    REFUSED = "refused"  #: this scene not, another one perhaps
    ITEM = "item"  #: no other attempt at this item would help
    STOP = "stop"  #: no call at all would help until a person has acted

    @property
    def outcome(self) -> str:
        """The word under which telemetry counts such calls."""
        return _OUTCOMES.get(self, "error")


_OUTCOMES = {Kind.HANGING: "timeout", Kind.LATER: "unavailable", Kind.REFUSED: "refused"}


@dataclass(frozen=True, slots=True)
class Failure:
    """``cause`` is technical, ``message`` in a teacher's words; ``delay``: seconds the server named."""

    kind: Kind
    cause: str
    message: str
    delay: float | None = None

    @property
    def by_server(self) -> bool:
        """Whether the server gave no answer at all; by chance, or because it is as good as away."""
        return self.message in (FAULTY, HANGS)

    def again(self, tries: int) -> bool:
        """Whether the call may be tried again at once after so many tries."""
        if self.kind is Kind.HANGING:
            return tries < TRIES_HANGING
        return self.kind in (Kind.NOW, Kind.LATER) and tries < TRIES

    def error(self, closed_for: float = 0.0) -> WriterError | Refused:
        """The exception for whoever wanted the answer.

        ``closed_for``: the seconds for which nobody shall call, where the kind is HANGING or LATER.
        """
        if self.kind is Kind.REFUSED:
            return Refused(f"{self.message} ({self.cause})")
        stop = self.kind is Kind.STOP
        wait = max(PAUSE_STOPPED if stop else PAUSE * random.uniform(1, 1.5), closed_for)
        return WriterError(
            self.cause,
            message=self.message,
            retry_after=None if self.kind is Kind.ITEM else wait,
            spends_attempt=self.kind not in (Kind.LATER, Kind.STOP),
            stops_writer=stop,
        )


#: Codes of an account without credit; they come with 429, which else means too many calls.
_NO_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_FILTERED = frozenset(
    {"content_filter", "content_policy_violation", "responsibleaipolicyviolation"}
)
_BAD_SETTING = frozenset({"unsupported_parameter", "unsupported_value"})
_BY_CHANCE = frozenset({408, 409, 425})

NO_KEY = gettext_noop("The model has no key: set OPENAI_API_KEY.")
BAD_KEY = gettext_noop("The model's server refused the key: check OPENAI_API_KEY.")
NO_CREDIT = gettext_noop(
    "The account at the model's server has no credit left: check its billing and its limits there."
)
NO_RIGHT = gettext_noop(
    "The model's server does not let this key use {model}: check the key's rights there."
)
NO_MODEL = gettext_noop(
    "The model's server does not know {model}: "
    "check OPENAI_MODEL, OPENAI_JUDGE_MODEL and OPENAI_BASE_URL."
)
BAD_URL = gettext_noop("There is no model's server at that address: check OPENAI_BASE_URL.")
BAD_SETTING = gettext_noop(
    "The model's server does not take one of the settings: "
    "check OPENAI_OUTPUT, OPENAI_TEMPERATURE and OPENAI_MAX_TOKENS."
)
TOO_MANY = gettext_noop("The model's server asks for a pause: it gets too many calls.")
OVERLOADED = gettext_noop("The model's server has too much to do.")
BUSY = gettext_noop("The model has too much to do at the moment.")
AWAY = gettext_noop("The model's server cannot be reached.")
HANGS = gettext_noop("The model did not answer in time.")
FAULTY = gettext_noop("The model's server failed.")
USELESS = gettext_noop("The model's answers were of no use.")
CUT_OFF = gettext_noop(
    "The model's answers were cut off: OPENAI_MAX_TOKENS may be too small for it."
)
REFUSED = gettext_noop("The model refused to write about this.")
NOT_ACCEPTED = gettext_noop("The model's server did not accept what was asked.")


@dataclass(frozen=True, slots=True)
class ServerError:
    """An HTTP answer that is an error, as far as it matters. ``body`` is parsed JSON or text."""

    status: int
    body: Any
    request_id: str | None = None
    delay: float | None = None

    @property
    def codes(self) -> frozenset[str]:
        """The words by which servers name an error, in lower case."""
        about = self._about
        inner = about.get("innererror")
        found = [about.get("code"), about.get("type"), about.get("param")]
        found += [inner.get("code")] if isinstance(inner, Mapping) else []
        return frozenset(str(each).lower() for each in found if each is not None)

    @property
    def _about(self) -> Mapping[str, Any]:
        body = self.body
        if isinstance(body, Mapping):
            inner = body.get("error", body)
            return inner if isinstance(inner, Mapping) else {"message": inner}
        return {"message": body}

    def cause(self, key: str) -> str:
        """Status, code, request and the server's words, shortened and without the key."""
        code = self._about.get("code") or self._about.get("type")
        parts = [f"HTTP {self.status}", str(code) if code else "", f"request {self.request_id}"]
        if self.status != 401:  # there servers repeat the key that they refuse, in part
            parts.append(shown(self._about.get("message") or "", key))
        return ", ".join(
            without_key(part, key) for part in parts if part and part != "request None"
        )


def of_server(error: ServerError, model: str, key: str) -> Failure:
    """The failure that an error of the server is."""
    kind, message = _judged(error)
    return Failure(kind, error.cause(key), message.format(model=model), error.delay)


def _judged(error: ServerError) -> tuple[Kind, str]:
    status, codes = error.status, error.codes
    if status == 402 or codes & _NO_CREDIT:
        return Kind.STOP, NO_CREDIT
    if status == 401:
        return Kind.STOP, BAD_KEY
    if status == 404 or "model_not_found" in codes:
        return Kind.STOP, NO_MODEL
    if status == 403:
        return Kind.STOP, NO_RIGHT
    if status == 429:
        return Kind.LATER, TOO_MANY
    if status in (503, 529):
        return Kind.LATER, OVERLOADED
    if status >= 500 or status in _BY_CHANCE:
        return Kind.NOW, FAULTY
    if codes & _FILTERED:
        return Kind.REFUSED, REFUSED
    if codes & _BAD_SETTING or "response_format" in codes:
        return Kind.STOP, BAD_SETTING
    return (Kind.ITEM, NOT_ACCEPTED) if status >= 400 else (Kind.STOP, BAD_URL)


def shown(text: Any, key: str) -> str:
    """A text from outside as one short line for people, without the key."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    line = without_key(line, key)
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def without_key(text: str, key: str) -> str:
    """The text with the key, and whatever looks like one, taken out."""
    return _KEYLIKE.sub("[key]", text.replace(key, "[key]") if key else text)
