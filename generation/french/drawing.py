"""Drawing single sentences for a problem: the correct one, and ones with exactly one error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from generation.french.clause import Clause, Polarity
from generation.french.deviations.base import Deviation
from generation.french.deviations.catalogue import errors_of
from generation.french.levels import at_most, clause_level
from generation.french.realise import licensed, realise
from generation.french.recipes import NEGATIVE, RECIPES, Recipe, belongs, can_carry, lowest_level
from generation.french.scenes import Wish, draw_scene
from generation.french.spec import CannotCompose, ProblemSpec
from verbs.french.lexicon import THEMES, Frame, lexicon
from verbs.french.vocabulary import ErrorType, Focus, Level, Tense

#: How often a sentence is drawn before it is given up.
DRAWS = 400
_DISLOCATED_SHARE = 0.25


@dataclass(frozen=True)
class Drawn:
    """A drawn sentence: a clause, and the deviation that is shown instead of it."""

    clause: Clause
    deviation: Deviation | None

    @property
    def text(self) -> str:
        return realise(self.clause) if self.deviation is None else self.deviation.text


# --- What is possible at all --------------------------------------------------------------------


def check_spec(spec: ProblemSpec) -> Recipe:
    """Return the recipe of the focus; refuse what clashes before anything is drawn."""
    recipe = RECIPES.get(spec.focus)
    if recipe is None:
        raise CannotCompose(f"The grammar engine has no problems about {spec.focus.value}.")
    if spec.tense not in recipe.tenses:
        allowed = ", ".join(t.value for t in recipe.tenses)
        raise CannotCompose(
            f"Problems about {spec.focus.value} are made in {allowed}, not in {spec.tense.value}."
        )
    if not 2 <= spec.statement_count <= 6:
        raise CannotCompose(f"A problem has 2 to 6 statements, not {spec.statement_count}.")
    if spec.focus is Focus.NEGATION and spec.negation is False:
        raise CannotCompose("A problem about negation has a negative correct statement.")
    lowest = lowest_level(spec.focus, spec.tense)
    if spec.level is not None and not at_most(lowest, spec.level):
        raise CannotCompose(
            f"Problems about {spec.focus.value} in {spec.tense.value} begin at level"
            f" {lowest.value}; level {spec.level.value} cannot be met."
        )
    if unknown := sorted(set(spec.themes) - THEMES):
        raise CannotCompose(
            f"No theme {', '.join(unknown)}; the themes are {', '.join(sorted(THEMES))}."
        )
    for error_type in spec.error_types:
        if not able_frames(frames_of(spec), error_type, spec.tense):
            raise CannotCompose(
                f"No verb allowed here can have the error {error_type.value} in {spec.tense.value}."
            )
    return recipe


@lru_cache(maxsize=1000)
def _readings(
    verbs: tuple[str, ...], focus: Focus, tense: Tense, limit: Level | None
) -> tuple[Frame, ...]:
    if not verbs:
        frames = tuple(lexicon().frames.values())
    else:
        frames = ()
        for infinitive in dict.fromkeys(verbs):
            of_verb = lexicon().frames_of(infinitive)
            if not of_verb:
                raise CannotCompose(f"The lexicon has no sentences with the verb {infinitive}.")
            frames += of_verb
    found = tuple(f for f in frames if belongs(f, focus))
    if not found:
        named = ", ".join(verbs)
        raise CannotCompose(f"No problems about {focus.value} can be made with {named}.")
    natural = tuple(f for f in found if tense in f.tenses)
    if not natural:
        named = ", ".join(verbs)
        raise CannotCompose(f"The engine does not use {named} in {tense.value}.")
    if limit is None:
        return natural
    taught = tuple(f for f in natural if at_most(f.verb.level, limit))
    if not taught:
        raise CannotCompose(f"{', '.join(verbs)}: above level {limit.value}.")
    return taught


def frames_of(spec: ProblemSpec) -> tuple[Frame, ...]:
    return _readings(spec.verbs, spec.focus, spec.tense, spec.level)


@lru_cache(maxsize=4000)
def able_frames(
    frames: tuple[Frame, ...], error_type: ErrorType, tense: Tense
) -> tuple[Frame, ...]:
    """Return the readings that may have an error of a type."""
    return tuple(f for f in frames if can_carry(f, error_type, tense))


def key_frames(spec: ProblemSpec) -> tuple[Frame, ...]:
    frames = frames_of(spec)
    if spec.key_verb is None:
        return frames
    of_verb = {f.id for f in lexicon().frames_of(spec.key_verb)}
    found = tuple(f for f in frames if f.id in of_verb)
    if not found:
        raise CannotCompose(
            f"{spec.key_verb} cannot carry the correct statement: no sentence with it fits"
            f" {spec.focus.value} in {spec.tense.value} with the verbs allowed."
        )
    return found


# --- Drawing one sentence -----------------------------------------------------------------------


def _wish(spec: ProblemSpec, rng: Random, *, negative: bool | None, pronoun: bool) -> Wish:
    """Return what a sentence must have; ``negative`` None leaves it to the focus."""
    polarities: tuple[Polarity, ...] = (Polarity.AFFIRMATIVE,)
    if spec.focus is Focus.NEGATION or negative:
        # "pas" is what learners meet most.
        polarities = (Polarity.PAS,) if rng.random() < 0.4 else NEGATIVE
    dislocated = (
        pronoun
        and spec.focus is Focus.AGREEMENT
        and not negative
        and rng.random() < _DISLOCATED_SHARE
    )
    return Wish(polarities, pronoun=spec.focus is Focus.PRONOUNS or pronoun, dislocated=dislocated)


@lru_cache(maxsize=4000)
def _by_verb(frames: tuple[Frame, ...]) -> tuple[tuple[Frame, ...], ...]:
    """Group readings by verb, so that a verb with many readings is drawn no more often."""
    groups: dict[str, list[Frame]] = {}
    for frame in frames:
        groups.setdefault(frame.verb.citation, []).append(frame)
    return tuple(map(tuple, groups.values()))


def _draw(
    frames: tuple[Frame, ...],
    spec: ProblemSpec,
    rng: Random,
    wish: Wish,
    limit: Level | None,
) -> Clause | None:
    """Draw one natural clause within a level."""
    frame = rng.choice(rng.choice(_by_verb(frames)))
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


def _fits_key(spec: ProblemSpec, clause: Clause, exact: bool) -> bool:
    if spec.themes and not set(spec.themes) & set(clause_themes(clause)):
        return False
    return not (exact and clause_level(clause) is not spec.level)


def draw_key(
    spec: ProblemSpec,
    rng: Random,
    types: Sequence[ErrorType],
    pronoun: bool,
    exact: bool,
    draws: int,
) -> Drawn | None:
    """Draw the correct sentence: one that could have had an error of the problem's types."""
    frames = key_frames(spec)
    negative = spec.negation is True or (spec.focus is Focus.NEGATION)
    able = {t: able_frames(frames, t, spec.tense) for t in dict.fromkeys(types)}
    wanted = [t for t, found in able.items() if found]
    for attempt in range(draws):
        wish = _wish(spec, rng, negative=negative, pronoun=pronoun and attempt < draws // 2)
        wish = replace(wish, cod=spec.cod, coi=spec.coi)
        patient = bool(wanted) and attempt < draws // 2
        error_type = rng.choice(wanted) if patient else None
        choice = frames if error_type is None else able[error_type]
        clause = _draw(choice, spec, rng, wish, spec.level)
        if clause is None or not _fits_key(spec, clause, exact):
            continue
        if error_type is not None and not errors_of(clause, error_type):
            continue
        return Drawn(clause, None)
    return None


def draw_distractor(
    spec: ProblemSpec,
    rng: Random,
    error_type: ErrorType,
    taken: Sequence[Drawn],
    *,
    negative: bool,
    pronoun: bool,
    exact: bool,
) -> Drawn | None:
    """Draw a sentence with one certain error, unlike the sentences that are there already."""
    frames = able_frames(frames_of(spec), error_type, spec.tense)
    if not frames:
        return None
    texts = {each.text.casefold() for each in taken}
    verbs = {each.clause.frame.verb.citation for each in taken}
    enough = len(_by_verb(frames)) > len(verbs)
    codes = [each.deviation.code for each in taken if each.deviation is not None]
    for attempt in range(DRAWS):
        patient = attempt < DRAWS // 2
        wish = _wish(spec, rng, negative=negative, pronoun=pronoun and patient)
        if not patient and spec.focus is not Focus.NEGATION:
            # Some errors of some verbs show in a negation only ("je ne ai").
            wish = replace(wish, polarities=tuple(Polarity))
        if error_type is ErrorType.NEGATION_STRUCTURE:
            wish = replace(wish, polarities=NEGATIVE)
        if error_type in (
            ErrorType.PRONOUN_PLACEMENT,
            ErrorType.PRONOUN_ORDER,
            ErrorType.PRONOUN_CATEGORY,
        ):
            wish = replace(wish, pronoun=True)
        clause = _draw(frames, spec, rng, wish, spec.level)
        if clause is None or (exact and clause_level(clause) is not spec.level):
            continue
        if patient and enough and clause.frame.verb.citation in verbs:
            continue
        found = errors_of(clause, error_type)
        if patient and error_type is not ErrorType.REFLEXIVE_PRONOUN:
            fresh = [d for d in found if d.code not in codes]
            found = tuple(fresh) if fresh or attempt < DRAWS // 8 else found
        if not found:
            continue
        deviation = rng.choice(found)
        right = any(deviation.text in licensed(each.clause) for each in taken)
        if right or deviation.text.casefold() in texts or realise(clause).casefold() in texts:
            continue
        return Drawn(clause, deviation)
    return None
