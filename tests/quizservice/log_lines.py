"""A logger apart, the lines that are made of what it is told, and secrets to look for in them."""

from __future__ import annotations

import io
import json
import logging
from typing import Any
from urllib.parse import quote

import pytest

from quizservice import logs

KEY = "lqs_Ab3dEf6hIj_" + "Secret0123456789" * 3 + "0"
OPENAI = "sk-proj-Abc_def-0123456789"
PASSWORD = "p@ss/wörd:with'quotes\""


class Lines:
    """A logger and the lines that the formatter makes of what it is told."""

    def __init__(self, form: str) -> None:
        self.stream = io.StringIO()
        handler = logging.StreamHandler(self.stream)
        handler.setFormatter(logs.LineFormatter(form=form))
        # not one of the tree: the tests' own handlers are to see nothing of it
        self.logger = logging.Logger("generation.somewhere", logging.DEBUG)  # noqa: LOG001
        self.logger.addHandler(handler)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def last(self) -> dict[str, Any]:
        return self.all()[-1]


def lines_of_a_process_with_secrets(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Lines of JSON, of a process whose environment holds the secrets."""
    monkeypatch.setenv("OPENAI_API_KEY", OPENAI)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://quiz:{quote(PASSWORD, safe='')}@db/quiz")
    monkeypatch.setenv("SECRET_KEY", "many random characters")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20MTIzOmdsY19leGFt")
    monkeypatch.setenv("KAFKA_CONFIG", '{"ssl.keystore.password": "keystore-pass"}')
    return Lines(logs.JSON)
