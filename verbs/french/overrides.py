"""Corrections of verbs by people, as data: what the engine takes before its lexicon and rules.

They come from outside (``Overrides.from_rows``) and hold inside ``with in_force(overrides):``, in
this thread only; conjugation and verb data ask ``current()``. What is remembered of their answers
must be remembered with ``cached``, so that it holds under the same corrections only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Level, Person, Tense

__all__ = ["EMPTY", "Correction", "Overrides", "Reading", "cached", "current", "in_force"]

#: What tells the readings of verbs apart: infinitive without se, auxiliary, reflexive.
Reading = tuple[str, Auxiliary, bool]
#: A tense and a person of it.
Cell = tuple[Tense, Person]

_CELLS: dict[str, Cell] = {
    f"{tense}.{person}": (tense, person) for tense in Tense for person in Person
}
_PRONOUNS = {
    Person.S1: ("me ", "m'"),
    Person.S2: ("te ", "t'"),
    Person.S3: ("se ", "s'"),
    Person.P1: ("nous ",),
    Person.P2: ("vous ",),
    Person.P3: ("se ", "s'"),
}
_AFTER_IMPERATIVE = ("-toi", "-t'en", "-nous-en", "-vous-en", "-nous", "-vous")


@dataclass(frozen=True)
class Correction:
    """What people have corrected of one reading; None and a cell that is missing: nothing.

    ``forms`` of simple tenses are without reflexive pronoun, as the rules give them; those of
    compound tenses are whole (me suis lavé).
    """

    forms: tuple[tuple[Cell, str], ...] = ()
    past_participle: str | None = None
    present_participle: str | None = None
    level: Level | None = None
    translation: str | None = None

    def form(self, tense: Tense, person: Person) -> str | None:
        """Return the corrected form of a cell."""
        return self._by_cell.get((tense, person))

    @property
    def simple_cells(self) -> tuple[Cell, ...]:
        """The cells of simple tenses that are corrected."""
        return tuple(cell for cell, _ in self.forms if cell[0] not in AUXILIARY_TENSE)

    def touches_compound(self, tense: Tense) -> bool:
        """Return whether a form of a compound tense is corrected as a whole.

        Such a form holds in tables; it cannot be taken apart for a sentence with pronouns,
        negation and agreement, so that sentences must leave the tense of this reading out.
        """
        return tense in AUXILIARY_TENSE and any(cell[0] is tense for cell, _ in self.forms)

    @cached_property
    def _by_cell(self) -> dict[Cell, str]:
        return dict(self.forms)


@dataclass(frozen=True)
class Overrides:
    """The corrections in force: hashable, so that it can be a part of a cache's key.

    For every corrected verb all its readings are there, the most frequent first, also those
    without a correction: what nobody corrected in one reading is still right in it.
    """

    readings: tuple[tuple[Reading, Correction], ...] = ()

    def __hash__(self) -> int:
        return self._hash

    def __bool__(self) -> bool:
        return bool(self.readings)

    def of(self, infinitive: str, reading: Reading | None = None) -> tuple[Correction, ...]:
        """Return the corrections of a reading, or of every reading of a verb; () if none is known."""
        if not self.readings:
            return ()
        if reading is None:
            return self._by_infinitive.get(infinitive, ())
        found = self._by_reading.get(reading)
        return () if found is None else (found,)

    def reading(self, reading: Reading) -> Correction:
        """Return the corrections of one reading, an empty one if there are none."""
        return self._by_reading.get(reading, _NOTHING) if self.readings else _NOTHING

    @property
    def infinitives(self) -> tuple[str, ...]:
        """The verbs of which something is corrected."""
        return tuple(self._by_infinitive)

    @classmethod
    def from_rows(
        cls, rows: Iterable[tuple[Reading, str, str]], readings: Iterable[Reading] = ()
    ) -> Overrides:
        """Build them from (reading, field, value): "futur_simple.3p", "past_participle", "level".

        ``readings``: all readings of the corrected verbs, the most frequent first; those of
        ``rows`` are added. Fields that the engine does not use are left out.

        Raises:
            ValueError: for a level that does not exist.
        """
        fields: dict[Reading, dict[str, str]] = {reading: {} for reading in readings}
        for reading, field, value in rows:
            fields.setdefault(reading, {})[field] = value
        made = [(reading, _correction(reading, given)) for reading, given in fields.items()]
        touched = {reading[0] for reading, correction in made if correction != _NOTHING}
        return cls(tuple(each for each in made if each[0][0] in touched))

    @cached_property
    def _hash(self) -> int:
        return hash(self.readings)

    @cached_property
    def _by_reading(self) -> dict[Reading, Correction]:
        return dict(self.readings)

    @cached_property
    def _by_infinitive(self) -> dict[str, tuple[Correction, ...]]:
        found: dict[str, tuple[Correction, ...]] = {}
        for (infinitive, _, _), correction in self.readings:
            found[infinitive] = (*found.get(infinitive, ()), correction)
        return found


_NOTHING = Correction()
#: Nothing is corrected.
EMPTY = Overrides()


def _correction(reading: Reading, given: dict[str, str]) -> Correction:
    """Build the correction of one reading from its fields."""
    forms = []
    for field, cell in _CELLS.items():
        if field in given:
            form = given[field]
            if reading[2] and cell[0] not in AUXILIARY_TENSE:
                form = _without_pronoun(reading[0], cell, form)
            forms.append((cell, form))
    return Correction(
        tuple(forms),
        given.get("past_participle"),
        given.get("present_participle"),
        Level(given["level"]) if "level" in given else None,
        given.get("translation"),
    )


def _without_pronoun(infinitive: str, cell: Cell, form: str) -> str:
    """Take the pronoun off a reflexive form: me lave, lave-toi, m'en vais, va-t'en."""
    tense, person = cell
    form = form.replace("’", "'")
    if tense is Tense.IMPERATIF:
        for ending in _AFTER_IMPERATIVE:
            if form.endswith(ending):
                return form.removesuffix(ending)
        return form
    for pronoun in _PRONOUNS[person]:
        if form.startswith(pronoun):
            form = form.removeprefix(pronoun)
            return form.removeprefix("en ") if infinitive.startswith("en ") else form
    return form


# --- What is in force -------------------------------------------------------------------------

_in_force: ContextVar[Overrides] = ContextVar("overrides", default=EMPTY)


def current() -> Overrides:
    """Return the corrections in force here: EMPTY outside every ``in_force``."""
    return _in_force.get()


@contextmanager
def in_force(overrides: Overrides) -> Iterator[None]:
    """Have corrections hold, in place of any others, for what is done inside."""
    token = _in_force.set(overrides)
    try:
        yield
    finally:
        _in_force.reset(token)


P = ParamSpec("P")
R = TypeVar("R")


def cached(*, maxsize: int | None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remember the answers of a function, for each arguments under each corrections in force.

    As ``functools.lru_cache``; also for functions that ask ``current()`` only through others. An
    iterator must not be remembered: it would run when other corrections may be in force.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        def under(overrides: Overrides, *args: P.args, **options: P.kwargs) -> R:
            return function(*args, **options)

        remembered: Any = lru_cache(maxsize=maxsize)(under)

        @wraps(function)
        def ask(*args: P.args, **options: P.kwargs) -> R:
            return cast("R", remembered(_in_force.get(), *args, **options))

        described = cast("Any", ask)
        described.cache_clear, described.cache_info = remembered.cache_clear, remembered.cache_info
        return ask

    return decorate
