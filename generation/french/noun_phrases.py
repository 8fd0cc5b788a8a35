"""Noun phrases and complements in words: determiners, possessives, infinitives."""

from __future__ import annotations

from dataclasses import replace

from generation.french.tokens import Role, Token, starts_with_vowel
from verbs.french.phrases import DeterminerKind, NounPhrase, Oblique, ObliqueKind
from verbs.french.vocabulary import Person

REFLEXIVE = dict(zip(Person, ("me", "te", "se", "nous", "vous", "se"), strict=True))
_POSSESSIVE = {
    Person.S1: ("mon", "ma", "mes"),
    Person.S2: ("ton", "ta", "tes"),
    Person.S3: ("son", "sa", "ses"),
    Person.P1: ("notre", "notre", "nos"),
    Person.P2: ("votre", "votre", "vos"),
    Person.P3: ("leur", "leur", "leurs"),
}
#: The determiners that become de behind a negation and fall away behind ni.
_INDEFINITE = (DeterminerKind.INDEFINITE, DeterminerKind.PARTITIVE)
_TONIC = {("m", False): "lui", ("f", False): "elle", ("m", True): "eux", ("f", True): "elles"}


def noun_phrase(phrase: NounPhrase, possessor: Person, *, negated: bool = False) -> list[Token]:
    """Put a noun phrase into words; ``negated``: it is the object of a full negation."""
    nouns = [Token(word, Role.NOUN) for word in phrase.words]
    first = phrase.words[0]
    det = Role.DETERMINER
    kind = phrase.kind
    if kind is DeterminerKind.NONE:
        return nouns
    if negated and kind in _INDEFINITE:
        return [Token("de", det), *nouns]
    if kind is DeterminerKind.NUMERAL:
        return [Token(phrase.surface.split(" ")[0], det), *nouns]
    if kind is DeterminerKind.PARTITIVE:
        article = "le" if phrase.gender == "m" else "la"
        return [Token("de", Role.PREPOSITION), Token(article, det), *nouns]
    return [Token(_determiner(phrase, possessor, starts_with_vowel(first)), det), *nouns]


def _determiner(phrase: NounPhrase, possessor: Person, vowel: bool) -> str:
    feminine = phrase.gender == "f"
    if phrase.kind in (DeterminerKind.POSSESSIVE, DeterminerKind.SPEAKER):
        owner = possessor if phrase.kind is DeterminerKind.POSSESSIVE else Person.S1
        masculine, feminine_form, plural = _POSSESSIVE[owner]
        if phrase.plural:
            return plural
        return feminine_form if feminine and not vowel else masculine
    if phrase.kind is DeterminerKind.DEMONSTRATIVE:
        if phrase.plural:
            return "ces"
        return "cette" if feminine else "cet" if vowel else "ce"
    if phrase.kind is DeterminerKind.INDEFINITE:
        return "des" if phrase.plural else "une" if feminine else "un"
    return "les" if phrase.plural else "la" if feminine else "le"


def pointed_at(phrase: NounPhrase, possessor: Person) -> list[Token]:
    """Put an object in front of its sentence: "cette lettre, ..."."""
    return noun_phrase(replace(phrase, kind=DeterminerKind.DEMONSTRATIVE), possessor)


def antecedent(phrase: NounPhrase, possessor: Person) -> list[Token]:
    """Put an object before its relative clause, which makes it definite: "la lettre que ..."."""
    return noun_phrase(replace(phrase, kind=DeterminerKind.DEFINITE), possessor)


def can_follow_aucun(phrase: NounPhrase) -> bool:
    """Return whether "aucun" goes with an object: one of some things that are counted."""
    if not phrase.countable or phrase.kind is not DeterminerKind.INDEFINITE:
        return False
    if phrase.plural:
        # "Des fruits": aucun fruit. A noun that is only a plural has no singular.
        return len(phrase.words) == 1 and phrase.words[0] != phrase.lemma
    return True


def with_aucun(phrase: NounPhrase) -> list[Token]:
    """Put the object of "ne ... aucun" into words: always a singular."""
    nouns = phrase.lemma.split(" ") if phrase.plural else phrase.words
    determiner = "aucune" if phrase.gender == "f" else "aucun"
    return [Token(determiner, Role.DETERMINER), *(Token(word, Role.NOUN) for word in nouns)]


def neither_nor(one: NounPhrase, other: NounPhrase, possessor: Person) -> list[Token]:
    """Put the objects of "ne ... ni ... ni" into words, without un, du, des (Le Bon usage)."""
    found: list[Token] = []
    for phrase in (one, other):
        bare = replace(phrase, kind=DeterminerKind.NONE) if phrase.kind in _INDEFINITE else phrase
        found += [Token("ni", Role.NEGATION), *noun_phrase(bare, possessor)]
    return found


def tonic_pronoun(phrase: NounPhrase) -> str:
    """Return the pronoun behind a preposition: lui, elle, eux, elles."""
    return _TONIC[phrase.gender, phrase.plural]


def oblique_tokens(oblique: Oblique, possessor: Person, *, pronoun: bool = False) -> list[Token]:
    """Put a complement behind the verb into words; ``pronoun``: "à lui" for a person."""
    if oblique.phrase is not None:
        before = [Token(word, Role.PREPOSITION) for word in oblique.words]
        if pronoun and oblique.kind is ObliqueKind.TONIC:
            return [*before, Token(tonic_pronoun(oblique.phrase), Role.OTHER)]
        return before + noun_phrase(oblique.phrase, possessor)
    if oblique.infinitive:
        return _infinitive_tokens(oblique, possessor)
    text = own(oblique.words[0], possessor)
    return [Token(word, Role.OTHER) for word in text.split(" ")]


def _infinitive_tokens(oblique: Oblique, person: Person) -> list[Token]:
    """Put an infinitive into words; its se is that of the subject: "je décide de me lever"."""
    tokens = [Token(word, Role.PREPOSITION) for word in oblique.words]
    words = list(oblique.infinitive)
    if words[0] == "se":
        tokens.append(Token(REFLEXIVE[person], Role.CLITIC))
        words = words[1:]
    return tokens + [Token(word, Role.OTHER) for word in own(" ".join(words), person).split(" ")]


def own(text: str, possessor: Person) -> str:
    """Replace son, sa, ses in a fixed complement by the possessive of the subject."""
    words = text.split(" ")
    for index, word in enumerate(words[:-1]):
        if word in ("son", "sa", "ses"):
            masculine, feminine, plural = _POSSESSIVE[possessor]
            vowel = starts_with_vowel(words[index + 1])
            words[index] = {
                "son": masculine,
                "sa": masculine if vowel else feminine,
                "ses": plural,
            }[word]
    return " ".join(words)
