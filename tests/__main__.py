"""Everything that must hold, in one command: ``python -m tests [arguments of pytest]``.

Formatting, lint and types first, because they are quick; then the tests. Stops at the first that fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable, "-m"]


def main(arguments: list[str]) -> int:
    # types are checked with the settings, which need no server for it
    checks_only = {
        **os.environ,
        "SECRET_KEY": "types",
        "DATABASE_URL": "postgresql:///types",
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
    }
    steps = [
        ([*PYTHON, "ruff", "check", "."], None),
        ([*PYTHON, "ruff", "format", "--check", "."], None),
        ([*PYTHON, "mypy", "."], checks_only),
        ([*PYTHON, "pytest", *arguments], None),
    ]
    for command, environment in steps:
        print(f"\n$ {' '.join(['python', *command[1:]])}", flush=True)
        if code := subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
