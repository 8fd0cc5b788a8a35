"""What no log line ever holds."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from quizservice.log_secrets import BLOT, Blotter
from tests.quizservice.log_lines import (
    KEY,
    OPENAI,
    PASSWORD,
    Lines,
    lines_of_a_process_with_secrets,
)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    return lines_of_a_process_with_secrets(monkeypatch)


def test_a_real_exception_keeps_no_secret(lines: Lines) -> None:
    from openai import OpenAI

    url = f"postgresql://quiz:{quote(PASSWORD, safe='')}@db/quiz"
    try:
        client = OpenAI(api_key=OPENAI, base_url="http://127.0.0.1:9", max_retries=0)
        headers = {"Authorization": f"Bearer {KEY}", "x-api-key": KEY}
        client.models.list(extra_headers=headers)
    except Exception as error:
        error.add_note(f"{url} {headers} {client.auth_headers} password={PASSWORD!r}")
        lines.logger.exception("no answer: %r", headers, extra={"sent": headers, "to": [url]})
    line = lines.last()
    assert "APIConnectionError" in line["exception"]
    for secret in (KEY, KEY[15:], OPENAI, PASSWORD, quote(PASSWORD, safe="")):
        assert secret not in line["exception"]
        assert secret not in json.dumps(line, ensure_ascii=False)
    assert "lqs_Ab3dEf6hIj_" in line["exception"] or "Bearer" in line["exception"]


@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        "many random characters",
        PASSWORD,
        "MTIzOmdsY19leGFt",
        "keystore-pass",
        quote(PASSWORD, safe=""),
    ],
)
@pytest.mark.parametrize("text", ["{}", "said:{}.", "('{}', 3)", '{{"x": "{}"}}', "a={}&b=2"])
def test_what_the_settings_keep_secret_is_in_no_line(text: str, secret: str, lines: Lines) -> None:
    lines.logger.info(text.format(secret))
    said = lines.last()["event"]
    assert secret not in said
    assert BLOT in said


@pytest.mark.parametrize(
    ("text", "blotted"),
    [
        (f"key {KEY} refused", f"key lqs_Ab3dEf6hIj_{BLOT} refused"),
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {BLOT}"),
        ("authorization=Basic%20QWxhZGRpbg==", f"authorization=Basic%20{BLOT}"),
        ("(b'authorization', b'Bearer abcdef')", f"(b'authorization', b'Bearer {BLOT}')"),
        ("{'HTTP_X_API_KEY': 'abc'}", f"{{'HTTP_X_API_KEY': {BLOT}}}"),
        ("Cookie: sessionid=abc", f"Cookie: {BLOT}"),
        ("kafka://me:secret@host:9092/", f"kafka://me:{BLOT}@host:9092/"),
        ("host=db password='a b' user=me", f"host=db password={BLOT} user=me"),
        ('{"sasl.password": "abc", "x": 1}', f'{{"sasl.password": {BLOT}, "x": 1}}'),
        (
            "Incorrect API key provided: sk-abcd1234efgh5678",
            f"Incorrect API key provided: sk-{BLOT}",
        ),
        # what is no secret stays
        ("item 3 of request 4 failed: http://host:80/a@b", None),
        ("the key 0123456789 was revoked; Bearer authentication needed", None),
        ("12 tokens of item 7", None),
    ],
)
def test_secrets_are_known_by_their_looks(text: str, blotted: str | None) -> None:
    assert Blotter().blot(text) == (blotted or text)


def test_short_values_are_not_looked_for() -> None:
    """A password that is a word of every line says nothing, and would be cut out of all of them."""
    blotter = Blotter.from_environment(
        {
            "KAFKA_PASSWORD": "quiz",
            "KAFKA_SSL_KEY_LOCATION": "/etc/quiz",
            "OPENAI_DAILY_TOKENS": "100000000",
        }
    )
    said = "quiz /etc/quiz 100000000"
    assert blotter.blot(said) == said
    assert repr(blotter) == "Blotter()"
