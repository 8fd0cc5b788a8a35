"""A link to PostgreSQL that can go silent: nothing is closed, bytes just vanish."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from typing import Any

_KEY_DATA = b"K\x00\x00\x00\x0c"


class Link:
    """Forwards TCP to ``host`` (a name, or the folder of a Unix socket) until it is told to swallow.

    ``other_process``: what the server says of its own process is changed on the way, as a pooler does.
    """

    def __init__(self, host: str, port: str, *, other_process: bool = False) -> None:
        self._target = (host, port)
        self._other_process = other_process
        self._silent = threading.Event()
        self._sockets: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = str(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *_: Any) -> None:
        for one in (self._server, *self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def swallow(self) -> None:
        """From now on nothing comes through, either way, and nobody is told."""
        self._silent.set()

    def forward(self) -> None:
        """New connections come through again; the old ones stay silent."""
        self._silent = threading.Event()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed: the end
            while True:
                client, _ = self._server.accept()
                server = self._connect()
                self._sockets += [client, server]
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(
                        target=self._pump, args=(source, sink, self._silent), daemon=True
                    ).start()

    def _connect(self) -> socket.socket:
        host, port = self._target
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        server = socket.socket(socket.AF_UNIX)
        server.connect(os.path.join(host, f".s.PGSQL.{port}"))  # noqa: PTH118  no path object is taken
        return server

    def _pump(self, source: socket.socket, sink: socket.socket, silent: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if silent.is_set():
                    continue
                if self._other_process and (at := data.find(_KEY_DATA)) >= 0:
                    at += len(_KEY_DATA)
                    data = data[:at] + b"\x00\x00\x00\x01" + data[at + 4 :]
                sink.sendall(data)
