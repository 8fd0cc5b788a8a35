"""JSON in and out, by orjson.

Apart from ``quizservice.api``, because REST framework loads these classes while it loads its views.
"""

from __future__ import annotations

from typing import Any

import orjson
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from quizservice.errors import BadRequest


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str)


class OrjsonParser(BaseParser):
    """Reads a JSON body. Unreadable: 400."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise BadRequest(f"The body is not readable JSON: {error}") from None


class LenientNegotiation(DefaultContentNegotiation):
    """What the caller accepts; where there is no such thing, the usual: refusing would help nobody."""

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        try:
            chosen: tuple[BaseRenderer, str] = super().select_renderer(
                request, renderers, format_suffix
            )
        except NotAcceptable:
            return renderers[0], str(renderers[0].media_type)
        return chosen
