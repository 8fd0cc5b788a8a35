"""Whether the lexicon is sound: its files, what is made of them, and what the database holds of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from verbs import cache, corrections, loading
from verbs.french import (
    conjugation,
    government,
    lexicon,
    paradigms,
    tables,
    triggers,
    verb_data,
    words,
)
from verbs.french.lexicon_files import DATA
from verbs.french.overrides import Overrides, in_force
from verbs.french.vocabulary import Auxiliary, Person, Tense
from verbs.models import Verb, VerbOverride

#: Persons that the imperative has.
_IMPERATIVE = frozenset(conjugation.IMPERATIVE_PERSONS)
#: More verbs that are not loaded than this are told by their number.
_NAMED = 20
_PLACE = re.compile(r"([\w./-]+:\d+): (.*)", re.DOTALL)
#: What a form is written with.
_FORM = re.compile(r"[a-zàâäçéèêëîïôöûùüÿœæ' -]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not as it should be.

    ``place``: file and line, such as ``verbs.tsv:12``; empty where it is no file's. ``harmless``: worth
    knowing, and nothing is wrong.
    """

    place: str
    message: str
    harmless: bool = False

    def __str__(self) -> str:
        said = f"{self.place}: {self.message}" if self.place else self.message
        return f"note: {said}" if self.harmless else said


def findings(*, files_only: bool = False) -> Iterator[Finding]:
    """All that is wrong or worth knowing; the database is looked at once the files are in order."""
    in_order = True
    for finding in files():
        in_order = False
        yield finding
    if in_order and not files_only:
        yield from database()


def files(folder: Path = DATA) -> Iterator[Finding]:
    """What is wrong in the lexicon's files, and in the forms and sentences made of them.

    The first mistake of each file; once they can be read, every verb in every tense, and every frame with
    each of its subjects in each of its tenses.
    """
    found = list(dict.fromkeys(_unreadable(folder)))
    yield from found
    if not found:
        yield from _conjugations(_lines(folder / "verbs.tsv"))
        yield from _frames(folder)


def database() -> Iterator[Finding]:
    """What is wrong in what people have corrected, and in the loaded verbs; the files can be read.

    The rows are compared only when every correction can hold: else nothing can be loaded.
    """
    places = _lines(DATA / "verbs.tsv")
    found = list(_corrections(places))
    yield from found
    if all(one.harmless for one in found):
        yield from _rows(places)


# --- files ----------------------------------------------------------------------------------------


def _unreadable(folder: Path) -> Iterator[Finding]:
    """The first mistake that reading each file finds."""
    reading: list[Callable[[], object]] = [
        *(partial(_shape, path) for path in sorted(folder.rglob("*.tsv"))),
        *(
            partial(tables.read_lines, path, error=ValueError)
            for path in sorted(folder.rglob("*.txt"))
        ),
        lambda: verb_data.load_verbs(folder / "verbs.tsv"),
        lambda: verb_data.load_further(folder / "further_verbs.txt"),
        lambda: paradigms.load_paradigms(folder / "paradigms.tsv"),
        lambda: lexicon.load_lexicon(folder),
        lambda: government.load(folder),
        lambda: triggers.read_triggers(folder),
        lambda: triggers.read_leads(folder),
        lambda: words.load_words(folder / "words"),
    ]
    for read in reading:
        try:
            read()
        except ValueError as error:
            place = _PLACE.fullmatch(str(error))
            yield Finding(place[1], place[2]) if place else Finding("", str(error))
        except OSError as error:
            yield Finding(Path(str(error.filename)).name, error.strerror or str(error))


def _shape(path: Path) -> None:
    """Read a table whose cells may be anything."""
    for _ in tables.read_table(path, error=ValueError):
        pass


def _lines(path: Path) -> dict[tuple[str, str, bool], str]:
    """Where each reading of a verb stands."""
    return {
        (
            cells["infinitive"],
            cells["auxiliary"],
            cells["reflexive"] == "1",
        ): f"{path.name}:{number}"
        for number, cells in tables.read_table(path, error=ValueError)
    }


def _conjugations(places: dict[tuple[str, str, bool], str]) -> Iterator[Finding]:
    for entry in verb_data.verbs():
        place = places.get((entry.infinitive, entry.auxiliary.value, entry.reflexive), "verbs.tsv")
        for message in _wrong_forms(
            entry.infinitive, entry.auxiliary, entry.reflexive, entry.participle_agrees
        ):
            yield Finding(place, f"{entry.citation} ({entry.auxiliary}): {message}")


def _wrong_forms(
    infinitive: str, auxiliary: Auxiliary, reflexive: bool, agreement: bool
) -> Iterator[str]:
    """What is wrong in a conjugation table. Some verbs lack persons and tenses; none lacks the present."""
    try:
        table = conjugation.table(infinitive, auxiliary, reflexive, agreement)
    except (LookupError, ValueError) as error:
        yield f"cannot be conjugated: {error}"
        return
    if not table[Tense.PRESENT]:
        yield "has no form in the present"
    for tense, cells in table.items():
        for person, forms in cells.items():
            for form in forms:
                if not _FORM.fullmatch(form) or form != form.strip():
                    yield f"{tense}.{person} is no French form: {form!r}"
                if tense is Tense.IMPERATIF and person not in _IMPERATIVE:
                    yield f"{tense}.{person} does not exist in French: {form!r}"


def _frames(folder: Path) -> Iterator[Finding]:
    """Frames in a tense that their verb lacks for one of their subjects."""
    places = {
        cells["id"]: f"frames.tsv:{number}"
        for number, cells in tables.read_table(folder / "frames.tsv", error=ValueError)
    }
    for frame in lexicon.load_lexicon(folder).frames.values():
        verb = frame.verb
        try:
            table = conjugation.table(
                verb.infinitive, verb.auxiliary, verb.reflexive, verb.participle_agrees
            )
        except (LookupError, ValueError):
            continue  # said of the verb already
        persons: set[Person] = {subject.person for subject in frame.subjects.values()}
        for tense in sorted(frame.tenses):
            wanted = persons & _IMPERATIVE if tense is Tense.IMPERATIF else persons
            for person in sorted(wanted - table[tense].keys()):
                yield Finding(
                    places.get(frame.id, "frames.tsv"),
                    f"{frame.id}: {verb.citation} has no {tense}.{person}, which the frame needs",
                )


# --- the database ---------------------------------------------------------------------------------


def _rows(places: dict[tuple[str, str, bool], str]) -> Iterator[Finding]:
    """Where loading the files anew would change something."""
    report = loading.compare()
    named = {_name(reading): place for reading, place in places.items()}
    if len(report.added) > _NAMED:
        yield Finding("", f"{len(report.added)} verbs are not loaded: run manage.py load_verbs")
    else:
        for name in report.added:
            yield Finding(named.get(name, ""), f"{name} is not loaded: run manage.py load_verbs")
    for name, changes in report.changed.items():
        yield Finding(
            named.get(name, ""),
            f"{name} is loaded differently: {', '.join(changes)}: run manage.py load_verbs",
        )
    for name in report.no_longer_in_data:
        yield Finding("", f"{name} is loaded, but no longer in the files", harmless=True)


def _name(reading: tuple[str, str, bool]) -> str:
    infinitive, auxiliary, reflexive = reading
    return str(Verb(infinitive=infinitive, auxiliary=auxiliary, reflexive=reflexive))


def _corrections(places: dict[tuple[str, str, bool], str]) -> Iterator[Finding]:
    """Corrections that cannot hold, or that nothing needs any more."""
    sound = True
    corrected: dict[object, Verb] = {}
    for row in VerbOverride.objects.select_related("verb").order_by("verb__infinitive", "field"):
        verb = row.verb
        corrected[verb.pk] = verb
        place = places.get((verb.infinitive, verb.auxiliary, verb.reflexive), "")
        what = f"{verb}: the correction of {row.field} to {row.value!r}"
        wrong = corrections.objections(
            field=row.field, value=row.value, author=row.author, reason=row.reason
        )
        if wrong:
            sound = False
            yield Finding(place, f"{what} cannot hold: {' '.join(one.detail for one in wrong)}")
        elif corrections.ruled(verb, row.field) == row.value:
            yield Finding(place, f"{what} is what the files say, too", harmless=True)
    if sound:
        yield from _corrected_forms(places, corrected.values(), cache.load_overrides())


def _corrected_forms(
    places: dict[tuple[str, str, bool], str], verbs: Iterable[Verb], held: Overrides
) -> Iterator[Finding]:
    """What is wrong in the forms of corrected verbs under the corrections."""
    with in_force(held):
        for verb in verbs:
            place = places.get((verb.infinitive, verb.auxiliary, verb.reflexive), "")
            for message in _wrong_forms(
                verb.infinitive, Auxiliary(verb.auxiliary), verb.reflexive, corrections.agrees(verb)
            ):
                yield Finding(place, f"{verb}, as it is corrected: {message}")
