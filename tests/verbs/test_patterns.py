"""How verbs are used, in words, and sentences that show it."""

from __future__ import annotations

import pytest

from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from generation.french.examples import example
from verbs.french import verb_data
from verbs.french.patterns import patterns_of


def texts(citation: str) -> list[str]:
    return [
        pattern.text
        for entry in verb_data.verbs()
        if entry.citation == citation
        for pattern in patterns_of(entry.key, citation)
    ]


@pytest.mark.parametrize(
    ("citation", "found"),
    [
        ("parler", ["parler à quelqu'un"]),
        ("donner", ["donner quelque chose à quelqu'un"]),
        ("se souvenir", ["se souvenir de quelque chose"]),
        ("décider", ["décider de faire quelque chose"]),
        ("aller", ["aller quelque part", "aller faire quelque chose"]),
        ("partir", ["partir (de quelque part)", "partir"]),
        ("jouer", ["jouer à quelque chose", "jouer de quelque chose", "jouer quelque part"]),
        ("monter", ["monter quelque part", "monter quelque chose"]),  # one with each auxiliary
    ],
)
def test_patterns(citation: str, found: list[str]) -> None:
    assert texts(citation) == found


def test_a_verb_without_sentences_has_what_it_governs() -> None:
    found = texts("empêcher")
    assert found
    assert all(text.startswith("empêcher ") for text in found)


def test_impersonal_verbs_are_told() -> None:
    entry = next(one for one in verb_data.verbs() if one.citation == "pleuvoir")
    assert [one.impersonal for one in patterns_of(entry.key, entry.citation)] == [True]


@pytest.mark.parametrize("citation", ["parler", "se souvenir", "aller", "pleuvoir", "se laver"])
def test_examples_are_sentences_that_the_engine_takes_for_right(citation: str) -> None:
    for entry in verb_data.verbs():
        if entry.citation != citation:
            continue
        for pattern in patterns_of(entry.key, citation):
            for frame in pattern.frames:
                found = example(frame)
                assert found is not None
                assert verify(found.french).verdict is not Verdict.WRONG
                assert found.english.endswith((".", "!", "?"))
                assert example(frame) == found
