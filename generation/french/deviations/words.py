"""Determiners of the wrong gender or number, elision, contraction and linking letters not made.

The rules are those of school grammar; whether a word has a mute or an aspirate h is the lexicon's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise

from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.deviations.base import Deviation, deviate, swapped
from generation.french.realise import Parts, noun_phrase, parts
from generation.french.tokens import Role, Token, starts_with_vowel
from verbs.french.lexicon import lexicon
from verbs.french.lexicon_files import read_words
from verbs.french.phrases import DeterminerKind, NounPhrase
from verbs.french.vocabulary import ErrorType

_POSSESSIVE = (DeterminerKind.POSSESSIVE, DeterminerKind.SPEAKER)
_UNMARKED = (DeterminerKind.NONE, DeterminerKind.NUMERAL)
#: A masculine or feminine form before a vowel, and the one of the other nouns of its gender.
BEFORE_CONSONANT = {"mon": "ma", "ton": "ta", "son": "sa", "cet": "ce"}
#: The masculine and feminine singular of a plural determiner.
SINGULAR = {
    "les": ("le", "la"),
    "ces": ("ce", "cette"),
    "mes": ("mon", "ma"),
    "tes": ("ton", "ta"),
    "ses": ("son", "sa"),
}
_NOT_ASPIRATE = ("hyène", "hiatus", "huissier", "huis")


@cache
def two_genders() -> frozenset[str]:
    """Nouns that mean something else in the other gender, or are used in both."""
    return read_words("two_genders.txt")


# --- Determiners ------------------------------------------------------------------------------


def determiner_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with a wrong determiner before its object or subject."""
    right = parts(clause)
    found: list[Deviation] = []
    for slot, phrase in _phrases(clause):
        for wrong, code in _wrong_phrases(clause, right, slot, phrase):
            found += deviate(
                clause, wrong.text, ErrorType.DETERMINER, code,
                noun=phrase.lemma, gender=phrase.gender, words=" ".join(phrase.words),
            )  # fmt: skip
    return found


def _phrases(clause: Clause) -> Iterator[tuple[str, NounPhrase]]:
    """Yield the noun phrases whose determiner is in the sentence, with their slots."""
    cod, subject = clause.cod, clause.subject.phrase
    slots = {
        ObjectForm.NOUN: "cod",
        ObjectForm.DISLOCATED: "dislocated",
        ObjectForm.RELATIVE: "antecedent",
    }
    if cod is not None and clause.cod_form in slots and clause.polarity is not Polarity.NI:
        yield slots[clause.cod_form], _as_written(clause, cod)
    if subject is not None:
        yield "subject", subject


def _as_written(clause: Clause, cod: NounPhrase) -> NounPhrase:
    """Return the object with the determiner that it has where it stands."""
    kinds = {
        ObjectForm.DISLOCATED: DeterminerKind.DEMONSTRATIVE,
        ObjectForm.RELATIVE: DeterminerKind.DEFINITE,
    }
    kind = kinds.get(clause.cod_form)
    return cod if kind is None else replace(cod, kind=kind)


def _wrong_phrases(
    clause: Clause, right: Parts, slot: str, phrase: NounPhrase
) -> Iterator[tuple[Parts, str]]:
    tokens = right[slot]
    index = next((i for i, t in enumerate(tokens) if t.role is Role.DETERMINER), None)
    if index is None or phrase.kind in _UNMARKED:
        return
    own = tokens[index].text
    if slot != "subject":
        # The subject's gender shows in its participle, too.
        yield from _of_other_gender(clause, right, slot, phrase)
    if own in BEFORE_CONSONANT and starts_with_vowel(phrase.words[0]) and not phrase.plural:
        if own != "cet" and phrase.gender != "f":
            return
        wrong = Token(BEFORE_CONSONANT[own], Role.OTHER, bare=True)
        yield right.with_slot(slot, *swapped(list(tokens), tokens[index], wrong)), "before_vowel"
    if own in SINGULAR and phrase.plural and phrase.words[0] != phrase.lemma and slot == "cod":
        if starts_with_vowel(phrase.words[0]) or clause.polarity is Polarity.QUE:
            return
        wrong = Token(SINGULAR[own][phrase.gender == "f"], Role.OTHER, bare=True)
        yield right.with_slot(slot, *swapped(list(tokens), tokens[index], wrong)), "number"


def _of_other_gender(
    clause: Clause, right: Parts, slot: str, phrase: NounPhrase
) -> Iterator[tuple[Parts, str]]:
    """Yield the noun phrase with the determiner of the other gender."""
    if phrase.is_person or phrase.lemma in two_genders():
        return
    tokens, other = right[slot], "f" if phrase.gender == "m" else "m"
    if clause.polarity is Polarity.AUCUN and slot == "cod":
        wrong = Token("aucune" if other == "f" else "aucun", Role.DETERMINER)
        yield right.with_slot(slot, wrong, *tokens[1:]), "gender"
        return
    vowel = starts_with_vowel(phrase.words[0])
    if phrase.plural or (vowel and phrase.kind is not DeterminerKind.INDEFINITE):
        return
    if clause.denies and slot == "cod" and not phrase.is_definite:
        return
    changed = noun_phrase(replace(phrase, gender=other), clause.subject.person)
    if clause.polarity is Polarity.QUE and slot == "cod":
        changed = [tokens[0], *changed]
    extra = tokens[-1:] if slot == "dislocated" else ()
    yield right.with_slot(slot, *changed, *extra), "gender"


# --- Elision and contraction ------------------------------------------------------------------


def elision_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with a word that is not elided or not contracted, or that must not be.

    And without the letters that link an inverted pronoun ("parle-il") and y, en ("va-y").
    """
    right = parts(clause)
    found: list[Deviation] = []
    for text, code, word in (
        *_not_made(clause, right),
        *_before_h(right),
        *_without_links(right),
    ):
        found += deviate(clause, text, ErrorType.ELISION, code, word=word)
    return found


def _not_made(clause: Clause, right: Parts) -> Iterator[tuple[str, str, str]]:
    tokens = right.tokens
    text = right.written(tokens)
    for before, (token, following) in zip((None, *tokens), pairwise(tokens), strict=False):
        if token.role is Role.OTHER or token.bare or token.text.startswith("-"):
            continue
        if token.role is Role.DETERMINER and not starts_with_vowel(following.text):
            continue
        wrong = right.written(swapped(tokens, token, replace(token, bare=True)))
        if wrong == text:
            continue
        contracted = token.role is Role.PREPOSITION and following.text in ("le", "les")
        if contracted and token.text == "de" and clause.cod is not None:
            partitive = clause.cod.kind is DeterminerKind.PARTITIVE
            if partitive and clause.cod_form is ObjectForm.NOUN:
                # "De le pain" for "du pain" is hardly ever written.
                continue
        if token.text == "le" and before is not None and before.text in ("à", "de"):
            # "De le argent" looks like two errors: neither elided nor contracted.
            continue
        yield wrong, "no_contraction" if contracted else "no_elision", token.text


def _before_h(right: Parts) -> Iterator[tuple[str, str, str]]:
    """Yield an elision before an aspirate h: "l'hockey"."""
    tokens = right.tokens
    for token, following in pairwise(tokens):
        noun = following.text
        aspirate = noun.startswith("h") and noun in lexicon().h_aspire
        if token.text not in ("le", "la") or not aspirate or noun in _NOT_ASPIRATE:
            continue
        if token.role is not Role.DETERMINER:
            continue
        joined = Token(f"l'{noun}", following.role, bare=True)
        kept = [each for each in swapped(tokens, following, joined) if each is not token]
        yield right.written(kept), "elision_before_h", noun


def _without_links(right: Parts) -> Iterator[tuple[str, str, str]]:
    """Yield "parle-il" and "va-y", which lack a letter that is heard."""
    inverted = right["inverted"]
    if inverted and inverted[0].text.startswith("-t-"):
        plain = replace(inverted[0], text=inverted[0].text.removeprefix("-t"))
        yield right.with_slot("inverted", plain).text, "no_linking_t", plain.text[1:]
    enclitics, finite = right["enclitics"], right["finite"]
    linked = bool(enclitics) and enclitics[0].text in ("-y", "-en")
    if linked and finite[0].text.endswith(("es", "as")):
        plain = replace(finite[0], text=finite[0].text[:-1])
        yield right.with_slot("finite", plain).text, "no_linking_s", enclitics[0].text[1:]
