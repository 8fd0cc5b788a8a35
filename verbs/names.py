"""What people call the fields and forms of a verb, and their values."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from verbs.french.grammar_book import MOODS, subject_of
from verbs.french.vocabulary import Group, Person, Tense

FIELDS = {
    "translation": gettext_lazy("Translation"),
    "level": gettext_lazy("Level"),
    "classification": gettext_lazy("Group"),
    "is_irregular": gettext_lazy("Irregular"),
    "can_have_cod": gettext_lazy("Direct object"),
    "can_have_coi": gettext_lazy("Indirect object (lui, leur)"),
    "prepositions": gettext_lazy("Prepositions"),
    "frequency_rank": gettext_lazy("Rank by frequency"),
    "past_participle": gettext_lazy("Past participle"),
    "present_participle": gettext_lazy("Present participle"),
}
GROUPS = {
    Group.FIRST: gettext_lazy("first (-er)"),
    Group.SECOND: gettext_lazy("second (-ir, -issons)"),
    Group.THIRD: gettext_lazy("third"),
}
FLAGS = {True: gettext_lazy("yes"), False: gettext_lazy("no")}

_TENSES = {
    named.tense: f"{mood} {named.name.lower()}"
    for mood, rows in MOODS.items()
    for row in rows
    for named in row
    if named is not None
}


def tense_name(tense: Tense) -> str:
    """A tense with its mood, as grammar books say it: "Subjonctif présent"."""
    return _TENSES[tense]


def field_name(field: str) -> str:
    """What people call what a correction is of: "Translation", "Futur simple, ils/elles"."""
    if field in FIELDS:
        return str(FIELDS[field])
    tense, _dot, person = field.partition(".")
    return f"{tense_name(Tense(tense))}, {subject_of(Person(person))}"


def shown(field: str, text: str) -> str:
    """A value of a field, written as corrections write it, as people read it."""
    if field == "classification" and text in set(Group):
        return str(GROUPS[Group(text)])
    if text in ("true", "false"):
        return str(FLAGS[text == "true"])
    return text or _("none")


def choices(field: str) -> list[tuple[str, Any]]:
    """The values to choose from, as corrections write them; [] where any text may be written."""
    if field == "classification":
        return [(group.value, name) for group, name in GROUPS.items()]
    if field in ("is_irregular", "can_have_cod", "can_have_coi"):
        return [("true", FLAGS[True]), ("false", FLAGS[False])]
    return []
