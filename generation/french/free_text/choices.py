"""Object pronouns of the wrong kind, gender or number in a free text."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.clauses import group_start
from generation.french.checking.differences.features import FEATURES, may_be_called
from generation.french.checking.lexis import LEQUEL, is_person, is_time, noun_readings
from generation.french.checking.sentence import Clause, NounPhrase, Tag
from generation.french.deviations.pronoun_choice import (
    DIRECT_ONLY,
    EN_ONLY,
    INDIRECT_ONLY,
    NEUTER,
    TONIC,
    Y_ONLY,
)
from generation.french.free_text.edits import Change
from generation.french.free_text.participles import forms_of
from generation.french.free_text.source import Draft, Source
from verbs.french.government import government

__all__ = ["category_drafts", "gender_drafts", "number_drafts"]

_DIRECT = frozenset({"le", "la", "les"})
_STRESSED = {"lui": ("lui",), "elle": ("lui",), "eux": ("leur",), "elles": ("leur",)}
#: Verbs with à and a person whose direct object may be a thing that le stands for: "le téléphone".
_MAY_MEAN_A_THING = frozenset(
    {"téléphoner", "parler", "répondre", "pardonner", "écrire", "dire", "demander", "chanter"}
)
#: Verbs whose direct object may be a thing too; without one they say nothing.
_ALSO_DIRECT = frozenset({"adorer", "détester", "aimer", "soigner", "protéger", "arrêter", "aider"})
#: "Le" may stand for all that was said: "cette tarte, il le fait".
_DOING = frozenset({"faire"})
_THIRD = frozenset({"il", "elle", "ils", "elles"})
_POINTING = frozenset({"celui", "celle", "ceux", "celles"})
_PAIRS = (
    *(("le", "la"), ("il", "elle"), ("ils", "elles"), ("celui", "celle"), ("ceux", "celles")),
    *(("lequel", "laquelle"), ("lesquels", "lesquelles")),
)
_OTHER_GENDER = {**dict(_PAIRS), **{feminine: masculine for masculine, feminine in _PAIRS}}
_OTHER_NUMBER = {
    "le": "les",
    "la": "les",
    "lui": "leur",
    "leur": "lui",
    "les": "le",
    "ils": "il",
    "elles": "elle",
    "celui": "ceux",
    "celle": "celles",
    "ceux": "celui",
    "celles": "celle",
}


def _at_verbs(source: Source) -> Iterator[tuple[Clause, int, int]]:
    """Yield every object pronoun with its clause and the verb that it belongs to."""
    for clause in source.sentence.clauses:
        group = clause.group
        if source.lower(group.finite) in ("tienne", "tiennes"):
            # "La tienne" is no form of tenir here.
            continue
        for index in (*group.clitics, *group.enclitics):
            yield clause, index, source.verb(clause)
        for infinitive in group.infinitives:
            for index in infinitive.clitics:
                yield clause, index, infinitive.index


def _joined(source: Source, index: int, word: str) -> str:
    return "-" + word if source.sentence.words[index].joined else word


# --- Kind -------------------------------------------------------------------------------------


def category_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with lui for le, le for lui, lui for y, le for en, lui for à elle."""
    for clause, index, verb in _at_verbs(source):
        pronoun, citation = source.lower(index), source.citation(verb)
        facts = {**source.named(clause), "infinitive": citation}
        kind = source.sentence.tags[index]
        if kind is not Tag.CLITIC:
            continue
        for code, new, right in _kinds(source, clause, index, verb, pronoun, citation):
            put = Change(index, index + 1, (_joined(source, index, new),))
            yield from source.draft(code, put, wrong_pronoun=new, right_pronoun=right, **facts)
    for clause in source.sentence.clauses:
        yield from _for_stressed(source, clause)


def _kinds(
    source: Source, clause: Clause, index: int, verb: int, pronoun: str, citation: str
) -> Iterator[tuple[str, str, str]]:
    """Yield code, wrong pronoun and right pronoun."""
    compound = verb in clause.group.participles
    written = source.sentence.lower(index)
    joined = source.sentence.words[index].joined
    if pronoun == "moi" and joined and source.lower(index + 1) not in ("y", "en"):
        yield "weak_for_stressed", "me", "moi"
    elif pronoun in _DIRECT and _is_plain(source, verb, compound=compound):
        plural = pronoun == "les"
        if _is_direct_only(citation):
            yield "indirect_for_direct", "leur" if plural else "lui", written
    elif pronoun in ("lui", "leur") and _is_indirect_only(citation):
        new = "les" if pronoun == "leur" else _direct_of(source, clause, index, person=True)
        invariable = len(forms_of(source, verb)) == 1
        if not compound or invariable or (new == "le" and citation in INDIRECT_ONLY):
            yield "direct_for_indirect", new, written
    elif pronoun == "y" and citation in Y_ONLY and not joined:
        direct = _direct_of(source, clause, index, person=False)
        yield "lui_for_y", "leur" if direct == "les" else "lui", "y"
    elif pronoun == "en" and citation in EN_ONLY and not joined and not compound:
        yield "le_for_en", _direct_of(source, clause, index, person=False), "en"


def _direct_of(source: Source, clause: Clause, index: int, *, person: bool) -> str:
    """Return le, la or les for the noun that lui, y or en before it may stand for; le for none."""
    for phrase in reversed(_before(source, clause, index)):
        if is_person(source.sentence.words[phrase.noun]) is not person:
            continue
        if phrase.plural and not person:
            return "les"
        if phrase.plural is False:
            return "la" if phrase.gender == "f" else "le"
    return "le"


def _before(source: Source, clause: Clause, index: int) -> list[NounPhrase]:
    """Return the noun phrases before a pronoun, without the subject of its own verb."""
    own = range(clause.subject.start, clause.subject.end)
    return [p for p in source.sentence.phrases if p.end <= index and p.noun not in own]


def _is_plain(source: Source, verb: int, *, compound: bool) -> bool:
    """Whether the participle behind the pronoun is that of no agreement."""
    if not compound:
        return True
    forms = forms_of(source, verb)
    return bool(forms) and source.lower(verb) == forms[0]


def _is_direct_only(citation: str) -> bool:
    known = government(citation)
    plain = known is not None and known.direct == "person" and not known.indirect
    return citation in DIRECT_ONLY | _ALSO_DIRECT or plain


def _is_indirect_only(citation: str) -> bool:
    known = government(citation)
    plain = known is not None and known.direct == "-" and "lui" in known.indirect
    return citation in INDIRECT_ONLY or (plain and citation not in _MAY_MEAN_A_THING)


def _for_stressed(source: Source, clause: Clause) -> Iterator[Draft]:
    """Yield "je lui pense" for "je pense à elle"."""
    group = clause.group
    end = group.end
    citation = source.citation(source.verb(clause))
    if citation not in TONIC or source.lower(end) != "à" or group.enclitics:
        return
    new = _STRESSED.get(source.lower(end + 1))
    if new is None or not source.ends(end + 2) or clause.subject.inverted:
        return
    right = source.words(end, end + 2)
    put = Change(group.finite, group.finite, new)
    facts = {**source.named(clause), "wrong_pronoun": new[0], "right_pronoun": right}
    yield from source.draft("lui_for_tonic", put, Change(end, end + 2), **facts)


# --- Gender and number ------------------------------------------------------------------------


def _stood_for(source: Source, clause: Clause, index: int, pronoun: str) -> NounPhrase | None:
    """Return the noun phrase put in front that an object pronoun takes up: "cette lettre, je la".

    Without such a phrase the pronoun may mean anybody or anything that was spoken of before.
    """
    gender, plural = FEATURES[pronoun]
    for phrase in _before(source, clause, index)[:1]:
        front = phrase.start == 0 and source.lower(phrase.end) == ","
        fits = phrase.plural is plural and (gender is None or phrase.gender == gender)
        known = phrase.determiner is not None and phrase.preposition is None
        time = is_time(source.sentence.words[phrase.noun])
        if front and fits and known and not time and not may_be_called(source.sentence, phrase):
            return phrase
    return None


def _pronouns(source: Source) -> Iterator[tuple[int, NounPhrase, str]]:
    """Yield pronouns that stand for a noun of the text: place, noun phrase, verb or ""."""
    for clause, index, verb in _at_verbs(source):
        word = source.sentence.words[index]
        direct = word.lower in _DIRECT
        if word.lower not in FEATURES or word.elided or source.tag(index) is not Tag.CLITIC:
            continue
        if direct and verb in clause.group.participles:
            # The participle shows the same.
            continue
        phrase = _stood_for(source, clause, index, word.lower)
        if phrase is not None:
            yield index, phrase, source.citation(verb)
    for clause in source.sentence.clauses:
        yield from _inverted(source, clause)
    for index, tag in enumerate(source.sentence.tags):
        if tag is Tag.PRONOUN and source.lower(index) in _POINTING:
            subject = next((c.subject.phrase for c in source.sentence.clauses
                            if c.group.end == index), None)  # fmt: skip
            if subject is not None and subject.determiner is not None:
                yield index, subject, ""
        if source.lower(index) in LEQUEL and source.lower(index + 1) == "de":
            phrase = next((p for p in source.sentence.phrases if p.preposition == index + 1), None)
            if phrase is not None:
                yield index, phrase, ""


def _inverted(source: Source, clause: Clause) -> Iterator[tuple[int, NounPhrase, str]]:
    """Yield the pronoun of "votre sœur vient-elle"."""
    index = clause.subject.start
    if not clause.subject.inverted or source.lower(index) not in _THIRD:
        return
    start = group_start(clause.group)
    phrase = next((p for p in source.sentence.phrases if p.end == start), None)
    if phrase is not None and phrase.preposition is None and phrase.determiner is not None:
        yield index, phrase, ""


def _gendered(source: Source, phrase: NounPhrase) -> str | None:
    """Return the gender of a noun; None for nouns of two genders or trades."""
    found = {r.gender for r in noun_readings(source.sentence.words[phrase.noun])}
    return next(iter(found)) if len(found) == 1 else None


def _changed(
    source: Source, code: str, index: int, new: str, phrase: NounPhrase, gender: str
) -> list[Draft]:
    facts = {
        "noun": source.words(phrase.determiner or phrase.start, phrase.end),
        "right_pronoun": source.sentence.lower(index),
        "gender": gender,
    }
    return source.draft(code, Change(index, index + 1, (_joined(source, index, new),)), **facts)


def gender_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with a pronoun of the other gender than the noun that it stands for."""
    for index, phrase, verb in _pronouns(source):
        pronoun, gender = source.lower(index), _gendered(source, phrase)
        new = _OTHER_GENDER.get(pronoun)
        if gender is None or new is None or (pronoun == "la" and verb in NEUTER | _DOING):
            continue
        yield from _changed(source, "object", index, new, phrase, gender)


def number_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with a singular pronoun for a plural one, or the reverse."""
    for index, phrase, verb in _pronouns(source):
        pronoun = source.lower(index)
        new = _OTHER_NUMBER.get(pronoun)
        gender = _gendered(source, phrase) or phrase.gender
        if new is None or (pronoun == "les" and gender is None):
            continue
        if pronoun == "les":
            new = "la" if gender == "f" else "le"
            if new == "le" and verb in NEUTER | _DOING:
                continue
        code = "singular_for_plural" if FEATURES[pronoun][1] else "plural_for_singular"
        yield from _changed(source, code, index, new, phrase, gender or "m")
