"""From a clause to French: the finite form, agreement, pronouns, negation, then the spelling.

The slots of a sentence are filled first (``Parts``) and put in order afterwards; a deviation
changes slots or their order and is written by the same code. The order of the steps follows the
school grammar of French: finite form, participle agreement, object pronouns, negation, articles
after negation, and elision and contraction last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.tokens import Role, Token, flatten, starts_with_vowel, write
from verbs.french.conjugation import forms, participles
from verbs.french.phrases import DeterminerKind, NounPhrase, Oblique, ObliqueKind
from verbs.french.verb_data import Pronominal
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Person

#: The slots in the order of a plain sentence.
SLOTS = (
    "opening",
    "dislocated",
    "subject",
    "ne",
    "clitics",
    "finite",
    "negation",
    "adverb",
    "participle",
    "late",
    "cod",
    "oblique",
    "time",
)
_REFLEXIVE = dict(zip(Person, ("me", "te", "se", "nous", "vous", "se"), strict=True))
_POSSESSIVE = {
    Person.S1: ("mon", "ma", "mes"),
    Person.S2: ("ton", "ta", "tes"),
    Person.S3: ("son", "sa", "ses"),
    Person.P1: ("notre", "notre", "nos"),
    Person.P2: ("votre", "votre", "vos"),
    Person.P3: ("leur", "leur", "leurs"),
}
#: The order of object pronouns before the verb.
_CLITIC_RANK = {
    **dict.fromkeys(("me", "te", "se", "nous", "vous"), 0),
    **dict.fromkeys(("le", "la", "les"), 1),
    **dict.fromkeys(("lui", "leur"), 2),
    "y": 3,
    "en": 4,
}


@dataclass(frozen=True)
class Agreement:
    """Gender and number that a participle takes."""

    gender: str = "m"
    plural: bool = False


INVARIABLE = Agreement()


@dataclass(frozen=True)
class Parts:
    """The filled slots of a sentence and the order in which they are written."""

    slots: Mapping[str, tuple[Token, ...]]
    order: tuple[str, ...] = SLOTS

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

    @property
    def tokens(self) -> list[Token]:
        """The words in order."""
        return flatten(self[slot] for slot in self.order)

    @property
    def text(self) -> str:
        """The written sentence."""
        return write(self.tokens)


# --- Agreement --------------------------------------------------------------------------------


def subject_agreements(clause: Clause) -> tuple[Agreement, ...]:
    """Return every gender and number that the subject may have, the one to write first."""
    subject = clause.subject
    if subject.gender is not None:
        return (Agreement(subject.gender, subject.plural),)
    genders = ("f", "m") if clause.feminine else ("m", "f")
    numbers: tuple[bool, ...] = (subject.plural,)
    if subject.surface == "vous":
        numbers = (True, False)
    elif subject.surface == "on":
        numbers = (False, True)
    return tuple(Agreement(g, n) for n in numbers for g in genders)


def agreements(clause: Clause) -> tuple[Agreement, ...]:
    """Return every agreement of the participle that is right, the one to write first.

    The gender of the object behind l' and les is not in the sentence unless the object stands in
    front of it ("Ces lettres, je les ai écrites").
    """
    frame = clause.frame
    if frame.verb.auxiliary is Auxiliary.ETRE:
        if frame.pronominal is Pronominal.COI:
            return (INVARIABLE,)
        return subject_agreements(clause)
    cod = clause.cod
    if cod is None or not clause.cod_pronoun or not cod.is_definite:
        return (INVARIABLE,)
    own = Agreement(cod.gender, cod.plural)
    if clause.cod_form is ObjectForm.DISLOCATED:
        return (own,)
    other = Agreement("f" if cod.gender == "m" else "m", cod.plural)
    return (own, other)


# --- Noun phrases -----------------------------------------------------------------------------


def noun_phrase(phrase: NounPhrase, possessor: Person, *, negated: bool = False) -> list[Token]:
    """Put a noun phrase into words; ``negated``: it is the object of a full negation."""
    nouns = [Token(word, Role.NOUN) for word in phrase.words]
    first = phrase.words[0]
    det = Role.DETERMINER
    kind = phrase.kind
    if kind is DeterminerKind.NONE:
        return nouns
    if negated and kind in (DeterminerKind.INDEFINITE, DeterminerKind.PARTITIVE):
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


def cod_clitic(phrase: NounPhrase) -> str:
    """Return the pronoun for a direct object: le, la, les, or en for an indefinite one."""
    if not phrase.is_definite:
        return "en"
    return "les" if phrase.plural else "la" if phrase.gender == "f" else "le"


def oblique_clitic(oblique: Oblique) -> str | None:
    """Return the pronoun for a complement, None if no pronoun stands for it."""
    if oblique.kind is ObliqueKind.LUI:
        return "leur" if oblique.phrase is not None and oblique.phrase.plural else "lui"
    return {
        ObliqueKind.Y: "y",
        ObliqueKind.TO: "y",
        ObliqueKind.AT: "y",
        ObliqueKind.EN: "en",
        ObliqueKind.FROM: "en",
    }.get(oblique.kind)


def _oblique_tokens(oblique: Oblique, possessor: Person) -> list[Token]:
    if oblique.phrase is not None:
        before = [Token(word, Role.PREPOSITION) for word in oblique.words]
        return before + noun_phrase(oblique.phrase, possessor)
    text = _own(oblique.words[0], possessor)
    return [Token(word, Role.OTHER) for word in text.split(" ")]


def _own(text: str, possessor: Person) -> str:
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


# --- Slots ------------------------------------------------------------------------------------


def finite_forms(clause: Clause) -> tuple[str, ...]:
    """Return the licensed finite forms, the auxiliary's in a compound tense."""
    person = clause.subject.person
    if clause.tense in AUXILIARY_TENSE:
        auxiliary = clause.frame.verb.auxiliary
        return forms(auxiliary.value, AUXILIARY_TENSE[clause.tense], person)
    return forms(clause.frame.verb.infinitive, clause.tense, person)


def participle_forms(clause: Clause, agreement: Agreement) -> tuple[str, ...]:
    """Return the participle in an agreement, in every spelling; () in a simple tense."""
    if clause.tense not in AUXILIARY_TENSE:
        return ()
    return tuple(
        each.form(agreement.gender, agreement.plural)
        for each in participles(clause.frame.verb.infinitive)
    )


def _clitics(clause: Clause) -> list[Token]:
    found: list[str] = []
    if clause.reflexive:
        found.append(_REFLEXIVE[clause.subject.person])
    if clause.cod_pronoun and clause.cod is not None:
        found.append(cod_clitic(clause.cod))
    if clause.oblique_pronoun and clause.oblique is not None:
        clitic = oblique_clitic(clause.oblique)
        if clitic is not None:
            found.append(clitic)
    return [Token(c, Role.CLITIC) for c in sorted(found, key=_CLITIC_RANK.__getitem__)]


def _negation(clause: Clause) -> tuple[list[Token], list[Token]]:
    """Return the second words of the negation: after the finite form, after the participle."""
    if not clause.negative:
        return [], []
    word = Token(clause.polarity.value, Role.NEGATION)
    if clause.polarity is Polarity.PERSONNE:
        dative = clause.frame.takes_dative
        before = [Token("à", Role.PREPOSITION)] if dative else []
        return [], [*before, word]
    return [word], []


def build(clause: Clause, finite: str, participle: str | None) -> Parts:
    """Fill the slots of a clause with a given finite form and participle."""
    person = clause.subject.person
    negation, late = _negation(clause)
    cod: list[Token] = []
    dislocated: list[Token] = []
    if clause.cod is not None:
        negated = clause.negative and "body" not in clause.frame.flags
        if clause.cod_form is ObjectForm.NOUN:
            cod = noun_phrase(clause.cod, person, negated=negated)
        elif clause.cod_form is ObjectForm.DISLOCATED:
            # "Cette lettre, je l'ai lue": the object in front is pointed at.
            pointed = replace(clause.cod, kind=DeterminerKind.DEMONSTRATIVE)
            dislocated = [*noun_phrase(pointed, person), Token(",", Role.OTHER)]
    oblique: list[Token] = []
    if clause.oblique is not None and not clause.oblique_pronoun:
        oblique = _oblique_tokens(clause.oblique, person)
    time = [] if clause.time is None else [Token(w, Role.OTHER) for w in clause.time.french.split()]
    opening = [*time, Token(",", Role.OTHER)] if time and clause.time_first else []
    subject = clause.subject
    slots = {
        "opening": opening,
        "dislocated": dislocated,
        "subject": [Token(subject.surface, Role.SUBJECT)]
        if subject.phrase is None
        else noun_phrase(subject.phrase, Person.S1),
        "ne": [Token("ne", Role.NE)] if clause.negative else [],
        "clitics": _clitics(clause),
        "finite": [Token(finite, Role.FINITE)],
        "negation": negation,
        "adverb": [Token(clause.adverb.french, Role.ADVERB)] if clause.adverb else [],
        "participle": [Token(participle, Role.PARTICIPLE)] if participle else [],
        "late": late,
        "cod": cod,
        "oblique": oblique,
        "time": [] if opening else time,
    }
    return Parts({name: tuple(tokens) for name, tokens in slots.items()})


def parts(clause: Clause) -> Parts:
    """Return the sentence to write, as filled slots."""
    written = participle_forms(clause, agreements(clause)[0])
    return build(clause, finite_forms(clause)[0], written[0] if written else None)


def realise(clause: Clause) -> str:
    """Return the sentence to write."""
    return parts(clause).text


# --- Everything that is right ------------------------------------------------------------------


def _participles(clause: Clause) -> list[str | None]:
    found = (form for a in agreements(clause) for form in participle_forms(clause, a))
    return list(dict.fromkeys(found)) or [None]


def _places(clause: Clause) -> Iterator[Clause]:
    """Yield the clause with its time expression at the end and at the beginning."""
    yield clause
    if clause.time is not None:
        yield replace(clause, time_first=not clause.time_first)


def _orders(sentence: Parts) -> Iterator[Parts]:
    """Yield the other places that adverb and complements may take."""
    yield sentence
    if sentence["adverb"] and sentence["participle"]:
        yield sentence.moved("adverb", "participle")
    if sentence["cod"] and sentence["oblique"]:
        yield sentence.moved("cod", "oblique")
    if sentence["time"] and (sentence["oblique"] or sentence["cod"]):
        yield sentence.moved("time", "late")
        yield sentence.moved("time", "cod")


@lru_cache(maxsize=20_000)
def licensed(clause: Clause) -> frozenset[str]:
    """Return every written form of a clause that is right.

    Other spellings of the verb, every gender that the subject or object may have, the places of
    time and adverb, and "un" beside "de" after a negation (right in a contrast).
    """
    found: set[str] = set()
    for place in _places(clause):
        for finite, participle in product(finite_forms(place), _participles(place)):
            base = build(place, finite, participle)
            variants = [base]
            if place.negative and place.cod is not None and base["cod"]:
                plain = noun_phrase(place.cod, place.subject.person)
                variants.append(base.with_slot("cod", *plain))
            for variant in variants:
                found.update(ordered.text for ordered in _orders(variant))
    found.update([text.replace(", ", " ", 1) for text in found if ", " in text])
    return frozenset(found)
