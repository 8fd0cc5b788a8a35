"""The API of the OpenAI-compatible stub: what a request must be, and what happens to its answer."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from tests.stubs.openai_answers import Model, PlainModel, Said, Unreadable, block
from tests.stubs.openai_contents import Ask
from tests.stubs.openai_faults import (
    CONTENT_FAULTS,
    HTTP_FAULTS,
    TRANSPORT_FAULTS,
    Fault,
    Rates,
    Rule,
    Script,
    contents_for,
)
from tests.stubs.openai_http import Drop, Reply, Request, error
from tests.stubs.openai_limits import Limits
from tests.stubs.openai_replies import bad_key, failure, misshaped, schema_problem, too_many

_LOG_LENGTH = 50_000
_CHARACTERS_A_TOKEN = 4
#: What is counted for an answer whose length the request does not limit.
_USUAL_ANSWER = 100
_JUDGE = "French quiz judge"


@dataclass(frozen=True)
class Options:
    """How the stub behaves. Times in seconds, rates and shares from 0 to 1.

    ``key``: the only bearer key let in, "" any. ``rpm``, ``tpm``: requests and tokens a minute.
    ``response_format`` False: it refuses that parameter, ``json_schema`` False: only its JSON schemas.
    ``plain``: always the same few sentences, without faults, log and truth.
    """

    latency: float = 0.0
    seed: int = 0
    script: Sequence[Rule] = ()
    content_faults: float = 0.0
    transport_faults: float = 0.0
    content_kinds: tuple[Fault, ...] = CONTENT_FAULTS
    transport_kinds: tuple[Fault, ...] = TRANSPORT_FAULTS
    retry_after: float = 1.0
    natural: float = 0.5
    judge_errors: float = 0.0
    key: str = ""
    models: tuple[str, ...] = ("gpt-4o-mini", "gpt-4o")
    rpm: int | None = None
    tpm: int | None = None
    limit_headers: bool = True
    response_format: bool = True
    json_schema: bool = True
    plain: bool = False

    @property
    def rates(self) -> Rates:
        """The random faults."""
        return Rates(
            self.transport_faults,
            self.content_faults,
            self.transport_kinds,
            self.content_kinds,
            self.retry_after,
        )


@dataclass
class _Counts:
    calls: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_fault: Counter[str] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    max_in_flight: int = 0
    left: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class _Chat:
    """A chat request that has been found to be right."""

    number: int
    data: Mapping[str, Any]
    system: str
    user: str
    prompt_tokens: int
    headers: Mapping[str, str]

    @property
    def max_tokens(self) -> int | None:
        return self.data.get("max_completion_tokens") or self.data.get("max_tokens")


class Refused(Exception):
    """A request is answered with an error."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def _tokens(text: str) -> int:
    return math.ceil(len(text) / _CHARACTERS_A_TOKEN)


class Api:
    """One stub: its models, its script, its counts and its log."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._model = Model(options.seed, options.natural, options.judge_errors)
        self._plain = PlainModel(options.seed) if options.plain else None
        self._began = int(time.time())
        self._reset()
        self._script.add(options.script)

    def _reset(self) -> None:
        self._numbers = count(1)
        self._counts = _Counts()
        self._log: deque[dict[str, Any]] = deque(maxlen=_LOG_LENGTH)
        self._asked: Counter[str] = Counter()
        self._script = Script()
        self._limits = Limits(self._options.rpm, self._options.tpm, time.monotonic)
        self._model.forget()

    # --- Routes -----------------------------------------------------------------------------------

    async def handle(self, request: Request) -> Reply:
        """Answer a request. Raises Drop where the connection is to close without an answer."""
        path = request.path.split("?")[0]
        if path.startswith("/stub/"):
            return self._control(request, path.removeprefix("/stub/"))
        started = time.monotonic()
        number = next(self._numbers)
        reply: Reply | None = None
        chat = path == "/v1/chat/completions"
        try:
            if chat:
                with self._in_flight():
                    reply = await self._chat(request, number, started)
            else:
                reply = self._other(request, path)
        except Refused as refused:
            reply = refused.reply
        finally:
            if chat:
                self._counts.by_status["none" if reply is None else str(reply.status)] += 1
        assert reply is not None
        spent = round((time.monotonic() - started) * 1000)
        about = {"x-request-id": f"req_{number:08d}", "openai-processing-ms": str(spent)}
        return Reply(reply.status, reply.body, {**about, **reply.headers}, reply.cut)

    @contextmanager
    def _in_flight(self) -> Any:
        counts = self._counts
        counts.calls += 1
        counts.in_flight += 1
        counts.max_in_flight = max(counts.max_in_flight, counts.in_flight)
        try:
            yield
        except asyncio.CancelledError:
            counts.left += 1
            raise
        finally:
            counts.in_flight -= 1

    def _control(self, request: Request, name: str) -> Reply:
        if (request.method, name) == ("GET", "counts"):
            counts = {**vars(self._counts), "missing": dict(self._model.missing)}
            return Reply.of(200, counts)
        if (request.method, name) == ("GET", "log"):
            return Reply.of(200, list(self._log))
        if (request.method, name) == ("POST", "reset"):
            self._reset()
            return Reply.of(200, {})
        if (request.method, name) == ("POST", "script"):
            try:
                self._script.add(map(Rule.from_json, json.loads(request.body)))
            except (ValueError, TypeError, KeyError) as problem:
                return error(400, f"Not a list of rules: {problem}")
            return Reply.of(200, {})
        return error(404, f"The stub has no {request.method} /stub/{name}.")

    def _other(self, request: Request, path: str) -> Reply:
        self._check_key(request)
        models = [
            {"id": name, "object": "model", "created": self._began, "owned_by": "stub"}
            for name in self._options.models
        ]
        if request.method == "GET" and path == "/v1/models":
            return Reply.of(200, {"object": "list", "data": models})
        named = [each for each in models if path == f"/v1/models/{each['id']}"]
        if request.method == "GET" and named:
            return Reply.of(200, named[0])
        return error(404, f"Invalid URL ({request.method} {path})")

    # --- A chat -----------------------------------------------------------------------------------

    def _check_key(self, request: Request) -> None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if self._options.key and given != self._options.key:
            raise Refused(bad_key(given))

    def _checked(self, request: Request, number: int) -> _Chat:
        """Read a chat request, and take it from the limits. Raises Refused."""
        if request.method != "POST":
            raise Refused(error(405, f"Not allowed to {request.method} on /v1/chat/completions"))
        self._check_key(request)
        try:
            data = json.loads(request.body)
            texts = {one["role"]: str(one["content"]) for one in data["messages"]}
        except (ValueError, TypeError, KeyError):
            raise Refused(error(400, "We could not parse the JSON body of your request.")) from None
        name = data.get("model")
        if name not in self._options.models:
            message = f"The model `{name}` does not exist or you do not have access to it."
            raise Refused(error(404, message, code="model_not_found"))
        if data.get("stream"):
            raise Refused(error(400, "The stub does not stream.", param="stream"))
        self._check_format(data, texts)
        prompt_tokens = sum(map(_tokens, texts.values()))
        answer = data.get("max_completion_tokens") or data.get("max_tokens") or _USUAL_ANSWER
        refusal = self._limits.take(prompt_tokens + answer)
        headers = self._limits.headers() if self._options.limit_headers else {}
        if refusal is not None:
            raise Refused(too_many(refusal, str(name), headers))
        return _Chat(
            number, data, texts.get("system", ""), texts.get("user", ""), prompt_tokens, headers
        )

    def _check_format(self, data: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        wanted = data.get("response_format")
        if wanted is None or wanted.get("type") == "text":
            return
        kind = wanted.get("type")
        unknown = not self._options.response_format
        if unknown or (kind == "json_schema" and not self._options.json_schema):
            message = f"Invalid parameter: 'response_format' of type '{kind}' is not supported."
            raise Refused(error(400, message, param="response_format"))
        if kind == "json_object" and "json" not in " ".join(texts.values()).lower():
            message = "'messages' must contain the word 'json' in some form, to use json_object."
            raise Refused(error(400, message, param="messages"))
        if kind == "json_schema" and (problem := schema_problem(wanted)):
            message = f"Invalid schema for response_format: {problem}"
            raise Refused(error(400, message, param="response_format"))

    async def _chat(self, request: Request, number: int, started: float) -> Reply:
        chat = self._checked(request, number)
        rule, said = self._say(chat)
        fault = Fault.NONE if rule is None or rule.fault in CONTENT_FAULTS else rule.fault
        if fault is Fault.NONE and said is not None and said.fault is not None:
            fault = said.fault
        if said is not None:
            self._counts.by_source[said.source] += 1
            if self._plain is None:
                self._note(chat, said, fault)
        if fault is not Fault.NONE:
            self._counts.by_fault[fault.value] += 1
        seconds = self._options.latency
        if rule is not None and fault is Fault.SLOW:
            seconds += rule.seconds
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - started)))
        if rule is not None and fault in HTTP_FAULTS:
            return await self._broken(chat, rule, said)
        assert said is not None
        return self._completion(chat, said, fault)

    def _say(self, chat: _Chat) -> tuple[Rule | None, Said | None]:
        """Choose a fault and what is said. None is said where no answer comes."""
        try:
            judge = chat.system.startswith(_JUDGE)
            about = block(chat.user, "case" if judge else "brief")
            if about is None:
                raise Unreadable("There is no block of data in the user message.")
            if self._plain is not None:
                return None, self._plain.say("judge" if judge else about.get("task", ""))
            return self._answered(chat, about, judge=judge)
        except (Unreadable, KeyError, ValueError) as problem:
            raise Refused(error(400, f"The stub cannot answer this: {problem!r}")) from problem

    def _answered(
        self, chat: _Chat, about: dict[str, Any], *, judge: bool
    ) -> tuple[Rule | None, Said | None]:
        ask = None if judge else Ask.from_brief(about, chat.system)
        key = json.dumps(about, sort_keys=True, ensure_ascii=False)
        asked = self._asked[key]
        self._asked[key] += 1
        applicable = () if ask is None else contents_for(ask.task, ask.language.value)
        facts = {**about, "kind": "judge" if judge else "write"}
        rule = self._script.take(facts, applicable)
        if rule is None:
            rng = Random(f"{self._options.seed}|fault|{asked}|{key}")
            rule = self._options.rates.draw(rng, applicable)
        if rule is not None and rule.fault in HTTP_FAULTS:
            # No model is asked.
            about_it = {"kind": None, "fault": rule.fault.value, "asked": asked}
            self._log.append({"call": chat.number, **about_it, "case" if judge else "brief": about})
            return rule, None
        if ask is None:
            return rule, self._model.judge(about, asked)
        return rule, self._model.write(ask, asked, rule)

    def _note(self, chat: _Chat, said: Said, fault: Fault) -> None:
        self._log.append(
            {
                "call": chat.number,
                "kind": said.source,
                "fault": None if fault is Fault.NONE else fault.value,
                **said.entry,
            }
        )

    # --- Answers ----------------------------------------------------------------------------------

    async def _broken(self, chat: _Chat, rule: Rule, said: Said | None) -> Reply:
        fault = rule.fault
        if fault is Fault.HANG:
            # Until the client leaves, which cancels this.
            await asyncio.Event().wait()
        if fault is Fault.DROP:
            raise Drop
        if fault in (Fault.DROP_IN_BODY, Fault.BROKEN_JSON):
            whole = Reply.of(200, {"id": f"chatcmpl-{chat.number:08d}", "choices": []})
            if fault is Fault.BROKEN_JSON:
                return Reply(200, whole.body[:-7] + b'"}{', chat.headers)
            return Reply(200, whole.body, chat.headers, cut=True)
        return failure(rule)

    def _completion(self, chat: _Chat, said: Said, fault: Fault) -> Reply:
        content: str | None = json.dumps(said.content, ensure_ascii=False)
        content, reason, refusal = misshaped(content or "", said.content, fault)
        spent = _tokens(content or refusal or "")
        if chat.max_tokens is not None and spent > chat.max_tokens and content:
            content, reason = content[: chat.max_tokens * _CHARACTERS_A_TOKEN], "length"
            spent = chat.max_tokens
        self._counts.prompt_tokens += chat.prompt_tokens
        self._counts.completion_tokens += spent
        message = {"role": "assistant", "content": content, "refusal": refusal}
        choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
        body = {
            "id": f"chatcmpl-{chat.number:08d}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": f"{chat.data['model']}-2024-07-18",
            "choices": [choice],
            "usage": {
                "prompt_tokens": chat.prompt_tokens,
                "completion_tokens": spent,
                "total_tokens": chat.prompt_tokens + spent,
            },
            "system_fingerprint": "fp_stub",
        }
        return Reply.of(200, body, chat.headers)
