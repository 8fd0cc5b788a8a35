"""What makes a right sentence right, by what a problem is about: the rule and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from generation.french.clause import NEGATIVE_SUBJECTS, Clause, ObjectForm, Polarity
from generation.french.clitics import follows_verb
from generation.french.deviations.agreement import agrees_with, stands_for
from generation.french.deviations.base import words_of
from generation.french.deviations.negation import negation_word
from generation.french.realise import Parts, parts
from generation.french.tokens import Role
from verbs.french.phrases import DeterminerKind, NounPhrase, ObliqueKind
from verbs.french.triggers import Join
from verbs.french.verb_data import Pronominal
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Focus

_GOVERNED = (ObliqueKind.LUI, ObliqueKind.Y, ObliqueKind.EN, ObliqueKind.TONIC)


@dataclass(frozen=True)
class Facts:
    """``key``: the name of the rule in a language's ``keys``; ``facts``: the words it speaks of."""

    key: str
    facts: Mapping[str, str]


def key_facts(clause: Clause, focus: Focus) -> Facts:
    """Return the rule that a sentence shows, and its words for it.

    Where the sentence has nothing that the focus is about, the rule is that of its verb form.
    """
    sentence = parts(clause)
    found = _RULES[focus](clause, sentence) or _conjugation(clause, sentence)
    known = {
        "infinitive": clause.frame.verb.citation,
        "subject": words_of(sentence["subject"]) or clause.subject.surface,
        "tense": clause.tense.value,
        "form": _verb_group(clause, sentence),
    }
    return Facts(found.key, {**known, **found.facts})


def _verb_group(clause: Clause, sentence: Parts) -> str:
    """Return the finite form with its reflexive pronoun and its participle: "s'est levée"."""
    before = ("clitics",) if clause.reflexive else ()
    slots = (*before, "finite", "enclitics", "inverted", "participle")
    return words_of([token for slot in slots for token in sentence[slot]])


def _conjugation(clause: Clause, sentence: Parts) -> Facts:
    return Facts("imperative" if clause.imperative else "conjugation", {})


def _auxiliary(clause: Clause, sentence: Parts) -> Facts | None:
    if clause.tense not in AUXILIARY_TENSE:
        return None
    if clause.reflexive:
        return Facts("auxiliary_reflexive", {})
    etre = clause.frame.verb.auxiliary is Auxiliary.ETRE
    return Facts("auxiliary_etre" if etre else "auxiliary_avoir", {})


def _agreement(clause: Clause, sentence: Parts) -> Facts | None:
    if clause.tense not in AUXILIARY_TENSE:
        return None
    facts = {"participle": sentence["participle"][0].text}
    direct = clause.frame.pronominal is not Pronominal.COI
    if clause.frame.verb.auxiliary is Auxiliary.ETRE and direct:
        facts["agrees_with"] = agrees_with(clause, "subject")
        return Facts("agreement_reflexive" if clause.reflexive else "agreement_subject", facts)
    cod = clause.cod
    if cod is None or (clause.cod_pronoun and not cod.is_definite):
        return Facts("agreement_none" if direct else "agreement_indirect", facts)
    if clause.cod_form is ObjectForm.NOUN:
        facts["agrees_with"] = agrees_with(clause, "following_object")
        return Facts("agreement_following", facts)
    if clause.cod_form is ObjectForm.RELATIVE:
        facts["agrees_with"] = agrees_with(clause, "relative_object")
        return Facts("agreement_relative", facts)
    facts["agrees_with"] = agrees_with(clause, "preceding_object")
    facts |= stands_for(clause, "preceding_object")
    return Facts("agreement_preceding", facts)


def _reflexive(clause: Clause, sentence: Parts) -> Facts | None:
    if clause.reflexive:
        if follows_verb(clause):
            return Facts("reflexive_imperative", {})
        return Facts("reflexive", {"pronoun": sentence["clitics"][0].text})
    own = [token.text for token in sentence["oblique"] if token.role is Role.CLITIC]
    return Facts("reflexive_infinitive", {"pronoun": own[0]}) if own else None


def _negation(clause: Clause, sentence: Parts) -> Facts | None:
    polarity = clause.polarity
    if not clause.negative:
        return None
    facts = {"negation": negation_word(clause)}
    if polarity in NEGATIVE_SUBJECTS:
        return Facts("negation_subject", facts)
    if polarity is Polarity.NI:
        return Facts("negation_ni", facts)
    if polarity is Polarity.QUE:
        return Facts("negation_que", facts)
    if sentence["negation"] and sentence["participle"]:
        return Facts("negation_compound", facts)
    return Facts("negation_pas" if polarity is Polarity.PAS else "negation", facts)


def _pronouns(clause: Clause, sentence: Parts) -> Facts | None:
    if sentence["enclitics"]:
        return Facts("pronouns_imperative", {})
    clitics = [token.text for token in sentence["clitics"]]
    if not clitics:
        return None
    if clause.cod_form is ObjectForm.DISLOCATED and len(clitics) == 1:
        noun = words_of(sentence["dislocated"][:-1])
        return Facts("pronouns_resumed", {"pronoun": clitics[0], "noun": noun})
    key = "pronouns" if len(clitics) == 1 else "pronouns_two"
    return Facts(key, {"pronoun": " ".join(clitics)})


def _prepositions(clause: Clause, sentence: Parts) -> Facts | None:
    oblique, words = clause.oblique, words_of(sentence["oblique"])
    if oblique is not None and words:
        if oblique.kind is ObliqueKind.INFINITIVE:
            key = "infinitive" if oblique.words else "infinitive_bare"
            return Facts(key, {"preposition": " ".join(oblique.words), "words": words})
        if oblique.kind in _GOVERNED:
            return Facts("preposition", {"preposition": " ".join(oblique.words), "words": words})
        if oblique.kind is not ObliqueKind.FIXED:
            return Facts("preposition_place", {"words": words})
    words = words_of(sentence["cod"])
    return Facts("preposition_none", {"words": words}) if words else None


def _determiners(clause: Clause, sentence: Parts) -> Facts | None:
    cod, subject = clause.cod, clause.subject.phrase
    slots = {
        ObjectForm.NOUN: "cod",
        ObjectForm.DISLOCATED: "dislocated",
        ObjectForm.RELATIVE: "antecedent",
    }
    found: list[tuple[NounPhrase | None, str]] = [(subject, "subject")]
    if cod is not None and clause.cod_form in slots and clause.polarity is not Polarity.NI:
        found.insert(0, (cod, slots[clause.cod_form]))
    for phrase, slot in found:
        if phrase is not None and phrase.kind is not DeterminerKind.NONE:
            tokens = [t for t in sentence[slot] if t.text not in (",", "que")]
            facts = {"noun": phrase.lemma, "gender": phrase.gender, "words": words_of(tokens)}
            return Facts("determiner", facts)
    return Facts("determiner_plain", {})


def _mood_and_tense(clause: Clause, sentence: Parts) -> Facts | None:
    if clause.trigger is not None:
        key = "tense_time" if clause.trigger.join is Join.COMMA else "tense_trigger"
        return Facts(key, {"marker": clause.trigger.french.removesuffix(",")})
    if clause.time is not None:
        return Facts("tense_time", {"marker": clause.time.french})
    return Facts("tense_plain", {})


_RULES: Mapping[Focus, Callable[[Clause, Parts], Facts | None]] = MappingProxyType(
    {
        Focus.CONJUGATION: _conjugation,
        Focus.AUXILIARY: _auxiliary,
        Focus.AGREEMENT: _agreement,
        Focus.REFLEXIVE: _reflexive,
        Focus.NEGATION: _negation,
        Focus.PRONOUNS: _pronouns,
        Focus.PREPOSITIONS: _prepositions,
        Focus.DETERMINERS: _determiners,
        Focus.MOOD_AND_TENSE: _mood_and_tense,
    }
)
