"""The calls of a model: one worker process against the bare client on one asyncio loop.

The stub takes a second for each answer. The worker has 8 slots, each problem four calls, so 32 calls are in
flight; the bare client keeps as many in flight, with the same prompts, and does nothing with the answers.
Both are measured between two steady points: after the first third, when the worker has derived what it
needs of the lexicon, and before the last wave. Then, with three seconds a call, how long a single problem
takes: one call's time, not four.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import openai
from django.conf import settings

from generation import services
from generation.models import GenerationItem, GenerationRequest
from generation.planning import Constraints, plan_items
from generation.prompts import Prompt, prompt_for
from generation.prompts.answers import CorrectSentence, IncorrectSentence
from generation.prompts.briefs import briefs_of
from generation.writers.registry import get_writer
from tests.benchmarks.measure import Options, ratios, summary, table, throwaway_database
from tests.benchmarks.service import running
from tests.benchmarks.slots import watched
from tests.flows.stack import wait_for
from tests.stubs.openai_server import StubProcess, start_process

SLOTS = 8
CALLS = 4  # of a problem
ROUNDS = 3
#: How many problems each slot makes in a round.
WAVES = 30
SLOW = 3.0  # seconds a call

Ask = tuple[Prompt, type[CorrectSentence] | type[IncorrectSentence]]


def run(options: Options) -> None:
    rounds, waves = (1, 12) if options.short else (ROUNDS, WAVES)
    settings.OPENAI_API_KEY = "benchmark"
    asks = _prompts(SLOTS * waves)
    ours: list[float] = []
    bare: list[float] = []
    memory: list[float] = []
    with throwaway_database():
        with start_process("--latency=1", "--seed=1") as stub:
            settings.OPENAI_BASE_URL = stub.url
            for _ in range(rounds):
                rate, resident = _through_the_service(options, stub, SLOTS * waves)
                ours.append(rate)
                memory.append(resident)
                stub.reset()
                bare.append(asyncio.run(_bare(stub.url, asks)))
                stub.reset()
        alone = _engine_memory(options, SLOTS * waves)
        with start_process(f"--latency={SLOW}", "--seed=1") as stub:
            one = _one_problem(options, stub)
    print(f"\ncalls: {SLOTS} slots of {CALLS} calls, 1 s a call, {options.broker} broker")
    table(
        ("", "figure"),
        [
            ("problems/s of one worker process", summary(ours)),
            ("problems/s of the bare client", summary(bare)),
            ("share of its throughput", summary(ratios(ours, bare))),
            ("resident MiB of the worker", summary(memory)),
            ("resident MiB of a worker with the grammar engine alone", f"{alone:.0f}"),
            (f"seconds of a problem with {SLOW:g} s a call", f"{one:.2f}"),
            ("in calls", f"{one / SLOW:.2f}"),
        ],
    )


def _prompts(problems: int) -> list[Ask]:
    writer = get_writer("openai")
    plans = plan_items(Constraints(), count=problems, writer=writer, seed=1)
    return [
        (prompt_for(brief), CorrectSentence if brief.task == "correct" else IncorrectSentence)
        for plan in plans
        for brief in briefs_of(plan)
    ]


async def _bare(url: str, asks: Sequence[Ask]) -> float:
    """Problems a second of the client alone."""
    flying = asyncio.Semaphore(SLOTS * CALLS)
    ends: list[float] = []

    async def ask(client: openai.AsyncOpenAI, prompt: Prompt, shape: type) -> None:
        async with flying:
            messages: Any = prompt.messages()
            await client.chat.completions.parse(
                model=settings.OPENAI_MODEL, messages=messages, response_format=shape
            )
            ends.append(time.perf_counter())

    async with openai.AsyncOpenAI(base_url=url, api_key="benchmark", max_retries=0) as client:
        await asyncio.gather(*(ask(client, prompt, shape) for prompt, shape in asks))
    return _rate(sorted(ends), SLOTS * CALLS) / CALLS


def _rate(ends: Sequence[float], wave: int) -> float:
    """Ends a second, from the first third of them to the last wave but one."""
    first, last = len(ends) // 3, len(ends) - wave - 1
    return (last - first) / (ends[last] - ends[first])


def _submit(number: int, generator: str) -> GenerationRequest:
    return services.submit(services.Order(count=number, priority="bulk", generator=generator))


@contextmanager
def _worker(options: Options, slots: int, **environment: str) -> Iterator[int]:
    """A worker and a dispatcher; the worker's process."""
    with running(options, BULK_WORKER_SLOTS=str(slots), **environment) as stack:
        worker = stack.start("bulk_worker")
        stack.start("dispatcher")
        yield worker.pid


def _asking(stub: StubProcess) -> dict[str, str]:
    return {"OPENAI_BASE_URL": stub.url, "OPENAI_API_KEY": "benchmark"}


def _through_the_service(options: Options, stub: StubProcess, number: int) -> tuple[float, float]:
    """Problems a second of one worker, and the most memory that it took (MiB)."""
    request = _submit(number, "openai")
    with _worker(options, SLOTS, **_asking(stub)) as pid, watched(pid) as peak:
        wait_for("the end of the order", lambda: _ended(request), timeout=600)
    started = min(at for at in _moments(request, "started_at"))
    ends = [(at - started) / timedelta(seconds=1) for at in sorted(_moments(request, "ended_at"))]
    return _rate(ends, SLOTS), peak.resident


def _engine_memory(options: Options, number: int) -> float:
    request = _submit(number, "rules")
    with _worker(options, SLOTS, GENERATOR="rules") as pid, watched(pid) as peak:
        wait_for("the end of the order", lambda: _ended(request), timeout=600)
    return peak.resident


def _one_problem(options: Options, stub: StubProcess) -> float:
    """Seconds from the claim of an item to its end, of a worker that has nothing else to do."""
    settings.OPENAI_BASE_URL = stub.url
    with _worker(options, 1, **_asking(stub)):
        for _ in range(2):  # the first one opens the connections
            request = _submit(1, "openai")
            wait_for("the end of the order", lambda: _ended(request), timeout=120)  # noqa: B023
    item = request.items.get()
    assert item.started_at is not None
    assert item.ended_at is not None
    assert item.state == GenerationItem.State.GENERATED
    return (item.ended_at - item.started_at) / timedelta(seconds=1)


def _ended(request: GenerationRequest) -> bool:
    request.refresh_from_db()
    return request.ended


def _moments(request: GenerationRequest, name: str) -> list:
    return [at for at in request.items.values_list(name, flat=True) if at is not None]
