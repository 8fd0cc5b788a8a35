"""From what a caller asks to one plan an item.

An order leaves choices open: focus, tense, verb. A *cell* is one focus in one tense. Planning keeps the
cells that the writer can fill under all constraints, and spreads the items over them; the writer spreads
over the verbs. What no cell can meet is refused here, before anything is queued.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generation.writers.base import CannotWrite, Plan, Writer
from verbs.french.lexicon import THEMES
from verbs.french.vocabulary import FOCUS_ERRORS, ErrorType, Focus, Language, Level, Tense

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
    of them the order could be made. Empty when no single one is the cause.
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
    seed: int | None = None,
) -> list[Plan]:
    """``count`` plans that all meet the constraints.

    The same ``seed`` gives the same plans. Themes among the tags are kept where the writer has them for
    the other constraints.

    Raises:
        Clash: when no problem can meet the constraints.
    """
    rng = random.Random(seed)
    themes = tuple(sorted(THEMES.intersection(tag.lower() for tag in topic_tags)))
    pattern = Plan(
        focus=writer.focuses[0],
        tense=writer.tenses[0],
        verbs=constraints.verbs,
        level=constraints.level,
        error_types=constraints.error_types,
        negation=constraints.negation,
        cod=constraints.cod,
        coi=constraints.coi,
        statement_count=statement_count,
        language=language,
    )
    cells = (
        _some(replace(pattern, themes=themes), constraints, writer, rng, count) if themes else []
    )
    cells = cells or _some(pattern, constraints, writer, rng, count)
    if not cells:
        raise _clash(pattern, constraints, writer)
    chosen = itertools.islice(itertools.cycle(cells), count)
    return [replace(cell, seed=rng.getrandbits(62)) for cell in chosen]


def _some(
    pattern: Plan, constraints: Constraints, writer: Writer, rng: random.Random, most: int
) -> list[Plan]:
    """Up to ``most`` different cells in random order, as plans that differ from the pattern only there."""
    cells = list(_cells(pattern, constraints, writer))
    rng.shuffle(cells)
    return list(
        itertools.islice((cell for cell in cells if _objection(cell, writer) is None), most)
    )


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
    in_the_way = [
        contract_name
        for name, contract_name in CONTRACT_NAMES.items()
        if contract_name in constraints.given() and _helps(name, pattern, constraints, writer)
    ]
    named = in_the_way or list(constraints.given())
    together = " together" if len(named) > 1 else ""
    detail = f"No problem can meet {' and '.join(named) or 'this order'}{together}"
    objections = (_objection(cell, writer) for cell in _cells(pattern, constraints, writer))
    reason = next(
        itertools.chain(filter(None, objections), _unsupported(constraints, writer)), None
    )
    return Clash(f"{detail}: {reason.rstrip('.')}." if reason else f"{detail}.", in_the_way)


def _helps(name: str, pattern: Plan, constraints: Constraints, writer: Writer) -> bool:
    """Whether the order could be made without one of its constraints."""
    absent = getattr(Constraints(), name)
    if name not in ("focuses", "tenses"):
        pattern = replace(pattern, **{name: absent})
    cells = _cells(pattern, replace(constraints, **{name: absent}), writer)
    return any(_objection(cell, writer) is None for cell in cells)
