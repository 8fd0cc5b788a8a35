"""Workers killed with -9 while they work: what is lost, and what runs twice.

First tasks alone, over our transport and over kombu's own in the same harness: all tasks wait in the
topic, three workers run them, and each time another part is done one worker is killed and replaced.
Each task writes its name into a journal. What has not run when nothing has moved for a while gets three
fresh workers; what these do not run either is lost. A transport that promises "at least once" may run a
task twice.

Then the whole service in the same way (``soak_service``): there nothing may be doubled either.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from dataclasses import dataclass

from tests.benchmarks import peers, soak_service, task_app
from tests.benchmarks.measure import Options, table
from tests.benchmarks.task_app import Peer
from tests.benchmarks.tasks import publish

PARTITIONS = 24
WORKERS = 3
SLOTS = 8
#: What a task takes, in seconds.
TASK = 0.03
#: Seconds without a finished task after which nothing more is expected. A broker notices a dead
#: worker within its session timeout, which is shorter.
QUIET = 60.0


@dataclass(frozen=True)
class Result:
    """How a soak ended: all counts are tasks."""

    ran: int
    lost: int
    twice: int
    stranded: int
    seconds: float


def run(options: Options) -> None:
    print(
        f"\nsoak: {options.tasks} tasks, {WORKERS} workers with {SLOTS} slots, "
        f"{options.kills} kill -9, {options.broker} broker"
    )
    rows = []
    for name in (peers.OURS, peers.KOMBU):
        topic = f"soak-{uuid.uuid4().hex[:6]}"
        options.server.create_topic(topic, PARTITIONS)
        servers = options.server.bootstrap_servers
        peer = peers.ours(servers, topic) if name == peers.OURS else peers.kombus_own(servers)
        found = _soak(peer, topic, options)
        rows.append((name, found.ran, found.lost, found.twice, found.stranded, _s(found.seconds)))
    table(("", "ran", "lost for good", "ran twice", "only after a restart", "seconds"), rows)
    soak_service.run(options)


def _s(seconds: float) -> str:
    return f"{seconds:.0f}"


def _soak(peer: Peer, topic: str, options: Options) -> Result:
    publish(task_app.build(peer, topic), topic, options.tasks, task="work", more=(TASK,))
    began = time.monotonic()
    with peers.Crew(peer, topic, SLOTS) as crew:
        for _ in range(WORKERS):
            crew.start()
        for kill in range(1, options.kills + 1):
            _until(crew, options.tasks * kill // (options.kills + 1))
            crew.kill(crew.processes[0])  # the oldest
            crew.start()
        ran = _until(crew, options.tasks)
        ended = time.monotonic()
        stranded = 0
        if ran < options.tasks:
            for process in list(crew.processes):
                crew.kill(process)
                crew.start()
            stranded = _until(crew, options.tasks) - ran
        names = Counter(crew.lines())
    return Result(
        ran=len(names),
        lost=options.tasks - len(names),
        twice=sum(1 for times in names.values() if times > 1),
        stranded=stranded,
        seconds=ended - began,
    )


def _until(crew: peers.Crew, wanted: int) -> int:
    """Wait until so many different tasks ran, or nothing moves; returns how many ran."""
    seen, since = -1, time.monotonic()
    while True:
        lines = crew.lines()
        ran = len(set(lines))
        if len(lines) != seen:
            seen, since = len(lines), time.monotonic()
        if ran >= wanted or time.monotonic() - since > QUIET:
            return ran
        time.sleep(0.02)
