"""Corrections as data: what holds inside ``in_force``, for whom, and that it ends with it."""

from __future__ import annotations

from threading import Thread

import pytest

from verbs.french.conjugation import (
    Analysis,
    OtherForm,
    UnknownVerb,
    compound,
    forms,
    imperfect_subjunctive,
    index,
    participle,
    participles,
    present_participle,
    produce,
    table,
)
from verbs.french.overrides import EMPTY, Overrides, Reading, cached, current, in_force
from verbs.french.verb_data import readings
from verbs.french.vocabulary import Auxiliary, Level, Person, Tense

AVOIR, ETRE = Auxiliary.AVOIR, Auxiliary.ETRE
FINIR: Reading = ("finir", AVOIR, False)
PRESENT, PC = Tense.PRESENT, Tense.PASSE_COMPOSE


def corrected(reading: Reading, *readings: Reading, **fields: str) -> Overrides:
    """The corrections of one reading; "__" in a name stands for the dot (present__1s)."""
    rows = [(reading, name.replace("__", "."), value) for name, value in fields.items()]
    return Overrides.from_rows(rows, readings)


def test_nothing_is_corrected_by_default() -> None:
    assert current() is EMPTY
    assert not EMPTY
    assert Overrides.from_rows([]) == EMPTY
    assert EMPTY.of("finir") == ()
    assert EMPTY.reading(FINIR).form(PRESENT, Person.S1) is None


def test_a_corrected_form_takes_the_place_of_all_forms_of_its_cell() -> None:
    payer: Reading = ("payer", AVOIR, False)
    assert forms("payer", PRESENT, Person.S1) == ("paie", "paye")
    with in_force(corrected(payer, present__1s="pèye")):
        assert forms("payer", PRESENT, Person.S1) == ("pèye",)
        assert produce("payer", PRESENT, Person.S1, payer) == "pèye"
        assert forms("payer", PRESENT, Person.S2) == ("paies", "payes")
        assert forms("parler", PRESENT, Person.S1) == ("parle",)
        assert imperfect_subjunctive("payer", Person.S1) == ("payasse",)
    assert forms("payer", PRESENT, Person.S1) == ("paie", "paye")


def test_a_form_that_the_rules_do_not_have_can_be_added() -> None:
    pleuvoir: Reading = ("pleuvoir", AVOIR, False)
    with in_force(corrected(pleuvoir, present__1s="pleux", passe_compose__1s="ai plu")):
        assert forms("pleuvoir", PRESENT, Person.S1) == ("pleux",)
        assert table("pleuvoir", AVOIR)[PRESENT][Person.S1] == ("pleux",)
        assert compound("pleuvoir", AVOIR, PC, Person.S1) == ("ai plu",)
        assert index({"pleuvoir"})["pleux"] == {Analysis("pleuvoir", PRESENT, Person.S1)}


def test_a_correction_ends_with_its_block_also_after_an_error() -> None:
    outer, inner = corrected(FINIR, present__1s="fina"), corrected(FINIR, present__1s="fino")
    with in_force(outer):
        with in_force(inner):
            assert produce("finir", PRESENT, Person.S1) == "fino"
        with pytest.raises(UnknownVerb), in_force(inner):
            produce("bavoir", PRESENT, Person.S1)
        assert produce("finir", PRESENT, Person.S1) == "fina"
        with in_force(EMPTY):
            assert produce("finir", PRESENT, Person.S1) == "finis"
    assert current() is EMPTY


def test_a_correction_does_not_reach_other_threads() -> None:
    found: list[str] = []
    with in_force(corrected(FINIR, present__1s="fina")):
        thread = Thread(target=lambda: found.append(produce("finir", PRESENT, Person.S1)))
        thread.start()
        thread.join()
    assert found == ["finis"]


def test_a_correction_is_of_one_reading() -> None:
    going: Reading = ("monter", ETRE, False)
    taking: Reading = ("monter", AVOIR, False)
    with in_force(corrected(going, going, taking, present__3s="montt", past_participle="montu")):
        assert forms("monter", PRESENT, Person.S3, going) == ("montt",)
        assert forms("monter", PRESENT, Person.S3, taking) == ("monte",)
        assert forms("monter", PRESENT, Person.S3) == ("montt", "monte")
        assert compound("monter", ETRE, PC, Person.P3, gender="f") == ("sont montues",)
        assert compound("monter", AVOIR, PC, Person.P3) == ("ont monté",)
        assert {"montt", "monte", "montu", "montée"} <= set(index({"monter"}))


def test_reflexive_forms_come_with_their_pronoun_and_are_kept_without() -> None:
    laver: Reading = ("laver", ETRE, True)
    fields = {
        "present__1s": "me lavve",
        "present__1p": "nous lavvons",
        "imperatif__2s": "lavve-toi",
        "passe_compose__1s": "me suis lavvé",
        "passe_simple__3p": "lavvèrent",
    }
    with in_force(corrected(laver, **fields)):
        assert forms("laver", PRESENT, Person.S1) == ("lavve",)
        assert forms("laver", Tense.IMPERATIF, Person.S2) == ("lavve",)
        cells = table("laver", ETRE, reflexive=True)
        assert cells[PRESENT][Person.S1] == ("me lavve",)
        assert cells[PRESENT][Person.P1] == ("nous lavvons",)
        assert cells[Tense.IMPERATIF][Person.S2] == ("lavve-toi",)
        assert cells[Tense.PASSE_SIMPLE][Person.P3] == ("se lavvèrent",)
        assert cells[PC][Person.S1] == ("me suis lavvé",)
    en_aller: Reading = ("en aller", ETRE, True)
    going = corrected(en_aller, present__1s="m’en vas", imperatif__2s="vas-t'en")
    with in_force(going):
        assert forms("en aller", PRESENT, Person.S1) == ("vas",)
        assert table("en aller", ETRE, reflexive=True)[Tense.IMPERATIF][Person.S2] == ("vas-t'en",)
        assert forms("aller", PRESENT, Person.S1) == ("vais",)


def test_a_corrected_participle_agrees_in_every_compound_tense() -> None:
    partir: Reading = ("partir", ETRE, False)
    with in_force(corrected(partir, past_participle="partu", present_participle="parttant")):
        assert participle("partir").forms() == ("partu", "partue", "partus", "partues")
        assert present_participle("partir") == "parttant"
        assert compound("partir", ETRE, PC, Person.P1, gender="f") == ("sommes partues",)
        assert compound("partir", ETRE, Tense.SUBJONCTIF_PASSE, Person.S1) == ("sois partu",)
        found = index({"partir"})
        assert found["partues"] == {Analysis("partir", OtherForm.PAST_PARTICIPLE, None)}
        assert found["parttant"] == {Analysis("partir", OtherForm.PRESENT_PARTICIPLE, None)}
        assert "parties" not in found
        assert "partant" not in found
    assert participle("partir").forms() == ("parti", "partie", "partis", "parties")
    with in_force(corrected(("rire", AVOIR, False), past_participle="rit")):
        assert participle("rire").forms() == ("rit",)


def test_a_corrected_compound_form_holds_in_the_table_only() -> None:
    partir: Reading = ("partir", ETRE, False)
    overrides = corrected(partir, passe_compose__3p="sont allés")
    with in_force(overrides):
        assert table("partir", ETRE)[PC][Person.P3] == ("sont allés",)
        assert table("partir", ETRE)[PC][Person.P1] == ("sommes partis",)
        assert compound("partir", ETRE, PC, Person.P3, gender="f") == ("sont parties",)
        assert participles("partir")[0].masculine_singular == "parti"
    assert overrides.reading(partir).touches_compound(PC)
    assert not overrides.reading(partir).touches_compound(Tense.PLUS_QUE_PARFAIT)
    assert not corrected(partir, present__3p="partes").reading(partir).touches_compound(PRESENT)


def test_a_corrected_auxiliary_is_in_the_compound_tenses_of_all_verbs() -> None:
    with in_force(corrected(("avoir", AVOIR, False), present__1p="avions")):
        assert table("finir", AVOIR)[PC][Person.P1] == ("avions fini",)
    assert table("finir", AVOIR)[PC][Person.P1] == ("avons fini",)


def test_the_index_follows_the_corrections() -> None:
    verbs = frozenset({"finir", "parler", "vivre", "voir"})
    before = dict(index(verbs))
    with in_force(corrected(FINIR, futur_simple__3p="finirent", present__1s="vis")):
        found = index(verbs)
        assert "finiront" not in found
        assert Analysis("finir", Tense.FUTUR_SIMPLE, Person.P3) in found["finirent"]
        assert Analysis("finir", Tense.PASSE_SIMPLE, Person.P3) in found["finirent"]
        assert found["vis"] == before["vis"] | {Analysis("finir", PRESENT, Person.S1)}
        assert Analysis("finir", PRESENT, Person.S1) not in found["finis"]
        assert Analysis("finir", PRESENT, Person.S2) in found["finis"]
        assert found["parle"] == before["parle"]
        assert index({"parler"}) == {
            form: kept
            for form, analyses in before.items()
            if (kept := frozenset(each for each in analyses if each.infinitive == "parler"))
        }
    assert dict(index(verbs)) == before


def test_level_translation_and_participles_of_an_entry() -> None:
    (entry,) = readings("finir")
    fields = {"level": "B2", "translation": "to be done", "past_participle": "finu"}
    with in_force(corrected(FINIR, **fields)):
        assert (entry.level, entry.translation) == (Level.B2, "to be done")
        assert entry.past_participle == "finu"
    assert (entry.level, entry.translation, entry.past_participle) == (
        Level.A1,
        "to finish",
        "fini",
    )


def test_overrides_are_values() -> None:
    one = corrected(FINIR, present__1s="fina", level="B1")
    same = corrected(FINIR, level="B1", present__1s="fina")
    other = corrected(FINIR, present__1s="fino")
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert len({one, same, other, EMPTY}) == 3


def test_what_the_engine_does_not_use_is_left_out() -> None:
    assert corrected(FINIR, frequency_rank="3", prepositions="de", can_have_cod="true") == EMPTY
    with pytest.raises(ValueError, match="C9"):
        corrected(FINIR, level="C9")


def test_what_is_cached_is_cached_for_the_corrections_in_force() -> None:
    calls: list[str] = []

    @cached(maxsize=10)
    def shout(infinitive: str, *, person: Person) -> str:
        calls.append(infinitive)
        return produce(infinitive, PRESENT, person).upper()

    overrides = corrected(FINIR, present__1s="fina")
    for _ in range(2):
        assert shout("finir", person=Person.S1) == "FINIS"
        with in_force(overrides):
            assert shout("finir", person=Person.S1) == "FINA"
    assert calls == ["finir", "finir"]
    assert shout.__name__ == "shout"
