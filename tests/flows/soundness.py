"""What must hold of every order after whatever happened to the processes."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count

from generation.models import GenerationItem, GenerationRequest
from problems.models import Problem
from quizservice import kafka
from tests.flows.stack import Stack, wait_for

State = GenerationItem.State
COUNTERS = {
    "generated_count": State.GENERATED,
    "failed_count": State.FAILED,
    "rejected_count": State.REJECTED,
}


def all_ended() -> bool:
    """Also the items in the hands of workers, which outlive the end of a cancelled order."""
    unfinished = [*GenerationItem.NOT_BEGUN, State.PROCESSING]
    return not (
        GenerationRequest.objects.open().exists()
        or GenerationItem.objects.filter(state__in=unfinished).exists()
    )


def assert_sound(running: Stack, *, timeout: float = 120.0) -> None:
    """Every requested item has one end, every generated one its own problem, the counters say what the
    rows say, nothing is left in work and no message is left to be dealt with."""
    wait_for("the end of all orders", all_ended, timeout=timeout)
    for request in GenerationRequest.objects.all():
        states = Counter(request.items.values_list("state", flat=True))
        assert sum(states.values()) == request.requested_count
        assert set(states) <= {*COUNTERS.values(), State.DROPPED}
        for counter, state in COUNTERS.items():
            assert getattr(request, counter) == states[state], (request.id, counter, states)
    made = GenerationItem.objects.filter(state=State.GENERATED)
    assert not made.filter(problem=None).exists()
    assert not GenerationItem.objects.exclude(state=State.GENERATED).exclude(problem=None).exists()
    doubled = made.values("problem").annotate(n=Count("id")).filter(n__gt=1)
    assert not doubled.exists()
    assert Problem.objects.count() == made.count()
    wait_for("the lag to be zero", lambda: lag(running) == 0, timeout=60)


def assert_all_made(running: Stack, number: int, *, timeout: float = 120.0) -> None:
    """Sound, and all of ``number`` problems were made."""
    assert_sound(running, timeout=timeout)
    assert set(GenerationRequest.objects.values_list("status", flat=True)) == {"completed"}
    assert Problem.objects.count() == number


def kafka_of(running: Stack) -> kafka.Options:
    """How the workers of a stack reach Kafka, and the group that they form."""
    return kafka.Options(
        bootstrap_servers=running.environment["KAFKA_BOOTSTRAP_SERVERS"],
        group_id=running.environment["KAFKA_GROUP_ID"],
    )


def lag(running: Stack) -> int:
    """Messages that the workers of a stack have not finished."""
    return sum(kafka.lag(kafka_of(running), running.topics.values()).values())


def published(running: Stack) -> int:
    """Messages that the topics of a stack have ever taken."""
    progress = kafka.progress(kafka_of(running), running.topics.values())
    return sum(place.end for place in progress.values())
