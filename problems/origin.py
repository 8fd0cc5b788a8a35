"""How the statements of a problem came about: who wrote what, who judged it and what followed, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from problems.doubts import words

_JUDGES = {"form": "form", "engine": "grammar engine", "model": "model that judges"}
_RULINGS = {"ok": "in order", "wrong": "wrong", "unsure": "not sure"}
_THEN = {
    "repaired": "So the grammar engine made another error in its correct sentence.",
    "rewritten": "So it was written again.",
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
        written="Its error was made by the grammar engine." if repaired else _written(asked),
        judged=tuple(_judged(verdict) for verdict in one["verdicts"]),
        then=_THEN.get(one.get("then", ""), ""),
        papers=() if repaired else tuple(_papers(asked)),
    )


def _written(asked: Mapping[str, Any]) -> str:
    if "model" not in asked:
        return ""
    tokens, tries = asked["tokens"], asked["tries"]
    return (
        f"Written by {asked['model']} to the prompts {asked['prompt_version']}: "
        f"{tokens['input']:,} tokens asked, {tokens['output']:,} answered, "
        f"{asked['seconds']:.1f} s, {'one try' if tries == 1 else f'{tries} tries'}."
    )


def _judged(verdict: Mapping[str, Any]) -> str:
    judge, ruling = verdict["judge"], verdict["ruling"]
    said = f"{_JUDGES.get(judge, judge)}: {_RULINGS.get(ruling, ruling)}. {words(verdict)}".strip()
    return said[:1].upper() + said[1:]


def _papers(asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "brief" in asked:
        yield "What the sentence should be", pretty(asked["brief"])
    prompt = asked.get("prompt", {})
    for name, title in (("system", "The rules it was given"), ("user", "What it was asked")):
        if name in prompt:
            yield title, prompt[name]
    if "answer" in asked:
        named = asked.get("response_id")
        yield f"What it answered ({named})" if named else "What it answered", asked["answer"]


def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, ensure_ascii=False, indent=2)
