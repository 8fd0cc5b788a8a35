"""Which readings of verbs can be in a problem; what clashes is refused before anything is drawn."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from generation.french.clause import Polarity
from generation.french.leading import ALWAYS_LED, POLITE, triggers_for
from generation.french.levels import POLARITY_LEVELS, at_most, highest, reading_level
from generation.french.recipes import (
    ERROR_LEVELS,
    RECIPES,
    Recipe,
    belongs,
    can_carry,
    lowest_level,
)
from generation.french.spec import CannotCompose, ProblemSpec
from generation.french.timing import polarities
from verbs.french.lexicon import THEMES, Frame, lexicon
from verbs.french.overrides import cached, current
from verbs.french.triggers import leads
from verbs.french.vocabulary import ErrorType, Focus, Level, Tense


def check_spec(spec: ProblemSpec) -> Recipe:
    """Return the recipe of the focus, with no other error types than those that are asked for.

    What clashes is refused before anything is drawn.
    """
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
    recipe = _narrowed(recipe, spec)
    if not any(able_frames(frames_of(spec), t, spec.tense) for t in recipe.primary):
        asked = ", ".join(t.value for t in recipe.primary)
        raise CannotCompose(
            f"No verb allowed here can have errors of {asked} in {spec.tense.value}."
        )
    if spec.level is not None and not _reach(frames_of(spec), spec.tense, spec.level):
        raise CannotCompose(
            f"No sentence in {spec.tense.value} with a verb allowed here is as hard as"
            f" {spec.level.value}."
        )
    return recipe


def _narrowed(recipe: Recipe, spec: ProblemSpec) -> Recipe:
    """Return a recipe with the error types that are asked for and that its level has."""

    def kept(types: tuple[ErrorType, ...]) -> tuple[ErrorType, ...]:
        asked = [t for t in types if not spec.error_types or t in spec.error_types]
        return tuple(
            t
            for t in asked
            if spec.level is None or at_most(ERROR_LEVELS.get(t, Level.A1), spec.level)
        )

    primary, neighbours = kept(recipe.primary), kept(recipe.neighbours)
    if not primary:
        asked = ", ".join(t.value for t in spec.error_types)
        level = "" if spec.level is None else f" at level {spec.level.value}"
        raise CannotCompose(f"Problems about {spec.focus.value} have no errors of {asked}{level}.")
    always = bool(neighbours) if spec.error_types else recipe.always_neighbour
    return replace(recipe, primary=primary, neighbours=neighbours, always_neighbour=always)


@cached(maxsize=1000)
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
    named = ", ".join(verbs)
    found = tuple(f for f in frames if belongs(f, focus))
    if not found:
        raise CannotCompose(f"No problems about {focus.value} can be made with {named}.")
    corrections = current()
    natural = tuple(
        f
        for f in found
        if tense in f.tenses
        and _can_be_led(f, tense)
        and not corrections.reading(f.verb.key).touches_compound(tense)
    )
    if not natural:
        raise CannotCompose(f"The engine does not use {named} in {tense.value}.")
    if limit is None:
        return natural
    taught = tuple(f for f in natural if at_most(reading_level(f, tense), limit))
    if not taught:
        raise CannotCompose(f"{named or 'Every verb'}: above level {limit.value}.")
    return taught


def _can_be_led(frame: Frame, tense: Tense) -> bool:
    """Whether something goes before a reading in a tense that is not used without."""
    if tense not in ALWAYS_LED:
        return True
    if tense is Tense.CONDITIONNEL and frame.verb.infinitive in POLITE:
        return True
    return any(triggers_for(frame, tense, polarity) for polarity in polarities(frame, tense))


@cached(maxsize=1000)
def _reach(frames: tuple[Frame, ...], tense: Tense, level: Level) -> bool:
    """Whether a sentence with one of some readings may be as hard as a level; a quick sieve."""
    return any(at_most(level, _hardest(frame, tense)) for frame in frames)


def _hardest(frame: Frame, tense: Tense) -> Level:
    """Return a level that no sentence with a reading in a tense is above."""
    negations = polarities(frame, tense)
    before = (t.level for polarity in negations for t in triggers_for(frame, tense, polarity))
    # Pronouns, relative clauses and questions make a sentence B1 at most.
    found = (reading_level(frame, tense), Level.B1, *(POLARITY_LEVELS[p] for p in negations))
    return highest(*found, *before, *(lead.level for lead in leads().values()))


def frames_of(spec: ProblemSpec) -> tuple[Frame, ...]:
    """Return the readings that any statement may have, in the order of the lexicon."""
    return _readings(spec.verbs, spec.focus, spec.tense, spec.level)


@cached(maxsize=4000)
def able_frames(
    frames: tuple[Frame, ...], error_type: ErrorType, tense: Tense
) -> tuple[Frame, ...]:
    """Return the readings that may have an error of a type."""
    return tuple(f for f in frames if can_carry(f, error_type, tense))


@lru_cache(maxsize=4000)
def by_verb(frames: tuple[Frame, ...]) -> tuple[tuple[Frame, ...], ...]:
    """Group readings by verb, so that a verb with many readings is drawn no more often."""
    groups: dict[str, list[Frame]] = {}
    for frame in frames:
        groups.setdefault(frame.verb.citation, []).append(frame)
    return tuple(map(tuple, groups.values()))


def key_frames(spec: ProblemSpec) -> tuple[Frame, ...]:
    """Return the readings that the correct statement may have."""
    found = _key_frames(spec)
    if not found:
        verb = spec.key_verb or ", ".join(spec.verbs)
        raise CannotCompose(
            f"{verb or 'No verb'} {'cannot' if verb else 'can'} carry the correct statement: no"
            f" sentence fits {spec.focus.value} in {spec.tense.value} with what else is asked for."
        )
    return found


@cached(maxsize=4000)
def _key_frames(spec: ProblemSpec) -> tuple[Frame, ...]:
    frames = frames_of(spec)
    if spec.key_verb is not None:
        allowed = _set_of(frames)
        frames = tuple(f for f in lexicon().frames_of(spec.key_verb) if f in allowed)
    return tuple(f for f in frames if _can_be_key(f, spec))


@lru_cache(maxsize=1000)
def _set_of(frames: tuple[Frame, ...]) -> frozenset[Frame]:
    return frozenset(frames)


def _can_be_key(frame: Frame, spec: ProblemSpec) -> bool:
    """Whether a reading may meet what is asked of the correct statement; a quick sieve."""
    flags = frame.flags
    if (spec.negation or spec.focus is Focus.NEGATION) and "noneg" in flags:
        return False
    if spec.cod is False and frame.cod:
        return False
    # The negative word may be the object.
    denied = spec.negation is not False and bool(flags & {"rien", "personne"})
    if spec.cod and not frame.cod and not denied:
        return False
    if spec.coi and not frame.takes_dative:
        return False
    if spec.coi is False and frame.takes_dative and None not in frame.oblique:
        return any(o is not None and o.kind.value != "lui" for o in frame.oblique.values())
    return not spec.themes or bool(set(spec.themes) & _themes(frame))


@lru_cache(maxsize=4000)
def _themes(frame: Frame) -> frozenset[str]:
    """The themes that a sentence with a reading may have."""
    found = {frame.theme}
    found.update(phrase.theme for phrase in frame.cod.values())
    for oblique in frame.oblique.values():
        if oblique is not None:
            found.add(oblique.theme or "" if oblique.phrase is None else oblique.phrase.theme)
    return frozenset(found)


def possible_key_verbs(spec: ProblemSpec) -> tuple[str, ...]:
    """Return the infinitives that may carry the correct statement, in the order of the lexicon.

    A quick sieve: where much else is asked for not all of them succeed.
    """
    recipe = check_spec(spec)
    frames = key_frames(spec)
    able = {f.id for t in recipe.primary for f in able_frames(frames, t, spec.tense)}
    fitting = [f for f in frames if f.id in able] or frames
    usual = [f for f in fitting if _has_usual_scene(f, spec)] or fitting
    return tuple(dict.fromkeys(f.verb.citation for f in usual))


def _has_usual_scene(frame: Frame, spec: ProblemSpec) -> bool:
    """Whether a reading is natural in its tense with the polarity that most sentences have."""
    negation = spec.focus is Focus.NEGATION or spec.negation is True
    wanted = [
        polarity
        for polarity in polarities(frame, spec.tense)
        if (polarity is not Polarity.AFFIRMATIVE) is negation
    ]
    if spec.tense not in ALWAYS_LED or frame.verb.infinitive in POLITE:
        return bool(wanted)
    return any(triggers_for(frame, spec.tense, polarity) for polarity in wanted)
