"""Object pronouns in an impossible order or place.

The rules are in ``order`` and ``placement``; here they are one.
"""

from __future__ import annotations

from generation.french.checking.rules.order import order, order_is_wrong
from generation.french.checking.rules.placement import BETWEEN, placement
from generation.french.checking.sentence import Sentence
from generation.french.checking.verdict import Finding

__all__ = ["BETWEEN", "order_is_wrong", "pronouns"]


def pronouns(sentence: Sentence) -> list[Finding]:
    """Return the certain errors in the order and the place of object pronouns."""
    return [*order(sentence), *placement(sentence)]
