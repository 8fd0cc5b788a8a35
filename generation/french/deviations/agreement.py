"""Past participles that agree with the wrong word or not at all.

The rules are those of school grammar (Bescherelle; Le Bon usage, participe passé). Where usage
varies there is no error: behind en, with subjects whose gender French does not tell, with personne
("personne n'est venue" is said among women), with names of trades ("le médecin est arrivée").
"""

from __future__ import annotations

from generation.french.clause import NEGATIVE_SUBJECTS, Clause, ObjectForm, Polarity
from generation.french.deviations.base import Deviation, deviate, words_of
from generation.french.realise import (
    INVARIABLE,
    Agreement,
    agreements,
    build,
    finite_forms,
    noun_phrase,
    participle_forms,
)
from verbs.french.phrases import DeterminerKind
from verbs.french.verb_data import Pronominal
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, ErrorType

#: Verbs with an indirect object and no direct one: "il nous a téléphonés" can be nothing else.
_NO_DIRECT = frozenset(
    {
        *("téléphoner", "parler", "sourire", "mentir", "répondre", "obéir", "désobéir"),
        *("ressembler", "plaire", "déplaire", "nuire"),
    }
)
_FEMININE, _PLURAL = Agreement("f", False), Agreement("m", True)
_BOTH = Agreement("f", True)


def _others(right: Agreement) -> list[Agreement]:
    """Return the agreements that learners write for another one, the most common first."""
    if right == _BOTH:
        return [INVARIABLE, _PLURAL, _FEMININE]
    return [INVARIABLE]


def _is_surely_masculine(clause: Clause) -> bool:
    """Whether no feminine participle could be meant: not with the name of a trade."""
    phrase = clause.subject.phrase
    if phrase is None or not phrase.is_person or phrase.kind is DeterminerKind.NONE:
        return True
    return phrase.theme == "family"


def _with_subject(clause: Clause) -> list[tuple[Agreement, str]]:
    """Return the wrong agreements of a participle that agrees with the subject."""
    subject = clause.subject
    if subject.gender is None or clause.polarity in NEGATIVE_SUBJECTS:
        # je, tu, on, nous, vous: the sentence does not tell what is right.
        return []
    right = Agreement(subject.gender, subject.plural)
    code = "reflexive" if clause.reflexive else "subject"
    found = _others(right)
    if right == INVARIABLE:
        found = [_FEMININE] if _is_surely_masculine(clause) else []
    return [(each, code) for each in found]


def _without_agreement(clause: Clause) -> list[tuple[Agreement, str]]:
    """Return agreements that learners add where the participle is invariable."""
    found: list[tuple[Agreement, str]] = []
    subject = clause.subject
    reflexive = clause.frame.pronominal is Pronominal.COI
    if subject.gender is not None and clause.polarity not in NEGATIVE_SUBJECTS:
        code = "avoir_with_subject"
        if reflexive:
            code = "reflexive_following_object" if clause.cod else "reflexive_indirect"
        found.append((Agreement(subject.gender, subject.plural), code))
    cod = clause.cod
    if cod is not None and not reflexive and clause.polarity is not Polarity.NI:
        plural = cod.plural and clause.polarity is not Polarity.AUCUN
        found.append((Agreement(cod.gender, plural), "following_object"))
    if cod is None and not clause.reflexive and _has_plural_indirect_pronoun(clause):
        found.append((_PLURAL, "indirect_object"))
    return [(each, code) for each, code in found if each != INVARIABLE]


def _has_plural_indirect_pronoun(clause: Clause) -> bool:
    """Whether leur, nous or vous is certainly the indirect object, and the only one."""
    oblique = clause.oblique
    if clause.dative is not None:
        plural = clause.dative.value.endswith("p")
        return plural and clause.frame.verb.infinitive in _NO_DIRECT
    leur = clause.oblique_pronoun and clause.has_dative
    return leur and oblique is not None and oblique.phrase is not None and oblique.phrase.plural


def _with_object(clause: Clause) -> list[tuple[Agreement, str]]:
    """Return the wrong agreements behind le, la, les and behind que."""
    cod = clause.cod
    if cod is None or (clause.cod_pronoun and not cod.is_definite):
        # Behind en the usage varies.
        return []
    right = agreements(clause)
    relative = clause.cod_form is ObjectForm.RELATIVE
    code = "relative_object" if relative else "preceding_object"
    found = [(each, code) for each in _others(right[0]) if each not in right]
    if clause.cod_form is ObjectForm.PRONOUN:
        return found[:1]
    subject = clause.subject
    if relative and subject.gender is not None and clause.polarity not in NEGATIVE_SUBJECTS:
        own = Agreement(subject.gender, subject.plural)
        if own not in right and own != INVARIABLE:
            found.append((own, "relative_with_subject"))
    return found


def _wanted(clause: Clause) -> list[tuple[Agreement, str]]:
    """Return the wrong agreements of a clause."""
    direct = clause.frame.pronominal is not Pronominal.COI
    if clause.frame.verb.auxiliary is Auxiliary.ETRE and direct:
        return _with_subject(clause)
    if clause.cod is not None and clause.cod_form is not ObjectForm.NOUN:
        return _with_object(clause)
    en = clause.oblique is not None and clause.oblique_pronoun and not clause.has_dative
    return [] if en else _without_agreement(clause)


def agreement_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with wrong agreements of its participle, where they show in writing."""
    if clause.tense not in AUXILIARY_TENSE:
        return []
    right = {form for a in agreements(clause) for form in participle_forms(clause, a)}
    finite = finite_forms(clause)[0]
    found: list[Deviation] = []
    for agreement, code in _wanted(clause):
        participle = participle_forms(clause, agreement)[0]
        if participle in right or any(d.facts["wrong_form"] == participle for d in found):
            continue
        text = build(clause, finite, participle).text
        found += deviate(
            clause, text, ErrorType.PARTICIPLE_AGREEMENT, code,
            wrong_form=participle,
            agrees_with=agrees_with(clause, code),
            **stands_for(clause, code),
        )  # fmt: skip
    return found


def stands_for(clause: Clause, code: str) -> dict[str, str]:
    """Say what les stands for, since the sentence does not: feminine or masculine plural."""
    bare = code == "preceding_object" and clause.cod_form is ObjectForm.PRONOUN
    if clause.cod is None or not bare or not clause.cod.plural:
        return {}
    phrase = noun_phrase(clause.cod, clause.subject.person)
    return {"antecedent": " ".join(t.text for t in phrase), "gender": clause.cod.gender}


def agrees_with(clause: Clause, code: str) -> str:
    """Name the words that decide about the agreement, as the sentence has them; "" if none do."""
    sentence = build(clause, "", None)
    if code in ("subject", "reflexive"):
        return words_of(sentence["subject"]) or clause.subject.surface
    if code in ("relative_object", "relative_with_subject"):
        return words_of(sentence["antecedent"])
    if code == "preceding_object":
        if clause.cod_form is ObjectForm.DISLOCATED:
            return words_of(sentence["dislocated"][:-1])
        return "les" if clause.cod is not None and clause.cod.plural else "l'"
    if code in ("following_object", "reflexive_following_object"):
        return words_of(sentence["cod"])
    return ""
