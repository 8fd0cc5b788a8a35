"""HTTP for the OpenAI-compatible stub: many connections that are kept alive, on one loop, by h11."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import h11

_SERVER_ERROR = 500


@dataclass(frozen=True)
class Request:
    """A whole request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """A response; ``cut``: the connection closes in the middle of its body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False

    @classmethod
    def of(cls, status: int, data: Any, headers: Mapping[str, str] | None = None) -> Reply:
        """A response in JSON."""
        return cls(status, json.dumps(data, ensure_ascii=False).encode(), headers or {})


class Drop(Exception):
    """Close the connection without an answer."""


def error(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """An error in OpenAI's format."""
    about = {"message": message, "type": kind, "param": param, "code": code}
    return Reply.of(status, {"error": about}, headers)


Handler = Callable[[Request], Awaitable[Reply]]


class Connection(asyncio.Protocol):
    """One connection: requests one after the other. A client that leaves ends what is done for it."""

    def __init__(self, handler: Handler, open_now: set[Connection]) -> None:
        self._handler = handler
        self._open_now = open_now
        self._http = h11.Connection(h11.SERVER)
        self._request: h11.Request | None = None
        self._body: list[bytes] = []
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._open_now.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open_now.discard(self)
        if self._task is not None:
            self._task.cancel()

    def close(self) -> None:
        """Close it at once, whatever it is doing."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._http.receive_data(data)
        self._read()

    def _read(self) -> None:
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as problem:
                self._send(error(problem.error_status_hint, str(problem)))
                self._transport.close()
                return
            if isinstance(event, h11.Request):
                self._request, self._body = event, []
            elif isinstance(event, h11.Data):
                self._body.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                self._task = asyncio.get_running_loop().create_task(self._serve())
                return
            elif isinstance(event, h11.ConnectionClosed):
                self._transport.close()
                return
            else:
                # NEED_DATA; PAUSED until the answer is out.
                return

    async def _serve(self) -> None:
        asked = self._request
        assert asked is not None
        request = Request(
            asked.method.decode(),
            asked.target.decode(),
            {name.decode().lower(): value.decode("latin-1") for name, value in asked.headers},
            b"".join(self._body),
        )
        try:
            reply = await self._handler(request)
        except Drop:
            self._transport.close()
            return
        except Exception as problem:  # noqa: BLE001 - it goes to the client, whose test then fails
            reply = error(_SERVER_ERROR, f"The stub has a bug: {problem!r}", kind="stub_bug")
        self._send(reply)
        if reply.cut or self._http.our_state is h11.MUST_CLOSE:
            self._transport.close()
            return
        self._http.start_next_cycle()
        self._read()

    def _send(self, reply: Reply) -> None:
        if self._transport.is_closing():
            return
        headers = {
            "content-type": "application/json",
            "content-length": str(len(reply.body)),
            **reply.headers,
        }
        body = reply.body[: len(reply.body) // 2] if reply.cut else reply.body
        events: list[h11.Event] = [
            h11.Response(status_code=reply.status, headers=list(headers.items())),
            h11.Data(data=body),
        ]
        if not reply.cut:
            events.append(h11.EndOfMessage())
        self._transport.write(b"".join(self._http.send(event) or b"" for event in events))
