"""What Apache Kafka needs to run: Java, and its jars, which Maven fetches once.

``tests/kafka/pom.xml`` pins the versions. The jars lie in the data folder below a name made of
Kafka's version and the content of that file, so a changed file fetches anew.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from quizservice.embedded.errors import EmbeddedError
from quizservice.embedded.locks import exclusive

POM = Path(__file__).resolve().parents[2] / "tests" / "kafka" / "pom.xml"

_OLDEST_JAVA = 17
_JAVA_WAIT = 30.0  # seconds for "java -version"
_FETCH_WAIT = 600.0  # seconds for Maven
_LOCK_WAIT = _FETCH_WAIT + 60.0  # seconds for another process that runs it
_OTHERWISE = "or use the development broker"


@dataclass(frozen=True)
class Runtime:
    """A Java and the jars of one version of Apache Kafka."""

    java: str
    jars: Path
    version: str  # of Kafka: "4.4.0"


def find(root: Path, environ: Mapping[str, str] = os.environ) -> Runtime:
    """Java and Kafka's jars, which are fetched into the data folder ``root`` if they are not there.

    The first time takes as long as a download of about 45 MB. ``environ``: where ``PATH`` and
    ``JAVA_HOME`` are looked up. Raises EmbeddedError, in one sentence, when Java 17 or Maven are
    missing or the jars cannot be fetched.
    """
    java = find_java(environ)
    return Runtime(java, _jars(root, environ), version())


def ready(root: Path, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether ``find`` would have nothing to fetch; a quick look that fetches nothing.

    Raises EmbeddedError, in one sentence, when Java 17, or Maven where it is needed, is missing.
    """
    find_java(environ)
    if _folder(root).is_dir():
        return True
    _find_maven(environ)
    return False


def version() -> str:
    """The version of Apache Kafka that the pom pins. Raises EmbeddedError."""
    found = re.search(rb"<kafka\.version>([^<]+)</kafka\.version>", _pom())
    if found is None:
        raise EmbeddedError(f"{POM} names no kafka.version: set it to one of Apache Kafka's.")
    return found[1].decode()


def find_java(environ: Mapping[str, str] = os.environ) -> str:
    """The program of JAVA_HOME, else the one on PATH. Raises EmbeddedError below Java 17."""
    home = environ.get("JAVA_HOME", "").strip()
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    java = java or shutil.which("java", path=environ.get("PATH", ""))
    wanted = f"install Java {_OLDEST_JAVA} or newer (Debian: openjdk-17-jre-headless)"
    if java is None:
        raise EmbeddedError(f"Apache Kafka needs Java, which is missing: {wanted}, {_OTHERWISE}.")
    try:
        done = subprocess.run(  # noqa: S603  our own words, no shell
            [java, "-version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_JAVA_WAIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EmbeddedError(f"{java} cannot be run ({error}): {wanted}, {_OTHERWISE}.") from error
    found = re.search(r'version "(\d+)', done.stdout)  # openjdk version "17.0.15" 2025-04-15
    if found is None or int(found[1]) < _OLDEST_JAVA:
        is_of = f"version {found[1]}" if found else "of an unknown version"
        raise EmbeddedError(
            f"Apache Kafka needs a newer Java, {java} is {is_of}: {wanted}, {_OTHERWISE}."
        )
    return java


def _pom() -> bytes:
    try:
        return POM.read_bytes()
    except OSError as error:
        raise EmbeddedError(
            f"Cannot read {POM}, which says what Apache Kafka is made of ({error.strerror}): run "
            f"from a checkout of the project, {_OTHERWISE}."
        ) from error


def _folder(root: Path) -> Path:
    """Where the jars are, once they are all there."""
    return root / "kafka-jars" / f"{version()}-{hashlib.sha256(_pom()).hexdigest()[:8]}"


def _jars(root: Path, environ: Mapping[str, str]) -> Path:
    """The folder of the jars; a half-filled one never gets its name."""
    folder = _folder(root)
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = folder.parent / "fetch.lock"
        with exclusive(lock, timeout=_LOCK_WAIT, doing="fetching Apache Kafka"):
            if not folder.is_dir():
                unfinished = folder.with_name(f"{folder.name}.new")
                shutil.rmtree(unfinished, ignore_errors=True)
                _fetch(unfinished, environ)
                unfinished.rename(folder)
    except OSError as error:  # of the folder: what running Maven raises is told by _fetch
        raise EmbeddedError(
            f"Cannot write to {folder.parent} ({error.strerror}): make it writable or name "
            "another folder with QUIZ_DATA_DIR."
        ) from error
    return folder


def _find_maven(environ: Mapping[str, str]) -> str:
    maven = shutil.which("mvn", path=environ.get("PATH", ""))
    if maven is None:
        raise EmbeddedError(
            "The jars of Apache Kafka are fetched by Maven, which is missing: install it (Debian: "
            f"maven), {_OTHERWISE}."
        )
    return maven


def _fetch(folder: Path, environ: Mapping[str, str]) -> None:
    command = [_find_maven(environ), "--batch-mode", "--quiet", "--file", str(POM)]
    command += ["dependency:copy-dependencies", "-DincludeScope=runtime"]
    command += [f"-DoutputDirectory={folder.absolute()}"]
    try:
        done = subprocess.run(  # noqa: S603  our own words, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=dict(environ),
            timeout=_FETCH_WAIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EmbeddedError(f"Maven could not fetch Apache Kafka: {error}.") from error
    if done.returncode != 0 or not any(folder.glob("kafka_*.jar")):
        raise EmbeddedError(
            f"Maven could not fetch Apache Kafka {version()} ({_reason(done.stdout)}): see that "
            f"Maven Central can be reached, {_OTHERWISE}."
        )


def _reason(said: str) -> str:
    """The first line of Maven's errors, without colours and marks."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", said)
    errors = [line.replace("[ERROR]", "").strip() for line in plain.splitlines() if "ERROR" in line]
    return next((line.rstrip(".") for line in errors if line), "it gave no reason")[:400]
