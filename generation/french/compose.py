"""Composing a problem: one correct sentence among others that have exactly one error each.

The sentences are different scenes of one focus, tense and level. Every sentence is drawn in the
same way, the correct one too: it is one that could have had an error of the problem's kind. So
neither length nor wording tells them apart. All searching is bounded; what cannot be made is a
CannotCompose that says why. The same specification and seed give the same problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from random import Random

from generation.french.clause import Polarity
from generation.french.drawing import (
    DRAWS,
    Drawn,
    able_frames,
    check_spec,
    clause_themes,
    draw_distractor,
    draw_key,
    frames_of,
    key_frames,
)
from generation.french.english import translate
from generation.french.explain import explain
from generation.french.levels import clause_level, highest
from generation.french.realise import licensed, parts
from generation.french.recipes import RECIPES, TENSES, Recipe
from generation.french.spec import CannotCompose, ComposedProblem, ProblemSpec, Statement
from verbs.french.vocabulary import ErrorType, Focus, Language, Tense

__all__ = [
    "SUPPORTED_FOCUSES",
    "SUPPORTED_TENSES",
    "CannotCompose",
    "ComposedProblem",
    "ProblemSpec",
    "Statement",
    "compose",
    "key_verbs",
    "load",
]

SUPPORTED_FOCUSES: tuple[Focus, ...] = tuple(RECIPES)
SUPPORTED_TENSES: tuple[Tense, ...] = TENSES

_PROBES = 150
_ATTEMPTS = 8
_MIXED_SHARE = 0.3


def load() -> None:
    """Read the lexicon and derive what every problem needs, by composing one of each kind.

    Once, before threads begin: each thread that finds nothing would do all of it, at the same time.
    """
    for focus in SUPPORTED_FOCUSES:
        for tense in SUPPORTED_TENSES:
            with suppress(CannotCompose):
                compose(ProblemSpec(focus=focus, tense=tense), 0)


def _types(spec: ProblemSpec, recipe: Recipe, rng: Random) -> list[ErrorType]:
    """Return an error type for every distractor."""
    count = spec.statement_count - 1
    primary = list(spec.error_types or recipe.primary)
    usable = [t for t in primary if able_frames(frames_of(spec), t, spec.tense)]
    if not usable:
        raise CannotCompose(
            f"No verb allowed here can have an error about {spec.focus.value}"
            f" in {spec.tense.value}."
        )
    rng.shuffle(usable)
    types = (usable * count)[: min(len(usable), count)]
    types += [rng.choice(usable) for _ in range(count - len(types))]
    if not spec.error_types and recipe.always_neighbour and count >= 2:
        near = [t for t in recipe.neighbours if able_frames(frames_of(spec), t, spec.tense)]
        if near:
            types[-1] = rng.choice(near)
    rng.shuffle(types)
    return types


def _alternatives(spec: ProblemSpec, recipe: Recipe, first: ErrorType) -> list[ErrorType]:
    """Return the error types to try for a distractor, the planned one first."""
    others = spec.error_types or (*recipe.primary, *recipe.neighbours)
    return list(dict.fromkeys((first, *others)))


def _attempt(spec: ProblemSpec, recipe: Recipe, rng: Random, carrier: int) -> list[Drawn] | None:
    """Try to compose once; ``carrier``: which sentence has exactly the level that is asked for."""
    types = _types(spec, recipe, rng)
    count = spec.statement_count
    pronouns = _mixed(rng, count)
    if spec.focus in (Focus.PREPOSITIONS, Focus.DETERMINERS):
        # A pronoun would take the place of what these problems are about.
        pronouns = [False] * count
    negatives = _mixed(rng, count)
    if spec.negation is True:
        negatives[rng.randrange(1, count)] = True
    elif spec.focus is not Focus.NEGATION:
        negatives[0] = spec.negation is None and negatives[0]
    key_spec = replace(spec, negation=negatives[0] or spec.negation)
    exact = spec.level is not None
    key = draw_key(key_spec, rng, types, pronouns[0], exact and carrier == 0, DRAWS)
    if key is None and key_spec is not spec:
        key = draw_key(spec, rng, types, False, exact and carrier == 0, DRAWS)
    if key is None:
        return None
    drawn = [key]
    for index, planned in enumerate(types, start=1):
        found = None
        for error_type in _alternatives(spec, recipe, planned):
            found = draw_distractor(
                spec,
                rng,
                error_type,
                drawn,
                negative=negatives[index],
                pronoun=pronouns[index],
                exact=exact and carrier == index,
            )
            if found is not None:
                break
        if found is None:
            return None
        drawn.append(found)
    if not spec.error_types:
        own = [d for d in drawn if d.deviation and d.deviation.error_type in recipe.primary]
        if 2 * len(own) < count - 1:
            # A problem about auxiliaries has errors in auxiliaries above all.
            return None
    return drawn


def _mixed(rng: Random, count: int) -> list[bool]:
    """Decide for every sentence whether it has a feature that is not the focus's."""
    if rng.random() >= _MIXED_SHARE:
        return [False] * count
    return [rng.random() < 0.5 for _ in range(count)]


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


def compose(spec: ProblemSpec, seed: int) -> ComposedProblem:
    """Compose a problem. Raises CannotCompose with a sentence that names what clashes."""
    recipe = check_spec(spec)
    key_frames(spec)
    rng = Random(seed)
    carriers = [0] * _ATTEMPTS + ([1] * _ATTEMPTS if spec.level is not None else [])
    for carrier in carriers:
        drawn = _attempt(spec, recipe, rng, carrier)
        if drawn is not None and not _overlap(drawn):
            return _finish(spec, seed, rng, drawn)
    raise CannotCompose(_reason(spec))


def _reason(spec: ProblemSpec) -> str:
    """Say what was asked for and cannot be had together."""
    wants = [f"focus {spec.focus.value}", f"tense {spec.tense.value}"]
    if spec.key_verb or spec.verbs:
        wants.append("verb " + (spec.key_verb or ", ".join(spec.verbs)))
    if spec.level is not None:
        wants.append(f"level {spec.level.value}")
    if spec.error_types:
        wants.append("error types " + ", ".join(t.value for t in spec.error_types))
    for name, value in (("negation", spec.negation), ("a COD", spec.cod), ("a COI", spec.coi)):
        if value is not None:
            wants.append(f"{'with' if value else 'without'} {name}")
    if spec.themes:
        wants.append("themes " + ", ".join(spec.themes))
    return "The grammar engine cannot meet all of this together: " + ", ".join(wants) + "."


@lru_cache(maxsize=500)
def _key_verbs(spec: ProblemSpec) -> tuple[str, ...]:
    recipe = check_spec(spec)
    found: list[str] = []
    citations = dict.fromkeys(f.verb.citation for f in key_frames(spec))
    for citation in citations:
        rng = Random(citation)
        types = _types(spec, recipe, rng)
        one = replace(spec, key_verb=citation)
        for exact in (True, False) if spec.level is not None else (False,):
            if draw_key(one, rng, types, False, exact, _PROBES) is not None:
                found.append(citation)
                break
    for citation in found[:3]:
        for seed in range(4):
            compose(replace(spec, key_verb=citation), seed)
    if not found:
        raise CannotCompose(_reason(spec))
    return tuple(found)


def key_verbs(spec: ProblemSpec) -> list[str]:
    """Return the infinitives that can carry the correct statement, always in the same order.

    Raises CannotCompose if there is none, or no distractors can be made.
    """
    return list(_key_verbs(spec))


def _finish(spec: ProblemSpec, seed: int, rng: Random, drawn: Sequence[Drawn]) -> ComposedProblem:
    key = drawn[0].clause
    statements = [_statement(each, spec.language) for each in drawn]
    infinitives = tuple(dict.fromkeys(each.infinitive for each in statements))
    rng.shuffle(statements)
    verb = key.frame.verb
    no_object = key.polarity in (Polarity.RIEN, Polarity.PERSONNE)
    dative_gone = key.polarity is Polarity.PERSONNE and key.frame.takes_dative
    return ComposedProblem(
        spec,
        seed,
        tuple(statements),
        highest(*(clause_level(each.clause) for each in drawn)),
        clause_themes(key),
        {
            "verb_infinitives": list(infinitives),
            "verb_auxiliary": verb.auxiliary.value,
            "verb_classification": verb.group.value,
            "pronouns_used": [token.text for token in parts(key)["clitics"]],
            "includes_negation": key.negative,
            "includes_cod": key.cod is not None or (no_object and not dative_gone),
            "includes_coi": key.has_dative or dative_gone,
        },
    )


def _statement(drawn: Drawn, language: Language) -> Statement:
    clause, deviation = drawn.clause, drawn.deviation
    correct = deviation is None
    return Statement(
        text=drawn.text,
        is_correct=correct,
        translation=translate(clause) if correct and language is Language.ENGLISH else None,
        explanation=None if deviation is None else explain(deviation, language),
        error_type=None if deviation is None else deviation.error_type,
        error_code=None if deviation is None else deviation.code,
        span=None if deviation is None else (deviation.start, deviation.end),
        correction=None if deviation is None else deviation.correction,
        clause=clause.to_dict(),
        infinitive=clause.frame.verb.citation,
        theme=clause.frame.theme,
    )
