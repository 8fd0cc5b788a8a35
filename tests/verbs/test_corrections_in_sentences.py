"""A correction that staff make reaches the sentences: written, judged and planned with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from generation import running, services
from generation.judging import Verdict, judge
from generation.models import GenerationItem
from generation.planning import Constraints
from generation.writers.base import Draft, Plan
from generation.writers.rules import RulesWriter
from quizservice import caching
from quizservice.errors import Unprocessable
from verbs import cache, corrections
from verbs.french.overrides import EMPTY, in_force
from verbs.french.vocabulary import Auxiliary, Focus, Level, Person, Tense
from verbs.models import Verb, VerbOverride

pytestmark = pytest.mark.django_db

Commit = Callable[..., AbstractContextManager[Any]]
WRITER = RulesWriter()
PC = Tense.PASSE_COMPOSE


@pytest.fixture
def correct(django_capture_on_commit_callbacks: Commit) -> Callable[..., VerbOverride]:
    """Correct a verb and commit."""

    def make(infinitive: str, field: str, value: str, **reading: Any) -> VerbOverride:
        verb = Verb.objects.get(infinitive=infinitive, **reading)
        with django_capture_on_commit_callbacks(execute=True):
            return corrections.correct(verb, field=field, value=value, author="bo", reason="so")

    return make


@pytest.fixture
def withdraw(django_capture_on_commit_callbacks: Commit) -> Callable[[VerbOverride], None]:
    """Take a correction back and commit."""

    def take(override: VerbOverride) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            corrections.withdraw(override, by="bo")

    return take


def written(plan: Plan) -> Draft:
    with in_force(cache.overrides()):
        return WRITER.write(plan)


def judged(draft: Draft, plan: Plan) -> Verdict:
    with in_force(cache.overrides()):
        return judge(draft, plan)


def key(draft: Draft) -> str:
    return next(each.text for each in draft.statements if each.is_correct)


def order(*infinitives: str, tense: Tense = PC, **values: Any) -> services.Order:
    constraints = Constraints(
        verbs=infinitives, tenses=(tense,), focuses=(Focus.CONJUGATION,), **values
    )
    return services.Order(count=1, constraints=constraints)


# --- what is in force -----------------------------------------------------------------------------


def test_corrections_are_read_once_and_again_after_a_change(
    correct: Callable[..., VerbOverride],
    withdraw: Callable[[VerbOverride], None],
    django_assert_num_queries: Any,
) -> None:
    assert cache.overrides() == EMPTY
    with django_assert_num_queries(0):
        assert cache.overrides() == EMPTY
    override = correct("finir", "present.1s", "fina")
    assert cache.overrides().infinitives == ("finir",)
    with django_assert_num_queries(0):
        cache.overrides()
    withdraw(override)
    assert cache.overrides() == EMPTY
    assert caching.all_stats()["override_cache"]["entries"] == 1
    cache.clear()
    assert caching.all_stats()["override_cache"]["entries"] == 0


def test_all_readings_of_a_corrected_verb_are_there_by_frequency(
    correct: Callable[..., VerbOverride],
) -> None:
    correct("monter", "level", "B2", auxiliary="avoir")
    found = cache.overrides()
    rows = Verb.objects.filter(infinitive="monter").order_by("frequency_rank")
    assert [reading for reading, _ in found.readings] == [
        (row.infinitive, row.auxiliary, row.reflexive) for row in rows
    ]
    assert found.reading(("monter", Auxiliary.AVOIR, False)).level is Level.B2
    assert found.reading(("monter", Auxiliary.ETRE, False)).level is None


def test_a_correction_of_what_the_engine_does_not_use_changes_nothing(
    correct: Callable[..., VerbOverride],
) -> None:
    correct("finir", "frequency_rank", "999")
    assert cache.overrides() == EMPTY


# --- writing and judging --------------------------------------------------------------------------


_FUTURE = dict(zip(Person, ("ai", "as", "a", "ons", "ez", "ont"), strict=True))


@pytest.mark.parametrize(
    ("tense", "fields", "right", "other"),
    [
        (PC, {"past_participle": "mangu"}, "mangé", "mangu"),
        (
            Tense.FUTUR_SIMPLE,
            {f"futur_simple.{person}": f"mangir{ending}" for person, ending in _FUTURE.items()},
            "manger",
            "mangir",
        ),
    ],
)
def test_a_corrected_form_is_written_and_judged_right_until_it_is_withdrawn(
    tense: Tense,
    fields: dict[str, str],
    right: str,
    other: str,
    correct: Callable[..., VerbOverride],
    withdraw: Callable[[VerbOverride], None],
) -> None:
    plan = Plan(focus=Focus.CONJUGATION, tense=tense, verbs=("manger",), seed=5)
    before = written(plan)
    assert right in key(before)
    assert judged(before, plan).accepted

    made = [correct("manger", field, value, reflexive=False) for field, value in fields.items()]
    after = written(plan)
    assert other in key(after)
    assert judged(after, plan).accepted
    assert not judged(before, plan).accepted

    for override in made:
        withdraw(override)
    assert key(written(plan)) == key(before)
    assert judged(before, plan).accepted
    assert not judged(after, plan).accepted


def test_an_order_is_written_with_the_corrections(correct: Callable[..., VerbOverride]) -> None:
    correct("manger", "past_participle", "mangu", reflexive=False)
    request = services.submit(order("manger"))
    item = request.items.get()
    assert running.run_item(item.id) == GenerationItem.State.GENERATED
    item.refresh_from_db()
    assert item.problem is not None
    statement = item.problem.statements.get(is_correct=True)
    assert "mangu" in statement.content


# --- planning -------------------------------------------------------------------------------------


def test_an_order_is_refused_by_the_corrected_level(correct: Callable[..., VerbOverride]) -> None:
    wanted = order("manger", tense=Tense.PRESENT, level=Level.A1)
    services.submit(wanted)
    for verb in Verb.objects.filter(infinitive="manger"):
        correct("manger", "level", "B2", auxiliary=verb.auxiliary, reflexive=verb.reflexive)
    with pytest.raises(Unprocessable, match="manger"):
        services.submit(wanted)


def test_a_tense_with_a_corrected_compound_form_is_not_written(
    correct: Callable[..., VerbOverride],
) -> None:
    services.submit(order("manger"))
    correct("manger", "passe_compose.3p", "sont mangés", reflexive=False)
    with pytest.raises(Unprocessable, match="manger"):
        services.submit(order("manger"))
    services.submit(order("manger", tense=Tense.PRESENT))
