"""Backups of the service's database, and bringing one back.

    python deploy/backup.py make FOLDER [--keep 14]     a dump, and a manifest beside it
    python deploy/backup.py verify FILE                 whether a dump is whole
    python deploy/backup.py restore FILE                into the EMPTY database of DATABASE_URL

Reads ``DATABASE_LISTEN_URL``, else ``DATABASE_URL``, and runs ``pg_dump`` and ``pg_restore`` from the
folder ``PG_BIN``, else from PATH: they must be at least as new as the server. The manifest (JSON) holds
the SHA-256 of the dump and the rows of each table as the dump's own snapshot has them, so that a restored
database can be compared. Exit status 0 when all went well; else 1, with a sentence on the standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import pq, sql

_NAME = re.compile(r"quiz-\d{8}T\d{6}Z\.dump")
_TABLES = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
     ORDER BY relname
"""
# what an extension brought along is not in the way
_ANYTHING = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass
                          AND objid = pg_class.oid AND deptype = 'e')
     LIMIT 1
"""


class BackupError(Exception):
    """A sentence for the person who runs this."""


@dataclass(frozen=True)
class Manifest:
    """What is known about a dump."""

    made_at: str  # ISO 8601, UTC: the database as it was then
    server: int  # major version of the server that it was taken from
    sha256: str  # of the dump
    bytes: int  # size of the dump
    migrations: list[str]  # the last of each app
    rows: dict[str, int]  # by table

    @classmethod
    def of(cls, dump: Path) -> Manifest:
        """The manifest beside a dump. Raises BackupError when there is none, or not a whole one."""
        try:
            return cls(**json.loads(_manifest(dump).read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise BackupError(f"{_manifest(dump)} cannot be read: {error}.") from None


# --- making -----------------------------------------------------------------------------------------


def make(folder: Path, *, keep: int | None = None) -> Path:
    """A new dump in a folder, with its manifest. ``keep``: only so many of the latest stay there.

    What is half done never gets its name. Raises BackupError.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"{folder} cannot be made: {error.strerror}.") from None
    moment = datetime.now(UTC)
    dump = folder / f"quiz-{moment:%Y%m%dT%H%M%SZ}.dump"
    part = dump.with_suffix(".part")
    with _removed_unless_renamed(part), _connected() as connection:
        _must_be_new_enough("pg_dump", connection)
        # pg_dump reads what this transaction sees, so the numbers below are those of the dump
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={part}")
        _run("pg_restore", "--file=/dev/null", str(part))  # reads all of it
        manifest = Manifest(
            made_at=moment.isoformat(timespec="seconds"),
            server=connection.info.server_version // 10_000,
            sha256=_sha256(part),
            bytes=part.stat().st_size,
            migrations=_migrations(connection),
            rows=_rows(connection),
        )
        _write(_manifest(dump), json.dumps(asdict(manifest), indent=1))
        part.rename(dump)
    for old in sorted(_dumps(folder))[: -keep or None] if keep else []:
        old.unlink()
        _manifest(old).unlink(missing_ok=True)
    return dump


def verify(dump: Path) -> Manifest:
    """The manifest of a dump that is whole. Raises BackupError when it is not."""
    manifest = Manifest.of(dump)
    try:
        found = _sha256(dump)
    except OSError as error:
        raise BackupError(f"{dump} cannot be read: {error.strerror}.") from None
    if found != manifest.sha256:
        raise BackupError(f"{dump} is not what its manifest says: it was changed or cut short.")
    _run("pg_restore", "--file=/dev/null", str(dump))
    return manifest


# --- bringing back ----------------------------------------------------------------------------------


def restore(dump: Path) -> Manifest:
    """Bring a dump back into an empty database, all of it or nothing.

    Raises BackupError: for a dump that is not whole, for a database that holds anything, and when a table
    has another number of rows afterwards.
    """
    manifest = verify(dump)
    with _connected() as connection:
        name = connection.info.dbname
        found = connection.execute(_ANYTHING).fetchone()
        if found is not None:
            raise BackupError(
                f"The database {name} is not empty (it has {found[0]}): nothing was changed. Make "
                "an empty one (createdb) and name it in DATABASE_URL."
            )
        if connection.info.server_version // 10_000 < manifest.server:
            raise BackupError(
                f"The dump is of PostgreSQL {manifest.server} and this server is older "
                f"({connection.info.server_version // 10_000}): it cannot take it."
            )
        _must_be_new_enough("pg_restore", connection)
    _run(
        "pg_restore",
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        "--no-comments",  # on an extension that belongs to an administrator
        f"--dbname={name}",
        str(dump),
    )
    with _connected() as connection:
        connection.autocommit = True
        rows = _rows(connection)
        connection.execute("ANALYZE")
    if rows != manifest.rows:
        wrong = sorted(dict(rows.items() ^ manifest.rows.items()))
        raise BackupError(f"Other numbers of rows than in the manifest: {', '.join(wrong)}.")
    return manifest


# --- parts ------------------------------------------------------------------------------------------


def _url() -> str:
    url = os.environ.get("DATABASE_LISTEN_URL", "").strip() or os.environ.get("DATABASE_URL", "")
    if not url.strip():
        raise BackupError(
            "DATABASE_URL is not set: set it to postgresql://user:password@host/name."
        )
    return url.strip()


@contextlib.contextmanager
def _connected() -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(_url(), connect_timeout=10)
    except psycopg.Error as error:
        raise BackupError(f"The database does not answer: {str(error).strip()}.") from None
    try:
        yield connection
    except psycopg.Error as error:
        raise BackupError(f"The database refused: {str(error).strip()}.") from None
    finally:
        connection.close()


def _environment() -> Mapping[str, str]:
    """The environment in which PostgreSQL's programs connect: a password must not stand in a command."""
    given = {
        option.envvar.decode(): option.val.decode()
        for option in pq.Conninfo.parse(_url().encode())
        if option.envvar and option.val
    }
    return {**os.environ, **given}


def _run(program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs; its standard output. Raises BackupError, with what it said."""
    folder = os.environ.get("PG_BIN", "").strip()
    command = [str(Path(folder) / program) if folder else program, *arguments]
    try:
        done = subprocess.run(  # noqa: S603  our own list of words, no shell
            command, env=_environment(), capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise BackupError(
            f"{command[0]} cannot be run ({error.strerror}): install Debian's package "
            "postgresql-client, or name the folder of PostgreSQL's programs in PG_BIN."
        ) from None
    if done.returncode != 0:
        said = done.stderr.strip() or f"exit status {done.returncode}"
        raise BackupError(f"{program} failed: {said}")
    return done.stdout


def _must_be_new_enough(program: str, connection: psycopg.Connection) -> None:
    said = _run(program, "--version")
    match = re.search(r"\b(\d+)\.", said)
    server = connection.info.server_version // 10_000
    if match is None or int(match[1]) < server:
        raise BackupError(
            f"{said.strip()} is older than the server ({server}): install the client programs of "
            f"PostgreSQL {server} and name their folder in PG_BIN."
        )


def _rows(connection: psycopg.Connection) -> dict[str, int]:
    tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
    counts = {}
    for name in tables:
        query = sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(name))
        (counts[name],) = connection.execute(query).fetchone() or (0,)
    return counts


def _migrations(connection: psycopg.Connection) -> list[str]:
    return [
        f"{app}.{name}"
        for app, name in connection.execute(
            "SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app"
        ).fetchall()
    ]


def _manifest(dump: Path) -> Path:
    return dump.with_suffix(".json")


def _dumps(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")


@contextlib.contextmanager
def _removed_unless_renamed(part: Path) -> Iterator[None]:
    """Make a file that only its owner reads; when something fails in between, it goes again."""
    try:
        _write(part, "")
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or part}: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


_AFTERWARDS = """\
Before web, workers and dispatcher start, remember what the backup does not know:
- API keys that were revoked, rotated or narrowed since then are as they were: see manage.py keys list.
- So are users, their passwords and rights, and sessions that were ended: see docs/operations.md.
- Problems drawn since then may be drawn again; answers, reports and edits since then are lost.
- Open orders go on by themselves; those older than REQUEST_TTL end as expired."""


def main(arguments: Sequence[str]) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(
        description="Backups of the service's database: DATABASE_URL names it."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="make|verify|restore")
    making = actions.add_parser("make", help="a dump, and a manifest beside it")
    making.add_argument("folder", type=Path)
    making.add_argument("--keep", type=int, help="only so many of the latest stay in the folder")
    for name, what in (
        ("verify", "whether a dump is whole"),
        ("restore", "into an EMPTY database"),
    ):
        actions.add_parser(name, help=what).add_argument("file", type=Path)
    given = parser.parse_args(arguments)
    if given.action == "make" and given.keep is not None and given.keep < 1:
        parser.error("--keep takes a number from 1 on")
    try:
        if given.action == "make":
            print(make(given.folder, keep=given.keep))
        else:
            manifest = (verify if given.action == "verify" else restore)(given.file)
            print(f"{sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, ", end="")
            print(f"as of {manifest.made_at}")
            if given.action == "restore":
                print(_AFTERWARDS)
    except BackupError as error:
        print(f"backup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
