"""What stands before a clause: the file, which tenses and subjects follow, sentences of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generation.french.clause import Clause
from generation.french.english import translate
from generation.french.realise import licensed, realise
from generation.french.soundness import objections
from verbs.french.lexicon import LexiconError, lexicon
from verbs.french.triggers import (
    EnglishKind,
    Join,
    leads,
    read_leads,
    read_triggers,
    triggers,
)
from verbs.french.vocabulary import Level, Person, Tense

HEADER = "french english kind tenses possible wrong subjects aspect scales moment fits flags level"
GOOD = {
    "french": "il faut que",
    "english": "{subject} must {vp}",
    "kind": "infinitive",
    "tenses": "subjonctif",
    "possible": "subjonctif_passe",
    "wrong": "present",
    "subjects": "",
    "aspect": "",
    "scales": "",
    "moment": "",
    "fits": "duty",
    "flags": "noneg",
    "level": "B1",
}


def _file(folder: Path, *rows: dict[str, str]) -> Path:
    lines = [HEADER.replace(" ", "\t")]
    lines += ["\t".join(row[column] for column in HEADER.split()) for row in rows]
    (folder / "triggers.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_line_is_read(tmp_path: Path) -> None:
    found = read_triggers(_file(tmp_path, GOOD))["il faut que"]
    assert (found.tenses, found.wrong) == ((Tense.SUBJONCTIF,), (Tense.PRESENT,))
    assert found.licensed == {Tense.SUBJONCTIF, Tense.SUBJONCTIF_PASSE}
    assert (found.join, found.kind, found.level) == (Join.QUE, EnglishKind.INFINITIVE, Level.B1)
    assert (found.affirmative, found.timed) == (True, False)
    assert found.suits(frozenset({"duty"}), affirmed=True)
    assert not found.suits(frozenset({"duty"}), affirmed=False)
    assert not found.suits(frozenset({"bad"}), affirmed=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tenses": ""}, "tenses must not be empty"),
        ({"tenses": "subjunctive"}, "tenses: unknown subjunctive"),
        ({"wrong": "subjonctif"}, "both right and wrong: subjonctif"),
        ({"wrong": "subjonctif_passe"}, "both right and wrong: subjonctif_passe"),
        ({"kind": "wish"}, "kind: 'wish' is unknown"),
        ({"english": "it is necessary"}, "english needs"),
        ({"kind": "same"}, "english needs {clause}"),
        ({"subjects": "1s !2s"}, "either persons"),
        ({"subjects": "4s"}, "subjects: unknown 4s"),
        ({"aspect": "often"}, "aspect: 'often' is unknown"),
        ({"scales": "decade"}, "scales: unknown decade"),
        ({"moment": "dawn"}, "moment: 'dawn' is unknown"),
        ({"fits": "nice"}, "fits: unknown nice"),
        ({"flags": "polite"}, "flags: unknown polite"),
        ({"level": "C1"}, "level: 'C1' is unknown"),
        ({"french": ""}, "french must not be empty"),
    ],
)
def test_wrong_lines_are_refused(tmp_path: Path, change: dict[str, str], message: str) -> None:
    folder = _file(tmp_path, GOOD | {"french": "il est bon que"}, GOOD | change)
    with pytest.raises(LexiconError, match=r"triggers\.tsv:3: ") as caught:
        read_triggers(folder)
    assert message in str(caught.value)


def test_a_trigger_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"triggers\.tsv:3: il faut que is there twice"):
        read_triggers(_file(tmp_path, GOOD, GOOD))


def test_wrong_leads_are_refused(tmp_path: Path) -> None:
    header = [
        "french",
        "plural",
        "english",
        "english_plural",
        "mark",
        "objects",
        "subjects",
        "nouns",
        "level",
    ]
    row = ["voici", "", "here is", "here are", ";", "thing", "", "", "B1"]
    text = "\n".join("\t".join(cells) for cells in (header, row))
    (tmp_path / "leads.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(LexiconError, match=r"leads\.tsv:2: mark: ';' is unknown"):
        read_leads(tmp_path)


def test_size() -> None:
    assert len(triggers()) >= 100
    assert len(leads()) >= 8
    led = {tense for each in triggers().values() for tense in each.tenses}
    assert led == set(Tense)
    certain = {t for each in triggers().values() if each.wrong for t in each.tenses}
    assert certain == set(Tense)


def test_leads_name_nouns_of_the_lexicon() -> None:
    named = {noun for lead in leads().values() for noun in lead.nouns}
    assert named <= set(lexicon().nouns)


@pytest.mark.parametrize("french", list(triggers()))
def test_what_usage_divides_is_no_error(french: str) -> None:
    trigger = triggers()[french]
    wrong = set(trigger.wrong)
    if trigger.join is Join.SI:
        assert not wrong & {Tense.PRESENT, Tense.IMPARFAIT, Tense.PASSE_COMPOSE}
    if french.rpartition(" ")[2] in ("quand", "lorsque") or "dès que" in french:
        # "Je t'appelle quand j'arrive", "quand j'ai fini" are heard.
        assert not wrong & {Tense.PRESENT, Tense.PASSE_COMPOSE}
    if trigger.join is Join.COMMA:
        # A present tells a story or announces a plan everywhere.
        assert Tense.PRESENT not in wrong
    if french.startswith(("si ", "s'il ")) and trigger.join is Join.COMMA:
        # "Si j'avais su, je ne venais pas", "s'il fait beau, on pourrait sortir".
        assert trigger.tenses[0] is Tense.FUTUR_SIMPLE or Tense.IMPARFAIT not in wrong
        assert Tense.CONDITIONNEL not in wrong
    if trigger.join is Join.COMMA and not trigger.only & {Person.S1, Person.P1}:
        # "Il aura oublié" guesses at the past; "si Paul était là, il saura" takes it for a fact.
        assert Tense.FUTUR_ANTERIEUR not in wrong
        assert not (french.startswith(("si ", "s'il ")) and Tense.FUTUR_SIMPLE in wrong)
    assert "après que" not in french


def test_subjects() -> None:
    subjects = lexicon().frames["finir"].subjects
    for french, right, wrong in (
        ("je veux que", "nous elle", "je"),
        ("nous voulons que", "elle vous", "je nous on"),
        ("si nous avions plus d'argent,", "nous on", "je il"),
        ("si Paul était là,", "Marie je", "Paul"),
    ):
        trigger = triggers()[french]
        for surfaces, allowed in ((right, True), (wrong, False)):
            for surface in surfaces.split():
                assert trigger.allows(subjects[surface]) is allowed


def _sentences(french: str) -> list[Clause]:
    """Return a clause behind a trigger for each of its tenses and each possible subject."""
    trigger = triggers()[french]
    found = []
    for tense in trigger.tenses:
        for person, subject in zip(
            Person, ("je", "tu", "elle", "nous", "vous", "ils"), strict=True
        ):
            given = Clause("finir", tense, subject, cod_key="le livre", trigger_key=french)
            if not objections(given):
                assert person not in trigger.never
                found.append(given)
    return found


@pytest.mark.parametrize("french", list(triggers()))
def test_every_trigger_makes_sentences(french: str) -> None:
    given = _sentences(french)
    assert {each.tense for each in given} == set(triggers()[french].tenses)
    for each in given:
        written, english = realise(each), translate(each)
        assert written in licensed(each)
        assert Clause.from_dict(each.to_dict()) == each
        before = french if french.endswith(",") else french.rpartition(" ")[0]
        assert written.startswith(before[0].upper() + before[1:])
        for missed in ("que il", "que el", "si il", "  "):
            assert missed not in written
        assert re.fullmatch(r"[A-Z][^{}]*[^ ]\.", english), english
