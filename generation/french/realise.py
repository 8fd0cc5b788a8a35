"""From a clause to French: the sentence to write, and every written form of it that is right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

from generation.french.agreements import INVARIABLE, Agreement, agreements, subject_agreements
from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.clitics import cod_clitic, follows_verb, hyphened, oblique_clitic, pronouns
from generation.french.noun_phrases import noun_phrase
from generation.french.parts import SLOTS, Parts, build, finite_forms, participle_forms, parts
from generation.french.tokens import Role, Token, starts_with_vowel
from verbs.french.overrides import cached
from verbs.french.triggers import Join

__all__ = [
    "INVARIABLE",
    "SLOTS",
    "Agreement",
    "Parts",
    "agreements",
    "build",
    "cod_clitic",
    "finite_forms",
    "licensed",
    "noun_phrase",
    "oblique_clitic",
    "participle_forms",
    "parts",
    "realise",
    "subject_agreements",
]

#: Conjunctions that elide before every vowel today, but in older usage before these words only.
_OLDER_ELISION = ("lorsque", "puisque", "quoique")
#: Before a name with h usage varies: "d'Hugo", "de Hugo" (Le Bon usage).
_UNELIDED = re.compile(r"\b(qu|d|lorsqu|puisqu|quoiqu)'(?=H)")
_ALWAYS_ELIDED = ("il", "ils", "elle", "elles", "on", "un", "une", "en")


def realise(clause: Clause) -> str:
    """Return the sentence to write."""
    return parts(clause).text


def _participles(clause: Clause) -> list[str | None]:
    found = (form for a in agreements(clause) for form in participle_forms(clause, a))
    return list(dict.fromkeys(found)) or [None]


def may_open(clause: Clause) -> bool:
    """Return whether a time expression may stand before the clause.

    Not behind a trigger or before a lead: it would belong to what is said there.
    """
    limited = clause.polarity is Polarity.QUE and clause.cod is None and clause.oblique is None
    fronted = clause.cod_form is ObjectForm.RELATIVE
    return clause.trigger_key is None and not fronted and not limited


def _places(clause: Clause) -> Iterator[Clause]:
    """Yield the clause with its time expression at the end and at the beginning."""
    yield clause
    if clause.time is not None and (clause.time_first or may_open(clause)):
        yield replace(clause, time_first=not clause.time_first)


def _orders(sentence: Parts) -> Iterator[Parts]:
    """Yield the other places that adverb and complements may take."""
    yield sentence
    if sentence["adverb"] and sentence["participle"]:
        yield sentence.moved("adverb", "participle")
    if sentence["cod"] and sentence["oblique"]:
        yield sentence.moved("cod", "oblique")
    if sentence["late"] and sentence["cod"]:
        yield sentence.moved("late", "participle")
    if sentence["time"] and (sentence["oblique"] or sentence["cod"]):
        yield sentence.moved("time", "late")
        yield sentence.moved("time", "cod")


def _variants(clause: Clause, base: Parts) -> Iterator[Parts]:
    """Yield the sentence with other words that are right as well."""
    yield base
    if base["cod"] and clause.denies and clause.cod is not None:
        yield from _articles(clause, base)
    if [token.text for token in base["lead"]] == ["ce", "sont"]:
        # "C'est les photos que ..." is said and written, too (Le Bon usage).
        yield base.with_slot("lead", Token("c'est", Role.OTHER))
    trigger = clause.trigger
    if trigger is not None:
        if trigger.expletive and not clause.negative:
            # "Avant qu'il ne parte" (Le Bon usage: ne explétif).
            yield base.with_slot("ne", Token("ne", Role.NE))
        if trigger.join is Join.QUE:
            yield from _older_elision(base)
    if follows_verb(clause):
        yield from _other_orders_behind(clause, base)


def _articles(clause: Clause, base: Parts) -> Iterator[Parts]:
    """Yield the articles kept behind a negation: right in a contrast, and behind ni."""
    cod, person = clause.cod, clause.subject.person
    if cod is None or clause.polarity is Polarity.AUCUN:
        return
    if clause.polarity is not Polarity.NI or clause.cod2 is None:
        yield base.with_slot("cod", *noun_phrase(cod, person))
        return
    ni = Token("ni", Role.NEGATION)
    for negated in (False, True):
        one, other = (noun_phrase(each, person, negated=negated) for each in (cod, clause.cod2))
        yield base.with_slot("cod", ni, *one, ni, *other)
        yield base.with_slot("cod", ni, *one, Token(",", Role.OTHER), ni, *other)
    tokens = base["cod"]
    second = max(i for i, token in enumerate(tokens) if token.text == "ni")
    yield base.with_slot("cod", *tokens[:second], Token(",", Role.OTHER), *tokens[second:])


def _older_elision(base: Parts) -> Iterator[Parts]:
    """Yield "lorsque Anne" beside "lorsqu'Anne"."""
    before = base["trigger"]
    last = before[-1]
    following = next((base[slot][0].text for slot in SLOTS[1:] if base[slot]), "")
    if last.text not in _OLDER_ELISION or following in _ALWAYS_ELIDED:
        return
    if starts_with_vowel(following):
        yield base.with_slot("trigger", *before[:-1], replace(last, bare=True))


def _other_orders_behind(clause: Clause, base: Parts) -> Iterator[Parts]:
    """Yield "rends-nous-les", "donne-moi-le" beside the usual order: good authors have them."""
    if clause.dative is None or len(base["enclitics"]) != 2:
        return
    first, second = pronouns(clause)
    if second in ("le", "la", "les") and first not in ("lui", "leur"):
        yield base.with_slot("enclitics", *hyphened([first, second]))


def _without_commas(text: str) -> Iterator[str]:
    """Yield a text without some of its commas, which are a matter of style there."""
    places = [index for index, letter in enumerate(text) if letter == ","]
    for count in range(1, len(places) + 1):
        for dropped in combinations(places, count):
            yield "".join(letter for index, letter in enumerate(text) if index not in dropped)


@cached(maxsize=20_000)
def licensed(clause: Clause) -> frozenset[str]:
    """Return every written form of a clause that is right.

    Other spellings of the verb, every gender that the subject or object may have, the places of
    time and adverb, "un" beside "de" after a negation (right in a contrast), the expletive ne, and
    commas left out, "que Hugo" beside "qu'Hugo". A question stays the question that it is.
    """
    found: set[str] = set()
    for place in _places(clause):
        for finite, participle in product(finite_forms(place), _participles(place)):
            for variant in _variants(place, build(place, finite, participle)):
                found.update(ordered.text for ordered in _orders(variant))
    found.update([_UNELIDED.sub(r"\1e ", text) for text in found if "'H" in text])
    found.update([less for text in found if "," in text for less in _without_commas(text)])
    return frozenset(found)
