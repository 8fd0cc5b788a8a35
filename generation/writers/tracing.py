"""What the trace of a problem tells of a call: how a model was asked and what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generation.prompts import Prompt

if TYPE_CHECKING:
    from generation.writers.openai import Reply


def trace_of(prompt: Prompt, reply: Reply[Any]) -> dict[str, Any]:
    """Prompt and answer, with the answer's id, tokens, seconds and tries."""
    return {
        "prompt_version": prompt.version,
        "prompt": {"system": prompt.system, "user": prompt.user},
        "answer": reply.text,
        "response_id": reply.response_id,
        "model": reply.model,
        "tokens": {"input": reply.input_tokens, "output": reply.output_tokens},
        "seconds": round(reply.seconds, 3),
        "tries": reply.tries,
    }
