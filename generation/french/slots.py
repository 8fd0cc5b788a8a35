"""One sentence with different forms in one place: which errors of a clause make a problem together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from random import Random

from generation.french.clause import Clause
from generation.french.deviations.base import Deviation
from generation.french.deviations.catalogue import errors_of
from generation.french.drawing import Drawn
from generation.french.likeness import central, hits, misses
from generation.french.realise import realise
from verbs.french.overrides import cached
from verbs.french.vocabulary import ErrorType

#: The place where the forms differ has at most so many words.
_WIDEST = 5
#: So many sets of forms are compared.
_SETS = 10
#: What an error of another focus, and an error of a code that is there already, count for.
_NEIGHBOUR, _REPEATED = 0.7, 0.2
#: What each step of rareness of an error counts for.
_RARE = 0.1
#: An error changes the right form, so that this is the one most like all others. Only forms are
#: taken with which a program that picks that one must at least guess among several; letter by
#: letter the right one may be it as often as chance would have it.
_CENTRAL = 0.5


@dataclass(frozen=True)
class _Form:
    """A deviation with the words of the right sentence that it changes: from, to."""

    deviation: Deviation
    start: int
    end: int
    own: bool


def _changed(right: Sequence[str], wrong: Sequence[str]) -> tuple[int, int]:
    """Return which words of the right sentence the wrong one changes."""
    most = min(len(right), len(wrong))
    before = next((i for i in range(most) if right[i] != wrong[i]), most)
    behind = next(
        (i for i in range(most - before) if right[-1 - i] != wrong[-1 - i]), most - before
    )
    return before, len(right) - behind


@cached(maxsize=2000)
def _forms(
    clause: Clause, own: tuple[ErrorType, ...], neighbours: tuple[ErrorType, ...]
) -> tuple[_Form, ...]:
    """Return the errors of a clause, without repetition."""
    right = realise(clause)
    words = right.split(" ")
    found: dict[str, _Form] = {}
    for error_type in (*own, *neighbours):
        known = errors_of(clause, error_type)
        if error_type is ErrorType.WRONG_PERSON and error_type not in own:
            # Beside other errors only the persons that learners confuse, which come first.
            known = known[:2]
        for deviation in known:
            # The rest of the sentence must be the same.
            if deviation.corrected == right:
                start, end = _changed(words, deviation.text.split(" "))
                form = _Form(deviation, start, end, error_type in own)
                found.setdefault(deviation.text.casefold(), form)
    return tuple(found.values())


def _in_one_place(forms: Sequence[_Form], length: int) -> bool:
    """Whether some errors change one short place of a sentence of so many words."""
    start, end = min(f.start for f in forms), max(f.end for f in forms)
    return end - start <= _WIDEST and end - start < length


def _one_wrong_tense(forms: Sequence[_Form]) -> bool:
    """Whether at most one tense is written instead of the right one."""
    tenses = {
        form.deviation.facts.get("wrong_tense", form.deviation.code)
        for form in forms
        if form.deviation.error_type is ErrorType.WRONG_TENSE
    }
    return len(tenses) <= 1


@dataclass(frozen=True)
class Choice:
    """A right sentence with its wrong forms; ``cost``: what their wording tells."""

    cost: float
    drawn: tuple[Drawn, ...]


def choose_forms(
    clause: Clause,
    own: tuple[ErrorType, ...],
    neighbours: tuple[ErrorType, ...],
    targets: Mapping[str, float],
    rng: Random,
    *,
    count: int,
) -> Choice | None:
    """Return ``count`` wrong forms that stand in one place of a clause, None if it has too few.

    At least one has an error of the focus. Among all sets of forms the one is taken whose wording
    tells least which form is right.
    """
    forms = list(_forms(clause, own, neighbours))
    if len(forms) < count or not any(form.own for form in forms):
        return None
    rng.shuffle(forms)
    right = realise(clause)
    length = len(right.split(" "))
    best: tuple[float, tuple[_Form, ...]] | None = None
    together = (c for c in combinations(forms, count) if _go_together(c, length))
    for chosen in islice(together, _SETS):
        texts = [right, *(form.deviation.text for form in chosen)]
        if central(texts, 0) > _CENTRAL:
            continue
        found = hits(texts, 0)
        if found["letters"] - targets["letters"] > _CENTRAL:
            continue
        cost = misses(found, targets)
        cost += _NEIGHBOUR * sum(not form.own for form in chosen)
        cost += _REPEATED * (count - len({form.deviation.code for form in chosen}))
        cost -= _RARE * sum(form.deviation.weight for form in chosen)
        if best is None or cost < best[0]:
            best = (cost, chosen)
    if best is None:
        return None
    return Choice(best[0], (Drawn(clause, None), *(Drawn(clause, f.deviation) for f in best[1])))


def _go_together(forms: Sequence[_Form], length: int) -> bool:
    """Whether errors can be the wrong forms in one place of a sentence of so many words."""
    some_own = any(form.own for form in forms)
    return some_own and _in_one_place(forms, length) and _one_wrong_tense(forms)
