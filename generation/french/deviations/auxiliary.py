"""Être for avoir and avoir for être, where the other auxiliary is certainly wrong."""

from __future__ import annotations

from dataclasses import replace

from generation.french.clause import NEGATIVE_SUBJECTS, Clause, ObjectForm, Polarity
from generation.french.deviations.base import Deviation, deviate
from generation.french.realise import (
    INVARIABLE,
    Agreement,
    agreements,
    build,
    finite_forms,
    subject_agreements,
)
from generation.french.realise import participle_forms as participles
from verbs.french.conjugation import forms
from verbs.french.phrases import DeterminerKind
from verbs.french.verb_data import Pronominal
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, ErrorType


def _certain(clause: Clause) -> bool:
    """Return whether only one auxiliary is possible.

    Verbs in use with both never; arriver and its like always; verbs that take être alone and avoir
    with an object (monter, sortir) only with that object; avoir verbs if an object is there or the
    verb has no passive. "Il est vendu du pain" is a passive: no il with an indefinite object.
    """
    frame = clause.frame
    if frame.flags & {"aux_both", "stative"}:
        return False
    if frame.verb.auxiliary is Auxiliary.ETRE:
        return "obj_aux" not in frame.flags
    if clause.polarity is Polarity.NOTHING:
        # "Rien n'est changé": a state.
        return False
    impersonal = clause.subject.surface == "il"
    if impersonal and clause.has_object_pronoun:
        # "Il m'est arrivé un colis", "il lui est donné raison": an impersonal passive or verb.
        return False
    if clause.cod is not None:
        indefinite = clause.cod.kind in (
            DeterminerKind.INDEFINITE,
            DeterminerKind.PARTITIVE,
            DeterminerKind.NUMERAL,
        )
        # "Il est puni, Lucas": a comma would make it right.
        repeated = clause.cod.gender == "m" and not clause.cod.plural
        behind = clause.cod_form is ObjectForm.NOUN
        return not (impersonal and (indefinite or (repeated and behind)))
    return "swap" in frame.flags and not impersonal


def _participle_is_sure(clause: Clause) -> bool:
    """Return whether the participle is spelt alike with both auxiliaries: a masculine singular."""
    masculine = Agreement("m", False)
    if clause.subject.phrase is not None and not clause.subject.phrase.is_person:
        return False
    if masculine not in subject_agreements(clause):
        return False
    direct = clause.frame.pronominal is not Pronominal.COI
    if clause.frame.verb.auxiliary is Auxiliary.AVOIR:
        # "Je les suis vus": the participle would be in doubt; "tu en es aimé" is a passive.
        return not clause.cod_pronoun and agreements(clause) == (INVARIABLE,)
    if clause.polarity in NEGATIVE_SUBJECTS and not direct:
        return False
    return not direct or masculine in agreements(clause)


def _code(clause: Clause, other: Auxiliary) -> str:
    if clause.reflexive:
        return "avoir_with_reflexive"
    if "dual" in clause.frame.flags:
        return "etre_with_object"
    return "avoir_for_etre" if other is Auxiliary.AVOIR else "etre_for_avoir"


def auxiliary_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with the other auxiliary.

    Only where the participle is spelt alike with both, so that nothing else is wrong: a masculine
    singular, or a subject whose gender is not written.
    """
    if clause.tense not in AUXILIARY_TENSE or not _certain(clause):
        return []
    if not _participle_is_sure(clause):
        return []
    own = clause.frame.verb.auxiliary
    other = Auxiliary.AVOIR if own is Auxiliary.ETRE else Auxiliary.ETRE
    if own is Auxiliary.ETRE and clause.frame.pronominal is not Pronominal.COI:
        clause = replace(clause, feminine=False)
    participle = participles(clause, Agreement("m", False))[0]
    wrong = forms(other.value, AUXILIARY_TENSE[clause.tense], clause.subject.person)[0]
    return deviate(
        clause,
        build(clause, wrong, participle).text,
        ErrorType.WRONG_AUXILIARY,
        _code(clause, other),
        right=build(clause, finite_forms(clause)[0], participle).text,
        right_auxiliary=own.value,
        wrong_auxiliary=other.value,
    )
