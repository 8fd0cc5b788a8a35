"""A brief as the stub reads it, an answer to it, and the truth about the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Protocol

from tests.stubs.openai_faults import Fault
from tests.stubs.openai_sentences import Scene, Wish, Wrong
from verbs.french.vocabulary import ErrorType, Focus, Language, Person, Tense


@dataclass(frozen=True)
class Ask:
    """What a prompt asks for: a brief."""

    task: str
    wish: Wish
    language: Language
    brief: Mapping[str, Any]
    system: str = ""

    @classmethod
    def from_brief(cls, brief: Mapping[str, Any], system: str = "") -> Ask:
        """Read a brief. Raises KeyError and ValueError for what it should not be."""
        subject = brief.get("subject") or {}
        person = subject.get("person")
        wish = Wish(
            verb=brief["verb"],
            tense=Tense(brief["tense"]),
            # of a right sentence: the error that it must have room for
            error_type=ErrorType(brief["error_type"]) if brief.get("error_type") else None,
            error_code=brief.get("error_code"),
            auxiliary=brief.get("auxiliary"),
            person=Person(person) if person else None,
            form=brief.get("form") or "",
            negation=brief.get("negation"),
            pronoun="pronoun" in (brief.get("objects") or ""),
            question=brief.get("sentence") == "question",
            focus=Focus(brief.get("focus") or Focus.CONJUGATION),
        )
        language = Language(brief.get("language") or Language.ENGLISH)
        return cls(brief["task"], wish, language, brief, system)

    @property
    def incorrect(self) -> bool:
        """Whether a wrong sentence is asked for."""
        return self.task == "incorrect"

    @property
    def problem(self) -> str:
        """The same for all briefs of a problem, and hardly for those of another one."""
        verbs = sorted({self.wish.verb, *(self.brief.get("others") or ())})
        about = (self.wish.focus, self.wish.tense, self.language, self.brief.get("level"))
        return json.dumps([verbs, *map(str, about)], ensure_ascii=False)


@dataclass(frozen=True)
class Answer:
    """An answer and the truth about it.

    ``verb``, ``tense``: of both sentences, None if they are not French. ``error_type``: the one error of
    the incorrect sentence, None if it has none or several. ``clean``: what surrounds the grammar is
    right too: form, languages, translation, explanation. ``repeats``: an earlier answer.
    """

    task: str
    correct: str
    incorrect: str | None
    translation: str
    explanation: str
    verb: str | None
    tense: Tense | None
    error_type: ErrorType | None
    source: str
    ident: str = ""
    correct_ok: bool = True
    incorrect_wrong: bool = True
    one_error: bool = True
    clean: bool = True
    repeats: bool = False
    fault: Fault | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The fields that are sent."""
        if self.incorrect is None:
            return {"sentence": self.correct, "translation": self.translation}
        return {
            "correct_sentence": self.correct,
            "incorrect_sentence": self.incorrect,
            "explanation": self.explanation,
        }

    def right(self) -> dict[str, bool]:
        """Each sentence that is given, and whether it is right."""
        found = {} if self.incorrect is None else {self.incorrect: not self.incorrect_wrong}
        return {**found, self.correct: self.correct_ok}

    def truth(self, ask: Ask) -> dict[str, bool | None]:
        """What is true of the answer to a brief; ``fit``: it may stand in a problem as it is.

        ``one_error`` and ``type_ok`` are about the incorrect sentence; None where there is none.
        """
        pair = self.incorrect is not None
        found: dict[str, bool | None] = {
            "correct_ok": self.correct_ok,
            "incorrect_wrong": self.incorrect_wrong if pair else None,
            "one_error": self.one_error if pair else None,
            "type_ok": self.error_type is ask.wish.error_type if pair else None,
            "verb_ok": self.verb == ask.wish.verb,
            "tense_ok": self.tense is ask.wish.tense,
        }
        grammar = all(value is not False for value in found.values())
        found["fit"] = grammar and self.clean and not self.repeats
        return found


class Scenes(Protocol):
    """Where sentences come from."""

    def scene(self, wish: Wish, rng: Random) -> Scene | None:
        """A sentence to a wish, None if there is none."""

    def other_verb(self, wish: Wish, rng: Random) -> Scene | None:
        """One with certainly another verb."""

    def other_tense(self, wish: Wish, rng: Random) -> Scene | None:
        """One with the verb in certainly another tense."""

    def earlier(self, ask: Ask) -> Answer | None:
        """The first answer to another brief of the same problem."""


# --- Good answers ---------------------------------------------------------------------------------


def good(ask: Ask, scene: Scene, rng: Random) -> Answer:
    """The answer of a good model with a sentence that can have the error asked for."""
    answer = Answer(
        task=ask.task,
        correct=scene.correct,
        incorrect=None,
        translation=scene.translation if ask.language is Language.ENGLISH else "",
        explanation="",
        verb=scene.verb,
        tense=scene.tense,
        error_type=None,
        source=scene.source,
        ident=scene.ident,
    )
    if not ask.incorrect or ask.wish.error_type is None:
        return answer
    wrongs = scene.wrongs(ask.wish.error_type)
    asked = [each for each in wrongs if each.code == ask.wish.error_code]
    wrong = rng.choice(asked or wrongs)
    return with_wrong(answer, ask, wrong)


def with_wrong(answer: Answer, ask: Ask, wrong: Wrong) -> Answer:
    """An answer with a wrong version and its explanation."""
    return replace(
        answer,
        incorrect=wrong.text,
        explanation=wrong.explanations[ask.language],
        error_type=wrong.error_type,
    )
