"""Which conjugation a verb has: listed as irregular, or regular of the first or second group.

Rules and groups are those of traditional school grammar; second spellings are those of the
*Rectifications de l'orthographe* of 1990.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from verbs.french.paradigms import (
    PERSONS,
    Forms,
    Participle,
    PrincipalParts,
    expand_subjunctive,
    imperative_of,
    listed,
    variable_participle,
)
from verbs.french.vocabulary import Group

#: What stands before the infinitive of "s'en aller"; no part of its forms here.
EN = "en "


class UnknownVerb(LookupError):
    """The verb is neither regular nor listed, so that its forms would be a guess."""

    def __init__(self, infinitive: str) -> None:
        super().__init__(f"no conjugation is known for the verb {infinitive!r}")
        self.infinitive = infinitive


# --- First group ------------------------------------------------------------------------------

#: -eler and -eter verbs that take è in the classical spelling too; the others double l or t.
GRAVE_ELER_ETER = frozenset(
    {
        "celer",
        "ciseler",
        "congeler",
        "déceler",
        "décongeler",
        "dégeler",
        "démanteler",
        "écarteler",
        "geler",
        "harceler",
        "marteler",
        "modeler",
        "peler",
        "receler",
        "recongeler",
        "regeler",
        "remodeler",
        "surgeler",
        "acheter",
        "corseter",
        "crocheter",
        "fileter",
        "fureter",
        "haleter",
        "racheter",
    }
)
#: The families whose doubled consonant the spelling of 1990 keeps; the others may take è.
_ALWAYS_DOUBLE = ("appeler", "jeter", "interpeler")
#: Classically with è, but good dictionaries know the doubled consonant too.
_GRAVE_OR_DOUBLE = frozenset({"harceler"})
#: Weather verbs that are conjugated with the impersonal "il" only.
IMPERSONAL_FIRST_GROUP = frozenset(
    {"neiger", "bruiner", "grêler", "pleuviner", "pleuvoter", "venter", "verglacer"}
)

_CONSONANT = "bcdfghjklmnpqrstvz"
#: Not in words from English: tweeter, speeder, briefer.
_MUTE_E = re.compile(rf"(?<![ei])e([{_CONSONANT}]|vr)er$")
_CLOSED_E = re.compile(rf"é((?:[{_CONSONANT}]|[{_CONSONANT}][lrhn]|gu|qu))er$")


def soften(stem: str, ending: str) -> str:
    """Keep the sound of c and g before a and o: commenç-ons, mange-ons, but jogg-ons."""
    if ending[0] in "aoâ":
        if stem.endswith("c"):
            return stem[:-1] + "ç"
        if stem.endswith("g") and not stem.endswith("gg"):
            return stem + "e"
    return stem


def _first_group(infinitive: str) -> PrincipalParts:
    """Derive the principal parts of an -er verb.

    The strong stem, before a mute e (je, tu, il, ils): -oyer, -uyer: i; -ayer: i or y; e before a
    consonant: è or a doubled l or t; é: è. The future follows the strong stem, but é stays é there
    in the classical spelling (céderai) and becomes è in that of 1990 (cèderai).
    """
    weak = infinitive[:-2]
    strong: Forms = (weak,)
    future: Forms = (infinitive,)
    if infinitive in ("envoyer", "renvoyer"):
        strong, future = (weak[:-1] + "i",), (infinitive.removesuffix("oyer") + "err",)
    elif infinitive.endswith("ayer"):
        strong = (weak[:-1] + "i", weak)
        future = tuple(stem + "er" for stem in strong)
    elif infinitive.endswith(("oyer", "uyer")):
        strong = (weak[:-1] + "i",)
        future = (strong[0] + "er",)
    elif match := _MUTE_E.search(infinitive):
        grave = infinitive[: match.start()] + "è" + match.group(1)
        double = weak + weak[-1]
        if match.group(1) not in "lt" or infinitive in GRAVE_ELER_ETER:
            strong = (grave, double) if infinitive in _GRAVE_OR_DOUBLE else (grave,)
        elif infinitive.endswith(_ALWAYS_DOUBLE):
            strong = (double,)
        else:
            strong = (double, grave)
        future = tuple(stem + "er" for stem in strong)
    elif match := _CLOSED_E.search(infinitive):
        strong = (infinitive[: match.start()] + "è" + match.group(1),)
        future = (infinitive, strong[0] + "er")
    present = (
        *(tuple(stem + ending for stem in strong) for ending in ("e", "es", "e")),
        (soften(weak, "ons") + "ons",),
        (weak + "ez",),
        tuple(stem + "ent" for stem in strong),
    )
    return PrincipalParts(
        present=present,
        imperfect=(weak,),
        future=future,
        subjunctive=expand_subjunctive(strong, (weak,)),
        past=(soften(weak, "ai") + "ai",),
        participles=(variable_participle(weak + "é"),),
        imperative=imperative_of(present),
        present_participles=(soften(weak, "ant") + "ant",),
        persons=PERSONS["3s" if infinitive in IMPERSONAL_FIRST_GROUP else "all"],
    )


# --- All verbs --------------------------------------------------------------------------------

#: Verbs that keep the circumflex in 1990 too, as it tells them from others (croître, croire).
_CIRCUMFLEX_KEPT = frozenset({"croître", "recroître", "jeûner"})
#: What the spelling of 1990 changes in a regular verb.
_RESPELT = re.compile("[îû]|^pique-")
#: Infinitives that lose a mute e too, unlike the forms (sursoirai, surseoirai are both there).
_INFINITIVES_OF_1990 = {"asseoir": "assoir", "rasseoir": "rassoir", "surseoir": "sursoir"}
_WORD = re.compile(r"[a-zàâçéèêëîïôûüœ]{2,}(?:-[a-zàâçéèêëîïôûüœ]+)?")


@cache
def principal_parts(infinitive: str) -> tuple[PrincipalParts, ...]:
    """Return the conjugations of a verb, the usual one first.

    A listed verb as listed, else -er by the rules of the first group and -ir by those of the second;
    behind them the spelling of 1990: without circumflex on i and u (connait, gouter), and welded
    (piqueniquer).
    Raises UnknownVerb for any other, also for an -ir verb that looks like a derivation of an
    irregular one: there the ending does not tell.
    """
    conjugations = listed().get(infinitive) or (_regular(infinitive),)
    if infinitive in _CIRCUMFLEX_KEPT or not (
        infinitive in listed() or _RESPELT.search(infinitive)
    ):
        return conjugations
    respelt = (_respelt(parts) for parts in conjugations)
    return conjugations + tuple(parts for parts in respelt if parts not in conjugations)


def infinitive_spellings(infinitive: str) -> tuple[str, ...]:
    """Return the infinitive and, behind it, its spelling of 1990: asseoir, assoir; goûter, gouter."""
    bare = infinitive.removeprefix(EN)
    respelt = _INFINITIVES_OF_1990.get(bare, _respell(bare))
    return tuple(dict.fromkeys((bare, respelt)))


def _respell(form: str) -> str:
    return form.replace("î", "i").replace("û", "u").replace("pique-", "pique")


def _regular(infinitive: str) -> PrincipalParts:
    if not _WORD.fullmatch(infinitive[:-2]):
        raise UnknownVerb(infinitive)
    if infinitive.endswith("er"):
        return _first_group(infinitive)
    if (
        infinitive.endswith("ir")
        and not infinitive.endswith("oir")
        and not infinitive.endswith(_third_group_ir())
    ):
        return _second_group(infinitive)
    raise UnknownVerb(infinitive)


@cache
def _third_group_ir() -> tuple[str, ...]:
    """Return the listed -ir verbs of the third group."""
    return tuple(verb for verb in listed() if verb.endswith("ir") and group(verb) is Group.THIRD)


def _respelt(parts: PrincipalParts) -> PrincipalParts:
    """Respell the parts as in 1990: no circumflex on i and u (connait) but in dû and the like."""

    def each(forms: Forms) -> Forms:
        return tuple(map(_respell, forms))

    def agreeing(participle: Participle) -> Participle:
        if participle.feminine_singular is None or participle.masculine_singular.endswith("û"):
            return participle
        return variable_participle(
            _respell(participle.masculine_singular), _respell(participle.feminine_singular)
        )

    return replace(
        parts,
        present=tuple(map(each, parts.present)),
        imperfect=each(parts.imperfect),
        future=each(parts.future),
        subjunctive=tuple(map(each, parts.subjunctive)),
        past=each(parts.past),
        participles=tuple(map(agreeing, parts.participles)),
        imperative=tuple(map(each, parts.imperative)),
        present_participles=each(parts.present_participles),
    )


def _second_group(infinitive: str) -> PrincipalParts:
    """Derive the principal parts of an -ir verb conjugated like finir."""
    stem = infinitive[:-1]
    present = tuple((stem + ending,) for ending in ("s", "s", "t", "ssons", "ssez", "ssent"))
    return PrincipalParts(
        present=present,
        imperfect=(stem + "ss",),
        future=(infinitive,),
        subjunctive=expand_subjunctive((stem + "ss",), (stem + "ss",)),
        past=(stem + "s",),
        participles=(variable_participle(stem),),
        imperative=imperative_of(present),
        present_participles=(stem + "ssant",),
    )


def group(infinitive: str) -> Group:
    """Return the traditional group: -er but aller; -ir with -issons; all others."""
    infinitive = infinitive.removeprefix(EN)
    parts = principal_parts(infinitive)[0]
    if infinitive.endswith("er") and infinitive != "aller":
        return Group.FIRST
    if infinitive.endswith(("ir", "ïr")) and any(
        form.endswith(("issons", "ïssons")) for form in parts.present[3]
    ):
        return Group.SECOND
    return Group.THIRD


def is_regular(infinitive: str) -> bool:
    """Return whether the verb is conjugated plainly like parler, manger, placer or finir.

    A first-group verb that changes its stem (acheter, appeler, céder, payer, envoyer) is not.
    """
    infinitive = infinitive.removeprefix(EN)
    parts = principal_parts(infinitive)[0]
    if group(infinitive) is Group.FIRST:
        return parts.present[0] == (infinitive[:-1],) and parts.future == (infinitive,)
    return group(infinitive) is Group.SECOND and parts == _second_group(infinitive)


def plain_group(infinitive: str) -> Group | None:
    """Return the group of a verb that has the forms of parler or finir letter for letter, else None.

    It is told from the infinitive alone, so that many verbs can be told quickly.
    """
    if (
        infinitive in listed()
        or _RESPELT.search(infinitive)
        or not _WORD.fullmatch(infinitive[:-2])
    ):
        return None
    if infinitive.endswith("ir"):
        irregular = infinitive.endswith(("oir", *_third_group_ir()))
        return None if irregular else Group.SECOND
    changing = (
        infinitive.endswith(("cer", "ger", "ayer", "oyer", "uyer"))
        or infinitive in IMPERSONAL_FIRST_GROUP
        or _MUTE_E.search(infinitive)
        or _CLOSED_E.search(infinitive)
    )
    return Group.FIRST if infinitive.endswith("er") and not changing else None
