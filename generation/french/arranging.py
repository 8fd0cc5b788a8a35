"""The sentences of a problem: different ones, or one with different forms in one place."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from generation.french.drawing import DRAWS, Drawn, Features, draw_distractor, draw_key
from generation.french.eligible import able_frames, frames_of
from generation.french.levels import clause_level, highest
from generation.french.likeness import draw_targets
from generation.french.realise import licensed
from generation.french.recipes import Recipe, lowest_level
from generation.french.slots import Choice, choose_forms
from generation.french.spec import CannotCompose, ProblemSpec
from verbs.french.vocabulary import ErrorType, Focus, Level

_ATTEMPTS = 8
#: How often a correct sentence for forms in one place is looked for.
_SLOT_KEYS = 16
#: After so many without enough forms in one place none is looked for any more.
_SLOT_VAIN = 6
#: How often a sentence with the one verb that is asked for is drawn.
_VERB_DRAWS = 60
_SLOT_DRAWS = 30
_NEGATIVE_SHARE = 0.3
_PRONOUN_SHARE = 0.3
#: Objects before the verb are what agreement is about above all.
_FRONTED_SHARE = 0.7
_QUESTION_SHARE = 0.25
#: How often an error is looked for before one of another type is.
_FEW_DRAWS = 32
#: The better one of so many sentences with forms in one place is taken, the first one if its
#: wording tells no more than this of the right form.
_CHOICES = 2
_ENOUGH = 1.0


# --- Different sentences ------------------------------------------------------------------------


def _types(spec: ProblemSpec, recipe: Recipe, rng: Random) -> list[ErrorType]:
    """Return an error type for every distractor."""
    count = spec.statement_count - 1
    usable = [t for t in recipe.primary if able_frames(frames_of(spec), t, spec.tense)]
    if not usable:
        raise CannotCompose(
            f"No verb allowed here can have an error about {spec.focus.value}"
            f" in {spec.tense.value}."
        )
    rng.shuffle(usable)
    types = (usable * count)[: min(len(usable), count)]
    types += [rng.choice(usable) for _ in range(count - len(types))]
    if recipe.always_neighbour and count >= 2:
        near = [t for t in recipe.neighbours if able_frames(frames_of(spec), t, spec.tense)]
        if near:
            types[-1] = rng.choice(near)
    rng.shuffle(types)
    return types


def _alternatives(recipe: Recipe, first: ErrorType) -> list[ErrorType]:
    """Return the error types to try for a distractor, the planned one first."""
    return list(dict.fromkeys((first, *recipe.primary, *recipe.neighbours)))


def _features(spec: ProblemSpec, rng: Random) -> list[Features]:
    """Decide for every sentence which features it has that are not the focus's.

    They come in some problems only, and there in half of the sentences.
    """

    def mixed(share: float) -> list[bool]:
        mixes = rng.random() < share
        return [mixes and rng.random() < 0.5 for _ in range(spec.statement_count)]

    agreement = spec.focus is Focus.AGREEMENT
    pronouns = mixed(_FRONTED_SHARE if agreement else _PRONOUN_SHARE)
    negatives = mixed(_NEGATIVE_SHARE)
    questions = mixed(_QUESTION_SHARE)
    if spec.focus in (Focus.PREPOSITIONS, Focus.DETERMINERS):
        # A pronoun would take the place of what these problems are about.
        pronouns = [False] * spec.statement_count
    if spec.negation is True:
        negatives[0] = negatives[rng.randrange(1, spec.statement_count)] = True
    elif spec.negation is False:
        negatives[0] = False
    if spec.focus is Focus.NEGATION or spec.negation is True:
        questions = [False] * spec.statement_count
    return [
        Features(negative=negative, pronoun=pronoun, question=question and not negative)
        for negative, pronoun, question in zip(negatives, pronouns, questions, strict=True)
    ]


class NoKey(Exception):
    """No right sentence was found."""


def draw_sentences(
    spec: ProblemSpec, recipe: Recipe, rng: Random, carrier: int, draws: int = DRAWS
) -> list[Drawn] | None:
    """Try to compose once; ``carrier``: which sentence has exactly the level that is asked for."""
    types = _types(spec, recipe, rng)
    features = _features(spec, rng)
    exact = spec.level is not None
    key = draw_key(spec, rng, types, features[0], exact=exact and carrier == 0, draws=draws)
    if key is None and features[0].negative and spec.negation is None:
        key = draw_key(spec, rng, types, Features(), exact=exact and carrier == 0, draws=draws)
    if key is None:
        raise NoKey
    limit = spec.level or highest(clause_level(key.clause), lowest_level(spec.focus, spec.tense))
    drawn = [key]
    for index, planned in enumerate(types, start=1):
        at_level = exact and carrier == index
        found = _distractor(
            spec, recipe, rng, planned, drawn, features[index], limit, at_level, draws
        )
        if found is None:
            return None
        drawn.append(found)
    own = [d for d in drawn if d.deviation and d.deviation.error_type in recipe.primary]
    if 2 * len(own) < len(types):
        # A problem about auxiliaries has errors in auxiliaries above all.
        return None
    return None if _overlap(drawn) else drawn


def _distractor(
    spec: ProblemSpec,
    recipe: Recipe,
    rng: Random,
    planned: ErrorType,
    drawn: Sequence[Drawn],
    features: Features,
    limit: Level,
    exact: bool,
    draws: int,
) -> Drawn | None:
    """Draw a distractor of the planned type, or of another one where that is hard to find.

    It is no harder than the right sentence, unless there is none such.
    """
    tries = ((_FEW_DRAWS, limit), (draws // 4, limit), (draws, spec.level))
    for patience, most in tries:
        for error_type in _alternatives(recipe, planned):
            found = draw_distractor(
                spec, rng, error_type, drawn, features, limit=most, exact=exact, draws=patience
            )
            if found is not None:
                return found
    return None


def _overlap(drawn: Sequence[Drawn]) -> bool:
    """Whether a distractor is right as another sentence of the problem, or is said twice."""
    texts = [each.text.casefold() for each in drawn]
    if len(set(texts)) < len(texts):
        return True
    return any(
        each.text in licensed(other.clause)
        for each in drawn
        if each.deviation is not None
        for other in drawn
    )


def different_sentences(spec: ProblemSpec, recipe: Recipe, rng: Random) -> list[Drawn] | None:
    """Return the sentences of a problem, the correct one first; None if none are found.

    Their wording does not tell which is right, since all are drawn in the same way.
    """
    for carrier in (0, 1) if spec.level is not None else (0,):
        for attempt in range(_ATTEMPTS):
            # What has hardly ever a right sentence is given up soon, a single verb at once.
            draws = _VERB_DRAWS if spec.key_verb else DRAWS if attempt else DRAWS // 2
            try:
                drawn = draw_sentences(spec, recipe, rng, carrier, draws)
            except NoKey:
                if attempt:
                    break
                continue
            if drawn is not None:
                return drawn
    return None


# --- One sentence with different forms in one place ---------------------------------------------


def one_place(spec: ProblemSpec, recipe: Recipe, rng: Random) -> Sequence[Drawn] | None:
    """Return a sentence and wrong forms of it whose wording does not tell which is right.

    None if no sentence has enough forms, or only such as tell.
    """
    targets = draw_targets(rng, spec.statement_count)
    best: Choice | None = None
    found = 0
    for attempt in range(_SLOT_KEYS):
        if best is None and attempt >= (_SLOT_VAIN // 2 if spec.key_verb else _SLOT_VAIN):
            break
        features = _features(spec, rng)[0]
        key = draw_key(
            spec, rng, recipe.primary, features, exact=spec.level is not None, draws=_SLOT_DRAWS
        )
        if key is None:
            continue
        choice = choose_forms(
            key.clause,
            recipe.primary,
            recipe.neighbours,
            targets,
            rng,
            count=spec.statement_count - 1,
        )
        if choice is None:
            continue
        if best is None or choice.cost < best.cost:
            best = choice
        found += 1
        if best.cost <= _ENOUGH or found == _CHOICES:
            break
    return None if best is None else best.drawn
