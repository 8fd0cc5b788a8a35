"""A backup is brought back into an empty database, and the service goes on there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from psycopg import sql

import apikeys.services
from apikeys.models import ApiKey
from generation import running, services
from problems.models import Problem
from quizservice.embedded import postgres_binaries
from tests.flows.stack import ROOT, Stack, database_url, wait_for

pytestmark = pytest.mark.flow


def backup(*arguments: str | Path, database: str) -> subprocess.CompletedProcess[str]:
    """Run ``deploy/backup.py`` on a database, with the programs that belong to the tests' server."""
    return subprocess.run(
        [sys.executable, ROOT / "deploy" / "backup.py", *arguments],
        env={
            **os.environ,
            "PG_BIN": os.environ.get("PG_BIN", str(postgres_binaries.find().directory)),
            "DATABASE_URL": database,
            "DATABASE_LISTEN_URL": "",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def empty(loaded_verbs: None) -> Iterator[str]:
    """The address of an empty database beside the tests' own."""
    name = f"restored_{uuid.uuid4().hex[:8]}"
    ours = database_url()
    with psycopg.connect(ours, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
        )
    yield ours.replace(f"///{psycopg.conninfo.conninfo_to_dict(ours)['dbname']}?", f"///{name}?")
    with psycopg.connect(ours, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class Before:
    """What the database held when it was backed up."""

    key: str
    revoked: str
    problems: set[str]
    waiting: str  # the id of an order of one problem


@pytest.fixture
def before(loaded_verbs: None) -> Before:
    """Three problems, one of them drawn, a key, a revoked one, and an order that waits."""
    for item in services.submit(services.Order(count=3)).items.all():
        running.run_item(item.id)
    key, _ = apikeys.services.issue(name="duo", permissions_scope=["admin"])
    revoked, row = apikeys.services.issue(name="gone")
    apikeys.services.revoke(row)
    order = services.submit(services.Order(count=1))
    ids = {str(one) for one in Problem.objects.values_list("id", flat=True)}
    return Before(key, revoked, ids, str(order.id))


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="quiz-backup-"))
    yield made
    shutil.rmtree(made)


def asked(client: httpx2.Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_restored_and_serves(before: Before, empty: str, folder: Path) -> None:
    done = backup("make", folder, database=database_url())
    assert done.returncode == 0, done.stderr
    dump = Path(done.stdout.strip())
    manifest = json.loads(dump.with_suffix(".json").read_text())
    assert manifest["rows"]["problems_problem"] == 3
    assert dump.stat().st_mode & 0o077 == 0
    ApiKey.objects.all().delete()  # what happens afterwards is not in it

    changed_is_refused(dump, empty)
    done = backup("restore", dump, database=empty)
    assert done.returncode == 0, done.stderr
    assert "API keys that were revoked" in done.stdout
    done = backup("restore", dump, database=empty)
    assert done.returncode == 1
    assert "is not empty" in done.stderr

    stack = Stack(folder, DATABASE_URL=empty, REPUBLISH_AFTER="2")
    try:
        stack.start("worker")
        stack.start("dispatcher")
        stack.start_web()
        serves(stack, before)
        probe: list[str | Path] = [sys.executable, ROOT / "deploy" / "probe.py"]
        environment = {**stack.environment, "PORT": str(stack.port)}
        subprocess.run([*probe, "health"], env=environment, timeout=60, check=True)
        # what the dispatcher has seen of the broker stands in its next report
        wait_for("readiness", lambda: asks(probe, "ready", environment) == 0, every=1)
    finally:
        stack.stop()


def asks(probe: list[str | Path], name: str, environment: dict[str, str]) -> int:
    """The exit status of a probe."""
    return subprocess.run([*probe, name], env=environment, timeout=60, check=False).returncode


def changed_is_refused(dump: Path, empty: str) -> None:
    """One bit that fell over is found before anything is written."""
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 1
    changed = dump.with_name("changed.dump")
    changed.write_bytes(content)
    shutil.copy(dump.with_suffix(".json"), changed.with_suffix(".json"))
    done = backup("restore", changed, database=empty)
    assert done.returncode == 1
    assert "is not what its manifest says" in done.stderr
    with psycopg.connect(empty) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert row.fetchone() == (0,)


def serves(stack: Stack, before: Before) -> None:
    """Keys are what they were, every problem is drawn once, and the order that waited is made."""
    with httpx2.Client(base_url=f"{stack.url}/api/v1", timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {before.revoked}"
        assert client.get("/problems/random").status_code == 401
        client.headers["Authorization"] = f"Bearer {before.key}"
        path = f"/generation-requests/{before.waiting}"
        wait_for("the order", lambda: asked(client, path)["status"] == "completed", timeout=180)
        (made,) = asked(client, path)["entities"]
        drawn = asked(client, "/problems/random?count=4")["results"]
        assert {one["id"] for one in drawn} == before.problems | {made["id"]}


@pytest.mark.django_db
def test_only_the_latest_stay_and_strange_files(folder: Path) -> None:
    for day in ("01", "02", "03"):
        (folder / f"quiz-202601{day}T000000Z.dump").write_bytes(b"")
        (folder / f"quiz-202601{day}T000000Z.json").write_text("{}")
    (folder / "notes.txt").write_text("keep")
    done = backup("make", folder, "--keep", "2", database=database_url())
    assert done.returncode == 0, done.stderr
    left = {path.name for path in folder.iterdir()} - {Path(done.stdout.strip()).name}
    assert left == {
        "notes.txt",
        "quiz-20260103T000000Z.dump",
        "quiz-20260103T000000Z.json",
        Path(done.stdout.strip()).with_suffix(".json").name,
    }


@pytest.mark.django_db
def test_what_cannot_be_done_is_said_in_a_sentence(folder: Path) -> None:
    done = backup("make", folder, database="postgresql://127.0.0.1:9/none")
    assert done.returncode == 1
    assert done.stderr.startswith("backup: The database does not answer")
    assert not list(folder.iterdir())
    missing = folder / "quiz-20260101T000000Z.dump"
    done = backup("restore", missing, database=database_url())
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
