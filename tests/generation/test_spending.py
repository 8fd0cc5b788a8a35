"""What models cost is counted once, whatever happens, and bounded by budgets."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from generation import checks, spending
from generation.metering import Call, Purpose
from generation.models import GenerationItem, GenerationRequest, ModelUse, PromptOutcome
from generation.spending import Outcome, OutcomeResult
from generation.writers.base import WriterError
from tests.generation.make import item_of, submit

MINI = "gpt-4o-mini"


@pytest.fixture(autouse=True)
def prices(settings: Any) -> None:
    settings.OPENAI_PRICES = {
        MINI: (Decimal("0.15"), Decimal("0.60")),
        "gpt-4o": (Decimal("2.50"), Decimal(10)),
    }


def call(model: str = MINI, asked: int = 1000, answered: int = 100, **values: Any) -> Call:
    values = {"purpose": Purpose.WRITE, "prompt_version": "7", "seconds": 0.5, **values}
    return Call(model=model, input_tokens=asked, output_tokens=answered, **values)


# --- prices ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        (MINI, "0.75"),
        ("gpt-4o-mini-2024-07-18", "0.75"),
        ("gpt-4o-2024-08-06", "12.5"),
        ("gpt-4o-mini-audio-preview", None),
        ("gpt-4", None),
        ("llama3.2", None),
        ("", None),
    ],
)
def test_a_million_tokens_each_way_cost_what_the_price_list_says(
    model: str, dollars: str | None
) -> None:
    cost = spending.cost_of(model, 1_000_000, 1_000_000)
    assert cost == (None if dollars is None else Decimal(dollars))


# --- counting -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_calls_are_counted_with_item_order_and_day() -> None:
    request = submit(2)
    first, second = request.items.all()
    spending.account(
        first,
        [
            call(),
            call(asked=2000, failure="truncated"),
            call("gpt-4o", purpose=Purpose.JUDGE, asked=400, answered=20),
        ],
    )
    spending.account(second, [call()])
    spending.account(second, [])
    for row in (first, second, request):
        row.refresh_from_db()
    # 0.00021 for a call of 1000 and 100 tokens
    assert (first.tokens, first.cost) == (3620, Decimal("0.00177"))
    assert (second.tokens, second.cost) == (1100, Decimal("0.00021"))
    assert (request.tokens, request.cost) == (4720, Decimal("0.00198"))
    written, judged = ModelUse.objects.order_by("purpose").reverse()
    assert (written.model, written.purpose, written.calls, written.failures) == (
        MINI,
        "write",
        3,
        1,
    )
    assert (written.input_tokens, written.output_tokens, written.seconds) == (4000, 300, 1.5)
    assert written.cost == Decimal("0.00078")
    assert (judged.model, judged.purpose, judged.cost) == ("gpt-4o", "judge", Decimal("0.0012"))
    assert spending.todays_use() == spending.Use(4720, Decimal("0.00198"))


@pytest.mark.django_db
def test_a_model_without_a_price_counts_its_tokens_and_no_cost(settings: Any) -> None:
    item = item_of(submit())
    spending.account(item, [call("llama3.2"), call("llama3.2")])
    item.refresh_from_db()
    assert (item.tokens, item.cost) == (2200, Decimal(0))
    assert ModelUse.objects.get().cost is None
    assert spending.todays_use() == spending.Use(2200, Decimal(0), ("llama3.2",))
    # a price that comes later counts from then on
    settings.OPENAI_PRICES = {"llama3.2": (Decimal(1), Decimal(1))}
    spending.account(item, [call("llama3.2")])
    assert ModelUse.objects.get().cost == Decimal("0.0011")
    spending.account(item, [call("llama3.2")])
    assert ModelUse.objects.get().cost == Decimal("0.0022")


@pytest.mark.django_db
def test_what_was_paid_counts_though_the_claim_is_lost_or_the_item_gone() -> None:
    request = submit()
    item = item_of(request)
    GenerationItem.objects.update(state="generated", attempt=9, ended_at=datetime.now(UTC))
    spending.account(item, [call()])
    GenerationItem.objects.all().delete()
    spending.account(item, [call()])
    request.refresh_from_db()
    assert request.tokens == 2200
    assert ModelUse.objects.get().calls == 2


@pytest.mark.django_db
def test_a_name_that_a_server_made_up_is_stored_as_far_as_it_fits() -> None:
    spending.account(item_of(submit()), [call("x\x00" + "y" * 500)])
    assert ModelUse.objects.get().model == "x" + "y" * 99


@pytest.mark.django_db(transaction=True)
def test_many_workers_count_at_once_and_nothing_is_lost(loaded_verbs: None) -> None:
    """Rows in any order, of the same orders: no deadlock, and the sums are right."""
    items = [item for _ in range(3) for item in submit(4).items.all()]
    faults: list[Exception] = []
    together = threading.Barrier(8)
    models = [MINI, "gpt-4o", "llama3.2"]

    def work(number: int) -> None:
        chance = random.Random(number)
        try:
            together.wait(30)
            for _ in range(25):
                purposes = list(Purpose)
                calls = [
                    call(model, 10, 1, purpose=purpose) for model in models for purpose in purposes
                ]
                chance.shuffle(calls)
                spending.account(chance.choice(items), calls)
                outcomes = [
                    Outcome("7", model, error, result)
                    for model in models
                    for error in ("", "elision")
                    for result in OutcomeResult
                ]
                chance.shuffle(outcomes)
                spending.count_outcomes(outcomes)
        except Exception as error:  # noqa: BLE001  whatever it is, the test shall tell it
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert faults == []
    assert ModelUse.objects.count() == PromptOutcome.objects.count() == 6
    assert set(ModelUse.objects.values_list("calls", "input_tokens")) == {(200, 2000)}
    assert set(PromptOutcome.objects.values_list(*PromptOutcome.RESULTS)) == {(200,) * 5}
    for rows in (GenerationItem.objects, GenerationRequest.objects):
        assert rows.aggregate(tokens=Sum("tokens"))["tokens"] == 8 * 25 * 66
    for request in GenerationRequest.objects.all():
        assert request.items.aggregate(cost=Sum("cost"))["cost"] == request.cost


@pytest.mark.django_db
def test_outcomes_give_rates_by_version_model_and_error_type() -> None:
    def outcomes(version: str, error: str, *results: str) -> list[Outcome]:
        return [Outcome(version, MINI, error, OutcomeResult(result)) for result in results]

    spending.count_outcomes([])
    assert not PromptOutcome.objects.exists()
    spending.count_outcomes(outcomes("1", "elision", "accepted", "repaired", "rejected"))
    PromptOutcome.objects.update(day=datetime.now(UTC).date() - timedelta(days=1))
    spending.count_outcomes(outcomes("1", "elision", "accepted", "rewritten"))
    spending.count_outcomes(outcomes("2", "", "unsure"))
    first, second = PromptOutcome.objects.all().sums()
    assert first == {
        "prompt_version": "1",
        "model": MINI,
        "error_type": "elision",
        "accepted": 2,
        "repaired": 1,
        "rewritten": 1,
        "rejected": 1,
        "unsure": 0,
        "total": 5,
        "accepted_share": 0.4,
        "kept_share": 0.8,
    }
    assert (second["prompt_version"], second["error_type"], second["unsure"]) == ("2", "", 1)
    assert (second["accepted_share"], second["kept_share"]) == (0, 0)


# --- budgets --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_limits_nothing_is_asked_of_the_database() -> None:
    request = submit()
    with CaptureQueriesContext(connection) as queries:
        spending.check_budget(request)
        assert spending.notices() == []
    assert len(queries) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "below", "at", "said"),
    [
        (
            "OPENAI_DAILY_TOKENS",
            1101,
            1100,
            "The day's budget of 1,100 tokens is used up: work goes",
        ),
        (
            "OPENAI_DAILY_COST",
            0.00022,
            0.00021,
            "The day's budget of 0.00021 US dollars is used up",
        ),
        ("OPENAI_ORDER_TOKENS", 1101, 1100, "This order's budget of 1,100 tokens is used up"),
        (
            "OPENAI_ORDER_COST",
            0.00022,
            0.00021,
            "This order's budget of 0.00021 US dollars is used up",
        ),
    ],
)
def test_a_budget_that_is_used_up_lets_items_wait(
    settings: Any, limit: str, below: float, at: float, said: str
) -> None:
    request = submit()
    spending.account(item_of(request), [call()])
    setattr(settings, limit, below)
    spending.check_budget(request)
    setattr(settings, limit, at)
    with pytest.raises(WriterError) as raised:
        spending.check_budget(request)
    assert raised.value.message.startswith(said)
    assert raised.value.spends_attempt is False
    assert raised.value.stops_writer is False
    assert raised.value.retry_after is not None
    assert 1 <= raised.value.retry_after <= spending.LONGEST_WAIT


@pytest.mark.django_db
def test_a_budget_is_of_its_day_and_of_its_order(settings: Any) -> None:
    settings.OPENAI_DAILY_TOKENS = settings.OPENAI_ORDER_TOKENS = 1000
    spent, other = submit(), submit()
    spending.account(item_of(spent), [call()])
    with pytest.raises(WriterError, match="used today"):
        spending.check_budget(other)
    ModelUse.objects.update(day=datetime.now(UTC).date() - timedelta(days=1))
    spending.check_budget(other)
    with pytest.raises(WriterError, match="used 1100 tokens"):
        spending.check_budget(spent)


def test_the_wait_until_midnight_is_never_nothing() -> None:
    noon = datetime(2026, 12, 31, 12, 30, tzinfo=UTC)
    assert spending.until_midnight(noon) == 11.5 * 3600
    assert spending.until_midnight(datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == 1


@pytest.mark.django_db
def test_staff_hear_of_a_budget_before_it_is_used_up(settings: Any) -> None:
    spending.account(item_of(submit()), [call(), call("llama3.2")])
    settings.OPENAI_DAILY_TOKENS = 2_000
    assert [notice.reached for notice in spending.notices()] == [True]
    settings.OPENAI_DAILY_TOKENS = 2_750
    assert spending.notices() == [
        spending.Notice(
            "80% of the day's budget of 2,750 tokens for models are used.", reached=False
        )
    ]
    settings.OPENAI_DAILY_TOKENS = 2_760
    assert spending.notices() == []
    settings.OPENAI_DAILY_COST = 5.0
    assert [notice.text for notice in spending.notices()] == [
        "OPENAI_PRICES has no price for llama3.2: the budget in US dollars misses its tokens."
    ]


@pytest.mark.parametrize("judge", ["", MINI, "gpt-4o"])
def test_a_budget_of_money_needs_prices(settings: Any, judge: str) -> None:
    settings.OPENAI_API_KEY = "sk-test"
    settings.OPENAI_JUDGE_MODEL = judge
    assert checks.budgets_of_money_have_prices(None) == []
    settings.OPENAI_ORDER_COST = 1.0
    assert checks.budgets_of_money_have_prices(None) == []
    settings.OPENAI_JUDGE_MODEL = "judge-1"
    (error,) = checks.budgets_of_money_have_prices(None)
    assert error.id == "generation.E003"
    assert error.msg.startswith("OPENAI_ORDER_COST limits what models cost")
    assert "no price for judge-1" in error.msg
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    assert checks.budgets_of_money_have_prices(None) == []
