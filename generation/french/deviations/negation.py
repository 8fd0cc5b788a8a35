"""Negations whose words stand in the wrong place or do not go together.

A missing ne is common in speech and is never used; nor is "pas rien", "pas plus" or "pas que", which
have a meaning, nor "pas ... ni", which is right with one ni (Le Bon usage, négation).
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.clause import NEGATIVE_SUBJECTS, Clause, Polarity
from generation.french.deviations.base import Deviation, deviate
from generation.french.noun_phrases import noun_phrase
from generation.french.realise import Parts, parts
from generation.french.tokens import Role, Token
from verbs.french.phrases import DeterminerKind
from verbs.french.vocabulary import AUXILIARY_TENSE, ErrorType

_PAS = Token("pas", Role.NEGATION)
_SIMPLE_WORDS = (Polarity.PAS, Polarity.PLUS, Polarity.JAMAIS)
#: What pas never goes with.
_WITHOUT_PAS = (Polarity.JAMAIS, Polarity.PERSONNE, Polarity.AUCUN)
_WORDS = {Polarity.NOBODY: "personne", Polarity.NOTHING: "rien"}

#: A wrong sentence and its code.
Wrong = tuple[Parts, str]


def negation_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with its negation built wrongly."""
    if not clause.negative:
        return []
    right = parts(clause)
    word = negation_word(clause)
    found: list[Deviation] = []
    for build in (_misplaced, _doubled, _with_objects):
        for wrong, code in build(clause, right):
            found += deviate(clause, wrong.text, ErrorType.NEGATION_STRUCTURE, code, negation=word)
    return found


def negation_word(clause: Clause) -> str:
    """Return the word that goes with ne, as the sentence has it."""
    if clause.polarity is Polarity.AUCUN and clause.cod is not None:
        return "aucune" if clause.cod.gender == "f" else "aucun"
    return _WORDS.get(clause.polarity, clause.polarity.value)


def _misplaced(clause: Clause, right: Parts) -> Iterator[Wrong]:
    """Yield sentences whose negative words stand in the wrong place."""
    polarity = clause.polarity
    compound = clause.tense in AUXILIARY_TENSE
    # "Il n'a vu rien d'utile" would be right: rien only where nothing follows it.
    alone = polarity is Polarity.RIEN and not _has_complement(right)
    if compound and (polarity is Polarity.PAS or alone):
        yield right.moved("negation", "participle"), "after_participle"
    plain = bool(right["late"]) and right["late"][0].role is Role.NEGATION
    if compound and polarity is Polarity.PERSONNE and plain:
        yield right.moved("late", "negation"), "personne_before_participle"
    if polarity in _SIMPLE_WORDS and "neg_alone" not in clause.frame.flags:
        yield right.moved("negation", "ne"), "before_verb"
    if polarity is Polarity.PAS and clause.cod is not None and not compound:
        # Before a complement it could deny only that ("pas au marché, mais...").
        last = right["cod"] and not right["oblique"] and not right["time"]
        if last and clause.cod.is_definite:
            yield right.moved("negation", "cod"), "after_object"
    if right["clitics"]:
        yield right.moved("ne", "clitics"), "ne_after_pronoun"
    if polarity in NEGATIVE_SUBJECTS and right["subject"]:
        order = [slot for slot in right.order if slot != "ne"]
        order.insert(order.index("subject"), "ne")
        yield Parts(right.slots, tuple(order), right.mark), "ne_before_subject"


def _doubled(clause: Clause, right: Parts) -> Iterator[Wrong]:
    """Yield sentences with pas beside a word that takes its place."""
    with_pas = right.with_slot("negation", _PAS, *right["negation"])
    if clause.polarity in _WITHOUT_PAS:
        yield with_pas, "two_negations"
    if clause.polarity in NEGATIVE_SUBJECTS:
        yield with_pas, "subject_with_pas"
    bare = (DeterminerKind.PARTITIVE, DeterminerKind.INDEFINITE)
    if clause.polarity is Polarity.NI and clause.cod is not None and clause.cod.kind in bare:
        yield with_pas, "ni_with_pas"


def _with_objects(clause: Clause, right: Parts) -> Iterator[Wrong]:
    """Yield the errors of ni and of ne ... que in what they stand before."""
    tokens, cod = right["cod"], clause.cod
    if clause.polarity is Polarity.NI:
        second = max((i for i, token in enumerate(tokens) if token.text == "ni"), default=0)
        if second:
            wrong = Token("ou", Role.NEGATION)
            changed = (*tokens[:second], wrong, *tokens[second + 1 :])
            yield right.with_slot("cod", *changed), "ou_for_ni"
    partitive = cod is not None and cod.kind is DeterminerKind.PARTITIVE
    if clause.polarity is Polarity.QUE and partitive and cod is not None and tokens:
        # "De" behind que as behind pas, although ne ... que does not deny.
        phrase = noun_phrase(cod, clause.subject.person, negated=True)
        yield right.with_slot("cod", tokens[0], *phrase), "de_after_que"


def _has_complement(sentence: Parts) -> bool:
    return any(sentence[slot] for slot in ("cod", "oblique", "time"))
