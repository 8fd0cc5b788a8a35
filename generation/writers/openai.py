"""The way to a model behind OpenAI's API, or behind a server that speaks the same language.

The only module that imports ``openai``. A call is asked through the gate of ``limiter``, its failures are
those of ``failures``, and every one of its tries is written down in ``metering``.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import httpx2
from django.conf import settings
from openai import (
    APIConnectionError,
    APIStatusError,
    AsyncOpenAI,
    DefaultAsyncHttpxClient,
    OpenAIError,
)
from pydantic import BaseModel

from generation.metering import Call, Purpose, record
from generation.prompts import Prompt
from generation.prompts.answers import schema_hint
from generation.writers import completion, failures, loop
from generation.writers.completion import Completion, ShapeT
from generation.writers.failures import TRIES, Failure, Kind, Refused, ServerError
from generation.writers.headers import delay_asked, until_room
from generation.writers.limiter import WAIT_AT_GATE, Gate, Place, describe_state, gate

__all__ = ["Refused", "Reply", "ask", "call", "describe_state", "longest"]

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Where OPENAI_BASE_URL names no other server.
OPENAI = "https://api.openai.com/v1"
#: A server of one's own may want no key, but the client sends one.
NO_KEY = "none"
#: Seconds for which an unused connection is kept.
KEEPALIVE = 30.0
#: Bounds in seconds of the pause before another try.
PAUSES = (0.1, 0.9)
#: Seconds by which a waiting thread outlasts the calls, which end by themselves.
MARGIN = 10.0
#: A guess at the tokens of a question; they count together with those of its answer.
QUESTION_TOKENS = 1500


@dataclass(frozen=True, slots=True)
class Reply(Generic[ShapeT]):
    """What a model answered, and what the answering try took (earlier ones are in ``metering``).

    ``text`` is the answer as it came, ``model`` the server's own name of the model.
    """

    parsed: ShapeT
    text: str
    response_id: str | None
    model: str
    input_tokens: int
    output_tokens: int
    seconds: float
    tries: int


@dataclass(frozen=True, slots=True)
class _Access:
    """The settings by which a call is made."""

    key: str
    base_url: str
    output: str
    temperature: float | None
    timeout: float
    connect_timeout: float
    max_calls: int
    max_tokens: int

    @classmethod
    def from_settings(cls) -> _Access:
        return cls(
            key=settings.OPENAI_API_KEY,
            base_url=settings.OPENAI_BASE_URL or OPENAI,
            output=settings.OPENAI_OUTPUT,
            temperature=settings.OPENAI_TEMPERATURE,
            timeout=settings.OPENAI_TIMEOUT,
            connect_timeout=settings.OPENAI_CONNECT_TIMEOUT,
            max_calls=settings.OPENAI_MAX_CALLS,
            max_tokens=settings.OPENAI_MAX_TOKENS,
        )

    def check(self) -> None:
        """Raises WriterError for a key with which no call can be made."""
        if not self.key and self.base_url == OPENAI:
            raise Failure(Kind.STOP, "OPENAI_API_KEY is empty", failures.NO_KEY).error()
        if not (self.key.isascii() and self.key.isprintable()) or " " in self.key:
            cause = "OPENAI_API_KEY has characters that a header cannot have"
            raise Failure(Kind.STOP, cause, failures.BAD_KEY).error()

    def client(self) -> AsyncOpenAI:
        """The process's client for these settings; on the loop."""
        key = (
            "client",
            self.key,
            self.base_url,
            self.timeout,
            self.connect_timeout,
            self.max_calls,
        )
        return loop.belonging(key, self._make_client)

    def _make_client(self) -> AsyncOpenAI:
        timeout = httpx2.Timeout(self.timeout, connect=self.connect_timeout)
        return AsyncOpenAI(
            api_key=self.key or NO_KEY,
            base_url=self.base_url,
            max_retries=0,  # tries are made here, where the gate is asked each time
            timeout=timeout,
            http_client=DefaultAsyncHttpxClient(
                timeout=timeout,
                # How many calls are in flight is the gate's matter.
                limits=httpx2.Limits(
                    max_connections=None,
                    max_keepalive_connections=self.max_calls,
                    keepalive_expiry=KEEPALIVE,
                ),
            ),
        )


@dataclass(frozen=True, slots=True)
class _Question(Generic[ShapeT]):
    """One call as it is asked, whatever the number of tries."""

    prompt: Prompt
    shape: type[ShapeT]
    purpose: Purpose
    model: str
    access: _Access


async def ask(
    prompt: Prompt, shape: type[ShapeT], *, purpose: Purpose, model: str
) -> Reply[ShapeT]:
    """Ask a model; on the process's loop (``call``).

    What fails by chance is tried up to three times. Every try is recorded in ``generation.metering``.

    Raises:
        WriterError: no answer; its flags and its delay say what is to be done.
        Refused: the model or a filter refuses this scene.
    """
    access = _Access.from_settings()
    access.check()
    question = _Question(prompt, shape, purpose, model, access)
    way = gate(access.base_url, model, access.max_calls, access.max_tokens + QUESTION_TOKENS)
    tries = 0
    while True:
        tries += 1
        async with way.place(access.timeout) as place:
            outcome = await _attempt(question, way, place, tries)
        if isinstance(outcome, Reply):
            return outcome
        closed_for = way.come_again() if outcome.kind in (Kind.LATER, Kind.HANGING) else 0.0
        if not outcome.again(tries) or way.closed_for() > WAIT_AT_GATE:
            logger.log(
                logging.ERROR if outcome.kind is Kind.STOP else logging.INFO,
                "%s: %s after %d tries: %s",
                way.name,
                outcome.kind,
                tries,
                outcome.cause,
            )
            raise outcome.error(closed_for)
        if outcome.kind is Kind.NOW:
            await asyncio.sleep(random.uniform(*PAUSES))


def call(coroutines: Sequence[Coroutine[Any, Any, T]], *, asks: int = 1) -> list[T | BaseException]:
    """Run coroutines together on the process's loop; blocks the calling thread.

    The results in their order, an exception in place of the result of a coroutine that raised it.
    ``asks``: how many calls of ``ask`` each coroutine makes one after another at most.

    Raises:
        WriterError: when they took longer than they ever may.
    """

    async def together() -> list[T | BaseException]:
        return await asyncio.gather(*coroutines, return_exceptions=True)

    limit = asks * longest() + MARGIN
    try:
        return loop.run(together(), timeout=limit)
    except TimeoutError:
        cause = f"{len(coroutines)} calls took longer than {limit:.0f} s"
        raise Failure(Kind.HANGING, cause, failures.HANGS).error() from None


def longest() -> float:
    """The seconds that ``ask`` may take at most: each try waits for a place, then for the answer."""
    return TRIES * (2 * float(settings.OPENAI_TIMEOUT) + WAIT_AT_GATE + PAUSES[1])


async def _attempt(
    question: _Question[ShapeT], way: Gate, place: Place, tries: int
) -> Reply[ShapeT] | Failure:
    """One try: asked, told to the gate, and recorded."""
    begun = time.monotonic()
    answer = Completion()
    # What stands in the record when the caller gives up before there is an outcome.
    outcome: ShapeT | Failure = Failure(Kind.NOW, "given up", failures.FAULTY)
    try:
        answered = await _send(question)
        if isinstance(answered, Failure):
            outcome = answered
        else:
            answer = completion.read(answered.content)
            way.succeeded(place, answered.headers, answer.input_tokens + answer.output_tokens)
            outcome = _parsed(answer, question)
    finally:
        seconds = time.monotonic() - begun
        _record(question, answer, seconds, outcome)
    if isinstance(outcome, Failure):
        if outcome.by_server and way.is_out(question.prompt):
            outcome = replace(outcome, kind=Kind.LATER)
        # Hanging closes the gate when a second try hangs too: one slow answer is nobody's fault.
        hangs = outcome.kind is Kind.HANGING and not outcome.again(tries)
        if outcome.kind is Kind.LATER or hangs:
            way.failed(place, outcome)
        return outcome
    return Reply(
        parsed=outcome,
        text=answer.text or "",
        response_id=answer.response_id,
        model=answer.model or question.model,
        input_tokens=answer.input_tokens,
        output_tokens=answer.output_tokens,
        seconds=seconds,
        tries=tries,
    )


def _record(
    question: _Question[Any], answer: Completion, seconds: float, outcome: BaseModel | Failure
) -> None:
    record(
        Call(
            purpose=question.purpose,
            model=question.model,
            prompt_version=question.prompt.version,
            input_tokens=answer.input_tokens,
            output_tokens=answer.output_tokens,
            seconds=seconds,
            response_id=answer.response_id,
            failure=outcome.cause if isinstance(outcome, Failure) else None,
            outcome=outcome.kind.outcome if isinstance(outcome, Failure) else "ok",
        )
    )


async def _send(question: _Question[Any]) -> httpx2.Response | Failure:
    """The server's answer of success, whatever it holds, or why there is none."""
    access = question.access
    try:
        async with asyncio.timeout(access.timeout):
            return await _request(question)
    except TimeoutError:
        return Failure(Kind.HANGING, f"no answer within {access.timeout:.0f} s", failures.HANGS)
    except APIStatusError as error:
        return _status_failure(error, question)
    except APIConnectionError as error:
        return _connection_failure(error.__cause__ or error, access.key)
    except OpenAIError as error:
        return Failure(Kind.ITEM, failures.shown(repr(error), access.key), failures.NOT_ACCEPTED)


async def _request(question: _Question[Any]) -> httpx2.Response:
    """Raw, for the headers, and because the tokens of an answer that cannot be read count too."""
    access, prompt, shape = question.access, question.prompt, question.shape
    completions = access.client().chat.completions.with_raw_response
    common: dict[str, Any] = {"model": question.model, "messages": prompt.messages()}
    if access.temperature is not None:  # whoever judges shall say the same of the same
        common["temperature"] = 0.0 if question.purpose is Purpose.JUDGE else access.temperature
    if access.output == "json_schema":
        raw = await completions.parse(
            **common, response_format=shape, max_completion_tokens=access.max_tokens
        )
        return raw.http_response
    common["messages"][0]["content"] += f"\n\n{schema_hint(shape)}"
    common["max_tokens"] = access.max_tokens  # the older name, which all servers know
    if access.output == "json_object":
        common["response_format"] = {"type": "json_object"}
    answered: httpx2.Response = (await completions.create(**common)).http_response
    return answered


def _parsed(answer: Completion, question: _Question[ShapeT]) -> ShapeT | Failure:
    key = question.access.key
    if answer.refusal or answer.finish == "content_filter":
        said = failures.shown(answer.refusal, key) if answer.refusal else "content filter"
        return Failure(Kind.REFUSED, f"refused: {said}", failures.REFUSED)
    if answer.finish == "length":
        return Failure(Kind.NOW, "truncated", failures.CUT_OFF)
    if not (answer.text or "").strip():
        fault = failures.shown(answer.fault, key) if answer.fault else "empty answer"
        return Failure(Kind.NOW, fault, failures.USELESS)
    try:
        return completion.shaped(
            answer.text or "", question.shape, bare=question.access.output != "text"
        )
    except ValueError as error:
        cause = f"wrong shape: {failures.shown(error, key)}"
        return Failure(Kind.NOW, cause, failures.USELESS)


def _status_failure(error: APIStatusError, question: _Question[Any]) -> Failure:
    headers = error.response.headers
    tokens = question.access.max_tokens + QUESTION_TOKENS
    return failures.of_server(
        ServerError(
            status=error.status_code,
            body=error.body,
            request_id=error.request_id,
            delay=delay_asked(headers) or until_room(headers, tokens),
        ),
        question.model,
        question.access.key,
    )


def _connection_failure(cause: BaseException, key: str) -> Failure:
    """Without the texts of protocol errors of our side: they may hold the headers that were to be sent."""
    said = type(cause).__name__
    if not isinstance(cause, httpx2.LocalProtocolError):
        said = failures.shown(f"{said}: {cause}", key)
    match cause:
        case httpx2.ConnectError() | httpx2.ConnectTimeout() | httpx2.ProxyError():
            return Failure(Kind.LATER, said, failures.AWAY)
        case httpx2.TimeoutException():
            return Failure(Kind.HANGING, said, failures.HANGS)
        case httpx2.UnsupportedProtocol() | httpx2.TooManyRedirects():
            return Failure(Kind.STOP, said, failures.BAD_URL)
        case _:
            return Failure(Kind.NOW, said, failures.FAULTY)
