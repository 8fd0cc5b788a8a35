"""Answers with content faults, each with the truth about it.

Faulty French is faulty for certain: it is a deviation of the engine or a hand-written wrong version,
and two errors are two of these in different places that cannot undo each other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from tests.stubs.openai_contents import Answer, Ask, Scenes, good, with_wrong
from tests.stubs.openai_faults import Fault
from tests.stubs.openai_sentences import Scene, Wrong
from verbs.french.vocabulary import ErrorType, Language

E = ErrorType
Make = Callable[[Ask, Scene, Random, Scenes], Answer | None]


def _right_incorrect(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    answer = good(ask, scene, rng)
    variants = scene.also_right()
    other = scenes.scene(replace(ask.wish, error_type=None), rng)
    kinds = ["same"] + ["variant"] * bool(variants) + ["other"] * (other is not None)
    kind = rng.choice(kinds)
    text = scene.correct
    if kind == "variant":
        text = rng.choice(variants)
    elif kind == "other" and other is not None:
        text = other.correct
    return replace(
        answer,
        incorrect=text,
        error_type=None,
        incorrect_wrong=False,
        one_error=False,
        notes={"kind": "same" if text == scene.correct else kind},
    )


#: Types of which either error stands whatever the other one is, in other words of the sentence.
_APART: tuple[tuple[frozenset[ErrorType], frozenset[ErrorType]], ...] = (
    (
        frozenset({E.ELISION, E.DETERMINER, E.PREPOSITION, E.NEGATION_STRUCTURE}),
        frozenset({E.WRONG_PERSON, E.WRONG_FORM, E.WRONG_AUXILIARY}),
    ),
    (frozenset({E.ELISION, E.PREPOSITION}), frozenset({E.PARTICIPLE_AGREEMENT})),
    (frozenset({E.DETERMINER, E.PREPOSITION}), frozenset({E.REFLEXIVE_PRONOUN, E.WRONG_TENSE})),
    (
        frozenset({E.PRONOUN_CATEGORY, E.PRONOUN_ORDER, E.PRONOUN_GENDER, E.PRONOUN_NUMBER}),
        frozenset({E.WRONG_PERSON, E.WRONG_FORM}),
    ),
)


def _go_together(one: ErrorType, other: ErrorType) -> bool:
    return any(
        (one in first and other in second) or (one in second and other in first)
        for first, second in _APART
    )


def _edit(right: list[str], wrong: list[str]) -> tuple[int, int, list[str]]:
    """Where two sentences differ: from which to which word of the right one, and the wrong words."""
    shorter = min(len(right), len(wrong))
    start = 0
    while start < shorter and right[start] == wrong[start]:
        start += 1
    end = 0
    while end < shorter - start and right[-1 - end] == wrong[-1 - end]:
        end += 1
    return start, len(right) - end, wrong[start : len(wrong) - end]


def combined(right: str, one: str, other: str) -> str | None:
    """The sentence with the errors of two wrong versions, None if they touch the same words."""
    words = right.split(" ")
    first, second = sorted((_edit(words, one.split(" ")), _edit(words, other.split(" "))))
    if first[1] > second[0] or first[0] == first[1] or second[0] == second[1]:
        return None
    made = [*words[: first[0]], *first[2], *words[first[1] : second[0]]]
    return " ".join([*made, *second[2], *words[second[1] :]])


def _two_errors(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    asked = ask.wish.error_type
    assert asked is not None
    answer = good(ask, scene, rng)
    mine = scene.wrongs(asked)
    others = [w for t in ErrorType if _go_together(asked, t) for w in scene.wrongs(t)]
    found = [
        (text, wrong)
        for wrong in mine
        for other in others
        if (text := combined(scene.correct, wrong.text, other.text)) is not None
    ]
    if not found:
        return None
    text, wrong = rng.choice(found)
    answer = with_wrong(answer, ask, wrong)
    return replace(answer, incorrect=text, error_type=None, one_error=False)


#: Types that nobody takes for one another; what stands in none of them is left out.
_FAMILIES: tuple[frozenset[ErrorType], ...] = (
    frozenset({E.WRONG_PERSON, E.WRONG_FORM, E.WRONG_TENSE}),
    frozenset({E.WRONG_AUXILIARY, E.PARTICIPLE_AGREEMENT}),
    frozenset(
        {
            *(E.REFLEXIVE_PRONOUN, E.PRONOUN_CATEGORY, E.PRONOUN_GENDER, E.PRONOUN_NUMBER),
            *(E.PRONOUN_ORDER, E.PRONOUN_PLACEMENT),
        }
    ),
    frozenset({E.NEGATION_STRUCTURE}),
    frozenset({E.PREPOSITION, E.DETERMINER, E.ELISION}),
)
_CLOSE: tuple[frozenset[ErrorType], ...] = (
    frozenset({E.WRONG_PERSON, E.REFLEXIVE_PRONOUN}),
    frozenset({E.WRONG_FORM, E.WRONG_AUXILIARY}),
    frozenset({E.WRONG_FORM, E.PARTICIPLE_AGREEMENT}),
    frozenset({E.WRONG_FORM, E.ELISION}),
    frozenset({E.WRONG_TENSE, E.WRONG_AUXILIARY}),
    frozenset({E.WRONG_AUXILIARY, E.REFLEXIVE_PRONOUN}),
    frozenset({E.PRONOUN_CATEGORY, E.PREPOSITION}),
    frozenset({E.REFLEXIVE_PRONOUN, E.ELISION}),
    frozenset({E.PRONOUN_CATEGORY, E.ELISION}),
    frozenset({E.NEGATION_STRUCTURE, E.PRONOUN_PLACEMENT}),
    frozenset({E.NEGATION_STRUCTURE, E.DETERMINER}),
    frozenset({E.NEGATION_STRUCTURE, E.PREPOSITION}),
)


def _far(one: ErrorType, other: ErrorType) -> bool:
    same = any(one in family and other in family for family in _FAMILIES)
    return not same and frozenset({one, other}) not in _CLOSE


def _far_errors(asked: ErrorType, scene: Scene) -> list[Wrong]:
    return [wrong for t in ErrorType if _far(asked, t) for wrong in scene.wrongs(t)]


def _other_error(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    assert ask.wish.error_type is not None
    found = _far_errors(ask.wish.error_type, scene)
    return with_wrong(good(ask, scene, rng), ask, rng.choice(found)) if found else None


def _wrong_verb(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    other = scenes.other_verb(ask.wish, rng)
    return None if other is None else good(ask, other, rng)


def _wrong_tense(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    other = scenes.other_tense(ask.wish, rng)
    return None if other is None else good(ask, other, rng)


def _english(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    answer = good(ask, scene, rng)
    wrong = None if answer.incorrect is None else scene.translation.replace(" ", " not ", 1)
    return replace(
        answer,
        correct=scene.translation,
        incorrect=wrong,
        verb=None,
        tense=None,
        error_type=None,
        correct_ok=False,
        one_error=False,
        clean=False,
    )


def _same_sentence(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    before = scenes.earlier(ask)
    if before is None:
        # It is the first of its problem, which others may repeat.
        return None
    again = replace(before, task=ask.task, repeats=True)
    if not ask.incorrect:
        return replace(again, incorrect=None, error_type=None)
    if before.incorrect is None:
        # The one right sentence, given where a wrong one was asked for.
        explanation = good(ask, scene, rng).explanation
        return replace(
            again,
            incorrect=before.correct,
            explanation=explanation,
            incorrect_wrong=not before.correct_ok,
            one_error=False,
        )
    return again


def _prompt_echo(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    echoes = [
        json.dumps(dict(ask.brief), ensure_ascii=False)[:150],
        f"Write one sentence in {ask.brief['tense']} with the verb {ask.brief['verb']}.",
        (ask.system or "You write sentences for learners of French.").splitlines()[0],
    ]
    return _replaced(ask, scene, rng, lambda text: rng.choice(echoes), ruins=True)


def _replaced(
    ask: Ask, scene: Scene, rng: Random, change: Callable[[str], str], *, ruins: bool = False
) -> Answer:
    """A good answer with the sentence that is shown changed; ``ruins``: it is no sentence any more."""
    answer = good(ask, scene, rng)
    if answer.incorrect is None:
        return replace(answer, correct=change(answer.correct), correct_ok=False, clean=False)
    answer = replace(answer, incorrect=change(answer.incorrect), clean=False)
    return replace(answer, error_type=None, one_error=False) if ruins else answer


def _markup(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    def in_bold(text: str) -> str:
        first, last = text.rsplit(" ", 1)
        return f"{first} **{last}**"

    marks: tuple[Callable[[str], str], ...] = (
        lambda text: f"**{text}**",
        lambda text: f"<b>{text}</b>",
        lambda text: f"`{text}`",
        lambda text: f"# {text}",
        in_bold,
    )
    return _replaced(ask, scene, rng, rng.choice(marks))


def _leak(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    word = "incorrect" if ask.incorrect else "correct"
    leaks: tuple[Callable[[str], str], ...] = (
        lambda text: f"{text} ({word})",
        lambda text: f"{word.capitalize()}: {text}",
        lambda text: f"{'❌' if ask.incorrect else '✅'} {text}",
        lambda text: f"{text} → {scene.correct}",
    )
    return _replaced(ask, scene, rng, rng.choice(leaks))


def _explanation_language(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    other = Language.FRENCH if ask.language is Language.ENGLISH else Language.ENGLISH
    answer = good(replace(ask, language=other), scene, rng)
    return replace(answer, clean=False)


def _explanation_missing(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    return replace(good(ask, scene, rng), explanation="", clean=False)


def _translation_missing(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    return replace(good(ask, scene, rng), translation="", clean=False)


def _correct_has_error(ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    answer = good(ask, scene, rng)
    asked = ask.wish.error_type
    if asked is None:
        wrongs = [wrong for t in ErrorType for wrong in scene.wrongs(t)]
        if not wrongs:
            return None
        wrong = rng.choice(wrongs)
        return replace(
            answer, correct=wrong.text, correct_ok=False, notes={"kind": wrong.error_type.value}
        )
    others = _far_errors(asked, scene)
    if others and rng.random() < 0.5:
        return replace(
            answer, correct=rng.choice(others).text, correct_ok=False, notes={"kind": "other"}
        )
    assert answer.incorrect is not None
    return replace(
        answer,
        correct=answer.incorrect,
        incorrect=answer.correct,
        error_type=None,
        correct_ok=False,
        incorrect_wrong=False,
        one_error=False,
        notes={"kind": "swapped"},
    )


_MAKE: Mapping[Fault, Make] = {
    Fault.RIGHT_INCORRECT: _right_incorrect,
    Fault.TWO_ERRORS: _two_errors,
    Fault.OTHER_ERROR: _other_error,
    Fault.WRONG_VERB: _wrong_verb,
    Fault.WRONG_TENSE: _wrong_tense,
    Fault.ENGLISH: _english,
    Fault.SAME_SENTENCE: _same_sentence,
    Fault.PROMPT_ECHO: _prompt_echo,
    Fault.MARKUP: _markup,
    Fault.LEAK: _leak,
    Fault.EXPLANATION_LANGUAGE: _explanation_language,
    Fault.EXPLANATION_MISSING: _explanation_missing,
    Fault.TRANSLATION_MISSING: _translation_missing,
    Fault.CORRECT_HAS_ERROR: _correct_has_error,
}


def faulty(fault: Fault, ask: Ask, scene: Scene, rng: Random, scenes: Scenes) -> Answer | None:
    """An answer with a content fault, None if this sentence cannot have it."""
    answer = _MAKE[fault](ask, scene, rng, scenes)
    return None if answer is None else replace(answer, fault=fault)
