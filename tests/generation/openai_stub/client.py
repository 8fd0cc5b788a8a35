"""OpenAI's own client, and the stub that it asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openai import OpenAI

from generation.prompts import Prompt
from generation.prompts.answers import CorrectSentence
from tests.stubs.openai_server import StubServer


@dataclass(frozen=True)
class Asked:
    """A stub and a client of it."""

    server: StubServer
    client: OpenAI

    def say(self, prompt: Prompt, shape: Any = CorrectSentence, **options: Any) -> Any:
        """The parsed answer."""
        return self.whole(prompt, shape, **options).choices[0].message.parsed

    def whole(self, prompt: Prompt, shape: Any = CorrectSentence, **options: Any) -> Any:
        """The whole answer."""
        messages: Any = prompt.messages()
        return self.client.chat.completions.parse(
            model="gpt-4o-mini", messages=messages, response_format=shape, **options
        )


def client_of(url: str, **options: Any) -> OpenAI:
    return OpenAI(**{"base_url": url, "api_key": "k", "max_retries": 0, "timeout": 20, **options})
