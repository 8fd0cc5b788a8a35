"""What is one plain sentence, and what a model may write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generation.french.compose import SUPPORTED_FOCUSES, SUPPORTED_TENSES, CannotCompose, compose
from generation.french.free_text.form import MAX_LENGTH, objections, tidy
from generation.french.spec import ProblemSpec

STATEMENTS = Path(__file__).parents[1] / "statements"
SPACE = "\u00a0"


@pytest.mark.parametrize(
    "text",
    [
        f"Viens{SPACE}!",
        "Je pars.",
        "Elle est allée chez M. Dupont.",
        "Nous avons vu Mme T. et le Dr. Martin.",
        "J'attends depuis 14:30.",
        "Il fait 20 °C.",
        "Il roule à 90 km/h.",
        "Nous partirons...",
        "Peut-être…",
        "La sentence est tombée.",
        "Il fait une erreur.",
        "Elle a corrigé toutes les fautes.",
        "Le prompt rétablissement de Léa nous réjouit.",
        "3 amis sont venus.",
        "Il a dit qu'il aimait « Le Petit Prince ».",
        "Arc-en-ciel et demi-heure sont des mots composés.",
        "Elle aime la musique, la danse et le cinéma, etc. mais pas le sport.",
    ],
)
def test_plain_sentences(text: str) -> None:
    assert objections(tidy(text)) == []


@pytest.mark.parametrize(
    ("text", "objection"),
    [
        ("", "no words"),
        ("...", "no words"),
        ("A" + "a" * MAX_LENGTH + ".", "longer"),
        (" Je pars.", "space around"),
        ("e\u0301tudie.", "composed"),
        ("Je\u200b pars.", "invisible"),
        ("Je\x07 pars.", "invisible"),
        ("Je pars\u202e.", "invisible"),
        ("Je pars 😀.", "pictogram"),
        ("Я ухожу.", "not French"),
        ("Je pаrs.", "not French"),  # a Cyrillic а
        ("*Je pars.", "markup"),
        ("Elle **a** mangé.", "markup"),
        ("Elle <b>a</b> mangé.", "markup"),
        ("Elle a {mangé}.", "markup"),
        ("Elle a [mangé].", "markup"),
        ("Elle a mangé\\n.", "markup"),
        ("`Elle a mangé.`", "markup"),
        ("Je lis https://exemple.fr.", "address"),
        ("Je lis www.exemple.", "address"),
        ("Paul &amp; Marie partent.", "entity"),
        ("Elle a → est partie.", "arrow"),
        ("Elle a -> est partie.", "arrow"),
        ("Elle a partie => est partie.", "arrow"),
        ("Elle a partie ✗.", "arrow"),
        ("Elle a partie ❌.", "arrow"),
        ("Elle a partie (incorrect).", "brackets"),
        ("Elle a partie (faux).", "brackets"),
        ("Elle a/est partie.", "slash"),
        ("Elle a / est partie.", "slash"),
        ("Elle a partie - faute.", "whether it is right"),
        ("Elle a partie – erreur.", "whether it is right"),
        ("Correct: elle est partie.", "whether it is right"),
        ("Phrase : elle est partie.", "whether it is right"),
        ("Incorrecte : elle a partie.", "whether it is right"),
        ("Elle a partie au lieu de “est”.", "whether it is right"),
        ("1. Elle est partie.", "numbered"),
        ("A) Elle est partie.", "numbered"),
        ("- Elle est partie.", "numbered"),
        ("Sentence: elle est partie.", "whether it is right"),
        ("Voici le JSON demandé.", "words of the prompt"),
        ("The brief says so.", "words of the prompt"),
        ("Le error_type est faux.", "markup"),
        ("« Elle est partie. »", "quotation marks"),
        ('"Elle est partie."', "quotation marks"),
        ("“Elle est partie”.", "quotation marks"),
        ("elle est partie.", "capital"),
        ("…elle est partie.", "begin with a word"),
        ("Elle est partie", "end like"),
        ("Elle est partie,", "end like"),
        ("Elle est partie,.", "end like"),
        ("Elle est partie!!", "end like"),
        ("Elle est partie..", "end like"),
        ("Elle est partie. Il est resté.", "several"),
        ("Il est tard ! Partons.", "several"),
        ("Elle est partie.\nIl est resté.", "several"),
    ],
)
def test_what_is_no_plain_sentence(text: str, objection: str) -> None:
    assert any(objection in each for each in objections(text)), objections(text)


def test_sentences_by_hand_have_no_objection_unless_there_are_two() -> None:
    texts = [
        json.loads(line)["correct"]
        for name in ("correct.jsonl", "pairs.jsonl", "both_correct.jsonl")
        for line in (STATEMENTS / name).read_text(encoding="utf-8").splitlines()
    ]
    found = {text: objections(tidy(text)) for text in texts}
    blamed = {text: each for text, each in found.items() if each}
    assert len(texts) > 600
    assert set(map(tuple, blamed.values())) <= {("there are several sentences",)}
    assert all("? " in text.replace(SPACE, " ") for text in blamed), blamed


def test_sentences_of_the_engine_are_tidy_and_fit() -> None:
    count = 0
    for focus in SUPPORTED_FOCUSES:
        for tense in SUPPORTED_TENSES:
            try:
                problem = compose(ProblemSpec(focus=focus, tense=tense), 5)
            except CannotCompose:
                continue
            for statement in problem.statements:
                count += 1
                assert tidy(statement.text) == statement.text
                assert objections(statement.text) == []
    assert count > 300


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Je   pars. ", "Je pars."),
        ("Viens !", f"Viens{SPACE}!"),
        ("Viens!", f"Viens{SPACE}!"),
        ("Où vas-tu\u202f?", f"Où vas-tu{SPACE}?"),
        ("J’ai l’heure .", "J'ai l'heure."),
        ("e\u0301te\u0301", "été"),
        ("Il dit : «Viens»", f"Il dit{SPACE}: «{SPACE}Viens{SPACE}»"),
        ("Viens à 14:30 ...", "Viens à 14:30..."),
        ("Vas‑tu\nbien ?", f"Vas-tu bien{SPACE}?"),
        ("Quoi ?!", f"Quoi{SPACE}?!"),
        ("", ""),
    ],
)
def test_tidy(text: str, expected: str) -> None:
    assert tidy(text) == expected
    assert tidy(expected) == expected
