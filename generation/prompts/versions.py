"""The versions of the prompts.

A version is stored with every problem and with every acceptance rate, so the same version must always
mean the same texts. ``DIGEST`` and ``JUDGE_DIGEST`` are what a test computes from the texts and the
prompts composed of them: who changes a text raises the version and puts the new digest beside it.
"""

from __future__ import annotations

#: The writer's prompts: the frame, the tasks, the errors, the tables.
VERSION = "writer-1"
DIGEST = "60a42c760f8e7333"

#: The judge's prompt.
JUDGE_VERSION = "judge-1"
JUDGE_DIGEST = "7c195cdeb0361c84"
