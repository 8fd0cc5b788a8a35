"""System checks of the generation: bad settings stop the start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from generation import spending
from generation.writers.registry import ASK_A_MODEL, UnknownWriter, get_writer, unavailable


@register
def generator_is_a_writer(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """GENERATOR names a writer that can be loaded and has what it needs."""
    if lacking := unavailable(settings.GENERATOR):
        return [
            Error(
                f"GENERATOR is {settings.GENERATOR!r}. {lacking}",
                hint="Or set GENERATOR to rules, which needs nothing.",
                id="generation.E002",
            )
        ]
    try:
        get_writer(settings.GENERATOR)
    except UnknownWriter as error:
        said = f"GENERATOR is {settings.GENERATOR!r}, and {error}"
        return [Error(said, id="generation.E001")]
    return []


@register
def budgets_of_money_have_prices(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A budget in US dollars sees what the models cost."""
    limits = ("OPENAI_DAILY_COST", "OPENAI_ORDER_COST")
    limited = [name for name in limits if getattr(settings, name)]
    asked = any(not unavailable(name) for name in ASK_A_MODEL)
    missing = spending.models_without_price()
    if not (limited and asked and missing):
        return []
    return [
        Error(
            f"{limited[0]} limits what models cost, and OPENAI_PRICES has no price for "
            f"{', '.join(missing)}: the limit would never be reached.",
            hint=f'Set OPENAI_PRICES to {{"{missing[0]}": [<US dollars for a million tokens of '
            "questions>, <of answers>]}, or limit tokens (OPENAI_DAILY_TOKENS).",
            id="generation.E003",
        )
    ]


@register
def models_have_the_time_of_an_item(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A call that takes as long as it may ends before its worker is ended for hanging."""
    if all(unavailable(name) for name in ASK_A_MODEL):
        return []
    from generation.writers.openai import longest  # only where it is used: it loads a large library

    if longest() <= settings.ITEM_TIME_LIMIT:
        return []
    return [
        Error(
            f"With OPENAI_TIMEOUT={settings.OPENAI_TIMEOUT:g} an answer may take {longest():.0f} s "
            f"with all its tries, and ITEM_TIME_LIMIT is {settings.ITEM_TIME_LIMIT:g} s: workers "
            "that wait for it would be ended as if they hung.",
            hint=f"Set ITEM_TIME_LIMIT to {2 * longest():.0f}, or OPENAI_TIMEOUT lower.",
            id="generation.E004",
        )
    ]
