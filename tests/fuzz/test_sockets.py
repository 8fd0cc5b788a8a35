"""Requests that no client library would send: each ends in time, and none in an error of ours."""

from __future__ import annotations

import pytest

from tests.flows.stack import Stack
from tests.fuzz import raw

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]

#: A refusal, or the end of the connection.
REFUSED: list[int | None] = [None, 400, 404, 405, 408, 411, 413, 414, 415, 422, 431, 501, 505]
_JSON = "Content-Type: application/json"


def framings(key: str) -> dict[str, bytes]:
    """Requests whose ends, lengths or lines are wrong."""
    auth = f"Authorization: Bearer {key}\r\n".encode()
    start = b"POST /api/v1/problems/generate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    start += auth + b"Content-Type: application/json\r\n"
    chunked = start + b"Transfer-Encoding: chunked\r\n\r\n"
    return {
        "nothing but lines": b"\r\n\r\n\r\n\r\n",
        "noise": bytes(range(256)) * 4,
        "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
        "no version": b"GET /health\r\n\r\n",
        "a version of the future": b"GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "no host": b"GET /api/v1/problems/random HTTP/1.1\r\nConnection: close\r\n"
        + auth
        + b"\r\n",
        "a foreign host": b"GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        "two hosts": b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n"
        b"Connection: close\r\n\r\n",
        "a host that is none": b"GET /health HTTP/1.1\r\nHost: [::1\r\nConnection: close\r\n\r\n",
        "a line without colon": start + b"nonsense\r\n\r\n",
        "a folded line": start + b"X-Long: a\r\n b\r\nContent-Length: 2\r\n\r\n{",
        "a NUL in a header": start + b"X-Odd: a\0b\r\nContent-Length: 2\r\n\r\n{}",
        "a bare line feed": start + b"X-Odd: a\nX-Other: b\r\nContent-Length: 3\r\n\r\n{ ",
        "a negative length": start + b"Content-Length: -1\r\n\r\n{}",
        "a length with an exponent": start + b"Content-Length: 1e3\r\n\r\n{}",
        "a length in other digits": start + "Content-Length: ٢\r\n\r\n{}".encode(),
        "a length beyond all": start + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n{}",
        "two lengths": start + b"Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
        "a length and chunks": start
        + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "a coding that is not known": start + b"Transfer-Encoding: zip\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "a chunk of no size": chunked + b"zz\r\n{}\r\n0\r\n\r\n",
        "a chunk of a huge size": chunked + b"ffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "a chunk that is longer": chunked + b"1\r\n{}\r\n0\r\n\r\n",
        "a header of 300 kB": start + b"X-Long: " + b"a" * 300_000 + b"\r\n\r\n",
        "a thousand headers": start + b"X-Many: a\r\n" * 1000 + b"\r\n",
        "a path of 300 kB": b"GET /api/v1/verbs/" + b"a" * 300_000 + b" HTTP/1.1\r\n\r\n",
        "a tunnel": b"CONNECT localhost:5432 HTTP/1.1\r\nHost: localhost:5432\r\n"
        b"Connection: close\r\n\r\n",
        "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "an asterisk": b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    }


def test_what_is_framed_wrongly_is_refused(web: Stack, keys: dict[str, str]) -> None:
    wrong = []
    for name, sent in framings(keys["admin"]).items():
        # the other side says that no more will come: nobody waits for the rest of such a request
        reply = raw.send(web.url, sent, half_close=True)
        if said := raw.complaint(reply, [*REFUSED, *([200] if "two hosts" in name else [])]):
            wrong.append(f"{name}: {said}")
    assert not wrong, "\n".join(wrong)
    assert_well(web)


def test_a_body_that_ends_too_soon_holds_nobody_up(web: Stack, keys: dict[str, str]) -> None:
    for sent in (
        b"Content-Length: 100\r\n\r\n{",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"Expect: 100-continue\r\nContent-Length: 100\r\n\r\n",
    ):
        start = raw.request(
            "POST", "/api/v1/problems/generate", [f"Authorization: Bearer {keys['write']}"]
        )
        reply = raw.send(web.url, start[:-2] + f"{_JSON}\r\n".encode() + sent, half_close=True)
        assert not raw.complaint(reply, [None, 400, 408]), sent
    assert_well(web)


def test_a_path_sets_no_header(web: Stack, keys: dict[str, str]) -> None:
    key = f"Authorization: Bearer {keys['admin']}"
    for target in (
        "/api/v1/verbs/a%0d%0aX-Injected:%20yes",
        "/api/v1/problems/random%0d%0aX-Injected:%20yes%0d%0a%0d%0a{}",
        "/api/v1/api-keys?cursor=%0d%0aX-Injected:%20yes",
        "/health%0d%0aX-Injected:%20yes",
    ):
        reply = raw.send(web.url, raw.request("GET", target, [key]))
        assert not raw.complaint(reply), target
        assert reply.headers is not None
        assert "X-Injected" not in reply.headers
        assert b"\r" not in reply.body


def assert_well(web: Stack) -> None:
    """The server answers, and met nothing that it did not expect."""
    assert raw.send(web.url, raw.request("GET", "/health")).status == 200
    log = web.log("web")
    assert "Traceback" not in log, log[log.index("Traceback") - 300 :]
