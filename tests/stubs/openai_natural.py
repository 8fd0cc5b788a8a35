"""The hand-written sentences: right ones with wrong versions, beyond the words of the lexicon."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generation.french.deviations.base import spans
from generation.french.recipes import PRONOUN_ERRORS
from tests.stubs.openai_sentences import Wish, Wrong, has_person
from verbs.french.vocabulary import ErrorType, Focus, Language, Tense

FILE = Path(__file__).with_name("natural_pairs.jsonl")

_FRENCH: Mapping[ErrorType, str] = {
    ErrorType.WRONG_PERSON: "Le verbe s'accorde avec son sujet.",
    ErrorType.WRONG_FORM: "Cette forme du verbe n'existe pas.",
    ErrorType.WRONG_AUXILIARY: "Ce verbe se conjugue ici avec l'autre auxiliaire.",
    ErrorType.PARTICIPLE_AGREEMENT: "L'accord du participe passé n'est pas celui qu'il faut.",
    ErrorType.REFLEXIVE_PRONOUN: "Le pronom réfléchi ne convient pas au sujet ou au verbe.",
    ErrorType.NEGATION_STRUCTURE: "La négation n'est pas construite comme il faut.",
    ErrorType.PRONOUN_PLACEMENT: "Le pronom n'est pas à sa place.",
    ErrorType.PRONOUN_ORDER: "Les pronoms ne sont pas dans le bon ordre.",
    ErrorType.PRONOUN_CATEGORY: "Ce verbe demande un autre pronom.",
    ErrorType.PRONOUN_GENDER: "Le pronom n'a pas le genre de ce qu'il remplace.",
    ErrorType.PRONOUN_NUMBER: "Le pronom n'a pas le nombre de ce qu'il remplace.",
    ErrorType.PREPOSITION: "La préposition n'est pas celle que demande la construction.",
    ErrorType.DETERMINER: "Le déterminant ne convient pas au nom.",
    ErrorType.ELISION: "L'élision ou la contraction n'est pas faite comme il faut.",
    ErrorType.WRONG_TENSE: "La phrase demande un autre temps ou un autre mode.",
}


@dataclass(frozen=True)
class NaturalScene:
    """One line of the file."""

    ident: str
    verb: str
    tense: Tense
    correct: str
    translation: str
    wrong: Mapping[ErrorType, Wrong]
    source: str = "natural"

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> NaturalScene:
        """Read a line. Raises KeyError and ValueError for what it should not be."""
        correct = data["correct"]
        wrong = {}
        for name, about in data["wrong"].items():
            error_type = ErrorType(name)
            french = about.get("explanation_fra") or _in_french(error_type, about["text"], correct)
            explanations = {Language.ENGLISH: about["explanation"], Language.FRENCH: french}
            wrong[error_type] = Wrong(about["text"], error_type, explanations)
        return cls(
            data["id"], data["verb"], Tense(data["tense"]), correct, data["translation"], wrong
        )

    def wrongs(self, error_type: ErrorType) -> tuple[Wrong, ...]:
        """The wrong versions of a type: one or none."""
        found = self.wrong.get(error_type)
        return () if found is None else (found,)

    def goes_with(self, wish: Wish) -> bool:
        """Whether it has what the problem is about: a negation, an object pronoun."""
        if wish.negation is not None and not re.search(r"\b(ne\b|n['’])", self.correct):
            return False
        return wish.focus is not Focus.PRONOUNS or not self.wrong.keys().isdisjoint(PRONOUN_ERRORS)

    def also_right(self) -> tuple[str, ...]:
        """Nobody has written down other forms that are right."""
        return ()


def _in_french(error_type: ErrorType, wrong: str, right: str) -> str:
    start, end, correction = spans(wrong, right)
    return f"{_FRENCH[error_type]} On écrit « {correction} », et non « {wrong[start:end]} »."


class NaturalPairs:
    """The lines of the file, and how often each has been given."""

    def __init__(self, scenes: Iterable[NaturalScene]) -> None:
        self.scenes: Sequence[NaturalScene] = tuple(scenes)
        self._by_verb: dict[tuple[str, Tense], list[NaturalScene]] = {}
        for scene in self.scenes:
            self._by_verb.setdefault((scene.verb, scene.tense), []).append(scene)
        self._given: Counter[str] = Counter()

    @classmethod
    def load(cls, path: Path = FILE) -> NaturalPairs:
        """Read the file; none at all if it is not there."""
        if not path.exists():
            return cls(())
        lines = path.read_text(encoding="utf-8").splitlines()
        return cls(NaturalScene.from_json(json.loads(line)) for line in lines if line.strip())

    def scene(self, wish: Wish, avoid: set[str]) -> NaturalScene | None:
        """The line that fits best: least often given, then with the person that is wished for."""
        found = [
            scene
            for scene in self._by_verb.get((wish.verb, wish.tense), ())
            if scene.correct not in avoid
            and scene.goes_with(wish)
            and (wish.error_type is None or scene.wrongs(wish.error_type))
        ]
        if not found:
            return None

        def order(scene: NaturalScene) -> tuple[int, bool, bool, str]:
            unlike = not has_person(scene.correct, wish.person)
            other = wish.form.casefold() not in scene.correct.casefold()
            return self._given[scene.ident], other, unlike, scene.ident

        best = min(found, key=order)
        self._given[best.ident] += 1
        return best

    def forget(self) -> None:
        """Begin anew, as if nothing had been given."""
        self._given.clear()
