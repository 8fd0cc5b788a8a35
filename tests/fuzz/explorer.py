"""Schemathesis over the whole OpenAPI document, against a running service."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apikeys.services
from generation import running, services
from problems.models import Problem

CONFIG = Path(__file__).with_name("schemathesis.toml")
#: Only what has failed can be tried again, and nothing fails while nobody works.
UNREACHABLE = {"POST /api/v1/generation-requests/{request_id}/retry"}


@dataclass(frozen=True)
class Exploration:
    """What came of one run.

    ``accepted``: for each operation asked, how many of its answers were good ones. ``cases``: requests.
    ``said``: the output, which names each failure with its curl line.
    """

    failed: bool
    accepted: Mapping[str, int]
    cases: int
    said: str


def furnish(problems: int = 20) -> None:
    """Put problems into the pool, made by the grammar engine as the workers make them.

    Three of them are no longer live, or not yet.
    """
    order = services.submit(services.Order(count=problems, topic_tags=("travel",)))
    for item in order.items.all():
        running.run_item(item.id)
    for problem, status in zip(Problem.objects.live(), Problem.Status.values, strict=False):
        Problem.objects.filter(id=problem.id).update(status=status)
    assert Problem.objects.live().count() >= problems - 3


def new_key(scope: str) -> str:
    """The text of a key that the rate limit does not slow down."""
    text, _ = apikeys.services.issue(name=scope, permissions_scope=[scope], rate_limit_rpm=10_000)
    return text


def explore(
    url: str, key: str, *, examples: int, seed: int | None = None, phases: str = ""
) -> Exploration:
    """Ask every operation of a service that runs at ``url``: at most ``examples`` random cases each.

    Without a seed the cases are always the same.
    """
    with tempfile.TemporaryDirectory(prefix="quiz-fuzz-") as folder:
        report = Path(folder) / "report.json"
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "--no-color"),
            *("run", f"{url}/api/schema", "--url", url, "--max-examples", str(examples)),
            *("--phases", phases or "examples,coverage,fuzzing,stateful"),
            *("--report", "json", "--report-json-path", str(report)),
            *(["--generation-deterministic"] if seed is None else ["--seed", str(seed)]),
        ]
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "FUZZ_API_KEY": key},
            capture_output=True,
            text=True,
            check=False,
        )
        found: dict[str, Any] = json.loads(report.read_text()) if report.exists() else {}
    return Exploration(
        failed=done.returncode != 0 or not found.get("complete"),
        accepted={
            operation: sum(rates["accepted"] for rates in in_phases.values())
            for operation, in_phases in found.get("valid_rates", {}).items()
        },
        cases=found.get("test_cases", {}).get("generated", 0),
        said=done.stdout + done.stderr,
    )
