"""What may stand before a sentence: triggers that fix its tense, leads of a relative clause."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from generation.french.clause import Polarity
from generation.french.fitting import pick
from verbs.french.frames import Frame
from verbs.french.phrases import NounPhrase, Subject
from verbs.french.triggers import EnglishKind, Lead, Trigger, leads, triggers
from verbs.french.vocabulary import Person, Tense

#: Tenses that French uses only behind something that asks for them, as far as the engine goes.
ALWAYS_LED = frozenset(
    {
        *(Tense.SUBJONCTIF, Tense.SUBJONCTIF_PASSE),
        *(Tense.CONDITIONNEL, Tense.CONDITIONNEL_PASSE),
    }
)
#: Tenses that need at least a time or an adverb to make sense alone.
PLACED = frozenset({Tense.PASSE_SIMPLE, Tense.FUTUR_ANTERIEUR, Tense.PLUS_QUE_PARFAIT})
#: Verbs of wish and request, whose conditional is a politeness and needs nothing before it.
POLITE = frozenset({"vouloir", "aimer", "souhaiter", "préférer", "pouvoir", "désirer"})
#: Tenses in which nobody supposes or finds possible that "not a single" thing is done.
_NOT_A_SINGLE_ONE = frozenset({Tense.PRESENT, Tense.SUBJONCTIF, Tense.SUBJONCTIF_PASSE})
#: Triggers that speak to one person by tu.
_TO_ONE = ("t'attendrai", "t'appellerai", "t'aiderai", "ton", "ta", "m'avais", "appelle-moi")


@lru_cache(maxsize=500)
def _words(french: str) -> frozenset[str]:
    """Return the words of a trigger, elided ones with and without what they are joined to."""
    text = french.rstrip(",")
    return frozenset(text.split(" ")) | frozenset(text.replace("'", "' ").split(" "))


def _sensible(frame: Frame, trigger: Trigger, polarity: Polarity, tense: Tense) -> bool:
    """Whether a reading, affirmed or denied, is something that a trigger is said of.

    An accident that does not happen is news for those only who are glad of it, and nobody wishes
    or regrets that "not a single" thing is done.
    """
    affirmed = polarity in (Polarity.AFFIRMATIVE, Polarity.QUE)
    single = polarity is Polarity.AUCUN and (trigger.fits or tense in _NOT_A_SINGLE_ONE)
    if polarity is Polarity.NI or single:
        return False
    if trigger.affirmative and not affirmed:
        return False
    if "accident" in frame.flags and tense in (Tense.PRESENT, Tense.SUBJONCTIF):
        # One is sorry that it has happened, glad that it has not, and afraid that it may.
        feeling = trigger.kind in (EnglishKind.SUBJUNCTIVE, EnglishKind.SAME)
        if not affirmed or feeling:
            return False
    if not affirmed and "bad" in frame.flags and polarity is not Polarity.PAS:
        return False
    if not trigger.fits and not affirmed:
        expected = not frame.flags.isdisjoint(("duty", "task", "good", "stative"))
        return expected and not frame.flags & {"accident", "bad"}
    kinds = frame.flags
    if trigger.kind is EnglishKind.WHEN and tense is Tense.FUTUR_SIMPLE:
        # "I will call you when she arrives", but "when she has finished the report".
        kinds = kinds - {"task", "chore"}
    return trigger.suits(kinds, affirmed=affirmed)


def _in_time(frame: Frame, trigger: Trigger, tense: Tense) -> bool:
    """Whether a reading happens at the time that the trigger tells of."""
    flags = frame.flags
    if trigger.aspect == "state":
        return "state" in frame.scales if "stative" in flags else not flags & {"body", "nohabit"}
    if trigger.aspect == "now":
        going_on = not flags & {"stative", "nonow", "punctual", "routine"}
        return going_on and bool(trigger.scales & frame.scales or not trigger.scales)
    if trigger.aspect == "event" and "stative" in flags:
        return False
    if not trigger.aspect and trigger.kind is EnglishKind.SAME and tense is Tense.IMPARFAIT:
        # "I knew that she was cutting the bread" leaves one wondering.
        return "stative" in flags
    if trigger.scales and not trigger.scales & frame.scales:
        return False
    return not (trigger.moment and frame.moments) or trigger.moment in frame.moments


@lru_cache(maxsize=20_000)
def triggers_for(frame: Frame, tense: Tense, polarity: Polarity) -> tuple[Trigger, ...]:
    """Return the triggers that go with a reading in a tense, in the order of their file."""
    return tuple(
        trigger
        for trigger in triggers().values()
        if tense in trigger.tenses
        and _sensible(frame, trigger, polarity, tense)
        and _in_time(frame, trigger, tense)
    )


@lru_cache(maxsize=1)
def led_tenses() -> frozenset[Tense]:
    """Return the tenses for which there are triggers with another tense that is wrong behind."""
    return frozenset(tense for t in triggers().values() for tense in t.tenses if t.wrong)


def goes_with(trigger: Trigger, subject: Subject) -> bool:
    """Whether the clause behind a trigger may have a subject: who is tu there is not vous here."""
    if subject.surface == "vous" and not _words(trigger.french).isdisjoint(_TO_ONE):
        return False
    if subject.person is Person.S1 and not trigger.fits and not trigger.only:
        # "It is possible that I have crossed the street": one knows that of oneself.
        return False
    return trigger.allows(subject)


def told_apart(trigger: Trigger) -> bool:
    """Whether the usual times of the tense may stand in the clause behind a trigger."""
    return trigger.kind is EnglishKind.SAME and not trigger.timed


def draw_lead(phrase: NounPhrase, rng: Random) -> Lead:
    """Draw what stands before an object with a relative clause. Raises Impossible if nothing can."""
    fitting = [lead for lead in leads().values() if lead.allows(phrase)]
    return pick(rng, fitting)
