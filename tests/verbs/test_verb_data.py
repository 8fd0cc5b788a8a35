"""The verb file: complete, consistent, and clear about what is wrong in a bad line."""

from pathlib import Path

import pytest

from verbs.french.conjugation import compound, forms, index, table
from verbs.french.verb_data import (
    COLUMNS,
    Pronominal,
    VerbDataError,
    infinitives,
    known_infinitives,
    load_further,
    load_verbs,
    readings,
    verbs,
)
from verbs.french.vocabulary import Auxiliary, Group, Level, Person, Tense

AVOIR, ETRE = Auxiliary.AVOIR, Auxiliary.ETRE
#: Verbs that take être in every sense; of the others only reflexive and intransitive readings do.
ETRE_ONLY = (
    "aller arriver décéder devenir redevenir intervenir mourir naître partir repartir parvenir"
    " provenir rester retomber revenir survenir tomber venir"
)
BY_READING = "monter remonter descendre redescendre passer rentrer sortir ressortir retourner"
#: The verbs here that do not have all six persons.
THIRD_PERSON_ONLY = {"falloir", "pleuvoir", "neiger", "advenir"}

NO_PASSE_SIMPLE = {"distraire", "extraire", "dissoudre"}


def test_there_are_enough_verbs_of_every_kind() -> None:
    assert len(verbs()) >= 400
    assert len(infinitives()) >= 320
    assert {entry.level for entry in verbs()} == set(Level)
    assert {entry.group for entry in verbs()} == set(Group)
    assert {entry.pronominal for entry in verbs()} == set(Pronominal)
    assert sum(entry.level is Level.A1 for entry in verbs()) >= 80


def test_readings_and_ranks_are_unique() -> None:
    assert len({entry.key for entry in verbs()}) == len(verbs())
    assert [entry.frequency_rank for entry in verbs()] == list(range(1, len(verbs()) + 1))


@pytest.mark.parametrize("infinitive", ETRE_ONLY.split())
def test_verbs_of_movement_and_change_take_etre_only(infinitive: str) -> None:
    assert {entry.auxiliary for entry in readings(infinitive)} == {ETRE}


@pytest.mark.parametrize("infinitive", BY_READING.split())
def test_the_auxiliary_depends_on_the_reading(infinitive: str) -> None:
    by_auxiliary = {entry.auxiliary: entry for entry in readings(infinitive) if not entry.reflexive}
    assert by_auxiliary[AVOIR].takes_cod
    assert not by_auxiliary[ETRE].takes_cod


def test_no_other_verb_takes_etre_unless_reflexive() -> None:
    allowed = set(f"{ETRE_ONLY} {BY_READING} entrer accourir apparaître advenir repasser".split())
    taking = {e.infinitive for e in verbs() if e.auxiliary is ETRE and not e.reflexive}
    assert taking == allowed


def test_reflexive_readings_take_etre_and_have_a_kind() -> None:
    for entry in verbs():
        if entry.reflexive:
            assert entry.auxiliary is ETRE, entry
            assert entry.pronominal is not Pronominal.NONE, entry
        else:
            assert entry.pronominal is Pronominal.NONE, entry


def test_every_verb_conjugates_in_every_tense() -> None:
    for entry in verbs():
        found = table(entry.infinitive, entry.auxiliary, entry.reflexive)
        persons = len(found[Tense.PRESENT])
        if entry.infinitive in THIRD_PERSON_ONLY:
            assert persons in (1, 2), entry
        else:
            assert persons == 6, entry
        for tense, cells in found.items():
            if tense is Tense.IMPERATIF:
                none = entry.infinitive in THIRD_PERSON_ONLY | {"pouvoir"}
                assert len(cells) == (0 if none else 3), entry
            elif tense is Tense.PASSE_SIMPLE and entry.infinitive in NO_PASSE_SIMPLE:
                assert not cells, entry
            else:
                assert len(cells) == persons, (entry, tense)


def test_derived_properties() -> None:
    lever, se_lever = readings("lever")[1], readings("lever")[0]
    assert (lever.reflexive, se_lever.reflexive) == (False, True)
    assert se_lever.citation == "se lever"
    assert lever.citation == "lever"
    assert se_lever.group is Group.FIRST
    assert se_lever.is_irregular
    assert se_lever.past_participle == "levé"
    assert se_lever.participle_agrees
    assert not lever.participle_agrees
    (en_aller,) = readings("en aller")
    assert en_aller.citation == "s'en aller"
    assert en_aller.past_participle == "allé"
    (falloir,) = readings("falloir")
    assert falloir.past_participle == "fallu"
    assert falloir.present_participle is None
    parler = {entry.reflexive: entry for entry in readings("parler")}
    assert not parler[False].is_irregular
    assert parler[True].pronominal is Pronominal.COI
    assert not parler[True].participle_agrees
    assert readings("xyz") == ()


def test_agreement_of_a_reading_reaches_its_compound_tenses() -> None:
    by_citation = {entry.citation: entry for entry in verbs()}
    for citation, expected in (("se laver", "se sont lavés"), ("se parler", "se sont parlé")):
        entry = by_citation[citation]
        assert compound(
            entry.infinitive,
            entry.auxiliary,
            Tense.PASSE_COMPOSE,
            Person.P3,
            reflexive=True,
            agreement=entry.participle_agrees,
        ) == (expected,)


def test_the_known_verbs_tell_real_from_invented_forms() -> None:
    known = index(known_infinitives())
    assert len(known_infinitives()) >= 5000
    for real in ("écrient", "lient", "fondent", "coudent", "peinent", "finisse", "connait"):
        assert real in known
    for invented in ("donnu", "prendons", "voirai", "venirons", "ouvri", "mouru"):
        assert invented not in known
    for entry in verbs():
        for person in Person:
            for form in forms(entry.infinitive, Tense.PRESENT, person):
                assert form in known


GOOD = "laver\t1\têtre\tto wash\tA1\t7\t0\t0\t-\tcod"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (GOOD.replace("\tcod", ""), "v.tsv:3: 9 columns instead of 10"),
        (GOOD.replace("laver", "bavoir"), "v.tsv:3: no conjugation is known for .* 'bavoir'"),
        (GOOD.replace("\t1\t", "\tyes\t"), "v.tsv:3: reflexive must be 0 or 1, not 'yes'"),
        (GOOD.replace("être", "etre"), "v.tsv:3: auxiliary must be one of avoir, être"),
        (GOOD.replace("être", "avoir"), "v.tsv:3: se laver is reflexive and must take être"),
        (GOOD.replace("to wash", " "), "v.tsv:3: translation must not be empty"),
        (GOOD.replace("A1", "C1"), "v.tsv:3: level must be one of A1, A2, B1, B2, not 'C1'"),
        (GOOD.replace("\t7\t", "\t0\t"), "v.tsv:3: frequency_rank must be a number from 1"),
        (GOOD.replace("-", "à,sous"), "v.tsv:3: 'sous' is not a preposition known here"),
        (GOOD.replace("\tcod", "\tnone"), "v.tsv:3: pronominal must be none for a verb that"),
        (GOOD.replace("laver\t1", "laver\t0"), "v.tsv:3: pronominal must be none for a verb that"),
        (GOOD + "\n" + GOOD.replace("\t7\t", "\t8\t"), "v.tsv:4: se laver with être is there"),
        (GOOD + "\n" + GOOD.replace("laver", "lever"), "v.tsv:4: se laver has the rank 7 already"),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "v.tsv"
    header = "# note\n" + "\t".join(COLUMNS) + "\n"
    path.write_text(header + GOOD + "\n", encoding="utf-8")
    assert [entry.citation for entry in load_verbs(path)] == ["se laver"]
    path.write_text(header + line + "\n", encoding="utf-8")
    with pytest.raises(VerbDataError, match=message):
        load_verbs(path)


def test_a_verb_file_needs_its_header(tmp_path: Path) -> None:
    path = tmp_path / "v.tsv"
    path.write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(VerbDataError, match=r"v\.tsv: the file is empty"):
        load_verbs(path)
    path.write_text("infinitive\n", encoding="utf-8")
    with pytest.raises(VerbDataError, match=r"v\.tsv:1: the header must be infinitive"):
        load_verbs(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("parler finir\nparler", "f.txt:2: parler is in line 1 already"),
        ("# verbs\nparler bavoir", "f.txt:2: no conjugation is known for .* 'bavoir'"),
        ("parler\n\nParler", "f.txt:3: no conjugation is known for .* 'Parler'"),
    ],
)
def test_a_bad_list_of_verbs_is_named_by_file_and_line(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "f.txt"
    path.write_text("# verbs\nparler finir\n\nlire\n", encoding="utf-8")
    assert load_further(path) == {"parler", "finir", "lire"}
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VerbDataError, match=message):
        load_further(path)
    path.write_bytes(b"parler\n\xe9tudier")
    with pytest.raises(VerbDataError, match=r"f\.txt:2: not UTF-8"):
        load_further(path)
