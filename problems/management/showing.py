"""A problem on a terminal, as a teacher reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from problems import names
from quizservice.management.operator import cell


def lines(problem: Mapping[str, Any]) -> Iterator[str]:
    """The lines that tell a problem, from its :func:`problems.dossier.dossiers`.

    The wrong words of a statement stand in [brackets], "→" shows what would be right there.
    """
    yield f"{problem['id']}  {names.STATUSES[problem['status']]}"
    yield "  " + " · ".join(_kind(problem))
    yield f"  {cell(problem['title'])}: {cell(problem['instructions'])}"
    yield f"  {_history(problem)}"
    for statement in problem["statements"]:
        yield ""
        yield from _statement(statement)
    yield from _origin(problem["origin"])


def _kind(problem: Mapping[str, Any]) -> Iterator[str]:
    yield str(names.FOCUSES[problem["grammatical_focus"]])
    yield ", ".join(str(names.TENSES[tense]) for tense in problem["tenses_used"])
    yield problem["level"]
    if problem["verb"]:
        yield cell(problem["verb"])
    yield f"explained in {names.LANGUAGES[problem['target_language_code']]}"
    if problem["topic_tags"]:
        yield "tags: " + ", ".join(map(cell, problem["topic_tags"]))


def _history(problem: Mapping[str, Any]) -> str:
    told = [
        f"written by: {cell(problem['source'])}",
        f"made {cell(problem['created_at'])} UTC",
        f"changed {cell(problem['updated_at'])} UTC",
        f"served {problem['served']} times",
    ]
    if problem["last_served_at"]:
        told.append(f"last {cell(problem['last_served_at'])} UTC")
    if problem["answers"]:
        told.append(f"{problem['right']} of {problem['answers']} answers right")
    if problem["open_reports"]:
        told.append(f"{problem['open_reports']} open reports")
    return ", ".join(told)


def _statement(one: Mapping[str, Any]) -> Iterator[str]:
    sign = "✓" if one["is_correct"] else "✗"
    picked = f"  ({one['picks']} picks)" if one["picks"] else ""
    yield f"  {sign} {_marked(one)}{picked}"
    if one["translation"]:
        yield f"    {cell(one['translation'])}"
    if one["error_type"]:
        code = f" ({cell(one['error_code'])})" if one["error_code"] else ""
        yield f"    {names.ERRORS[one['error_type']]}{code}: {cell(one['explanation'])}"
    if said := one.get("verdict"):
        yield f"    engine: {said['state']}. {cell(said['why'])}"


def _marked(one: Mapping[str, Any]) -> str:
    """The sentence with its error in brackets, and what would be right there."""
    if one["span"] is None:
        return cell(one["content"])
    start, end = one["span"]
    text = one["content"]
    sentence = cell(f"{text[:start]}[{text[start:end]}]{text[end:]}")
    return f"{sentence}  → {cell(one['correction'])}" if one["correction"] else sentence


def _origin(origin: list[list[dict[str, Any]]]) -> Iterator[str]:
    if any(origin):
        yield ""
        yield "  How it was made:"
    for number, versions in enumerate(origin, 1):
        for one in versions:
            yield f"  {number}. {cell(one['text'])}"
            told = (one["written"], *one["judged"], one["then"])
            yield from (f"     {cell(said)}" for said in told if said)
