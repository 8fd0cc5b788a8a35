"""Past participles that agree with the wrong word or not at all."""

from __future__ import annotations

from generation.french.clause import Clause, ObjectForm
from generation.french.deviations.base import Deviation, deviate
from generation.french.realise import (
    INVARIABLE,
    Agreement,
    agreements,
    build,
    finite_forms,
    noun_phrase,
    participle_forms,
)
from verbs.french.verb_data import Pronominal
from verbs.french.vocabulary import Auxiliary, ErrorType, Tense


def _with_subject(clause: Clause) -> list[tuple[Agreement, str]]:
    """Return the wrong agreements of a participle that agrees with the subject."""
    subject = clause.subject
    if subject.gender is None:
        # je, tu, on, nous, vous: the sentence does not tell what is right.
        return []
    right = Agreement(subject.gender, subject.plural)
    code = "reflexive" if clause.reflexive else "subject"
    found = [INVARIABLE]
    if right == Agreement("f", True):
        found += [Agreement("m", True), Agreement("f", False)]
    elif right == INVARIABLE:
        found = [Agreement("f", False)]
    return [(each, code) for each in found if each != right]


def _without_agreement(clause: Clause) -> list[tuple[Agreement, str]]:
    """Return agreements that learners add where the participle is invariable."""
    found: list[tuple[Agreement, str]] = []
    subject = clause.subject
    reflexive = clause.frame.pronominal is Pronominal.COI
    if subject.gender is not None and (subject.gender, subject.plural) != ("m", False):
        body = "body" in clause.frame.flags
        code = "avoir_with_subject"
        if reflexive:
            code = "reflexive_following_object" if body else "reflexive_indirect"
        found.append((Agreement(subject.gender, subject.plural), code))
    cod = clause.cod
    if cod is not None and clause.cod_form is ObjectForm.NOUN and not reflexive:
        found.append((Agreement(cod.gender, cod.plural), "following_object"))
    oblique = clause.oblique
    if clause.oblique_pronoun and clause.has_dative and not clause.cod_pronoun and oblique:
        plural = oblique.phrase is not None and oblique.phrase.plural
        if plural and cod is None:
            found.append((Agreement("m", True), "indirect_object"))
    return [(each, code) for each, code in found if each != INVARIABLE]


def _with_preceding_object(clause: Clause) -> list[tuple[Agreement, str]]:
    """Return the wrong agreements behind le, la, les."""
    cod = clause.cod
    if cod is None:
        return []
    return [(INVARIABLE, "preceding_object")] if INVARIABLE not in agreements(clause) else []


def agreement_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with wrong agreements of its participle, where they show in writing."""
    if clause.tense is not Tense.PASSE_COMPOSE:
        return []
    verb = clause.frame.verb
    cod = clause.cod
    if verb.auxiliary is Auxiliary.ETRE and clause.frame.pronominal is not Pronominal.COI:
        wanted = _with_subject(clause)
    elif cod is not None and clause.cod_pronoun:
        # Behind en the usage varies.
        wanted = _with_preceding_object(clause) if cod.is_definite else []
    else:
        en = clause.oblique is not None and clause.oblique_pronoun and not clause.has_dative
        wanted = [] if en else _without_agreement(clause)
    right = {form for a in agreements(clause) for form in participle_forms(clause, a)}
    finite = finite_forms(clause)[0]
    found: list[Deviation] = []
    for agreement, code in wanted:
        participle = participle_forms(clause, agreement)[0]
        if participle in right or any(d.facts["wrong_form"] == participle for d in found):
            continue
        text = build(clause, finite, participle).text
        found += deviate(
            clause, text, ErrorType.PARTICIPLE_AGREEMENT, code,
            wrong_form=participle,
            agrees_with=_agrees_with(clause, code),
            **_stands_for(clause, code),
        )  # fmt: skip
    return found


def _stands_for(clause: Clause, code: str) -> dict[str, str]:
    """Say what les stands for, since the sentence does not: feminine or masculine plural."""
    if code != "preceding_object" or clause.cod_form is ObjectForm.DISLOCATED:
        return {}
    assert clause.cod is not None
    phrase = noun_phrase(clause.cod, clause.subject.person)
    return {"antecedent": " ".join(t.text for t in phrase), "gender": clause.cod.gender}


def _agrees_with(clause: Clause, code: str) -> str:
    """Name the words that decide about the agreement, as the sentence has them."""
    if code in ("subject", "reflexive"):
        return " ".join(t.text for t in build(clause, "", None)["subject"])
    if code == "preceding_object":
        if clause.cod_form is ObjectForm.DISLOCATED:
            return " ".join(t.text for t in build(clause, "", None)["dislocated"][:-1])
        cod = clause.cod
        return "les" if cod is not None and cod.plural else "l'"
    return ""
