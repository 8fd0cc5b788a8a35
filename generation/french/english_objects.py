"""The objects and complements of a clause in English, put into the template of its verb."""

from __future__ import annotations

import re

from generation.french.clause import NEGATIVE_SUBJECTS, Clause, ObjectForm, Polarity
from verbs.french.lexicon import lexicon
from verbs.french.phrases import DeterminerKind, NounPhrase, Oblique, ObliqueKind
from verbs.french.vocabulary import Person, Tense

_POSSESSIVE = dict(zip(Person, ("my", "your", "his", "our", "your", "their"), strict=True))
_OBJECT = dict(zip(Person, ("me", "you", "him", "us", "you", "them"), strict=True))
_SELF = dict(
    zip(
        Person,
        ("myself", "yourself", "himself", "ourselves", "yourselves", "themselves"),
        strict=True,
    )
)
#: Particles that follow a pronoun object: turn it on, take it out.
_PARTICLES = frozenset(
    {
        *("on", "off", "away", "out", "in", "back", "up", "down", "over"),
        *("upstairs", "downstairs"),
    }
)
_DETERMINER = re.compile(r"^(\{some\}|\{poss\} |an? |the |my |this |these |two |three |some )")
#: A preposition or particle that the English of an object begins with: "for the ticket".
_BEFORE = re.compile(r"^(for|out|about|on|off|at|to) ")
#: Tenses in which a question about something asks whether there was any.
_PAST = frozenset({Tense.PASSE_COMPOSE, Tense.PLUS_QUE_PARFAIT, Tense.PASSE_SIMPLE})


def object_form(clause: Clause) -> str:
    """Return the subject as the object of another verb: "I want him to"."""
    subject = clause.subject
    if not subject.pronoun:
        return subject.english
    if subject.surface == "on":
        return "us"
    if subject.english == "she":
        return "her"
    return subject.english if subject.impersonal else _OBJECT[subject.person]


class Complements:
    """What follows the verb, with the facts about the clause that several steps need."""

    def __init__(self, clause: Clause, rest: str, aspect: str, person: Person) -> None:
        self.clause = clause
        self.rest = rest
        self.aspect = aspect
        self.person = person
        self.third = person is Person.S3
        self.feminine = clause.subject.gender == "f"
        self.stative = "stative" in clause.frame.flags

    def text(self) -> str:
        """Return objects and complements in their order."""
        clause = self.clause
        template = self.rest
        direct, indirect = self._cod(), self._oblique()
        particle, _, behind = template.partition(" {cod}")
        if clause.cod_form is ObjectForm.PRONOUN and particle in _PARTICLES:
            # "turned it on", but "turned on the radio".
            template = f"{{cod}} {particle}{behind}"
        if "{obl} {cod}" in template and self._direct_first(direct):
            # English says "gave it to him", not "gave him it".
            template = template.replace("{obl} {cod}", "{cod} to {obl}" if indirect else "{cod}")
        if "{obl}" in template and not indirect:
            for joined in (" to {obl}", " from {obl}", " for {obl}", "{obl} ", " {obl}", "{obl}"):
                if joined in template:
                    template = template.replace(joined, "", 1)
                    break
        text = template.replace("{cod}", direct).replace("{obl}", indirect)
        return " ".join(self.own(text.replace("{self}", self._self())).split())

    def _direct_first(self, direct: str) -> bool:
        """Whether to goes with the indirect object: not "gave him some", "that he gave me"."""
        clause = self.clause
        if clause.cod_form is ObjectForm.RELATIVE:
            return clause.dative is None and not clause.oblique_pronoun
        return clause.cod_pronoun and direct not in ("some", "any")

    def antecedent(self) -> str:
        """Return the object before its relative clause: "the letter"."""
        assert self.clause.cod is not None
        return self.own(f"the {_bare(self.clause.cod)}")

    def _self(self) -> str:
        if self.clause.polarity in NEGATIVE_SUBJECTS:
            return "themselves"
        return "herself" if self.third and self.feminine else _SELF[self.person]

    def own(self, text: str) -> str:
        """Put in the possessive of the subject, and the plural of what each has."""
        mine = "her" if self.third and self.feminine else _POSSESSIVE[self.person]
        if self.clause.polarity in NEGATIVE_SUBJECTS:
            mine = "their"
        elif self.third and not self.clause.subject.pronoun:
            phrase = self.clause.subject.phrase
            if phrase is not None and not phrase.is_person:
                mine = "its"
        plural = self.clause.subject.plural and self.clause.subject.surface != "vous"
        return text.replace("{poss}", mine).replace("{s}", "s" if plural else "")

    def _some(self) -> str:
        clause = self.clause
        if clause.denies and clause.polarity is not Polarity.NI:
            return "any "
        if clause.trigger is not None and "not " in clause.trigger.english:
            # "She must not drink any coffee", "he cannot possibly have any news".
            return "any "
        if self.aspect in ("habit", "state") or (not clause.negative and self.stative):
            return ""
        if clause.polarity in (Polarity.QUE, Polarity.NI):
            return ""
        return "any " if clause.question and clause.tense in _PAST else "some "

    def _phrase(self, phrase: NounPhrase) -> str:
        return phrase.english.replace("{some}", self._some())

    def _pronoun(self, phrase: NounPhrase) -> str:
        if not phrase.is_definite:
            asked = self.clause.question and self.clause.tense in _PAST
            return "any" if self.clause.denies or asked else "some"
        english = phrase.english
        if phrase.plural or (phrase.kind is not DeterminerKind.NONE and not phrase.countable):
            plural_word = english.endswith("s") and not english.endswith("ss")
            return "them" if phrase.plural and (plural_word or phrase.is_person) else "it"
        if phrase.is_person:
            return "her" if phrase.gender == "f" else "him"
        return "it"

    def _cod(self) -> str:
        clause = self.clause
        cod = clause.cod
        if clause.polarity is Polarity.RIEN:
            return "anything"
        if clause.polarity is Polarity.PERSONNE and clause.before_personne is None:
            return "anyone"
        if cod is None:
            return ""
        if clause.cod_form is ObjectForm.RELATIVE:
            moved = _BEFORE.match(cod.english)
            return moved[1] if moved else ""
        if clause.cod_form is ObjectForm.DISLOCATED:
            return f"{'these' if cod.plural else 'this'} {_bare(cod)}"
        if clause.cod_pronoun:
            return self._pronoun(cod)
        if clause.polarity is Polarity.AUCUN:
            return f"a single {_singular(cod)}"
        if clause.polarity is Polarity.NI and clause.cod2 is not None:
            return f"neither {self._phrase(cod)} nor {self._phrase(clause.cod2)}"
        return self._phrase(cod)

    def _oblique(self) -> str:
        clause = self.clause
        if clause.polarity is Polarity.PERSONNE and clause.before_personne is not None:
            return "anyone"
        if clause.dative is not None:
            return _OBJECT[clause.dative]
        oblique = clause.oblique
        if oblique is None:
            return ""
        if clause.oblique_pronoun:
            return self._oblique_pronoun(oblique)
        return self._phrase(oblique.phrase) if oblique.phrase is not None else oblique.english

    def _oblique_pronoun(self, oblique: Oblique) -> str:
        if oblique.kind in (ObliqueKind.TO, ObliqueKind.AT):
            return "there"
        if oblique.kind is ObliqueKind.FROM:
            return "from there"
        if oblique.phrase is None:
            return ""
        if not oblique.phrase.is_person or oblique.kind in (ObliqueKind.Y, ObliqueKind.EN):
            plural = oblique.phrase.plural and oblique.english.endswith("s")
            return "them" if plural else "it"
        return self._pronoun(oblique.phrase)


def _bare(phrase: NounPhrase) -> str:
    """Return the English of an object without preposition and determiner."""
    return _DETERMINER.sub("", _BEFORE.sub("", phrase.english))


def _singular(phrase: NounPhrase) -> str:
    """Return the English of one such thing."""
    return lexicon().nouns[phrase.lemma].english if phrase.plural else _bare(phrase)
