"""When and how often something is done: polarities, times and adverbs natural for a reading."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from random import Random

from generation.french.clause import Polarity
from verbs.french.frames import KINDS
from verbs.french.lexicon import Adverb, Frame, TimeExpression, lexicon
from verbs.french.phrases import DeterminerKind, NounPhrase, Oblique
from verbs.french.vocabulary import Tense

_ALREADY_SHARE = 0.3
#: Time expressions that a negation leaves without a point.
_VAGUE = ("il y a", "dans", "bientôt", "un jour", "un matin", "un soir")
#: Habits that one may say not to have: "not on Saturdays", but not "not every day".
_REGULAR = "le "
#: What a complement like "à six heures" leaves no room for.
_SAID_TWICE = ("dans une heure", "le matin", "l'après-midi", "le soir")
#: When meals are had: nobody prepares breakfast in the evening.
_MEALS = {"petit déjeuner": ("morning",), "dîner": ("afternoon", "evening")}
#: Tenses that tell of one event which is over, and those of one that is to come.
PAST_EVENT = frozenset({Tense.PASSE_COMPOSE, Tense.PLUS_QUE_PARFAIT, Tense.PASSE_SIMPLE})
COMING_EVENT = frozenset({Tense.FUTUR_SIMPLE, Tense.FUTUR_ANTERIEUR})
#: Tenses whose moment is told by what stands before the clause.
LED = frozenset(
    {
        *(Tense.CONDITIONNEL, Tense.SUBJONCTIF, Tense.IMPERATIF),
        *(Tense.CONDITIONNEL_PASSE, Tense.SUBJONCTIF_PASSE),
    }
)
_HABITUAL = frozenset({Tense.PRESENT, Tense.IMPARFAIT})


_NEGATIVE_SUBJECTS = (Polarity.NOBODY, Polarity.NOTHING)


class Impossible(Exception):
    """What is wished cannot be met with what has been drawn so far."""


@lru_cache(maxsize=20_000)
def polarities(frame: Frame, tense: Tense) -> tuple[Polarity, ...]:
    """Return the polarities that are natural for a reading in a tense."""
    flags = frame.flags
    if "noneg" in flags:
        return (Polarity.AFFIRMATIVE,)
    if tense is Tense.IMPERATIF:
        return _of_order(frame)
    if not _may_be_denied(frame, tense):
        others = [p for p in (Polarity.RIEN, Polarity.PERSONNE) if p.value in flags]
        others += [p for p in _further_polarities(frame, tense) if p in _NEGATIVE_SUBJECTS]
        return (Polarity.AFFIRMATIVE, *others)
    found = [Polarity.AFFIRMATIVE, Polarity.PAS]
    habitual, stative = "nohabit" not in flags, "stative" in flags
    single = tense in PAST_EVENT or tense in (
        *(Tense.FUTUR_ANTERIEUR, Tense.CONDITIONNEL_PASSE, Tense.SUBJONCTIF_PASSE),
    )
    if not single and (habitual or stative):
        found.append(Polarity.PLUS)
    if habitual and not stative and tense is not Tense.FUTUR_ANTERIEUR:
        found.append(Polarity.JAMAIS)
    if tense is Tense.FUTUR_ANTERIEUR:
        # What will not be done by then is said of what one has to do.
        due = "task" in flags and frame.theme in ("work", "school", "home")
        due = due and not frame.verb.reflexive
        return tuple(found) if due else (Polarity.AFFIRMATIVE,)
    if "rien" in flags:
        found.append(Polarity.RIEN)
    if "personne" in flags:
        found.append(Polarity.PERSONNE)
    return (*found, *_further_polarities(frame, tense))


def _may_be_denied(frame: Frame, tense: Tense) -> bool:
    """Whether it is worth saying that something is not done: it was expected, hoped or feared.

    Of what nobody plans it is not said at all, and a story says little of what did not happen.
    """
    if tense is Tense.PASSE_SIMPLE or "unplanned" in frame.flags:
        return not frame.flags.isdisjoint(("duty", "task", "good", "bad", "news", "stative"))
    return bool(frame.flags & KINDS) or "stative" in frame.flags


def _of_order(frame: Frame) -> tuple[Polarity, ...]:
    """Return the polarities of an order: "n'améliore pas la situation" is told to nobody."""
    found: list[Polarity] = []
    if "noimper" not in frame.flags:
        found.append(Polarity.AFFIRMATIVE)
    if frame.flags & {"forbidden", "negimper"}:
        found.append(Polarity.PAS)
        if "nohabit" not in frame.flags:
            found += [Polarity.PLUS, Polarity.JAMAIS]
        found += [p for p in (Polarity.RIEN, Polarity.PERSONNE) if p.value in frame.flags]
    return tuple(found)


#: Verbs of which "rien ne ..." is said.
_NOTHING = frozenset(
    {
        *("plaire", "changer", "marcher", "fonctionner", "intéresser", "manquer", "suffire"),
        *("étonner", "gêner", "surprendre"),
    }
)
_LIMITED = (DeterminerKind.PARTITIVE, DeterminerKind.INDEFINITE)


@cache
def _further_polarities(frame: Frame, tense: Tense) -> tuple[Polarity, ...]:
    """Return aucun, ni, ne ... que, personne ne and rien ne, as far as a reading has them."""
    found: list[Polarity] = []
    keeps = frame.flags & {"body", "fixed", "generic", "accident"}
    objects = [] if keeps else list(frame.cod.values())
    if tense is not Tense.PASSE_SIMPLE and any(can_be_none(phrase) for phrase in objects):
        found.append(Polarity.AUCUN)
    told = tense in (Tense.PRESENT, Tense.PASSE_COMPOSE, Tense.FUTUR_SIMPLE)
    if told and any(pairs(phrase, other) for phrase in objects for other in objects):
        found.append(Polarity.NI)
    limits = (Tense.PRESENT, Tense.IMPARFAIT, Tense.PASSE_COMPOSE, Tense.FUTUR_SIMPLE)
    if tense in limits and any(can_be_limit(phrase) for phrase in objects):
        found.append(Polarity.QUE)
    if tense in LED:
        return tuple(found)
    people = any(
        s.pronoun and s.surface == "il" and not s.impersonal for s in frame.subjects.values()
    )
    never = frame.flags & {"body", "accident", "routine"} or frame.verb.reflexive
    if people and not never and (frame.flags & KINDS or "stative" in frame.flags):
        found.append(Polarity.NOBODY)
    things = any(s.phrase is not None and not s.phrase.is_person for s in frame.subjects.values())
    if things and frame.verb.infinitive in _NOTHING:
        found.append(Polarity.NOTHING)
    return tuple(found)


def can_be_none(phrase: NounPhrase) -> bool:
    """Whether "aucun livre" is said for an object: one of several things or people."""
    return phrase.kind is DeterminerKind.INDEFINITE and not phrase.plural and phrase.countable


def can_be_limit(phrase: NounPhrase) -> bool:
    """Whether "ne ... que" may limit what is done to an object: "que du pain", "que des fruits"."""
    return phrase.kind in _LIMITED and (phrase.plural or phrase.kind is DeterminerKind.PARTITIVE)


def pairs(phrase: NounPhrase, other: NounPhrase) -> bool:
    """Whether two objects go together behind ni ... ni: "ni pain ni fromage"."""
    if phrase.lemma == other.lemma or phrase.is_person or other.is_person:
        return False
    if can_be_limit(phrase) and can_be_limit(other):
        return phrase.theme == other.theme
    whole = (DeterminerKind.DEFINITE, DeterminerKind.POSSESSIVE)
    return phrase.kind in whole and other.kind is phrase.kind


def aspects(frame: Frame, tense: Tense, polarity: Polarity) -> list[str]:
    """Return the kinds of time that fit: "" (none), habit, now, state, event."""
    if polarity is Polarity.PAS and frame.flags & {"accident", "unplanned"}:
        # "I did not fall" is news, "I do not fall", "I did not fall on Monday" are none.
        if tense in PAST_EVENT or tense in LED:
            return [""]
        if "accident" in frame.flags:
            return []
    found = _all_aspects(frame, tense, polarity)
    if "punctual" in frame.flags:
        found = [each for each in found if each != "now"]
    told = polarity in (Polarity.AFFIRMATIVE, Polarity.PAS)
    if "routine" in frame.flags and tense in _HABITUAL and told:
        found = [each for each in found if each not in ("", "now")]
    return found


def _all_aspects(frame: Frame, tense: Tense, polarity: Polarity) -> list[str]:
    stative = "stative" in frame.flags
    if "notime" in frame.flags and (tense is not Tense.IMPARFAIT or stative):
        return [""]
    if tense in PAST_EVENT or tense in COMING_EVENT:
        return _of_event(frame, tense, polarity)
    if tense is Tense.IMPERATIF:
        return ["", "", "event"] if polarity is Polarity.AFFIRMATIVE else [""]
    if tense in LED:
        return [""]
    if tense is Tense.PRESENT:
        return _of_present(frame, polarity)
    return _of_imperfect(frame, polarity)


def _of_event(frame: Frame, tense: Tense, polarity: Polarity) -> list[str]:
    if polarity in (Polarity.JAMAIS, Polarity.PLUS):
        return [""]
    if tense in PAST_EVENT and "stative" in frame.flags:
        return [""] if polarity is Polarity.AFFIRMATIVE else ["event", ""]
    if tense in COMING_EVENT and frame.flags & {"accident", "unplanned"}:
        return [""]
    if polarity is Polarity.PAS and tense in COMING_EVENT and tense is not Tense.FUTUR_ANTERIEUR:
        return ["event", "", ""]
    return ["event", "event", ""]


def _of_present(frame: Frame, polarity: Polarity) -> list[str]:
    habit, now = "nohabit" not in frame.flags, "nonow" not in frame.flags
    if polarity in (Polarity.JAMAIS, Polarity.PLUS):
        return [""]
    if "stative" in frame.flags:
        return ["", "now"]
    if not habit or polarity in (Polarity.RIEN, Polarity.PERSONNE):
        return [""]
    # Accidents and gifts are habits only with "souvent" and the like, never "right now".
    if not now:
        return ["habit"] if polarity is Polarity.AFFIRMATIVE else [""]
    if polarity is Polarity.AFFIRMATIVE:
        return ["habit", "habit", "", "now"]
    return ["habit", "", ""] if polarity is Polarity.PAS else [""]


def _of_imperfect(frame: Frame, polarity: Polarity) -> list[str]:
    """Return the aspects of an imparfait: alone it leaves one asking when, unless of a state."""
    habit, now = "nohabit" not in frame.flags, "nonow" not in frame.flags
    if "stative" in frame.flags:
        return [""] if polarity is Polarity.PLUS else ["", "state"]
    if not habit:
        return _of_background(frame, polarity) if now else []
    if polarity is Polarity.PLUS:
        # "At that time" he still did what he no longer did later.
        return [""]
    if polarity is Polarity.JAMAIS:
        return ["", "state"]
    if polarity is Polarity.PAS:
        if not now or "body" in frame.flags:
            return []
        return ["habit"] if "punctual" in frame.flags else ["habit", "habit", ""]
    if polarity is not Polarity.AFFIRMATIVE:
        return ["state"]
    return ["habit", "habit", "state", "now"] if now else ["habit"]


#: What is not going on when something else happens: it is done or befalls at once.
_AT_ONCE = frozenset({"dative_free", "accident", "news"})


def _of_background(frame: Frame, polarity: Polarity) -> list[str]:
    """Return the aspect of what was going on just then, or in those days where it takes long."""
    if polarity is Polarity.AFFIRMATIVE and not frame.flags & _AT_ONCE:
        return ["now"] if frame.scales & {"day", "date", "now"} else ["state"]
    return []


def _fits(frame: Frame, time: TimeExpression, tense: Tense, aspect: str) -> bool:
    if tense not in time.tenses or time.aspect != aspect:
        return False
    if tense is Tense.PASSE_COMPOSE and Tense.PASSE_SIMPLE in time.tenses:
        # "Le lendemain soir" belongs to a story; a lone sentence has no day before.
        return False
    if aspect == "state":
        # "In those days he washed his feet", "he wanted a coffee" say nothing of those days.
        if "stative" in frame.flags:
            return "state" in frame.scales
        if "nohabit" in frame.flags and time.french == "autrefois":
            # What takes long was done in those days, but not "once".
            return False
        return "body" not in frame.flags
    if not time.scales & frame.scales:
        return False
    if time.french.startswith("hier à") and "nohabit" in frame.flags:
        # At three o'clock one was working, not suggesting a solution.
        return False
    if time.moment and frame.moments:
        return time.moment in frame.moments
    return True


@lru_cache(maxsize=20_000)
def times(frame: Frame, tense: Tense, aspect: str) -> tuple[TimeExpression, ...]:
    """Return the time expressions that go with a reading, in the order of the lexicon."""
    return tuple(t for t in lexicon().times.values() if _fits(frame, t, tense, aspect))


def agrees(
    frame: Frame, time: TimeExpression, cod: NounPhrase | None, oblique: Oblique | None
) -> bool:
    """Whether a time does not contradict or repeat what object and complement say of time."""
    said = [each.surface for each in (cod, oblique) if each is not None]
    for meal, moments in _MEALS.items():
        if time.moment not in ("", *moments) and any(each.endswith(meal) for each in said):
            return False
    if oblique is None or not oblique.temporal:
        return True
    if time.aspect == "now" or "au mois" in oblique.surface or time.french in _SAID_TWICE:
        return False
    named = oblique.surface.endswith(tuple(_MEALS))
    return not time.moment or named or bool(frame.moments)


def _adverbs(tense: Tense, aspect: str) -> list[Adverb]:
    return [a for a in lexicon().adverbs.values() if tense in a.tenses and a.aspect == aspect]


def draw_adverb(tense: Tense, aspect: str, rng: Random) -> Adverb:
    """Draw an adverb. Raises Impossible where a tense has none of an aspect."""
    found = _adverbs(tense, aspect)
    if not found:
        raise Impossible
    return rng.choice(found)


def draw_time(
    frame: Frame,
    tense: Tense,
    aspect: str,
    polarity: Polarity,
    fitting: Sequence[TimeExpression],
    rng: Random,
) -> tuple[Adverb | None, TimeExpression | None]:
    """Draw an adverb or a time expression of an aspect, or neither."""
    by_chance = "nonow" in frame.flags
    affirmative = polarity is Polarity.AFFIRMATIVE
    if aspect == "habit" and affirmative and (by_chance or rng.random() < 0.35):
        return draw_adverb(tense, "habit", rng), None
    if aspect:
        if polarity is Polarity.PAS and aspect == "habit":
            # "He does not clean it once a week" leaves one wondering, too.
            fitting = [t for t in fitting if t.french.startswith(_REGULAR)]
        elif not affirmative:
            # "He did not visit it a week ago" leaves one wondering.
            fitting = [t for t in fitting if not t.french.startswith(_VAGUE)]
        if fitting:
            return None, rng.choice(fitting)
        if aspect == "habit" and affirmative:
            return draw_adverb(tense, "habit", rng), None
        if aspect == "habit":
            raise Impossible
    elif affirmative:
        telling = [each for each in _of_one_event(frame) if _adverbs(tense, each)]
        if telling and rng.random() < _ALREADY_SHARE:
            return draw_adverb(tense, rng.choice(telling), rng), None
    return None, None


def _of_one_event(frame: Frame) -> list[str]:
    """Return what an adverb may tell of one event: it is over, recent, long awaited or sudden."""
    flags = frame.flags
    if flags & {"notime", "stative"}:
        return []
    found = [] if "nohabit" in flags else ["done"]
    if frame.scales <= {"week", "month", "year"} and "noimp" not in flags:
        found.append("recent")
    if "nohabit" in flags and not flags & {"nofa", "nonow", "accident", "unplanned"}:
        found.append("at_last")
    if "unplanned" in flags and "accident" not in flags and frame.scales <= {"day", "date"}:
        found.append("sudden")
    return found
