"""``manage.py generate`` and ``requests``: orders from a shell."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.functions import Now

from generation import pausing, running, services, steering
from generation.models import GenerationItem, GenerationRequest
from quizservice.models import Process
from tests.flows.stack import database_url, wait_for
from tests.generation.make import order, submit

pytestmark = pytest.mark.django_db

#: Fields of an order in every document.
FIELDS = {
    *("request_id", "entity_type", "status", "priority", "requested_at", "started_at"),
    *("completed_at", "requested_count", "generated_count", "failed_count", "rejected_count"),
    *("constraints", "error_message", "tokens", "estimated_cost", "ordered_by", "key_id"),
    *("generator", "model", "target_language_code", "topic_tags", "expires_at", "trace_id"),
}
#: Fields that the document of one order has besides.
MORE = {"items", "reasons", "per_minute", "seconds_left", "hindrances"}


def run(*arguments: str) -> tuple[str, str]:
    """What a command prints: on standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(*arguments: str) -> tuple[int, str]:
    """The exit status with which a command ends, and what it says then."""
    with pytest.raises(CommandError) as error:
        run(*arguments)
    return error.value.returncode, str(error.value)


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def failed(request: GenerationRequest) -> GenerationRequest:
    """An order none of whose problems could be made."""
    for item in request.items.all():
        values = item.end_values("failed", error_message="The model did not answer.")
        GenerationItem.objects.filter(id=item.id).update(error_detail="timed out", **values)
        GenerationRequest.objects.count_end(request.id, GenerationItem.State.FAILED)
    request.refresh_from_db()
    return request


# --- generate -------------------------------------------------------------------------------------


def test_an_order_prints_its_id_alone() -> None:
    out, err = run(
        *("generate", "--count", "3", "--focus", "negation,conjugation", "--tense", "present"),
        *("--level", "A1", "--verb", "être", "--verb", "avoir", "--tag", "harvest,duo"),
        *("--language", "fra", "--negation", "yes", "--statements", "3", "--priority", "bulk"),
    )
    request = GenerationRequest.objects.get()
    assert out == f"{request.id}\n"
    assert "3 problems" in err
    assert "No dispatcher runs" in err
    assert request.constraints == {
        "grammatical_focus": ["negation", "conjugation"],
        "tenses_used": ["present"],
        "verb_infinitives": ["être", "avoir"],
        "level": "A1",
        "includes_negation": True,
    }
    assert (request.requested_count, request.statement_count, request.priority) == (3, 3, "bulk")
    assert (request.topic_tags, request.target_language_code) == (["harvest", "duo"], "fra")
    assert request.operator.endswith(" (manage.py)")


def test_every_wrong_option_is_named_at_once() -> None:
    status, said = refused(
        *("generate", "--count", "0", "--focus", "grammar", "--verb", "xyzer", "--level", "C2"),
        *("--tag", "a,", "--error-type", "typo", "--generator", "nobody", "--statements", "9"),
    )
    assert status == 2
    for option in (
        *("--count", "--focus", "--verb", "--level", "--tag", "--error-type", "--generator"),
        "--statements",
    ):
        assert re.search(rf"^  {option}: ", said, re.M), option
    assert "xyzer" in said
    assert not GenerationRequest.objects.exists()


def test_what_no_problem_can_meet_is_told_with_its_options() -> None:
    status, said = refused("generate", "--level", "A1", "--tense", "passe_simple")
    assert status == 1
    assert said.startswith("No problem can meet")
    assert "--tense" in said.splitlines()[-1]
    assert refused("generate", "--model", "gpt-4o-mini", "--generator", "rules")[0] == 2
    assert not GenerationRequest.objects.exists()


def test_a_dry_run_orders_nothing() -> None:
    out, err = run("generate", "--count", "500", "--dry-run")
    assert out.startswith("500 problems; about ")
    assert "Nothing was ordered" in err
    document = json.loads(run("generate", "--count", "500", "--dry-run", "--json")[0])
    assert document == {
        "count": 500,
        "tokens": 0,
        "estimated_cost": 0.0,
        "seconds": document["seconds"],
        "measured_problems": 0,
        "waiting_before": 0,
        "needs_confirmation": True,
    }
    assert not GenerationRequest.objects.exists()


def test_a_large_order_is_confirmed(settings: Any) -> None:
    settings.ORDER_CONFIRM_ABOVE = (2, None)
    status, said = refused("generate", "--count", "3")
    assert status == 1
    assert "3 problems" in said
    assert "Say --yes" in said
    assert not GenerationRequest.objects.exists()
    run("generate", "--count", "3", "--yes")
    assert GenerationRequest.objects.get().requested_count == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("loaded_verbs")
def test_waiting_ends_when_all_is_made() -> None:
    with Worker():
        out, err = run("generate", "--count", "2", "--wait", "--json")
    document = json.loads(out)
    assert set(document) == FIELDS | MORE
    assert document["status"] == "completed"
    assert document["items"] == {
        "made": 2, "failed": 0, "rejected": 0, "dropped": 0, "running": 0, "waiting": 0
    }  # fmt: skip
    assert (document["hindrances"], document["reasons"]) == ([], [])
    assert "2 of 2 problems ended" in err


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("loaded_verbs")
def test_an_interrupted_wait_leaves_the_order() -> None:
    waiting = subprocess.Popen(
        [sys.executable, "manage.py", "generate", "--count", "2", "--wait"],
        env={**os.environ, "DATABASE_URL": database_url()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # where the tests run in the background of a shell their children would not hear it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert waiting.stdout is not None
        assert waiting.stderr is not None
        request_id = waiting.stdout.readline().strip()
        said = iter(waiting.stderr.readline, "")
        assert any("0 of 2 problems ended" in line for line in said)  # it waits
        waiting.send_signal(signal.SIGINT)
        rest = waiting.communicate(timeout=60)[1]
    finally:
        waiting.kill()
    assert waiting.returncode == 130
    assert f"manage.py requests cancel {request_id}" in rest
    assert "Traceback" not in rest
    assert GenerationRequest.objects.get(id=request_id).status == "pending"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("loaded_verbs")
def test_waiting_for_what_is_not_made_ends_with_the_reason() -> None:
    def cancel() -> None:
        wait_for("the order", GenerationRequest.objects.exists, timeout=30)
        steering.cancel(GenerationRequest.objects.get(), by="bo")

    with Aside(cancel):
        status, said = refused("generate", "--count", "2", "--wait")
    assert status == 1
    assert said == "0 of 2 problems were made. Cancelled by bo."


class Aside:
    """Does something in another thread while a command waits."""

    def __init__(self, do: Any) -> None:
        self._do = do
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self._do()
        finally:
            connection.close()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join(timeout=60)


class Worker(Aside):
    """Makes the problems of the first order that comes."""

    def __init__(self) -> None:
        super().__init__(self._make)

    @staticmethod
    def _make() -> None:
        wait_for("the order", GenerationRequest.objects.exists, timeout=30)
        for item in GenerationItem.objects.all():
            running.run_item(item.id)


# --- requests list and show -----------------------------------------------------------------------


def test_orders_are_listed_newest_first() -> None:
    old, new = submit(2), services.submit(order(), operator="anna (manage.py)")
    steering.cancel(old, by="bo")
    lines = run("requests", "list")[0].splitlines()
    assert [line.split("\t")[0] for line in lines] == [str(new.id), str(old.id)]
    assert lines[0].split("\t")[1:-1] == [
        "pending", "1", "0/0/0", "any grammar", "rules", "anna (manage.py)"
    ]  # fmt: skip
    assert run("requests", "list", "--ids", "--status", "cancelled,failed")[0] == f"{old.id}\n"
    assert run("requests", "list", "--ids", "--limit", "1")[0] == f"{new.id}\n"
    GenerationRequest.objects.filter(id=old.id).update(requested_at="2020-01-01T00:00:00Z")
    assert run("requests", "list", "--ids", "--since", "7d")[0] == f"{new.id}\n"
    assert run("requests", "list", "--ids", "--since", "2019-12-31")[0].count("\n") == 2
    documents = [json.loads(line) for line in run("requests", "list", "--json")[0].splitlines()]
    assert [set(document) for document in documents] == [FIELDS, FIELDS]
    assert documents[0]["ordered_by"] == "anna (manage.py)"
    assert documents[1]["error_message"] == "Cancelled by bo."


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--status", "done,open"], "No status 'done', 'open': choose pending,"),
        (["--since", "yesterday"], "neither a duration"),
        (["--limit", "0"], "no whole number"),
    ],
)
def test_wrong_filters_are_told(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("requests", "list", *arguments)


def test_an_order_is_shown() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    request = failed(submit(2, topic_tags=("harvest",)))
    GenerationRequest.objects.filter(id=request.id).update(
        traceparent=f"00-{trace}-b7ad6b7169203331-01", tokens=12345, cost="0.034"
    )
    out = run("requests", "show", str(request.id))[0]
    assert "2 problems: any grammar" in out
    assert re.search(r"^problems +2 failed$", out, re.M)
    assert "2 failed: The model did not answer.\n  cause: timed out\n" in out
    assert re.search(r"^paid for +12,345 tokens, \$0\.03$", out, re.M)
    assert re.search(rf"^trace +{trace}$", out, re.M)
    document = json.loads(run("requests", "show", str(request.id), "--json")[0])
    assert set(document) == FIELDS | MORE
    assert (document["trace_id"], document["tokens"]) == (trace, 12345)
    assert document["reasons"] == [
        {
            "part": "failed",
            "message": "The model did not answer.",
            "number": 2,
            "detail": "timed out",
            "next_try": None,
        }
    ]


def test_what_holds_an_order_up_is_told() -> None:
    request = submit()
    pausing.pause_all(by="anna")
    pausing.pause_writer("openai", by="bo")  # of no concern here
    said = json.loads(run("requests", "show", str(request.id), "--json")[0])["hindrances"]
    assert re.fullmatch(r"Generation is paused since .* UTC by anna\.", said[0])
    assert [line.split(":")[0] for line in said[1:]] == ["No dispatcher runs", "No worker runs"]


def test_what_holds_an_order_up_is_said_of_a_broker_that_is_away() -> None:
    for kind, report in {
        "worker": {},
        "dispatcher": {"broker": {"ok": False, "at": "2031-01-31T22:14:03+00:00"}},
    }.items():
        Process.objects.create(kind=kind, host="h", pid=1, last_seen_at=Now(), report=report)
    said = json.loads(run("requests", "show", str(submit().id), "--json")[0])["hindrances"]
    assert said == ["The broker does not answer: what waits is not published."]


# --- requests cancel and retry --------------------------------------------------------------------


def test_orders_are_cancelled_when_somebody_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = submit(3), submit(2)
    piped(monkeypatch, f"{first.id}\tpending\n{second.id}\n")
    status, said = refused("requests", "cancel", "-")
    assert status == 1
    assert "2 orders will be cancelled: 5 problems that nobody has begun will be dropped" in said
    assert set(GenerationRequest.objects.values_list("status", flat=True)) == {"pending"}
    piped(monkeypatch, f"{first.id}\n{second.id}\n")
    assert run("requests", "cancel", "-", "--yes")[0] == f"{first.id}\n{second.id}\n"
    first.refresh_from_db()
    assert first.status == "cancelled"
    assert re.fullmatch(r"Cancelled by .* \(manage\.py\)\.", first.error_message)


def test_what_cannot_be_cancelled_is_named_and_the_rest_is() -> None:
    ended, running_one = submit(), submit()
    steering.cancel(ended, by="bo")
    out, err = io.StringIO(), io.StringIO()
    arguments = ("cancel", str(ended.id), str(running_one.id), "--yes")
    with pytest.raises(CommandError, match="1 of 2 not cancelled"):
        call_command("requests", *arguments, stdout=out, stderr=err)
    assert out.getvalue() == f"{running_one.id}\n"
    assert f"{ended.id}: The request has ended already" in err.getvalue()


@pytest.mark.parametrize("action", ["show", "cancel", "retry"])
def test_ids_that_are_none_change_nothing(action: str) -> None:
    known, unknown = submit(), uuid.uuid4()
    assert refused("requests", action, "7")[0] == 2
    status, said = refused("requests", action, str(unknown))
    assert (status, str(unknown) in said) == (1, True)
    if action == "cancel":
        refused("requests", action, str(known.id), str(unknown), "--yes")
        known.refresh_from_db()
        assert known.status == "pending"


def test_failed_problems_are_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    request, fine = failed(submit(2)), submit()
    piped(monkeypatch, run("requests", "list", "--status", "failed", "--ids")[0])
    out, err = run("requests", "retry", "-")
    assert out == f"{request.id}\n"
    assert "2 problems tried again" in err
    request.refresh_from_db()
    assert (request.status, request.failed_count) == ("processing", 0)
    status, said = refused("requests", "retry", str(fine.id))
    assert (status, said) == (1, "1 of 1 not tried again: see above.")


def test_nothing_on_standard_input_is_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for action in ("cancel", "retry"):
        piped(monkeypatch, "")
        assert run("requests", action, "-") == ("", "No ids came: nothing was done.\n")


# --- generation status ----------------------------------------------------------------------------


def test_the_state_of_generation_is_a_document() -> None:
    submit(3)
    document = json.loads(run("generation", "status", "--json")[0])
    assert (document["running"], document["pauses"]) == (True, [])
    assert document["unfinished_items"] == {"interactive": {"waiting": 3}}
    assert set(document) == {"running", "pauses", "unfinished_items", "oldest_waiting_seconds"}
    pausing.pause_writer("rules", by="anna")
    pausing.pause_all(by="bo")
    document = json.loads(run("generation", "status", "--json")[0])
    assert document["running"] is False
    assert [(one["writer"], one["by"], one["reason"]) for one in document["pauses"]] == [
        (None, "bo", None),
        ("rules", "anna", None),
    ]
    assert document["oldest_waiting_seconds"] is None  # what is paused waits for nobody


def test_every_field_stands_in_the_documents() -> None:
    said = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
    named = set(re.findall(r"[`\"](\w+)[`\"]", said))
    assert named >= FIELDS | MORE
    status = json.loads(run("generation", "status", "--json")[0])
    estimate = json.loads(run("generate", "--dry-run", "--json")[0])
    assert named >= set(status) | set(estimate)
