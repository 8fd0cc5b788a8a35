"""A verb as a grammar book lays it out: moods, simple tenses beside compound ones, persons with pronouns.

Endings are told from stems, and forms that do not follow from the infinitive by the rule of their group
are marked. What holds under the corrections in force stands beside what the rules say without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from verbs.french import conjugation
from verbs.french.expected import ending_of, expected_forms
from verbs.french.groups import EN
from verbs.french.overrides import EMPTY, Reading, current, in_force
from verbs.french.paradigms import Participle
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Person, Tense

__all__ = ["MOODS", "Book", "Cell", "FreeForm", "Page", "book", "subject_of", "without_subject"]


class TenseName(NamedTuple):
    """A tense as grammar books call it within its mood."""

    tense: Tense
    name: str


#: The moods in the order of the books, each with its rows: a simple tense and its compound one.
MOODS: Mapping[str, tuple[tuple[TenseName, TenseName | None], ...]] = {
    "Indicatif": (
        (TenseName(Tense.PRESENT, "Présent"), TenseName(Tense.PASSE_COMPOSE, "Passé composé")),
        (
            TenseName(Tense.IMPARFAIT, "Imparfait"),
            TenseName(Tense.PLUS_QUE_PARFAIT, "Plus-que-parfait"),
        ),
        (
            TenseName(Tense.FUTUR_SIMPLE, "Futur simple"),
            TenseName(Tense.FUTUR_ANTERIEUR, "Futur antérieur"),
        ),
        (TenseName(Tense.PASSE_SIMPLE, "Passé simple"), None),
    ),
    "Conditionnel": (
        (
            TenseName(Tense.CONDITIONNEL, "Présent"),
            TenseName(Tense.CONDITIONNEL_PASSE, "Passé"),
        ),
    ),
    "Subjonctif": (
        (TenseName(Tense.SUBJONCTIF, "Présent"), TenseName(Tense.SUBJONCTIF_PASSE, "Passé")),
    ),
    "Impératif": ((TenseName(Tense.IMPERATIF, "Présent"), None),),
}
_SUBJECTS = dict(zip(Person, ("je", "tu", "il/elle", "nous", "vous", "ils/elles"), strict=True))
_IMPERSONAL = "il"
_BEHIND_IMPERATIVE = ("-toi", "-nous", "-vous", "-t'en", "-nous-en", "-vous-en")
_REFLEXIVE = ("me ", "te ", "se ", "nous ", "vous ", "m'", "t'", "s'", "en ")


@dataclass(frozen=True, slots=True)
class Cell:
    """A form of one person. ``subject`` has the space or apostrophe behind it: "je ", "que j'".

    The form is ``before + stem + ending + after``: "me " + "lav" + "e", "lav" + "ons" + "-nous".
    ``others`` are right as well. ``irregular``: it does not follow from the infinitive. ``rule``: what
    the rules say where a correction has changed it; None where nothing is changed.
    """

    tense: Tense
    person: Person
    subject: str
    before: str
    stem: str
    ending: str
    after: str
    others: tuple[str, ...]
    irregular: bool
    rule: str | None

    @property
    def field(self) -> str:
        """The name under which the form is corrected: ``futur_simple.3p``."""
        return f"{self.tense}.{self.person}"

    @property
    def form(self) -> str:
        """The form as it is read, without subject."""
        return f"{self.before}{self.stem}{self.ending}{self.after}"


@dataclass(frozen=True, slots=True)
class Page:
    """One tense: its name within the mood and its cells, one a person that it has."""

    tense: Tense
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class FreeForm:
    """A form without person: infinitive, participle, gerund. ``rule`` as in :class:`Cell`."""

    name: str
    form: str
    field: str | None = None
    rule: str | None = None
    irregular: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """Everything: for each mood its rows of a simple tense and, where there is one, its compound tense."""

    moods: Mapping[str, tuple[tuple[Page, Page | None], ...]]
    free: tuple[FreeForm, ...]


def subject_of(person: Person) -> str:
    """The subject pronouns of a person: "il/elle"."""
    return _SUBJECTS[person]


_SUBJECT = re.compile(r"(?:que |qu')?(?:je |j'|tu |il |elle |on |ils |elles )")
_TWO = re.compile(r"(?:que )?(nous|vous) ")


def without_subject(form: str, *, reflexive: bool) -> str:
    """A form as somebody typed it, without the subject: "que j'aille", "nous nous lavons".

    Of a reflexive verb "nous lavons" stays whole: its "nous" is taken for the reflexive pronoun.
    """
    plain = " ".join(form.replace("’", "'").split())
    if match := _SUBJECT.match(plain):
        return plain[match.end() :]
    match = _TWO.match(plain)
    if match is None:
        return plain
    rest = plain[match.end() :]
    return rest if not reflexive or rest.startswith(match[1]) else plain


def book(infinitive: str, auxiliary: Auxiliary, *, reflexive: bool = False, agrees: bool) -> Book:
    """Lay out a verb under the corrections in force.

    ``agrees``: whether the participle of compound tenses agrees with the subject. Raises UnknownVerb.
    """
    return _Layout((infinitive, auxiliary, reflexive), agrees).book()


class _Layout:
    """Lays out one reading of a verb."""

    def __init__(self, reading: Reading, agrees: bool) -> None:
        self.infinitive, self.auxiliary, self.reflexive = self.reading = reading
        self.agrees = agrees
        self.table = self._table()
        with in_force(EMPTY):
            self.by_rule = self._table()
            self.rule_participle = next(iter(conjugation.participles(self.infinitive)), None)
        self.participle = next(iter(conjugation.participles(self.infinitive, self.reading)), None)
        self.expected = expected_forms(self.infinitive)

    def book(self) -> Book:
        moods = {
            mood: tuple(
                (self._page(simple), None if behind is None else self._page(behind))
                for simple, behind in rows
            )
            for mood, rows in MOODS.items()
        }
        return Book(moods, tuple(self._free()))

    def _table(self) -> Mapping[Tense, Mapping[Person, tuple[str, ...]]]:
        return conjugation.table(
            self.infinitive, self.auxiliary, reflexive=self.reflexive, agreement=self.agrees
        )

    def _page(self, named: TenseName) -> Page:
        tense = named.tense
        persons = [p for p in Person if p in self.table[tense] or p in self.by_rule[tense]]
        cells = tuple(self._cell(tense, person, persons) for person in persons)
        return Page(tense, named.name, cells)

    def _cell(self, tense: Tense, person: Person, persons: list[Person]) -> Cell:
        forms = self.table[tense].get(person, ())
        ruled = next(iter(self.by_rule[tense].get(person, ())), "")
        form = forms[0] if forms else ruled
        impersonal = persons == [Person.S3]
        before, core, after = self._apart(form, tense)
        if tense in AUXILIARY_TENSE:
            stem, ending, irregular = self._agreeing(core, tense, person), "", False
            rule = None if form == ruled else self._agreeing(ruled, tense, person, by_rule=True)
        else:
            ending = ending_of(core, tense, person)
            stem = core.removesuffix(ending) if ending else core
            irregular = core != self.expected.get((tense, person))
            rule = None if form == ruled else ruled
        return Cell(
            tense,
            person,
            self._subject(form, tense, person, impersonal=impersonal),
            before,
            stem,
            ending,
            after,
            _others(forms),
            irregular,
            rule,
        )

    def _apart(self, form: str, tense: Tense) -> tuple[str, str, str]:
        """Split a form into reflexive pronouns before it, itself, and those behind it."""
        if not self.reflexive:
            return "", form, ""
        if tense is Tense.IMPERATIF:
            for behind in sorted(_BEHIND_IMPERATIVE, key=len, reverse=True):
                if form.endswith(behind):
                    return "", form.removesuffix(behind), behind
        core = form
        for pronoun in _REFLEXIVE:
            if core.startswith(pronoun):
                core = core.removeprefix(pronoun)
                break
        if self.infinitive.startswith(EN):
            core = core.removeprefix("en ")
        return form.removesuffix(core), core, ""

    def _subject(self, form: str, tense: Tense, person: Person, *, impersonal: bool) -> str:
        if tense is Tense.IMPERATIF:
            return ""
        subject = _IMPERSONAL if impersonal else _SUBJECTS[person]
        if person is Person.S1 and conjugation.elides_before(form, self._elided_by(form)):
            subject = "j'"
        if tense in (Tense.SUBJONCTIF, Tense.SUBJONCTIF_PASSE):
            subject = f"qu'{subject}" if subject[0] in "ie" else f"que {subject}"
        return subject if subject.endswith("'") else f"{subject} "

    def _elided_by(self, form: str) -> str:
        """The verb whose h decides: a compound form begins with the auxiliary."""
        return self.infinitive if form[0] == "h" else ""

    def _agreeing(self, form: str, tense: Tense, person: Person, *, by_rule: bool = False) -> str:
        """A compound form with the agreement written out: "suis allé(e)"."""
        participle = self.rule_participle if by_rule else self.participle
        whole = not by_rule and current().reading(self.reading).form(tense, person) is not None
        if not self.agrees or participle is None or participle.invariable or whole:
            return form
        plural = person in (Person.P1, Person.P2, Person.P3)
        written = participle.form("m", plural)
        if not form.endswith(written):
            return form
        return form.removesuffix(written) + _with_feminine(participle, person)

    def _free(self) -> Iterable[FreeForm]:
        bare = self.infinitive.removeprefix(EN)
        present = conjugation.present_participle(self.infinitive, self.reading)
        with in_force(EMPTY):
            rule_present = conjugation.present_participle(self.infinitive)
        helper = "être" if self.auxiliary is Auxiliary.ETRE else "avoir"
        citation = conjugation.citation(self.infinitive) if self.reflexive else bare
        yield FreeForm("Infinitif présent", citation)
        past = self.participle
        if past is not None:
            agreeing = _with_feminine(past, Person.S1) if self.agrees else past.masculine_singular
            yield FreeForm("Infinitif passé", f"{self._clitic(helper)}{helper} {agreeing}")
            ruled = self.rule_participle
            same = ruled is None or ruled.masculine_singular == past.masculine_singular
            yield FreeForm(
                "Participe passé",
                ", ".join(past.forms()),
                "past_participle",
                None if ruled is None or same else ", ".join(ruled.forms()),
                past.masculine_singular != self.expected.get("past_participle"),
            )
        if present is not None:
            spoken = f"{self._clitic(present)}{present}"
            yield FreeForm(
                "Participe présent",
                spoken,
                "present_participle",
                None if rule_present in (None, present) else rule_present,
                present != self.expected.get("present_participle"),
            )
            yield FreeForm("Gérondif", f"en {spoken}")

    def _clitic(self, form: str) -> str:
        """The reflexive pronoun before a form without person: "se ", "s'"."""
        if not self.reflexive:
            return ""
        return conjugation.reflexive_pronoun(Person.S3, form, self.infinitive)


def _with_feminine(participle: Participle, person: Person) -> str:
    """A participle with what the feminine adds in brackets, and for vous what the plural adds, too."""
    masculine, feminine = participle.masculine_singular, participle.feminine_singular or ""
    if person in (Person.S1, Person.S2, Person.S3):
        added = feminine.removeprefix(masculine)
        return (
            f"{masculine}({added})" if feminine.startswith(masculine) else f"{masculine}/{feminine}"
        )
    plural, feminines = participle.masculine_plural or "", participle.feminine_plural or ""
    if not feminine.startswith(masculine):
        return f"{plural}/{feminines}"
    if person is Person.P2:  # one person or several
        return f"{masculine}(e)(s)"
    return f"{masculine}(es)" if plural == masculine else f"{masculine}(e)s"  # mis, mises


def _others(forms: tuple[str, ...]) -> tuple[str, ...]:
    """The other forms that are right, without those that are only respelt (connait, gouter)."""
    if not forms:
        return ()
    first = _bare(forms[0])
    return tuple(form for form in forms[1:] if _bare(form) != first)


def _bare(form: str) -> str:
    return form.replace("î", "i").replace("û", "u").replace("-", "")
