"""Every mistake in the lexicon's files is refused with the file and the line that it is in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from verbs.french.lexicon import load_lexicon
from verbs.french.lexicon_files import DATA, LexiconError, read_rows, read_words

FRAME = {
    "id": "nager.test",
    "verb": "nager",
    "auxiliary": "avoir",
    "reflexive": "-",
    "english": "swim {obl}",
    "subjects": "person",
    "cod": "-",
    "oblique": "at à la piscine",
    "scales": "day",
    "moments": "",
    "flags": "swap",
    "theme": "leisure",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the lexicon's files, with the first frames only."""
    for path in DATA.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    frames = (DATA / "frames.tsv").read_text(encoding="utf-8").splitlines()[:4]
    (tmp_path / "frames.tsv").write_text("\n".join(frames) + "\n", encoding="utf-8")
    return tmp_path


def add(folder: Path, name: str, *cells: str) -> int:
    """Append a line to a file; return its number."""
    path = folder / name
    text = path.read_text(encoding="utf-8").rstrip("\n") + "\n" + "\t".join(cells) + "\n"
    path.write_text(text, encoding="utf-8")
    return len(text.splitlines())


def refused(folder: Path, name: str, message: str, *cells: str) -> None:
    """Append a line and expect the complaint about it."""
    line = add(folder, name, *cells)
    with pytest.raises(LexiconError, match=rf"^{re.escape(name)}:{line}: .*{message}"):
        load_lexicon(folder)


def test_the_files_themselves_are_read(folder: Path) -> None:
    add(folder, "frames.tsv", *FRAME.values())
    assert "nager.test" in load_lexicon(folder).frames


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("id", "manger", "manger is there twice, first in line"),
        ("id", "", "id must not be empty"),
        ("verb", "nagir", "no such reading"),
        ("auxiliary", "être", "no such reading"),
        ("auxiliary", "have", "auxiliary: 'have' is unknown"),
        ("reflexive", "direct", "no such reading"),
        ("reflexive", "yes", "reflexive: 'yes' is unknown"),
        ("english", "", "english must not be empty"),
        ("english", "swim", "{obl} and a complement go together"),
        ("english", "swim {cod} {obl}", "{cod} and a direct object go together"),
        ("english", "swim {where} {obl}", "unknown placeholder"),
        ("subjects", "", "subjects must not be empty"),
        ("subjects", "nobody", "no determiner"),
        ("subjects", "le licorne", "no singular noun"),
        ("subjects", "il=it; je", "il=it stands alone"),
        ("cod", "le pomme", "pomme is f"),
        ("cod", "@fish", "unknown class @fish"),
        ("cod", "la pomme rouge", "needs its English"),
        ("cod", "sa pomme=the apple", "needs {poss}"),
        ("oblique", "at @fish", "unknown class @fish"),
        ("oblique", "at à la lune", "no known place"),
        ("oblique", "near à la piscine", "no such kind"),
        ("oblique", "lui la porte", "no person"),
        ("oblique", "y sur la table", "neither with à nor with de"),
        ("oblique", "inf de partir", "needs its English"),
        ("scales", "hour", "scales: unknown hour"),
        ("scales", "", "scales must not be empty"),
        ("moments", "night", "moments: unknown night"),
        ("flags", "swap nice", "flags: unknown nice"),
        ("flags", "negimper", "negimper goes with noimper"),
        ("flags", "nopres noimp nopc nofut noimper", "no tense is left"),
        ("theme", "science", "theme: 'science' is unknown"),
    ],
)
def test_frames(folder: Path, column: str, value: str, message: str) -> None:
    refused(folder, "frames.tsv", message, *{**FRAME, column: value}.values())


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("pomme", "", "f", "food", "apple", "", "food"), "pomme is there twice"),
        (("licorne", "", "x", "animal", "unicorn", "", "nature"), "gender: 'x' is unknown"),
        (("licorne", "", "f", "beast", "unicorn", "", "nature"), "kind: 'beast' is unknown"),
        (("licorne", "", "f", "animal", "", "", "nature"), "english must not be empty"),
        (("licorne", "", "f", "animal", "unicorn", "", "myth"), "theme: 'myth' is unknown"),
        (("", "", "f", "animal", "unicorn", "", "nature"), "singular must not be empty"),
        (("licorne", "pommes", "f", "animal", "unicorn", "", "nature"), "a form of pomme"),
        (("licorne", "", "f"), "3 columns instead of 7"),
    ],
)
def test_nouns(folder: Path, cells: tuple[str, ...], message: str) -> None:
    refused(folder, "nouns.tsv", message, *cells)


TIME = ("jadis", "long ago", "imparfait", "state", "state", "", "both")


@pytest.mark.parametrize(
    ("index", "value", "message"),
    [
        (0, "hier", "hier is there twice"),
        (1, "", "english must not be empty"),
        (2, "", "tenses must not be empty"),
        (2, "preterite", "tenses: unknown preterite"),
        (3, "often", "aspect: 'often' is unknown"),
        (4, "hour", "scales: unknown hour"),
        (4, "", "scales must not be empty"),
        (5, "night", "moment: 'night' is unknown"),
        (6, "front", "position: 'front' is unknown"),
    ],
)
def test_times(folder: Path, index: int, value: str, message: str) -> None:
    refused(folder, "times.tsv", message, *TIME[:index], value, *TIME[index + 1 :])


@pytest.mark.parametrize(
    ("name", "cells", "message"),
    [
        ("adverbs.tsv", ("souvent", "often", "present", "habit"), "souvent is there twice"),
        ("adverbs.tsv", ("jadis", "", "present", "habit"), "english must not be empty"),
        ("adverbs.tsv", ("jadis", "long ago", "", "habit"), "tenses must not be empty"),
        ("adverbs.tsv", ("jadis", "long ago", "present", "old"), "aspect: 'old' is unknown"),
        ("names.tsv", ("Marie", "f", "singular"), "Marie is there twice"),
        ("names.tsv", ("Camille", "", "singular"), "gender: '' is unknown"),
        ("names.tsv", ("Camille", "f", "one"), "number: 'one' is unknown"),
        ("determiners.tsv", ("quelques", "some", "plural", ""), "kind: 'some' is unknown"),
        ("determiners.tsv", ("quelques", "indefinite", "many", ""), "number: 'many' is unknown"),
        ("determiners.tsv", ("quelques", "indefinite", "plural", "x"), "gender: 'x' is unknown"),
        ("classes.tsv", ("food", "du pain"), "food is there twice"),
        ("classes.tsv", ("fish", ""), "items must not be empty"),
        ("english_verbs.tsv", ("eat", "ate", "eaten", "eating"), "eat is there twice"),
        ("english_verbs.tsv", ("hew", "hewed", "", "hewing"), "participle must not be empty"),
    ],
)
def test_the_other_tables(folder: Path, name: str, cells: tuple[str, ...], message: str) -> None:
    refused(folder, name, message, *cells)


PLACE = ("au moulin", "du moulin", "to the mill", "at the mill", "from the mill", "town", "nature")


@pytest.mark.parametrize(
    ("index", "value", "message"),
    [
        (0, "à la gare", "à la gare is there twice"),
        (1, "", "from must not be empty"),
        (2, "", "english_to must not be empty"),
        (3, "", "english_at must not be empty"),
        (4, "", "english_from must not be empty"),
        (6, "rivers", "theme: 'rivers' is unknown"),
    ],
)
def test_places(folder: Path, index: int, value: str, message: str) -> None:
    refused(folder, "places.tsv", message, *PLACE[:index], value, *PLACE[index + 1 :])


def test_words_without_elision(folder: Path) -> None:
    refused(folder, "h_aspire.txt", "haricot is there twice, first in line", "haricot")


def test_a_line_with_too_few_cells_is_named(tmp_path: Path) -> None:
    (tmp_path / "nouns.tsv").write_text("a\tb\n# comment\nx\ty\nonly one\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"nouns\.tsv:4: 1 columns instead of 2"):
        read_rows("nouns.tsv", tmp_path)


def test_comments_and_empty_lines_are_no_words(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# comment\nhibou\n\nhutte\n", encoding="utf-8")
    assert read_words("words.txt", tmp_path) == {"hibou", "hutte"}
