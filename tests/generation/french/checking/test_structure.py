"""Sentences taken apart: verb groups, clauses, subjects with the persons that they allow."""

from __future__ import annotations

import pytest

from generation.french.checking.structure import ClauseKind, Sentence, SubjectKind, Tag, analyse
from verbs.french.vocabulary import Person

S1, S2, S3, P1, P2, P3 = Person


def texts(sentence: Sentence, indexes: tuple[int, ...]) -> list[str]:
    """The words at some positions, as they are written."""
    return [sentence.words[index].text for index in indexes]


def test_a_compound_tense_with_negation_and_pronouns() -> None:
    sentence = analyse("Nous ne les lui avons pas encore donnés.")
    (clause,) = sentence.clauses
    group = clause.group
    assert clause.subject.persons == {P1}
    assert texts(sentence, group.clitics) == ["les", "lui"]
    assert group.ne is not None
    assert group.lemmas == ("avoir",)
    assert texts(sentence, group.participles) == ["donnés"]


def test_the_pronoun_of_an_infinitive_belongs_to_it() -> None:
    sentence = analyse("Elle veut le voir demain.")
    (clause,) = sentence.clauses
    (infinitive,) = clause.group.infinitives
    assert texts(sentence, infinitive.clitics) == ["le"]
    assert clause.group.clitics == ()
    assert infinitive.governor == clause.group.finite


def test_ne_pas_before_an_infinitive_is_its_own() -> None:
    sentence = analyse("Il préfère ne pas nous réveiller.")
    (infinitive,) = sentence.infinitives
    assert texts(sentence, infinitive.negations) == ["pas"]
    assert texts(sentence, infinitive.clitics) == ["nous"]
    assert infinitive.ne is not None


def test_the_subject_stands_before_the_relative_clause() -> None:
    sentence = analyse("Les tartes que ta mère a préparées sentent bon.")
    relative, main = sentence.clauses
    assert relative.kind is ClauseKind.RELATIVE
    assert relative.subject.persons == {S3}
    assert sentence.written(main.subject.start, main.subject.end) == "Les tartes"
    assert main.subject.persons == {P3}
    assert main.subject.gender == "f"


def test_an_object_of_the_relative_clause_is_not_the_subject() -> None:
    sentence = analyse("La dame qui promène ses chiens est notre voisine.")
    _, main = sentence.clauses
    assert main.subject.persons == {S3}


def test_an_imperative_has_no_subject() -> None:
    sentence = analyse("Montre-le-moi !")
    (clause,) = sentence.clauses
    assert clause.kind is ClauseKind.IMPERATIVE
    assert clause.subject.kind is SubjectKind.NONE
    assert texts(sentence, clause.group.enclitics) == ["le", "moi"]


def test_vous_behind_the_verb_is_subject_or_object() -> None:
    (question,) = analyse("Partez-vous ce soir ?").clauses
    (order,) = analyse("Reposez-vous ce soir.").clauses
    assert question.subject.inverted
    assert order.kind is ClauseKind.IMPERATIVE


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("Ma tante et moi partons.", {P1}),
        ("Toi et ton frère viendrez.", {P2}),
        ("Julie et Karim chantent.", {P3}),
        ("La plupart des invités dansent.", {S3, P3}),
        ("Une dizaine de clients attendent.", {S3, P3}),
        ("Paul ou son frère viendra.", {S3, P3}),
        ("Chacun de nous répond.", {S3}),
        ("Un des chiens aboie.", {S3}),
        ("L'un des chiens aboie.", {S3}),
        ("Tout le monde rit.", {S3}),
        ("D'autres pensent le contraire.", {P3}),
        ("De nombreux touristes viennent.", {P3}),
        ("C'est toi qui conduis.", {S2}),
        ("Ceux qui dorment se taisent.", {P3}),
        ("Où dorment les enfants ?", {P3}),
        ("Le sac que porte Nadia est lourd.", {S3}),
        ("La mère de Paul et Léa arrive.", {S3, P3}),
        ("Ni toi ni moi ne savons.", {P1}),
    ],
)
def test_the_persons_that_a_subject_allows(text: str, persons: set[Person]) -> None:
    subject = analyse(text).clauses[-1].subject
    if len(analyse(text).clauses) > 1 and text.startswith("Le sac"):
        subject = analyse(text).clauses[0].subject
    assert persons <= subject.persons
    assert subject.persons <= persons | ({S1} if "moi" in text else set())


def test_a_second_verb_shares_the_subject() -> None:
    sentence = analyse("Le facteur sonne et repart aussitôt.")
    assert [clause.subject.persons for clause in sentence.clauses] == [{S3}, {S3}]


def test_a_phrase_behind_et_begins_a_new_clause() -> None:
    sentence = analyse("Elle cuit un gâteau et ses fils jouent.")
    assert [clause.subject.persons for clause in sentence.clauses] == [{S3}, {P3}]


@pytest.mark.parametrize(
    ("text", "word", "tag"),
    [
        ("La marche est haute.", "marche", Tag.NOUN),
        ("Le moteur marche bien.", "marche", Tag.FINITE),
        ("Ils leur parlent.", "leur", Tag.CLITIC),
        ("Ils vendent leur maison.", "leur", Tag.DETERMINER),
        ("Elle nous appelle.", "nous", Tag.CLITIC),
        ("Il ne court plus.", "plus", Tag.NEGATION),
        ("Il court plus vite.", "plus", Tag.ADVERB),
        ("Il en mange.", "en", Tag.CLITIC),
        ("Il vit en Italie.", "en", Tag.PREPOSITION),
        ("Ce vin est bon.", "Ce", Tag.DETERMINER),
        ("Ce sont mes clés.", "Ce", Tag.SUBJECT),
        ("La porte est ouverte.", "ouverte", Tag.PARTICIPLE),
    ],
)
def test_what_a_word_does(text: str, word: str, tag: Tag) -> None:
    sentence = analyse(text)
    index = next(i for i, each in enumerate(sentence.words) if each.text == word)
    assert sentence.tags[index] is tag


def test_a_noun_phrase_knows_its_gender_and_number() -> None:
    sentence = analyse("Mes deux petites cousines habitent ici.")
    (phrase,) = sentence.phrases
    assert (phrase.gender, phrase.plural, phrase.certain) == ("f", True, True)
    assert sentence.written(phrase.start, phrase.end) == "Mes deux petites cousines"


def test_the_same_text_gives_the_same_analysis() -> None:
    text = "Si tu veux, nous irons voir les voisins qui viennent d'arriver."
    assert analyse(text) == analyse(text)


def test_a_text_without_words_is_doubtful() -> None:
    assert analyse(" ... ").doubts == ("There are no words.",)


def test_an_unknown_verb_is_doubtful_but_an_unknown_noun_is_not() -> None:
    assert analyse("Tu schmurfles souvent.").doubts
    assert not analyse("Le schmurf dort dans la cuisine.").doubts
