"""The lexicon is complete, consistent, and says where a mistake in its files is."""

from __future__ import annotations

from pathlib import Path

import pytest

from verbs.french.conjugation import index
from verbs.french.lexicon import lexicon
from verbs.french.lexicon_files import DATA, LexiconError, read_rows
from verbs.french.phrases import DeterminerKind, ObliqueKind, PhraseParser
from verbs.french.verb_data import infinitives
from verbs.french.vocabulary import Auxiliary, Tense

FIRST_TENSES = {Tense.PRESENT, Tense.IMPARFAIT, Tense.PASSE_COMPOSE, Tense.FUTUR_SIMPLE}


@pytest.fixture(scope="module")
def parser() -> PhraseParser:
    return PhraseParser(
        lexicon().nouns, read_rows("determiners.tsv").rows, read_rows("names.tsv").rows, {}
    )


def test_size() -> None:
    readings = {frame.verb.key for frame in lexicon().frames.values()}
    assert len(readings) >= 150
    assert len(lexicon().nouns) >= 200
    assert len(lexicon().times) >= 40
    assert {tense for time in lexicon().times.values() for tense in time.tenses} == FIRST_TENSES


@pytest.mark.parametrize(
    ("infinitive", "auxiliaries"),
    [
        ("monter", {Auxiliary.ETRE, Auxiliary.AVOIR}),
        ("sortir", {Auxiliary.ETRE, Auxiliary.AVOIR}),
        ("aller", {Auxiliary.ETRE}),
        ("manger", {Auxiliary.AVOIR}),
        ("se laver", {Auxiliary.ETRE}),
        ("souvenir", {Auxiliary.ETRE}),
    ],
)
def test_frames_of(infinitive: str, auxiliaries: set[Auxiliary]) -> None:
    assert {f.verb.auxiliary for f in lexicon().frames_of(infinitive)} == auxiliaries


def test_laver_and_se_laver_are_two_verbs() -> None:
    assert not any(f.verb.reflexive for f in lexicon().frames_of("laver"))
    assert all(f.verb.reflexive for f in lexicon().frames_of("se laver"))


@pytest.mark.parametrize("frame_id", sorted(lexicon().frames))
def test_every_frame_can_be_used(frame_id: str) -> None:
    frame = lexicon().frames[frame_id]
    assert frame.subjects
    assert frame.tenses
    assert ("{cod}" in frame.english) == bool(frame.cod) or "fixed" in frame.flags
    if any(each is not None and each.english for each in frame.oblique.values()):
        assert "{obl}" in frame.english or frame.oblique


@pytest.mark.parametrize(
    ("item", "kind", "gender", "plural", "english"),
    [
        ("la porte", DeterminerKind.DEFINITE, "f", False, "the door"),
        ("l'eau", DeterminerKind.DEFINITE, "f", False, "the water"),
        ("de l'eau", DeterminerKind.PARTITIVE, "f", False, "{some}water"),
        ("du pain", DeterminerKind.PARTITIVE, "m", False, "{some}bread"),
        ("*des fleurs", DeterminerKind.INDEFINITE, "f", True, "{some}flowers"),
        ("une orange", DeterminerKind.INDEFINITE, "f", False, "an orange"),
        ("ses clés", DeterminerKind.POSSESSIVE, "f", True, "{poss} keys"),
        ("le café=coffee", DeterminerKind.DEFINITE, "m", False, "coffee"),
        ("Marie", DeterminerKind.NONE, "f", False, "Marie"),
    ],
)
def test_noun_phrases(
    parser: PhraseParser,
    item: str,
    kind: DeterminerKind,
    gender: str,
    plural: bool,
    english: str,
) -> None:
    phrase = parser.noun_phrase(item)
    assert (phrase.kind, phrase.gender, phrase.plural, phrase.english) == (
        kind,
        gender,
        plural,
        english,
    )
    assert phrase.once == item.startswith("*")


def test_contracted_prepositions_are_taken_apart(parser: PhraseParser) -> None:
    oblique = parser.oblique("y aux questions=the questions")
    assert oblique.kind is ObliqueKind.Y
    assert oblique.words == ("à",)
    assert oblique.phrase is not None
    assert oblique.phrase.surface == "les questions"


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("le maison", "maison is f"),
        ("le xyz", "no singular noun begins 'xyz'"),
        ("maison", "no determiner"),
        ("ses clés=the keys", "{poss}"),
    ],
)
def test_wrong_noun_phrases_are_refused(parser: PhraseParser, item: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parser.noun_phrase(item)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("lui la porte", "no person"),
        ("chez Marie", "no such kind"),
        ("y sur la table", "neither"),
        ("at au pays des merveilles", "no known place"),
    ],
)
def test_wrong_complements_are_refused(parser: PhraseParser, item: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parser.oblique(item)


def test_a_malformed_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "nouns.tsv").write_text("a\tb\n# comment\nx\ty\nonly one\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"nouns\.tsv:4: 1 columns instead of 2"):
        read_rows("nouns.tsv", tmp_path)


def test_made_up_forms_are_no_forms() -> None:
    real = index(infinitives())
    for row in read_rows("learner_forms.tsv", DATA).rows:
        if row["slot"].startswith("present") or row["slot"] == "participle":
            assert row["form"] not in real, row
