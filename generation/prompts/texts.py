"""Reading the texts that prompts are made of.

A text is a file that a linguist can read and change. What stands above the first heading is a note for
the reader and is never sent. Below it are sections::

    ## Reflexive verb (when: reflexive, not imperative, A1/A2)
    The words that are sent.

A section is sent when all of its conditions hold: "not x" is the opposite of x, "x/y" is x or y; without
conditions it is always sent. ``{language}`` and the other names of PLACEHOLDERS are filled in. In a file
about an error, the sections Meaning and Codes are data: one line that says what the error is, and lines
``code | meaning | right -> wrong``. Everything is checked when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from generation.french.deviations.codes import CODES, codes_of
from verbs.french.vocabulary import ErrorType, Focus, Level, Tense

__all__ = ["FOLDER", "PLACEHOLDERS", "Code", "Section", "Text", "TextError", "Texts", "read_texts"]

FOLDER = Path(__file__).with_name("texts")
#: What a text may leave open. None of it comes from outside.
PLACEHOLDERS = frozenset({"version", "language", "errors"})
#: Properties of a brief, beside its level, tense, focus and the finer word of its error code.
PROPERTIES = frozenset(
    {
        *("english", "french", "rejected", "room", "reflexive", "être", "avoir", "compound"),
        *("imperative", "question", "negated", "pronoun", "object first", "trigger"),
    }
)
_FILES = ("frame", "correct", "incorrect", "levels", "tenses", "judge")
_DATA_SECTIONS = ("Meaning", "Codes")
_HEADING = re.compile(r"^## (?P<title>[^()]+?)(?: \(when: (?P<conditions>[^()]+)\))?$")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class TextError(ValueError):
    """A text is missing or cannot be right; the message names file and line."""


@dataclass(frozen=True)
class Section:
    """A part of a text. ``conditions``: alternatives, one of each group must hold."""

    file: str
    title: str
    conditions: tuple[tuple[str, ...], ...]
    body: str

    def applies(self, properties: Collection[str]) -> bool:
        """Whether it is sent for a brief with these properties."""
        return all(any(_holds(each, properties) for each in group) for group in self.conditions)


@dataclass(frozen=True)
class Code:
    """What an error code means, with a right sentence and the same one with the error."""

    meaning: str
    right: str
    wrong: str


@dataclass(frozen=True)
class Text:
    """A file: the sections that can be sent; of an error its meaning and its codes, else none."""

    name: str
    sections: tuple[Section, ...]
    meaning: str = ""
    codes: Mapping[str, Code] | None = None


@dataclass(frozen=True)
class Texts:
    """All texts: by name, and those of the errors by type."""

    by_name: Mapping[str, Text]
    errors: Mapping[ErrorType, Text]


def _holds(condition: str, properties: Collection[str]) -> bool:
    if condition.startswith("not "):
        return condition.removeprefix("not ") not in properties
    return condition in properties


def _known_conditions() -> frozenset[str]:
    words = (*Level, *Tense, *Focus)
    codes = (code.partition(".")[2] for code in CODES)
    return PROPERTIES | frozenset(word.value for word in words) | frozenset(codes)


def read_texts(folder: Path = FOLDER) -> Texts:
    """Read and check every text. Raises TextError, which names file and line."""
    return Texts(
        {name: _read(folder, f"{name}.md", None) for name in _FILES},
        {each: _read(folder, f"errors/{each.value}.md", each) for each in ErrorType},
    )


def _read(folder: Path, name: str, error_type: ErrorType | None) -> Text:
    try:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise TextError(f"{name}: {error.strerror}") from None
    sections: list[Section] = []
    meaning, codes = "", {}
    for start, heading, body in _blocks(name, lines):
        if error_type is not None and heading["title"] == "Meaning":
            meaning = " ".join(body).strip()
        elif error_type is not None and heading["title"] == "Codes":
            codes = _codes(name, start, body, error_type)
        else:
            conditions = _conditions(name, start, heading["conditions"])
            sections.append(Section(name, heading["title"], conditions, _body(name, start, body)))
    if not sections:
        raise TextError(f"{name}:{len(lines)}: no section")
    if error_type is None:
        return Text(name, tuple(sections))
    if not meaning or not codes:
        raise TextError(f"{name}:{len(lines)}: an error needs the sections Meaning and Codes")
    return Text(name, tuple(sections), meaning, codes)


def _blocks(name: str, lines: list[str]) -> list[tuple[int, re.Match[str], list[str]]]:
    """The sections as line of the heading, heading, and lines below it."""
    found: list[tuple[int, re.Match[str], list[str]]] = []
    for number, line in enumerate(lines, start=1):
        if line.startswith("##"):
            heading = _HEADING.match(line)
            if heading is None:
                raise TextError(f"{name}:{number}: not a heading: {line}")
            found.append((number, heading, []))
        elif found:
            found[-1][2].append(line)
    return found


def _body(name: str, start: int, lines: list[str]) -> str:
    for number, line in enumerate(lines, start=start + 1):
        unknown = [word for word in _PLACEHOLDER.findall(line) if word not in PLACEHOLDERS]
        if unknown or "{" in _PLACEHOLDER.sub("", line) or "}" in _PLACEHOLDER.sub("", line):
            raise TextError(f"{name}:{number}: unknown placeholder in: {line}")
    body = "\n".join(lines).strip()
    if not body:
        raise TextError(f"{name}:{start}: an empty section")
    return body


def _conditions(name: str, number: int, text: str | None) -> tuple[tuple[str, ...], ...]:
    if text is None:
        return ()
    known = _known_conditions()
    groups = tuple(tuple(word.strip() for word in group.split("/")) for group in text.split(","))
    for word in (word for group in groups for word in group):
        if word.removeprefix("not ") not in known:
            raise TextError(f"{name}:{number}: unknown condition: {word}")
    return groups


def _codes(name: str, start: int, lines: list[str], error_type: ErrorType) -> dict[str, Code]:
    """The codes of an error type: every one of the catalogue and no other.

    Of a wrong person there is one line for all pairs of persons.
    """
    known = ("*",) if error_type is ErrorType.WRONG_PERSON else codes_of(error_type)
    found: dict[str, Code] = {}
    for number, line in enumerate(lines, start=start + 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 3 or " -> " not in cells[2] or cells[0] not in known or not cells[1]:
            raise TextError(f"{name}:{number}: not a known code | meaning | right -> wrong: {line}")
        right, _, wrong = cells[2].partition(" -> ")
        found[cells[0]] = Code(cells[1], right, wrong)
    if missing := [code for code in known if code not in found]:
        raise TextError(f"{name}:{start}: no line for {', '.join(missing)}")
    return found
