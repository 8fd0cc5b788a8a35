"""Well-framed requests with odd paths, queries, bodies and headers, to the web server as it runs."""

from __future__ import annotations

import gzip
import math

import orjson
import pytest

from tests.flows.stack import Stack
from tests.fuzz import raw
from tests.fuzz.test_sockets import assert_well

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]

JSON = "Content-Type: application/json"
GENERATE = "/api/v1/problems/generate"

#: Paths that lead nowhere, or to something that does not exist.
PATHS: list[str | bytes] = [
    "/api/v1/verbs/%",
    "/api/v1/verbs/%zz",
    "/api/v1/verbs/%u00e9",
    "/api/v1/verbs/%00",
    "/api/v1/verbs/a%00b/conjugations",
    "/api/v1/verbs/%FF%FE",
    "/api/v1/verbs/%C0%AE%C0%AE",
    "/api/v1/verbs/%ED%A0%80",
    "/api/v1/verbs/%F4%90%80%80",
    "/api/v1/verbs/%E2%80%AE",
    "/api/v1/verbs/" + "%CC%81" * 2000,
    "/api/v1/verbs/" + "a" * 30_000,
    "/api/v1/verbs/..%2f..%2fetc%2fpasswd",
    "/api/v1/verbs/aimer;x=1",
    "/api/v1/problems/%2e%2e/%2e%2e/health",
    "/api/v1/problems/../../../etc/passwd",
    "/api/v1/problems//random",
    "//api/v1/problems/random",
    "/api//v1/problems/random",
    "/API/V1/problems/random",
    "/api/v1/problems/{019}",
    "/api/v1/problems/urn:uuid:01980a2c-6f1e-7a40-9c0d-5b7f3e2a1d04",
    "/api/v1/problems/01980a2c6f1e7a409c0d5b7f3e2a1d04",
    "/api/v1/problems/٠١٩٨٠a2c-6f1e-7a40-9c0d-5b7f3e2a1d04",
    "/api/v1/problems/random/" + "x/" * 5000,
    "/api/v1/" + "%25" * 3000,
    b"/api/v1/verbs/\xe9t\xe9",
    "/api/v1/problems/random%3Flimit=1",
    "/api/v1/generation-requests/01980a2c-6f1e-7a40-9c0d-5b7f3e2a1d04%0A",
]

#: Queries of ``GET /api/v1/api-keys`` that say nothing right.
QUERIES: list[str | bytes] = [
    "limit=1e3",
    "limit=%D9%A3",  # an Arabic 3
    "limit=%EF%BC%95",  # a wide 5
    "limit=5_0",
    "limit=0x10",
    "limit=5.0",
    "limit=%205",
    "limit=-0x1",
    "limit=NaN",
    "limit=" + "9" * 5000,
    "limit=",
    "limit[]=1",
    "limit=1&limit=2",
    "limit%00=1",
    "=1",
    "search=%00",
    "search=%ED%A0%80%00",
    "search=" + "%F0%9F%92%A9" * 1000,
    "include_inactive=maybe",
    "cursor=" + "A" * 400,
    "cursor=%FF%FE",
    "cursor=WyJuIiwgIlx1ZDgwMCJd",  # ["n", "\ud800"]
    "cursor=" + "W1tb" * 100,
    "&".join(f"p{number}=1" for number in range(1500)),
    "&".join(["search=x"] * 1500),
    "__proto__=1",
    "search=%",
    b"search=\xff&x=1",
]

#: Bodies of ``POST /api/v1/problems/generate`` that are no orders.
BODIES: list[bytes] = [
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"1e999",
    b"\0",
    b"{}{}",
    b"{} trailing",
    b"{'count': 1}",
    b"\xef\xbb\xbf{}",
    '{"count": 1}'.encode("utf-16"),
    '{"topic_tags": ["été"]}'.encode("latin-1"),
    b'{"count": NaN}',
    b'{"count": Infinity}',
    b'{"count": -Infinity}',
    b'{"count": 1e999}',
    b'{"count": 1e400}',
    b'{"count": ' + b"9" * 5000 + b"}",
    b'{"count": 1.5}',
    b'{"count": 0x1}',
    b'{"count": 01}',
    b'{"count": "1"}',
    b'{"count": true}',
    b'{"count": 1, "count": 0}',
    b'{"count": {"$gt": 0}}',
    b'{"topic_tags": ["\\ud800"]}',
    b'{"topic_tags": ["\\u0000"]}',
    b'{"topic_tags": ["\xed\xa0\x80"]}',
    b'{"topic_tags": {"0": "a"}}',
    b'{"topic_tags": "travel"}',
    b'{"topic_tags": [["travel"]]}',
    b'{"topic_tags": [1]}',
    b'{"\\u0000": 1}',
    b'{"": 1}',
    b'{"__proto__": {}}',
    b'{"' + b"k" * 100_000 + b'": 1}',
    b'{"constraints": ' * 10_000,
    b'{"constraints": ' * 200 + b"{}" + b"}" * 200,
    b"[" * 100_000,
    b'{"constraints": ' + b"[" * 40 + b"]" * 40 + b"}",
    b'{"constraints": []}',
    b'{"constraints": {"includes_cod": 0}}',
    b'{"constraints": {"includes_cod": "yes"}}',
    b'{"constraints": {"level": ["A1"]}}',
    b'{"constraints": {"verb_infinitives": [null]}}',
    b"{" + b",".join(b'"f%d": 1' % number for number in range(20_000)) + b"}",
    b'{"topic_tags": [' + b'"a",' * 50_000 + b'"a"]}',
    b"x" * 1_100_000,
]

#: Headers that add to ``GET /api/v1/verbs?limit=1`` and should not; the answer may well be 200.
HEADERS: list[str | bytes] = [
    "Accept: text/html",
    "Accept: ;;;,q=",
    "Accept: application/xml;q=NaN",
    "Accept-Encoding: gzip;q=x, *;q=0",
    "Accept-Language: " + "fr," * 5000,
    "Content-Type: \xff",
    "Content-Type: application/json; charset=" + "x" * 5000,
    "Cookie: sessionid=%00; csrftoken=" + "a" * 4000,
    "Cookie: =;=;;;",
    "If-None-Match: " + '"x",' * 10_000,
    "If-Modified-Since: never",
    "Range: bytes=0-0,1-1",
    "Expect: 100-continue",
    "Expect: the-unexpected",
    "Upgrade: websocket",
    "Upgrade: h2c",
    "X-Forwarded-For: ::ffff:999.1.1.1, , ,%00",
    "X-Forwarded-Proto: gopher",
    "X-Forwarded-Host: evil.example",
    "X-HTTP-Method-Override: DELETE",
    "Origin: null",
    "Origin: \xe9",
    "traceparent: 00-" + "f" * 500,
    "Idempotency-Key: \x7f",
    b"X-Odd: \xff\xfe\x80",
    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
]


def bearer(key: str) -> str:
    return f"Authorization: Bearer {key}"


def test_paths(web: Stack, keys: dict[str, str]) -> None:
    key, wrong = bearer(keys["admin"]), []
    for target in PATHS:
        reply = raw.send(web.url, raw.request("GET", target, [key]))
        if said := raw.complaint(reply, [400, 404, 414, 422]):
            wrong.append(f"{target[:80]!r}: {said}")
    assert not wrong, "\n".join(wrong)
    assert_well(web)


def test_queries(web: Stack, keys: dict[str, str]) -> None:
    key, wrong = bearer(keys["admin"]), []
    for query in QUERIES:
        text = query if isinstance(query, bytes) else query.encode()
        reply = raw.send(web.url, raw.request("GET", b"/api/v1/api-keys?" + text, [key]))
        # an odd text to search for is a text all the same
        if said := raw.complaint(reply, [200] if text == b"search=%" else [400, 422]):
            wrong.append(f"{text[:80]!r}: {said}")
    assert not wrong, "\n".join(wrong)
    assert_well(web)


def test_bodies(web: Stack, keys: dict[str, str]) -> None:
    key, wrong = bearer(keys["write"]), []
    for body in BODIES:
        reply = raw.send(web.url, raw.request("POST", GENERATE, [key, JSON], body))
        if said := raw.complaint(reply, [400, 413, 422]):
            wrong.append(f"{body[:80]!r}: {said}")
    assert not wrong, "\n".join(wrong)
    assert_well(web)


def test_bodies_of_other_types_and_codings(web: Stack, keys: dict[str, str]) -> None:
    key, body = bearer(keys["write"]), b'{"count": 1}'
    for headers, sent, allowed in (
        (["Content-Type: text/plain"], body, [415]),
        (["Content-Type: application/x-www-form-urlencoded"], b"count=1", [415]),
        (["Content-Type: multipart/form-data; boundary=x"], b"--x--", [415]),
        (["Content-Type: multipart/form-data"], b"--x--", [415]),
        (["Content-Type: application/problem+json"], body, [415]),
        ([], body, [415]),
        ([JSON, "Content-Encoding: gzip"], gzip.compress(body), [400, 415]),
        (["Content-Type: application/json; charset=utf-16"], body.decode().encode("utf-16"), [400]),
    ):
        reply = raw.send(web.url, raw.request("POST", GENERATE, [key, *headers], sent))
        assert not raw.complaint(reply, allowed), (headers, reply)
    assert_well(web)


def test_headers(web: Stack, keys: dict[str, str]) -> None:
    key, wrong = bearer(keys["admin"]), []
    for line in HEADERS:
        reply = raw.send(web.url, raw.request("GET", "/api/v1/verbs?limit=1", [key, line]))
        if said := raw.complaint(reply, [200, 400, 417, 431]):
            wrong.append(f"{line[:80]!r}: {said}")
    assert not wrong, "\n".join(wrong)
    assert_well(web)


def test_keys(web: Stack) -> None:
    for line in (
        "Authorization: Bearer \xff\xfe",
        "Authorization: Bearer " + "a" * 60_000,
        "Authorization: Bearer",
        "Authorization:",
        "Authorization: Basic " + "YTpi" * 1000,
        "Authorization: Bearer lqs_%00_%00",
        "X-API-Key: ٣٣٣",
        "X-API-Key: lqs_0123456789_" + "é" * 49,
    ):
        reply = raw.send(web.url, raw.request("GET", "/api/v1/problems/random", [line]))
        assert not raw.complaint(reply, [400, 401, 431]), line[:80]
    assert_well(web)


def test_idempotency_keys(web: Stack, keys: dict[str, str]) -> None:
    key = bearer(keys["write"])
    for line, allowed in (
        ("Idempotency-Key: " + "a" * 255, [202]),
        ("Idempotency-Key: " + "a" * 256, [422]),
        ("Idempotency-Key: \xe9", [422]),
        ("Idempotency-Key:", [202, 422]),
        ("Idempotency-Key: a\tb", [422]),
    ):
        reply = raw.send(web.url, raw.request("POST", GENERATE, [key, JSON, line], b'{"count": 1}'))
        assert not raw.complaint(reply, allowed), (line, reply)
    assert_well(web)


def test_no_number_of_an_answer_is_none(web: Stack, keys: dict[str, str]) -> None:
    """NaN and Infinity are no JSON: an order's figures stay numbers."""
    key = bearer(keys["write"])
    reply = raw.send(web.url, raw.request("POST", GENERATE, [key, JSON], b'{"count": 1.0}'))
    assert reply.status == 202, reply
    order = orjson.loads(reply.body)["request_id"]
    target = f"/api/v1/generation-requests/{order}"
    found = orjson.loads(raw.send(web.url, raw.request("GET", target, [key])).body)
    assert math.isfinite(found["estimated_cost"])
    assert found["requested_count"] == 1
