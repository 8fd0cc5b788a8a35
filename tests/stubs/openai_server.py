"""A server that speaks OpenAI's protocol, for tests: a model that can be wrong in every way on demand.

``python -m tests.stubs.openai_server`` prints the address for ``OPENAI_BASE_URL`` as its first line; in
a test it is ``with StubServer(...) as server``, as a process of its own ``with start_process(...)``.

It answers ``POST /v1/chat/completions`` (without streaming) and ``GET /v1/models``, and outside of the
API ``GET /stub/counts``, ``GET /stub/log``, ``POST /stub/script`` (a list of rules: see
``openai_faults.Rule``) and ``POST /stub/reset``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from tests.stubs.openai_answers import prepare
from tests.stubs.openai_api import Api, Options
from tests.stubs.openai_faults import Fault, Rule
from tests.stubs.openai_http import Connection

ROOT = Path(__file__).resolve().parents[2]
#: How many connections may wait to be accepted.
_BACKLOG = 2048


class Control:
    """The stub as a test sees it; ``url`` is what ``OPENAI_BASE_URL`` is set to."""

    url: str

    def counts(self) -> dict[str, Any]:
        """What it did: calls, by_status, by_fault, by_source, max_in_flight, tokens, ..."""
        return dict(self._ask("GET", "/stub/counts"))

    def log(self) -> list[dict[str, Any]]:
        """Every chat call that reached the model, in order.

        ``call``: its number; ``kind``: engine, natural or judge, None where no answer came; ``fault``;
        ``brief`` or ``case``; ``asked``: how often it had been asked before. Of a writer's answer:
        ``sentences``: what was sent; ``right``: of each sentence whether it is; ``truth``: see
        ``openai_contents.Answer.truth``; ``natural_id``; ``wished_fault``: the one it was to have;
        ``notes``. Of a judge's: ``judgement``, ``truth``: what is so, ``errs``: it says the opposite.
        """
        return list(self._ask("GET", "/stub/log"))

    def script(self, *rules: Rule | Mapping[str, Any]) -> None:
        """Have faults happen from now on, before those that are still to come."""
        given = [
            {**vars(rule), "fault": rule.fault.value, "match": dict(rule.match)}
            if isinstance(rule, Rule)
            else dict(rule)
            for rule in rules
        ]
        self._ask("POST", "/stub/script", given)

    def reset(self) -> None:
        """Forget calls, counts, sentences and scripted faults."""
        self._ask("POST", "/stub/reset")

    def _ask(self, method: str, path: str, data: Any = None) -> Any:
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        try:
            body = None if data is None else json.dumps(data)
            connection.request(method, path, body)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status != http.HTTPStatus.OK:
            raise ValueError(answer["error"]["message"])
        return answer


async def _listen(api: Api, host: str, port: int) -> tuple[asyncio.Server, set[Connection], str]:
    connections: set[Connection] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(api.handle, connections), host, port, backlog=_BACKLOG
    )
    bound = server.sockets[0].getsockname()[1]
    return server, connections, f"http://{host}:{bound}/v1"


class StubServer(Control):
    """A stub in a thread of this process. Options: see ``openai_api.Options``; ``host``, ``port``."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, **options: Any) -> None:
        self._api = Api(Options(**options))
        self._host, self._port = host, port
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="openai-stub", daemon=True)

    def __enter__(self) -> Self:
        prepare()
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except OSError as failure:
            self._failure = failure
            self._ready.set()
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server, connections, self.url = await _listen(self._api, self._host, self._port)
        self._ready.set()
        await self._stop.wait()
        server.close()
        for connection in list(connections):
            connection.close()
        await asyncio.sleep(0)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)


class StubProcess(Control):
    """A stub in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.url = url
        self.pid = process.pid


@contextlib.contextmanager
def start_process(*arguments: str, script: Sequence[Rule] = ()) -> Iterator[StubProcess]:
    """Run the stub as a process while the block runs; ``arguments`` are those of the command."""
    command = [sys.executable, "-m", "tests.stubs.openai_server", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            if not url:
                raise RuntimeError(f"The stub did not start: {' '.join(command)}")
            stub = StubProcess(process, url)
            if script:
                stub.script(*script)
            yield stub
        finally:
            process.terminate()


# --- The command ----------------------------------------------------------------------------------


def _faults(text: str) -> tuple[Fault, ...]:
    return tuple(Fault(name.strip()) for name in text.split(",") if name.strip())


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _script(path: str) -> tuple[Rule, ...]:
    return tuple(map(Rule.from_json, json.loads(Path(path).read_text(encoding="utf-8"))))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.stubs.openai_server")
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=0, help="0 (the default): a free one")
    add("--latency", type=float, default=0.0, help="seconds from a request to its answer")
    add("--seed", type=int, default=0)
    add("--script", type=_script, default=(), help="a file with a JSON list of rules")
    add("--content-faults", type=float, default=0.0, metavar="RATE")
    add("--transport-faults", type=float, default=0.0, metavar="RATE")
    add("--content-kinds", type=_faults, help="only these, separated by commas")
    add("--transport-kinds", type=_faults, help="only these, separated by commas")
    add("--retry-after", type=float, default=1.0, help="seconds, in random 429 and 503")
    add("--natural", type=float, default=0.5, metavar="SHARE", help="of hand-written sentences")
    add("--judge-errors", type=float, default=0.0, metavar="RATE")
    add("--key", default="", help="the only bearer key that is let in (default: any)")
    add("--models", type=_names, default=("gpt-4o-mini", "gpt-4o"), help="separated by commas")
    add("--rpm", type=int, help="requests a minute")
    add("--tpm", type=int, help="tokens a minute")
    add("--no-limit-headers", dest="limit_headers", action="store_false")
    add("--no-response-format", dest="response_format", action="store_false")
    add("--no-json-schema", dest="json_schema", action="store_false")
    add("--plain", action="store_true", help="the same few sentences, no truth: measures speed")
    return parser


async def _main(host: str, port: int, options: Options) -> None:
    prepare()
    # The lexicon stays for good.
    gc.collect()
    gc.freeze()
    server, _, url = await _listen(Api(options), host, port)
    print(url, flush=True)
    await server.serve_forever()


def main() -> None:
    """Run the server until it is stopped."""
    given = vars(_parser().parse_args())
    host, port = given.pop("host"), given.pop("port")
    options = Options(**{name: value for name, value in given.items() if value is not None})
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(host, port, options))


if __name__ == "__main__":
    main()
