"""What a file says of one problem, checked part by part: mistakes have a row, a column and a sentence."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext

from problems.changes import Snapshot
from problems.models import MAX_TAG_LENGTH, Problem, Statement
from problems.new_statements import NewStatement
from verbs.french.vocabulary import TENSE_ALIASES, ErrorType, Focus, Language, Level, Tense

#: The fields of a problem that a file can give, beside its statements.
FIELDS = (
    "title",
    "instructions",
    "target_language_code",
    "grammatical_focus",
    "level",
    "tenses_used",
    "topic_tags",
    "metadata",
)
#: The texts of a statement, but for the sentence itself.
TEXTS = ("translation", "explanation", "error_code", "correction")

_WORDS: dict[str, type[StrEnum]] = {
    "target_language_code": Language,
    "grammatical_focus": Focus,
    "level": Level,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong with a row: the column it stands in, and a sentence. ``row`` counts as in the file."""

    row: int
    column: str
    detail: str


@dataclass(slots=True)
class Entry:
    """One problem of a file.

    ``row``: its row in a spreadsheet, its number in a list of JSON. ``fields``: those of :data:`FIELDS`
    that the file gives. ``statements``: None when the file says nothing of them.
    """

    row: int
    id: uuid.UUID | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    statements: list[NewStatement] | None = None
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, column: str, detail: str) -> None:
        """Note what is wrong."""
        self.refusals.append(Refusal(self.row, column, detail))


def entry_of(snapshot: Snapshot, *, row: int, problem_id: uuid.UUID | None) -> Entry:
    """The entry that a stored problem has in a file."""
    return Entry(
        row=row,
        id=problem_id,
        fields={name: snapshot[name] for name in FIELDS},
        statements=[
            NewStatement(
                content=one["content"],
                is_correct=one["is_correct"],
                error_type=one["error_type"],
                span=None if one["span_start"] is None else (one["span_start"], one["span_end"]),
                id=uuid.UUID(one["id"]),
                **{name: one[name] for name in TEXTS},
            )
            for one in snapshot["statements"]
        ],
    )


# --- checking -------------------------------------------------------------------------------------


def take_id(entry: Entry, text: Any) -> None:
    """Read the problem's id; empty: it has none yet."""
    if text in (None, ""):
        return
    try:
        entry.id = uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        entry.refuse("id", gettext("“%(text)s” is no id of a problem.") % {"text": text})


def take_field(entry: Entry, name: str, value: Any) -> None:
    """Check one of :data:`FIELDS` and keep it; None and an empty text: the file does not give it."""
    if value in (None, ""):
        return
    if name in _WORDS:
        _take_word(entry, name, value)
    elif name == "tenses_used":
        _take_tenses(entry, value)
    elif name == "topic_tags":
        _take_tags(entry, value)
    elif name == "metadata":
        if isinstance(value, Mapping) and not _has_nul(value):
            entry.fields[name] = dict(value)
        else:
            entry.refuse(name, gettext("The metadata must be a JSON object."))
    else:
        text = checked_text(entry, name, value, _length(Problem, name))
        if text is not None:
            entry.fields[name] = text


def _has_nul(value: Any) -> bool:
    """Whether a NUL hides in a JSON value: the database cannot keep it."""
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, Mapping):
        return any(_has_nul(one) for pair in value.items() for one in pair)
    return isinstance(value, list) and any(map(_has_nul, value))


def _take_word(entry: Entry, name: str, value: Any) -> None:
    known = [word.value for word in _WORDS[name]]
    word = value.strip() if isinstance(value, str) else value
    spelled = next((one for one in known if str(word).casefold() == one.casefold()), None)
    if spelled is None:
        entry.refuse(name, _unknown(word, known))
    else:
        entry.fields[name] = spelled


def _take_tenses(entry: Entry, value: Any) -> None:
    tenses, known = _texts(value), [tense.value for tense in Tense]
    if tenses is None:
        entry.refuse("tenses_used", gettext("The tenses must be a list."))
        return
    tenses = [TENSE_ALIASES[tense].value if tense in TENSE_ALIASES else tense for tense in tenses]
    for tense in tenses:
        if tense not in known:
            entry.refuse("tenses_used", _unknown(tense, known))
    entry.fields["tenses_used"] = tenses


def _take_tags(entry: Entry, value: Any) -> None:
    tags = _texts(value)
    if tags is None:
        entry.refuse("topic_tags", gettext("The tags must be a list."))
        return
    for tag in tags:
        if not 1 <= len(tag) <= MAX_TAG_LENGTH or "\x00" in tag:
            said = gettext("“%(tag)s” is no tag: it has 1 to %(most)d characters.")
            entry.refuse("topic_tags", said % {"tag": tag[:100], "most": MAX_TAG_LENGTH})
    entry.fields["topic_tags"] = tags


def _texts(value: Any) -> list[str] | None:
    """A list of texts without spaces around them, each once; None when it is something else."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    return list(dict.fromkeys(one.strip() for one in value))


def _unknown(value: Any, known: Iterable[str]) -> str:
    said = gettext("“%(value)s” is not known; there are %(words)s.")
    return said % {"value": str(value)[:100], "words": ", ".join(known)}


def _length(model: type[Problem | Statement], name: str) -> int:
    most: int = model._meta.get_field(name).max_length  # type: ignore[union-attr,assignment]
    return most


def checked_text(
    entry: Entry, column: str, value: Any, most: int, *, strip: bool = True
) -> str | None:
    """A text that can be stored, without spaces around it; None when there is none, or it is refused."""
    if value is None:
        return None
    if not isinstance(value, str):
        entry.refuse(column, gettext("This must be a text."))
        return None
    text = value.strip() if strip else value
    if len(text) > most:
        said = gettext("The text has %(length)d characters; at most %(most)d are kept.")
        entry.refuse(column, said % {"length": len(text), "most": most})
    elif any(char == "\x00" or 0xD800 <= ord(char) <= 0xDFFF for char in text):
        entry.refuse(column, gettext("The text has a character that cannot be stored."))
    else:
        return text
    return None


def take_statement(
    entry: Entry, values: Mapping[str, Any], *, columns: Mapping[str, str], is_correct: bool
) -> None:
    """Check a statement and keep it: ``content``, ``error_type``, ``span``, ``id`` and :data:`TEXTS`.

    ``columns``: how the file calls each of them, for refusals.
    """
    texts = {
        name: checked_text(
            entry,
            columns[name],
            values.get(name),
            _length(Statement, name),
            strip=name != "correction",  # what stands there may begin or end with a space
        )
        for name in ("content", *TEXTS)
    }
    error = values.get("error_type") or None
    known = [one.value for one in ErrorType]
    if error is not None and error not in known:
        entry.refuse(columns["error_type"], _unknown(error, known))
        error = None
    if entry.statements is None:
        entry.statements = []
    entry.statements.append(
        NewStatement(
            content=texts.pop("content") or "",
            is_correct=is_correct,
            error_type=error,
            span=values.get("span"),
            id=values.get("id"),
            # empty is none everywhere, but for a correction: there the wrong part is one too many
            **{
                name: text if name == "correction" else text or None for name, text in texts.items()
            },
        )
    )
