"""What the forms of a verb would be if they all followed from its infinitive by the rule of its group.

-er as parler (with the spelling of manger and placer), -ir of the second group as finir, all others as
vendre: what differs from that has to be learned, and grammar books mark it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from verbs.french.groups import EN, group, soften
from verbs.french.vocabulary import Group, Person, Tense

__all__ = ["ending_of", "expected_forms"]

_IMPERFECT = ("ais", "ais", "ait", "ions", "iez", "aient")
_FUTURE = ("ai", "as", "a", "ons", "ez", "ont")
_IMPERATIVE = (Person.S2, Person.P1, Person.P2)

#: The endings of each tense: those of -er, of -ir like finir (behind fin-), and of the third group.
_ENDINGS: Mapping[Group, Mapping[Tense, tuple[str, ...]]] = {
    Group.FIRST: {
        Tense.PRESENT: ("e", "es", "e", "ons", "ez", "ent"),
        Tense.IMPARFAIT: _IMPERFECT,
        Tense.SUBJONCTIF: ("e", "es", "e", "ions", "iez", "ent"),
        Tense.PASSE_SIMPLE: ("ai", "as", "a", "âmes", "âtes", "èrent"),
        Tense.IMPERATIF: ("e", "ons", "ez"),
    },
    Group.SECOND: {
        Tense.PRESENT: ("is", "is", "it", "issons", "issez", "issent"),
        Tense.IMPARFAIT: tuple("iss" + ending for ending in _IMPERFECT),
        Tense.SUBJONCTIF: ("isse", "isses", "isse", "issions", "issiez", "issent"),
        Tense.PASSE_SIMPLE: ("is", "is", "it", "îmes", "îtes", "irent"),
        Tense.IMPERATIF: ("is", "issons", "issez"),
    },
    Group.THIRD: {
        Tense.PRESENT: ("s", "s", "t", "ons", "ez", "ent"),
        Tense.IMPARFAIT: _IMPERFECT,
        Tense.SUBJONCTIF: ("e", "es", "e", "ions", "iez", "ent"),
        Tense.PASSE_SIMPLE: ("is", "is", "it", "îmes", "îtes", "irent"),
        Tense.IMPERATIF: ("s", "ons", "ez"),
    },
}
_PARTICIPLES = {Group.FIRST: ("é", "ant"), Group.SECOND: ("i", "issant")}
#: Infinitive endings of the third group, and the past participle that goes with each.
_THIRD = (("oir", "u"), ("re", "u"), ("ir", "i"))


@cache
def expected_forms(infinitive: str) -> Mapping[tuple[Tense, Person] | str, str]:
    """The forms by tense and person, and ``past_participle`` and ``present_participle`` by name.

    Of simple tenses only. Raises UnknownVerb.
    """
    bare = infinitive.removeprefix(EN)
    # "aller" is of the third group, but what is regular in it is as in the first.
    which = Group.FIRST if bare.endswith("er") else group(bare)
    if which is Group.THIRD:
        ending, past = next(pair for pair in _THIRD if bare.endswith(pair[0]))
        stem, participles = bare.removesuffix(ending), (past, "ant")
    else:
        stem, participles = bare[:-2], _PARTICIPLES[which]
    future = bare.removesuffix("e")
    found: dict[tuple[Tense, Person] | str, str] = {}
    for tense, endings in _ENDINGS[which].items():
        persons = _IMPERATIVE if tense is Tense.IMPERATIF else tuple(Person)
        for person, each in zip(persons, endings, strict=True):
            found[tense, person] = _joined(stem, each, which)
    for person, futur, conditional in zip(Person, _FUTURE, _IMPERFECT, strict=True):
        found[Tense.FUTUR_SIMPLE, person] = future + futur
        found[Tense.CONDITIONNEL, person] = future + conditional
    found["past_participle"] = stem + participles[0]
    found["present_participle"] = _joined(stem, participles[1], which)
    return found


def _joined(stem: str, ending: str, which: Group) -> str:
    if which is Group.THIRD and ending == "t" and stem.endswith(("d", "t")):
        return stem  # vend, bat
    return soften(stem, ending) + ending if which is Group.FIRST else stem + ending


#: Every ending that a tense has for a person, the longest first.
_POSSIBLE: Mapping[Tense, tuple[tuple[str, ...], ...]] = {
    Tense.PRESENT: (
        ("ai", "e", "s", "x"),
        ("es", "as", "s", "x"),
        ("e", "t", "a"),
        ("ons",),
        ("ez", "es"),
        ("ent", "ont"),
    ),
    Tense.IMPARFAIT: tuple((ending,) for ending in _IMPERFECT),
    Tense.FUTUR_SIMPLE: tuple((ending,) for ending in _FUTURE),
    Tense.CONDITIONNEL: tuple((ending,) for ending in _IMPERFECT),
    Tense.SUBJONCTIF: (
        ("e", "s"),
        ("es", "s"),
        ("e", "t"),
        ("ions", "ons"),
        ("iez", "ez"),
        ("ent",),
    ),
    Tense.PASSE_SIMPLE: (
        ("ai", "is", "us", "ins", "ïs", "ûs"),
        ("as", "is", "us", "ins", "ïs", "ûs"),
        ("a", "it", "ut", "int", "ït", "ût"),
        ("âmes", "îmes", "ûmes", "înmes", "ïmes"),
        ("âtes", "îtes", "ûtes", "întes", "ïtes"),
        ("èrent", "irent", "urent", "inrent", "ïrent", "ûrent"),
    ),
    Tense.IMPERATIF: ((), ("e", "s", "a"), (), ("ons",), ("ez", "es"), ()),
}


def ending_of(form: str, tense: Tense, person: Person) -> str:
    """The ending that a form of a simple tense has; "" for one without any ("il vend")."""
    endings = _POSSIBLE[tense][list(Person).index(person)]
    return next((ending for ending in endings if form.endswith(ending)), "")
