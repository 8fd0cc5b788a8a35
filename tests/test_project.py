"""What must hold for the project as a whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from quizservice import environment

ROOT = Path(__file__).resolve().parent.parent


def manage(*arguments: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` with changed variables (None removes one)."""
    values = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={name: value for name, value in values.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_system_checks_find_nothing() -> None:
    call_command("check", fail_level="WARNING")


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"])
def test_a_missing_setting_stops_the_start_with_a_sentence(name: str) -> None:
    done = manage("check", **{name: None})
    assert done.returncode == 1
    assert done.stderr.startswith(f"{name} is not set: set it to")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "not a url", "DATABASE_URL cannot be read"),
        ("DATABASE_URL", "postgresql://localhost", "names no database"),
        ("PUBLISH_WINDOW", "many", "PUBLISH_WINDOW is 'many'"),
        ("PUBLISH_WINDOW", "0", "PUBLISH_WINDOW is '0'"),
        ("KAFKA_GROUP_PROTOCOL", "mine", "KAFKA_GROUP_PROTOCOL is 'mine'"),
        ("TRUSTED_PROXIES", "everybody", "TRUSTED_PROXIES takes addresses"),
        ("DEBUG", "perhaps", "DEBUG is 'perhaps'"),
        ("GENERATOR", "nobody", "GENERATOR is 'nobody'"),
        ("GENERATOR", "openai", "neither OPENAI_API_KEY nor OPENAI_BASE_URL is set"),
        ("OPENAI_BASE_URL", "ftp://somewhere", "OPENAI_BASE_URL must be the address"),
        ("OPENAI_TEMPERATURE", "warm", "OPENAI_TEMPERATURE is 'warm'"),
        ("OPENAI_OUTPUT", "xml", "OPENAI_OUTPUT is 'xml'"),
        ("OPENAI_DAILY_COST", "nan", "OPENAI_DAILY_COST is 'nan'"),
        ("OPENAI_PRICES", '{"gpt-4o-mini": [0.15]}', "OPENAI_PRICES must be a JSON object"),
        ("SECRET_KEY_FALLBACKS", "one two", "SECRET_KEY_FALLBACKS has a secret that is shorter"),
        ("ORDER_CONFIRM_ABOVE", "many", "ORDER_CONFIRM_ABOVE takes a number of problems"),
        ("TRACE_URL_TEMPLATE", "traces", "TRACE_URL_TEMPLATE must be the address of a trace"),
    ],
)
def test_an_unusable_setting_stops_the_start_with_a_sentence(
    name: str, value: str, said: str
) -> None:
    done = manage("check", **{name: value})
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "7",
        '{"m": 1}',
        '{"m": [1, "2"]}',
        '{"m": [1, NaN]}',
        '{"m": [1, -1]}',
        '{"m": [1, 2, 3]}',
    ],
)
def test_a_price_list_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="OPENAI_PRICES must be a JSON object"):
        environment.prices(text)


def test_prices_are_exact() -> None:
    assert environment.prices('{"m": [0.15, 1]}') == {"m": (Decimal("0.15"), Decimal(1))}


@pytest.mark.parametrize(
    "text", ["me:secret@host", "ftp://me:secret@host/v1", "http://me:secret@:x"]
)
def test_an_address_that_is_refused_does_not_show_its_login(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="OPENAI_BASE_URL must be") as refused:
        environment.base_url(text)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "command",
    [
        ["celery", "-A", "quizservice", "worker"],
        ["python", "-c", "import quizservice.wsgi"],
    ],
)
def test_no_process_starts_without_its_settings(command: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run(
        [program, *command[1:]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "DATABASE_URL is not set: set it to" in done.stderr


def test_every_setting_of_the_environment_stands_in_the_documents() -> None:
    settings = (ROOT / "quizservice" / "settings.py").read_text()
    names = set(re.findall(r'(?:env\.\w+|_required)\(\s*"([A-Z_]+)"', settings)) | {"QUIZ_EMBEDDED"}
    assert len(names) > 15
    documents = ("README.md", "docs/model.md", "docs/operations.md")
    texts = " ".join((ROOT / name).read_text() for name in documents)
    assert names <= set(re.findall(r"`([A-Z_]+)`", texts))


DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def anchors(text: str) -> set[str]:
    """What may be linked to in a Markdown text: its headings, as GitHub names them, and its ids."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return made | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)", text):
        if "://" in target:
            continue
        path = document.parent / target if target else document
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path.read_text()), f"{target}#{anchor}"


def test_every_document_is_linked_from_another() -> None:
    texts = {path: path.read_text() for path in DOCUMENTS}
    for document in (ROOT / "docs").iterdir():
        others = (text for path, text in texts.items() if path != document)
        assert any(
            re.search(rf"\]\([\w/]*{re.escape(document.name)}[)#]", text) for text in others
        ), document.name


def test_every_dependency_says_why_it_is_there() -> None:
    for name in ("requirements.in", "requirements-dev.in"):
        lines = (ROOT / name).read_text().splitlines()
        wanted = [line for line in lines if line and not line.startswith(("#", "-r"))]
        assert wanted
        assert all(re.search(r"\S\s+# \S", line) for line in wanted)
