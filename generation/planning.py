"""From what a caller asks to one plan an item.

An order leaves choices open: focus, tense, verb, format. A *cell* is one focus in one tense. Planning
keeps the cells that the writer can fill under all constraints and spreads the items over them: focuses in
turn, the tenses of each in turn, every second problem in the other format where there is one, and for the
correct statement the verbs that were used least. What no cell can meet is refused here, before anything is
queued.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generation.writers.base import MAX_TOPIC_LENGTH, MAX_TOPICS, CannotWrite, Plan, Writer
from verbs.french.lexicon import THEMES
from verbs.french.vocabulary import FOCUS_ERRORS, ErrorType, Focus, Language, Level, Tense

#: Of so many problems of a focus one is not in the usual format.
FORMAT_TURN = 2

#: Names of the constraints in the HTTP contract.
CONTRACT_NAMES = {
    "focuses": "grammatical_focus",
    "verbs": "verb_infinitives",
    "tenses": "tenses_used",
    "error_types": "error_types",
    "level": "level",
    "negation": "includes_negation",
    "cod": "includes_cod",
    "coi": "includes_coi",
}


@dataclass(frozen=True, slots=True)
class Constraints:
    """What every problem of an order must meet. Several values of one constraint mean "one of these"."""

    focuses: tuple[Focus, ...] = ()
    verbs: tuple[str, ...] = ()
    tenses: tuple[Tense, ...] = ()
    error_types: tuple[ErrorType, ...] = ()
    level: Level | None = None
    negation: bool | None = None
    cod: bool | None = None
    coi: bool | None = None

    def given(self) -> dict[str, Any]:
        """The constraints that were asked for, by their contract names."""
        return {
            contract_name: list(value) if isinstance(value, tuple) else value
            for name, contract_name in CONTRACT_NAMES.items()
            if (value := getattr(self, name)) not in (None, ())
        }


class Clash(Exception):
    """No problem can meet all constraints.

    ``fields`` are the contract names of the constraints that stand in each other's way: without any one
    of them the order could be made. Where there is more than one such clash, so that leaving out a
    single constraint does not help, it is one of them: any one less of these would not clash.
    """

    def __init__(self, detail: str, fields: Sequence[str]) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = tuple(fields)


def plan_items(
    constraints: Constraints,
    *,
    count: int,
    writer: Writer,
    topic_tags: Sequence[str] = (),
    statement_count: int = 4,
    language: Language = Language.ENGLISH,
    model: str | None = None,
    usage: Mapping[str, int] | None = None,
    seed: int | None = None,
) -> list[Plan]:
    """``count`` plans that all meet the constraints.

    The same ``seed`` and ``usage`` give the same plans. ``usage``: how often the correct statements of
    recent problems had each verb. Themes among the tags are kept where the writer has them for the other
    constraints; the first of the other tags go with the plans as topics.

    Raises:
        Clash: when no problem can meet the constraints.
    """
    rng = random.Random(seed)
    themes = tuple(sorted(THEMES.intersection(tag.lower() for tag in topic_tags)))
    topics = [tag[:MAX_TOPIC_LENGTH] for tag in topic_tags if tag.lower() not in THEMES]
    pattern = Plan(
        focus=writer.focuses[0],
        tense=writer.tenses[0],
        verbs=constraints.verbs,
        level=constraints.level,
        error_types=constraints.error_types,
        negation=constraints.negation,
        cod=constraints.cod,
        coi=constraints.coi,
        topics=tuple(topics[:MAX_TOPICS]),
        statement_count=statement_count,
        language=language,
        model=model or None,
    )
    cells = themes and _some(replace(pattern, themes=themes), constraints, writer, rng, count)
    cells = cells or _some(pattern, constraints, writer, rng, count)
    if not cells:
        raise _clash(pattern, constraints, writer)
    return list(itertools.islice(_spread(cells, writer, Counter(usage or {}), rng), count))


def _spread(
    cells: Sequence[Plan], writer: Writer, used: Counter[str], rng: random.Random
) -> Iterator[Plan]:
    """Plans without end: the cells in turn, each with a format and the verb that was used least."""
    formats = {cell: writer.formats(cell) for cell in cells}
    verbs = {cell: writer.key_verbs(cell) for cell in cells}
    turns = {cell.focus: rng.randrange(FORMAT_TURN) for cell in cells}
    before: dict[Tense, set[str]] = {cell.tense: set() for cell in cells}
    for cell in _in_turn(cells):
        usual, *others = formats[cell]
        turn = turns[cell.focus] = turns[cell.focus] + 1
        other = bool(others) and turn % FORMAT_TURN == 0
        verb = _least_used(verbs[cell], used, before[cell.tense], rng)
        if verb is not None:
            used[verb] += 1
            before[cell.tense].add(verb)
        yield replace(
            cell,
            format=rng.choice(others) if other else usual,
            key_verb=verb,
            seed=rng.getrandbits(62),
        )


def _in_turn(cells: Sequence[Plan]) -> Iterator[Plan]:
    """The cells again and again: the next focus each time, of a focus the next tense."""
    by_focus: dict[Focus, list[Plan]] = {}
    for cell in cells:
        by_focus.setdefault(cell.focus, []).append(cell)
    tenses = [itertools.cycle(of_focus) for of_focus in by_focus.values()]
    for of_focus in itertools.cycle(tenses):
        yield next(of_focus)


def _least_used(
    verbs: Sequence[str], used: Mapping[str, int], before: Container[str], rng: random.Random
) -> str | None:
    """One of the verbs that were used least, if possible one that its tense did not have before.

    The same verb in the same tense can only say the same things again.
    """
    if not verbs:
        return None
    new = [verb for verb in verbs if verb not in before] or verbs
    least = min(used.get(verb, 0) for verb in new)
    return rng.choice([verb for verb in new if used.get(verb, 0) == least])


def _some(
    pattern: Plan, constraints: Constraints, writer: Writer, rng: random.Random, most: int
) -> list[Plan]:
    """Up to ``most`` different cells, as plans that differ from the pattern only there.

    In random order, but focuses in turn: a few items shall not be about the focus with most tenses.
    """
    cells = list(_cells(pattern, constraints, writer))
    rng.shuffle(cells)
    by_focus: dict[Focus, list[Plan]] = {}
    for cell in cells:
        by_focus.setdefault(cell.focus, []).append(cell)
    possible = [_possible(of_focus, writer) for of_focus in by_focus.values()]
    rounds = itertools.zip_longest(*possible)
    return list(
        itertools.islice((cell for cells in rounds for cell in cells if cell is not None), most)
    )


def _possible(cells: Sequence[Plan], writer: Writer) -> Iterator[Plan]:
    """The cells that the writer can fill, found out one by one."""
    return (cell for cell in cells if _objection(cell, writer) is None)


def _cells(pattern: Plan, constraints: Constraints, writer: Writer) -> Iterator[Plan]:
    """All combinations of focus and tense that the constraints and the writer have in common.

    Where error types are asked for, only focuses to which one of them belongs.
    """
    errors = set(constraints.error_types)
    focuses = [
        focus
        for focus in writer.focuses
        if focus in (constraints.focuses or writer.focuses)
        and (not errors or errors.intersection(FOCUS_ERRORS[focus]))
    ]
    tenses = [tense for tense in writer.tenses if tense in (constraints.tenses or writer.tenses)]
    for focus, tense in itertools.product(focuses, tenses):
        yield replace(pattern, focus=focus, tense=tense)


def _objection(plan: Plan, writer: Writer) -> str | None:
    try:
        writer.check(plan)
    except CannotWrite as error:
        return str(error)
    return None


def _unsupported(constraints: Constraints, writer: Writer) -> Iterator[str]:
    for what, wanted, known in (
        ("focus", constraints.focuses, writer.focuses),
        ("tense", constraints.tenses, writer.tenses),
    ):
        missing = [value for value in wanted if value not in known]
        if missing:
            yield f"the generator {writer.name!r} cannot write the {what} {', '.join(missing)}"
    if constraints.error_types:
        errors = ", ".join(constraints.error_types)
        yield f"no focus and tense that are allowed here go with the error types {errors}"


def _clash(pattern: Plan, constraints: Constraints, writer: Writer) -> Clash:
    """What to tell the caller: the constraints any one of which stands in the way, and why."""
    given = [name for name, called in CONTRACT_NAMES.items() if called in constraints.given()]
    in_the_way = [name for name in given if _helps((name,), pattern, constraints, writer)]
    if not in_the_way:
        in_the_way = _smallest_clash(given, pattern, constraints, writer)
    named = [CONTRACT_NAMES[name] for name in in_the_way]
    together = " together" if len(named) > 1 else ""
    detail = f"No problem can meet {' and '.join(named) or 'this order'}{together}"
    pattern, constraints = _without(set(given).difference(in_the_way), pattern, constraints)
    objections = (_objection(cell, writer) for cell in _cells(pattern, constraints, writer))
    reason = next(
        itertools.chain(filter(None, objections), _unsupported(constraints, writer)), None
    )
    return Clash(f"{detail}: {reason.rstrip('.')}." if reason else f"{detail}.", named)


def _smallest_clash(
    given: Sequence[str], pattern: Plan, constraints: Constraints, writer: Writer
) -> list[str]:
    """Constraints that clash by themselves, but not without any one of them."""
    needless: list[str] = []
    for name in given:
        if not _helps((*needless, name), pattern, constraints, writer):
            needless.append(name)
    return [name for name in given if name not in needless]


def _without(
    names: Collection[str], pattern: Plan, constraints: Constraints
) -> tuple[Plan, Constraints]:
    """An order without some of its constraints."""
    absent = {name: getattr(Constraints(), name) for name in names}
    of_plan = {name: value for name, value in absent.items() if name not in ("focuses", "tenses")}
    return replace(pattern, **of_plan), replace(constraints, **absent)


def _helps(names: Collection[str], pattern: Plan, constraints: Constraints, writer: Writer) -> bool:
    """Whether the order could be made without some of its constraints."""
    cells = _cells(*_without(names, pattern, constraints), writer)
    return any(_objection(cell, writer) is None for cell in cells)
