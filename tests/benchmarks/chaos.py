"""The chaos tests of the suite, with orders ten times as large (a backlog of 5,000 among them).

They print what pytest prints: each passes or says what was lost, doubled or left. No peer, no ratio.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.benchmarks.measure import Options

SCALE = 10


def run(options: Options) -> None:
    """Raises RuntimeError if a test fails."""
    scale = 1 if options.short else SCALE
    print(
        f"\nchaos: orders {scale} times as large as in the suite, {options.broker} broker",
        flush=True,
    )
    command = [sys.executable, "-m", "pytest", "-q", "tests/flows/test_chaos.py"]
    command += ["--broker", options.broker, "-o", "timeout=3600", "--durations=0"]
    # with parts of its own, as in the suite
    given = {"DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"}
    environment = {name: value for name, value in os.environ.items() if name not in given}
    environment |= {
        "CHAOS_SCALE": str(scale),
        "QUIZ_DATA_DIR": f"{os.environ['QUIZ_DATA_DIR']}/chaos",
    }
    if subprocess.run(command, env=environment, check=False).returncode:
        raise RuntimeError("The chaos tests failed.")
