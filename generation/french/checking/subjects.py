"""Subjects: which words are the subject of a verb, and which persons the verb may have with it.

Where usage varies (la plupart, une foule de, ni ... ni, ou) both persons are given; where the words
do not tell, none is, and a rule is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from generation.french.checking.lexis import COLLECTIVES, is_time
from generation.french.checking.sentence import NounPhrase, Subject, SubjectKind, Tag
from generation.french.checking.tagger import Tagged
from generation.french.checking.text import Word
from generation.french.checking.words import Kind, readings
from verbs.french.vocabulary import Person

S1, S2, S3, P1, P2, P3 = Person
_EITHER = frozenset({S3, P3})
_PRONOUNS: dict[str, tuple[Person, str | None, bool | None]] = {
    "je": (S1, None, False),
    "moi": (S1, None, False),
    "tu": (S2, None, False),
    "toi": (S2, None, False),
    "il": (S3, "m", False),
    "lui": (S3, "m", False),
    "elle": (S3, "f", False),
    "on": (S3, None, None),
    "nous": (P1, None, True),
    "vous": (P2, None, None),
    "ils": (P3, "m", True),
    "eux": (P3, "m", True),
    "elles": (P3, "f", True),
    "ce": (S3, "m", False),
    "ça": (S3, "m", False),
    "cela": (S3, "m", False),
    "ceci": (S3, "m", False),
}
#: Pronouns with which the verb may be singular or plural.
_OPEN_PRONOUNS = frozenset({"plupart", "beaucoup", "peu", "combien", "trop", "assez"})
_QUANTITY = frozenset({"plupart", "foule", "tas", "plein", "pas", "bien", "%"})
_VERBAL = frozenset({Tag.FINITE, Tag.PARTICIPLE, Tag.ADVERB, Tag.NEGATION, Tag.SUBJECT})
#: Pronouns whose complement does not change the person: "chacun de nous a".
_WITH_COMPLEMENT = frozenset(
    {
        *("chacun", "chacune", "aucun", "aucune", "personne", "rien", "celui", "celle"),
        *("ceux", "celles", "quelqu'un", "un", "une"),
    }
)
_CARRIED = frozenset({Tag.ADVERB, Tag.NEGATION})


@dataclass(frozen=True)
class Context:
    """The words of a sentence with their tags and noun phrases."""

    words: Sequence[Word]
    tagged: Tagged
    phrases: tuple[NounPhrase, ...]

    @cached_property
    def by_end(self) -> dict[int, NounPhrase]:
        """The noun phrases by where they end."""
        return {each.end: each for each in self.phrases}

    def tag(self, index: int) -> Tag | None:
        """Return the tag of a word, None outside the sentence."""
        return self.tagged.tags[index] if 0 <= index < len(self.words) else None

    def lower(self, index: int) -> str:
        """Return the first full form of a word, "" outside the sentence."""
        return self.words[index].lower if 0 <= index < len(self.words) else ""


# --- One phrase as a subject ------------------------------------------------------------------


def members(context: Context, phrase: NounPhrase) -> list[NounPhrase]:
    """Return a phrase and those it is a complement of: "la fille de mes voisins"."""
    found = [phrase]
    while (
        phrase.preposition is not None
        and context.tagged.tags[phrase.preposition] is Tag.PREPOSITION
        and (before := context.by_end.get(_chain_start(context, phrase.preposition))) is not None
    ):
        phrase = before
        found.append(phrase)
    return found


def _chain_start(context: Context, preposition: int) -> int:
    """Return where the preposition begins: "à côté de" is one."""
    while preposition > 0 and not context.tagged.begins[preposition]:
        preposition -= 1
    return preposition


def _is_collective(context: Context, phrase: NounPhrase) -> bool:
    """Whether a phrase is a quantity whose verb may be singular or plural."""
    words = {context.lower(i) for i in range(phrase.start, phrase.noun)}
    if words & _QUANTITY or context.lower(phrase.noun).rstrip("s") in COLLECTIVES:
        return True
    if "plus" in words and "un" in words:
        return True
    return context.lower(phrase.noun) in COLLECTIVES


def phrase_subject(context: Context, phrase: NounPhrase) -> Subject:
    """Return a noun phrase as the subject of a verb."""
    if _is_collective(context, phrase):
        return Subject(
            SubjectKind.PHRASE, _EITHER, None, None, phrase.start, phrase.end, phrase=phrase
        )
    persons: frozenset[Person] = frozenset()
    if phrase.plural is not None:
        persons = frozenset({P3 if phrase.plural else S3})
    return Subject(
        SubjectKind.PHRASE,
        persons,
        phrase.gender,
        phrase.plural,
        phrase.start,
        phrase.end,
        phrase=phrase,
    )


def pronoun_subject(context: Context, index: int) -> Subject:
    """Return a pronoun as the subject of a verb."""
    word = context.lower(index)
    if word in _PRONOUNS:
        person, gender, plural = _PRONOUNS[word]
        persons = frozenset({S3, P3}) if word == "ce" else frozenset({person})
        return Subject(
            SubjectKind.PRONOUN,
            persons,
            gender,
            plural,
            index,
            index + 1,
            impersonal=word in ("il", "ce"),
        )
    return _other_pronoun(context, index)


def _other_pronoun(context: Context, index: int) -> Subject:
    start = index
    while start > 0 and not context.tagged.begins[start]:
        start -= 1
    span = {context.lower(i) for i in range(start, index + 1)}
    found = [r for r in context.tagged.readings[index] if r.kind in (Kind.PRONOUN, Kind.STRONG)]
    numbers = {r.plural for r in found}
    genders = {r.gender for r in found}
    persons: frozenset[Person] = frozenset()
    plural: bool | None = None
    gender = genders.pop() if len(genders) == 1 else None
    if "monde" in span or "chose" in span or span & {"quelqu'un", "personne", "rien"}:
        persons, plural, gender = frozenset({S3}), False, "m"
    elif span & _OPEN_PRONOUNS:
        persons = _EITHER
    elif "les" in span and span & {"uns", "unes", "autres"}:
        persons, plural = frozenset({P3}), True
    elif span & {"un", "une", "autre"} and len(span) == 2:
        persons, plural = frozenset({S3}), False
    elif len(numbers) == 1:
        plural = numbers.pop()
        persons = frozenset() if plural is None else frozenset({P3 if plural else S3})
    return Subject(SubjectKind.OTHER, persons, gender, plural, start, index + 1)


# --- Coordination -----------------------------------------------------------------------------


def coordinated(
    context: Context, last: Subject, boundary: int, *, after_verb: bool = False
) -> Subject:
    """Return the subject with what is coordinated before it: "Paul, Marie et moi".

    ``after_verb``: the word at the boundary is a verb, so that the phrase before may be its object:
    "il boit un thé et sa sœur mange".
    """
    members = [last]
    joiner = ""
    start = last.start
    while start - 1 > boundary:
        link = context.lower(start - 1)
        if context.tag(start - 1) is Tag.COORDINATION and link in ("et", "ou", "ni"):
            joiner = link
        elif context.tag(start - 1) is Tag.COORDINATION and link == "que":
            # "Le directeur ainsi que son adjoint": one or both.
            joiner, link = "ou", "ou"
            start -= 1
        else:
            if len(members) > 1 and link == ",":
                return _listed(_joined(members, joiner))
            break
        before = _ending_at(context, start - 1)
        if before is None:
            if len(members) > 1:
                break
            return _unclear(context, last, start)
        if after_verb and not any(
            context.lower(i) in (",", "que") for i in range(boundary + 1, before.start)
        ):
            return last
        members.insert(0, before)
        start = before.start
    return last if len(members) == 1 else _joined(members, joiner)


def _listed(subject: Subject) -> Subject:
    """Return a subject before which a comma stands: a longer list, or an object put in front."""
    return subject if subject.gender == "m" else replace(subject, gender=None)


def _unclear(context: Context, last: Subject, start: int) -> Subject:
    """Return the subject behind a conjunction whose other member is not understood."""
    if context.tag(start - 2) in (Tag.FINITE, Tag.PUNCTUATION, None, Tag.ADVERB, Tag.PARTICIPLE):
        return last
    return replace(last, persons=last.persons | {P3}, gender=None, plural=None)


def merged(one: Subject, other: Subject, *, plural: bool = True) -> Subject:
    """Return a subject that may be either of two, or (``plural``) both together."""
    persons: frozenset[Person] = frozenset()
    if one.persons and other.persons:
        persons = one.persons | other.persons | (frozenset({P3}) if plural else frozenset())
    return replace(
        one,
        persons=persons,
        gender=one.gender if one.gender == other.gender else None,
        plural=one.plural if one.plural == other.plural and not plural else None,
        impersonal=one.impersonal or other.impersonal,
    )


def _ending_at(context: Context, end: int) -> Subject | None:
    """Return the phrase or pronoun that ends at a position."""
    phrase = context.by_end.get(end)
    if phrase is not None:
        chain = members(context, phrase)
        whole = phrase_subject(context, chain[-1])
        if chain[-1].preposition is not None:
            return replace(whole, persons=frozenset(), gender=None, plural=None)
        whole = replace(whole, end=end, start=chain[-1].start)
        if len(chain) > 1:
            # "La mère de Paul et Marie": one person or two.
            return replace(whole, persons=_EITHER, gender=None, plural=None)
        return whole
    if context.tag(end - 1) in (Tag.PRONOUN, Tag.SUBJECT):
        return pronoun_subject(context, end - 1)
    return None


def _joined(members: list[Subject], joiner: str) -> Subject:
    if any(each.persons == _EITHER for each in members):
        return replace(
            members[-1],
            persons=_EITHER,
            gender=None,
            plural=None,
            start=members[0].start,
        )
    persons: set[Person] = set().union(*(each.persons for each in members))
    known = all(each.persons for each in members)
    if persons & {S1, P1}:
        person = P1
    elif persons & {S2, P2}:
        person = P2
    else:
        person = P3
    every = {person} if known else set()
    if joiner in ("ou", "ni") and known:
        every = {person, *(members[-1].persons)}
    genders = {each.gender for each in members}
    gender = "m" if "m" in genders else None if None in genders else "f"
    return Subject(
        SubjectKind.PHRASE if members[-1].phrase else SubjectKind.PRONOUN,
        frozenset(every),
        gender,
        True if joiner == "et" else None,
        members[0].start,
        members[-1].end,
        phrase=members[-1].phrase,
    )


# --- Before and behind the verb ---------------------------------------------------------------


def before_verb(context: Context, left: int, boundary: int) -> Subject | None:
    """Return the subject that stands right before ``left``, where a verb group begins.

    ``boundary`` is the last word that cannot belong to it (a conjunction, the verb before).
    """
    place = left - 1
    while place > boundary and context.tag(place) in _CARRIED:
        place -= 1
    if place <= boundary:
        return None
    after_verb = boundary >= 0 and context.tag(boundary) in _VERBAL
    tag = context.tag(place)
    if tag is Tag.SUBJECT:
        return coordinated(context, pronoun_subject(context, place), boundary)
    if tag is Tag.PRONOUN:
        subject = _stressed(context, place)
        if context.lower(place) == "lui" and context.lower(place - 1) in ("le", "la", "les"):
            # "Tu la lui n'as pas montrée": misplaced object pronouns.
            return Subject(SubjectKind.UNKNOWN)
        if context.lower(place) == "autres" and subject.start - 2 <= boundary:
            # "D'autres pensent": de is the article.
            return replace(subject, persons=frozenset({P3}), plural=True)
        if context.tag(subject.start - 1) is Tag.PREPOSITION:
            return _ending_at_pronoun(context, _chain_start(context, subject.start - 1), boundary)
        return coordinated(context, subject, boundary, after_verb=after_verb)
    phrase = context.by_end.get(place + 1)
    if phrase is None:
        return None
    timely = is_time(context.words[phrase.noun]) and phrase.preposition is None
    if timely and phrase.start - 1 > boundary and phrase.start in context.by_end:
        # "Mes parents le soir lisent."
        return before_verb(context, phrase.start, boundary)
    subject_ = _from_phrase(context, phrase, boundary, after_verb=after_verb)
    if subject_ is not None and _depends(context, boundary, subject_.start):
        return replace(subject_, persons=frozenset(), gender=None, plural=None)
    return subject_


def _depends(context: Context, boundary: int, start: int) -> bool:
    """Whether an infinitive or gerund without comma stands before a phrase: "lire les livres est"."""
    for place in range(start - 1, boundary, -1):
        if context.lower(place) == ",":
            return False
        if context.tag(place) in (Tag.INFINITIVE, Tag.GERUND):
            return True
        if any(r.kind is Kind.PRESENT_PARTICIPLE for r in readings(context.lower(place))):
            # "Les options exigeant un argument": tagged as an adjective.
            return True
    return False


def _stressed(context: Context, index: int) -> Subject:
    """Return a pronoun as subject; "nous tous", "vous autres" are not taken apart."""
    subject = pronoun_subject(context, index)
    before = context.lower(subject.start - 1)
    if before in ("nous", "vous", "eux", "ils", "elles") or context.lower(index) in ("moi", "toi"):
        has_partner = context.tag(subject.start - 1) is Tag.COORDINATION
        return subject if has_partner else replace(subject, persons=frozenset())
    return subject


def _from_phrase(
    context: Context, phrase: NounPhrase, boundary: int, *, after_verb: bool
) -> Subject | None:
    """Return the subject that ends with a phrase, its complements included."""
    chain = members(context, phrase)
    head = chain[-1]
    if head.preposition is not None:
        start = _chain_start(context, head.preposition)
        before = _ending_at_pronoun(context, start, boundary)
        if before is not None:
            whole = replace(before, end=phrase.end)
            return coordinated(context, whole, boundary, after_verb=after_verb)
        return None
    if head.start <= boundary:
        return None
    subject = phrase_subject(context, head)
    with_ = any(
        context.lower(each.preposition) in ("comme", "avec")
        for each in chain
        if each.preposition is not None
    )
    if len(chain) > 1 and (with_ or _is_collective(context, head)):
        subject = replace(subject, persons=_EITHER, gender=None, plural=None)
    whole = replace(subject, end=phrase.end)
    return coordinated(context, whole, boundary, after_verb=after_verb)


def _ending_at_pronoun(context: Context, end: int, boundary: int) -> Subject | None:
    """Return the pronoun before a complement: "chacun de nous", "ceux de Paul"."""
    if end - 1 <= boundary or context.tag(end - 1) not in (Tag.PRONOUN, Tag.NUMBER):
        return None
    if context.lower(end - 1) not in _WITH_COMPLEMENT:
        return Subject(SubjectKind.UNKNOWN)
    return _stressed(context, end - 1)


def behind_verb(context: Context, end: int) -> Subject | None:
    """Return the noun phrase or pronoun right behind a verb group as its inverted subject."""
    for phrase in context.phrases:
        named = phrase.determiner is not None or context.tag(phrase.noun) is Tag.NAME
        if phrase.start == end and phrase.preposition is None and named:
            subject = phrase_subject(context, phrase)
            if context.lower(phrase.end) in ("et", "ou", "ni", ","):
                subject = replace(subject, persons=subject.persons | {P3}, gender=None, plural=None)
            return replace(subject, inverted=True)
    if context.tag(end) is Tag.PRONOUN:
        return replace(pronoun_subject(context, end), inverted=True)
    return None
