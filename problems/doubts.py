"""What a teacher should know of a problem that was judged: where the grammar engine was not sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from problems.reasons import translated


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
        said = gettext("“%(text)s”: the grammar engine is not sure. %(why)s") % {
            "text": statement.get("text", ""),
            "why": words(engine),
        }
        if (model := verdicts.get("model")) is not None:
            said = f"{said} {_of_model(model)}"
        yield said.strip()


def _of_model(verdict: Mapping[str, Any]) -> str:
    said = (
        gettext("The model that judges takes it to be in order. %(why)s")
        if verdict["ruling"] == "ok"
        else gettext("The model that judges is not sure either. %(why)s")
    )
    return said % {"why": words(verdict)}


def words(verdict: Mapping[str, Any]) -> str:
    """The reasons of a verdict, each as a sentence."""
    return " ".join(f"{translated(reason).rstrip('.')}." for reason in verdict["reasons"])
