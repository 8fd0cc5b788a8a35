"""The real web server over real sockets: forged headers, sizes, and clients that are slow on purpose."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.flows.stack import PROCFILE, ROOT, database_url, free_port, wait_for

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

CURRENT = "/api/v1/api-keys/current"
KEYS = "/api/v1/api-keys"
#: Two addresses of this machine: one is a trusted proxy's, the other is not.
PROXY, STRANGER = "127.0.0.1", "127.0.0.2"
THREADS = 4
LIMIT = 1_048_576  # bytes of a body

Answer = tuple[int, dict[str, str], bytes]


class Server:
    """One worker of the Procfile's web line."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "DATABASE_URL": database_url(),
            "PORT": str(self.port),
            "WEB_HOST": "127.0.0.1",
            "WEB_WORKERS": "1",
            "WEB_THREADS": str(THREADS),
            "TRUSTED_PROXIES": PROXY,
        }
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {PROCFILE['web']}"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def connect(self, source: str = STRANGER) -> socket.socket:
        return socket.create_connection(
            ("127.0.0.1", self.port), timeout=20, source_address=(source, 0)
        )

    def send(self, raw: bytes, source: str = STRANGER) -> Answer:
        """The answer to bytes as they are; the connection must be one that the server closes."""
        with closing(self.connect(source)) as connection:
            connection.sendall(raw)
            received = b""
            while part := connection.recv(65536):
                received += part
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        return int(first.split()[1]), headers, body

    def ask(
        self,
        path: str,
        *headers: str,
        source: str = STRANGER,
        method: str = "GET",
        body: bytes = b"",
    ) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
        return self.send("\r\n".join([*lines, "", ""]).encode("latin-1") + body, source)

    def answers(self) -> bool:
        try:
            return self.ask("/health")[0] == 200
        except OSError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "web.log")
    try:
        wait_for("the web server", running.answers)
        yield running
    finally:
        running.stop()


def test_forged_headers_are_no_way_in(server: Server, new_key: Callable[..., str]) -> None:
    key = new_key(allowed_ips=["203.0.113.7"])
    mine = f"X-API-Key: {key}"
    # nothing but a key lets anybody in
    for forged in (
        "X-Auth-Bypass: 1",
        "X-Forwarded-User: admin",
        "Remote-User: admin",
        "REMOTE_USER: admin",
        "Authorization: Basic YWRtaW46YWRtaW4=",
        "Authorization: Bearer",
        "X-API-Key:",
        "Cookie: sessionid=admin",
        "X-Original-URL: /health",
    ):
        assert server.ask(CURRENT, forged, source=PROXY)[0] == 401, forged
    # who is no proxy is where the socket is, whatever it says
    for forged in (
        "X-Forwarded-For: 203.0.113.7",
        "X_Forwarded_For: 203.0.113.7",
        "X-Real-IP: 203.0.113.7",
        "Forwarded: for=203.0.113.7",
        "True-Client-IP: 203.0.113.7",
        "CF-Connecting-IP: 203.0.113.7",
        "Remote-Addr: 203.0.113.7",
        "REMOTE_ADDR: 203.0.113.7",
    ):
        assert server.ask(CURRENT, mine, forged)[0] == 403, forged
    # a proxy is believed, but only in what it added itself, at the end, also on a line of its own
    told = "X-Forwarded-For: 203.0.113.7"
    assert server.ask(CURRENT, mine, told, source=PROXY)[0] == 200
    assert server.ask(CURRENT, mine, "X-Forwarded-For: 9.9.9.9", told, source=PROXY)[0] == 200
    assert server.ask(CURRENT, mine, told, "X-Forwarded-For: 9.9.9.9", source=PROXY)[0] == 403
    assert server.ask(CURRENT, mine, "X-Real-IP: 203.0.113.7", source=PROXY)[0] == 403


def test_a_header_sent_twice_is_not_two_tries(server: Server, new_key: Callable[..., str]) -> None:
    key = new_key()
    for name, value in (("Authorization", f"Bearer {key}"), ("X-API-Key", key)):
        wrong = value[:-4] + "0000"
        assert server.ask(CURRENT, f"{name}: {value}")[0] == 200
        assert server.ask(CURRENT, f"{name}: {wrong}", f"{name}: {value}")[0] == 401
        assert server.ask(CURRENT, f"{name}: {value}", f"{name}: {wrong}")[0] == 401
    assert server.ask(CURRENT, f"Authorization: Bearer {key}", "X-API-Key: other")[0] == 401


def test_sizes_and_framing(server: Server, new_key: Callable[..., str]) -> None:
    admin = f"X-API-Key: {new_key(permissions_scope=['admin'])}"
    typed = "Content-Type: application/json"

    def post(*headers: str, body: bytes = b"") -> Answer:
        return server.ask(KEYS, admin, typed, *headers, method="POST", body=body)

    chunk = b'%x\r\n{"name": "%s"}\r\n0\r\n\r\n'
    assert post("Transfer-Encoding: chunked", body=chunk % (14, b"ab"))[0] == 201
    large = b'{"name": "%s"}' % (b"x" * LIMIT)
    assert post(f"Content-Length: {len(large)}", body=b"")[0] == 413  # before a byte has come
    status, _, body = post(
        "Transfer-Encoding: chunked", body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(large), large)
    )
    assert (status, json.loads(body)["code"]) == (413, "too_large")
    # two lengths, or a length and chunks, never make two requests of one
    assert post("Content-Length: 2", "Content-Length: 30", body=b"{}")[0] == 400
    smuggled = chunk % (14, b"cd") + b"GET /admin/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    status, _, body = post("Content-Length: 3", "Transfer-Encoding: chunked", body=smuggled)
    assert status == 201
    assert b"HTTP/1.1" not in body
    assert server.ask("/health", f"X-Large: {'x' * 100_000}")[0] == 431
    assert server.ask("/health", *(f"X-{number}: 1" for number in range(150)))[0] == 431


def test_slow_clients_do_not_stop_others(server: Server, new_key: Callable[..., str]) -> None:
    admin = new_key(permissions_scope=["admin"])
    head = f"POST {KEYS} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {admin}\r\n"
    starts = [
        f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
        f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{{",
        f"{head}X-Slow: ",  # the headers themselves
        "G",
    ]
    slow = [server.connect() for _ in range(3 * THREADS) for _ in starts]
    try:
        for number, connection in enumerate(slow):
            connection.sendall(starts[number % len(starts)].encode())
        for _ in range(20):
            assert server.ask(CURRENT, f"X-API-Key: {admin}")[0] == 200
        # whoever wants to send a body is told to come back, and may as soon as the slow ones are gone
        typed = ("Content-Type: application/json", "Content-Length: 13", f"X-API-Key: {admin}")
        status, headers, _ = server.ask(KEYS, *typed, method="POST", body=b'{"name": "x"}')
        assert (status, "retry-after" in headers) == (503, True)
    finally:
        for connection in slow:
            connection.close()
    wait_for(
        "bodies to be read again",
        lambda: server.ask(KEYS, *typed, method="POST", body=b'{"name": "x"}')[0] == 201,
        timeout=20,
    )


def test_without_a_key_nobody_keeps_a_thread(server: Server) -> None:
    with closing(server.connect()) as connection:
        connection.sendall(
            f"POST {KEYS} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n".encode()
        )
        assert connection.recv(12) == b"HTTP/1.1 401"
