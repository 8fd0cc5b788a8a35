"""What pages may load, run and be: the Content-Security-Policy, by page, and the Permissions-Policy."""

from __future__ import annotations

from typing import Any

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

#: For data (JSON, the OpenAPI document), which is no page.
DATA: dict[str, Any] = {"default-src": [NONE], "frame-ancestors": [NONE]}

#: What pages need beyond ``CONTENT_SECURITY_POLICY``, by the namespace or name of their routes.
MORE: dict[str, dict[str, Any]] = {
    "admin": {
        # Alpine evaluates the expressions that stand in the templates' attributes
        "script-src": [SELF, NONCE, UNSAFE_EVAL],
        # it writes style attributes, too; and the styles of theme and htmx come without a nonce
        "style-src": [SELF, UNSAFE_INLINE],
    },
    "redoc": {
        "worker-src": ["blob:"],
        # two elements of its bundle come without the nonce: an empty one and that of the scroll bars
        "style-src": [
            SELF,
            NONCE,
            "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
            "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
        ],
    },
}

#: Powerful features of the browser, which no page of ours uses.
PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class ContentPolicyMiddleware(CSPMiddleware):
    """Adds both policies to what is not the API's: for each page the narrowest it can live with."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if report_only:
            return parts
        if not response.get("Content-Type", "").startswith("text/html"):
            return PolicyParts(config=DATA)
        if match := request.resolver_match:
            parts.replace = MORE.get(match.namespace or match.url_name or "")
        return parts

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.setdefault("Permissions-Policy", PERMISSIONS)
        return super().process_response(request, response)
