"""Scenes are natural: what is done, when it is done and how often go together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest

from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.english import translate
from generation.french.leading import ALWAYS_LED
from generation.french.realise import licensed, realise
from generation.french.scenes import Wish, draw_scene
from generation.french.soundness import objections
from verbs.french.lexicon import lexicon
from verbs.french.phrases import DeterminerKind
from verbs.french.triggers import triggers
from verbs.french.vocabulary import Tense

PRESENT, IMPARFAIT, PC, FUTUR = (
    Tense.PRESENT,
    Tense.IMPARFAIT,
    Tense.PASSE_COMPOSE,
    Tense.FUTUR_SIMPLE,
)
TENSES = (PRESENT, IMPARFAIT, PC, FUTUR)


def scenes(
    frame_id: str, tense: Tense, polarity: Polarity = Polarity.AFFIRMATIVE
) -> Iterator[Clause]:
    """Draw many scenes of a reading, without a trigger unless the tense needs one."""
    frame = lexicon().frames[frame_id]
    wish = Wish((polarity,), led=None if tense in ALWAYS_LED else False)
    for seed in range(300):
        clause = draw_scene(frame, tense, Random(seed), wish)
        if clause is not None:
            yield clause


@pytest.fixture(scope="module")
def all_scenes() -> list[Clause]:
    found: list[Clause] = []
    for number, (frame_id, frame) in enumerate(lexicon().frames.items()):
        for tense in sorted(frame.tenses):
            for seed in range(10):
                wish = Wish(tuple(Polarity))
                clause = draw_scene(lexicon().frames[frame_id], tense, Random(seed + number), wish)
                if clause is not None:
                    found.append(clause)
    return found


@pytest.fixture(scope="module")
def wished() -> list[tuple[Wish, Clause]]:
    """Scenes of every reading in every tense with pronouns, relatives, questions and triggers."""
    wishes = [
        Wish(pronoun=True),
        Wish(pronoun=True, form=ObjectForm.DISLOCATED),
        Wish(pronoun=True, form=ObjectForm.RELATIVE),
        Wish(question=True),
        Wish(led=True),
        Wish((Polarity.PAS,), pronoun=True),
    ]
    found: list[tuple[Wish, Clause]] = []
    for number, frame in enumerate(lexicon().frames.values()):
        for tense in Tense:
            wish = wishes[(number + list(Tense).index(tense)) % len(wishes)]
            for seed in range(4):
                clause = draw_scene(frame, tense, Random(seed + number), wish)
                if clause is not None:
                    found.append((wish, clause))
    return found


def test_every_reading_has_scenes(all_scenes: list[Clause]) -> None:
    assert {clause.frame_id for clause in all_scenes} == set(lexicon().frames)


def test_a_scene_contradicts_nothing(
    all_scenes: list[Clause], wished: list[tuple[Wish, Clause]]
) -> None:
    for number, clause in enumerate([*all_scenes, *(clause for _, clause in wished)]):
        assert objections(clause) == [], clause
        if number % 8 == 0:  # the licensed forms of one take some time
            assert realise(clause) in licensed(clause)
        assert Clause.from_dict(clause.to_dict()) == clause


def test_a_wish_is_met(wished: list[tuple[Wish, Clause]]) -> None:
    for wish, clause in wished:
        assert clause.polarity in wish.polarities
        assert clause.question is wish.question
        assert (
            clause.has_object_pronoun
            or clause.cod_form is ObjectForm.RELATIVE
            or (not wish.pronoun)
        )
        if wish.form is not ObjectForm.PRONOUN:
            assert clause.cod_form is wish.form
        if wish.led:
            assert clause.trigger is not None
            assert clause.tense in clause.trigger.tenses
            assert clause.trigger.allows(clause.subject)
    kinds = {(clause.cod_form, clause.question, clause.tense) for _, clause in wished}
    assert {kind[0] for kind in kinds} == set(ObjectForm)
    assert {kind[2] for kind in kinds} == set(Tense)


def test_a_mood_has_what_asks_for_it(all_scenes: list[Clause]) -> None:
    for clause in all_scenes:
        if clause.tense in (Tense.SUBJONCTIF, Tense.SUBJONCTIF_PASSE):
            assert clause.trigger is not None
        if clause.tense in (Tense.PASSE_SIMPLE, Tense.FUTUR_ANTERIEUR):
            assert clause.trigger or clause.time or clause.adverb, clause
        if clause.tense is Tense.IMPERATIF:
            assert clause.subject_key in ("tu", "nous", "vous")


@pytest.mark.parametrize(
    ("frame_id", "tense", "trigger"),
    [
        ("tomber", Tense.SUBJONCTIF, "il faut que"),
        ("tomber", Tense.SUBJONCTIF, "je suis content que"),
        ("savoir", Tense.SUBJONCTIF, "je veux que"),
        ("manger", Tense.CONDITIONNEL_PASSE, "sans ton aide,"),
        ("manger", Tense.SUBJONCTIF, "j'ai peur que"),
    ],
)
def test_nobody_asks_for_an_accident_or_fears_a_meal(
    frame_id: str, tense: Tense, trigger: str
) -> None:
    assert trigger in triggers()
    found = list(scenes(frame_id, tense))
    assert all(clause.trigger_key != trigger for clause in found)


def test_two_things_and_no_thing() -> None:
    """Behind ni ... ni two different things of a kind, behind aucun one that can be counted."""
    wish = Wish((Polarity.NI, Polarity.AUCUN, Polarity.QUE))
    seen: set[Polarity] = set()
    for frame in lexicon().frames.values():
        for seed in range(6):
            clause = draw_scene(frame, PC, Random(seed), wish)
            if clause is None or clause.cod is None:
                continue
            seen.add(clause.polarity)
            if clause.polarity is Polarity.NI:
                assert clause.cod2 is not None
                assert clause.cod.lemma != clause.cod2.lemma
            if clause.polarity is Polarity.AUCUN:
                assert not clause.cod.plural
                assert clause.cod.countable
    assert seen == {Polarity.NI, Polarity.AUCUN, Polarity.QUE}


def test_nothing_is_left_open_in_english(all_scenes: list[Clause]) -> None:
    for clause in all_scenes:
        english = translate(clause)
        assert "{" not in english, clause
        assert "  " not in english, clause
    for frame in lexicon().frames.values():
        kinds = {s.phrase.kind for s in frame.subjects.values() if s.phrase is not None}
        assert DeterminerKind.POSSESSIVE not in kinds, frame.id


def test_a_timetable_is_no_progressive(all_scenes: list[Clause]) -> None:
    """No "he is shaving before breakfast"."""
    for clause in all_scenes:
        if clause.trigger_key is not None:
            continue
        habit = "nohabit" not in clause.frame.flags and clause.tense in (PRESENT, IMPARFAIT)
        temporal = clause.oblique is not None and clause.oblique.temporal
        if habit and temporal and clause.polarity is Polarity.AFFIRMATIVE:
            once = clause.oblique is not None and clause.oblique.once
            assert once or clause.time or clause.adverb or "stative" in clause.frame.flags, clause


def test_no_time_is_said_twice(all_scenes: list[Clause]) -> None:
    """Neither "right now before dinner" nor "tomorrow morning before dinner"."""
    for clause in all_scenes:
        if clause.time is None or clause.oblique is None or not clause.oblique.temporal:
            continue
        assert clause.time.aspect != "now", clause
        if clause.oblique.surface.endswith("dîner"):
            assert clause.time.moment in ("", "afternoon", "evening"), clause


def test_meals_have_their_time(all_scenes: list[Clause]) -> None:
    for clause in all_scenes:
        if clause.time is None or clause.cod is None:
            continue
        if clause.cod.lemma == "petit déjeuner":
            assert clause.time.moment in ("", "morning"), clause
        if clause.cod.lemma == "dîner":
            assert clause.time.moment in ("", "afternoon", "evening"), clause


def test_one_event_is_no_habit(all_scenes: list[Clause]) -> None:
    """No "gets bored during the meeting twice a week"."""
    for clause in all_scenes:
        if clause.oblique is None or not clause.oblique.once:
            continue
        aspects = {each.aspect for each in (clause.time, clause.adverb) if each is not None}
        assert not aspects & {"habit", "state"}, clause


def test_a_negated_habit_is_regular(all_scenes: list[Clause]) -> None:
    """ "Not on Saturdays" says something, "not every morning" and "not in the past" do not."""
    for clause in all_scenes:
        if clause.polarity is Polarity.PAS and clause.time is not None:
            assert clause.time.aspect != "habit" or clause.time.french.startswith("le "), clause
            if "stative" not in clause.frame.flags:
                assert clause.time.aspect not in ("state", "now"), clause


@pytest.mark.parametrize(
    "frame_id",
    ["s'arrêter", "allumer", "fermer", "oublier", "recevoir", "se souvenir", "se lever"],
)
def test_what_is_over_at_once_is_not_going_on(frame_id: str) -> None:
    assert not any(clause.time_key == "en ce moment" for clause in scenes(frame_id, PRESENT))


@pytest.mark.parametrize(
    "frame_id", ["s'envoler", "s'évader", "se disputer", "gagner", "découvrir"]
)
def test_what_nobody_plans_has_no_date(frame_id: str) -> None:
    found = list(scenes(frame_id, FUTUR))
    assert found
    assert all(clause.time is None for clause in found)


@pytest.mark.parametrize("tense", TENSES)
def test_accidents_that_do_not_happen(tense: Tense) -> None:
    found = list(scenes("tomber", tense, Polarity.PAS))
    assert bool(found) == (tense is PC)
    assert all(clause.time is None for clause in found)


def test_arriving_there_is_not_managing() -> None:
    """ "Elle y est arrivée" means that she managed."""
    frame = lexicon().frames["arriver"]
    assert not any(draw_scene(frame, PC, Random(i), Wish(pronoun=True)) for i in range(100))


@pytest.mark.parametrize("frame_id", ["allumer", "fermer", "traverser", "se brosser"])
def test_trifles_have_no_date(frame_id: str) -> None:
    times = {clause.time_key for clause in scenes(frame_id, PC)} - {None}
    assert times
    assert not any("dernier" in time or "il y a" in time for time in times if time)


@pytest.mark.parametrize("frame_id", ["se lever", "se coucher", "se réveiller"])
@pytest.mark.parametrize("tense", [PRESENT, IMPARFAIT])
def test_getting_up_is_a_habit(frame_id: str, tense: Tense) -> None:
    for clause in scenes(frame_id, tense):
        assert clause.time is not None or clause.adverb is not None
        assert not re.search(r"\b(am|is|are|was|were) (not )?\w+ing\b", translate(clause))


def test_what_one_counts_by_the_week() -> None:
    twice = {
        frame_id
        for frame_id in ("téléphoner", "nager", "s'amuser", "rester", "se disputer")
        for clause in scenes(frame_id, PRESENT)
        if clause.time_key == "deux fois par semaine"
    }
    assert twice == {"téléphoner", "nager"}


@pytest.mark.parametrize(
    "frame_id", ["vouloir", "être", "avoir.need", "se souvenir", "savoir", "se laver.body"]
)
def test_a_passing_state_was_not_so_in_the_past(frame_id: str) -> None:
    times = [clause.time for clause in scenes(frame_id, IMPARFAIT)]
    assert not any(time.aspect == "state" for time in times if time is not None)


def test_nothing_has_already_happened_late() -> None:
    found = list(scenes("commencer.event", PC))
    assert found
    assert all(clause.adverb is None for clause in found)


def test_advice_and_news_are_not_counted_in_english() -> None:
    asked = Clause("demander", PC, "ils", cod_key="un conseil", oblique_key="lui Marc")
    assert translate(asked) == "They asked Marc for some advice."
    received = Clause(
        "recevoir", PC, "elles", Polarity.PAS, cod_key="des nouvelles", time_key="hier"
    )
    assert translate(received) == "They did not receive any news yesterday."


@pytest.mark.parametrize("frame_id", ["rentrer", "se lever", "se coucher", "se réveiller"])
def test_plus_does_not_compare(frame_id: str) -> None:
    """No "elle ne rentre plus tard", which reads as "later"."""
    found = list(scenes(frame_id, FUTUR, Polarity.PLUS))
    assert found
    assert not any(c.oblique is not None and c.oblique.comparable for c in found)
