"""Java and the jars of Apache Kafka, and which broker the tests run on with them or without."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from quizservice import embedded
from quizservice.embedded import kafka_jars
from tests import brokers


def script(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(stat.S_IRWXU)


@pytest.fixture
def fetching(tmp_path: Path) -> dict[str, str]:
    """An environment whose Java and Maven only write down that they were asked."""
    version = "echo 'openjdk version \"21.0.1\" 2023-10-17' >&2"
    script(tmp_path / "bin", "java", f"echo java >> {tmp_path}/asked; {version}")
    script(
        tmp_path / "bin",
        "mvn",
        f'echo mvn >> {tmp_path}/asked; for each; do case "$each" in -DoutputDirectory=*) '
        'd=${each#*=}; /bin/mkdir -p "$d"; : > "$d/kafka_2.13.jar";; esac; done',
    )
    return {"PATH": str(tmp_path / "bin"), "QUIZ_DATA_DIR": str(tmp_path)}


def asked(environ: dict[str, str]) -> list[str]:
    """The programs that were run, in order."""
    path = Path(environ["QUIZ_DATA_DIR"]) / "asked"
    return path.read_text().split() if path.exists() else []


def test_missing_java_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(embedded.EmbeddedError, match="install Java 17 or newer") as raised:
        kafka_jars.find(tmp_path, {"PATH": str(tmp_path)})
    assert "\n" not in str(raised.value)


def test_an_old_java_is_one_sentence(tmp_path: Path) -> None:
    script(tmp_path / "bin", "java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2")
    with pytest.raises(embedded.EmbeddedError, match="is version 11: install Java 17"):
        kafka_jars.find(tmp_path, {"PATH": str(tmp_path), "JAVA_HOME": str(tmp_path)})


def test_missing_maven_is_one_sentence(tmp_path: Path) -> None:
    script(tmp_path / "bin", "java", "echo 'openjdk version \"21.0.1\" 2023-10-17' >&2")
    with pytest.raises(embedded.EmbeddedError, match="fetched by Maven, which is missing"):
        kafka_jars.find(tmp_path, {"PATH": str(tmp_path / "bin")})


def test_jars_that_cannot_be_fetched_are_one_sentence_and_none_are_kept(tmp_path: Path) -> None:
    script(tmp_path / "bin", "java", "echo 'openjdk version \"21.0.1\" 2023-10-17' >&2")
    script(tmp_path / "bin", "mvn", 'echo "[ERROR] Unknown host."; echo "[ERROR] More."; exit 1')
    with pytest.raises(embedded.EmbeddedError, match=r"\(Unknown host\)"):
        kafka_jars.find(tmp_path, {"PATH": str(tmp_path / "bin")})
    assert not any((tmp_path / "kafka-jars").glob("4*"))


def test_jars_are_fetched_once_and_anew_for_another_pom(
    fetching: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kafka_jars.find(tmp_path, fetching)
    assert kafka_jars.find(tmp_path, fetching) == first
    changed = tmp_path / "pom.xml"
    changed.write_bytes(kafka_jars.POM.read_bytes() + b"\n")
    monkeypatch.setattr(kafka_jars, "POM", changed)
    assert kafka_jars.find(tmp_path, fetching).jars != first.jars
    assert asked(fetching).count("mvn") == 2


def test_a_run_that_does_not_require_apache_kafka_fetches_nothing_yet(
    fetching: dict[str, str],
) -> None:
    assert brokers.choose("development", fetching).kind == brokers.DEVELOPMENT
    assert asked(fetching) == []
    chosen = brokers.choose(None, fetching)
    assert chosen.kind == brokers.APACHE
    assert chosen.label == f"Apache Kafka {kafka_jars.version()}, to be fetched"
    assert asked(fetching) == ["java"]
    brokers.runtime(fetching)
    assert brokers.choose(None, fetching).label == f"Apache Kafka {kafka_jars.version()}"


@pytest.mark.parametrize("word", ["1", "true", "Yes", "on"])
def test_a_run_that_requires_apache_kafka_fetches_it_at_the_start(
    fetching: dict[str, str], word: str
) -> None:
    chosen = brokers.choose(None, fetching | {"REQUIRE_APACHE_KAFKA": word})
    assert chosen.label == f"Apache Kafka {kafka_jars.version()}"
    assert "mvn" in asked(fetching)


def test_a_required_apache_kafka_that_cannot_be_fetched_ends_the_run(
    fetching: dict[str, str], tmp_path: Path
) -> None:
    script(tmp_path / "bin", "mvn", 'echo "[ERROR] Unknown host."; exit 1')
    with pytest.raises(pytest.UsageError, match=r"\(Unknown host\)"):
        brokers.choose(None, fetching | {"REQUIRE_APACHE_KAFKA": "on"})


BARE = {"PATH": "/nowhere"}


@pytest.mark.parametrize(
    ("wanted", "environ", "message"),
    [
        (None, {"REQUIRE_APACHE_KAFKA": "1"}, "install Java 17"),
        ("apache", {}, "install Java 17"),
        ("development", {"REQUIRE_APACHE_KAFKA": "1"}, "REQUIRE_APACHE_KAFKA is set"),
        (None, {"BROKER": "another"}, "BROKER is 'another'"),
    ],
)
def test_the_tests_refuse_a_run_without_the_broker_that_is_wanted(
    wanted: str | None, environ: dict[str, str], message: str
) -> None:
    with pytest.raises(pytest.UsageError, match=message):
        brokers.choose(wanted, BARE | environ)


def test_the_tests_fall_back_on_the_development_broker_and_say_why() -> None:
    assert brokers.choose("development", BARE).kind == brokers.DEVELOPMENT
    fallen_back = brokers.choose(None, BARE)
    assert fallen_back.kind == brokers.DEVELOPMENT
    assert "needs Java" in fallen_back.label
