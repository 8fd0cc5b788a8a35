"""What telemetry costs: a draw over HTTP, the start of web and worker, and their memory.

Two web servers on the same pool, one with telemetry towards a receiver that throws everything away, with
10 % of the traces kept. They are asked in turn, and ratios are taken within a pair.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.db import connection

import apikeys.services
from quizservice.models import Process
from tests.benchmarks import http_pool
from tests.benchmarks.http_load import Job, load
from tests.benchmarks.measure import Options, in_turn, ratios, summary, table, throwaway_database
from tests.benchmarks.service import running
from tests.flows.stack import PROCFILE, ROOT, Stack, answers, free_port, wait_for

PROBLEMS = 10_000
PAIRS = 10
SECONDS = 3.0
CONNECTIONS = (1, 8)
#: Enough that none meets its limit of 10,000 requests a minute.
KEYS = 20
#: Starts of each kind of process.
STARTS = 3
WITHOUT, WITH = "without", "with"
PATH = "/api/v1/problems/random"
#: The most that a draw may take, as a ratio.
MOST = 1.25


def run(options: Options) -> None:
    """In a database of its own."""
    with throwaway_database("quiz_benchmark_telemetry"), _receiver() as url:
        http_pool.fill(1000 if options.short else PROBLEMS)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        sides = {WITHOUT: {}, WITH: _switched_on(url)}
        with running(options, WEB_WORKERS="1") as stack:
            _draws(stack, sides, options)
        _starts(sides, options)


def _switched_on(url: str) -> dict[str, str]:
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.1",
    }


@contextmanager
def _receiver() -> Iterator[str]:
    """The address of a sink in a process of its own that keeps nothing."""
    port = free_port()
    command = [sys.executable, "-m", "tests.stubs.otlp_sink", "--port", str(port), "--drop"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it listens
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


# --- draws ----------------------------------------------------------------------------------------


def _draws(stack: Stack, sides: Mapping[str, Mapping[str, str]], options: Options) -> None:
    pairs, seconds = (3, 1.0) if options.short else (PAIRS, SECONDS)
    ports = {}
    for name, environment in sides.items():
        port = ports[name] = free_port()
        stack.launch(name, PROCFILE["web"], PORT=str(port), **environment)
        wait_for(f"the server {name}", partial(answers, f"http://127.0.0.1:{port}/health"))
    keys = [apikeys.services.issue(name=f"t{n}", rate_limit_rpm=10_000)[0] for n in range(KEYS)]
    rows = []
    for connections in CONNECTIONS:
        jobs = {name: Job(port, [PATH], keys, connections, seconds) for name, port in ports.items()}
        for job in jobs.values():
            load(job)
        found = in_turn({name: partial(load, job) for name, job in jobs.items()}, pairs)
        times = {name: [one.p50 for one in results] for name, results in found.items()}
        rows.append(
            [
                f"{connections} connection(s), {pairs} pairs",
                *(f"{statistics.median(values):.2f}" for values in times.values()),
                summary(ratios(times[WITH], times[WITHOUT])),
                summary(ratios(*([one.p99 for one in found[name]] for name in (WITH, WITHOUT)))),
                summary(ratios(*([one.rate for one in found[name]] for name in (WITHOUT, WITH)))),
            ]
        )
    table(("a draw, p50 in ms", *sides, f"ratio (at most {MOST})", "of p99", "of rates"), rows)


# --- starts ---------------------------------------------------------------------------------------


def _starts(sides: Mapping[str, Mapping[str, str]], options: Options) -> None:
    rounds = 1 if options.short else STARTS
    for kind in ("web", "worker"):
        found = in_turn(
            {
                name: partial(_start, kind, environment, options)
                for name, environment in sides.items()
            },
            rounds,
        )
        rows = []
        for place, words in enumerate(("seconds until ready", "MB of memory")):
            values = {name: [one[place] for one in results] for name, results in found.items()}
            rows.append(
                [
                    f"{kind}, {words}",
                    *(f"{statistics.median(one):.1f}" for one in values.values()),
                    summary(ratios(values[WITH], values[WITHOUT])),
                ]
            )
        table((f"start, {rounds} time(s)", *sides, "ratio"), rows)


def _start(kind: str, environment: Mapping[str, str], options: Options) -> tuple[float, float]:
    """Seconds until a process reports itself, and the memory of it and its children in MB."""
    Process.objects.all().delete()
    with running(options, WEB_WORKERS="1", **environment) as stack:
        begun = time.perf_counter()
        process = stack.start(kind)
        wait_for(f"the {kind}", lambda: Process.objects.filter(kind=kind).exists(), every=0.02)
        seconds = time.perf_counter() - begun
        if kind == "web":
            wait_for("an answer", lambda: answers(f"{stack.url}/health"))
        time.sleep(2)  # what is loaded behind the start
        return seconds, _memory(process.pid)


def _memory(group: int) -> float:
    """Megabytes of all processes of a group, what they share counted by its share."""
    total = 0
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdecimal() and os.getpgid(int(folder.name)) == group:
                text = (folder / "smaps_rollup").read_text()
                found = re.search(r"^Pss: +(\d+) kB", text, re.MULTILINE)
                total += int(found[1]) if found else 0
        except (ProcessLookupError, FileNotFoundError):
            continue
    return total / 1024
