"""The objects and complements of a scene: which ones, and which of them are pronouns."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from generation.french.clause import NEGATIVE_SUBJECTS, ObjectForm, Polarity
from generation.french.clitics import cod_clitic
from generation.french.fitting import (
    MODERN,
    can_be_fronted,
    cod_can_be_pronoun,
    oblique_can_be_pronoun,
    pick,
)
from generation.french.timing import Impossible, can_be_limit, can_be_none, pairs
from verbs.french.lexicon import Frame
from verbs.french.phrases import NounPhrase, Oblique, ObliqueKind
from verbs.french.vocabulary import Person, Tense

#: How often an indirect object pronoun is me, te, nous or vous.
_DATIVE_SHARE = 0.35
#: Persons that me, te, nous, vous cannot meet as subjects.
OTHER_PERSONS: dict[Person, tuple[Person, ...]] = {
    Person.S1: (Person.S1, Person.P1),
    Person.P1: (Person.S1, Person.P1),
    Person.S2: (Person.S2, Person.P2),
    Person.P2: (Person.S2, Person.P2),
}


_NEEDS_NOUN = (Polarity.AUCUN, Polarity.NI, Polarity.QUE)
_DENIED = (Polarity.PAS, Polarity.PLUS, Polarity.JAMAIS)


@dataclass(frozen=True)
class Wish:
    """What a scene must have; None leaves it open.

    ``pronoun``: an object or complement at the verb; ``double``: both; ``form``: how the direct
    object then appears, PRONOUN, DISLOCATED or RELATIVE; ``cod``, ``coi``: a direct object, an
    indirect one (noun or pronoun). ``led``: a trigger before the clause; None: where the tense
    needs it, and sometimes. ``bare``: le, la, les, y, en may stand for what nobody has named.
    """

    polarities: tuple[Polarity, ...] = (Polarity.AFFIRMATIVE,)
    pronoun: bool | None = False
    cod: bool | None = None
    coi: bool | None = None
    form: ObjectForm = ObjectForm.PRONOUN
    question: bool = False
    led: bool | None = None
    double: bool = False
    bare: bool = True


@dataclass(frozen=True)
class Objects:
    """What a clause has for objects; ``no_cod``, ``no_oblique``: the negation takes the place."""

    cod: NounPhrase | None
    cod2: NounPhrase | None
    oblique: Oblique | None
    dative: Person | None
    cod_form: ObjectForm
    oblique_pronoun: bool
    no_cod: bool
    no_oblique: bool


def draw_objects(
    frame: Frame,
    tense: Tense,
    polarity: Polarity,
    rng: Random,
    wish: Wish,
    *,
    single: bool,
    led: bool,
) -> Objects:
    """Draw what a polarity leaves room for. ``single``: one event; ``led``: behind a trigger."""
    no_cod, no_oblique = _taken(frame, polarity)
    cod_pronoun, oblique_pronoun = _pronouns(frame, tense, rng, wish)
    if ((no_cod or polarity in _NEEDS_NOUN) and cod_pronoun) or (no_oblique and oblique_pronoun):
        raise Impossible
    cod = cod2 = None
    if frame.cod and not no_cod:
        cod = _draw_cod(frame, tense, rng, wish, polarity, single=single, pronoun=cod_pronoun)
        if polarity is Polarity.NI:
            cod2 = pick(rng, [each for each in frame.cod.values() if pairs(cod, each)])
    oblique = None
    if frame.oblique and not no_oblique:
        bare = polarity in _DENIED or (led and frame.verb.reflexive)
        oblique = _draw_oblique(
            frame, tense, rng, single=single, pronoun=oblique_pronoun, bare=bare
        )
        _check_plus(polarity, oblique)
    person = _dative(oblique, polarity, rng) if oblique_pronoun else None
    _check(wish, cod, oblique, no_cod=no_cod, no_oblique=no_oblique)
    _check_pair(cod, oblique, pronouns=cod_pronoun and oblique_pronoun)
    return Objects(
        cod,
        cod2,
        None if person is not None else oblique,
        person,
        wish.form if cod_pronoun else ObjectForm.NOUN,
        oblique_pronoun and person is None,
        no_cod,
        no_oblique,
    )


def _taken(frame: Frame, polarity: Polarity) -> tuple[bool, bool]:
    """Whether a negative word takes the place of the object, and of the complement."""
    personne, dative = polarity is Polarity.PERSONNE, frame.takes_dative
    return polarity is Polarity.RIEN or (personne and not dative), personne and dative


def _check_plus(polarity: Polarity, oblique: Oblique | None) -> None:
    """Raise Impossible for "elle ne rentre plus tard", which reads as "later"."""
    if polarity is Polarity.PLUS and oblique is not None and oblique.comparable:
        raise Impossible


def _check_pair(cod: NounPhrase | None, oblique: Oblique | None, *, pronouns: bool) -> None:
    """Raise Impossible for the same thing twice, or two pronouns that do not go together."""
    if cod is None or oblique is None or oblique.phrase is None:
        return
    if cod.lemma == oblique.phrase.lemma or (pronouns and cod_clitic(cod) == "en"):
        raise Impossible


def _pronouns(frame: Frame, tense: Tense, rng: Random, wish: Wish) -> tuple[bool, bool]:
    """Decide whether the object and whether the complement become pronouns."""
    if not wish.pronoun:
        return False, False
    options: list[tuple[bool, bool]] = []
    if wish.double and not frame.takes_dative:
        raise Impossible
    fronted = wish.form is not ObjectForm.PRONOUN
    cod = any(cod_can_be_pronoun(frame, each) for each in frame.cod.values())
    oblique = any(
        each is not None and oblique_can_be_pronoun(frame, each, tense)
        for each in frame.oblique.values()
    )
    if cod and not wish.double and (wish.bare or fronted):
        options.append((True, False))
    if oblique and not fronted and not wish.double and (wish.bare or frame.takes_dative):
        options.append((False, True))
    both = wish.bare or wish.form is ObjectForm.DISLOCATED
    if oblique and cod and frame.takes_dative and wish.form is not ObjectForm.RELATIVE and both:
        options.append((True, True))
    return pick(rng, options)


def _draw_cod(
    frame: Frame,
    tense: Tense,
    rng: Random,
    wish: Wish,
    polarity: Polarity,
    *,
    single: bool,
    pronoun: bool,
) -> NounPhrase:
    fitting = [
        each
        for each in frame.cod.values()
        if (single or not each.once)
        and (not pronoun or cod_can_be_pronoun(frame, each))
        and (not pronoun or wish.form is ObjectForm.PRONOUN or can_be_fronted(each))
        and not (tense is Tense.PASSE_SIMPLE and each.lemma in MODERN)
    ]
    if polarity is Polarity.AUCUN:
        fitting = [each for each in fitting if can_be_none(each)]
    elif polarity is Polarity.QUE:
        fitting = [each for each in fitting if can_be_limit(each)]
    elif polarity is Polarity.NI:
        fitting = [each for each in fitting if any(pairs(each, o) for o in frame.cod.values())]
    return pick(rng, fitting)


def _draw_oblique(
    frame: Frame, tense: Tense, rng: Random, *, single: bool, pronoun: bool, bare: bool
) -> Oblique | None:
    every: list[Oblique | None] = list(frame.oblique.values())
    if bare and None in every and not pronoun:
        # "He has not shaved", not "he has not shaved in the bathroom".
        return None
    fitting = [
        each
        for each in every
        if (single or each is None or not each.once)
        and not (tense is Tense.PASSE_SIMPLE and each is not None and _is_modern(each))
        and (not pronoun or (each is not None and oblique_can_be_pronoun(frame, each, tense)))
    ]
    return pick(rng, fitting)


def _is_modern(oblique: Oblique) -> bool:
    """Whether a complement names what stories have nothing of: "à l'e-mail"."""
    return not MODERN.isdisjoint(oblique.text.replace("'", " ").split())


def _dative(oblique: Oblique | None, polarity: Polarity, rng: Random) -> Person | None:
    """Decide whether me, te, nous or vous stand for an indirect object."""
    if oblique is None or oblique.kind is not ObliqueKind.LUI or rng.random() >= _DATIVE_SHARE:
        return None
    return None if polarity in NEGATIVE_SUBJECTS else rng.choice(list(OTHER_PERSONS))


def _check(
    wish: Wish, cod: NounPhrase | None, oblique: Oblique | None, *, no_cod: bool, no_oblique: bool
) -> None:
    has_cod = cod is not None or no_cod
    dative = oblique is not None and oblique.kind is ObliqueKind.LUI
    has_coi = dative or no_oblique
    if wish.cod is not None and wish.cod != has_cod:
        raise Impossible
    if wish.coi is not None and wish.coi != has_coi:
        raise Impossible
