"""The subject of a relative clause with qui, and of a question with qui: what qui stands for."""

from __future__ import annotations

from dataclasses import replace

from generation.french.checking.sentence import NounPhrase, Subject, SubjectKind, Tag
from generation.french.checking.subjects import Context, members, phrase_subject, pronoun_subject
from verbs.french.vocabulary import Person

S3, P3 = Person.S3, Person.P3
_EITHER = frozenset({S3, P3})


def in_question(context: Context, start: int, last: int, *, copula: bool) -> Subject:
    """Return "qui" or "qu'est-ce qui" as a subject: singular, but "qui sont ces gens"."""
    persons = _EITHER if copula and start == last else frozenset({S3})
    return Subject(SubjectKind.OTHER, persons, None, None, start, last + 1)


def antecedent(context: Context, relative: int, matrix: Subject | None) -> Subject:
    """Return qui as a subject, with what its antecedent tells.

    In "je suis celui qui" and "nous sommes deux qui" the verb may follow the subject of être too
    (Bon usage § 928), so ``matrix``, the subject of the clause before, is let in.
    """
    unknown = Subject(SubjectKind.RELATIVE, start=relative, end=relative + 1)
    end = relative - 1 if context.lower(relative - 1) == "," else relative
    if end <= 0 or context.tag(end - 1) is Tag.PREPOSITION:
        return unknown
    while end > 0 and context.tag(end - 1) is Tag.ADVERB:
        end -= 1
    phrase = context.by_end.get(end)
    found: Subject | None = None
    if phrase is not None:
        found = _antecedent_phrase(context, phrase)
    elif context.tag(end - 1) in (Tag.PRONOUN, Tag.SUBJECT):
        found = pronoun_subject(context, end - 1)
        if context.tag(found.start - 1) is Tag.COORDINATION:
            found = replace(found, persons=frozenset(), gender=None, plural=None)
    if found is None or not found.persons:
        return unknown
    persons = found.persons
    if matrix is not None and matrix.persons - {S3, P3}:
        persons |= matrix.persons
    return replace(
        found,
        kind=SubjectKind.RELATIVE,
        persons=persons,
        start=relative,
        end=relative + 1,
        impersonal=False,
    )


def _antecedent_phrase(context: Context, phrase: NounPhrase) -> Subject:
    chain = [phrase_subject(context, each) for each in members(context, phrase)]
    if any(not each.persons for each in chain):
        return replace(chain[0], persons=frozenset(), gender=None, plural=None)
    persons = frozenset().union(*(each.persons for each in chain))
    genders, numbers = {each.gender for each in chain}, {each.plural for each in chain}
    head = chain[-1].phrase
    if head is not None and head.preposition is not None:
        # "Une liste de choix relatifs au nom qui": any noun before may be meant.
        for other in context.phrases:
            if other.end <= head.start:
                persons |= phrase_subject(context, other).persons
                genders.add(other.gender)
                numbers.add(other.plural)
    start = head.start if head else phrase.start
    before = start - 1 - (chain[-1].phrase is not None and chain[-1].phrase.preposition is not None)
    if context.tag(before) is Tag.COORDINATION or context.tag(start - 1) is Tag.COORDINATION:
        persons, genders = persons | {P3}, {None}
    return replace(
        chain[0],
        persons=persons,
        gender=genders.pop() if len(genders) == 1 else None,
        plural=numbers.pop() if len(numbers) == 1 else None,
    )
