"""Drawing a natural scene: which subject, object, place and time go with a reading of a verb.

All that is drawn comes from the lexicon; the rules here and in ``timing``, ``fitting`` and
``leading`` keep the parts from contradicting each other (no single letter written every morning,
no "his parents" without a "he", no future of an evening in the morning).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from generation.french.clause import (
    NEGATIVE_SUBJECTS,
    Clause,
    ObjectForm,
    Polarity,
    SentenceType,
)
from generation.french.fitting import draw_subject, pick
from generation.french.leading import (
    ALWAYS_LED,
    PLACED,
    POLITE,
    draw_lead,
    goes_with,
    told_apart,
    triggers_for,
)
from generation.french.objects import OTHER_PERSONS, Objects, Wish, draw_objects
from generation.french.soundness import objections
from generation.french.timing import Impossible, agrees, aspects, draw_time, polarities, times
from verbs.french.frames import IMPERATIVE_PERSONS
from verbs.french.lexicon import Adverb, Frame, TimeExpression
from verbs.french.phrases import Oblique, ObliqueKind, Subject
from verbs.french.triggers import Lead, Trigger
from verbs.french.vocabulary import Person, Tense

__all__ = ["Wish", "draw_scene"]

_OPENING_SHARE = 0.3
_STORY_SHARE = 0.75
#: How often a tense that needs none has a trigger.
_LED_SHARE = 0.08
#: How often a tense that needs a time or a trigger has the trigger.
_PLACED_SHARE = 0.5
_POLITE_SHARE = 0.5
_INVERSION_SHARE = 0.5
#: Which negations are drawn more often than others: those that few readings have.
_POLARITY_WEIGHTS = {
    Polarity.RIEN: 2.0,
    Polarity.QUE: 2.0,
    Polarity.AUCUN: 2.0,
    Polarity.PERSONNE: 1.5,
    Polarity.NI: 1.5,
    Polarity.NOBODY: 0.4,
}
_HABITUAL = (Tense.PRESENT, Tense.IMPARFAIT)
_ASKED = frozenset(
    {
        *(Tense.PRESENT, Tense.PASSE_COMPOSE, Tense.FUTUR_SIMPLE, Tense.IMPARFAIT),
        Tense.CONDITIONNEL,
    }
)


@dataclass(frozen=True)
class _Setting:
    """What is decided about a scene before anybody or anything is in it."""

    frame: Frame
    tense: Tense
    polarity: Polarity
    trigger: Trigger | None
    aspect: str

    @property
    def single(self) -> bool:
        """Whether it tells of one event, so that "*une pomme" fits."""
        lasting = not self.frame.flags.isdisjoint(("stative", "nohabit"))
        once = self.aspect not in ("habit", "state") or lasting
        return once and self.polarity not in (Polarity.PLUS, Polarity.JAMAIS)


def draw_scene(frame: Frame, tense: Tense, rng: Random, wish: Wish) -> Clause | None:
    """Draw a natural clause, None if this draw meets a dead end or the wish cannot be met."""
    try:
        clause = _draw(frame, tense, rng, wish)
    except Impossible:
        return None
    return None if objections(clause) else clause


def _draw(frame: Frame, tense: Tense, rng: Random, wish: Wish) -> Clause:
    polarity = _draw_polarity(frame, tense, rng, wish)
    trigger = _draw_trigger(frame, tense, polarity, rng, wish)
    aspect = _draw_aspect(frame, tense, polarity, trigger, rng)
    setting = _Setting(frame, tense, polarity, trigger, aspect)
    led = trigger is not None
    objects = draw_objects(frame, tense, polarity, rng, wish, single=setting.single, led=led)
    cod, oblique = objects.cod, objects.oblique
    lead = None
    if objects.cod_form is ObjectForm.RELATIVE and cod is not None:
        lead = draw_lead(cod, rng)
    subject = _subject(setting, objects, lead, rng, question=wish.question)
    adverb, time = _when(setting, objects, rng)
    if wish.question and adverb is not None and adverb.french == "rarement":
        raise Impossible
    if wish.question and tense is Tense.IMPARFAIT and aspect in ("", "now"):
        # "Was he undergoing an operation?" asks about a moment that nobody has named.
        _only_of_states(frame)
    asked = _question(setting, subject, objects, rng) if wish.question else None
    plain = objects.cod_form in (ObjectForm.NOUN, ObjectForm.PRONOUN) and trigger is None
    opening = time is not None and time.initial and plain and asked is None
    return Clause(
        frame_id=frame.id,
        tense=tense,
        subject_key=subject.surface,
        polarity=polarity,
        cod_key=None if cod is None else cod.surface,
        cod_form=objects.cod_form,
        oblique_key=None if oblique is None else oblique.surface,
        oblique_pronoun=objects.oblique_pronoun,
        adverb_key=None if adverb is None else adverb.french,
        time_key=None if time is None else time.french,
        time_first=opening and rng.random() < _opening_share(tense, time),
        feminine=subject.gender is None and subject.surface != "on" and rng.random() < 0.5,
        sentence=asked or SentenceType.STATEMENT,
        trigger_key=None if trigger is None else trigger.french,
        lead_key=None if lead is None else lead.french,
        cod2_key=None if objects.cod2 is None else objects.cod2.surface,
        dative=objects.dative,
    )


def _only_of_states(frame: Frame) -> None:
    if "stative" not in frame.flags:
        raise Impossible


def _opening_share(tense: Tense, time: TimeExpression | None) -> float:
    """How often a time opens its sentence: mostly in a story, always with what was going on."""
    if tense is Tense.IMPARFAIT and time is not None and time.aspect == "now":
        return 1.0
    return _STORY_SHARE if tense is Tense.PASSE_SIMPLE else _OPENING_SHARE


# --- Polarity, trigger, aspect ------------------------------------------------------------------


def _draw_polarity(frame: Frame, tense: Tense, rng: Random, wish: Wish) -> Polarity:
    wanted = [p for p in wish.polarities if p in polarities(frame, tense)]
    warned = tense is Tense.IMPERATIF and "negimper" in frame.flags
    if tense not in frame.tenses and not warned:
        # "N'oublie pas", but nobody is told to forget.
        raise Impossible
    if wish.form is not ObjectForm.PRONOUN or wish.question:
        wanted = [p for p in wanted if p in (Polarity.AFFIRMATIVE, Polarity.PAS)]
    if tense is Tense.PASSE_SIMPLE and wish.form is not ObjectForm.PRONOUN:
        # What is put in front is spoken, the passé simple is not.
        raise Impossible
    if tense is Tense.FUTUR_ANTERIEUR and wish.form is ObjectForm.RELATIVE:
        # "These are the dictations that she will have corrected by tomorrow."
        raise Impossible
    if not wanted:
        raise Impossible
    return rng.choices(wanted, [_POLARITY_WEIGHTS.get(p, 1.0) for p in wanted])[0]


def _draw_trigger(
    frame: Frame, tense: Tense, polarity: Polarity, rng: Random, wish: Wish
) -> Trigger | None:
    """Decide what stands before the clause, if anything does."""
    fronted = wish.form is not ObjectForm.PRONOUN
    led = wish.led
    if led is None:
        polite = frame.verb.infinitive in POLITE and rng.random() < _POLITE_SHARE
        if tense in ALWAYS_LED and not (tense is Tense.CONDITIONNEL and polite):
            led = True
        elif fronted or wish.question or polarity in NEGATIVE_SUBJECTS:
            led = False
        else:
            led = rng.random() < (_PLACED_SHARE if tense in PLACED else _LED_SHARE)
    if not led:
        return None
    if fronted or wish.question:
        raise Impossible
    found = triggers_for(frame, tense, polarity)
    if not found and wish.led is None and tense not in ALWAYS_LED:
        return None
    return pick(rng, found)


def _draw_aspect(
    frame: Frame, tense: Tense, polarity: Polarity, trigger: Trigger | None, rng: Random
) -> str:
    if trigger is not None and tense is Tense.IMPARFAIT and told_apart(trigger):
        # "I thought that we waited for the bus in the evening" leaves one wondering.
        return ""
    if trigger is None or told_apart(trigger):
        return pick(rng, aspects(frame, tense, polarity))
    return trigger.aspect


# --- Subject and time -----------------------------------------------------------------------------


def _subject(
    setting: _Setting, objects: Objects, lead: Lead | None, rng: Random, *, question: bool
) -> Subject:
    """Draw the subject that all the rest allows."""
    never = () if objects.dative is None else OTHER_PERSONS[objects.dative]
    trigger = setting.trigger

    def allowed(subject: Subject) -> bool:
        if subject.person in never or (never and subject.surface == "on"):
            return False
        if lead is not None and lead.only and subject.person not in lead.only:
            return False
        if question and (subject.surface == "on" or subject.person in (Person.S1, Person.P1)):
            # One does not ask what one does oneself.
            return False
        return _speaks(setting, subject) and (trigger is None or goes_with(trigger, subject))

    return draw_subject(setting.frame, rng, objects.cod, objects.oblique, allowed)


def _speaks(setting: _Setting, subject: Subject) -> bool:
    """Whether tense and polarity leave room for a subject.

    An order is for tu, nous and vous; the passé simple belongs to stories, which tell of others.
    """
    if setting.tense is Tense.IMPERATIF:
        denied = setting.polarity is not Polarity.AFFIRMATIVE
        spoken_to = subject.pronoun and subject.person in IMPERATIVE_PERSONS
        # "Ne la couchons pas" is hardly ever said.
        return spoken_to and not (denied and subject.person is Person.P1)
    if setting.polarity is Polarity.NOBODY:
        return subject.surface == "il" and not subject.impersonal
    if setting.polarity is Polarity.NOTHING:
        thing = subject.phrase is not None and not subject.phrase.is_person
        return thing and subject.person is Person.S3
    if setting.tense is Tense.PASSE_SIMPLE:
        return subject.person in (Person.S3, Person.P3) and subject.surface != "on"
    return True


def _when(
    setting: _Setting, objects: Objects, rng: Random
) -> tuple[Adverb | None, TimeExpression | None]:
    """Draw adverb and time; Impossible where the sentence then says when twice or not at all."""
    frame, tense, oblique = setting.frame, setting.tense, objects.oblique
    temporal = oblique is not None and oblique.temporal
    if tense is Tense.FUTUR_ANTERIEUR and temporal:
        # "By tomorrow he will have gotten up at six."
        raise Impossible
    if setting.trigger is not None and not told_apart(setting.trigger):
        if temporal and setting.trigger.timed:
            raise Impossible
        return None, None
    aspect, polarity = setting.aspect, setting.polarity
    fitting = [t for t in times(frame, tense, aspect) if agrees(frame, t, objects.cod, oblique)]
    adverb, time = draw_time(frame, tense, aspect, polarity, fitting, rng)
    if oblique is not None and oblique.kind in (ObliqueKind.FIXED, ObliqueKind.INFINITIVE):
        # "The show has already started late."
        adverb = adverb if adverb is None or adverb.aspect == "habit" else None
    untimed = time is None and adverb is None
    if untimed and oblique is not None and _is_timetable(setting, oblique):
        raise Impossible
    if untimed and setting.trigger is None and _needs_time(setting, objects):
        raise Impossible
    return adverb, time


def _needs_time(setting: _Setting, objects: Objects) -> bool:
    """Whether a clause that nothing stands before must say when."""
    if setting.tense in (Tense.PASSE_SIMPLE, Tense.FUTUR_ANTERIEUR):
        return True
    if setting.tense is Tense.IMPARFAIT and setting.aspect:
        return True
    # "He had never complained", "the letter that she had written".
    early = setting.tense is Tense.PLUS_QUE_PARFAIT and "stative" not in setting.frame.flags
    told = setting.polarity is Polarity.JAMAIS or objects.cod_form is ObjectForm.RELATIVE
    return early and not told


def _is_timetable(setting: _Setting, oblique: Oblique) -> bool:
    """Whether a habit is told as if it were going on: "he is shaving before breakfast"."""
    return (
        oblique.temporal
        and not oblique.once
        and not setting.frame.flags & {"nohabit", "stative"}
        and setting.tense in _HABITUAL
        and setting.polarity in (Polarity.AFFIRMATIVE, Polarity.PAS)
    )


def _question(setting: _Setting, subject: Subject, objects: Objects, rng: Random) -> SentenceType:
    """Draw the kind of question. Raises Impossible where one would not ask."""
    plain = objects.cod_form in (ObjectForm.NOUN, ObjectForm.PRONOUN) and setting.trigger is None
    affirmative = setting.polarity is Polarity.AFFIRMATIVE
    if not (plain and affirmative and setting.tense in _ASKED):
        raise Impossible
    inverted = subject.surface != "on" and rng.random() < _INVERSION_SHARE
    return SentenceType.INVERSION if inverted else SentenceType.EST_CE_QUE
