"""The measurements behind docs/scaling.md, as tables that drop into the page.

``python -m tests.benchmarks scale [PART ...] [--short] [--full]``; without a part all of them:

draws       CPU, WAL and dead rows of a draw, by the size of the pool; a draw over HTTP
items       CPU, memory and tokens of an item, by writer; bytes of a problem, an answer, an event, a backup
publishing  what the dispatcher does in a second, and its questions with many items waiting
machines    1, 2 and 4 workers over three nodes of Apache Kafka; a node and the dispatcher die
pooler      the service behind PgBouncer in transaction mode (needs pgbouncer on the PATH)
languages   the serving tables in partitions by language: the key statement with and without
plan        the plan: which resource is full first at 10, 100, 10,000 draws a second and a million
            problems a day
"""

from __future__ import annotations

import importlib
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line reads PARTS before there are settings
    from tests.benchmarks.measure import Options

#: Each part and the module that has it.
PARTS = {
    "draws": "scale_draws",
    "items": "scale_items",
    "publishing": "scale_publishing",
    "machines": "scale_machines",
    "pooler": "scale_pooler",
    "languages": "scale_languages",
    "plan": "scale_model",
}


def run(options: Options) -> None:
    """Run the parts that are asked for, each in a database of its own."""
    for name in options.parts or PARTS:
        began = time.perf_counter()
        print(f"\n### scale {name}: {os.cpu_count()} cores", flush=True)
        importlib.import_module(f"tests.benchmarks.{PARTS[name]}").run(options)
        print(f"\n({name}: {time.perf_counter() - began:.0f} s)", flush=True)
