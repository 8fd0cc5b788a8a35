"""Changed words: how they and their neighbours are written then."""

from __future__ import annotations

import pytest

from generation.french.free_text.edits import Change, difference, rewrite
from generation.french.free_text.source import source_of

CASES: list[tuple[str, list[Change], str | None]] = [
    # Elision is made and undone.
    ("Je suis tombé.", [Change(1, 2, ("ai",))], "J'ai tombé."),
    ("J'ai dormi.", [Change(1, 2, ("suis",))], "Je suis dormi."),
    ("Il s'est levé.", [Change(2, 3, ("a",))], "Il s'a levé."),
    ("Ils se sont levés.", [Change(2, 3, ("ont",))], "Ils s'ont levés."),
    ("Je ne l'aime pas.", [Change(1, 2), Change(3, 3, ("ne",))], None),
    ("S’il pleut, je reste.", [Change(0, 1, ("si",), bare=True)], "Si il pleut, je reste."),
    ("L’ami que j’ai vu.", [Change(4, 5, ("aime",)), Change(5, 6)], "L’ami que j’aime."),
    # Contraction is made and undone.
    ("Il va au marché.", [Change(2, 3, ("à", "la"))], "Il va à la marché."),
    ("Il va à la gare.", [Change(3, 4, ("le",))], "Il va au gare."),
    ("Il parle de la mer.", [Change(3, 4, ("les",))], "Il parle des mer."),
    ("Il va au marché.", [Change(2, 3, ("à", "le"), bare=True)], "Il va à le marché."),
    # Hyphens.
    ("Est-il parti ?", [Change(0, 1, ("a",))], "A-t-il parti ?"),
    ("A-t-il dormi ?", [Change(0, 1, ("est",))], "Est-il dormi ?"),
    ("Donne-le-lui.", [Change(1, 3, ("-lui", "-le"))], "Donne-lui-le."),
    ("Donne-moi ça.", [Change(0, 0, ("me",)), Change(1, 2)], "Me donne ça."),
    ("Rends-le-moi avant midi.", [Change(2, 3, ("-me",))], "Rends-le-me avant midi."),
    # Capitals and marks.
    ("Personne ne vient.", [Change(0, 2, ("ne", "personne"))], "Ne personne vient."),
    ("Il dort. Elle lit.", [Change(3, 4, ("ils",))], "Il dort. Ils lit."),
    ("Paul dort\u00a0!", [Change(1, 2, ("dorment",))], "Paul dorment\u00a0!"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "changes", "expected"), CASES)
def test_rewrite(text: str, changes: list[Change], expected: str | None) -> None:
    source = source_of(text)
    assert rewrite(source.sentence, source.text, *changes) == expected


@pytest.mark.parametrize("text", ["Où vas-tu, mon ami ?", "« Viens ! », dit-elle.", "L'an 2000."])
def test_nothing_changes_without_a_change(text: str) -> None:
    source = source_of(text)
    assert rewrite(source.sentence, source.text) == text


@pytest.mark.parametrize(
    ("wrong", "right", "shown", "correction"),
    [
        ("Il vas au marché.", "Il va au marché.", "vas", "va"),
        ("J'ai tombé.", "Je suis tombé.", "J'ai", "Je suis"),
        ("Viens-tu à Inde ?", "Viens-tu en Inde ?", "à", "en"),
        ("Que fait-tu ?", "Que fais-tu ?", "fait-tu", "fais-tu"),
        ("J'attends pour le bus.", "J'attends le bus.", "pour le", "le"),
    ],
)
def test_difference(wrong: str, right: str, shown: str, correction: str) -> None:
    start, end, found = difference(wrong, right)
    assert (wrong[start:end], found) == (shown, correction)
    assert wrong[:start] + found + wrong[end:] == right


def test_difference_can_show_the_word_before_what_is_too_many() -> None:
    wrong, right = "Personne ne vient pas ici.", "Personne ne vient ici."
    start, end, found = difference(wrong, right, backwards=True)
    assert (wrong[start:end], found) == ("vient pas", "vient")
    assert wrong[:start] + found + wrong[end:] == right
