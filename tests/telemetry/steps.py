"""Steps of the exercise that give every metric a value which can be told beforehand."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils import timezone

import apikeys.services
from apikeys import guessing
from apikeys.models import ApiKey
from generation import pausing, services, spending
from generation.models import GenerationItem, GenerationRequest, ModelUse, PromptOutcome
from problems import stock
from problems.models import Statement
from tests.flows.stack import wait_for
from tests.stubs.openai_faults import Fault, Rule

if TYPE_CHECKING:
    from tests.telemetry.exercise import Exercise

#: How many problems were ordered in bulk while all was paused, by an order that was cancelled and one
#: that expired; and how many after that.
CANCELLED, EXPIRED, MADE = 3, 2, 2
#: From where keys are guessed: the proxy that says so is trusted, and nobody else comes from there.
GUESSER = "203.0.113.66"


def point(exercise: Exercise, metric: str, **attributes: str) -> float | None:
    """The latest value that the sink has of one series; None when there is none."""
    found = exercise.sink.metrics.get(metric, [])
    return next((one.value for one in found if one.attributes == attributes), None)


def told(exercise: Exercise, value: float, metric: str, **attributes: str) -> None:
    """Wait until the sink has a value of one series."""

    def look() -> bool:
        found = point(exercise, metric, **attributes)
        return found is not None and abs(found - value) < 1e-9

    wait_for(f"{metric} {attributes} = {value}", look, timeout=40)


# --- serving --------------------------------------------------------------------------------------


def drawn(exercise: Exercise, path: str, **headers: str) -> None:
    """Draw, and note what came by focus and language."""
    answer = exercise.ask("GET", f"problems/{path}", **headers)
    assert answer.status_code == 200, answer.text
    counted: Counter[tuple[str, str]] = exercise.done.setdefault("drawn", Counter())
    came = answer.json()
    for one in came.get("results", [came]):
        counted[one["grammatical_focus"], one["target_language_code"]] += 1


def draw(exercise: Exercise) -> None:
    """Single problems and several at once, with and without what they are in the filter."""
    drawn(exercise, "random")
    drawn(exercise, "random?count=3")
    drawn(exercise, "random?reveal=false&include_metadata=true")
    drawn(exercise, "grammar/random?include_metadata=true&target_language_code=eng")


def draw_nothing(exercise: Exercise) -> None:
    """Draws that nothing matches, with filters of each kind."""
    for query in (
        "verb=nosuchverb",
        "verb=nosuchverb&grammatical_focus=negation&target_language_code=eng",
        "verb=nosuchverb&grammatical_focus=negation,pronouns&target_language_code=klingon",
    ):
        assert exercise.ask("GET", f"problems/random?{query}").status_code == 404


# --- keys -----------------------------------------------------------------------------------------


def be_refused(exercise: Exercise) -> None:
    """Be refused for each reason; ``done["refused"]`` says how often at least."""
    refused: Counter[str] = exercise.done.setdefault("refused", Counter())
    for reason, key, path in (
        ("missing", "", "problems/random"),
        ("malformed", "no key at all", "problems/random"),
        ("unknown", _key(deleted=True), "problems/random"),
        ("revoked", _key(is_active=False), "problems/random"),
        ("expired", _key(expires_at=timezone.now() - timedelta(hours=1)), "problems/random"),
        ("address", _key(allowed_ips=["198.51.100.7"]), "problems/random"),
        ("scope", _key(), "problems?status=draft"),
    ):
        answer = exercise.ask("GET", path, **{"X-API-Key": key})
        assert answer.status_code in (401, 403), (reason, answer.text)
        refused[reason] += 1
    slow = _key(rate_limit_rpm=1)
    statuses = [
        exercise.ask("GET", "problems", **{"X-API-Key": slow}).status_code for _ in range(4)
    ]
    refused["rate"] += statuses.count(429)
    guess(exercise)


def guess(exercise: Exercise) -> None:
    """Wrong keys until nobody from there is heard any more."""
    refused: Counter[str] = exercise.done["refused"]
    for number in range(guessing.MOST + 2):
        headers = {"X-API-Key": "no key at all", "X-Forwarded-For": GUESSER}
        answer = exercise.ask("GET", "problems/random", **headers)
        waits = number >= guessing.MOST
        assert answer.status_code == (429 if waits else 401), answer.text
        refused["guessing" if waits else "malformed"] += 1


def _key(*, deleted: bool = False, **values: Any) -> str:
    """A new key's text, whose row then gets these values, or is taken away."""
    limit = values.pop("rate_limit_rpm", 100)
    text, key = apikeys.services.issue(name="refused", rate_limit_rpm=limit)
    row = ApiKey.objects.filter(id=key.id)
    if deleted:
        row.delete()
    elif values:
        row.update(**values)
    return text


# --- generation -----------------------------------------------------------------------------------


def mend(exercise: Exercise) -> None:
    """A model whose wrong sentences the engine repairs, and whose right one is written again."""
    exercise.model.script(
        Rule(Fault.MARKUP, match={"task": "incorrect"}, times=3),
        Rule(Fault.MARKUP, match={"task": "correct"}, times=1),
    )
    exercise.order("mended", constraints={"grammatical_focus": ["auxiliary"]})
    exercise.model.reset()


def drop(exercise: Exercise) -> None:
    """While all is paused items wait; of two orders one is cancelled and one expires.

    A third one, which nobody paused, makes problems that are never drawn.
    """
    ordered: dict[str, Any] = {"generator": "rules", "priority": "bulk"}
    pausing.pause_all(by="the exercise")
    try:
        cancelled = services.submit(services.Order(count=CANCELLED, **ordered)).id
        told(exercise, CANCELLED, "quiz.items", priority="bulk", state="waiting")
        answer = exercise.ask("POST", f"generation-requests/{cancelled}/cancel")
        assert answer.status_code == 200, answer.text
        expired = services.submit(services.Order(count=EXPIRED, **ordered)).id
        GenerationRequest.objects.filter(id=expired).update(
            expires_at=timezone.now() - timedelta(seconds=1)
        )
        assert exercise.ended(expired).status == "expired"
    finally:
        pausing.resume_all()
    exercise.ended(services.submit(services.Order(count=MADE, **ordered)).id)
    told(exercise, 0, "quiz.items", priority="bulk", state="waiting")


def settle(exercise: Exercise) -> None:
    """Wait until the gauges tell what the database holds; ``done["gauges"]`` are their points then."""
    used = spending.todays_use()
    told(exercise, used.tokens / exercise.DAILY_TOKENS, "quiz.budget.used", kind="tokens")
    told(exercise, float(used.cost) / exercise.DAILY_COST, "quiz.budget.used", kind="cost")
    for kind, number in {"web": 1, "worker": 2, "dispatcher": 1}.items():
        told(exercise, number, "quiz.processes", kind=kind)
    for priority in ("interactive", "bulk"):
        told(exercise, 0, "quiz.kafka.lag", priority=priority)
        told(exercise, 0, "quiz.items.oldest_waiting", priority=priority)
    live: Counter[tuple[str, str, str]] = Counter()
    fresh: Counter[tuple[str, str, str]] = Counter()
    for shelf in stock.look().shelves:
        for tense in shelf.tenses:
            cell = shelf.focus, tense, shelf.level
            live[cell] += shelf.holding.live
            fresh[cell] += shelf.holding.never_served
    for (focus, tense, level), number in live.items():
        named = {"focus": focus, "tense": tense, "level": level}
        told(exercise, number, "quiz.pool.stock", **named)
        told(exercise, fresh[focus, tense, level], "quiz.pool.fresh", **named)
    exercise.done["gauges"] = exercise.sink.metrics
    exercise.done["live"] = live


def read_ledger(exercise: Exercise) -> None:
    """What the database holds at the end, as metrics must have counted it."""
    made = GenerationItem.objects.exclude(state="dropped")
    used = ModelUse.objects.aggregate(
        calls=Sum("calls"),
        failures=Sum("failures"),
        input=Sum("input_tokens"),
        output=Sum("output_tokens"),
        cost=Sum("cost"),
    )
    statements: Counter[tuple[str, str]] = Counter()
    for row in PromptOutcome.objects.all():
        for outcome in PromptOutcome.RESULTS:
            statements[row.error_type or "none", outcome] += getattr(row, outcome)
    by_engine = Statement.objects.filter(
        problem__generation_item__request__generator="rules"
    ).values_list("error_type", flat=True)
    statements.update((error_type or "none", "accepted") for error_type in by_engine)
    exercise.done["ledger"] = {
        "ended": Counter(made.values_list("state", "request__generator")),
        "attempts": made.aggregate(number=Sum("attempt"))["number"],
        "calls": used["calls"],
        "failures": used["failures"],
        "tokens": {"input": used["input"], "output": used["output"]},
        "cost": used["cost"],
        "statements": +statements,
    }
