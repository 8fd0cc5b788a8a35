"""An order in people's words, in the language of the interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from generation import spending, upkeep
from generation.estimates import Estimate
from generation.models import GenerationRequest
from generation.writers import failures
from problems import names
from problems.names import Name
from quizservice.numbers import grouped
from quizservice.stored_texts import Sentences

#: Constraints in the order in which they are told, with what their values are called.
_NAMED: dict[str, Mapping[str, Name]] = {
    "grammatical_focus": names.FOCUSES,
    "verb_infinitives": {},
    "tenses_used": names.TENSES,
    "error_types": names.ERRORS,
    "level": {},
}
#: What a yes and a no of a constraint mean.
_FLAGS: dict[str, tuple[Name, Name]] = {
    "includes_negation": (gettext_lazy("with negation"), gettext_lazy("without negation")),
    "includes_cod": (gettext_lazy("with a direct object"), gettext_lazy("without a direct object")),
    "includes_coi": (
        gettext_lazy("with an indirect object"),
        gettext_lazy("without an indirect object"),
    ),
}


def any_of(words: Sequence[str]) -> str:
    """Words of which one holds: "a, b or c"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(others)s or %(last)s") % {"others": ", ".join(words[:-1]), "last": words[-1]}


def constraints_in_words(constraints: Mapping[str, Any]) -> str:
    """What every problem of an order meets; empty when nothing is asked for."""
    said = []
    for name, known in _NAMED.items():
        value = constraints.get(name)
        values = value if isinstance(value, list) else [value] if value else []
        if values:
            said.append(any_of([str(known.get(one, one)) for one in values]))
    for name, (yes, no) in _FLAGS.items():
        if (flag := constraints.get(name)) is not None:
            said.append(str(yes if flag else no))
    return "; ".join(said)


def asked_for(request: GenerationRequest) -> str:
    """What an order asks for, without how many; never empty."""
    return constraints_in_words(request.constraints) or _("any grammar")


def title_of(request: GenerationRequest) -> str:
    """How many problems of what: the title of an order's page."""
    said = ngettext(
        "%(count)s problem: %(what)s", "%(count)s problems: %(what)s", request.requested_count
    )
    return said % {"count": grouped(request.requested_count), "what": asked_for(request)}


def ordered_by(request: GenerationRequest) -> str:
    """Who ordered."""
    if request.ordered_by:
        return request.ordered_by.get_username()
    return request.operator or (_("an API key") if request.key_id else _("a command"))


_SIZES = Sentences(spending.SIZES)
#: What workers store with a name or a number in it.
_STORED = Sentences(
    (
        failures.NO_RIGHT,
        failures.NO_MODEL,
        spending.ORDER_BUDGET,
        spending.DAY_BUDGET,
        upkeep.CANCELLED_BY,
    ),
    _SIZES.translated,
)


def translated(message: str) -> str:
    """A text that a worker stored, in the language of the interface where it is known there."""
    return _STORED.translated(message) if not message or message in _STORED else _(message)


def verdicts(
    *,
    whole: Mapping[str, str] | None,
    engine: Sequence[str] | None,
    judge: Sequence[str] | None,
    mended: Sequence[str] | None,
) -> str:
    """What the judges said of a problem, in a line; empty when there is none.

    ``whole``: rulings on the problem as such, by judge; ``engine`` and ``judge``: rulings of the grammar
    engine and of a model on its statements; ``mended``: what was done with statements that were rejected.
    """
    said = []
    if engine:
        confirmed = _("engine: %(ok)d of %(all)d confirmed")
        said.append(confirmed % {"ok": engine.count("ok"), "all": len(engine)})
    elif whole and whole.get("engine") == "ok":
        said.append(_("engine: in order"))
    if judge:
        confirmed = _("model: %(ok)d of %(all)d confirmed")
        said.append(confirmed % {"ok": judge.count("ok"), "all": len(judge)})
    for word, text in (("repaired", _("%(n)d repaired")), ("rewritten", _("%(n)d rewritten"))):
        if mended and (number := list(mended).count(word)):
            said.append(text % {"n": number})
    return "; ".join(said)


_CENT = Decimal("0.01")


def dollars(cost: Decimal) -> str:
    """US dollars, rounded to what matters."""
    if cost and cost < _CENT:
        return _("less than $0.01")
    return _("$%(amount)s") % {"amount": grouped(cost, 2)}


def duration(seconds: float) -> str:
    """A time span as people say it, rounded to what matters."""
    if seconds < 1:
        return _("less than a second")
    if seconds < 90:
        number = round(seconds)
        return ngettext("%(n)d second", "%(n)d seconds", number) % {"n": number}
    if seconds < 5400:
        number = round(seconds / 60)
        return ngettext("%(n)d minute", "%(n)d minutes", number) % {"n": number}
    number = round(seconds / 3600)
    return ngettext("%(n)d hour", "%(n)d hours", number) % {"n": number}


def estimate_in_words(found: Estimate) -> dict[str, Any]:
    """An estimate for people."""
    if not found.paid:
        money = _("free: the grammar engine asks no model")
    elif found.cost is None:
        money = _("unknown: the model has no price in the settings")
    elif 0 < found.cost < _CENT:
        money = dollars(found.cost)
    else:
        money = _("about %(dollars)s") % {"dollars": dollars(found.cost)}
    time = duration(found.seconds)
    if found.seconds >= 1:
        time = _("about %(time)s") % {"time": time}
    number = ngettext("%(n)s problem", "%(n)s problems", found.problems)
    problems = number % {"n": grouped(found.problems)}
    return {
        "problems": problems,
        "summary": f"{problems}; {time}; {money}",
        "tokens": grouped(found.tokens) if found.paid else "",
        "money": money,
        "time": time,
        "measured": found.measured,
        "waiting": found.waiting,
    }
