"""Finds the writer that a setting or an order names."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from generation.writers.base import Writer

#: Short names of the writers that come along.
WRITERS = {
    "rules": "generation.writers.rules.RulesWriter",
    "openai": "generation.writers.model.ModelWriter",
    "mixed": "generation.writers.mixed.MixedWriter",
}
#: What people call them.
LABELS = {
    "rules": _("Grammar engine"),
    "openai": _("Model"),
    "mixed": _("Model for sentences, engine for errors"),
}
#: Those that ask a model.
ASK_A_MODEL = ("openai", "mixed")


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
            f"{name!r} is no writer: use {', '.join(WRITERS)} "
            f"or the dotted path of a class ({error})."
        ) from None
    return cast("Writer", factory())


def unavailable(name: str) -> str:
    """What is not set that the writer needs, as a sentence; empty when it can work."""
    if name not in ASK_A_MODEL or settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL:
        return ""
    return (
        f"The writer {name!r} asks a model, and neither OPENAI_API_KEY nor OPENAI_BASE_URL is set: "
        "set the key, or the address of a compatible server that needs none."
    )


def offered() -> dict[str, str]:
    """Names of the writers that an order may choose here, with what people call them."""
    names = [name for name in WRITERS if not unavailable(name)]
    return {name: label_of(name) for name in dict.fromkeys([*names, settings.GENERATOR])}


def label_of(name: str) -> str:
    """What people call a writer, in their language; a writer of a dotted path has only its path."""
    return str(LABELS.get(name, name))


def models_offered() -> list[str]:
    """The models that an order may choose: the one of the settings, then all that have a price."""
    return list(dict.fromkeys([settings.OPENAI_MODEL, *settings.OPENAI_PRICES]))
