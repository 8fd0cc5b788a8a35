"""Orders, on the real database."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from generation.models import GenerationItem, GenerationRequest
from generation.planning import Constraints
from quizservice.errors import ServiceError
from tests.generation.make import submit
from verbs.french.vocabulary import Focus, Level, Tense

State = GenerationItem.State


@pytest.mark.django_db
def test_an_order_becomes_a_request_with_one_item_a_problem() -> None:
    request = submit(3, topic_tags=("lesson-3",))
    assert request.status == "pending"
    assert request.priority == "interactive"
    assert list(request.items.values_list("position", "state")) == [
        (n, "waiting") for n in range(3)
    ]
    assert len({item.seed for item in request.items.all()}) == 3


@pytest.mark.django_db
def test_a_large_order_is_bulk_unless_it_says_otherwise() -> None:
    assert submit(21).priority == "bulk"
    assert submit(21, priority="interactive").priority == "interactive"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraints", "named"),
    [
        (Constraints(verbs=("xyzer",)), "constraints.verb_infinitives"),
        (
            Constraints(focuses=(Focus.AUXILIARY,), tenses=(Tense.IMPARFAIT,)),
            "constraints.tenses_used",
        ),
        (Constraints(level=Level.A1, tenses=(Tense.PASSE_SIMPLE,)), "constraints.tenses_used"),
    ],
)
def test_what_nobody_can_write_is_refused_before_anything_is_stored(
    constraints: Constraints, named: str
) -> None:
    with pytest.raises(ServiceError) as refused:
        submit(2, constraints=constraints)
    assert refused.value.status == 422
    assert named in [error.field for error in refused.value.errors]
    assert not GenerationRequest.objects.exists()
    assert not GenerationItem.objects.exists()


@pytest.mark.django_db
def test_the_database_ends_a_transaction_that_its_process_has_left() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("1min",)


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_the_counts_and_states(loaded_verbs: None) -> None:
    request = submit(2)
    for change in (
        "UPDATE generation_generationrequest SET generated_count = 3",
        "UPDATE generation_generationrequest SET failed_count = -1",
        "UPDATE generation_generationrequest SET status = 'lost'",
        "UPDATE generation_generationitem SET state = 'lost'",
        "UPDATE generation_generationitem SET state = 'processing'",
        "UPDATE generation_generationitem SET state = 'generated'",
        "UPDATE generation_generationitem SET position = 0",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    request.refresh_from_db()
    assert request.status == "pending"


@pytest.mark.django_db
def test_an_order_may_name_its_writer() -> None:
    assert submit().generator == "rules"
    named = "tests.stubs.writers.FlakyWriter"
    assert submit(generator=named).generator == named


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("generator", "code", "said"),
    [
        ("nobody", "unknown_writer", "nobody is no writer here: choose rules."),
        ("generation.nothing.Writer", "unknown_writer", "choose rules."),
        ("openai", "unavailable", "neither OPENAI_API_KEY nor OPENAI_BASE_URL is set"),
        ("mixed", "unavailable", "neither OPENAI_API_KEY nor OPENAI_BASE_URL is set"),
    ],
)
def test_a_writer_that_is_not_to_be_had_is_refused(generator: str, code: str, said: str) -> None:
    with pytest.raises(ServiceError) as refused:
        submit(generator=generator)
    assert refused.value.status == 422
    assert said in refused.value.detail
    assert [(error.field, error.code) for error in refused.value.errors] == [("generator", code)]
    assert not GenerationRequest.objects.exists()
