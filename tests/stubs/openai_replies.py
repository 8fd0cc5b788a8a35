"""How OpenAI writes errors, and what is left of an answer that went wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from tests.stubs.openai_faults import Fault, Rule
from tests.stubs.openai_http import Reply, error
from tests.stubs.openai_limits import Refusal


def misshaped(
    content: str, fields: Mapping[str, Any], fault: Fault
) -> tuple[str | None, str, str | None]:
    """What a fault makes of an answer: content, finish_reason, refusal."""
    half = content[: len(content) // 2]
    if fault is Fault.PROSE:
        return f"Sure! Here is your sentence:\n\n```json\n{content}\n```\n", "stop", None
    if fault is Fault.TRUNCATED_JSON:
        return half, "stop", None
    if fault is Fault.LENGTH:
        return half, "length", None
    if fault is Fault.EMPTY:
        return "", "stop", None
    if fault is Fault.CONTENT_FILTER:
        return None, "content_filter", None
    if fault is Fault.REFUSAL:
        return None, "stop", "I'm sorry, I cannot assist with that request."
    if fault is Fault.EXTRA_FIELD:
        more = {**fields, "note": "I hope that this helps."}
        return json.dumps(more, ensure_ascii=False), "stop", None
    if fault is Fault.MISSING_FIELD:
        fewer = dict(list(fields.items())[:-1])
        return json.dumps(fewer, ensure_ascii=False), "stop", None
    return content, "stop", None


def schema_problem(wanted: Mapping[str, Any]) -> str | None:
    """Why a strict schema is none, None if it is one."""
    about = wanted.get("json_schema") or {}
    schema = about.get("schema")
    if not about.get("name") or not isinstance(schema, dict):
        return "it needs a name and a schema"
    if not about.get("strict"):
        return None
    if schema.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false"
    missing = set(schema.get("properties", {})) - set(schema.get("required", ()))
    return f"'required' must include every property: {sorted(missing)}" if missing else None


def bad_key(given: str) -> Reply:
    """The refusal of a key, which is shown in part."""
    shown = f"{given[:3]}***{given[-4:]}" if len(given) > len("***") else "***"
    message = f"Incorrect API key provided: {shown}."
    return error(401, message, code="invalid_api_key")


def too_many(refusal: Refusal, model: str, headers: Mapping[str, str]) -> Reply:
    """The refusal of what is over a rate limit."""
    short = "RPM" if refusal.kind == "requests" else "TPM"
    message = (
        f"Rate limit reached for {model} on {refusal.kind} per min ({short}): Limit"
        f" {refusal.limit}, Used {refusal.used}, Requested {refusal.requested}. Please try again"
        f" in {refusal.seconds:.3f}s."
    )
    about = {
        **headers,
        "retry-after-ms": str(math.ceil(refusal.seconds * 1000)),
        "retry-after": str(math.ceil(refusal.seconds)),
    }
    return error(429, message, kind=refusal.kind, code="rate_limit_exceeded", headers=about)


def failure(rule: Rule) -> Reply:
    """The error that a fault stands for."""
    fault = rule.fault
    retry = {"retry-after": f"{rule.retry_after:g}"}
    if fault is Fault.BAD_KEY:
        return bad_key("sk-revoked")
    if fault is Fault.NO_QUOTA:
        message = "You exceeded your current quota, please check your plan and billing details."
        return error(429, message, kind="insufficient_quota", code="insufficient_quota")
    if fault in (Fault.RATE_LIMIT, Fault.RATE_LIMIT_RETRY_AFTER):
        message = "Rate limit reached on requests per min (RPM)."
        headers = retry if fault is Fault.RATE_LIMIT_RETRY_AFTER else {}
        return error(429, message, kind="requests", code="rate_limit_exceeded", headers=headers)
    if fault in (Fault.OVERLOADED, Fault.OVERLOADED_RETRY_AFTER):
        headers = retry if fault is Fault.OVERLOADED_RETRY_AFTER else {}
        message = "The engine is currently overloaded, please try again later."
        return error(503, message, kind="server_error", headers=headers)
    message = "The server had an error while processing your request. Sorry about that!"
    return error(500, message, kind="server_error")
