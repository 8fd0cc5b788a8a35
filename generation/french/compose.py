"""Composing a problem: one correct sentence among others that have exactly one error each.

The sentences are different scenes of one focus, tense and level, or one scene with different forms
in one place. Every sentence is drawn in the same way, the correct one too: it is one that could
have had an error of the problem's kind. So neither length nor wording tells them apart. All
searching is bounded; what cannot be made is a CannotCompose that says why. The same specification
and seed give the same problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random

from generation.french.arranging import NoKey, different_sentences, draw_sentences, one_place
from generation.french.clause import Clause, Polarity
from generation.french.drawing import Drawn, clause_themes, has_negation
from generation.french.eligible import check_spec, key_frames, possible_key_verbs
from generation.french.english import translate
from generation.french.explain import explain, explain_key
from generation.french.levels import clause_level, highest
from generation.french.realise import parts
from generation.french.recipes import RECIPES, TENSES
from generation.french.spec import (
    CannotCompose,
    ComposedProblem,
    Format,
    ProblemSpec,
    Statement,
)
from verbs.french.overrides import cached
from verbs.french.vocabulary import Focus, Language, Tense

__all__ = [
    "SUPPORTED_FOCUSES",
    "SUPPORTED_TENSES",
    "CannotCompose",
    "ComposedProblem",
    "Format",
    "ProblemSpec",
    "Statement",
    "compose",
    "formats",
    "key_verbs",
    "load",
    "probe",
]

SUPPORTED_FOCUSES: tuple[Focus, ...] = tuple(RECIPES)
SUPPORTED_TENSES: tuple[Tense, ...] = TENSES

#: How many draws it takes at most to find out that something cannot be made.
_PROBE_DRAWS = 150
_SLOT_SHARE = 0.25


def load() -> None:
    """Read the lexicon and derive what every problem needs.

    Once, before threads begin: each thread that finds nothing would do all of it, at the same time.
    """
    for focus in SUPPORTED_FOCUSES:
        for tense in (Tense.PRESENT, Tense.PASSE_COMPOSE, Tense.SUBJONCTIF):
            with suppress(CannotCompose):
                compose(ProblemSpec(focus=focus, tense=tense), 0)


# --- Composing ------------------------------------------------------------------------------------


def compose(spec: ProblemSpec, seed: int) -> ComposedProblem:
    """Compose a problem. Raises CannotCompose with a sentence that names what clashes."""
    recipe = check_spec(spec)
    key_frames(spec)
    rng = Random(seed)
    form = spec.format
    if form is None:
        slot = recipe.slot and rng.random() < _SLOT_SHARE
        form = Format.SLOT if slot else Format.SENTENCES
    drawn: Sequence[Drawn] | None = None
    if form is Format.SLOT and recipe.slot:
        drawn = one_place(spec, recipe, rng)
        if drawn is None and spec.format is None:
            form = Format.SENTENCES
    if form is Format.SENTENCES:
        drawn = different_sentences(spec, recipe, rng)
    if drawn is None:
        raise CannotCompose(_reason(spec))
    return _finish(spec, seed, rng, drawn, form)


def probe(spec: ProblemSpec) -> None:
    """Find out quickly whether different sentences can be made. Raises CannotCompose if not."""
    recipe = check_spec(spec)
    key_frames(spec)
    if _is_plain(spec):
        return
    rng = Random(0)
    for carrier in (0, 0, 1) if spec.level is not None else (0, 0):
        with suppress(NoKey):
            if draw_sentences(spec, recipe, rng, carrier, _PROBE_DRAWS) is not None:
                return
    raise CannotCompose(_reason(spec))


def _is_plain(spec: ProblemSpec) -> bool:
    """Whether nothing is asked for but what every focus has in each of its tenses."""
    usual = ProblemSpec(spec.focus, spec.tense, language=spec.language, format=spec.format)
    return replace(spec, statement_count=min(4, spec.statement_count)) == replace(
        usual, statement_count=min(4, spec.statement_count)
    )


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
    if spec.format is not None:
        wants.append(f"format {spec.format.value}")
    return "The grammar engine cannot meet all of this together: " + ", ".join(wants) + "."


@cached(maxsize=1000)
def _possible_key_verbs(spec: ProblemSpec) -> tuple[str, ...]:
    return possible_key_verbs(spec)


def key_verbs(spec: ProblemSpec) -> list[str]:
    """Return the infinitives that may carry the correct statement, always in the same order.

    A quick sieve: where much is asked for beside the verb, not every one succeeds. Raises
    CannotCompose if there is none.
    """
    return list(_possible_key_verbs(spec))


def formats(spec: ProblemSpec) -> list[Format]:
    """Return the formats that problems of a specification can have, the usual one first.

    One place of one sentence has seldom more than three errors.
    """
    slot = RECIPES[spec.focus].slot and spec.statement_count <= 4
    return [Format.SENTENCES, *([Format.SLOT] if slot else [])]


def _finish(
    spec: ProblemSpec, seed: int, rng: Random, drawn: Sequence[Drawn], form: Format
) -> ComposedProblem:
    key = drawn[0].clause
    statements = [_statement(each, spec) for each in drawn]
    infinitives = tuple(dict.fromkeys(each.infinitive for each in statements))
    rng.shuffle(statements)
    return ComposedProblem(
        spec,
        seed,
        tuple(statements),
        highest(*(clause_level(each.clause) for each in drawn)),
        clause_themes(key),
        {"verb_infinitives": list(infinitives), **_facts(key)},
        form,
    )


def _facts(key: Clause) -> dict[str, object]:
    """Return what the metadata of a problem tell of its correct statement."""
    verb = key.frame.verb
    sentence = parts(key)
    pronouns = (*sentence["clitics"], *sentence["enclitics"])
    no_object = key.polarity in (Polarity.RIEN, Polarity.PERSONNE)
    dative_gone = key.polarity is Polarity.PERSONNE and key.frame.takes_dative
    return {
        "verb_auxiliary": verb.auxiliary.value,
        "verb_classification": verb.group.value,
        "pronouns_used": [token.text.lstrip("-") for token in pronouns],
        "includes_negation": has_negation(key),
        "includes_cod": key.cod is not None or (no_object and not dative_gone),
        "includes_coi": key.has_dative or dative_gone,
    }


def _statement(drawn: Drawn, spec: ProblemSpec) -> Statement:
    clause, deviation = drawn.clause, drawn.deviation
    if deviation is None:
        english = spec.language is Language.ENGLISH
        return Statement(
            text=drawn.text,
            is_correct=True,
            translation=translate(clause) if english else None,
            explanation=explain_key(clause, spec.focus, spec.language),
            error_type=None,
            error_code=None,
            span=None,
            correction=None,
            clause=clause.to_dict(),
            infinitive=clause.frame.verb.citation,
            theme=clause.frame.theme,
        )
    return Statement(
        text=drawn.text,
        is_correct=False,
        translation=None,
        explanation=explain(deviation, spec.language),
        error_type=deviation.error_type,
        error_code=deviation.code,
        span=(deviation.start, deviation.end),
        correction=deviation.correction,
        clause=clause.to_dict(),
        infinitive=clause.frame.verb.citation,
        theme=clause.frame.theme,
    )
