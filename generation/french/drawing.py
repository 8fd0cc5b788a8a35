"""Drawing single sentences for a problem: the correct one, and ones with exactly one error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.deviations.base import Deviation
from generation.french.deviations.catalogue import errors_of
from generation.french.eligible import able_frames, by_verb, frames_of, key_frames
from generation.french.leading import ALWAYS_LED
from generation.french.levels import at_most, clause_level
from generation.french.realise import licensed, realise
from generation.french.recipes import NEGATIVE, PRONOUN_ERRORS, fronted_forms
from generation.french.scenes import Wish, draw_scene
from generation.french.spec import CannotCompose, ProblemSpec
from verbs.french.lexicon import Frame
from verbs.french.vocabulary import ErrorType, Focus, Level

__all__ = [
    "DRAWS",
    "Drawn",
    "Features",
    "clause_themes",
    "draw_distractor",
    "draw_key",
    "has_negation",
]

#: How often a sentence is drawn before it is given up.
DRAWS = 400
_PAS_SHARE = 0.4
#: How often what fixes a tense is a trigger, the others being time expressions.
_TRIGGER_SHARE = 0.85
#: Errors that come in few kinds, so that several sentences of a problem have the same.
_ALIKE = (ErrorType.REFLEXIVE_PRONOUN, ErrorType.WRONG_TENSE)


@dataclass(frozen=True)
class Drawn:
    """A drawn sentence: a clause, and the deviation that is shown instead of it."""

    clause: Clause
    deviation: Deviation | None

    @property
    def text(self) -> str:
        """The sentence as it is shown."""
        return realise(self.clause) if self.deviation is None else self.deviation.text


@dataclass(frozen=True)
class Features:
    """What a sentence has beside what its problem is about."""

    negative: bool = False
    pronoun: bool = False
    question: bool = False


def _wish(spec: ProblemSpec, rng: Random, features: Features, error_type: ErrorType | None) -> Wish:
    """Return what a sentence must have, that it may carry an error of a type."""
    polarities: tuple[Polarity, ...] = (Polarity.AFFIRMATIVE,)
    negation = spec.focus is Focus.NEGATION or error_type is ErrorType.NEGATION_STRUCTURE
    if negation or features.negative:
        # "pas" is what learners meet most.
        polarities = (Polarity.PAS,) if rng.random() < _PAS_SHARE else NEGATIVE
    pronoun = spec.focus is Focus.PRONOUNS or error_type in PRONOUN_ERRORS or features.pronoun
    form = ObjectForm.PRONOUN
    # What a pronoun stands for is named where pronouns are not the point.
    bare = spec.focus is Focus.PRONOUNS or error_type in PRONOUN_ERRORS
    if pronoun and not features.question:
        form = rng.choice(fronted_forms(error_type, spec.focus))
    if form is not ObjectForm.PRONOUN and spec.tense in ALWAYS_LED:
        # Nothing stands in front behind "il est possible que".
        form = ObjectForm.PRONOUN
    mood = spec.focus is Focus.MOOD_AND_TENSE
    return Wish(
        polarities,
        pronoun=pronoun,
        form=form,
        question=features.question and not mood,
        led=(rng.random() < _TRIGGER_SHARE or None) if mood else None,
        double=error_type is ErrorType.PRONOUN_ORDER,
        bare=bare,
    )


def _draw(
    frame: Frame, spec: ProblemSpec, rng: Random, wish: Wish, limit: Level | None
) -> Clause | None:
    """Draw one natural clause of a reading within a level."""
    clause = draw_scene(frame, spec.tense, rng, wish)
    if clause is None or (limit is not None and not at_most(clause_level(clause), limit)):
        return None
    return clause


def clause_themes(clause: Clause) -> tuple[str, ...]:
    """Return the themes of a sentence: its verb's, then those of its nouns."""
    found = [clause.frame.theme]
    if clause.cod is not None:
        found.append(clause.cod.theme)
    if clause.oblique is not None:
        if clause.oblique.phrase is not None:
            found.append(clause.oblique.phrase.theme)
        elif clause.oblique.theme is not None:
            found.append(clause.oblique.theme)
    return tuple(dict.fromkeys(found))


def has_negation(clause: Clause) -> bool:
    """Return whether a sentence has a negation, be it in what stands before the clause.

    "Il ne faut pas que nous le manquions" is a negative sentence about an affirmative clause.
    """
    before = [each.french.split() for each in (clause.trigger, clause.lead) if each is not None]
    return clause.negative or any("ne" in words for words in before)


def _fits_key(spec: ProblemSpec, clause: Clause, *, exact: bool) -> bool:
    if spec.negation is False and has_negation(clause):
        return False
    if spec.themes and not set(spec.themes) & set(clause_themes(clause)):
        return False
    return not (exact and clause_level(clause) is not spec.level)


def draw_key(
    spec: ProblemSpec,
    rng: Random,
    types: Sequence[ErrorType],
    features: Features,
    *,
    exact: bool,
    draws: int,
) -> Drawn | None:
    """Draw the correct sentence: one that could have had an error of the problem's types.

    ``exact``: it has just the level that is asked for. In the second half of the draws the
    features that are not the focus's are given up.
    """
    frames = key_frames(spec)
    able = {t: by_verb(able_frames(frames, t, spec.tense)) for t in dict.fromkeys(types)}
    wanted = [t for t, found in able.items() if found]
    any_verb = by_verb(frames)
    for attempt in range(draws):
        patient = attempt < draws // 2
        error_type = rng.choice(wanted) if wanted and patient else None
        if not patient:
            features = Features(negative=features.negative)
        wish = replace(_wish(spec, rng, features, error_type), cod=spec.cod, coi=spec.coi)
        if spec.negation is False:
            # Also where the others have errors in negations.
            wish = replace(wish, polarities=(Polarity.AFFIRMATIVE,))
        choice = any_verb if error_type is None else able[error_type]
        clause = _draw(rng.choice(rng.choice(choice)), spec, rng, wish, spec.level)
        if clause is None or not _fits_key(spec, clause, exact=exact):
            continue
        if error_type is not None and not errors_of(clause, error_type):
            continue
        if spec.focus is Focus.MOOD_AND_TENSE and not errors_of(clause, ErrorType.WRONG_TENSE):
            continue
        return Drawn(clause, None)
    return None


def _usable(
    found: Sequence[Deviation], taken: Sequence[Drawn], *, fresh: bool
) -> Sequence[Deviation]:
    """Return the deviations that go with those which are there already.

    Where a tense is written for another one, it is the same in all sentences. ``fresh``: only
    deviations of a kind that is not there yet.
    """
    before = [each.deviation for each in taken if each.deviation is not None]
    tenses = {d.facts["wrong_tense"] for d in before if d.error_type is ErrorType.WRONG_TENSE}
    if tenses:
        found = [d for d in found if d.facts.get("wrong_tense", "") in ("", *tenses)]
    # The persons that learners confuse come first.
    found = [d for d in found if d.error_type is not ErrorType.WRONG_PERSON] or found[:2]
    if not fresh:
        return found
    codes = {d.code for d in before}
    return [d for d in found if d.code not in codes]


def _able(spec: ProblemSpec, error_type: ErrorType, limit: Level | None) -> tuple[Frame, ...]:
    """Return the readings up to a level that may have an error of a type."""
    at_most_so_hard = replace(spec, level=limit) if limit is not None else spec
    try:
        return able_frames(frames_of(at_most_so_hard), error_type, spec.tense)
    except CannotCompose:
        return ()


def _distractor_wish(
    spec: ProblemSpec, rng: Random, features: Features, error_type: ErrorType, *, patient: bool
) -> Wish:
    """Return what a sentence with an error must have, less of it where it is hard to find."""
    if patient:
        return _wish(spec, rng, features, error_type)
    wish = _wish(spec, rng, Features(negative=features.negative), error_type)
    if spec.focus is Focus.NEGATION:
        return wish
    # Some errors of some verbs show in a negation only ("je ne ai").
    return replace(wish, polarities=tuple(Polarity))


def draw_distractor(
    spec: ProblemSpec,
    rng: Random,
    error_type: ErrorType,
    taken: Sequence[Drawn],
    features: Features,
    *,
    limit: Level | None,
    exact: bool,
    draws: int = DRAWS,
) -> Drawn | None:
    """Draw a sentence with one certain error, unlike the sentences that are there already."""
    frames = _able(spec, error_type, limit)
    if not frames:
        return None
    texts = {each.text.casefold() for each in taken}
    verbs = {each.clause.frame.verb.citation for each in taken}
    readings = by_verb(frames)
    enough = len(readings) > len(verbs)
    for attempt in range(draws):
        patient = attempt < draws // 2
        wish = _distractor_wish(spec, rng, features, error_type, patient=patient)
        frame = rng.choice(rng.choice(readings))
        if patient and enough and frame.verb.citation in verbs:
            continue
        clause = _draw(frame, spec, rng, wish, limit)
        if clause is None or (exact and clause_level(clause) is not spec.level):
            continue
        fresh = error_type not in _ALIKE and attempt < draws // 8
        found = _usable(errors_of(clause, error_type), taken, fresh=fresh)
        if not found:
            continue
        # What learners write often is drawn more often.
        deviation = rng.choices(found, [d.weight for d in found])[0]
        right = any(deviation.text in licensed(each.clause) for each in taken)
        if right or deviation.text.casefold() in texts or realise(clause).casefold() in texts:
            continue
        return Drawn(clause, deviation)
    return None
