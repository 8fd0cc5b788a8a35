"""An order as the options of a command: the same fields and checks as over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.core.management.base import CommandParser
from rest_framework.serializers import ValidationError

from generation import services
from generation.models import GenerationRequest
from generation.serializers import GenerateBody, order_from
from generation.services import Order
from quizservice.errors import FieldError, Unprocessable, field_errors
from quizservice.management.operator import UsageError
from verbs.french.vocabulary import ErrorType, Focus, Language, Level, Tense

#: The option of each field of the HTTP contract.
OPTIONS = {
    "count": "--count",
    "statement_count": "--statements",
    "target_language_code": "--language",
    "topic_tags": "--tag",
    "priority": "--priority",
    "generator": "--generator",
    "model": "--model",
    "constraints.grammatical_focus": "--focus",
    "constraints.verb_infinitives": "--verb",
    "constraints.tenses_used": "--tense",
    "constraints.error_types": "--error-type",
    "constraints.level": "--level",
    "constraints.includes_negation": "--negation",
    "constraints.includes_cod": "--cod",
    "constraints.includes_coi": "--coi",
}
_SEVERAL = ("topic_tags", "grammatical_focus", "verb_infinitives", "tenses_used", "error_types")
_FLAGS = ("includes_negation", "includes_cod", "includes_coi")


def add_order_options(parser: CommandParser) -> None:
    """The options that say what is ordered."""

    def several(option: str, name: str, about: str) -> None:
        parser.add_argument(
            option, dest=name, action="append", default=[], metavar="WORDS", help=about
        )

    def words(known: Iterable[Any]) -> str:
        return ", ".join(str(each) for each in known)

    parser.add_argument("--count", type=int, default=1, help="how many problems: 1 to 1000 (1)")
    several("--focus", "grammatical_focus", f"one of these: {words(Focus)}")
    several("--tense", "tenses_used", f"one of these: {words(Tense)}")
    parser.add_argument("--level", help=words(Level))
    several("--verb", "verb_infinitives", "infinitives; every sentence uses one of them")
    several("--error-type", "error_types", f"one of these: {words(ErrorType)}")
    several("--tag", "topic_tags", "labels to find them by")
    for option in ("negation", "cod", "coi"):
        name = f"includes_{option}"
        parser.add_argument(f"--{option}", dest=name, choices=("yes", "no"), help="default: either")
    parser.add_argument("--statements", dest="statement_count", type=int, help="2 to 6 (4)")
    parser.add_argument(
        "--language", dest="target_language_code", help=f"of explanations: {words(Language)} (eng)"
    )
    parser.add_argument(
        "--priority", help=f"{words(GenerationRequest.Priority.values)} (by the count)"
    )
    parser.add_argument("--generator", metavar="WRITER", help="the writer (that of the settings)")
    parser.add_argument("--model", help="of a writer that asks one (that of the settings)")


def order_of(options: dict[str, Any]) -> Order:
    """The order that the options describe.

    Raises:
        UsageError: names every wrong option.
    """
    body = GenerateBody(data=_body(options), context={"json": True})
    wrong: list[FieldError] = []
    try:
        body.is_valid(raise_exception=True)
    except ValidationError as refused:
        wrong += field_errors(refused.get_full_details())
    chosen = {"generator": options["generator"], "model": options["model"] or ""}
    try:
        writer = services.writer_of(Order(**chosen))
        if chosen["model"] and not writer.paid:
            wrong.append(FieldError("model", "unused", "This writer asks no model."))
    except Unprocessable as refused:
        wrong += refused.errors
    if wrong:
        raise UsageError("\n".join(["This cannot be ordered:", *_lines(wrong)]))
    return replace(order_from(body.validated_data), **chosen)


def options_of(errors: Sequence[FieldError]) -> list[str]:
    """The options of the fields that errors name, each once."""
    return list(dict.fromkeys(filter(None, (_option(one) for one in errors))))


def _lines(errors: Sequence[FieldError]) -> list[str]:
    return [f"  {_option(one) or 'the order'}: {one.detail}" for one in errors]


def _option(error: FieldError) -> str:
    field = re.sub(r"\.\d+$", "", error.field)  # the number of a value among several
    return OPTIONS.get(field, field)


def _body(options: dict[str, Any]) -> dict[str, Any]:
    """The body that would order the same over HTTP; what is not given is not in it."""
    given: dict[str, Any] = {
        name: split(options[name]) if name in _SEVERAL else options[name]
        for name in (field.removeprefix("constraints.") for field in OPTIONS)
        if name not in ("generator", "model") and options[name] not in (None, [])
    }
    given |= {name: given[name] == "yes" for name in _FLAGS if name in given}
    top = {name: value for name, value in given.items() if name in OPTIONS}
    inner = {name: value for name, value in given.items() if name not in OPTIONS}
    return {**top, "constraints": inner} if inner else top


def split(texts: Sequence[str]) -> list[str]:
    """The values of an option that was given several times, or with several values between commas.

    An empty one stays, so that it is refused and widens nothing.
    """
    return [part.strip() for text in texts for part in text.split(",")]
