"""The verb agrees with its subject in person and number (Bon usage § 927-934)."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.rules.common import finding, is_time
from generation.french.checking.sentence import Clause, ClauseKind, Sentence, SubjectKind, Tag
from generation.french.checking.verdict import Finding
from verbs.french.verb_data import infinitives
from verbs.french.vocabulary import Person, Tense

_THIRD = frozenset({Person.S3, Person.P3})
#: Verbs that are singular or plural before their subject: "vive les vacances", "qu'importe".
_FROZEN = frozenset({"vivre", "importer", "rester", "manquer", "suffire", "pouvoir"})
_NAMES = {
    Person.S1: "je",
    Person.S2: "tu",
    Person.S3: "il, elle",
    Person.P1: "nous",
    Person.P2: "vous",
    Person.P3: "ils, elles",
}


def persons(sentence: Sentence) -> list[Finding]:
    """Return the verbs whose person is certainly not that of their subject."""
    return [found for clause in sentence.clauses for found in _check(sentence, clause)]


def _check(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    subject, group = clause.subject, clause.group
    if clause.kind is ClauseKind.IMPERATIVE or not subject.persons or not group.analyses:
        return
    found = {
        each.person
        for each in group.analyses
        if each.person is not None and each.tense is not Tense.IMPERATIF
    }
    if found & subject.persons or not found:
        return
    if subject.kind is SubjectKind.PRONOUN and _is_object(sentence, clause, found):
        return
    if not subject.inverted and _inverted_behind(sentence, clause, found):
        return
    if subject.kind is not SubjectKind.PRONOUN and _doubtful(sentence, clause, found):
        return
    if _is_shared(sentence, clause) and any(
        each.tense is Tense.IMPERATIF for each in group.analyses
    ):
        return
    if _is_interrupted(sentence, clause, found):
        return
    wanted = sorted(subject.persons, key=list(Person).index)
    name = sentence.written(subject.start, subject.end)
    form = sentence.words[group.finite].text
    wrong = min(found, key=list(Person).index)
    yield finding(
        sentence,
        f"wrong_person.{wrong.value}_for_{wanted[0].value}",
        (group.finite, group.finite + 1),
        f"“{form}” does not agree with its subject “{name}”:"
        f" the form of {_NAMES[wanted[0]]} is needed.",
    )


def _is_interrupted(sentence: Sentence, clause: Clause, found: set[Person]) -> bool:
    """Whether another clause stands between commas: "cette histoire, je le jure, est vraie"."""
    group = clause.group
    start = min([group.finite, *group.clitics, *([] if group.ne is None else [group.ne])])
    if not _is_shared(sentence, clause) or sentence.words[start - 1].text != ",":
        return False
    phrase = next((p for p in sentence.phrases if p.start == 0), None)
    end = len(sentence.words) if phrase is None else phrase.end
    if phrase is None or end >= len(sentence.words) or sentence.words[end].text != ",":
        return False
    return (Person.P3 if phrase.plural else Person.S3) in found


def _is_object(sentence: Sentence, clause: Clause, found: set[Person]) -> bool:
    """Whether nous or vous can be an object here: "ce que nous a dit Marie"."""
    word = sentence.words[clause.subject.end - 1].lower
    if word not in ("nous", "vous") or clause.subject.inverted or not found & _THIRD:
        return False
    before = clause.subject.start - 1
    if any(c.kind is ClauseKind.RELATIVE and c.group.end == before + 1 for c in sentence.clauses):
        # "Ce livre qu'il lit nous plaît."
        return True
    if before > 0 and sentence.words[before].lower == ",":
        # "Mes parents, qui vivent loin, nous manquent"; "..., nous resteront les souvenirs".
        end = clause.group.end
        alone = not clause.group.clitics
        numbers = {
            p.plural for p in sentence.phrases if p.end <= before or (p.start == end and alone)
        }
        return (Person.P3 in found) in numbers
    if before > 0 and sentence.tags[before] is Tag.COORDINATION and clause.introducer is None:
        # "Des panneaux sont là et vous guident."
        others = [c for c in sentence.clauses if c.group.finite < clause.group.finite]
        return any(c.subject.persons & found for c in others)
    number = Person.P3 in found
    if any(p.end == before + 1 and p.plural is number for p in sentence.phrases):
        # "Mes cousines nous n'ont pas vus": the pronoun is misplaced, the person right.
        return True
    if clause.group.ne is not None or clause.introducer is None:
        # "Nous ne ...": an object would stand behind ne.
        return False
    opener = clause.introducer
    opened = sentence.tags[opener] in (Tag.RELATIVE, Tag.QUESTION) or sentence.words[
        opener
    ].lower in ("comme", "ainsi", "tel")
    end = clause.group.end
    behind = end < len(sentence.words) and sentence.tags[end] in (
        Tag.DETERMINER,
        Tag.NAME,
        Tag.PRONOUN,
        Tag.NUMBER,
    )
    return opened and behind


def _inverted_behind(sentence: Sentence, clause: Clause, found: set[Person]) -> bool:
    """Whether the words before the verb are no subject because one follows it.

    "Chaque matin arrivent des touristes"; and être may agree with what follows it: "le plus beau
    sont les enfants" (Bon usage § 931).
    """
    subject, group = clause.subject, clause.group
    if subject.phrase is None:
        return False
    timely = is_time(sentence, subject.phrase)
    copula = "être" in group.lemmas and not group.participles
    if not timely and not copula:
        return False
    return any(p.start == group.end and p.plural is (Person.P3 in found) for p in clause.objects)


def _doubtful(sentence: Sentence, clause: Clause, found: set[Person]) -> bool:
    """Whether the subject is not certain enough, or its number may be read otherwise."""
    subject, group = clause.subject, clause.group
    if subject.inverted:
        return clause.introducer is None or bool(_FROZEN & set(group.lemmas))
    phrase = subject.phrase
    if any(w.text in "()[]/*" for w in sentence.words):
        return True
    if not set(group.lemmas) & infinitives():
        # The form of a rare verb may be a noun or an adjective that no list has.
        return True
    if phrase is None:
        return False
    if not phrase.certain and phrase.determiner is None:
        return True
    if sentence.tags[phrase.noun] is Tag.UNKNOWN and phrase.determiner is None:
        return True
    whole = phrase.start == subject.start
    if Person.S3 in found and whole and _is_title_or_sum(sentence, clause):
        return True
    # "Mes amis qui êtes là": the subject is spoken to.
    spoken_to = clause.kind is ClauseKind.RELATIVE and bool(found & {Person.S2, Person.P2})
    return spoken_to and sentence.clauses[0] is clause


def _is_title_or_sum(sentence: Sentence, clause: Clause) -> bool:
    """Whether a plural can be one thing: "Les Misérables est un roman", "dix euros est assez"."""
    phrase = clause.subject.phrase
    assert phrase is not None
    inside = range(phrase.start, phrase.end)
    if any(sentence.tags[i] is Tag.NUMBER for i in inside) or is_time(sentence, phrase):
        return bool({"être", "suffire", "faire", "sembler", "paraître"} & set(clause.group.lemmas))
    return any(sentence.words[i].is_capitalised and not sentence.words[i].initial for i in inside)


def _is_shared(sentence: Sentence, clause: Clause) -> bool:
    """Whether the subject stands before another verb: "il entre et sort"."""
    return any(
        other.subject == clause.subject and other.group.finite < clause.group.finite
        for other in sentence.clauses
    )
