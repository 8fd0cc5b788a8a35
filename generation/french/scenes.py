"""Drawing a natural scene: which subject, object, place and time go with a reading of a verb.

All that is drawn comes from the lexicon; the rules here keep the parts from contradicting each
other (no single letter written every morning, no "his parents" without a "he", no future of an
evening in the morning).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import TypeVar

from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.realise import cod_clitic, oblique_clitic
from verbs.french.lexicon import Adverb, Frame, TimeExpression, lexicon
from verbs.french.phrases import DeterminerKind, NounPhrase, Oblique, ObliqueKind, Subject
from verbs.french.vocabulary import Tense

_PRONOUN_SHARE = 0.55
_OPENING_SHARE = 0.3
_ALREADY_SHARE = 0.3
#: Time expressions that a negation leaves without a point.
_VAGUE = ("il y a", "dans", "bientôt", "un jour")
#: Habits that one may say not to have: "not on Saturdays", but not "not every day".
_REGULAR = "le "
_PARTS_OF_DAY = ("le matin", "l'après-midi", "le soir")
#: When meals are had: nobody prepares breakfast in the evening.
_MEALS = {"petit déjeuner": ("morning",), "dîner": ("afternoon", "evening")}


@dataclass(frozen=True)
class Wish:
    """What a scene must have; None leaves it open.

    ``pronoun``: an object or complement before the verb; ``cod``, ``coi``: a direct object, an
    indirect one (noun or pronoun); ``dislocated``: the object in front, with a pronoun.
    """

    polarities: tuple[Polarity, ...] = (Polarity.AFFIRMATIVE,)
    pronoun: bool | None = False
    cod: bool | None = None
    coi: bool | None = None
    dislocated: bool = False


def _has(frame: Frame, flag: str) -> bool:
    return flag in frame.flags


def polarities(frame: Frame, tense: Tense) -> tuple[Polarity, ...]:
    """Return the polarities that are natural for a reading in a tense."""
    if _has(frame, "noneg"):
        return (Polarity.AFFIRMATIVE,)
    found = [Polarity.AFFIRMATIVE, Polarity.PAS]
    habitual = not _has(frame, "nohabit")
    stative = _has(frame, "stative")
    if tense is not Tense.PASSE_COMPOSE and (habitual or stative):
        found.append(Polarity.PLUS)
    if habitual and not stative:
        found.append(Polarity.JAMAIS)
    if _has(frame, "rien"):
        found.append(Polarity.RIEN)
    if _has(frame, "personne"):
        found.append(Polarity.PERSONNE)
    return tuple(found)


def _aspects(frame: Frame, tense: Tense, polarity: Polarity) -> list[str]:
    """Return the kinds of time that fit: "" (none), habit, now, state, event."""
    if polarity is Polarity.PAS and frame.flags & {"accident", "unplanned"}:
        # "I did not fall" is news, "I do not fall", "I did not fall on Monday" are none.
        if tense is Tense.PASSE_COMPOSE:
            return [""]
        if _has(frame, "accident"):
            return []
    found = _all_aspects(frame, tense, polarity)
    if _has(frame, "punctual"):
        found = [each for each in found if each != "now"]
    told = polarity in (Polarity.AFFIRMATIVE, Polarity.PAS)
    if _has(frame, "routine") and tense in (Tense.PRESENT, Tense.IMPARFAIT) and told:
        found = [each for each in found if each not in ("", "now")]
    return found


def _all_aspects(frame: Frame, tense: Tense, polarity: Polarity) -> list[str]:
    habit, now = not _has(frame, "nohabit"), not _has(frame, "nonow")
    stative = _has(frame, "stative")
    if _has(frame, "notime") and (tense is not Tense.IMPARFAIT or stative):
        return [""]
    if tense in (Tense.PASSE_COMPOSE, Tense.FUTUR_SIMPLE):
        if polarity in (Polarity.JAMAIS, Polarity.PLUS):
            return [""]
        if tense is Tense.PASSE_COMPOSE and stative:
            return [""] if polarity is Polarity.AFFIRMATIVE else ["event", ""]
        if tense is Tense.FUTUR_SIMPLE and frame.flags & {"accident", "unplanned"}:
            return [""]
        return ["event", "event", ""]
    if tense is Tense.PRESENT:
        if polarity in (Polarity.JAMAIS, Polarity.PLUS):
            return [""]
        if stative:
            return ["", "now"]
        if not habit:
            return [""]
        if polarity in (Polarity.RIEN, Polarity.PERSONNE):
            return [""]
        # Accidents and gifts are habits only with "souvent" and the like, never "right now".
        if not now:
            return ["habit"] if polarity is Polarity.AFFIRMATIVE else [""]
        if polarity is Polarity.PAS:
            return ["habit", "", ""]
        return ["habit", "habit", "", "now"]
    if polarity is Polarity.PLUS:
        # "At that time" he still did what he no longer did later.
        return [""] if habit or stative else []
    if stative:
        return ["", "state"]
    if polarity is Polarity.JAMAIS:
        return ["", "state"] if habit else []
    if polarity in (Polarity.RIEN, Polarity.PERSONNE):
        return ["state", ""] if habit and now else [""] if now else []
    if polarity is Polarity.PAS:
        return ["habit", "", ""] if habit and now else []
    found = ["habit", "habit", "state"] if habit and now else ["habit"] if habit else []
    return found + ([""] if now else [])


def _fits(frame: Frame, time: TimeExpression, tense: Tense, aspect: str) -> bool:
    if tense not in time.tenses or time.aspect != aspect:
        return False
    if aspect == "state":
        # "In those days he washed his feet", "he wanted a coffee" say nothing of those days.
        return "state" in frame.scales if _has(frame, "stative") else not _has(frame, "body")
    if not time.scales & frame.scales:
        return False
    if time.moment and frame.moments:
        return time.moment in frame.moments
    return True


def _times(frame: Frame, tense: Tense, aspect: str) -> list[TimeExpression]:
    return [t for t in lexicon().times.values() if _fits(frame, t, tense, aspect)]


def _agrees(
    frame: Frame, time: TimeExpression, cod: NounPhrase | None, oblique: Oblique | None
) -> bool:
    """Whether a time does not contradict or repeat what object and complement say of time."""
    said = [each.surface for each in (cod, oblique) if each is not None]
    for meal, moments in _MEALS.items():
        if time.moment not in ("", *moments) and any(each.endswith(meal) for each in said):
            return False
    if oblique is None or not oblique.temporal:
        return True
    if time.aspect == "now" or "au mois" in oblique.surface or time.french in _PARTS_OF_DAY:
        return False
    named = oblique.surface.endswith(tuple(_MEALS))
    return not time.moment or named or bool(frame.moments)


def _adverbs(tense: Tense, aspect: str) -> list[Adverb]:
    return [a for a in lexicon().adverbs.values() if tense in a.tenses and a.aspect == aspect]


def cod_can_be_pronoun(frame: Frame, phrase: NounPhrase) -> bool:
    """Return whether le, la, les or en stand for a direct object naturally."""
    if frame.flags & {"keep_cod", "body", "fixed", "generic"}:
        return False
    if phrase.kind is DeterminerKind.PARTITIVE:
        return True
    if phrase.kind is DeterminerKind.INDEFINITE:
        return phrase.plural
    return phrase.is_definite


def oblique_can_be_pronoun(frame: Frame, oblique: Oblique, tense: Tense) -> bool:
    """Return whether lui, leur, y or en stand for a complement naturally."""
    if frame.flags & {"keep_obl", "noclitic"} or oblique_clitic(oblique) is None:
        return False
    # "J'y irai" is avoided before the i of the future: one says "j'irai".
    return not (frame.verb.infinitive == "aller" and tense is Tense.FUTUR_SIMPLE)


def _repeats(subject: Subject, phrase: NounPhrase | None) -> bool:
    """Whether subject and complement name the same people or make an odd family."""
    if phrase is None:
        return False
    if subject.surface == "on" and phrase.kind is DeterminerKind.POSSESSIVE:
        return True
    own = subject.phrase
    if own is None:
        return False
    if not own.is_person and phrase.kind is DeterminerKind.POSSESSIVE:
        # "The film will please its grandfather."
        return True
    if phrase.lemma == own.lemma or phrase.lemma in own.lemma or own.lemma in phrase.lemma:
        return True
    kin = own.kind is DeterminerKind.SPEAKER and own.theme == "family"
    return kin and phrase.kind is DeterminerKind.POSSESSIVE and phrase.theme == "family"


def _clashes(subject: Subject, oblique: Oblique | None) -> bool:
    if oblique is None:
        return False
    if oblique.phrase is not None:
        return _repeats(subject, oblique.phrase)
    text = oblique.words[0]
    if subject.surface == "on" and any(w in text.split() for w in ("son", "sa", "ses")):
        return True
    kin = subject.phrase is not None and subject.phrase.theme == "family"
    if kin and oblique.theme == "family":
        return True
    return subject.phrase is not None and subject.phrase.lemma in text


class _Impossible(Exception):
    """The wish cannot be met with what has been drawn so far."""


Item = TypeVar("Item")


def _pick(rng: Random, items: Sequence[Item]) -> Item:
    if not items:
        raise _Impossible
    return rng.choice(items)


@lru_cache(maxsize=20_000)
def _fitting(
    frame: Frame, cod: NounPhrase | None, oblique: Oblique | None
) -> tuple[tuple[Subject, ...], tuple[Subject, ...]]:
    """Return the subjects that go with the objects: pronouns, and the others."""
    found = [
        s for s in frame.subjects.values() if not _repeats(s, cod) and not _clashes(s, oblique)
    ]
    return tuple(s for s in found if s.pronoun), tuple(s for s in found if not s.pronoun)


def _draw_subject(
    frame: Frame, rng: Random, cod: NounPhrase | None, oblique: Oblique | None
) -> Subject:
    pronouns, others = _fitting(frame, cod, oblique)
    if pronouns and others:
        return rng.choice(pronouns if rng.random() < _PRONOUN_SHARE else others)
    return _pick(rng, pronouns or others)


def _draw_cod(frame: Frame, rng: Random, wish: Wish, single: bool, pronoun: bool) -> NounPhrase:
    fitting = [
        each
        for each in frame.cod.values()
        if (single or not each.once)
        and (not pronoun or cod_can_be_pronoun(frame, each))
        and (not wish.dislocated or _can_be_dislocated(each))
    ]
    return _pick(rng, fitting)


def _can_be_dislocated(phrase: NounPhrase) -> bool:
    """Whether "Cette lettre, je l'ai écrite" sounds natural: one definite thing."""
    return (
        phrase.once
        and phrase.lemma not in ("métro", "bus", "train", "avion", "argent", "jardin")
        and phrase.kind is DeterminerKind.DEFINITE
        and not phrase.is_person
        and len(phrase.words) == 1
    )


def _pronouns(frame: Frame, tense: Tense, rng: Random, wish: Wish) -> tuple[bool, bool]:
    """Decide whether the object and whether the complement become pronouns."""
    if not wish.pronoun:
        return False, False
    options: list[tuple[bool, bool]] = []
    cod = any(cod_can_be_pronoun(frame, each) for each in frame.cod.values())
    oblique = any(
        each is not None and oblique_can_be_pronoun(frame, each, tense)
        for each in frame.oblique.values()
    )
    if cod:
        options.append((True, False))
    if oblique and not wish.dislocated:
        options.append((False, True))
        if cod and frame.takes_dative:
            options.append((True, True))
    return _pick(rng, options)


def draw_scene(frame: Frame, tense: Tense, rng: Random, wish: Wish) -> Clause | None:
    """Draw a natural clause, None if this draw meets a dead end or the wish cannot be met."""
    try:
        return _draw(frame, tense, rng, wish)
    except _Impossible:
        return None


def _is_timetable(frame: Frame, oblique: Oblique, tense: Tense, polarity: Polarity) -> bool:
    """Whether a habit is told as if it were going on: "he is shaving before breakfast"."""
    return (
        oblique.temporal
        and not oblique.once
        and not frame.flags & {"nohabit", "stative"}
        and tense in (Tense.PRESENT, Tense.IMPARFAIT)
        and polarity in (Polarity.AFFIRMATIVE, Polarity.PAS)
    )


def _draw(frame: Frame, tense: Tense, rng: Random, wish: Wish) -> Clause:
    if tense not in frame.tenses:
        raise _Impossible
    possible = polarities(frame, tense)
    polarity = _pick(rng, [p for p in wish.polarities if p in possible])
    aspect = _pick(rng, _aspects(frame, tense, polarity))
    single = (
        aspect not in ("habit", "state") and polarity not in (Polarity.PLUS, Polarity.JAMAIS)
    ) or "stative" in frame.flags
    # The negative word takes the place of the object.
    no_cod = polarity is Polarity.RIEN or (polarity is Polarity.PERSONNE and not frame.takes_dative)
    no_oblique = polarity is Polarity.PERSONNE and frame.takes_dative
    cod_pronoun, oblique_pronoun = _pronouns(frame, tense, rng, wish)
    if (no_cod and cod_pronoun) or (no_oblique and oblique_pronoun):
        raise _Impossible
    cod = None
    if frame.cod and not no_cod:
        cod = _draw_cod(frame, rng, wish, single, cod_pronoun)
    oblique = None
    if frame.oblique and not no_oblique:
        fitting = [
            each
            for each in frame.oblique.values()
            if (single or each is None or not each.once)
            and (
                not oblique_pronoun
                or (each is not None and oblique_can_be_pronoun(frame, each, tense))
            )
        ]
        oblique = _pick(rng, fitting)
    other = oblique.phrase if oblique is not None else None
    if cod is not None and other is not None and cod.lemma == other.lemma:
        raise _Impossible
    if cod_pronoun and oblique_pronoun and cod is not None and cod_clitic(cod) == "en":
        raise _Impossible
    _check(wish, cod, oblique, no_cod, no_oblique)
    subject = _draw_subject(frame, rng, cod, oblique)
    times = [t for t in _times(frame, tense, aspect) if _agrees(frame, t, cod, oblique)]
    adverb, time = _draw_time(frame, tense, aspect, polarity, times, rng)
    if oblique is not None:
        if adverb is not None and adverb.aspect == "done" and oblique.kind is ObliqueKind.FIXED:
            # "The show has already started late."
            adverb = None
        untimed = time is None and adverb is None
        if untimed and _is_timetable(frame, oblique, tense, polarity):
            raise _Impossible
    form = ObjectForm.NOUN
    if cod_pronoun:
        form = ObjectForm.DISLOCATED if wish.dislocated else ObjectForm.PRONOUN
    opening = time is not None and time.initial and not wish.dislocated
    return Clause(
        frame_id=frame.id,
        tense=tense,
        subject_key=subject.surface,
        polarity=polarity,
        cod_key=None if cod is None else cod.surface,
        cod_form=form,
        oblique_key=None if oblique is None else oblique.surface,
        oblique_pronoun=oblique_pronoun,
        adverb_key=None if adverb is None else adverb.french,
        time_key=None if time is None else time.french,
        time_first=opening and rng.random() < _OPENING_SHARE,
        feminine=subject.gender is None and subject.surface != "on" and rng.random() < 0.5,
    )


def _check(
    wish: Wish, cod: NounPhrase | None, oblique: Oblique | None, no_cod: bool, no_oblique: bool
) -> None:
    has_cod = cod is not None or no_cod
    dative = oblique is not None and oblique.kind is ObliqueKind.LUI
    has_coi = dative or no_oblique
    if wish.cod is not None and wish.cod != has_cod:
        raise _Impossible
    if wish.coi is not None and wish.coi != has_coi:
        raise _Impossible


def _draw_time(
    frame: Frame,
    tense: Tense,
    aspect: str,
    polarity: Polarity,
    times: Sequence[TimeExpression],
    rng: Random,
) -> tuple[Adverb | None, TimeExpression | None]:
    by_chance = "nonow" in frame.flags
    if (
        aspect == "habit"
        and polarity is Polarity.AFFIRMATIVE
        and (by_chance or rng.random() < 0.35)
    ):
        return rng.choice(_adverbs(tense, "habit")), None
    if aspect:
        if polarity is Polarity.PAS and aspect == "habit":
            # "He does not clean it once a week" leaves one wondering, too.
            times = [t for t in times if t.french.startswith(_REGULAR)]
        elif polarity is not Polarity.AFFIRMATIVE:
            # "He did not visit it a week ago" leaves one wondering.
            times = [t for t in times if not t.french.startswith(_VAGUE)]
        if times:
            return None, rng.choice(times)
        if aspect == "habit" and polarity is Polarity.AFFIRMATIVE:
            return rng.choice(_adverbs(tense, "habit")), None
        if aspect == "habit":
            raise _Impossible
    elif tense is Tense.PASSE_COMPOSE and polarity is Polarity.AFFIRMATIVE:
        lasting = frame.flags & {"nohabit", "notime", "stative"}
        if not lasting and rng.random() < _ALREADY_SHARE:
            return rng.choice(_adverbs(tense, "done")), None
    return None, None
