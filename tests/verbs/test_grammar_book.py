"""Verbs as a grammar book lays them out: pronouns, endings, what is irregular, what is corrected."""

from __future__ import annotations

import pytest

from verbs.french import verb_data
from verbs.french.grammar_book import MOODS, Book, book, without_subject
from verbs.french.overrides import Overrides, in_force
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Person, Tense


def of(citation: str, auxiliary: str | None = None) -> Book:
    entry = next(
        one
        for one in verb_data.verbs()
        if one.citation == citation and auxiliary in (None, one.auxiliary)
    )
    return book(
        entry.infinitive,
        entry.auxiliary,
        reflexive=entry.reflexive,
        agrees=entry.participle_agrees,
    )


def line(laid_out: Book, tense: Tense) -> list[str]:
    """The cells of a tense: the ending in square brackets, irregular ones with an asterisk."""
    pages = (page for rows in laid_out.moods.values() for row in rows for page in row if page)
    page = next(page for page in pages if page.tense is tense)
    return [
        f"{cell.subject}{cell.before}{cell.stem}[{cell.ending}]{cell.after}"
        + ("*" if cell.irregular else "")
        for cell in page.cells
    ]


def test_every_tense_stands_in_one_mood() -> None:
    named = [one.tense for rows in MOODS.values() for row in rows for one in row if one]
    assert sorted(named) == sorted(Tense)
    for rows in MOODS.values():
        for simple, compound in rows:
            assert simple.tense not in AUXILIARY_TENSE
            assert compound is None or AUXILIARY_TENSE[compound.tense] is simple.tense


@pytest.mark.parametrize(
    ("verb", "tense", "cells"),
    [
        ("parler", Tense.PRESENT,
         ["je parl[e]", "tu parl[es]", "il/elle parl[e]", "nous parl[ons]", "vous parl[ez]",
          "ils/elles parl[ent]"]),
        ("manger", Tense.IMPARFAIT,
         ["je mange[ais]", "tu mange[ais]", "il/elle mange[ait]", "nous mang[ions]",
          "vous mang[iez]", "ils/elles mange[aient]"]),
        ("finir", Tense.PRESENT,
         ["je fini[s]", "tu fini[s]", "il/elle fini[t]", "nous finiss[ons]", "vous finiss[ez]",
          "ils/elles finiss[ent]"]),
        ("vendre", Tense.PRESENT,
         ["je vend[s]", "tu vend[s]", "il/elle vend[]", "nous vend[ons]", "vous vend[ez]",
          "ils/elles vend[ent]"]),
        ("aller", Tense.PRESENT,
         ["je vai[s]*", "tu v[as]*", "il/elle v[a]*", "nous all[ons]", "vous all[ez]",
          "ils/elles v[ont]*"]),
        ("aller", Tense.SUBJONCTIF_PASSE,
         ["que je sois allé(e)[]", "que tu sois allé(e)[]", "qu'il/elle soit allé(e)[]",
          "que nous soyons allé(e)s[]", "que vous soyez allé(e)(s)[]",
          "qu'ils/elles soient allé(e)s[]"]),
        ("aimer", Tense.PASSE_COMPOSE,
         ["j'ai aimé[]", "tu as aimé[]", "il/elle a aimé[]", "nous avons aimé[]",
          "vous avez aimé[]", "ils/elles ont aimé[]"]),
        ("aimer", Tense.SUBJONCTIF,
         ["que j'aim[e]", "que tu aim[es]", "qu'il/elle aim[e]", "que nous aim[ions]",
          "que vous aim[iez]", "qu'ils/elles aim[ent]"]),
        ("se lever", Tense.PRESENT,
         ["je me lèv[e]*", "tu te lèv[es]*", "il/elle se lèv[e]*", "nous nous lev[ons]",
          "vous vous lev[ez]", "ils/elles se lèv[ent]*"]),
        ("se lever", Tense.IMPERATIF, ["lèv[e]-toi*", "lev[ons]-nous", "lev[ez]-vous"]),
        ("s'en aller", Tense.IMPERATIF, ["v[a]-t'en*", "all[ons]-nous-en", "all[ez]-vous-en"]),
        ("falloir", Tense.PRESENT, ["il fau[t]*"]),
        ("falloir", Tense.SUBJONCTIF, ["qu'il faill[e]*"]),
        ("falloir", Tense.IMPERATIF, []),
        ("se parler", Tense.PASSE_COMPOSE,
         ["je me suis parlé[]", "tu t'es parlé[]", "il/elle s'est parlé[]",
          "nous nous sommes parlé[]", "vous vous êtes parlé[]", "ils/elles se sont parlé[]"]),
    ],
)  # fmt: skip
def test_a_tense(verb: str, tense: Tense, cells: list[str]) -> None:
    assert line(of(verb), tense) == cells


def test_h_aspire_and_h_muet() -> None:
    hair = book("haïr", Auxiliary.AVOIR, agrees=False)
    assert line(hair, Tense.PRESENT)[0].startswith("je ")
    assert line(of("habiter"), Tense.PRESENT)[0].startswith("j'")


def test_plain_verbs_have_no_mark_and_every_verb_has_its_forms() -> None:
    for entry in verb_data.verbs():
        laid_out = of(entry.citation, entry.auxiliary)
        cells = [
            cell
            for rows in laid_out.moods.values()
            for row in rows
            for page in row
            if page
            for cell in page.cells
        ]
        marked = [cell.form for cell in cells if cell.irregular]
        if not entry.is_irregular:
            assert not marked, (entry.citation, marked)
        elif entry.group is not entry.group.THIRD:
            assert marked, entry.citation
        assert all(cell.rule is None for cell in cells)
        assert all(cell.stem for cell in cells if cell.tense in AUXILIARY_TENSE)


def test_a_corrected_form_stands_beside_the_rule() -> None:
    reading = ("finir", Auxiliary.AVOIR, False)
    made = Overrides.from_rows([(reading, "present.1s", "finisse")], [reading])
    with in_force(made):
        laid_out = of("finir")
    cells = {cell.field: cell for cell in laid_out.moods["Indicatif"][0][0].cells}
    assert (cells["present.1s"].form, cells["present.1s"].rule) == ("finisse", "finis")
    assert cells["present.1s"].irregular
    assert cells["present.2s"].rule is None
    assert of("finir").moods["Indicatif"][0][0].cells[0].rule is None


def test_a_corrected_participle_stands_in_the_compound_forms() -> None:
    reading = ("partir", Auxiliary.ETRE, False)
    made = Overrides.from_rows([(reading, "past_participle", "partu")], [reading])
    with in_force(made):
        laid_out = of("partir", "être")
    compound = laid_out.moods["Indicatif"][0][1]
    assert compound is not None
    assert (compound.cells[0].form, compound.cells[0].rule) == ("suis partu(e)", "suis parti(e)")
    free = {one.name: one for one in laid_out.free}
    assert free["Participe passé"].form.startswith("partu, partue")
    assert free["Participe passé"].rule == "parti, partie, partis, parties"
    assert free["Participe présent"].rule is None


@pytest.mark.parametrize(
    ("verb", "name", "form"),
    [
        ("s'habiller", "Infinitif passé", "s'être habillé(e)"),
        ("s'habiller", "Gérondif", "en s'habillant"),
        ("manger", "Participe présent", "mangeant"),
        ("mettre", "Participe passé", "mis, mise, mises"),
    ],
)
def test_forms_without_person(verb: str, name: str, form: str) -> None:
    assert next(one.form for one in of(verb).free if one.name == name) == form


@pytest.mark.parametrize(
    ("typed", "reflexive", "form"),
    [
        ("que j’aille", False, "aille"),
        ("je parle", False, "parle"),
        ("parle", False, "parle"),
        ("nous  parlons", False, "parlons"),
        ("nous nous lavons", True, "nous lavons"),
        ("nous lavons", True, "nous lavons"),
        ("que vous vous laviez", True, "vous laviez"),
        ("qu'ils soient", False, "soient"),
        ("me lave", True, "me lave"),
        ("", False, ""),
    ],
)
def test_a_subject_that_is_typed_is_left_out(typed: str, reflexive: bool, form: str) -> None:
    assert without_subject(typed, reflexive=reflexive) == form


def test_persons_in_order() -> None:
    cells = of("parler").moods["Indicatif"][0][0].cells
    assert [cell.person for cell in cells] == list(Person)
