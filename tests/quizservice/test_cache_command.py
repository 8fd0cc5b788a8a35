"""``manage.py caches``: what processes keep, and a refresh that is seen to arrive."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from quizservice import cache_status, listening
from quizservice.models import Process
from tests.quizservice.test_cache_page import seen

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    """What the command prints: on standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command("caches", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_what_each_process_keeps() -> None:
    seen("worker")
    seen("dispatcher", trusted=False, reason="a pooler is between")
    rows = [line.split("\t") for line in run()[0].splitlines()]
    counted = ["4711", "here", "verb_cache", "1311", "90", "10", "90 %"]
    assert rows == [
        ["dispatcher", *counted, "nothing: a pooler is between"],
        ["worker", *counted, "yes"],
    ]


def test_the_state_is_a_document() -> None:
    assert run() == ("", "No process runs.\n")
    seen("worker")
    document = json.loads(run("--json")[0])
    said = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
    assert set(re.findall(r"\"(\w+)\"", said)) >= set(document) | set(document["processes"][0])
    counters = {
        "entries": 1311,
        "hits": 90,
        "misses": 10,
        "hit_rate": 0.9,
        "invalidations": 2,
    }
    (process,) = document.pop("processes")
    assert document == {"refresh_id": None, "caches": {"verb_cache": counters}}
    assert set(process) == {
        *("kind", "host", "pid", "started_at", "last_seen_at", "keeps_values", "reason"),
        *("answer", "caches"),
    }
    assert (process["keeps_values"], process["answer"]) == (True, None)
    assert process["caches"] == {"verb_cache": counters}


def test_a_refresh_is_told() -> None:
    seen("worker")
    assert run("refresh")[0] == "worker 4711 on here was told\n"
    assert run("refresh", "--cache", "verb_cache")[0] == "worker 4711 on here was told\n"
    with pytest.raises(CommandError, match=r"No cache 'verbs': choose .*verb_cache"):
        run("refresh", "--cache", "verbs")
    Process.objects.all().delete()
    assert "No process runs" in run("refresh", "--wait")[1]


def answer(refresh: str) -> None:
    """All processes report that they have obeyed."""
    for process in Process.objects.all():
        process.report["keeping"]["refreshes"] = [refresh]
        process.last_seen_at = Now()
        process.save()


def test_a_refresh_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen("worker")
    seen("web")
    announce = listening.announce

    def heard(cache: str | None = None) -> tuple[str, int]:
        told = announce(cache)
        answer(told[0])
        return told

    monkeypatch.setattr(listening, "announce", heard)
    out = run("refresh", "--wait")[0]
    assert out == "web 4711 on here has read again\nworker 4711 on here has read again\n"
    document = json.loads(run("--json", "refresh", "--wait")[0])
    assert [process["answer"] for process in document["processes"]] == ["dropped", "dropped"]
    assert document["refresh_id"] is not None


def test_who_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_status, "DEADLINE", timedelta(0))
    seen("worker")
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="1 of 1 do not answer"):
        call_command("caches", "refresh", "--wait", stdout=out, stderr=err)
    assert out.getvalue() == "worker 4711 on here does not answer\n"
