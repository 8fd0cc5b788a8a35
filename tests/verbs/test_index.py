"""The index of all known verbs: complete, exact, and consistent with the forms that are produced."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verbs.french import conjugation, derivation
from verbs.french.conjugation import (
    SIMPLE_TENSES,
    Analysis,
    OtherForm,
    forms,
    imperfect_subjunctive,
    index,
    infinitive_spellings,
    participles,
    present_participle,
)
from verbs.french.groups import GRAVE_ELER_ETER, plain_group
from verbs.french.verb_data import known_infinitives
from verbs.french.vocabulary import Person, Tense

KNOWN = sorted(known_infinitives())
VERBS = st.sampled_from(KNOWN)


def licensed(analysis: Analysis) -> tuple[str, ...]:
    """What the functions of one cell give for an analysis."""
    infinitive, tense, person = analysis
    if isinstance(tense, Tense):
        assert person is not None
        return forms(infinitive, tense, person)
    if tense is OtherForm.IMPARFAIT_DU_SUBJONCTIF:
        assert person is not None
        return imperfect_subjunctive(infinitive, person)
    if tense is OtherForm.PAST_PARTICIPLE:
        return tuple(form for each in participles(infinitive) for form in each.forms())
    if tense is OtherForm.INFINITIVE:
        return infinitive_spellings(infinitive)
    return conjugation._present_participles(infinitive)


def test_there_are_verbs_enough() -> None:
    assert len(KNOWN) >= 5000
    assert {"aller", "en aller", "pique-niquer", "cliquer", "télécharger", "assaisonner"} <= set(
        KNOWN
    )


def test_every_form_leads_back_to_its_cell() -> None:
    for form, analyses in index(KNOWN).items():
        for analysis in analyses:
            assert form in licensed(analysis), (form, analysis)


@given(VERBS, st.sampled_from(SIMPLE_TENSES), st.sampled_from(list(Person)))
def test_every_form_of_a_cell_is_in_the_index(
    infinitive: str, tense: Tense, person: Person
) -> None:
    for form in forms(infinitive, tense, person):
        assert Analysis(infinitive, tense, person) in index(KNOWN)[form]


@given(VERBS)
def test_participles_and_infinitives_are_in_the_index(infinitive: str) -> None:
    found = index(KNOWN)
    for each in participles(infinitive):
        for form in each.forms():
            assert Analysis(infinitive, OtherForm.PAST_PARTICIPLE, None) in found[form]
    present = present_participle(infinitive)
    if present is not None:
        assert Analysis(infinitive, OtherForm.PRESENT_PARTICIPLE, None) in found[present]
    for spelling in infinitive_spellings(infinitive):
        assert Analysis(infinitive, OtherForm.INFINITIVE, None) in found[spelling]


def test_plain_verbs_have_just_the_forms_that_derivation_gives() -> None:
    plain = [verb for verb in KNOWN if plain_group(verb)]
    assert len(plain) > 0.7 * len(KNOWN)
    for infinitive in plain:
        derived: dict[str, set[Analysis]] = {}
        for form, analysis in conjugation._analyses(infinitive):
            derived.setdefault(form, set()).add(analysis)
        assert dict(index({infinitive})) == derived, infinitive


def test_the_index_is_a_mapping() -> None:
    found = index({"parler", "finir", "venir"})
    forms_of_all = list(found)
    assert len(forms_of_all) == len(set(forms_of_all)) == len(found)
    assert all(form in found for form in forms_of_all)
    for missing in ("", "e", "parl", "fin", "parlx", "vien", 3):
        assert missing not in found
    with pytest.raises(KeyError):
        found["parl"]
    assert found.get("parlx") is None


def _cells() -> list[tuple[str, tuple[str, ...]]]:
    return [
        (infinitive, found)
        for infinitive in KNOWN
        for found in derivation.simple_forms(infinitive).values()
        if len(found) > 1
    ]


def test_a_spelling_of_1990_never_comes_first() -> None:
    seen = 0
    for infinitive, found in _cells():
        # Both of recrois and recroîs are classical.
        for other in found[1:] if infinitive != "recroître" else ():
            # connait for connaît, gouter for goûter
            assert found[0] not in (other.replace("î", "i"), other.replace("û", "u")) or (
                found[0] == other
            ), (infinitive, found)
            seen += 1
        if re.search(r"é[^aeiouyéè]+er$", infinitive) and "è" in found[1]:
            assert "è" not in found[0][len(infinitive) - 5 :], (infinitive, found)
        if infinitive.endswith(("eler", "eter")) and infinitive not in GRAVE_ELER_ETER:
            assert re.search(r"e(ll|tt)", found[0]), (infinitive, found)
        if infinitive == "pique-niquer":
            assert found[0].startswith("pique-")
    assert seen > 4000


def test_no_cell_has_a_form_twice_and_none_is_empty() -> None:
    for infinitive in KNOWN:
        for cell, found in derivation.simple_forms(infinitive).items():
            assert len(set(found)) == len(found), (infinitive, cell)
            assert all(found), (infinitive, cell)


@pytest.mark.parametrize(
    ("form", "infinitive"),
    [
        ("connaitre", "connaître"),
        ("gouter", "goûter"),
        ("assoir", "asseoir"),
        ("sursoir", "surseoir"),
        ("piqueniquer", "pique-niquer"),
    ],
)
def test_infinitives_of_1990_are_known(form: str, infinitive: str) -> None:
    assert index(KNOWN)[form] == {Analysis(infinitive, OtherForm.INFINITIVE, None)}
    assert infinitive_spellings(infinitive) == (infinitive, form)


@pytest.mark.parametrize(
    "invented",
    [
        *("j'hais", "haïssois", "hait-il", "pleus", "faus", "falloirai", "voirai", "venirai"),
        *("prendons", "disez", "faisez", "sontons", "allerai", "ouvri", "offri", "mouru", "vienu"),
        *("metté", "prendu", "devenu-t", "veuxe", "savons-t", "croivent", "voyent", "assisez"),
        *("appèle", "jète", "achette", "gelle", "cédrai", "envoyerai", "mangons", "commencons"),
        *("plussions-nous", "dûe", "dûs", "pue-t", "rie-t", "suffie", "étée", "fallue"),
    ],
)
def test_what_is_no_form_is_not_there(invented: str) -> None:
    assert invented not in index(KNOWN)
