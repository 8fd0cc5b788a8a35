"""What a written word can be."""

from __future__ import annotations

import pytest

from generation.french.checking.text import tokenise
from generation.french.checking.words import Kind, expression_at, is_known, readings
from verbs.french.lexicon import lexicon
from verbs.french.vocabulary import Person, Tense


def kinds(word: str) -> set[Kind]:
    return {r.kind for r in readings(word)}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("porte", {Kind.NOUN, Kind.VERB}),
        ("ferme", {Kind.NOUN, Kind.VERB, Kind.ADJECTIVE}),
        ("leur", {Kind.CLITIC, Kind.DETERMINER, Kind.PRONOUN}),
        ("du", {Kind.DETERMINER, Kind.CONTRACTION}),
        ("manger", {Kind.INFINITIVE}),
        ("mangeant", {Kind.PRESENT_PARTICIPLE}),
        ("Paris", {Kind.NAME, Kind.NOUN}),
    ],
)
def test_homographs_have_every_reading(word: str, expected: set[Kind]) -> None:
    assert expected <= kinds(word)


def test_participles_have_gender_and_number() -> None:
    found = {(r.gender, r.plural) for r in readings("prises") if r.kind is Kind.PAST_PARTICIPLE}
    assert found == {("f", True)}
    assert {(r.gender, r.plural) for r in readings("pris") if r.kind is Kind.PAST_PARTICIPLE} == {
        ("m", False),
        ("m", True),
    }
    assert {r.gender for r in readings("plu") if r.kind is Kind.PAST_PARTICIPLE} == {None}


def test_finite_forms_have_tense_and_person() -> None:
    found = {(r.lemma, r.tense, r.person) for r in readings("viendrons")}
    assert found == {("venir", Tense.FUTUR_SIMPLE, Person.P1)}


def test_contractions_know_their_parts() -> None:
    (reading,) = (r for r in readings("aux") if r.kind is Kind.CONTRACTION)
    assert (reading.lemma, reading.article) == ("à", "les")


def test_unknown_words_are_guessed_and_marked() -> None:
    assert not is_known("machinisation")
    guesses = readings("machinisation")
    assert {(r.kind, r.gender) for r in guesses} == {(Kind.NOUN, "f")}
    assert all(r.guessed for r in guesses)
    assert readings("prendu") == ()
    assert all(r.guessed for r in readings("Zanzivar"))


def test_a_capital_is_needed_for_a_name() -> None:
    assert Kind.NAME in kinds("Marie")
    assert Kind.NAME not in kinds("marie")
    assert Kind.VERB in kinds("Marie")


def test_every_noun_of_the_engine_is_known_in_its_gender() -> None:
    for noun in lexicon().nouns.values():
        for form in filter(None, (noun.singular, noun.plural)):
            found = {r.gender for r in readings(form) if r.kind is Kind.NOUN}
            assert noun.gender in found, form


def test_readings_are_the_same_each_time_and_without_repetition() -> None:
    for word in ("porte", "suis", "fit", "lui", "Marie", "tout"):
        found = readings(word)
        assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("text", "position", "length", "kind"),
    [
        ("à côté du parc", 0, 3, Kind.PREPOSITION),
        ("parce qu'il dort", 0, 2, Kind.SUBORDINATOR),
        ("avant d'entrer", 0, 2, Kind.PREPOSITION),
        ("il dort jusqu'à midi", 2, 2, Kind.PREPOSITION),
        ("beaucoup de pain", 0, 2, Kind.DETERMINER),
        ("bien que tu dormes", 0, 2, Kind.SUBORDINATOR),
    ],
)
def test_expressions(text: str, position: int, length: int, kind: Kind) -> None:
    full = tuple(w.full for w in tokenise(text))
    found = expression_at(full, position)
    assert found is not None
    assert found[0] == length
    assert kind in {r.kind for r in found[1]}


def test_only_prepositions_contract() -> None:
    full = tuple(w.full for w in tokenise("beaucoup du pain"))
    assert expression_at(full, 0) is None


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("XIV", Kind.NUMBER),
        ("XIXe", Kind.ADJECTIVE),
        ("Ier", Kind.ADJECTIVE),
        ("1er", Kind.NUMBER),
        ("8h30", Kind.NUMBER),
        ("IL", Kind.SUBJECT),
        ("Etats-Unis", Kind.NAME),
    ],
)
def test_numerals_and_capitals(word: str, kind: Kind) -> None:
    assert kind in kinds(word)


def test_a_prefix_before_a_known_verb_is_guessed() -> None:
    found = [r for r in readings("préchauffez") if r.kind is Kind.VERB]
    assert {r.lemma for r in found} == {"préchauffer"}
    assert all(r.guessed for r in found)
    assert not [r for r in readings("prézorkez") if r.kind is Kind.VERB]
