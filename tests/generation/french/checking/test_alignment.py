"""The differing places of two sentences, with elision and contraction undone."""

from __future__ import annotations

import pytest

from generation.french.checking.alignment import align, atoms
from generation.french.checking.text import tokenise

Regions = list[tuple[tuple[str, ...], tuple[str, ...]]]


def _regions(correct: str, other: str) -> Regions:
    found = align(atoms(tokenise(correct)), atoms(tokenise(other)))
    return [(r.old_words, r.new_words) for r in found]


@pytest.mark.parametrize(
    ("correct", "other", "expected"),
    [
        ("Je vais à la gare.", "Je vais au gare.", [(("la",), ("le",))]),
        ("J'ai chanté.", "Je suis chanté.", [(("ai",), ("suis",))]),
        ("L'ami chante.", "Le ami chante.", []),
        ("Il va au bal.", "Il va à le bal.", []),
        ("Je l'ai lu.", "J'ai le lu.", [(("le",), ()), ((), ("le",))]),
        ("Elle chante.", "Elle chante, elle danse.", [((), ("elle", "danse"))]),
        ("Il dort.", "Il dort !", []),
        ("Levez-vous, s'il vous plaît.", "Levez-se, s'il vous plaît.", [(("vous",), ("se",))]),
    ],
)
def test_regions(correct: str, other: str, expected: Regions) -> None:
    assert _regions(correct, other) == expected


def test_places_of_a_region_are_those_of_its_first_atoms() -> None:
    (region,) = align(atoms(tokenise("Il va au bal.")), atoms(tokenise("Il va du bal.")))
    assert (region.left, region.right) == (2, 2)
    assert (region.old_words, region.new_words) == (("à",), ("de",))
