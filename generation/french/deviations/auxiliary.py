"""Être for avoir and avoir for être, where the other auxiliary is certainly wrong."""

from __future__ import annotations

from dataclasses import replace

from generation.french.clause import Clause
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
from verbs.french.vocabulary import Auxiliary, ErrorType, Tense


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
    impersonal = clause.subject.surface == "il"
    if clause.cod is not None:
        indefinite = clause.cod.kind in (
            DeterminerKind.INDEFINITE,
            DeterminerKind.PARTITIVE,
            DeterminerKind.NUMERAL,
        )
        return not (impersonal and indefinite)
    return "swap" in frame.flags and not impersonal


def auxiliary_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with the other auxiliary.

    Only where the participle is spelt alike with both, so that nothing else is wrong: a masculine
    singular, or a subject whose gender is not written.
    """
    if clause.tense is not Tense.PASSE_COMPOSE or not _certain(clause):
        return []
    if clause.subject.phrase is not None and not clause.subject.phrase.is_person:
        return []
    masculine = Agreement("m", False)
    if masculine not in subject_agreements(clause):
        return []
    verb = clause.frame.verb
    right_auxiliary = verb.auxiliary
    if right_auxiliary is Auxiliary.AVOIR and (
        clause.cod_pronoun or agreements(clause) != (INVARIABLE,)
    ):
        # "Je les suis vus": the participle would be in doubt; "tu en es aimé" is a passive.
        return []
    if right_auxiliary is Auxiliary.ETRE and clause.frame.pronominal is not Pronominal.COI:
        if masculine not in agreements(clause):
            return []
        clause = replace(clause, feminine=False)
    other = Auxiliary.AVOIR if right_auxiliary is Auxiliary.ETRE else Auxiliary.ETRE
    participle = participles(clause, masculine)[0]
    wrong = forms(other.value, Tense.PRESENT, clause.subject.person)[0]
    right = build(clause, finite_forms(clause)[0], participle).text
    code = "avoir_for_etre" if other is Auxiliary.AVOIR else "etre_for_avoir"
    if verb.reflexive:
        code = "avoir_with_reflexive"
    elif "dual" in clause.frame.flags:
        code = "etre_with_object"
    return deviate(
        clause,
        build(clause, wrong, participle).text,
        ErrorType.WRONG_AUXILIARY,
        code,
        right=right,
        right_auxiliary=right_auxiliary.value,
        wrong_auxiliary=other.value,
    )
