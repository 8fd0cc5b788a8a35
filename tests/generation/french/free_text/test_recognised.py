"""The one error of a sentence that a person wrote, named and explained beside the right one."""

from __future__ import annotations

import unicodedata

import pytest

from generation.french.free_text.deviations import recognised
from verbs.french.vocabulary import Language


@pytest.mark.parametrize(
    ("right", "wrong", "code", "words", "correction", "rule"),
    [
        (
            "Elle est partie hier soir.", "Elle a partie hier soir.",
            "wrong_auxiliary.avoir_for_etre", "a", "est", "belongs to the few verbs",
        ),
        (
            "Elle est partie hier soir.", "Elle est parti hier soir.",
            "participle_agreement.subject", "parti", "partie", "here “elle”",
        ),
        (
            "Elle va au cinéma.", "Elle va à le cinéma.",
            "elision.no_contraction", "à le", "au", "become one word",
        ),
        (
            "Nous parlons à Marie.", "Nous parlez à Marie.",
            "wrong_person.2p_for_1p", "parlez", "parlons", "goes with “nous”",
        ),
        (
            "Il a fini son travail.", "Il a finit son travail.",
            "wrong_form", "finit", "fini", "",  # no template fits what is not one of the known slips
        ),
    ],
)  # fmt: skip
def test_an_error_is_named_placed_and_explained(
    right: str, wrong: str, code: str, words: str, correction: str, rule: str
) -> None:
    found = recognised(right, wrong, Language.ENGLISH)
    assert found is not None
    assert (found.code, found.text[found.start : found.end]) == (code, words)
    assert found.correction == correction
    assert rule in found.explanation
    assert bool(rule) == bool(found.explanation)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Je ne mange pas de pommes.", "Je ne mange pas des pommes."),  # may be right too
        ("Elle est partie hier soir.", "Elle est partie hier soir."),
        ("Elle a partie hier soir.", "Elle ont partie hier soir."),  # the first is not right
        ("Elle est partie hier soir.", "Nous avons mangez des pomme."),
        ("Zblorg frounille.", "Zblorg frounillent."),
    ],
)
def test_what_is_not_certain_has_no_name(right: str, wrong: str) -> None:
    assert recognised(right, wrong, Language.ENGLISH) is None


def test_positions_count_in_the_composed_form() -> None:
    wrong = unicodedata.normalize("NFD", "Étienne as mangé.")
    found = recognised("Étienne a mangé.", wrong, Language.FRENCH)
    assert found is not None
    assert found.text[found.start : found.end] == "as"
    assert "On écrit" in found.explanation
