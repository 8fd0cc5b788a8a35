"""What a teacher should know of a problem that was judged: where the grammar engine was not sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def doubts(trace: Mapping[str, Any]) -> list[str]:
    """A sentence for each statement of a generation trace that the engine did not confirm.

    ``trace``: ``generation_trace`` of a problem; of one that the engine itself wrote there are none.
    """
    return list(_doubts(trace))


def _doubts(trace: Mapping[str, Any]) -> Iterator[str]:
    for statement in trace.get("statements", ()):
        verdicts = {one["judge"]: one for one in statement.get("verdicts", ())}
        engine = verdicts.get("engine")
        if engine is None or engine["ruling"] == "ok":
            continue
        said = f"“{statement.get('text', '')}”: the grammar engine is not sure. {words(engine)}"
        if (model := verdicts.get("model")) is not None:
            ruling = "takes it to be in order" if model["ruling"] == "ok" else "is not sure either"
            said = f"{said} The model that judges {ruling}. {words(model)}"
        yield said.strip()


def words(verdict: Mapping[str, Any]) -> str:
    """The reasons of a verdict, each as a sentence."""
    return " ".join(f"{reason.rstrip('.')}." for reason in verdict["reasons"])
