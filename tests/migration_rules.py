"""What a migration may not do to the code of the release before, which runs on while the new one comes up.

``findings`` reads one migration. What it objects to may be right all the same, when the columns have been
unused for a release: then the migration says so, as the attribute ``survived_because`` of its class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import connection
from django.db.migrations import Migration, operations
from django.db.migrations.state import ProjectState
from django.db.models import Field, Model
from django.db.models.fields import NOT_PROVIDED

#: The last migration of each app that was there before the rules were.
BASELINE = {
    "apikeys": "0004_console",
    "generation": "0005_console",
    "problems": "0009_review",
    "quizservice": "0005_roles",
    "verbs": "0003_console",
}
#: Tables that grow: to lock one against writers while all of it is read stops the service.
LARGE = {
    "apikeys.keyevent",
    "apikeys.keyusage",
    "generation.generationitem",
    "generation.generationrequest",
    "problems.answer",
    "problems.problem",
    "problems.statement",
}
_SQL = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|VIEW|FUNCTION|PROCEDURE|TYPE|INDEX(?!\s+CONCURRENTLY))|RENAME\s+(TO|COLUMN)|"
    r"SET\s+NOT\s+NULL|ALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE|TRUNCATE|"
    r"LOCK\s+TABLE|CREATE\s+(UNIQUE\s+)?INDEX(?!\s+CONCURRENTLY))",
    re.IGNORECASE,
)


def findings(migration: Migration, before: ProjectState) -> list[str]:
    """What the code of before would not survive, a sentence each; it starts from ``before``."""
    if getattr(migration, "survived_because", ""):
        return []
    app, state = migration.app_label, before.clone()
    found: list[str] = []
    made: set[str] = set()
    for operation in migration.operations:
        after = state.clone()
        operation.state_forwards(app, after)
        if isinstance(operation, operations.CreateModel):
            made.add(operation.name_lower)
        elif (
            getattr(operation, "model_name_lower", "") not in made
        ):  # a new table is in nobody's way
            found += _objections(operation, app, state, after)
        state = after
    return [f"{app}.{migration.name}: {sentence}" for sentence in found]


def _objections(
    operation: operations.base.Operation, app: str, state: ProjectState, after: ProjectState
) -> Iterator[str]:
    what = operation.describe()
    match operation:
        case operations.DeleteModel() | operations.RemoveField():
            yield f"{what}: code of before still reads it. Drop it one release after its last use."
        case operations.RenameModel() | operations.RenameField() | operations.AlterModelTable():
            yield f"{what}: code of before knows the old name. Add the new one, copy, drop later."
        case operations.AddField():
            field = _field(after, app, operation.model_name_lower, operation.name)
            if not field.null and field.db_default is NOT_PROVIDED and not field.many_to_many:
                yield f"{what}: code of before inserts rows without it. Give it null or a db_default."
        case operations.AlterField():
            yield from _altered(operation, app, state, after)
        case AddIndexConcurrently() | AddConstraintNotValid():
            pass
        case operations.AddIndex() if f"{app}.{operation.model_name_lower}" in LARGE:
            yield f"{what}: nobody can write meanwhile. Use AddIndexConcurrently (atomic = False)."
        case operations.AddConstraint() if f"{app}.{operation.model_name_lower}" in LARGE:
            yield f"{what}: nobody can write meanwhile. Use AddConstraintNotValid, validate later."
        case operations.RunSQL():
            for text in _texts(operation.sql):
                for match in _SQL.finditer(text):
                    yield f"{what}: {match[0]!r} takes something away, or locks a table."


def _altered(
    operation: operations.AlterField, app: str, state: ProjectState, after: ProjectState
) -> Iterator[str]:
    old = _field(state, app, operation.model_name_lower, operation.name)
    new = _field(after, app, operation.model_name_lower, operation.name)
    what = operation.describe()
    if old.db_parameters(connection)["type"] != new.db_parameters(connection)["type"]:
        yield f"{what}: another type rewrites the table under a lock. Add a column beside it."
    if old.null and not new.null:
        yield f"{what}: code of before writes NULL. Stop that one release earlier."
    if new.unique and not old.unique:
        yield f"{what}: code of before may write doubles. Add a unique index concurrently."


def _field(state: ProjectState, app: str, model: str, name: str) -> Field:
    found: type[Model] = state.apps.get_model(app, model)
    field = found._meta.get_field(name)
    assert isinstance(field, Field)
    return field


def _texts(sql: object) -> Iterator[str]:
    """The statements of a RunSQL: one text, a list of texts, or of texts with parameters."""
    if isinstance(sql, str):
        yield sql
    elif isinstance(sql, list | tuple):
        for one in sql:
            yield str(one[0] if isinstance(one, list | tuple) else one)
