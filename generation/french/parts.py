"""The slots of a sentence, filled and in order, before they are written.

A deviation changes slots or their order and is written by the same code. The steps follow the
school grammar of French: finite form, participle agreement, object pronouns, negation, articles
after negation, and elision and contraction last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from generation.french.agreements import Agreement, agreements
from generation.french.clause import Clause, ObjectForm, Polarity, SentenceType
from generation.french.clitics import clitic_tokens, enclitic_tokens, with_s
from generation.french.noun_phrases import (
    antecedent,
    neither_nor,
    noun_phrase,
    oblique_tokens,
    pointed_at,
    with_aucun,
)
from generation.french.tokens import Role, Token, write
from verbs.french.conjugation import forms, participles
from verbs.french.triggers import Join
from verbs.french.vocabulary import AUXILIARY_TENSE, Person, Tense

#: The slots in the order of a plain sentence.
SLOTS = (
    "trigger",
    "opening",
    "dislocated",
    "lead",
    "antecedent",
    "relative",
    "question",
    "subject",
    "ne",
    "clitics",
    "finite",
    "enclitics",
    "inverted",
    "negation",
    "adverb",
    "participle",
    "late",
    "cod",
    "oblique",
    "time",
)
_COMMA = Token(",", Role.OTHER)
_NE = Token("ne", Role.NE)
#: Second words of the negation that stand behind the finite form.
_BEHIND_FINITE = (Polarity.PAS, Polarity.PLUS, Polarity.JAMAIS, Polarity.RIEN)
#: The forms of je that are inverted in writing today: "ai-je", "puis-je".
INVERTED_JE = frozenset(
    {*("ai", "suis", "vais", "dois", "puis", "sais", "dis", "vois", "fais"), "pourrais"}
)


@dataclass(frozen=True)
class Parts:
    """The filled slots of a sentence, the order in which they are written, the mark at the end."""

    slots: Mapping[str, tuple[Token, ...]]
    order: tuple[str, ...] = SLOTS
    mark: str = "."

    def __getitem__(self, slot: str) -> tuple[Token, ...]:
        return self.slots.get(slot, ())

    def with_slot(self, slot: str, *tokens: Token) -> Parts:
        """Return the parts with other words in a slot."""
        return replace(self, slots={**self.slots, slot: tokens})

    def moved(self, slot: str, after: str) -> Parts:
        """Return the parts with a slot written right after another one."""
        order = [name for name in self.order if name != slot]
        order.insert(order.index(after) + 1, slot)
        return replace(self, order=tuple(order))

    def written(self, tokens: list[Token]) -> str:
        """Write other words with the mark of this sentence."""
        return write(tokens, self.mark)

    @property
    def tokens(self) -> list[Token]:
        """The words in order."""
        slots = self.slots
        return [token for slot in self.order if slot in slots for token in slots[slot]]

    @property
    def text(self) -> str:
        """The written sentence."""
        return write(self.tokens, self.mark)


# --- The verb ---------------------------------------------------------------------------------


def finite_forms(clause: Clause) -> tuple[str, ...]:
    """Return the licensed finite forms, the auxiliary's in a compound tense."""
    person = clause.subject.person
    verb = clause.frame.verb
    if clause.tense in AUXILIARY_TENSE:
        return forms(verb.auxiliary.value, AUXILIARY_TENSE[clause.tense], person)
    found = forms(verb.infinitive, clause.tense, person, verb.key)
    if verb.infinitive == "pouvoir" and clause.tense is Tense.PRESENT and person is Person.S1:
        # "Puis-je", never "peux-je"; "je puis" is right, too (Bescherelle).
        inverted = clause.sentence is SentenceType.INVERSION
        found = ("puis",) if inverted else found
    return found


def participle_forms(clause: Clause, agreement: Agreement) -> tuple[str, ...]:
    """Return the participle in an agreement, in every spelling; () in a simple tense."""
    if clause.tense not in AUXILIARY_TENSE:
        return ()
    verb = clause.frame.verb
    return tuple(
        each.form(agreement.gender, agreement.plural)
        for each in participles(verb.infinitive, verb.key)
    )


def _negation(clause: Clause) -> tuple[list[Token], list[Token]]:
    """Return the second words of the negation: after the finite form, after the participle."""
    word = Token(clause.polarity.value, Role.NEGATION)
    if clause.polarity in _BEHIND_FINITE:
        return [word], []
    if clause.polarity is Polarity.PERSONNE:
        before = clause.before_personne
        return [], [Token(before, Role.PREPOSITION), word] if before else [word]
    return [], []


def inverted_pronoun(clause: Clause, finite: str) -> str:
    """Return the subject behind the verb of a question: "-tu", "-t-il", "-elles" for a noun."""
    subject = clause.subject
    pronoun = subject.surface
    if not subject.pronoun:
        pronoun = {
            ("m", False): "il",
            ("f", False): "elle",
            ("m", True): "ils",
            ("f", True): "elles",
        }[subject.gender or "m", subject.plural]
    # "Convainc-t-il", but "prend-il", "est-elle" (Le Bon usage).
    linked = subject.person is Person.S3 and finite.endswith(("e", "a", "c"))
    return f"-t-{pronoun}" if linked else f"-{pronoun}"


# --- Before the clause ------------------------------------------------------------------------


@cache
def _fixed(text: str) -> tuple[Token, ...]:
    """Return fixed words as they stand."""
    return tuple(Token(word, Role.OTHER, bare=True) for word in text.split(" "))


def _trigger(clause: Clause) -> list[Token]:
    trigger = clause.trigger
    if trigger is None:
        return []
    tokens = _fixed(trigger.french.removesuffix(","))
    if trigger.join is Join.COMMA:
        return [*tokens, _COMMA]
    if trigger.join is Join.PLAIN:
        return list(tokens)
    return [*tokens[:-1], Token(tokens[-1].text, Role.CONJUNCTION)]


def _lead(clause: Clause) -> list[Token]:
    lead, cod = clause.lead, clause.cod
    if lead is None or cod is None:
        return []
    tokens = list(_fixed(lead.plural if cod.plural else lead.french))
    if tokens[-1].text in ("à", "de"):
        tokens[-1] = Token(tokens[-1].text, Role.PREPOSITION)
    return tokens


def _before(clause: Clause) -> dict[str, list[Token]]:
    """Fill the slots before the subject."""
    person = clause.subject.person
    que = Token("que", Role.CONJUNCTION)
    found: dict[str, list[Token]] = {"trigger": _trigger(clause)}
    cod = clause.cod
    if cod is not None and clause.cod_form is ObjectForm.DISLOCATED:
        # "Cette lettre, je l'ai lue": the object in front is pointed at.
        found["dislocated"] = [*pointed_at(cod, person), _COMMA]
    elif cod is not None and clause.cod_form is ObjectForm.RELATIVE:
        found |= {"lead": _lead(clause), "antecedent": antecedent(cod, person), "relative": [que]}
    if clause.sentence is SentenceType.EST_CE_QUE:
        found["question"] = [Token("est-ce", Role.OTHER), que]
    return found


def _subject(clause: Clause) -> list[Token]:
    """Return the subject before the verb; a question puts a pronoun behind it."""
    subject = clause.subject
    if subject.phrase is not None:
        return noun_phrase(subject.phrase, Person.S1)
    if clause.imperative or (clause.sentence is SentenceType.INVERSION and subject.pronoun):
        return []
    return [Token(subject.surface, Role.SUBJECT)]


# --- Behind the verb --------------------------------------------------------------------------


def _cod(clause: Clause) -> list[Token]:
    cod = clause.cod
    if cod is None or clause.cod_form is not ObjectForm.NOUN:
        return []
    if clause.polarity is Polarity.AUCUN:
        return with_aucun(cod)
    if clause.polarity is Polarity.NI and clause.cod2 is not None:
        return neither_nor(cod, clause.cod2, clause.subject.person)
    negated = clause.denies and "body" not in clause.frame.flags
    return noun_phrase(cod, clause.subject.person, negated=negated)


def _limited(slots: dict[str, list[Token]]) -> None:
    """Put the que of "ne ... que" before the object, the complement or the time."""
    for name in ("cod", "oblique", "time"):
        if slots[name]:
            # Not a conjunction: "que" and "qu'" of a restriction are no subordinate clause.
            slots[name] = [Token("que", Role.NEGATION), *slots[name]]
            return


def _mark(clause: Clause) -> str:
    if clause.question:
        return "?"
    lead = clause.lead
    return "." if lead is None or clause.cod_form is not ObjectForm.RELATIVE else lead.mark


def build(clause: Clause, finite: str, participle: str | None) -> Parts:
    """Fill the slots of a clause with a given finite form and participle."""
    person = clause.subject.person
    negation, late = _negation(clause)
    enclitics = enclitic_tokens(clause)
    time = [] if clause.time is None else [Token(w, Role.OTHER) for w in clause.time.french.split()]
    first = bool(time) and clause.time_first
    oblique: list[Token] = []
    if clause.oblique is not None:
        pronoun = clause.oblique_pronoun
        if not pronoun or clause.oblique.stays_behind:
            oblique = oblique_tokens(clause.oblique, person, pronoun=pronoun)
    inverted: list[Token] = []
    if clause.sentence is SentenceType.INVERSION:
        inverted = [Token(inverted_pronoun(clause, finite), Role.SUBJECT, bare=True)]
    slots: dict[str, list[Token]] = {
        **_before(clause),
        "opening": [*time, _COMMA] if first else [],
        "subject": _subject(clause),
        "ne": [_NE] if clause.negative else [],
        "clitics": clitic_tokens(clause),
        "finite": [Token(with_s(finite, enclitics), Role.FINITE)],
        "enclitics": enclitics,
        "inverted": inverted,
        "negation": negation,
        "adverb": [Token(clause.adverb.french, Role.ADVERB)] if clause.adverb else [],
        "participle": [Token(participle, Role.PARTICIPLE)] if participle else [],
        "late": late,
        "cod": _cod(clause),
        "oblique": oblique,
        "time": [] if first else time,
    }
    if clause.polarity is Polarity.QUE:
        _limited(slots)
    filled = Parts(
        {name: tuple(tokens) for name, tokens in slots.items() if tokens}, mark=_mark(clause)
    )
    # "Il ne prête son vélo à personne": the object first.
    return filled.moved("late", "cod") if late and slots["cod"] else filled


def parts(clause: Clause) -> Parts:
    """Return the sentence to write, as filled slots."""
    written = participle_forms(clause, agreements(clause)[0])
    return build(clause, finite_forms(clause)[0], written[0] if written else None)
