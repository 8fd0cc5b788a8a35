"""Prompts for models: what is asked for each sentence, and how it is judged.

``briefs`` plans the sentences of a problem, ``composing`` puts a prompt together from the texts in
``texts/``, ``answers`` has the shapes of what comes back.
"""

from __future__ import annotations

from generation.prompts.composing import Case, Prompt, Rejected, judge_prompt, prompt_for
from generation.prompts.versions import JUDGE_VERSION, VERSION

__all__ = [
    "JUDGE_VERSION",
    "VERSION",
    "Case",
    "Prompt",
    "Rejected",
    "judge_prompt",
    "prompt_for",
]
