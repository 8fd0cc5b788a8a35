"""Putting a prompt together: the parts of the texts that a brief calls for, and the brief as data.

The system message has every rule and nothing that comes from outside; it depends on grammar, level and
language only. What comes from outside stands as JSON in a marked block of the user message, written so
that no text can end its block.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from generation.prompts.briefs import Brief
from generation.prompts.errors import TEXTS
from generation.prompts.texts import Section
from generation.prompts.versions import JUDGE_VERSION, VERSION
from verbs.french.vocabulary import AUXILIARY_TENSE, ErrorType, Language, Tense

__all__ = [
    "Case",
    "Prompt",
    "Rejected",
    "filled",
    "judge_prompt",
    "parts_of",
    "prompt_for",
    "written_block",
]

_LANGUAGES = {Language.ENGLISH: "English", Language.FRENCH: "French"}
#: Marks that would end a block or begin another one.
_MARKS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
#: Unicode categories that a reader does not see: control and format characters, line and paragraph
#: separators, private, unassigned, half of a pair.
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Cs"})


@dataclass(frozen=True)
class Prompt:
    """A prompt: the rules, the data, and the version of the texts they are made of."""

    version: str
    system: str
    user: str

    def messages(self) -> list[dict[str, str]]:
        """The messages of a chat."""
        return [
            {"role": "system", "content": self.system},
            {"role": "user", "content": self.user},
        ]


@dataclass(frozen=True)
class Rejected:
    """A sentence that was refused, and why."""

    sentence: str
    reason: str


@dataclass(frozen=True)
class Case:
    """What a judge is asked about: a pair, or a right sentence alone (``incorrect`` None).

    ``error_type``: the error that the incorrect sentence was to have; ``verb`` and ``tense``: those both
    sentences were to have; ``language``: that of the explanation.
    """

    correct: str
    incorrect: str | None
    error_type: ErrorType | None
    verb: str
    tense: Tense
    explanation: str | None
    language: Language


# --- The writer's -----------------------------------------------------------------------------


def prompt_for(brief: Brief, *, rejected: Rejected | None = None) -> Prompt:
    """The prompt for a sentence; ``rejected``: the one that was refused in its place before."""
    parts = parts_of(brief, rejected=rejected is not None)
    system = "\n\n".join(filled(each.body, brief.language) for each in parts)
    blocks = [written_block("brief", brief.as_json())]
    if rejected is not None:
        blocks.append(written_block("rejected", asdict(rejected)))
    return Prompt(VERSION, system, "\n".join(blocks))


def parts_of(brief: Brief, *, rejected: bool = False) -> list[Section]:
    """The sections of the system message of a brief, in their order."""
    properties = _properties(brief, rejected=rejected)
    texts = [TEXTS.by_name["frame"], TEXTS.by_name[brief.task]]
    if brief.error_type is not None and brief.task == "incorrect":
        texts.append(TEXTS.errors[brief.error_type])
    texts += [TEXTS.by_name[name] for name in ("tenses", "levels")]
    return [each for text in texts for each in text.sections if each.applies(properties)]


def _properties(brief: Brief, *, rejected: bool) -> frozenset[str]:
    """What the conditions of sections speak of. Nothing that a caller says is among it."""
    clause = brief.scene
    compound = brief.tense in AUXILIARY_TENSE
    known = {
        brief.task: True,
        "english": brief.language is Language.ENGLISH,
        "french": brief.language is Language.FRENCH,
        "rejected": rejected,
        "room": brief.error_type is not None and brief.task == "correct",
        "reflexive": clause.reflexive,
        "compound": compound,
        "imperative": clause.imperative,
        "question": clause.question,
        "negated": clause.negative,
        "pronoun": clause.has_object_pronoun,
        "object first": clause.cod_first,
        "trigger": brief.trigger is not None,
    }
    words: set[str] = {brief.auxiliary, brief.level, brief.tense, brief.focus}
    if brief.error_code is not None:
        words.add(brief.error_code.partition(".")[2])
    return frozenset(word for word, holds in known.items() if holds) | {str(word) for word in words}


def filled(body: str, language: Language) -> str:
    """A section's body with its placeholders filled in."""
    return body.replace("{version}", VERSION).replace("{language}", _LANGUAGES[language])


# --- The judge's ------------------------------------------------------------------------------


def judge_prompt(case: Case) -> Prompt:
    """The prompt for a verdict on a pair or a sentence. It knows nothing of the writer's prompts."""
    sections = TEXTS.by_name["judge"].sections
    errors = "\n".join(_meanings())
    bodies = (each.body.replace("{errors}", errors) for each in sections)
    system = "\n\n".join(bodies).replace("{version}", JUDGE_VERSION)
    return Prompt(JUDGE_VERSION, system, written_block("case", _plain(asdict(case))))


def _meanings() -> Iterator[str]:
    for error_type in ErrorType:
        yield f"- {error_type.value}: {TEXTS.errors[error_type].meaning}"


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(v) if isinstance(v, str) else v for name, v in values.items()}


# --- Data -------------------------------------------------------------------------------------


def written_block(name: str, data: Mapping[str, Any]) -> str:
    """Data as one JSON object on a line of its own between ``<name>`` and ``</name>``.

    No character of the data can end the block, begin a line or hide: such ones are written as escapes,
    and reading the JSON gives the data back as it was.
    """
    written = json.dumps(data, ensure_ascii=False)
    return f"<{name}>\n{''.join(_escaped(each) for each in written)}\n</{name}>"


def _escaped(character: str) -> str:
    if character in _MARKS:
        return _MARKS[character]
    if unicodedata.category(character) not in _UNSEEN:
        return character
    # Beyond the first 65,536 characters JSON has two escapes for one.
    units = character.encode("utf-16-be", "surrogatepass")
    pairs = (units[i : i + 2] for i in range(0, len(units), 2))
    return "".join(f"\\u{int.from_bytes(pair):04x}" for pair in pairs)
