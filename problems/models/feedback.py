"""What learners did with problems, and what was reported of them."""

from __future__ import annotations
