"""Sentences of the grammar engine, as a model would write them to a brief."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from random import Random
from typing import Protocol

from generation.french import objects
from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.deviations.catalogue import errors_of
from generation.french.english import translate
from generation.french.explain import explain
from generation.french.free_text.describe import describe
from generation.french.leading import ALWAYS_LED
from generation.french.realise import licensed, realise
from generation.french.recipes import NEGATIVE, PRONOUN_ERRORS, can_carry, fronted_forms
from generation.french.scenes import draw_scene
from generation.french.soundness import objections
from verbs.french.conjugation import index
from verbs.french.form_index import Analysis
from verbs.french.lexicon import Frame, lexicon
from verbs.french.vocabulary import AUXILIARY_TENSE, ErrorType, Focus, Language, Person, Tense

#: Draws with all that is wished for, and then with less.
_PATIENT, _DRAWS = 24, 250
_POLARITIES: Mapping[str, tuple[Polarity, ...]] = {
    "pas": (Polarity.PAS,),
    "plus": (Polarity.PLUS,),
    "jamais": (Polarity.JAMAIS,),
    "rien": (Polarity.RIEN, Polarity.NOTHING),
    "personne": (Polarity.PERSONNE, Polarity.NOBODY),
    "aucun": (Polarity.AUCUN,),
    "ni ... ni": (Polarity.NI,),
    "que": (Polarity.QUE,),
}
_SUBJECTS = {
    Person.S1: r"\b(je\b|j')",
    Person.S2: r"\btu\b",
    Person.S3: r"\b(il|elle|on)\b",
    Person.P1: r"\bnous\b",
    Person.P2: r"\bvous\b",
    Person.P3: r"\b(ils|elles)\b",
}
_AT_ANY_TIME = (Tense.PRESENT, Tense.IMPARFAIT, Tense.FUTUR_SIMPLE, Tense.PASSE_COMPOSE)
_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True)
class Wish:
    """What a sentence shall be; ``error_type``, ``error_code``: an error that it could have."""

    verb: str
    tense: Tense
    error_type: ErrorType | None = None
    error_code: str | None = None
    auxiliary: str | None = None
    person: Person | None = None
    form: str = ""
    negation: str | None = None
    question: bool = False
    pronoun: bool = False
    focus: Focus = Focus.CONJUGATION


@dataclass(frozen=True)
class Wrong:
    """A sentence with exactly one error, and why it is wrong, by language.

    ``code`` refines the type, "" where nobody has said.
    """

    text: str
    error_type: ErrorType
    explanations: Mapping[Language, str]
    code: str = ""


class Scene(Protocol):
    """A right sentence with its certain errors, of the engine or of the hand-written file."""

    @property
    def source(self) -> str:
        """Which half it is of: engine or natural."""

    @property
    def ident(self) -> str:
        """The line of the file, "" for the engine's."""

    @property
    def verb(self) -> str:
        """The citation infinitive."""

    @property
    def tense(self) -> Tense:
        """The tense of that verb."""

    @property
    def correct(self) -> str:
        """The sentence."""

    @property
    def translation(self) -> str:
        """Its English."""

    def wrongs(self, error_type: ErrorType) -> tuple[Wrong, ...]:
        """The sentence with one error of a type."""

    def also_right(self) -> tuple[str, ...]:
        """Other sentences about the same that are right, with other words than the sentence."""


@dataclass(frozen=True)
class EngineScene:
    """A drawn clause."""

    clause: Clause
    source: str = "engine"
    ident: str = ""

    @property
    def verb(self) -> str:
        return self.clause.frame.verb.citation

    @property
    def tense(self) -> Tense:
        return self.clause.tense

    @cached_property
    def correct(self) -> str:
        return realise(self.clause)

    @property
    def translation(self) -> str:
        return translate(self.clause)

    def has(self, form: str) -> bool:
        """Whether a verb group, "" none, stands in it."""
        return bool(form) and form.casefold() in self.correct.casefold()

    def wrongs(self, error_type: ErrorType) -> tuple[Wrong, ...]:
        return tuple(
            Wrong(
                each.text,
                error_type,
                {language: explain(each, language) for language in Language},
                each.code,
            )
            for each in errors_of(self.clause, error_type)
        )

    def also_right(self) -> tuple[str, ...]:
        """Its licensed variants, and the same in another tense where nothing fixes the tense."""
        words = _words(self.correct)
        others = [text for text in sorted(licensed(self.clause)) if _words(text) != words]
        return (*others, *self._at_other_times())

    def _at_other_times(self) -> list[str]:
        clause = self.clause
        plain = clause.polarity is Polarity.AFFIRMATIVE and clause.cod_form is ObjectForm.NOUN
        if not plain or clause.question or clause.tense not in _AT_ANY_TIME:
            return []
        if clause.trigger_key or clause.time_key or clause.adverb_key:
            return []
        others = [
            replace(clause, tense=tense)
            for tense in _AT_ANY_TIME
            if tense is not clause.tense and tense in clause.frame.tenses
        ]
        return [realise(each) for each in others if not objections(each)]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def has_person(text: str, person: Person | None) -> bool:
    """Whether a subject pronoun of a person stands in a sentence."""
    return person is not None and re.search(_SUBJECTS[person], text.casefold()) is not None


# --- What is certainly not in a sentence ----------------------------------------------------------


@lru_cache(maxsize=2000)
def _forms(infinitive: str) -> Mapping[str, frozenset[Analysis]]:
    return index([infinitive])


def _infinitive(verb: str) -> str:
    frames = lexicon().frames_of(verb)
    return (frames[0].verb.infinitive if frames else verb).split()[-1]


def _analyses(text: str, verb: str) -> list[Analysis]:
    forms = _forms(_infinitive(verb))
    return [each for word in _words(text) if word in forms for each in forms[word]]


def may_have_verb(text: str, verb: str) -> bool:
    """Whether any word of a sentence may be a form of a verb."""
    return bool(_analyses(text, verb))


def may_have_tense(text: str, verb: str, tense: Tense) -> bool:
    """Whether any word of a sentence may be that tense of a verb, or its auxiliary."""
    if tense in AUXILIARY_TENSE:
        found = [*_analyses(text, "avoir"), *_analyses(text, "être")]
        return any(each.tense is AUXILIARY_TENSE[tense] for each in found)
    return any(each.tense is tense for each in _analyses(text, verb))


# --- Drawing --------------------------------------------------------------------------------------


def _frames(wish: Wish) -> list[Frame]:
    error_type = wish.error_type
    found = [
        frame
        for frame in lexicon().frames_of(wish.verb)
        if wish.tense in frame.tenses
        and (error_type is None or can_carry(frame, error_type, wish.tense))
    ]
    return [f for f in found if f.verb.auxiliary.value == wish.auxiliary] or found


def _engine_wish(wish: Wish, rng: Random, *, patient: bool) -> objects.Wish:
    negation = wish.error_type is ErrorType.NEGATION_STRUCTURE
    polarities: tuple[Polarity, ...] = (Polarity.AFFIRMATIVE,)
    if not patient:
        polarities = NEGATIVE if negation else tuple(Polarity)
    elif wish.negation is not None and wish.negation in _POLARITIES:
        polarities = _POLARITIES[wish.negation]
    elif negation:
        polarities = NEGATIVE
    choice = wish.error_type in PRONOUN_ERRORS
    needed = choice or (wish.pronoun and wish.focus is Focus.PRONOUNS)
    pronoun = needed or wish.pronoun
    form = ObjectForm.PRONOUN
    if pronoun and not wish.question and wish.tense not in ALWAYS_LED:
        form = rng.choice(fronted_forms(wish.error_type, wish.focus))
    return objects.Wish(
        polarities,
        pronoun=pronoun if patient or needed else None,
        form=form,
        question=wish.question and patient,
        led=True if patient and wish.error_type is ErrorType.WRONG_TENSE else None,
        double=wish.error_type is ErrorType.PRONOUN_ORDER,
        bare=needed,
    )


def _has_code(clause: Clause, wish: Wish) -> bool:
    if wish.error_type is None or wish.error_code is None:
        return False
    return any(each.code == wish.error_code for each in errors_of(clause, wish.error_type))


def draw(wish: Wish, rng: Random, avoid: set[str], draws: int = _DRAWS) -> EngineScene | None:
    """Draw a sentence that is none of ``avoid``, None if there is none.

    Person, form and code of the error are those of the wish if a few draws find them.
    """
    frames = _frames(wish)
    full = bool(wish.person) + 2 * bool(wish.form) + 4 * bool(wish.error_type and wish.error_code)
    most, best = -1, None
    for attempt in range(draws if frames else 0):
        patient = attempt < _PATIENT
        if best is not None and (not patient or most == full):
            break
        engine_wish = _engine_wish(wish, rng, patient=patient)
        clause = draw_scene(rng.choice(frames), wish.tense, rng, engine_wish)
        if clause is None:
            continue
        scene = EngineScene(clause)
        if wish.focus is Focus.PRONOUNS and wish.pronoun and not describe(scene.correct).pronouns:
            continue
        score = int(clause.subject.person is wish.person) + 2 * scene.has(wish.form)
        if score + 4 <= most or scene.correct in avoid:
            # Not even the right error would make it better.
            continue
        if wish.error_type is not None and not errors_of(clause, wish.error_type):
            continue
        score += 4 * _has_code(clause, wish)
        if score > most:
            most, best = score, scene
    return best


def draw_other_verb(wish: Wish, rng: Random, avoid: set[str]) -> EngineScene | None:
    """Draw a sentence with another verb, in which no word can be a form of the wished one."""
    verbs = list(dict.fromkeys(frame.verb.citation for frame in lexicon().frames.values()))
    for _ in range(40):
        other = replace(
            wish, verb=rng.choice(verbs), form="", error_code=None, auxiliary=None, person=None
        )
        if _infinitive(other.verb) == _infinitive(wish.verb):
            continue
        scene = draw(other, rng, avoid, _PATIENT)
        if scene is not None and not may_have_verb(scene.correct, wish.verb):
            return scene
    return None


def draw_other_tense(wish: Wish, rng: Random, avoid: set[str]) -> EngineScene | None:
    """Draw a sentence with the verb in another tense, in which no word can be of the wished one."""
    tenses = [each for each in (*_AT_ANY_TIME, Tense.PLUS_QUE_PARFAIT) if each is not wish.tense]
    rng.shuffle(tenses)
    for tense in tenses:
        for _ in range(4):
            scene = draw(replace(wish, tense=tense, form=""), rng, avoid)
            if scene is None:
                break
            if not may_have_tense(scene.correct, wish.verb, wish.tense):
                return scene
    return None
