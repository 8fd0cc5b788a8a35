"""How the statements of a problem came about: who wrote what, who judged it and what followed, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext

from problems.doubts import words
from quizservice.numbers import grouped

_JUDGES = {
    "form": gettext_lazy("Form"),
    "engine": gettext_lazy("Grammar engine"),
    "model": gettext_lazy("Model that judges"),
}
_RULINGS = {
    "ok": gettext_lazy("in order"),
    "wrong": gettext_lazy("wrong"),
    "unsure": gettext_lazy("not sure"),
}
_THEN = {
    "repaired": gettext_lazy("So the grammar engine made another error in its correct sentence."),
    "rewritten": gettext_lazy("So it was written again."),
}
#: The parts of a prompt.
_PROMPTS = {
    "system": gettext_lazy("The rules it was given"),
    "user": gettext_lazy("What it was asked"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a statement.

    ``counterpart``: the correct sentence that an incorrect one was made from, where it is known;
    ``judged``: a line for each judge; ``then``: what followed from it, empty for the last version;
    ``papers``: title and text of what was asked and answered.
    """

    text: str
    counterpart: str
    written: str
    judged: tuple[str, ...]
    then: str
    papers: tuple[tuple[str, str], ...]


def origin(trace: Mapping[str, Any]) -> list[list[Version]]:
    """The versions of each statement that a generation trace tells of, the earliest first.

    Empty for a problem that the grammar engine wrote itself, or a person.
    """
    statements = [one for one in trace.get("statements", ()) if "verdicts" in one]
    return [list(_versions(one)) for one in statements]


def _versions(statement: Mapping[str, Any]) -> Iterator[Version]:
    repaired = False
    for earlier in statement.get("earlier", ()):
        yield _version(earlier, earlier["answer"], repaired=repaired)
        repaired = earlier["then"] == "repaired"
    yield _version(statement, statement, repaired=repaired)


def _version(one: Mapping[str, Any], asked: Mapping[str, Any], *, repaired: bool) -> Version:
    return Version(
        text=one.get("text", ""),
        counterpart=one.get("counterpart") or "",
        written=gettext("Its error was made by the grammar engine.")
        if repaired
        else _written(asked),
        judged=tuple(_judged(verdict) for verdict in one["verdicts"]),
        then=str(_THEN.get(one.get("then", ""), "")),
        papers=() if repaired else tuple(_papers(asked)),
    )


def _written(asked: Mapping[str, Any]) -> str:
    if "model" not in asked:
        return ""
    tokens, tries = asked["tokens"], asked["tries"]
    said = ngettext(
        "Written by %(model)s to the prompts %(prompts)s: %(input)s tokens asked, "
        "%(output)s answered, %(seconds)s s, one try.",
        "Written by %(model)s to the prompts %(prompts)s: %(input)s tokens asked, "
        "%(output)s answered, %(seconds)s s, %(tries)d tries.",
        tries,
    )
    return said % {
        "model": asked["model"],
        "prompts": asked["prompt_version"],
        "input": grouped(tokens["input"]),
        "output": grouped(tokens["output"]),
        "seconds": grouped(asked["seconds"], 1),
        "tries": tries,
    }


def _judged(verdict: Mapping[str, Any]) -> str:
    judge, ruling = verdict["judge"], verdict["ruling"]
    said = gettext("%(judge)s: %(ruling)s. %(why)s") % {
        "judge": _JUDGES.get(judge, judge),
        "ruling": _RULINGS.get(ruling, ruling),
        "why": words(verdict),
    }
    return said.strip()


def _papers(asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "brief" in asked:
        yield gettext("What the sentence should be"), pretty(asked["brief"])
    prompt = asked.get("prompt", {})
    for name, title in _PROMPTS.items():
        if name in prompt:
            yield str(title), prompt[name]
    if "answer" in asked:
        named = asked.get("response_id")
        said = gettext("What it answered (%(named)s)") if named else gettext("What it answered")
        yield said % {"named": named} if named else said, asked["answer"]


def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, ensure_ascii=False, indent=2)
