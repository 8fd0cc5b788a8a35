"""Writes the dashboards: ``python -m deploy.grafana.dashboards``.

What is in ``dashboards/`` is made by this alone; a test compares. Grafana reads the files by the
provisioning beside them, or a person imports one by *Dashboards, New, Import*.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.grafana import boards, generation, pool, service

FOLDER = Path(__file__).with_name("dashboards")
BOARDS = (service.BOARD, generation.BOARD, pool.BOARD)


def written() -> dict[str, str]:
    """The text of each dashboard, by the name of its file."""
    return {
        f"{board.name}.json": json.dumps(boards.build(board), cls=JSONEncoder, indent=2) + "\n"
        for board in BOARDS
    }


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in written().items():
        (FOLDER / name).write_text(text)
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
