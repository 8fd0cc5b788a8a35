"""The OpenAPI document over HTTP."""

from __future__ import annotations

import functools
from typing import Any

import orjson
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

#: Media types by what ``?format=`` calls them.
_MEDIA = {"json": "application/vnd.oai.openapi+json", "yaml": "application/vnd.oai.openapi"}


class DocumentView(SpectacularAPIView):
    """The document, in JSON or YAML. Made once in a process: it is long work, and anybody may ask.

    ``?format=json`` or ``?format=yaml`` for those who cannot send an Accept header. Nothing else changes
    it: there is one version, in one language.
    """

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        media_type = _MEDIA.get(request.GET.get("format", "")) or str(
            request.accepted_renderer.media_type
        )
        return HttpResponse(
            _rendered(as_json=media_type.endswith("json")),
            content_type=media_type,
            headers={"Cache-Control": "no-cache"},
        )


@functools.cache
def _rendered(*, as_json: bool) -> bytes:
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    if as_json:
        return orjson.dumps(document, default=str)
    return bytes(OpenApiYamlRenderer().render(document))  # type: ignore[no-untyped-call]
