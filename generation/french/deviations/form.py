"""Forms that do not exist, as learners make them up: "vous faisez", "j'allerai", "nous mangons"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from generation.french.clause import Clause
from generation.french.deviations.base import Deviation, deviate
from generation.french.deviations.codes import codes_of
from generation.french.deviations.person import analyses
from generation.french.realise import agreements, build, finite_forms, participle_forms
from verbs.french.conjugation import Participle, forms
from verbs.french.lexicon_files import Reader, Row, read_rows
from verbs.french.overrides import cached
from verbs.french.vocabulary import AUXILIARY_TENSE, ErrorType, Person, Tense

_IMPERFECT = ("ais", "ais", "ait", "ions", "iez", "aient")
#: Tenses whose made-up forms are listed as a stem: the slot of the stem, and the endings.
_STEMS: dict[Tense, tuple[str, tuple[str, ...]]] = {
    Tense.IMPARFAIT: ("imparfait", _IMPERFECT),
    Tense.FUTUR_SIMPLE: ("futur_simple", ("ai", "as", "a", "ons", "ez", "ont")),
    Tense.CONDITIONNEL: ("futur_simple", _IMPERFECT),
    Tense.SUBJONCTIF: ("subjonctif", ("e", "es", "e", "ions", "iez", "ent")),
    Tense.PASSE_SIMPLE: ("passe_simple", ("ai", "as", "a", "âmes", "âtes", "èrent")),
}
#: Tenses that are listed form by form.
_LISTED = (Tense.PRESENT, Tense.IMPERATIF)
_FUTURES = (Tense.FUTUR_SIMPLE, Tense.CONDITIONNEL)


@cache
def _attested() -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Return the made-up forms by infinitive and slot ("present.2p", "participle", "futur")."""
    reader: Reader = read_rows("learner_forms.tsv")
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in reader.rows:
        _check(reader, row)
        key = (row["infinitive"], row["slot"])
        known = found.setdefault(key, [])
        if row["form"] in (form for form, _ in known):
            raise reader.error(row, f"{row['form']} is there twice")
        known.append((row["form"], row["code"]))
    return {key: tuple(value) for key, value in found.items()}


def _check(reader: Reader, row: Row) -> None:
    slots = {f"{tense}.{person}" for tense in _LISTED for person in Person}
    slots |= {slot for slot, _ in _STEMS.values()} | {"participle"}
    if row["slot"] not in slots:
        raise reader.error(row, f"unknown slot {row['slot']}")
    if row["code"] not in codes_of(ErrorType.WRONG_FORM):
        raise reader.error(row, f"unknown code {row['code']}")


def _listed(infinitive: str, tense: Tense, person: Person) -> Iterator[tuple[str, str]]:
    if tense in _LISTED:
        yield from _attested().get((infinitive, f"{tense}.{person}"), ())
    elif tense in _STEMS:
        slot, endings = _STEMS[tense]
        ending = endings[list(Person).index(person)]
        for stem, code in _attested().get((infinitive, slot), ()):
            # "Voiions" is more than a learner would dare.
            if not (stem.endswith("i") and ending.startswith("i")):
                yield stem + ending, code


def _by_rule(infinitive: str, right: str, tense: Tense) -> Iterator[tuple[str, str]]:
    """Yield spellings that forget a rule of the first group."""
    if infinitive.endswith("ger") and tense not in _FUTURES:
        stem = infinitive[:-3]
        if right.startswith((stem + "gea", stem + "geo")):
            yield stem + "g" + right[len(stem) + 2 :], "spelling_g"
    if infinitive.endswith("cer") and "ç" in right and tense not in _FUTURES:
        yield right.replace("ç", "c"), "spelling_c"
    if infinitive.endswith(("eter", "eler")) and infinitive[-5:-2] not in ("êt", "él"):
        double = infinitive[-3] * 2
        stem = infinitive[:-3]
        if right.startswith(stem + double):
            yield right.replace(stem + double, stem + double[0], 1), "double_consonant"
        elif tense in _LISTED and right.startswith(stem + double[0]) and "è" not in right:
            yield right.replace(stem + double[0], stem + double, 1), "double_consonant"
    changes = infinitive.endswith("er") and tense is not Tense.PASSE_SIMPLE
    if changes and "è" in right[len(infinitive) - 5 :]:
        # lève: leve; préfère: préfére (the present only: in the future both accents are right).
        position = right.rindex("è")
        plain = infinitive[position] if position < len(infinitive) else "e"
        if plain in "eé" and (plain == "e" or tense in _LISTED):
            yield right[:position] + plain + right[position + 1 :], "accent"
    if infinitive.endswith(("oyer", "uyer")) and tense in _LISTED:
        stem = infinitive[:-3]
        if right.startswith(stem + "ie"):
            yield stem + "y" + right[len(stem) + 1 :], "y_for_i"
    if infinitive.endswith(("ier", "uer", "ouer")) and tense in _FUTURES:
        stem = infinitive[:-2]
        if right.startswith(stem + "er"):
            yield stem + right[len(stem) + 1 :], "dropped_e"


def made_up(infinitive: str, tense: Tense, person: Person) -> list[tuple[str, str]]:
    """Return forms that learners make up in a simple tense, with their codes.

    None is a form of a verb, except the imperative with an s.
    """
    right = forms(infinitive, tense, person)
    if not right:
        return []
    wanted = [*_listed(infinitive, tense, person), *_by_rule(infinitive, right[0], tense)]
    found = [(form, code) for form, code in dict.fromkeys(wanted) if form not in analyses()]
    if tense is Tense.IMPERATIF and person is Person.S2 and right[0].endswith(("e", "a")):
        # "Parles", "vas", "ouvres" exist, but not as an imperative, except before y and en.
        found.append((right[0] + "s", "imperative_s"))
    return found


def made_up_participles(infinitive: str) -> tuple[tuple[str, str], ...]:
    """Return masculine participles that learners make up, with their codes."""
    return _attested().get((infinitive, "participle"), ())


def form_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with made-up forms of its verb."""
    infinitive = clause.frame.verb.infinitive
    if clause.tense in AUXILIARY_TENSE:
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
    for stem, code in made_up_participles(infinitive):
        wrong = Participle(stem, stem + "e", stem + "s", stem + "es")
        form = wrong.form(agreement.gender, agreement.plural)
        if form in analyses():
            continue
        text = build(clause, finite_forms(clause)[0], form).text
        found += deviate(
            clause, text, ErrorType.WRONG_FORM, code, wrong_form=form, right_form=right
        )
    return found


@cached(maxsize=50_000)
def has_made_up_forms(infinitive: str, tense: Tense) -> bool:
    """Return whether learners make up a form of this verb in this tense."""
    if tense in AUXILIARY_TENSE:
        return (infinitive, "participle") in _attested()
    return any(made_up(infinitive, tense, person) for person in Person)
