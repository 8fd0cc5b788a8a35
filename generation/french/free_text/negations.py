"""Negations whose words stand in the wrong place or do not go together, in a free text."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import is_time
from generation.french.checking.sentence import Clause, Tag
from generation.french.free_text.edits import Change
from generation.french.free_text.source import Draft, Source

__all__ = ["negation_drafts"]

_SIMPLE = frozenset({"pas", "plus", "jamais"})
#: What pas never goes with. "Pas rien" has a meaning.
_WITHOUT_PAS = frozenset({"jamais", "personne", "aucun", "aucune"})
_SUBJECTS = frozenset({"personne", "rien", "aucun", "aucune"})
#: Verbs whose ne may stand alone.
_NE_ALONE = frozenset({"pouvoir", "savoir", "oser", "cesser"})
_DEFINITE = frozenset({"le", "la", "les", "l'", "ce", "cet", "cette", "ces", "mon", "ma", "mes"})


def negation_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with a negation that is built wrongly. Ne is never left out: that is speech."""
    for clause in source.sentence.clauses:
        if clause.group.ne is None:
            continue
        yield from _subject(source, clause)
        yield from _ni(source, clause)
        yield from _ne_after_pronoun(source, clause)
        word = _word(source, clause)
        if word is None:
            continue
        yield from _misplaced(source, clause, word)
        yield from _doubled(source, clause, word)


def _word(source: Source, clause: Clause) -> int | None:
    """Return the only word that goes with ne, behind the finite form."""
    found = clause.group.negations
    texts = [source.lower(i) for i in found]
    if len(found) == 1 and texts[0] in _SIMPLE | _WITHOUT_PAS | {"rien"}:
        return found[0]
    end = clause.group.end
    if not found and source.lower(end) in ("personne", "aucun", "aucune"):
        return end
    return None


def _misplaced(source: Source, clause: Clause, word: int) -> Iterator[Draft]:
    group = clause.group
    ne = group.ne
    assert ne is not None
    text = source.lower(word)
    facts = {**source.named(clause), "negation": text}
    moved = Change(word, word + 1)
    if source.tag(word - 1) is Tag.ADVERB:
        # "Même pas", "toujours pas" belong together.
        return
    last = group.participles[-1] if group.participles else None
    if last is not None and word < last and not group.enclitics:
        alone = text == "rien" and _nothing_belongs_to_it(source, last + 1)
        # "Pas toute la journée" may be denied by itself.
        whole = source.lower(last + 1) in ("tout", "toute", "tous", "toutes", "beaucoup", "trop")
        if (text == "pas" and not whole) or alone:
            put = Change(last + 1, last + 1, (text,))
            yield from source.draft("after_participle", moved, put, **facts)
    if text == "personne" and last is not None and word == last + 1 and source.ends(word + 1):
        put = Change(last, last, (text,))
        yield from source.draft("personne_before_participle", moved, put, **facts)
    alone_verb = set(group.lemmas) & _NE_ALONE
    if text in _SIMPLE and not alone_verb and word > group.finite:
        yield from source.draft(
            "before_verb", moved, Change(ne, ne + 1, ("ne", text), bare=False), **facts
        )
    if text == "pas" and last is None:
        yield from _after_object(source, clause, word, facts)


def _ne_after_pronoun(source: Source, clause: Clause) -> Iterator[Draft]:
    """Yield "je le ne lis pas"."""
    group = clause.group
    ne = group.ne
    assert ne is not None
    between = [source.lower(i) for i in range(ne + 1, group.finite)]
    adjacent = group.clitics[:1] == (ne + 1,) and len(between) == len(group.clitics)
    if adjacent and all(len(source.sentence.words[i].full) == 1 for i in group.clitics):
        put = Change(ne, group.finite, (*between, "ne"))
        yield from source.draft("ne_after_pronoun", put, **source.named(clause))


def _nothing_belongs_to_it(source: Source, index: int) -> bool:
    """Whether rien has no complement at a place: "rien d'utile", "rien à faire", "rien que"."""
    following = source.tag(index) is Tag.PREPOSITION and source.lower(index) not in ("de", "à")
    return source.ends(index) or following


def _after_object(
    source: Source, clause: Clause, word: int, facts: dict[str, str]
) -> Iterator[Draft]:
    """Yield "il ne lit le journal pas": only where nothing follows that pas could deny."""
    phrase = source.phrase_at(word + 1)
    if phrase is None or phrase.determiner is None or not source.ends(phrase.end):
        return
    definite = source.sentence.lower(phrase.determiner) in _DEFINITE
    if definite and not is_time(source.sentence.words[phrase.noun]):
        put = Change(phrase.end, phrase.end, ("pas",))
        yield from source.draft("after_object", Change(word, word + 1), put, **facts)


def _doubled(source: Source, clause: Clause, word: int) -> Iterator[Draft]:
    """Yield pas beside a word that takes its place."""
    text = source.lower(word)
    if text not in _WITHOUT_PAS:
        return
    place = clause.group.finite + 1
    while source.tag(place) in (Tag.CLITIC, Tag.SUBJECT) and source.sentence.words[place].joined:
        place += 1
    facts = {**source.named(clause), "negation": text}
    yield from source.draft("two_negations", Change(place, place, ("pas",)), **facts)


def _subject(source: Source, clause: Clause) -> Iterator[Draft]:
    """Yield "personne ne vient pas" and "ne personne vient"."""
    ne, subject = clause.group.ne, clause.subject
    start = subject.start
    if ne is None or source.lower(start) not in _SUBJECTS or ne != subject.end or subject.inverted:
        return
    if clause.group.negations:
        return
    facts = {**source.named(clause), "negation": source.words(subject.start, subject.end)}
    place = clause.group.finite + 1
    yield from source.draft("subject_with_pas", Change(place, place, ("pas",)), **facts)
    if subject.end == start + 1:
        word = source.lower(start)
        yield from source.draft("ne_before_subject", Change(start, ne + 1, ("ne", word)), **facts)


def _ni(source: Source, clause: Clause) -> Iterator[Draft]:
    """Yield "ni pain ou viande"."""
    own = [i for i in range(clause.group.end, clause.end) if source.lower(i) == "ni"]
    if len(own) == 2:
        facts = source.named(clause)
        yield from source.draft("ou_for_ni", Change(own[1], own[1] + 1, ("ou",)), **facts)
