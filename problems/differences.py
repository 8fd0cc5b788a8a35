"""What changed between two states of a problem, word by word, for people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.translation import gettext

from problems import names

Kind = Literal["same", "added", "removed"]

#: A word with the space behind it, or a single sign.
_TOKENS = re.compile(r"\w+['’]?\s*|[^\w\s]\s*|\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that changed. ``label`` names it to people; ``parts`` put together are both texts."""

    field: str
    label: str
    parts: tuple[Part, ...]


def word_parts(before: str, after: str) -> tuple[Part, ...]:
    """The words of two texts: what stayed, what went, what came."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    found: list[Part] = []

    def add(kind: Kind, words: list[str]) -> None:
        if text := "".join(words):
            found.append(Part(kind, text))

    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            add("same", new[k:m])
        else:
            add("removed", old[i:j])
            add("added", new[k:m])
    return tuple(found)


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """What two snapshots of a problem differ in: its fields first, then its statements in their order."""
    return [*_fields(before, after), *_statements(before, after)]


def _fields(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Difference]:
    for name, label in _field_labels().items():
        old, new = _words(before.get(name), name), _words(after.get(name), name)
        if old != new:
            whole = name in {"status", "level", "grammatical_focus", "target_language_code"}
            yield Difference(name, label, _whole(old, new) if whole else word_parts(old, new))


def _statements(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Difference]:
    """Statements are the same by their id; one that lost its id by its text."""
    old = {one["id"]: one for one in before["statements"]}
    places = {one["id"]: place for place, one in enumerate(before["statements"])}
    for place, one in enumerate(after["statements"]):
        earlier = old.pop(one["id"], None)
        number = place + 1
        if earlier is None:
            label = gettext("Statement %(number)d: added") % {"number": number}
            yield Difference("statements", label, _whole("", one["content"]))
            continue
        if places[one["id"]] != place:
            label = gettext("Statement %(number)d: moved") % {"number": number}
            words = gettext("from place %(number)d") % {"number": places[one["id"]] + 1}
            yield Difference("statements", label, (Part("same", f"{one['content']} ({words})"),))
        for name, field_label in _statement_labels().items():
            was, now = _words(earlier.get(name), name), _words(one.get(name), name)
            if was != now:
                label = gettext("Statement %(number)d: %(field)s") % {
                    "number": number,
                    "field": field_label,
                }
                long = name in {"content", "translation", "explanation"}
                parts = word_parts(was, now) if long else _whole(was, now)
                yield Difference("statements", label, parts)
    for one in old.values():
        label = gettext("Statement removed")
        yield Difference("statements", label, _whole(one["content"], ""))


def _whole(old: str, new: str) -> tuple[Part, ...]:
    """A change where nothing is shared."""
    parts = (Part("removed", old), Part("added", new))
    return tuple(part for part in parts if part.text)


#: The names of values, by the field that has them.
_NAMES: dict[str, dict[str, names.Name]] = {
    "status": names.STATUSES,
    "grammatical_focus": names.FOCUSES,
    "target_language_code": names.LANGUAGES,
    "tenses_used": names.TENSES,
    "error_type": names.ERRORS,
}


def _words(value: Any, field: str = "") -> str:
    """A value of a field as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(_words(one, field) for one in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(_NAMES.get(field, {}).get(str(value), value))


def _field_labels() -> dict[str, str]:
    return {
        "status": gettext("Status"),
        "title": gettext("Title"),
        "instructions": gettext("Question"),
        "grammatical_focus": gettext("Focus"),
        "level": gettext("Level"),
        "target_language_code": gettext("Language"),
        "tenses_used": gettext("Tenses"),
        "topic_tags": gettext("Tags"),
        "metadata": gettext("Metadata"),
    }


def _statement_labels() -> dict[str, str]:
    return {
        "content": gettext("sentence"),
        "is_correct": gettext("correct"),
        "translation": gettext("translation"),
        "error_type": gettext("error type"),
        "explanation": gettext("explanation"),
        "correction": gettext("correction"),
        "error_code": gettext("error code"),
        "span_start": gettext("start of the error"),
        "span_end": gettext("end of the error"),
    }
