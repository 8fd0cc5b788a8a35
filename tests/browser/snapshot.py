"""The tests' data as it was made, brought back before each test: quicker than making it anew.

The server keeps running meanwhile, so that what it has looked up once must stay as it is: content types,
permissions and its own row.
"""

from __future__ import annotations

from graphlib import TopologicalSorter

from django.db import connection, transaction

_SCHEMA = "browser_snapshot"
_LIVING = (
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "quizservice_process",
)
_TABLES = """
    SELECT t.table_name, string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal_position)
      FROM information_schema.tables t
      JOIN information_schema.columns c USING (table_schema, table_name)
     WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE'
       AND c.is_generated = 'NEVER' AND t.table_name <> ALL(%s)
     GROUP BY t.table_name
"""
_REFERENCES = """
    SELECT child.relname, parent.relname
      FROM pg_constraint one
      JOIN pg_class child ON child.oid = one.conrelid
      JOIN pg_class parent ON parent.oid = one.confrelid
     WHERE one.contype = 'f' AND child.oid <> parent.oid
       AND one.connamespace = 'public'::regnamespace
"""


def _tables() -> list[tuple[str, str]]:
    """Tables with their columns that can be written, those first that others refer to."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [list(_LIVING)])
        columns = dict(cursor.fetchall())
        cursor.execute(_REFERENCES)
        order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(columns, ()))
        for child, parent in cursor.fetchall():
            order.add(child, parent)
    return [(name, columns[name]) for name in order.static_order() if name in columns]


def _run(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def take() -> None:
    """Remember all rows there are."""
    _run(
        f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE",
        f"CREATE SCHEMA {_SCHEMA}",
        *(
            f'CREATE TABLE {_SCHEMA}."{name}" AS SELECT {columns} FROM public."{name}"'
            for name, columns in _tables()
        ),
    )


def restore() -> None:
    """Bring all rows back as they were remembered, and no others."""
    tables = _tables()
    names = ", ".join(f'public."{name}"' for name, _ in tables)
    _run(
        f"TRUNCATE {names}",  # its triggers tell the server's caches
        *(f'ALTER TABLE public."{name}" DISABLE TRIGGER USER' for name, _ in tables),
        *(
            f'INSERT INTO public."{name}" ({columns}) SELECT {columns} FROM {_SCHEMA}."{name}"'
            for name, columns in tables
        ),
        "SET CONSTRAINTS ALL IMMEDIATE",
        *(f'ALTER TABLE public."{name}" ENABLE TRIGGER USER' for name, _ in tables),
    )


def forget() -> None:
    """Leave an empty database behind, as other tests expect it, but for what all of them share."""
    shared = ("verbs_verb", "auth_group", "auth_group_permissions")
    names = ", ".join(f'public."{name}"' for name, _ in _tables() if name not in shared)
    _run(f"TRUNCATE {names} CASCADE", f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")
