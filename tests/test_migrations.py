"""The code of the release before survives the migrations of the new one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now

from tests.migration_rules import BASELINE, LARGE, findings


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


@pytest.fixture(scope="module")
def now(loader: MigrationLoader) -> ProjectState:
    """The models as all migrations leave them."""
    return loader.project_state()


def ours_since(loader: MigrationLoader) -> list[tuple[str, str]]:
    """Our migrations after the baseline, by app and name."""
    return [
        (app, name) for app, name in loader.graph.nodes if app in BASELINE and name > BASELINE[app]
    ]


def test_the_baseline_and_the_large_tables_exist(
    loader: MigrationLoader, now: ProjectState
) -> None:
    assert set(BASELINE.items()) <= set(loader.graph.nodes)
    assert {f"{app}.{model}" for app, model in now.models} >= LARGE


def test_every_migration_since_leaves_the_code_of_before_alive(loader: MigrationLoader) -> None:
    since = ours_since(loader)
    assert since
    found = []
    for node in since:
        before = loader.project_state([node], at_end=False)
        found += findings(loader.graph.nodes[node], before)
    assert not found, "\n".join(found)


def objections(now: ProjectState, given: Sequence[Operation], **attributes: str) -> list[str]:
    """What the rules say to a migration of ``generation`` with these operations."""
    kind = type("Migration", (migrations.Migration,), {"operations": list(given), **attributes})
    return findings(kind("0999_test", "generation"), now)


ITEM = "generationitem"
BREAKING = {
    "field dropped": migrations.RemoveField(ITEM, "published_at"),
    "field renamed": migrations.RenameField(ITEM, "published_at", "sent_at"),
    "model dropped": migrations.DeleteModel("pause"),
    "model renamed": migrations.RenameModel("pause", "stop"),
    "needed, and nobody fills it in": migrations.AddField(
        ITEM, "colour", models.CharField(max_length=9, default="red")
    ),
    "another type": migrations.AlterField(ITEM, "attempt", models.CharField(max_length=9)),
    "no null any more": migrations.AlterField(ITEM, "published_at", models.DateTimeField()),
    "unique": migrations.AlterField(
        ITEM, "published_at", models.DateTimeField(null=True, unique=True)
    ),
    "index that locks": migrations.AddIndex(ITEM, models.Index(fields=["attempt"], name="x")),
    "constraint that locks": migrations.AddConstraint(
        ITEM, models.CheckConstraint(condition=models.Q(attempt__gte=0), name="y")
    ),
    "SQL that drops": migrations.RunSQL("ALTER TABLE generation_pause DROP COLUMN reason"),
    "SQL with parameters": migrations.RunSQL([("TRUNCATE generation_pause", None)]),
    "SQL that changes a type": migrations.RunSQL("ALTER TABLE t ALTER COLUMN n TYPE bigint"),
    "SQL that wants values": migrations.RunSQL("ALTER TABLE t ALTER n SET NOT NULL"),
    "SQL that locks": migrations.RunSQL("CREATE INDEX z ON generation_generationitem (attempt)"),
}
GENTLE = {
    "may be null": migrations.AddField(ITEM, "colour", models.CharField(max_length=9, null=True)),
    "the database fills it in": migrations.AddField(
        ITEM, "seen_at", models.DateTimeField(db_default=Now())
    ),
    "more null": migrations.AlterField(
        ITEM, "attempt", models.PositiveSmallIntegerField(default=0, null=True)
    ),
    "index beside the work": AddIndexConcurrently(ITEM, models.Index(fields=["attempt"], name="x")),
    "SQL that adds": migrations.RunSQL("CREATE INDEX CONCURRENTLY z ON t (n)"),
    "a new table": migrations.CreateModel("thing", [("id", models.BigAutoField(primary_key=True))]),
}


@pytest.mark.parametrize("name", BREAKING)
def test_what_breaks_the_code_of_before_is_found(name: str, now: ProjectState) -> None:
    said = objections(now, [BREAKING[name]])
    assert len(said) == 1, said
    assert said[0].startswith("generation.0999_test: ")


@pytest.mark.parametrize("name", GENTLE)
def test_what_it_survives_is_not(name: str, now: ProjectState) -> None:
    assert objections(now, [GENTLE[name]]) == []


def test_a_new_table_may_be_shaped_at_will(now: ProjectState) -> None:
    made = migrations.CreateModel("thing", [("id", models.BigAutoField(primary_key=True))])
    shaped = migrations.AddField("thing", "n", models.IntegerField())
    assert objections(now, [made, shaped]) == []


def test_a_reason_lets_it_through(now: ProjectState) -> None:
    dropped = [BREAKING["field dropped"]]
    assert objections(now, dropped, survived_because="unused since 0.1") == []
    assert objections(now, dropped, survived_because="")
