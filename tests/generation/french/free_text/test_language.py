"""French, English and other languages, told apart by their words."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from generation.french.compose import SUPPORTED_FOCUSES, SUPPORTED_TENSES, CannotCompose, compose
from generation.french.free_text.language import language_of, looks_english, looks_french
from generation.french.spec import ComposedProblem, ProblemSpec
from verbs.french.vocabulary import Language

STATEMENTS = Path(__file__).parents[1] / "statements"


@cache
def composed(language: Language) -> tuple[ComposedProblem, ...]:
    found: list[ComposedProblem] = []
    for focus in SUPPORTED_FOCUSES:
        for tense in SUPPORTED_TENSES:
            try:
                found.append(compose(ProblemSpec(focus=focus, tense=tense, language=language), 11))
            except CannotCompose:
                continue
    return tuple(found)


@pytest.mark.parametrize("name", ["correct.jsonl", "pairs.jsonl", "both_correct.jsonl"])
def test_sentences_by_hand_are_french(name: str) -> None:
    lines = (STATEMENTS / name).read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["correct"] for line in lines]
    assert texts
    assert [t for t in texts if not looks_french(t) or looks_english(t)] == []


def test_right_and_wrong_sentences_of_the_engine_are_french() -> None:
    texts = [s.text for p in composed(Language.ENGLISH) for s in p.statements]
    missed = [t for t in texts if not looks_french(t) or looks_english(t)]
    assert len(texts) > 300
    # A form that no verb has may leave too few known words.
    assert len(missed) <= 0.005 * len(texts), missed


def test_translations_are_english() -> None:
    texts = [s.translation for p in composed(Language.ENGLISH) for s in p.statements]
    found = [t for t in texts if t]
    assert len(found) > 80
    assert [t for t in found if not looks_english(t) or looks_french(t)] == []


@pytest.mark.parametrize("language", Language)
def test_explanations_are_in_their_language(language: Language) -> None:
    texts = [s.explanation for p in composed(language) for s in p.statements if s.explanation]
    assert len(texts) > 300
    assert [t for t in texts if language_of(t) is not language] == []


@pytest.mark.parametrize(
    "text",
    [
        "Viens !",
        "Léa mange tôt.",
        "On a faim.",
        "Le tanuki dort dans la forêt.",
        "Kenji et Aiko ont mangé des takoyakis.",
        "Tu es là ?",
        "Où es-tu ?",
        "J’aime ça.",
        "T'es-tu lavé les mains ?",
        "Nous avons acheté un smartphone sur eBay.",
    ],
)
def test_french(text: str) -> None:
    assert looks_french(text)
    assert not looks_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "She eats an apple.",
        "Paul ate the cake.",
        "The table is large.",
        "I don’t know.",
        "Finish dinner!",
        "I sleep on a large table.",
        "We were in Paris with Chloé.",
        "Hélène needs a car.",
        "You've forgotten Julie's wedding!",
        "Next summer we'll tour Brittany in a motorhome.",
    ],
)
def test_english(text: str) -> None:
    assert looks_english(text)
    assert not looks_french(text)


@pytest.mark.parametrize(
    "text",
    [
        "El gato duerme en la casa.",
        "La casa es grande.",
        "Yo no quiero comer.",
        "Me gusta la playa.",
        "Mi hermano vive en Paris.",
        "Tu eres mi amigo.",
        "Il gatto mangia la mela.",
        "Marco ha mangiato la pizza con Anna.",
        "Questa sera vado al cinema.",
        "Il libro è sul tavolo.",
        "Ti ho visto ieri.",
        "Der Hund schläft auf dem Sofa.",
        "Wir haben nicht gegessen.",
        "Es regnet.",
        "O menino comeu a maçã.",
        "Je like le football with my friends.",
        "",
        "123 !",
    ],
)
def test_what_is_not_french(text: str) -> None:
    assert not looks_french(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Write “est”, not “a”.", Language.ENGLISH),
        ("The verb ‘s’est levé’ takes ‘être’ here.", Language.ENGLISH),
        ("With 'nous' the verb ends in '-ons'.", Language.ENGLISH),
        ('After "il faut que tu" the subjunctive is needed: "viennes".', Language.ENGLISH),
        ("With two pronouns, le, la, les come before lui, leur.", Language.ENGLISH),
        ("Le verbe « to be » se dit « être ».", Language.FRENCH),
        ("On écrit “est” et non “a”, car le verbe est un verbe de mouvement.", Language.FRENCH),
        ("“Est”.", None),
        ("", None),
    ],
)
def test_language_outside_quotation_marks(text: str, language: Language | None) -> None:
    assert language_of(text) is language
