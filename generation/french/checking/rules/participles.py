"""What the rules about participles share: what one agrees with, and whether it does."""

from __future__ import annotations

from generation.french.checking.rules.common import (
    REFLEXIVE,
    clitic_words,
    finding,
    noun_traits,
    participle_readings,
)
from generation.french.checking.sentence import Clause, Sentence, Subject, SubjectKind, Tag
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Reading
from verbs.french.conjugation import participles


def differs(found: tuple[Reading, ...], gender: str | None, plural: bool | None) -> bool:
    """Whether no reading of a participle fits a gender and number (None: any)."""
    return not any(
        (gender is None or r.gender in (None, gender))
        and (plural is None or r.plural in (None, plural))
        for r in found
    )


def right_form(verb: str, gender: str | None, plural: bool | None) -> str | None:
    """Return the participle of a verb in a gender and number, None if they are not known."""
    right = participles(verb)
    if gender is None or plural is None or not right:
        return None
    return right[0].form(gender, plural)


def participle_finding(
    sentence: Sentence,
    clause: Clause,
    code: str,
    reason: str,
    target: tuple[str | None, bool | None],
) -> Finding:
    """Return a finding about the last participle of a clause, with the form for its target."""
    index = clause.group.participles[-1]
    verb = participle_readings(sentence, index)[0].lemma
    return finding(
        sentence,
        f"participle_agreement.{code}",
        (index, index + 1),
        reason,
        right_form(verb, *target),
    )


def is_reflexive(sentence: Sentence, clause: Clause) -> bool | None:
    """Whether a verb with être is reflexive; None if that is not certain."""
    clitics = clitic_words(sentence, clause.group)
    if "se" in clitics:
        return True
    persons = clause.subject.persons
    if any(REFLEXIVE[p] in clitics for p in persons):
        return True
    if not persons and {"me", "te", "nous", "vous"} & set(clitics):
        return None
    return False


def target_of(sentence: Sentence, subject: Subject) -> tuple[str | None, bool | None]:
    """Return the gender and number that agreement with a subject demands, None where open."""
    word = sentence.words[subject.end - 1].lower if subject.end else ""
    if subject.kind is SubjectKind.OTHER and word != "tout":
        return None, subject.plural
    if word in ("ce", "on", "vous") or len(subject.persons) != 1:
        return None, None
    phrase = subject.phrase
    if phrase is None:
        return subject.gender, subject.plural
    if sentence.tags[phrase.noun] is Tag.NAME and phrase.determiner is None:
        given = "given" in noun_traits(sentence, phrase)
        single = subject.end - subject.start == phrase.end - phrase.start
        if not given and single:
            return None, None
        return subject.gender, subject.plural
    if not phrase.certain:
        return None, subject.plural
    return subject.gender, subject.plural


def next_word(sentence: Sentence, clause: Clause) -> str:
    """Return the word behind the verb group, "" at the end."""
    end = clause.group.end
    return sentence.words[end].lower if end < len(sentence.words) else ""


def before_infinitive(sentence: Sentence, clause: Clause) -> bool:
    """Whether an infinitive follows the participle directly: "fait réparer", "vu partir"."""
    place = clause.group.participles[-1] + 1
    tags = sentence.tags
    while place < len(tags) and tags[place] in (Tag.ADVERB, Tag.CLITIC, Tag.NEGATION):
        place += 1
    return place < len(tags) and tags[place] is Tag.INFINITIVE
