"""Determiners that do not fit their noun: "la livre est lu", "un maison", "ma amie", "ce homme".

Only determiners right before their noun, or before one adjective and the noun, and only nouns all of
whose readings contradict the determiner; le, la, les, leur must not be able to be pronouns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generation.french.checking.lexis import (
    begins_with_vowel,
    can_be,
    is_name,
    kinds,
    lemmas,
    noun_readings,
    only,
    readings_of,
)
from generation.french.checking.sentence import ClauseKind, Sentence, SubjectKind, Tag
from generation.french.checking.text import Word
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind, Reading
from verbs.french.government import government
from verbs.french.vocabulary import ErrorType

__all__ = ["DETERMINERS", "determiner_findings", "determiners", "noun_after"]


@dataclass(frozen=True)
class _Form:
    """Gender and number of a determiner; ``free``: it cannot be a pronoun before a verb."""

    gender: str | None
    plural: bool
    free: bool = True


#: The determiners that this rule knows. Mon, ton, son are masculine or stand before a vowel.
DETERMINERS: dict[str, _Form] = {
    "le": _Form("m", False, False),
    "la": _Form("f", False, False),
    "les": _Form(None, True, False),
    "un": _Form("m", False),
    "une": _Form("f", False),
    "des": _Form(None, True),
    "du": _Form("m", False),
    "au": _Form("m", False),
    "aux": _Form(None, True),
    "ce": _Form("m", False, False),
    "cet": _Form("m", False),
    "cette": _Form("f", False),
    "ces": _Form(None, True),
    "ma": _Form("f", False),
    "ta": _Form("f", False),
    "sa": _Form("f", False),
    "mon": _Form("m", False),
    "ton": _Form("m", False),
    "son": _Form("m", False),
    "mes": _Form(None, True),
    "tes": _Form(None, True),
    "ses": _Form(None, True),
    "notre": _Form(None, False),
    "votre": _Form(None, False),
    "nos": _Form(None, True),
    "vos": _Form(None, True),
    "leur": _Form(None, False, False),
    "leurs": _Form(None, True),
    "quel": _Form("m", False, False),
    "quelle": _Form("f", False, False),
    "quels": _Form("m", True, False),
    "quelles": _Form("f", True, False),
    "aucun": _Form("m", False),
    "aucune": _Form("f", False),
    "chaque": _Form(None, False),
    "plusieurs": _Form(None, True),
    "quelques": _Form(None, True),
}
_BEFORE_VOWEL = {"ma": "mon", "ta": "ton", "sa": "son", "ce": "cet"}
_POSSESSIVES = frozenset({"mon", "ton", "son"})
_NOMINAL = frozenset({Kind.NOUN, Kind.ADJECTIVE, Kind.PAST_PARTICIPLE})
_VERBAL = (Kind.VERB, Kind.INFINITIVE, Kind.PRESENT_PARTICIPLE, Kind.CLITIC, Kind.NE)
_OTHER = (Kind.PRONOUN, Kind.ADVERB, Kind.PREPOSITION, Kind.CONJUNCTION, Kind.NUMBER)


def determiners(sentence: Sentence) -> list[Finding]:
    """Return the determiners of a sentence that certainly do not fit their noun."""
    return determiner_findings(
        sentence.words, articles=_articles(sentence) | _before_meals(sentence)
    )


def _before_meals(sentence: Sentence) -> frozenset[int]:
    """Return where la stands before dîner and its like, behind a verb that takes no infinitive."""
    found: set[int] = set()
    for infinitive in sentence.infinitives:
        word = sentence.words[infinitive.index]
        if infinitive.governor is None or infinitive.preposition is not None:
            continue
        if len(infinitive.clitics) != 1 or infinitive.clitics[0] != infinitive.index - 1:
            continue
        verbs = lemmas(sentence.words[infinitive.governor], Kind.VERB, Kind.PAST_PARTICIPLE)
        known = [government(each) for each in sorted(verbs)]
        bare = [g is None or "bare" in g.infinitive for g in known]
        if word.lower in _MEALS and bare and not any(bare):
            found.add(infinitive.clitics[0])
    return frozenset(found)


_MEALS = frozenset({"dîner", "déjeuner", "souper"})


def _articles(sentence: Sentence) -> frozenset[int]:
    """Return where le, la, les, leur can be no pronoun: right behind a verb with its subject.

    "Tu supportes le foule", not "ce qu'il dit le trouble", where another verb follows.
    """
    if any(tag is Tag.RELATIVE for tag in sentence.tags):
        return frozenset()
    places = {
        clause.group.end
        for clause in sentence.clauses
        if clause.kind is not ClauseKind.RELATIVE
        and clause.group.analyses
        and (clause.kind is ClauseKind.IMPERATIVE or clause.subject.end <= clause.group.finite)
        and clause.subject.kind is not SubjectKind.UNKNOWN
    }
    return frozenset(
        place
        for place in places
        if place < len(sentence.words) and sentence.tags[place] is Tag.DETERMINER
    )


def determiner_findings(
    words: tuple[Word, ...], *, articles: frozenset[int] = frozenset()
) -> list[Finding]:
    """Return the same for the words alone; ``articles``: le, la, les that can be no pronoun."""
    found: list[Finding] = []
    for position, word in enumerate(words):
        form = DETERMINERS.get(word.text.lower())
        if form is None or word.joined or (word.is_capitalised and not word.initial):
            continue
        if _ends_number(words, position):
            continue
        if position in articles or _is_first(words, position):
            form = replace(form, free=True)
        noun = noun_after(words, position)
        if noun is not None:
            found += _check(words, position, noun, form)
        else:
            found += _adjective(words, position, form)
    return found


def _is_first(words: tuple[Word, ...], position: int) -> bool:
    """Whether a determiner begins the text, and no hyphen follows: "le voiture de mon oncle"."""
    text = words[position].lower
    if position or text not in ("le", "la", "ce") or len(words) < 3 or words[0].elided:
        return False
    if text == "ce" and can_be(words[1], Kind.VERB) and _is_said_of_ce(words[1]):
        return False
    return not can_be(words[1], Kind.INFINITIVE, Kind.CLITIC, Kind.NE) and not words[2].joined


def _is_said_of_ce(word: Word) -> bool:
    """Whether ce may be the subject: "ce sont", "ce doit être"."""
    verbs = {r.lemma for r in readings_of(word) if r.kind is Kind.VERB}
    return bool(verbs & {"être", "devoir", "pouvoir", "sembler", "aller"})


def _adjective(words: tuple[Word, ...], position: int, form: _Form) -> Iterator[Finding]:
    """Yield "un petite ferme", "cet vieux quartier": an adjective that contradicts."""
    if position + 2 >= len(words) or not form.free or form.gender is None:
        return
    determiner, word, noun = words[position], words[position + 1], words[position + 2]
    text = determiner.text.lower()
    if not only(word, Kind.ADJECTIVE, Kind.NOUN) or not noun_readings(noun) or word.is_capitalised:
        return
    if text == "cet" and begins_with_vowel(word) is False:
        yield from _before_vowel(determiner, word, text)
        return
    readings = [r for r in readings_of(word) if r.kind in _NOMINAL]
    if text in _POSSESSIVES or not _contradicts(readings, "gender", form.gender):
        return
    nouns = [r for r in readings_of(noun) if r.kind is Kind.NOUN]
    if not _contradicts(nouns, "gender", form.gender):
        return
    yield Finding(
        ErrorType.DETERMINER,
        "determiner.gender",
        determiner.start,
        noun.end,
        f"“{noun.text}” is feminine; “{determiner.text}” does not go with it."
        if form.gender == "m"
        else f"“{noun.text}” is masculine; “{determiner.text}” does not go with it.",
    )


def _ends_number(words: tuple[Word, ...], position: int) -> bool:
    """Whether un or une is the end of a numeral: "vingt et un ans"."""
    return (
        position > 1
        and words[position].lower in ("un", "une")
        and words[position - 1].lower == "et"
        and can_be(words[position - 2], Kind.NUMBER)
    )


def noun_after(words: tuple[Word, ...], position: int) -> int | None:
    """Return where the noun of a determiner stands: next to it or behind one adjective."""
    after = position + 1
    if after + 1 < len(words) and _intensified(words, position):
        after += 1
    if after >= len(words) or words[after].is_punctuation:
        return None
    nouns = noun_readings(words[after])
    second = after + 1
    if not can_be(words[after], Kind.ADJECTIVE, Kind.NUMBER):
        return after if nouns else None
    if second < len(words) and noun_readings(words[second]) and not words[second].joined:
        if not nouns and _plain(words[second]):
            return second
        # "Un petit gris" and "les jeunes filles": two words that may be the noun.
        return None
    return after if nouns else None


def _intensified(words: tuple[Word, ...], position: int) -> bool:
    """Whether "si", "très" or their like and an adjective follow: "un si beau jour"."""
    return (
        words[position].lower in ("un", "une", "ce", "cette", "des", "mon", "ma", "son", "sa")
        and words[position + 1].lower in ("si", "très", "trop", "aussi")
        and only(words[position + 2], Kind.ADJECTIVE)
    )


def _plain(word: Word) -> bool:
    return kinds(word) <= {Kind.NOUN}


def _check(words: tuple[Word, ...], position: int, noun: int, form: _Form) -> Iterator[Finding]:
    determiner, word = words[position], words[noun]
    text = determiner.text.lower()
    readings = [r for r in readings_of(word) if r.kind in _NOMINAL]
    if (is_name(word) and not word.initial) or can_be(word, *_OTHER):
        return
    verbal = can_be(word, *_VERBAL) or can_be(words[position + 1], *_VERBAL)
    if not form.free and verbal and not _is_article(words, position):
        return
    meal = form.free and text in ("la", "les") and word.lower in _MEALS
    if can_be(word, Kind.INFINITIVE, Kind.PRESENT_PARTICIPLE) and not meal:
        return
    if position + 1 == noun:
        yield from _before_vowel(determiner, word, text)
    if text in _POSSESSIVES and begins_with_vowel(words[position + 1]) is not False:
        form = _Form(None, False)
    if form.gender is not None and _contradicts(readings, "gender", form.gender):
        gender = "masculine" if readings[0].gender == "m" else "feminine"
        yield Finding(
            ErrorType.DETERMINER,
            "determiner.gender",
            determiner.start,
            word.end,
            f"“{word.text}” is {gender}; “{determiner.text}” does not go with it.",
        )
    elif _contradicts(readings, "plural", form.plural):
        number = "plural" if readings[0].plural else "singular"
        yield Finding(
            ErrorType.DETERMINER,
            "determiner.number",
            determiner.start,
            word.end,
            f"“{word.text}” is a {number}; “{determiner.text}” does not go with it.",
        )


#: Behind these a form that is no infinitive cannot be a verb, so that le, la, les are articles.
_BEFORE_ARTICLES = frozenset({"dans", "sur", "sous", "avec", "sans", "chez", "par", "pour"})


def _is_article(words: tuple[Word, ...], position: int) -> bool:
    """Whether le, la, les, leur cannot be a pronoun: "sur la table", "tu fermes la porte"."""
    if position == 0 or can_be(words[position + 1], Kind.INFINITIVE, Kind.CLITIC, Kind.NE):
        return False
    before = words[position - 1]
    if before.lower in _BEFORE_ARTICLES:
        return not before.joined
    # A pronoun and its verb begin the text, and nothing but an object can follow.
    start = position - 2
    return (
        start == 0
        and words[0].lower in ("je", "tu", "il", "ils", "on")
        and not words[0].elided
        and only(before, Kind.VERB)
    )


def _contradicts(readings: list[Reading], trait: str, value: str | bool) -> bool:
    """Whether every reading has the trait, and none has this value."""
    values = [getattr(r, trait) for r in readings]
    return bool(values) and None not in values and value not in values


def _before_vowel(determiner: Word, noun: Word, text: str) -> Iterator[Finding]:
    """Yield "ma amie", "ce homme" and "cet garçon"."""
    vowel = begins_with_vowel(noun)
    right = None
    if text in _BEFORE_VOWEL and vowel:
        right = _BEFORE_VOWEL[text]
        reason = f"Before “{noun.text}”, which begins with a vowel sound, it is “{right}”."
    elif text == "cet" and vowel is False:
        right = "ce"
        reason = f"Before “{noun.text}” it is “ce”: “cet” stands before a vowel sound only."
    if right is not None:
        yield Finding(
            ErrorType.DETERMINER,
            "determiner.before_vowel",
            determiner.start,
            determiner.end,
            reason,
            right,
        )
