"""Finds the writer that a setting or an order names."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.utils.module_loading import import_string

from generation.writers.base import Writer

#: Short names of the writers that come along.
WRITERS = {"rules": "generation.writers.rules.RulesWriter"}


class UnknownWriter(LookupError):
    """No writer has this name; the message says which there are."""


@cache
def get_writer(name: str) -> Writer:
    """The writer with a short name or at a dotted path; one instance a process.

    Raises:
        UnknownWriter: when there is none.
    """
    path = WRITERS.get(name, name)
    try:
        factory = import_string(path)
    except ImportError as error:
        raise UnknownWriter(
            f"GENERATOR is {name!r}, which is no writer: use {', '.join(WRITERS)} "
            f"or the dotted path of a class ({error})."
        ) from None
    return cast("Writer", factory())
