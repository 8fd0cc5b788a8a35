"""Whether the parts of a clause go together at all, before anything is put into words."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.clause import NEGATIVE_SUBJECTS, Clause, ObjectForm, Polarity, SentenceType
from generation.french.noun_phrases import can_follow_aucun
from generation.french.parts import INVERTED_JE, finite_forms
from generation.french.realise import may_open
from verbs.french.conjugation import IMPERATIVE_PERSONS
from verbs.french.phrases import DeterminerKind, NounPhrase, ObliqueKind
from verbs.french.triggers import Join
from verbs.french.vocabulary import Person, Tense

#: Moods that a sentence has only behind something that asks for them.
_LED = frozenset({Tense.SUBJONCTIF, Tense.SUBJONCTIF_PASSE})
#: Verbs whose complement of measure looks like an object; the participle behind it is disputed.
_MEASURES = frozenset({"coûter", "valoir", "peser", "mesurer", "durer", "vivre", "dormir"})
_FULL = (Polarity.AUCUN, Polarity.NI)
_SPOKEN_TO = frozenset({Person.S1, Person.S2, Person.P1, Person.P2})


def can_invert(clause: Clause) -> bool:
    """Return whether the subject may stand behind the verb in writing today.

    Not je with most verbs ("mange-je", "mangé-je" is no longer used), not personne and rien.
    """
    if clause.polarity in NEGATIVE_SUBJECTS or clause.subject.impersonal:
        return False
    found = finite_forms(clause)
    if not found:
        return False
    return clause.subject.person is not Person.S1 or found[0] in INVERTED_JE


def can_be_relative(clause: Clause, phrase: NounPhrase) -> bool:
    """Return whether an object may stand before a relative clause: "voici la lettre que ..."."""
    if clause.frame.flags & {"body", "fixed", "generic", "keep_cod"}:
        return False
    if clause.frame.verb.infinitive in _MEASURES or phrase.kind is DeterminerKind.NONE:
        return False
    if "'s" in phrase.english:
        # "L'anniversaire de Julie" is known already, and has no article in English.
        return False
    if phrase.is_person:
        # "Voici la grand-mère que ..." leaves one asking whose.
        return phrase.kind not in (DeterminerKind.POSSESSIVE, DeterminerKind.SPEAKER)
    # "Le tennis que je fais", "la musique que j'écoute": a partitive of something countable not.
    return phrase.kind is not DeterminerKind.PARTITIVE or phrase.theme == "food"


def can_be_paired(one: NounPhrase, other: NounPhrase) -> bool:
    """Return whether two objects go together behind ni ... ni: two of a kind, but not the same."""
    indefinite = (DeterminerKind.INDEFINITE, DeterminerKind.PARTITIVE)
    alike = one.kind is other.kind or (one.kind in indefinite and other.kind in indefinite)
    number = one.plural is other.plural or one.kind in indefinite
    return alike and number and one.lemma != other.lemma and one.is_person is other.is_person


def _can_be_pointed_at(phrase: NounPhrase) -> bool:
    """Whether "cette lettre, je l'ai lue" names the object that le, la, les stand for."""
    return phrase.is_definite and phrase.kind is not DeterminerKind.NONE


def objections(clause: Clause) -> list[str]:
    """Return what contradicts itself in a clause, in words; none if it can be put into French."""
    found = [
        *_about_form(clause),
        *_about_trigger(clause),
        *_about_objects(clause),
        *_about_pronouns(clause),
    ]
    return found or list(_about_forms_of_verb(clause))


def _about_form(clause: Clause) -> Iterator[str]:
    if clause.imperative:
        if clause.subject.person not in IMPERATIVE_PERSONS or not clause.subject.pronoun:
            yield "an imperative is said to tu, nous or vous"
        if clause.question:
            yield "an imperative does not ask"
        if clause.cod_form is ObjectForm.RELATIVE:
            yield "no order within a relative clause"
        first = clause.dative in (Person.S1, Person.P1)
        if clause.dative is not None and (clause.subject.person is Person.P1 or not first):
            yield "one orders somebody to give something to oneself, or to others"
    if clause.question and clause.cod_form is ObjectForm.RELATIVE:
        yield "no question within a relative clause"
    if clause.sentence is SentenceType.INVERSION and not can_invert(clause):
        yield "this subject does not stand behind its verb"
    if clause.time_first and (clause.time is None or not may_open(clause)):
        yield "no time expression can open the sentence"


def _about_trigger(clause: Clause) -> Iterator[str]:
    trigger = clause.trigger
    if trigger is None:
        if clause.tense in _LED:
            yield "a subjunctive needs something that asks for it"
        return
    if clause.tense not in trigger.tenses:
        yield f"{clause.tense} does not follow {trigger.french}"
    if not trigger.allows(clause.subject):
        yield f"{clause.subject.surface} is no subject behind {trigger.french}"
    if trigger.affirmative and clause.negative:
        yield f"no negation behind {trigger.french}"
    if trigger.timed and clause.time is not None:
        yield f"{trigger.french} says when"
    if clause.question:
        yield "no question behind a trigger"
    if clause.cod_form is ObjectForm.RELATIVE:
        yield "a relative clause has a lead, no trigger"
    if clause.cod_form is ObjectForm.DISLOCATED and trigger.join is not Join.COMMA:
        yield "no object in front within a subordinate clause"


def _about_objects(clause: Clause) -> Iterator[str]:
    cod, noun = clause.cod, clause.cod_form is ObjectForm.NOUN
    if clause.polarity is Polarity.AUCUN and (cod is None or not noun or not can_follow_aucun(cod)):
        yield "aucun needs an object that can be counted"
    if (clause.polarity is Polarity.NI) is (clause.cod2 is None):
        yield "ni and only ni has two objects"
    if clause.cod2 is not None and (cod is None or not noun or not can_be_paired(cod, clause.cod2)):
        yield "ni needs two different objects behind the verb"
    if clause.polarity is Polarity.QUE:
        oblique = clause.oblique is not None and not clause.oblique_pronoun
        if not (cod is not None and noun) and not oblique and clause.time is None:
            yield "ne ... que needs something behind it"
    if clause.cod_form is ObjectForm.DISLOCATED and (cod is None or not _can_be_pointed_at(cod)):
        yield "only a definite thing stands in front of its sentence"
    relative = clause.cod_form is ObjectForm.RELATIVE
    if relative is (clause.lead is None):
        yield "a relative clause and only that has a lead"
    if relative and (cod is None or not can_be_relative(clause, cod)):
        yield "this object has no relative clause"
    if relative and clause.polarity in (*_FULL, Polarity.RIEN):
        yield "the object cannot be denied in its own relative clause"
    lead = clause.lead
    if lead is not None and cod is not None:
        if not lead.allows(cod):
            yield f"{lead.french} does not go with this object"
        if lead.only and clause.subject.person not in lead.only:
            yield f"{lead.french} does not go with this subject"


def _about_pronouns(clause: Clause) -> Iterator[str]:
    person = clause.subject.person
    if clause.dative is not None:
        if clause.dative not in _SPOKEN_TO:
            yield "lui and leur stand for a complement that the clause has"
        if not clause.frame.takes_dative or clause.reflexive or clause.oblique is not None:
            yield "the indirect object is me, te, nous, vous or something else"
        if clause.polarity is Polarity.PERSONNE:
            yield "the indirect object cannot be a pronoun and personne"
        first = {Person.S1, Person.P1}
        same = {clause.dative, person} <= first or clause.dative is person
        if same or {clause.dative, person} == {Person.S2, Person.P2}:
            yield "the subject cannot be its own indirect object here"
        if clause.subject.surface == "on" and clause.dative in first:
            yield "on and nous are the same here"
    if not clause.cod_pronoun:
        return
    if clause.oblique_pronoun and clause.oblique is not None:
        beside = clause.oblique.kind is ObliqueKind.LUI or clause.oblique.stays_behind
        if not beside:
            yield "no y or en beside le, la, les"


def _about_forms_of_verb(clause: Clause) -> Iterator[str]:
    if not finite_forms(clause):
        yield f"no form of {clause.frame.verb.citation} in {clause.tense}"
