"""One verb form for another: a form that does not exist, another person, another tense."""

from __future__ import annotations

from difflib import SequenceMatcher

from generation.french.checking.differences.base import VERBAL, Difference, Pair, Side
from generation.french.checking.differences.sequence import against_other_clause
from generation.french.checking.differences.tenses import compound_demanded, demanded, tenses_at
from generation.french.checking.lexis import SUBJECTS, kinds
from generation.french.checking.sentence import Tag
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType, Person, Tense

__all__ = ["form_difference", "person_difference", "subject_difference", "tense_difference"]

#: Beside these a verb may be a singular or a plural.
_EITHER = frozenset(
    {
        *("plupart", "moitié", "majorité", "minorité", "foule", "dizaine"),
        *("vingtaine", "centaine", "douzaine", "trentaine", "cinquantaine", "quinzaine"),
        *(
            "nombre",
            "groupe",
            "ensemble",
            "tiers",
            "quart",
            "ou",
            "ni",
            "comme",
            "plus",
            "infinité",
        ),
        *("multitude", "troupe", "bande", "série", "partie", "reste", "ce", "quantité", "tas"),
        *("millier", "million", "avec"),
    }
)
_PERSON_OF = {
    "je": frozenset({Person.S1}),
    "tu": frozenset({Person.S2}),
    "il": frozenset({Person.S3}),
    "elle": frozenset({Person.S3}),
    "on": frozenset({Person.S3}),
    "nous": frozenset({Person.P1}),
    "vous": frozenset({Person.P2}),
    "ils": frozenset({Person.P3}),
    "elles": frozenset({Person.P3}),
}
_NUMBERS = frozenset({ErrorType.PRONOUN_NUMBER, ErrorType.PRONOUN_GENDER})


def _alike(one: str, other: str) -> bool:
    """Whether two forms look like the same verb: the beginning, or most of the letters."""
    if one[:2] == other[:2]:
        return True
    return SequenceMatcher(None, one, other).ratio() >= 0.5 or one[0] == other[0]


def form_difference(pair: Pair) -> Difference | None:
    """Name a form that does not exist, or a form of another kind than the place demands."""
    if pair.replaced is None:
        return None
    left, right = pair.replaced
    old, new = pair.correct.word(left), pair.incorrect.word(right)
    verbal = pair.correct.can_be(left, *VERBAL)
    if old is None or new is None or not verbal or pair.correct.is_half(left):
        return None
    if pair.correct.tag(left) not in (Tag.FINITE, Tag.INFINITIVE, Tag.PARTICIPLE, Tag.GERUND):
        return None
    if not kinds(new):
        plain = not new.is_capitalised or new.initial
        certain = plain and _alike(old.text.lower(), new.text.lower())
        reason = f"“{new.text}” is no form of any verb; here it is “{old.text}”."
        return Difference(ErrorType.WRONG_FORM, "wrong_form.made_up", certain, reason)
    return _other_kind(pair, left, right)


def _other_kind(pair: Pair, left: int, right: int) -> Difference | None:
    """Name "j'ai manger", "je vais mangé", "vous manger", "j'ai prit", "elle mangé"."""
    correct, other = pair.correct, pair.incorrect
    tag = correct.tag(left)
    wanted = {
        Tag.PARTICIPLE: (Kind.PAST_PARTICIPLE,),
        Tag.INFINITIVE: (Kind.INFINITIVE,),
        Tag.FINITE: (Kind.VERB,),
        Tag.GERUND: (Kind.PRESENT_PARTICIPLE,),
    }
    kind = wanted[tag] if tag is not None else ()
    same = {r.lemma for r in correct.readings(left, *kind)} & {
        r.lemma for r in other.readings(right, *VERBAL)
    }
    if not same:
        return None
    if other.can_be(right, *kind):
        return _wrong_imperative(pair, left, right)
    certain = False
    if tag is Tag.PARTICIPLE:
        certain = _has_auxiliary(correct, left)
    elif tag is Tag.INFINITIVE:
        certain = _governed(correct, left)
    elif tag is Tag.GERUND:
        certain = correct.text(left - 1) == "en" and other.can_be(right, Kind.INFINITIVE)
    elif tag is Tag.FINITE:
        certain = correct.text(left - 1) in SUBJECTS or _subject_near(correct, left)
    reason = "The form is one of the verb, but not of the kind that stands here."
    finite = tag is not Tag.PARTICIPLE and not other.can_be(right, Kind.PAST_PARTICIPLE)
    also = frozenset({ErrorType.WRONG_TENSE}) if finite else frozenset[ErrorType]()
    return Difference(ErrorType.WRONG_FORM, "wrong_form.other_kind", certain, reason, also)


def _governed(side: Side, place: int) -> bool:
    """Whether a verb or a preposition before it demands the infinitive at a place."""
    before = place - 1
    while side.tag(before) is Tag.CLITIC:
        before -= 1
    if side.text(before) == "en" or before < 0:
        return False
    if side.can_be(before, Kind.PREPOSITION):
        return True
    lemmas = {r.lemma for r in side.readings(before, Kind.VERB, Kind.PAST_PARTICIPLE)}
    governs = side.tag(before) in (Tag.FINITE, Tag.PARTICIPLE)
    return governs and not lemmas & {"avoir", "être"}


def _wrong_imperative(pair: Pair, left: int, right: int) -> Difference | None:
    """Name "Manges !": an imperative with the form of the present."""
    old = {(r.lemma, r.person) for r in pair.correct.readings(left, Kind.VERB)
           if r.tense is Tense.IMPERATIF}  # fmt: skip
    new = pair.incorrect.readings(right, Kind.VERB)
    clause = pair.correct.clause_of(left)
    if not old or clause is None or clause.subject.start != clause.subject.end:
        return None
    if any(r.tense is Tense.IMPERATIF for r in new) or not pair.correct.starts(left):
        return None
    following = pair.incorrect.word(right + 1)
    if following is not None and following.joined and following.lower in SUBJECTS | {"y", "en"}:
        return None
    if not any((r.lemma, r.person) in old for r in new):
        return None
    reason = "The imperative has a form of its own here."
    also = frozenset({ErrorType.WRONG_PERSON, ErrorType.WRONG_TENSE})
    return Difference(ErrorType.WRONG_FORM, "wrong_form.imperative", True, reason, also)


def _has_auxiliary(side: Side, place: int) -> bool:
    clause = side.clause_of(place)
    if clause is None:
        return False
    return bool(set(clause.group.lemmas) & {"avoir", "être"}) and (
        side.atoms[place].word in clause.group.participles
    )


def _subject_near(side: Side, place: int) -> bool:
    clause = side.clause_of(place)
    if clause is None or not clause.subject.persons:
        return False
    return clause.subject.end > clause.subject.start


def _shared(pair: Pair, left: int, right: int) -> frozenset[str]:
    old = {r.lemma for r in pair.correct.readings(left, Kind.VERB)}
    return frozenset(old & {r.lemma for r in pair.incorrect.readings(right, Kind.VERB)})


def _persons(side: Side, place: int) -> frozenset[Person]:
    return frozenset(
        r.person
        for r in side.readings(place, Kind.VERB)
        if r.person is not None and r.tense is not Tense.IMPERATIF
    )


def _expected(side: Side, place: int) -> frozenset[Person]:
    """Return the persons that the subject of a verb may have; empty if that is not sure."""
    clause = side.clause_of(place)
    if clause is None:
        return frozenset()
    words = side.sentence.words[clause.subject.start : clause.subject.end]
    texts = {w.lower for w in words}
    if texts & _EITHER:
        return frozenset()
    if len(words) == 1 and words[0].lower in _PERSON_OF:
        return _PERSON_OF[words[0].lower]
    return clause.subject.persons


def person_difference(pair: Pair) -> Difference | None:
    """Name the form of another person of the same verb in the same tense."""
    if pair.replaced is None or pair.correct.tag(pair.replaced[0]) is not Tag.FINITE:
        return None
    left, right = pair.replaced
    shared = _shared(pair, left, right)
    if not shared:
        return None
    old = {(r.lemma, r.tense) for r in pair.correct.readings(left, Kind.VERB)}
    new = {(r.lemma, r.tense) for r in pair.incorrect.readings(right, Kind.VERB)}
    persons = _persons(pair.incorrect, right)
    mine = _persons(pair.correct, left)
    if not old & new:
        return None
    expected = _expected(pair.correct, left)
    if persons & mine:
        return None
    certain = bool(mine & expected) and not persons & expected
    reason = "The form is one of another person than the subject."
    return Difference(
        ErrorType.WRONG_PERSON,
        "wrong_person",
        certain or pair.found(ErrorType.WRONG_PERSON),
        reason,
        frozenset({ErrorType.WRONG_FORM}) if _imperative(pair, left) else frozenset(),
    )


def _imperative(pair: Pair, left: int) -> bool:
    clause = pair.correct.clause_of(left)
    return clause is not None and clause.subject.start == clause.subject.end


def tense_difference(pair: Pair) -> Difference | None:
    """Name another tense or mood of the same verb in the same person."""
    if pair.replaced is None:
        compound = compound_demanded(pair)
        if compound is None:
            return None
        why = compound[1] or against_other_clause(pair)
        reason = why or "Another tense may be right here: no word demands one."
        certain = why is not None or pair.found(ErrorType.WRONG_TENSE)
        return Difference(ErrorType.WRONG_TENSE, "wrong_tense", certain, reason)
    left, right = pair.replaced
    shared = _shared(pair, left, right)
    if pair.correct.tag(left) is not Tag.FINITE or not shared:
        return None
    if not tenses_at(pair.incorrect, right, shared):
        return None
    clause = pair.correct.clause_of(left)
    expected = _expected(pair.correct, left) if clause is not None else frozenset()
    if expected and not _persons(pair.incorrect, right) & expected:
        return None
    why = demanded(pair, left, right) or against_other_clause(pair)
    certain = why is not None or pair.found(ErrorType.WRONG_TENSE)
    reason = why or "Another tense may be right here: no word of the sentence demands one."
    return Difference(ErrorType.WRONG_TENSE, "wrong_tense", certain, reason)


def subject_difference(pair: Pair) -> Difference | None:
    """Name a subject pronoun that does not fit the verb: "vous parle" for "il parle"."""
    if pair.replaced is None:
        return None
    left, right = pair.replaced
    old, new = pair.correct.text(left), pair.incorrect.text(right)
    if old not in SUBJECTS or new not in SUBJECTS or pair.correct.tag(left) is not Tag.SUBJECT:
        return None
    verb = _verb_of_subject(pair.correct, left)
    if verb is None:
        return None
    persons = _persons(pair.correct, verb)
    if persons.isdisjoint(_PERSON_OF[new]):
        reason = f"The form of the verb does not go with “{new}”."
        return Difference(ErrorType.WRONG_PERSON, "wrong_person", True, reason, _NUMBERS)
    return None


def _verb_of_subject(side: Side, place: int) -> int | None:
    """Return the finite verb that a subject pronoun belongs to."""
    index = side.atoms[place].word
    for clause in side.sentence.clauses:
        if clause.subject.start <= index < clause.subject.end:
            finite = clause.group.finite
            return next((p for p, a in enumerate(side.atoms) if a.word == finite), None)
    return None
