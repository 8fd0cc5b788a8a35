"""System checks of the generation: bad settings stop the start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from generation.writers.registry import UnknownWriter, get_writer


@register
def generator_is_a_writer(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """GENERATOR names a writer that can be loaded."""
    try:
        get_writer(settings.GENERATOR)
    except UnknownWriter as error:
        return [Error(str(error), id="generation.E001")]
    return []
