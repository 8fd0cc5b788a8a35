"""Prepositions that are left out, added or taken for another one, in a free text."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.differences.base import VERBAL
from generation.french.checking.lexis import begins_with_vowel, is_person, is_time, traits
from generation.french.checking.sentence import Clause, Infinitive, NounPhrase, Tag
from generation.french.checking.words import Kind
from generation.french.deviations.prepositions import UNSURE, UNSURE_INFINITIVE
from generation.french.free_text.edits import Change
from generation.french.free_text.source import Draft, Source
from verbs.french.government import NONE, PERSON, PLACE, Government, government

__all__ = ["preposition_drafts"]

_BARE = "bare"
_MEALS = frozenset({"manger", "boire"})
#: What a contraction is made of.
_PARTS = {"au": ("à", "le"), "aux": ("à", "les"), "du": ("de", "le"), "des": ("de", "les")}
_GENERIC = frozenset({PERSON, PLACE})
#: What has a meaning of its own ("elle se sert la soupe", "approche-toi une chaise"), or is found.
_FOUND = frozenset({("se servir", NONE), ("s'approcher", NONE)})
_FOUND_INFINITIVE = frozenset(
    {("regretter", "bare"), ("se décider", "de"), ("préférer", "à"), ("sembler", "de")}
)
#: "Il l'envoie chercher au marché": the place of sending, not an object of the infinitive.
_SENDING = frozenset({"envoyer", "faire", "laisser", "aller", "venir", "partir"})
#: Countries before which older usage has en.
_NOT_BEFORE = frozenset({"Portugal", "Danemark", "Luxembourg"})


def preposition_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with a wrong preposition, one too few or one too many."""
    for clause in source.sentence.clauses:
        group = clause.group
        verb = source.verb(clause)
        if not (
            len(group.participles) == 1 and "être" in group.lemmas and _is_passive(source, verb)
        ):
            yield from _behind(source, clause, verb, group.end)
        yield from _behind_feeling(source, clause)
        for infinitive in group.infinitives:
            yield from _before_infinitive(source, clause, infinitive)
            if not source.lemmas(group.finite, Kind.VERB) & _SENDING:
                yield from _behind(source, clause, infinitive.index, infinitive.index + 1)
    yield from _before_names(source)


def _is_passive(source: Source, participle: int) -> bool:
    known = government(source.citation(participle))
    return known is None or known.direct != "-"


def _forbidden(source: Source, known: Government, preposition: str, phrase: NounPhrase) -> bool:
    """Whether a preposition (or none) is certainly wrong before a noun phrase."""
    limits = known.wrong_noun.get(preposition)
    if limits is None or (known.verb, preposition) in UNSURE | _FOUND:
        return False
    word = source.sentence.words[phrase.noun]
    if preposition == NONE and is_time(word):
        # "Se marier au printemps", "ce printemps": when, not a complement.
        return False
    if not limits or (PERSON in limits and is_person(word)):
        return True
    lemmas = source.lemmas(phrase.noun, Kind.NOUN) or {word.lower}
    return bool(lemmas & (limits - _GENERIC))


def _behind(source: Source, clause: Clause, verb: int, end: int) -> Iterator[Draft]:
    """Yield errors before a noun right behind a verb."""
    known = government(source.citation(verb))
    if known is None or len(source.lemmas(verb, *VERBAL)) > 1:
        # "Il a plu à Nice": plaire has à, but pleuvoir is meant.
        return
    facts = {**source.named(clause), "infinitive": known.verb}
    phrase = source.phrase_at(end)
    tag, written = (
        source.tag(end),
        source.sentence.lower(end) if end < len(source.sentence.words) else "",
    )
    if tag is Tag.PREPOSITION:
        own, article = _PARTS.get(written, (source.lower(end), ""))
        phrase = next((p for p in source.sentence.phrases if p.preposition == end), None)
        if phrase is None or own not in ("à", "de", "dans") or _has_object(source, clause):
            return
        if own == "à" and _has_dative(source, clause):
            # "Il leur obéit au doigt et à l'œil": no complement of the verb.
            return
        if own == "de" and not known.takes_de:
            # "Elle écoute de la musique": an article.
            return
        rest = (article,) if article else ()
        for wrong in sorted(known.wrong_noun):
            if wrong in (own, "en") or not _forbidden(source, known, wrong, phrase):
                continue
            if own == "dans" and (wrong != NONE or known.verb != "entrer"):
                continue
            if wrong == NONE:
                put = Change(end, end + 1, rest)
                yield from source.draft("missing", put, preposition=own, **facts)
            else:
                put = Change(end, end + 1, (wrong, *rest))
                yield from source.draft(
                    "wrong", put, preposition=own, wrong_preposition=wrong, **facts
                )
    elif phrase is not None and phrase.preposition is None:
        yield from _added(source, clause, known, phrase, facts)


def _behind_feeling(source: Source, clause: Clause) -> Iterator[Draft]:
    """Yield "j'ai besoin à ton aide", "elle a peur l'orage"."""
    end = clause.group.end
    noun, following = source.lower(end), source.sentence.lower(min(end + 1, clause.end - 1))
    if "avoir" not in clause.group.lemmas or noun not in ("besoin", "envie", "peur"):
        return
    if source.lower(end + 1) != "de" and following not in ("du", "des"):
        return
    phrase = next((p for p in source.sentence.phrases if p.preposition == end + 1), None)
    if phrase is None:
        return
    rest = _PARTS[following][1:] if following in _PARTS else ()
    facts = {**source.named(clause), "infinitive": f"avoir {noun}", "preposition": "de"}
    for code, words in (("wrong", ("à", *rest)), ("missing", rest)):
        yield from source.draft(code, Change(end + 1, end + 2, words), **facts)


def _has_object(source: Source, clause: Clause) -> bool:
    clitics = {source.lower(i) for i in (*clause.group.clitics, *clause.group.enclitics)}
    return bool(clitics & {"le", "la", "les", "que"})


def _has_dative(source: Source, clause: Clause) -> bool:
    clitics = {source.lower(i) for i in (*clause.group.clitics, *clause.group.enclitics)}
    return bool(clitics & {"lui", "leur", "me", "te", "nous", "vous", "moi", "toi", "y"})


def _added(
    source: Source, clause: Clause, known: Government, phrase: NounPhrase, facts: dict[str, str]
) -> Iterator[Draft]:
    word = source.sentence.words[phrase.noun]
    determiner = "" if phrase.determiner is None else source.sentence.lower(phrase.determiner)
    if determiner in ("du", "des", "de", "d'") or is_time(word) or clause.group.ne is not None:
        return
    if determiner == "" and not is_person(word):
        return
    for wrong in sorted(known.wrong_noun):
        if wrong in (NONE, "de", "en") or not _forbidden(source, known, wrong, phrase):
            continue
        put = Change(phrase.start, phrase.start, (wrong,))
        yield from source.draft("added", put, preposition=wrong, **facts)


def _before_infinitive(source: Source, clause: Clause, infinitive: Infinitive) -> Iterator[Draft]:
    """Yield errors before an infinitive: "il décide à partir", "elle essaie nager"."""
    governor = infinitive.governor
    if governor is None or source.sentence.words[infinitive.index].joined:
        return
    known = government(source.citation(governor))
    if known is None or (clause.group.enclitics and clause.group.finite == governor):
        return
    own = "" if infinitive.preposition is None else source.lower(infinitive.preposition)
    if own not in known.infinitive and not (own == "" and _BARE in known.infinitive):
        return
    facts = {**source.named(clause), "infinitive": known.verb}
    start = infinitive.index - len(infinitive.clitics)
    for wrong in sorted(known.wrong_infinitive):
        if wrong == own or (wrong == _BARE and not own) or infinitive.negations:
            continue
        if (known.verb, wrong) in UNSURE_INFINITIVE | _FOUND_INFINITIVE:
            continue
        if wrong == "à" and source.lower(infinitive.index) in _MEALS:
            continue
        if own:
            place = infinitive.preposition
            assert place is not None
            if wrong == _BARE:
                put = Change(place, place + 1)
                yield from source.draft("infinitive_missing", put, preposition=own, **facts)
            else:
                put = Change(place, place + 1, (wrong,))
                yield from source.draft(
                    "infinitive_wrong", put, preposition=own, wrong_preposition=wrong, **facts
                )
        else:
            put = Change(start, start, (wrong,))
            yield from source.draft("infinitive_added", put, preposition=wrong, **facts)


def _before_names(source: Source) -> Iterator[Draft]:
    """Yield wrong prepositions before countries and cities: en Canada, à Italie, en Paris."""
    for index in range(1, len(source.sentence.words)):
        word = source.sentence.words[index]
        before = source.sentence.lower(index - 1)
        kinds = traits(word, Kind.NAME)
        if source.tag(index) is not Tag.NAME or not kinds:
            continue
        found = _named(before, word.text, kinds, vowel=begins_with_vowel(word))
        if found is None:
            continue
        code, wrong = found
        put = Change(index - 1, index, (wrong,), bare=True)
        yield from source.draft(code, put, place=word.text, preposition=before)


def _named(
    before: str, name: str, kinds: frozenset[str], *, vowel: bool | None
) -> tuple[str, str] | None:
    """Return the code and the wrong preposition before a name."""
    country = "country" in kinds and "city" not in kinds
    if before == "en" and country:
        return "feminine_country", "à"
    if before == "au" and country and name not in _NOT_BEFORE:
        return "masculine_country", "en"
    if before == "aux" and country:
        return "plural_country", "en"
    if before == "à" and "city" in kinds and "country" not in kinds and vowel is False:
        # "En Avignon", "en Arles" are heard.
        return "city", "en"
    return None
