"""The language of pages: the reader's, by his choice (a cookie) or his browser. Data has none."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

#: Paths of what programs read: the same for every reader, and English.
_DATA = ("/api/", "/health", "/ready")


class LanguageMiddleware(LocaleMiddleware):
    """Speaks a reader's language while his page is made, and leaves the thread with none.

    Otherwise the next request in the same thread, to the API perhaps, would be answered in that language.
    """

    def process_request(self, request: HttpRequest) -> None:
        if not request.path_info.startswith(_DATA):
            super().process_request(request)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not request.path_info.startswith(_DATA):
            response = super().process_response(request, response)
        translation.deactivate()
        return response
