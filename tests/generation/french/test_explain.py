"""Why a right sentence is right, in its own words."""

from __future__ import annotations

from typing import Any

import pytest

from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.deviations.catalogue import errors_of
from generation.french.explain import explain, explain_key
from verbs.french.vocabulary import ErrorType, Focus, Language, Tense

PC = Tense.PASSE_COMPOSE


def clause(frame: str, tense: Tense, subject: str, **rest: Any) -> Clause:
    names = {"cod": "cod_key", "oblique": "oblique_key", "time": "time_key"}
    return Clause(frame, tense, subject, **{names.get(k, k): v for k, v in rest.items()})


CASES: list[tuple[Focus, Clause, str, str]] = [
    (Focus.AGREEMENT, clause("aller", PC, "Marie", oblique="to au marché"),
     "“allée” agrees with the subject “Marie”", "« allée » s'accorde avec le sujet « Marie »"),
    (Focus.AGREEMENT, clause("lire", PC, "je", cod="la lettre", cod_form=ObjectForm.RELATIVE,
                             lead_key="voici"),
     "“lue” agrees with “la lettre”", "« lue » s'accorde avec « la lettre »"),
    (Focus.AGREEMENT, clause("cueillir", PC, "elle", cod="les fraises",
                             cod_form=ObjectForm.PRONOUN),
     "stands for “les fraises” (feminine plural)", "remplace « les fraises » (féminin pluriel)"),
    (Focus.AGREEMENT, clause("se laver.body", PC, "elle", cod="les mains"),
     "“lavé” does not change: the direct object “les mains” comes after",
     "« lavé » ne change pas : le complément d'objet direct « les mains »"),
    (Focus.AUXILIARY, clause("partir", Tense.PLUS_QUE_PARFAIT, "il", oblique="from à la gare"),
     "form the plus-que-parfait with “être”: “était parti”",
     "forment le plus-que-parfait avec « être » : « était parti »"),
    (Focus.CONJUGATION, clause("manger", Tense.PRESENT, "les enfants", cod="du pain"),
     "“mangent” is the form of “manger” for “les enfants” in the present",
     "« mangent » est la forme de « manger » qui va avec « les enfants » au présent"),
    (Focus.NEGATION, clause("manger", PC, "il", cod="de la viande", polarity=Polarity.PAS),
     "“ne” comes before the auxiliary and “pas” before the participle",
     "« ne » se place avant l'auxiliaire et « pas » avant le participe"),
    (Focus.REFLEXIVE, clause("se lever", Tense.PRESENT, "nous", oblique="fixed tôt"),
     "With “nous” the reflexive pronoun is “nous”", "Avec « nous », le pronom réfléchi est « nous »"),
    (Focus.PREPOSITIONS, clause("téléphoner", Tense.PRESENT, "je", oblique="lui le médecin"),
     "“téléphoner” takes “à”: “au médecin”", "« téléphoner » prend « à » : « au médecin »"),
    (Focus.DETERMINERS, clause("laver", Tense.PRESENT, "il", cod="la voiture"),
     "“voiture” is feminine: “la voiture”", "« voiture » est un nom féminin : « la voiture »"),
    (Focus.MOOD_AND_TENSE, clause("faire", Tense.SUBJONCTIF, "tu", cod="le ménage",
                                  trigger_key="il faut que"),
     "“il faut que” is followed by the present subjunctive: “fasses”",
     "« il faut que » demande ici le subjonctif présent : « fasses »"),
    (Focus.PRONOUNS, clause("lire", Tense.PRESENT, "je", cod="la lettre",
                            cod_form=ObjectForm.DISLOCATED),
     "“la” stands for “cette lettre”", "« la » remplace « cette lettre »"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("focus", "given", "english", "french"), CASES, ids=[case[2] for case in CASES]
)
def test_key(focus: Focus, given: Clause, english: str, french: str) -> None:
    assert english in explain_key(given, focus, Language.ENGLISH)
    assert french in explain_key(given, focus, Language.FRENCH)


SURPLUS: list[tuple[Clause, ErrorType, str, str, str]] = [
    (clause("téléphoner", PC, "il", oblique="lui le médecin", polarity=Polarity.NOBODY),
     ErrorType.NEGATION_STRUCTURE, "subject_with_pas",
     "The subject “personne” replaces “pas”: “ne” before the verb is enough. Leave out “pas”.",
     "Le sujet « personne » remplace « pas » : « ne » devant le verbe suffit."
     " Ici « pas » est de trop."),
    (clause("laver", Tense.PRESENT, "il", cod="la voiture", polarity=Polarity.JAMAIS),
     ErrorType.NEGATION_STRUCTURE, "two_negations",
     "“jamais” replaces “pas”: the two are not used together. Leave out “pas”.",
     "« jamais » remplace « pas » : on n'emploie pas les deux ensemble. Ici « pas » est de trop."),
    (clause("téléphoner", Tense.PRESENT, "je", oblique="lui le médecin", polarity=Polarity.PAS),
     ErrorType.NEGATION_STRUCTURE, "before_verb",
     "right after it (with two verb words, after the first)."
     " Write “téléphone pas”, not “pas téléphone”.",
     "On écrit « téléphone pas » et non « pas téléphone »."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "error_type", "code", "english", "french"), SURPLUS, ids=[case[2] for case in SURPLUS]
)
def test_a_word_too_many_is_named_alone(
    given: Clause, error_type: ErrorType, code: str, english: str, french: str
) -> None:
    found = next(e for e in errors_of(given, error_type) if e.code.endswith(code))
    assert explain(found, Language.ENGLISH).endswith(english)
    assert explain(found, Language.FRENCH).endswith(french)
