"""Forms that do not exist, as learners make them up: "vous faisez", "j'allerai", "nous mangons"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from generation.french.clause import Clause
from generation.french.deviations.base import Deviation, deviate
from generation.french.deviations.person import analyses
from generation.french.realise import agreements, build, finite_forms, participle_forms
from verbs.french.conjugation import Participle, forms
from verbs.french.lexicon_files import Reader, Row, read_rows
from verbs.french.vocabulary import ErrorType, Person, Tense

_ENDINGS = {
    Tense.IMPARFAIT: ("ais", "ais", "ait", "ions", "iez", "aient"),
    Tense.FUTUR_SIMPLE: ("ai", "as", "a", "ons", "ez", "ont"),
}
CODES = frozenset(
    [
        "regularised_stem",
        "regularised_participle",
        "regularised_future",
        "spelling_g",
        "spelling_c",
        "accent",
        "double_consonant",
        "y_for_i",
        "dropped_e",
    ]
)


@cache
def _attested() -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Return the made-up forms by infinitive and slot ("present.2p", "participle", "futur")."""
    reader: Reader = read_rows("learner_forms.tsv")
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in reader.rows:
        _check(reader, row)
        key = (row["infinitive"], row["slot"])
        found.setdefault(key, []).append((row["form"], row["code"]))
    return {key: tuple(value) for key, value in found.items()}


def _check(reader: Reader, row: Row) -> None:
    slots = {f"present.{p}" for p in Person} | {"imparfait", "futur_simple", "participle"}
    if row["slot"] not in slots:
        raise reader.error(row, f"unknown slot {row['slot']}")
    if row["code"] not in CODES:
        raise reader.error(row, f"unknown code {row['code']}")


def _listed(infinitive: str, tense: Tense, person: Person) -> Iterator[tuple[str, str]]:
    if tense is Tense.PRESENT:
        yield from _attested().get((infinitive, f"present.{person.value}"), ())
    elif tense in _ENDINGS:
        ending = _ENDINGS[tense][list(Person).index(person)]
        for stem, code in _attested().get((infinitive, tense.value), ()):
            # "Voiions" is more than a learner would dare.
            if not (stem.endswith("i") and ending.startswith("i")):
                yield stem + ending, code


def _by_rule(infinitive: str, right: str, tense: Tense) -> Iterator[tuple[str, str]]:
    """Yield spellings that forget a rule of the first group."""
    if infinitive.endswith("ger") and tense is not Tense.FUTUR_SIMPLE:
        stem = infinitive[:-3]
        if right.startswith((stem + "gea", stem + "geo")):
            yield stem + "g" + right[len(stem) + 2 :], "spelling_g"
    if infinitive.endswith("cer") and "ç" in right and tense is not Tense.FUTUR_SIMPLE:
        yield right.replace("ç", "c"), "spelling_c"
    if infinitive.endswith(("eter", "eler")) and infinitive[-5:-2] not in ("êt", "él"):
        double = infinitive[-3] * 2
        stem = infinitive[:-3]
        if right.startswith(stem + double):
            yield right.replace(stem + double, stem + double[0], 1), "double_consonant"
        elif tense is Tense.PRESENT and right.startswith(stem + double[0]) and "è" not in right:
            yield right.replace(stem + double[0], stem + double, 1), "double_consonant"
    if infinitive.endswith("er") and "è" in right[len(infinitive) - 5 :]:
        # lève: leve; préfère: préfére (the present only: in the future both accents are right).
        position = right.rindex("è")
        plain = infinitive[position] if position < len(infinitive) else "e"
        if plain in "eé" and (plain == "e" or tense is Tense.PRESENT):
            yield right[:position] + plain + right[position + 1 :], "accent"
    if infinitive.endswith(("oyer", "uyer")) and tense is Tense.PRESENT:
        stem = infinitive[:-3]
        if right.startswith(stem + "ie"):
            yield stem + "y" + right[len(stem) + 1 :], "y_for_i"
    if infinitive.endswith(("ier", "uer", "ouer")) and tense is Tense.FUTUR_SIMPLE:
        stem = infinitive[:-2]
        if right.startswith(stem + "er"):
            yield stem + right[len(stem) + 1 :], "dropped_e"


def made_up(infinitive: str, tense: Tense, person: Person) -> list[tuple[str, str]]:
    """Return forms that learners make up in a simple tense, with their codes; none is a real one."""
    right = forms(infinitive, tense, person)
    if not right:
        return []
    wanted = [*_listed(infinitive, tense, person), *_by_rule(infinitive, right[0], tense)]
    return [(form, code) for form, code in dict.fromkeys(wanted) if form not in analyses()]


def form_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with made-up forms of its verb."""
    infinitive = clause.frame.verb.infinitive
    if clause.tense is Tense.PASSE_COMPOSE:
        return _participle_errors(clause, infinitive)
    found: list[Deviation] = []
    for form, code in made_up(infinitive, clause.tense, clause.subject.person):
        text = build(clause, form, None).text
        found += deviate(
            clause, text, ErrorType.WRONG_FORM, code,
            wrong_form=form, right_form=finite_forms(clause)[0],
        )  # fmt: skip
    return found


def _participle_errors(clause: Clause, infinitive: str) -> list[Deviation]:
    agreement = agreements(clause)[0]
    right = participle_forms(clause, agreement)[0]
    found: list[Deviation] = []
    for stem, code in _attested().get((infinitive, "participle"), ()):
        wrong = Participle(stem, stem + "e", stem + "s", stem + "es")
        form = wrong.form(agreement.gender, agreement.plural)
        if form in analyses():
            continue
        text = build(clause, finite_forms(clause)[0], form).text
        found += deviate(
            clause, text, ErrorType.WRONG_FORM, code, wrong_form=form, right_form=right
        )
    return found


@cache
def has_made_up_forms(infinitive: str, tense: Tense) -> bool:
    """Return whether learners make up a form of this verb in this tense."""
    if tense is Tense.PASSE_COMPOSE:
        return (infinitive, "participle") in _attested()
    return any(made_up(infinitive, tense, person) for person in Person)
