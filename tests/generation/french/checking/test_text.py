"""Splitting a text into words: elision, hyphens, positions."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest

from generation.french.checking.text import normalise, tokenise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L'ami arrive.", ["L'", "ami", "arrive", "."]),
        ("Aujourd'hui, quelqu'un vient.", ["Aujourd'hui", ",", "quelqu'un", "vient", "."]),
        ("A-t-il faim ?", ["A", "il", "faim", "?"]),
        ("L'a-t-on vu ?", ["L'", "a", "on", "vu", "?"]),
        ("Donne-le-moi !", ["Donne", "le", "moi", "!"]),
        ("Va-t'en !", ["Va", "t'", "en", "!"]),
        ("Donne-m'en deux.", ["Donne", "m'", "en", "deux", "."]),
        ("Qu'est-ce que c'est ?", ["Qu'", "est", "ce", "que", "c'", "est", "?"]),
        ("Ma grand-mère est là.", ["Ma", "grand-mère", "est", "là", "."]),
        ("Peut-être cet après-midi.", ["Peut-être", "cet", "après-midi", "."]),
        ("Ce livre-là, celui-ci.", ["Ce", "livre", "là", ",", "celui-ci", "."]),
        ("M. Dupont a 3 enfants.", ["M.", "Dupont", "a", "3", "enfants", "."]),
        ("Il part à 8h30.", ["Il", "part", "à", "8h30", "."]),
        ("J'ai rendez-vous.", ["J'", "ai", "rendez-vous", "."]),
        ("L'arc-en-ciel, un chef-d'œuvre.", ["L'", "arc-en-ciel", ",", "un", "chef-d'œuvre", "."]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert [w.text for w in tokenise(text)] == expected


def test_elision_is_undone() -> None:
    words = tokenise("S'il l'aime, j'attends jusqu'à demain.")
    full = {w.text: w.full for w in words}
    assert full["S'"] == ("se", "si")
    assert full["l'"] == ("le", "la")
    assert full["j'"] == ("je",)
    assert full["jusqu'"] == ("jusque",)
    assert all(w.elided for w in words if w.text.endswith("'"))


def test_hyphens_and_the_t_between() -> None:
    verb, subject, *_ = tokenise("Viendra-t-elle ?")
    assert not verb.joined
    assert subject.joined
    assert subject.euphonic
    assert not tokenise("Viens-tu ?")[1].euphonic


def test_first_words_are_known() -> None:
    words = tokenise("Marie dort. Paul lit… Et toi ?")
    assert [w.text for w in words if w.initial] == ["Marie", "Paul", "Et"]


def test_typographic_variants_are_one_text() -> None:
    plain = "L'été, j'ai dit : « oui ! »"
    typographic = unicodedata.normalize("NFD", "L’été, j’ai dit\u00a0: «\u202foui\u202f! »")
    assert normalise(typographic) == plain
    assert tokenise(typographic) == tokenise(plain)


@pytest.mark.parametrize(
    "text",
    [
        "Qu'en-pensez-vous, s'elle vient ?",
        "Vas-y ! Parle-lui-en. C'est-à-dire...",
        "L’a-t-elle mangé(e) à 50 % ?",
        "j'aime l'l'eau ''",
    ],
)
def test_positions_are_those_of_the_text(text: str) -> None:
    normal = normalise(text)
    words = tokenise(text)
    assert all(normal[w.start : w.end] == w.text for w in words)
    assert all(a.end <= b.start for a, b in pairwise(words))
    skipped = "".join(normal[a.end : b.start] for a, b in pairwise(words))
    assert set(skipped) <= {" ", "-", "t"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Etes-vous prêt ?", "êtes"),
        ("Ecoute !", "écoute"),
        ("A midi, il mange.", "à"),
        ("A-t-il mangé ?", "a"),
        ("Ca va.", "ça"),
        ("Elle dort.", "elle"),
        ("Emma dort.", "emma"),
    ],
)
def test_capitals_without_their_accent(text: str, expected: str) -> None:
    assert tokenise(text)[0].lower == expected
