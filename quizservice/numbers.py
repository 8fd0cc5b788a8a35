"""Numbers as the reader's language writes them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format


def grouped(value: int | float | Decimal, places: int | None = None) -> str:
    """A number with its thousands apart: "12,345" in English. ``places``: decimals, rounded to."""
    exact = Decimal(str(value))
    rounded = exact if places is None else round(exact, places)
    return str(number_format(rounded, decimal_pos=places, force_grouping=True))
