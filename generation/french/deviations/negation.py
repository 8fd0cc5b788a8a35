"""Negations whose words stand in the wrong place or do not go together.

A missing ne is common in speech and is never used; nor is "pas rien", which has a meaning.
"""

from __future__ import annotations

from generation.french.clause import Clause, Polarity
from generation.french.deviations.base import Deviation, deviate
from generation.french.realise import Parts, parts
from generation.french.tokens import Role, Token
from verbs.french.vocabulary import ErrorType, Tense

_NEGATION = ErrorType.NEGATION_STRUCTURE


def negation_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with its negation built wrongly."""
    if not clause.negative:
        return []
    right = parts(clause)
    word = clause.polarity.value
    found: list[Deviation] = []

    def add(wrong: Parts, code: str) -> None:
        found.extend(deviate(clause, wrong.text, _NEGATION, code, negation=word))

    compound = clause.tense is Tense.PASSE_COMPOSE
    simple_words = (Polarity.PAS, Polarity.PLUS, Polarity.JAMAIS)
    # "Il n'a vu rien d'utile" would be right: rien only where nothing follows it.
    alone = clause.polarity is Polarity.RIEN and not _has_complement(right)
    if compound and (clause.polarity is Polarity.PAS or alone):
        add(right.moved("negation", "participle"), "after_participle")
    if compound and clause.polarity is Polarity.PERSONNE:
        add(right.moved("late", "finite"), "personne_before_participle")
    if clause.polarity in simple_words and "neg_alone" not in clause.frame.flags:
        add(right.moved("negation", "ne"), "before_verb")
    if clause.polarity is Polarity.PAS and clause.cod is not None and not compound:
        # Before a complement it could deny only that ("pas au marché, mais...").
        last = right["cod"] and not right["oblique"] and not right["time"]
        if last and clause.cod.is_definite:
            add(right.moved("negation", "cod"), "after_object")
    if clause.polarity in (Polarity.JAMAIS, Polarity.PERSONNE):
        pas = Token("pas", Role.NEGATION)
        add(right.with_slot("negation", pas, *right["negation"]), "two_negations")
    if right["clitics"]:
        add(right.moved("ne", "clitics"), "ne_after_pronoun")
    return found


def _has_complement(sentence: Parts) -> bool:
    return any(sentence[slot] for slot in ("cod", "oblique", "time"))
