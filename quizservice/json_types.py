"""Which JSON values a field takes: REST framework alone takes 0 for false, "5" for 5 and 7 for "7"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}", re.ASCII)


def in_body(field: serializers.Field, value: Any) -> str | None:
    """What is wrong with the JSON type of a field's value in a body; None: nothing, or it is null."""
    if value is None:
        return None
    if isinstance(field, serializers.BooleanField):
        return None if isinstance(value, bool) else "Must be true or false."
    if isinstance(field, serializers.IntegerField):
        if isinstance(value, float):
            right = value.is_integer()  # JSON does not tell 5.0 from 5
        else:
            right = isinstance(value, int) and not isinstance(value, bool)
        return None if right else "Must be an integer."
    if isinstance(field, serializers.ListField):
        wrong = not isinstance(value, list) or any(in_body(field.child, one) for one in value)
        return f"Must be a list.{_of_each(field.child)}" if wrong else None
    if isinstance(field, serializers.BaseSerializer):
        return None if isinstance(value, Mapping) else "Must be an object."
    return None if isinstance(value, str) else "Must be a text."


def in_query(field: serializers.Field, value: Any) -> str | None:
    """What is wrong with how a parameter is spelled; None: nothing that shows."""
    if isinstance(field, serializers.IntegerField) and not _INTEGER.fullmatch(value):
        return "Must be an integer."
    return None


def _of_each(child: Any) -> str:
    said = in_body(child, object())
    return f" Each {said[0].lower()}{said[1:]}" if said else ""
