"""Lists by cursor: each page starts after (or ends before) a row that its cursor names.

A page costs the same wherever it lies in the list, and rows that come or go meanwhile neither repeat
others nor hide them.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import ValidationError
from django.db.models import Case, Count, Field, Model, QuerySet, When
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.lookups import LessThanOrEqual
from rest_framework import serializers
from rest_framework.request import Request

from quizservice.api import StrictSerializer
from quizservice.errors import FieldError, Unprocessable

#: Up to this many rows a list says how many there are.
COUNTED = 10_000
#: Up to this many rows are found by their filters and then sorted; more are read in the list's order.
FEW = 1_000


class PageParams(StrictSerializer):
    """The query parameters that every list takes."""

    limit = serializers.IntegerField(
        min_value=1, max_value=100, default=50, help_text="How many of the list to give at most."
    )
    cursor = serializers.CharField(
        required=False,
        max_length=500,
        help_text="Where to go on: what `next` and `previous` of another page say.",
    )


def page(
    request: Request,
    queryset: QuerySet[Any],
    params: Mapping[str, Any],
    *,
    order: Sequence[str] = ("-id",),
) -> tuple[list[Any], dict[str, Any]]:
    """One page of a list, and the envelope ``{count, next, previous}`` to put ``results`` into.

    ``params`` are those of :class:`PageParams`. ``order`` names columns that are never null, the last one
    unique: all rising, or all falling with a "-" before each, so that one index can follow them.

    Raises:
        Unprocessable: for a cursor that was not made here, or for a list in another order.
    """
    limit = params["limit"]
    names, descending = _columns(order)
    after, backwards = _read_cursor(params.get("cursor"), queryset.model, order)
    falling = descending != backwards
    total, few = _count(queryset)
    rows = queryset if few is None else queryset.filter(pk__in=few)
    rows = rows.order_by(*(f"-{name}" if falling else name for name in names))
    if after is not None:
        beyond = TupleLessThan if falling else TupleGreaterThan
        rows = rows.filter(beyond(Tuple(*names), after))
    found = list(rows[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, after is not None)
    return found, {
        "count": total if total <= COUNTED else None,
        "next": _link(request, "n", order, found[-1]) if found and has_next else None,
        "previous": _link(request, "p", order, found[0]) if found and has_previous else None,
    }


def _count(queryset: QuerySet[Any]) -> tuple[int, list[Any] | None]:
    """How many rows there are, up to one more than are counted; and their keys when they are few.

    Of few rows the page is then made from the keys: the planner, which does not know how few there are,
    might follow the order's index past all the others.
    """
    keys = queryset.order_by().values("pk")[: COUNTED + 1]
    listed = Case(When(LessThanOrEqual(Count("pk"), FEW), then=ArrayAgg("pk")))
    found = keys.aggregate(total=Count("pk"), few=listed)
    return found["total"], [] if found["total"] == 0 else found["few"]


def _columns(order: Sequence[str]) -> tuple[list[str], bool]:
    """The names without their signs, and whether they fall."""
    signs = {name.startswith("-") for name in order}
    if len(signs) != 1:
        raise ValueError(f"a list has one direction, not {order!r}")
    return [name.removeprefix("-") for name in order], signs.pop()


def _link(request: Request, direction: str, order: Sequence[str], row: Model) -> str:
    values = [str(getattr(row, name.removeprefix("-"))) for name in order]
    text = json.dumps([direction, ",".join(order), *values], separators=(",", ":"))
    query = request.query_params.copy()
    query["cursor"] = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _read_cursor(
    text: str | None, model: type[Model], order: Sequence[str]
) -> tuple[tuple[Any, ...] | None, bool]:
    """The row that a cursor names, by the columns of the order, and whether to go backwards from it."""
    if text is None:
        return None, False
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        direction, ordered_by, *values = json.loads(raw)
        if direction not in ("n", "p") or ordered_by != ",".join(order):
            raise ValueError(raw)
        columns, _ = _columns(order)
        return tuple(
            _read_value(model, name, value) for name, value in zip(columns, values, strict=True)
        ), direction == "p"
    except (ValueError, TypeError, RecursionError, binascii.Error, ValidationError):
        detail = "The cursor is not one of this list in this order"
        raise Unprocessable(detail, errors=[FieldError("cursor", "invalid", detail)]) from None


def _read_value(model: type[Model], name: str, text: Any) -> Any:
    if not isinstance(text, str) or "\0" in text:
        raise ValueError(text)
    text.encode()  # lone surrogates cannot be stored, so no row has them
    column: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    value = column.to_python(text)
    if value is None:
        raise ValueError(text)
    return value
