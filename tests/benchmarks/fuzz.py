"""Schemathesis over the whole OpenAPI document, with another seed each time: what is answered badly.

A request that is not answered in time counts as a failure, as do a 5xx, an answer that the document does
not know, and one that is not as it says. Each failure is printed with the line of curl that shows it.
"""

from __future__ import annotations

import secrets
import time

from tests.benchmarks.measure import Options, table, throwaway_database
from tests.benchmarks.service import running
from tests.fuzz import explorer

EXAMPLES = 200
SHORT = 10


def run(options: Options) -> None:
    """Raises RuntimeError if anything is answered badly, with the output of schemathesis."""
    seed = secrets.randbelow(2**32)
    examples = SHORT if options.short else EXAMPLES
    print(f"\nfuzz: up to {examples} random cases an operation, seed {seed}", flush=True)
    rows: list[tuple[object, ...]] = []
    failed = []
    with throwaway_database("quiz_fuzz"):
        explorer.furnish(50)
        with running(options) as stack:
            stack.start_web()
            for scope in ("admin", "write", "read"):
                key = explorer.new_key(scope)
                start = time.monotonic()
                found = explorer.explore(stack.url, key, examples=examples, seed=seed)
                took = time.monotonic() - start
                if found.failed:
                    failed.append(found.said)
                well = sum(found.accepted.values())
                rows.append((scope, found.cases, well, f"{took:.0f}", found.failed))
            if "Traceback" in stack.log("web"):
                failed.append(stack.log("web"))
    table(("a key with the scope", "requests", "answered 2xx", "seconds", "failed"), rows)
    if failed:
        raise RuntimeError("\n".join(failed))
