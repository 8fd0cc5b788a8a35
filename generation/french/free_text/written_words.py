"""Determiners of the wrong gender or number, and elision that is not made, in a free text."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import begins_with_vowel, is_name, noun_readings
from generation.french.checking.sentence import ClauseKind, NounPhrase, Tag
from generation.french.deviations.words import BEFORE_CONSONANT, SINGULAR, two_genders
from generation.french.free_text.edits import Change
from generation.french.free_text.participles import forms_of
from generation.french.free_text.source import Draft, Source
from verbs.french.lexicon import lexicon
from verbs.french.vocabulary import Person, Tense

__all__ = ["determiner_drafts", "elision_drafts"]

_OTHER_GENDER: dict[str, tuple[str, ...]] = {
    "le": ("la",), "la": ("le",), "un": ("une",), "une": ("un",), "mon": ("ma",), "ma": ("mon",),
    "ton": ("ta",), "ta": ("ton",), "son": ("sa",), "sa": ("son",), "ce": ("cette",),
    "cet": ("cette",), "cette": ("ce",), "aucun": ("aucune",), "aucune": ("aucun",),
    "quel": ("quelle",), "quelle": ("quel",), "quels": ("quelles",), "quelles": ("quels",),
    "au": ("à", "la"), "du": ("de", "la"),
}  # fmt: skip
#: Before a vowel these say nothing about the gender.
_SAME_BEFORE_VOWEL = frozenset(
    {"le", "la", "mon", "ton", "son", "ma", "ta", "sa", "au", "du", "ce", "cet", "cette"}
)
_CONTRACTED = {"au": ("à", "le"), "aux": ("à", "les"), "du": ("de", "le"), "des": ("de", "les")}
_UNDONE = frozenset(
    {
        "je",
        "ce",
        "me",
        "te",
        "se",
        "ne",
        "de",
        "que",
        "le",
        "la",
        "si",
        "lorsque",
        "puisque",
        "jusque",
    }
)
_GENDERS = {"m", "f"}
#: Not nouns in the first place, or in use in the other gender: "un date" for a meeting.
_NO_GENDER = frozenset({"peu", "date"})
_NOT_ASPIRATE = frozenset({"hyène", "hiatus", "huissier", "huis"})


# --- Determiners ------------------------------------------------------------------------------


def determiner_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with a determiner of the other gender or number, or ma before a vowel."""
    for phrase in source.sentence.phrases:
        if phrase.determiner is None or phrase.start > phrase.noun or phrase.conjuncts:
            continue
        yield from _vowel(source, phrase)
        yield from _gender(source, phrase)
        yield from _number(source, phrase)


def _noun_gender(source: Source, phrase: NounPhrase) -> str | None:
    """Return the gender of a thing whose noun has one only; None of persons and other nouns."""
    word = source.sentence.words[phrase.noun]
    if source.tag(phrase.noun) is not Tag.NOUN or is_name(word):
        return None
    found = noun_readings(word)
    genders = {r.gender for r in found}
    person = any("person" in r.traits for r in found)
    if word.lower in _NO_GENDER:
        return None
    known = found and len(genders) == 1 and genders <= _GENDERS and not person
    if not known or any(r.lemma in two_genders() for r in found) or word.lower in two_genders():
        return None
    return found[0].gender


def _following(source: Source, phrase: NounPhrase) -> int:
    """Return the word right behind the determiner."""
    assert phrase.determiner is not None
    return phrase.determiner + 1


def _gender(source: Source, phrase: NounPhrase) -> Iterator[Draft]:
    gender, place = _noun_gender(source, phrase), phrase.determiner
    assert place is not None
    own = source.sentence.lower(place)
    new = _OTHER_GENDER.get(own)
    following = _following(source, phrase)
    if gender is None or new is None or (phrase.plural is not False and not own.startswith("quel")):
        return
    vowel = begins_with_vowel(source.sentence.words[following])
    if vowel is None or (vowel and own in _SAME_BEFORE_VOWEL):
        return
    if own == "du" and source.tag(place) is not Tag.PREPOSITION and phrase.preposition is None:
        new = ("de", "la")
    facts = {"noun": source.lower(phrase.noun), "gender": gender}
    yield from source.draft("gender", Change(place, place + 1, new), **facts)


def _vowel(source: Source, phrase: NounPhrase) -> Iterator[Draft]:
    place = phrase.determiner
    assert place is not None
    own, following = source.sentence.lower(place), _following(source, phrase)
    new = BEFORE_CONSONANT.get(own)
    if new is None or begins_with_vowel(source.sentence.words[following]) is not True:
        return
    genders = {r.gender for r in noun_readings(source.sentence.words[phrase.noun])}
    if own != "cet" and genders != {"f"}:
        return
    facts = {"words": source.words(following, phrase.noun + 1)}
    yield from source.draft("before_vowel", Change(place, place + 1, (new,)), **facts)


def _number(source: Source, phrase: NounPhrase) -> Iterator[Draft]:
    place = phrase.determiner
    assert place is not None
    own, gender = source.sentence.lower(place), _noun_gender(source, phrase)
    new = SINGULAR.get(own)
    word = source.sentence.words[phrase.noun]
    if new is None or gender is None or any(r.plural is not True for r in noun_readings(word)):
        return
    if begins_with_vowel(source.sentence.words[_following(source, phrase)]) is not False:
        return
    facts = {"words": source.words(_following(source, phrase), phrase.noun + 1)}
    put = Change(place, place + 1, (new[gender == "f"],))
    yield from source.draft("number", put, **facts)


# --- Elision, contraction, linking letters ----------------------------------------------------


def elision_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with a word that is not elided or contracted, or that is and must not be."""
    for index in range(len(source.sentence.words) - 1):
        yield from _not_elided(source, index)
        yield from _not_contracted(source, index)
        yield from _before_h(source, index)
    yield from _without_links(source)


def _not_elided(source: Source, index: int) -> Iterator[Draft]:
    word = source.sentence.words[index]
    if not word.elided or source.tag(index) is Tag.QUESTION or word.joined:
        return
    if source.tag(index + 1) is Tag.NAME:
        # Before a name some authors leave the vowel.
        return
    full = word.lower
    if word.text.lower() == "s'":
        full = "se" if source.tag(index) is Tag.CLITIC else "si"
    elif word.text.lower() == "l'":
        found = _article(source, index)
        if found is None:
            return
        full = found
    if full in _UNDONE:
        put = Change(index, index + 1, (full,), bare=True)
        yield from source.draft("no_elision", put, word=full)


def _article(source: Source, index: int) -> str | None:
    """Return le or la for l'; None where it is neither or would lack its contraction too."""
    tag = source.tag(index)
    if tag is Tag.DETERMINER:
        phrase = next((p for p in source.sentence.phrases if p.determiner == index), None)
        genders = set() if phrase is None else {
            r.gender for r in noun_readings(source.sentence.words[phrase.noun])
        }  # fmt: skip
        found = {"m": "le", "f": "la"}.get(genders.pop() or "") if len(genders) == 1 else None
        # "De le argent" looks like two errors: neither elided nor contracted.
        return None if found == "le" and source.lower(index - 1) in ("à", "de") else found
    if tag is not Tag.CLITIC:
        return None
    for clause in source.sentence.clauses:
        if index in clause.group.clitics and clause.group.participles:
            forms = forms_of(source, clause.group.participles[-1])
            written = source.lower(clause.group.participles[-1])
            if len(forms) == 4 and written == forms[1] != forms[0]:
                return "la"
    return "le"


def _not_contracted(source: Source, index: int) -> Iterator[Draft]:
    parts = _CONTRACTED.get(source.sentence.lower(index))
    if parts is None or source.tag(index) is not Tag.PREPOSITION:
        return
    if begins_with_vowel(source.sentence.words[index + 1]) is not False and parts[1] == "le":
        return
    put = Change(index, index + 1, parts, bare=True)
    yield from source.draft("no_contraction", put, word=parts[0])


def _before_h(source: Source, index: int) -> Iterator[Draft]:
    """Yield an elision before an aspirate h: "l'hockey"."""
    noun = source.sentence.lower(index + 1)
    aspirate = noun in lexicon().h_aspire and noun.startswith("h") and noun not in _NOT_ASPIRATE
    if aspirate and source.tag(index) is Tag.DETERMINER and source.lower(index) in ("le", "la"):
        put = Change(index, index + 1, ("l'",), bare=True)
        yield from source.draft("elision_before_h", put, word=noun)


def _without_links(source: Source) -> Iterator[Draft]:
    """Yield "parle-il" and "va-y", which lack a letter that is heard."""
    for index, word in enumerate(source.sentence.words):
        if word.euphonic:
            before = source.sentence.words[index - 1].end
            text = source.text[:before] + "-" + source.text[word.start :]
            yield Draft(text, "no_linking_t", {"word": word.lower})
    for clause in source.sentence.clauses:
        finite = clause.group.finite
        linked = source.lower(finite + 1) if clause.group.enclitics == (finite + 1,) else ""
        form = source.lower(finite)
        singular = any(
            a.tense is Tense.IMPERATIF and a.person is Person.S2 for a in clause.group.analyses
        )
        order = clause.kind is ClauseKind.IMPERATIVE and linked in ("y", "en")
        if order and form.endswith(("es", "as")) and (singular or form == "vas"):
            put = Change(finite, finite + 1, (form[:-1],))
            yield from source.draft("no_linking_s", put, word=linked)
