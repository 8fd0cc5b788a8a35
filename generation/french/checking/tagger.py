"""What each word of a sentence does: the cheapest path through what its words can be.

Every word, and every expression of several words, is an arc with a tag and a cost: how unusual the
reading is, how unusual the tag after the one before it, and whether every clause gets its verb. The
sentences may be wrong, so agreement decides nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generation.french.checking.arcs import Arc, arcs
from generation.french.checking.costs import transition
from generation.french.checking.sentence import Tag
from generation.french.checking.text import Word
from generation.french.checking.words import Reading
from verbs.french.overrides import cached


class Tagged(NamedTuple):
    """The tag of every word, the readings that fit it, and whether the word begins its arc."""

    tags: tuple[Tag, ...]
    readings: tuple[tuple[Reading, ...], ...]
    begins: tuple[bool, ...]
    cost: float


# --- The cheapest path ------------------------------------------------------------------------

#: How many clauses wait for their verb: more than that many is taken for that many.
_MOST = 4
_NO_VERB = 2.5
_SECOND_VERB = 3.0


def _pending(tag: Tag, pending: int, before: Tag | None) -> Iterator[tuple[int, float]]:
    """Yield how many clauses wait for a verb after a tag, each with what that costs."""
    if tag is Tag.FINITE:
        yield (pending - 1, 0.0) if pending else (0, _SECOND_VERB)
    elif tag in (Tag.SUBORDINATION, Tag.RELATIVE):
        yield min(pending + 1, _MOST), 0.0
        if tag is Tag.SUBORDINATION:
            yield pending, 1.2
    elif tag is Tag.QUESTION:
        yield pending, 0.0
        if before is not None:
            yield min(pending + 1, _MOST), 0.0
    elif tag in (Tag.COORDINATION, Tag.PUNCTUATION):
        yield pending, 0.0
        if not pending:
            yield 1, 0.2
    else:
        yield pending, 0.0


_AFTER_SUBJECT = frozenset(
    {
        *(Tag.FINITE, Tag.NE, Tag.CLITIC, Tag.PUNCTUATION, Tag.COORDINATION, Tag.NEGATION),
        *(Tag.ADVERB, Tag.RELATIVE, Tag.SUBORDINATION),
    }
)


class _Path(NamedTuple):
    cost: float
    arc: Arc | None
    back: tuple[int, Tag, int] | None


def _context(words: Sequence[Word], position: int, before: Tag | None, arc: Arc) -> float:
    """Return what an arc costs beyond its tag because of the words around it."""
    tag = arc.tag
    if words[position].joined:
        # A hyphen joins the pronoun to its verb.
        return 0.0 if before in (Tag.FINITE, Tag.INFINITIVE, Tag.SUBJECT, Tag.CLITIC) else 4.0
    if tag is Tag.SUBJECT and words[position - 1].lower == "qui":
        return 3.0
    if before is Tag.SUBJECT and not words[position - 1].joined and tag not in _AFTER_SUBJECT:
        return 3.0
    return 2.0 if tag is Tag.FINITE and before is Tag.PREPOSITION else 0.0


def tag(words: Sequence[Word]) -> Tagged:
    """Return the tags of a sentence's words."""
    states: list[dict[tuple[Tag, int], _Path]] = [{} for _ in range(len(words) + 1)]
    for position in range(len(words)):
        possible = arcs(words, position)
        if position == 0:
            origins: list[tuple[tuple[int, Tag, int] | None, Tag | None, int, float]] = [
                (None, None, 1, 0.0)
            ]
        else:
            origins = [
                ((position, tag_, pending), tag_, pending, path.cost)
                for (tag_, pending), path in states[position].items()
            ]
        for back, before, pending, cost in origins:
            for arc in possible:
                step = transition(before, arc.tag) if not words[position].joined else 0.0
                base = cost + arc.cost + step + _context(words, position, before, arc)
                for waiting, extra in _pending(arc.tag, pending, before):
                    cell = states[position + arc.length]
                    known = cell.get((arc.tag, waiting))
                    if known is None or base + extra < known.cost:
                        cell[arc.tag, waiting] = _Path(base + extra, arc, back)
    return _follow(words, states)


def _follow(words: Sequence[Word], states: list[dict[tuple[Tag, int], _Path]]) -> Tagged:
    """Return the cheapest of the finished paths."""
    if not words:
        return Tagged((), (), (), 0.0)
    last = states[-1]
    key = min(last, key=lambda each: last[each].cost + _NO_VERB * each[1])
    total = last[key].cost + _NO_VERB * key[1]
    tags: list[Tag] = []
    found: list[tuple[Reading, ...]] = []
    begins: list[bool] = []
    place: tuple[int, Tag, int] | None = (len(words), *key)
    while place is not None:
        path = states[place[0]][place[1], place[2]]
        arc = path.arc
        assert arc is not None
        tags += [arc.tag] * arc.length
        found += [arc.readings] * arc.length
        begins += [False] * (arc.length - 1) + [True]
        place = path.back
    return Tagged(tuple(reversed(tags)), tuple(reversed(found)), tuple(reversed(begins)), total)


@cached(maxsize=500)
def tagged(words: tuple[Word, ...]) -> Tagged:
    """Return the tags of a sentence's words, remembered."""
    return tag(words)
