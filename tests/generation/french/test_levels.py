"""The level of a sentence: the highest of what it has."""

from __future__ import annotations

import pytest

from generation.french.clause import Clause
from generation.french.levels import at_most, clause_level, highest
from tests.generation.french.test_sentences import ASKED, INVERTED, ME, F, P, T, clause
from verbs.french.vocabulary import Level

LEVELS: list[tuple[Clause, Level]] = [
    (clause("manger", T.PRESENT, "il", cod="du pain"), Level.A1),
    (clause("manger", T.PRESENT, "il", cod="du pain", polarity=P.PAS), Level.A1),
    (clause("manger", T.PRESENT, "il", cod="du pain", sentence=ASKED), Level.A1),
    (clause("manger", T.IMPERATIF, "tu", cod="une pomme"), Level.A1),
    (clause("manger", T.PRESENT, "il", cod="du pain", sentence=INVERTED), Level.A2),
    (clause("manger", T.PRESENT, "Marie", cod="du pain", sentence=INVERTED), Level.B1),
    (clause("manger", T.PRESENT, "il", cod="du pain", polarity=P.JAMAIS), Level.A2),
    (clause("manger", T.PRESENT, "il", cod="du pain", polarity=P.QUE), Level.B1),
    (clause("manger", T.PRESENT, "il", cod="du pain", cod2="du riz", polarity=P.NI), Level.B2),
    (clause("manger", T.IMPERATIF, "tu", cod="des fruits", form=F.PRONOUN), Level.A2),
    (clause("se lever", T.PRESENT, "tu", oblique="fixed tôt"), Level.A1),
    (clause("se lever", T.IMPERATIF, "tu", oblique="fixed tôt"), Level.A2),
    (clause("se lever", T.PASSE_COMPOSE, "tu", oblique="fixed tôt"), Level.B1),
    (clause("se parler", T.PASSE_COMPOSE, "elles", oblique="fixed au téléphone"), Level.B2),
    (clause("manger", T.PASSE_COMPOSE, "il", cod="du pain"), Level.A2),
    (clause("manger", T.PLUS_QUE_PARFAIT, "il", cod="du pain"), Level.B1),
    (clause("manger", T.PASSE_SIMPLE, "il", cod="du pain"), Level.B2),
    (clause("vouloir", T.CONDITIONNEL, "je", cod="un café"), Level.A2),
    (clause("manger", T.CONDITIONNEL, "je", cod="du pain", trigger="si j'avais le temps,"),
     Level.B1),
    (clause("manger", T.SUBJONCTIF, "il", cod="du pain", trigger="il faut que"), Level.B1),
    (clause("manger", T.FUTUR_SIMPLE, "nous", cod="des fruits", trigger="s'il fait beau demain,"),
     Level.A2),
    (clause("lire", T.PASSE_COMPOSE, "je", cod="la lettre", form=F.PRONOUN), Level.B1),
    (clause("lire", T.PRESENT, "je", cod="la lettre", form=F.RELATIVE, lead="voici"), Level.B1),
    (clause("donner", T.PRESENT, "il", cod="la réponse", form=F.PRONOUN, dative=ME), Level.B1),
]  # fmt: skip


@pytest.mark.parametrize(("given", "level"), LEVELS)
def test_clause_level(given: Clause, level: Level) -> None:
    assert clause_level(given) is level


def test_order() -> None:
    assert highest(Level.A2, Level.B2, Level.A1) is Level.B2
    assert at_most(Level.A2, Level.B1)
    assert not at_most(Level.B2, Level.B1)
