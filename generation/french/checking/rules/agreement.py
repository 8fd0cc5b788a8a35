"""Past participles: with être like the subject, with avoir like a direct object before it.

Bon usage § 941-957. What the text does not tell (the gender of je, the number of vous, on that means
nous) is right in every form; behind en and before an infinitive usage varies, so nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.rules.common import (
    clitic_words,
    compound_clauses,
    direct_object,
    participle_readings,
)
from generation.french.checking.rules.participles import (
    before_infinitive,
    differs,
    is_reflexive,
    participle_finding,
    target_of,
)
from generation.french.checking.rules.preceding import preceding_object
from generation.french.checking.rules.reflexive_agreement import (
    INDIRECT_REFLEXIVE,
    invariable,
    reflexive_agreement,
)
from generation.french.checking.sentence import Clause, Sentence, SubjectKind
from generation.french.checking.verdict import Finding
from verbs.french.vocabulary import Person

_ADJECTIVAL_NOUNS = frozenset({"vue", "prise", "mise", "faite", "mises", "prises", "vues"})


def agreement(sentence: Sentence) -> list[Finding]:
    """Return the participles that certainly do not agree as they should."""
    found: list[Finding] = []
    for clause, auxiliary in compound_clauses(sentence):
        if not participle_readings(sentence, clause.group.participles[-1]):
            continue
        if auxiliary == "être" or len(clause.group.participles) > 1:
            reflexive = is_reflexive(sentence, clause)
            if reflexive is None:
                continue
            found += (reflexive_agreement if reflexive else _with_subject)(sentence, clause)
        else:
            found += _with_avoir(sentence, clause)
    found += invariable(sentence)
    return found


# --- With être --------------------------------------------------------------------------------


def _with_subject(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    subject, group = clause.subject, clause.group
    index = group.participles[-1]
    found = participle_readings(sentence, index)
    gender, plural = target_of(sentence, subject)
    if subject.kind is SubjectKind.PRONOUN and subject.persons == {Person.P1}:
        # A modest nous has a singular participle, but nobody is modest about coming and going.
        plural = True if {r.lemma for r in found} <= _MOVES else None
    if gender is None and plural is None:
        return
    if subject.kind is SubjectKind.NONE or not subject.persons or _agrees_with_attribute(clause):
        return
    if differs(found, gender, plural):
        name = sentence.written(subject.start, subject.end)
        yield participle_finding(
            sentence,
            clause,
            "subject",
            f"With être the past participle agrees with the subject “{name}”.",
            (gender, plural),
        )


_MOVES = frozenset(
    {
        *("aller", "arriver", "partir", "repartir", "venir", "revenir", "entrer", "rentrer"),
        *("sortir", "rester", "tomber", "monter", "descendre", "retourner", "passer", "naître"),
    }
)


def _agrees_with_attribute(clause: Clause) -> bool:
    """Whether the subject may stand for a quantity or a title: nothing is certain then."""
    phrase = clause.subject.phrase
    return phrase is not None and clause.subject.inverted and clause.introducer is None


# --- With avoir -------------------------------------------------------------------------------


def _with_avoir(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    group = clause.group
    if _may_be_object(clause):
        return
    index = group.participles[-1]
    found = participle_readings(sentence, index)
    verbs = {r.lemma for r in found}
    if before_infinitive(sentence, clause):
        if verbs == {"faire"} and differs(found, "m", False):
            yield participle_finding(
                sentence,
                clause,
                "before_infinitive",
                "“fait” is invariable before an infinitive.",
                ("m", False),
            )
        return
    before = preceding_object(sentence, clause, verbs)
    if before is None:
        return
    if before.certain:
        if differs(found, before.gender, before.plural):
            yield participle_finding(
                sentence,
                clause,
                "preceding_object",
                "With avoir the past participle agrees with the direct object before it"
                f" (“{before.name}”).",
                (before.gender, before.plural),
            )
        return
    if before.possible or not differs(found, "m", False):
        return
    yield from _added(sentence, clause, verbs)


def _may_be_object(clause: Clause) -> bool:
    """Whether nous or vous is no subject but the object: "mon oncle, qui vit loin, nous a vus"."""
    persons = clause.subject.persons
    doubtful = persons <= {Person.P1, Person.P2}
    return (
        bool(persons)
        and doubtful
        and not any(each.person in persons for each in clause.group.analyses)
    )


def _added(sentence: Sentence, clause: Clause, verbs: set[str]) -> Iterator[Finding]:
    """Find an agreement where no direct object stands before the participle."""
    index = clause.group.participles[-1]
    word = sentence.words[index].text.lower()
    following = direct_object(sentence, clause)
    clitics = set(clitic_words(sentence, clause.group))
    if word in _ADJECTIVAL_NOUNS and following is None:
        return
    if following is not None:
        code, reason = (
            "following_object",
            ("With avoir the past participle does not agree with a direct object that follows."),
        )
    elif clitics & {"lui", "leur", "me", "te", "nous", "vous"}:
        code, reason = (
            "indirect_object",
            "The past participle never agrees with an indirect object.",
        )
    else:
        code, reason = (
            "avoir_with_subject",
            "With avoir the past participle does not agree with the subject.",
        )
    yield participle_finding(sentence, clause, code, reason, ("m", False))


__all__ = ["INDIRECT_REFLEXIVE", "agreement", "is_reflexive", "target_of"]
