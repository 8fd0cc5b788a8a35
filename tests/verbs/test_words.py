"""The word lists: what written words can be, and how a mistake in a file is reported."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from verbs.french.inflection import feminine, plurals
from verbs.french.lexicon_files import LexiconError
from verbs.french.words import FOLDER, Kind, load_words, words


def genders(word: str, *, plural: bool = False) -> set[str | None]:
    return {r.gender for r in words().get(word, ()) if r.kind is Kind.NOUN and r.plural is plural}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("cheval", ("chevaux",)),
        ("bal", ("bals",)),
        ("travail", ("travaux",)),
        ("détail", ("détails",)),
        ("genou", ("genoux",)),
        ("clou", ("clous",)),
        ("pneu", ("pneus",)),
        ("jeu", ("jeux",)),
        ("nez", ("nez",)),
        ("idéal", ("idéals", "idéaux")),
        ("fatal", ("fatals",)),
    ],
)
def test_plurals(word: str, expected: tuple[str, ...]) -> None:
    assert plurals(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("grand", "grande"),
        ("cher", "chère"),
        ("heureux", "heureuse"),
        ("naïf", "naïve"),
        ("neuf", "neuve"),
        ("cruel", "cruelle"),
        ("ancien", "ancienne"),
        ("moyen", "moyenne"),
        ("européen", "européenne"),
        ("muet", "muette"),
        ("discret", "discrète"),
        ("supérieur", "supérieure"),
        ("menteur", "menteuse"),
        ("rouge", "rouge"),
        ("prêt", "prête"),
    ],
)
def test_feminines(word: str, expected: str) -> None:
    assert feminine(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("livre", {"m", "f"}),
        ("tour", {"m", "f"}),
        ("poste", {"m", "f"}),
        ("voile", {"m", "f"}),
        ("élève", {"m", "f"}),
        ("table", {"f"}),
        ("musée", {"m"}),
        ("image", {"f"}),
        ("message", {"m"}),
        ("étudiant", {"m"}),
        ("étudiante", {"f"}),
        ("actrice", {"f"}),
        ("squelette", {"m"}),
        ("eau", {"f"}),
    ],
)
def test_genders(word: str, expected: set[str]) -> None:
    assert genders(word) == expected


def test_irregular_plurals_are_found() -> None:
    assert genders("yeux", plural=True) == {"m"}
    assert genders("grands-mères", plural=True) == {"f"}
    assert genders("messieurs", plural=True) == {"m"}
    assert genders("lunettes", plural=True) == {"f"}


def test_adjectives_in_all_forms() -> None:
    forms = {
        (r.gender, r.plural): form
        for form, each in words().items()
        for r in each
        if r.kind is Kind.ADJECTIVE and r.lemma == "beau"
    }
    assert forms == {
        ("m", False): "beau",
        ("f", False): "belle",
        ("m", True): "beaux",
        ("f", True): "belles",
    }
    assert any(r.kind is Kind.ADJECTIVE and "elided" in r.traits for r in words()["bel"])


def test_enough_words() -> None:
    every = [r for each in words().values() for r in each]
    assert len({r.lemma for r in every if r.kind is Kind.NOUN}) >= 2500
    assert len({r.lemma for r in every if r.kind is Kind.ADJECTIVE}) >= 700
    assert len({r.lemma for r in every if r.kind is Kind.ADVERB}) >= 300
    names = [r for r in every if r.kind is Kind.NAME]
    assert sum("given" in r.traits for r in names) >= 250
    assert sum("city" in r.traits for r in names) >= 120
    assert sum(bool(r.traits & {"country", "region"}) for r in names) >= 120


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("nouns.tsv", "x\tthing\tchat", "gender must be"),
        ("nouns.tsv", "m\tthings\tchat", "traits: unknown things"),
        ("nouns.tsv", "m\tthing\tpomme_de_terre", "needs its plural"),
        ("nouns.tsv", "m\tthing\t", "no words"),
        ("nouns.tsv", "m\tthing", "2 columns instead of 3"),
        ("adjectives.tsv", "eau>elle\t-\tgrand", "does not fit"),
        ("adverbs.tsv", "adverbial\t-\tvite", "kind: unknown"),
        ("names.tsv", "m\tgiven\tpaul", "is no name"),
        ("grammar.tsv", "moi\tstrong\t=\t-\tx\t1s\t-", "number must be"),
        ("grammar.tsv", "moi\tstrong\t=\t-\ts\t4s\t-", "person: unknown"),
    ],
)
def test_a_mistake_names_file_and_line(tmp_path: Path, name: str, line: str, message: str) -> None:
    folder = tmp_path / "words"
    shutil.copytree(FOLDER, folder)
    text = (folder / name).read_text(encoding="utf-8")
    number = len(text.splitlines()) + 1
    (folder / name).write_text(text + line + "\n", encoding="utf-8")
    with pytest.raises(LexiconError) as caught:
        load_words(folder)
    assert str(caught.value).startswith(f"{name}:{number}: ")
    assert message in str(caught.value)
