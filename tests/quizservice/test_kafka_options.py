"""Kafka settings: what does not fit together is named, and what is secret is not shown."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.checks import run_checks
from kombu import Connection

from quizservice import checks
from quizservice.kafka import KafkaUnavailable, Options, brokers, ping, progress, topics
from quizservice.kafka.producer import process_producer
from tests.quizservice.kafka_tools import PROJECT

SASL: dict[str, Any] = {"security_protocol": "SASL_SSL", "username": "ana", "password": "s3cret"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"security_protocol": "TLS"}, r"KAFKA_SECURITY_PROTOCOL must be PLAINTEXT, .*not 'TLS'"),
        ({"security_protocol": "SASL_SSL"}, "needs KAFKA_USERNAME and KAFKA_PASSWORD"),
        ({**SASL, "password": ""}, "needs KAFKA_USERNAME and KAFKA_PASSWORD"),
        ({**SASL, "username": ""}, "needs KAFKA_USERNAME and KAFKA_PASSWORD"),
        ({**SASL, "sasl_mechanism": "MD5"}, "KAFKA_SASL_MECHANISM must be PLAIN, .*not 'MD5'"),
        ({"username": "ana", "password": "s3cret"}, "need KAFKA_SECURITY_PROTOCOL to be SASL_SSL"),
        ({**SASL, "security_protocol": "SSL"}, "need KAFKA_SECURITY_PROTOCOL to be SASL_SSL"),
        ({"sasl_mechanism": "PLAIN"}, "need KAFKA_SECURITY_PROTOCOL to be SASL_SSL"),
        ({"ssl_ca_location": __file__}, "KAFKA_SSL_CA_LOCATION needs .* SSL or SASL_SSL"),
        (
            {"security_protocol": "SSL", "ssl_ca_location": "/no/such/file"},
            "KAFKA_SSL_CA_LOCATION names /no/such/file, which is no file",
        ),
        (
            {"security_protocol": "SSL", "ssl_key_location": __file__},
            "KAFKA_SSL_CERTIFICATE_LOCATION and KAFKA_SSL_KEY_LOCATION belong together",
        ),
        (
            {"security_protocol": "SSL", "ssl_key_password": "s3cret"},
            "KAFKA_SSL_KEY_PASSWORD needs KAFKA_SSL_KEY_LOCATION",
        ),
        *(
            ({"bootstrap_servers": servers}, "KAFKA_BOOTSTRAP_SERVERS must be host:port")
            for servers in ("host", "host:", ":9092", "::1:9092", "a:1,b", "a:1 b:2", "a:99999")
        ),
    ],
)
def test_what_does_not_fit_together_is_named(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as raised:
        Options(**options)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("servers", ["ana:s3cret@h:9092", "a:1,ana:s3@cret,s3cret@h:9092"])
def test_a_login_among_the_servers_is_not_shown(servers: str) -> None:
    with pytest.raises(ValueError, match=r"'h:9092': set KAFKA_USERNAME and KAFKA_P") as raised:
        Options(bootstrap_servers=servers)
    assert "s3" not in str(raised.value)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"max.in.flight": 10}, "max.in.flight"),
        ({"session.timeout.ms": 6000}, "session.timeout.ms"),
        ({"error_cb": "x"}, "error_cb"),
    ],
)
def test_what_only_some_clients_refuse_is_found_without_a_broker(
    config: dict[str, Any], sentence: str
) -> None:
    options = Options(bootstrap_servers="127.0.0.1:1", kafka_common_config=config)
    with pytest.raises(ValueError, match=f"The Kafka settings cannot be used: .*{sentence}"):
        brokers.check(options)


@pytest.mark.parametrize(
    ("config", "use"),
    [
        ({"max.in.flight": 10}, process_producer),
        ({"no.such": 1}, ping),
        ({"error_cb": "x"}, ping),
        ({"no.such": 1}, lambda options: progress(options, ["t"])),
        ({"no.such": 1}, lambda options: topics.partitions(options, "t")),
    ],
)
def test_settings_that_cannot_be_used_are_an_error_of_the_transport(
    config: dict[str, Any], use: Callable[[Options], object]
) -> None:
    options = Options(bootstrap_servers="127.0.0.1:1", kafka_common_config=config)
    with pytest.raises(KafkaUnavailable, match="The Kafka settings cannot be used"):
        use(options)


def test_what_fits_together_reaches_the_clients() -> None:
    assert "security.protocol" not in Options(bootstrap_servers="a:1,[::1]:9092").common()
    config = Options(
        **{**SASL, "security_protocol": "sasl_ssl"},
        sasl_mechanism="SCRAM-SHA-256",
        ssl_ca_location=__file__,
        ssl_certificate_location=__file__,
        ssl_key_location=__file__,
        ssl_key_password="k3y",
    ).common()
    assert {name: config[name] for name in config if name.startswith(("s", "ssl"))} == {
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-256",
        "sasl.username": "ana",
        "sasl.password": "s3cret",
        "ssl.ca.location": __file__,
        "ssl.certificate.location": __file__,
        "ssl.key.location": __file__,
        "ssl.key.password": "k3y",
    }


def test_a_deployment_may_take_the_login_into_its_own_hands() -> None:
    config = {"security.protocol": "SASL_SSL", "sasl.mechanisms": "OAUTHBEARER"}
    options = Options(bootstrap_servers="a:1", kafka_common_config=config)
    assert config.items() <= options.common().items()


def test_the_producer_stays_idempotent_whatever_is_set() -> None:
    config = Options(kafka_producer_config={"enable.idempotence": False, "acks": "1"}).producer
    assert (config["enable.idempotence"], config["acks"]) == (True, "all")


@pytest.mark.parametrize("password", ["s3cret", "s3:c/r@e t%41?#"])
def test_login_comes_from_the_url_and_is_not_shown(password: str) -> None:
    connection = Connection(
        f"quizkafka://ana:{quote(password, safe='')}@[::1]:9093",
        transport_options={"security_protocol": "SASL_PLAINTEXT", "ssl_key_password": ""},
    )
    options = Options.from_connection(connection)
    assert (options.username, options.password) == ("ana", password)
    assert options.bootstrap_servers == "[::1]:9093"
    assert connection.as_uri() == "quizkafka://[::1]:9093"
    assert password in connection.as_uri(include_password=True) or "%" in password
    for text in (connection.as_uri(), repr(connection), str(connection), repr(options)):
        assert "ana" not in text
        assert password not in text
        assert quote(password, safe="") not in text


def test_options_do_not_show_librdkafka_settings() -> None:
    options = Options(
        security_protocol="SSL",
        ssl_certificate_location=__file__,
        ssl_key_location=__file__,
        ssl_key_password="s3cret",
        kafka_common_config={"sasl.password": "s3cret", "client.rack": "a"},
        kafka_producer_config={"ssl.key.password": "s3cret"},
    )
    assert "s3cret" not in repr(options)


# --- settings and checks ---


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "manage.py", *arguments], **variables)


def run(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "x" * 50,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        **variables,
    }
    return subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"KAFKA_BOOTSTRAP_SERVERS": "a:1,b"}, "KAFKA_BOOTSTRAP_SERVERS has 'b'"),
        (
            {"KAFKA_BOOTSTRAP_SERVERS": "ana:s3cret@h:9092"},
            "KAFKA_BOOTSTRAP_SERVERS .*'h:9092'.* KAFKA_USERNAME and KAFKA_PASSWORD",
        ),
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, "KAFKA_SECURITY_PROTOCOL is 'TLS'"),
        ({"KAFKA_SASL_MECHANISM": "MD5"}, "KAFKA_SASL_MECHANISM is 'MD5'"),
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "needs KAFKA_USERNAME and KAFKA_PASSWORD"),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CA_LOCATION": "manage.py"},
            "The Kafka settings cannot be used: .*ssl.ca.location",
        ),
        ({"KAFKA_CONFIG": '{"no.such": 1}'}, 'No such configuration property: "no.such"'),
        ({"KAFKA_CONFIG": '{"max.in.flight": 10}'}, "E002.* `max.in.flight` must be"),
        ({"KAFKA_CONFIG": '{"session.timeout.ms": 6000}'}, "E002.* `session.timeout.ms` is not"),
        ({"KAFKA_CONFIG": '{"error_cb": "x"}'}, "E002.* error_cb"),
        ({"KAFKA_CONFIG": '{"sasl.password": "s3cret"'}, "KAFKA_CONFIG must be a JSON object"),
        ({"KAFKA_CONFIG": '{"sasl.password": ["s3cret"]}'}, "KAFKA_CONFIG must be a JSON object"),
        ({"KAFKA_RETENTION_HOURS": "0"}, "KAFKA_RETENTION_HOURS is '0'"),
    ],
)
def test_settings_that_cannot_be_used_stop_the_start(
    variables: dict[str, str], sentence: str
) -> None:
    ended = manage("check", **variables)
    assert ended.returncode != 0
    assert re.search(sentence, ended.stderr)
    assert "Traceback" not in ended.stderr
    assert "s3cret" not in ended.stdout + ended.stderr


def test_settings_reach_the_options() -> None:
    program = (
        "import json, django; django.setup();"
        "from quizservice.celery import app; from quizservice.kafka import Options;"
        "o = Options.from_connection(app.connection_for_write());"
        "print(json.dumps([o.common(), dict(o.topic_config), app.connection().as_uri()]))"
    )
    ended = run(
        [sys.executable, "-c", program],
        DJANGO_SETTINGS_MODULE="quizservice.settings",
        KAFKA_BOOTSTRAP_SERVERS="[::1]:9092, b:9093",
        KAFKA_SECURITY_PROTOCOL="SASL_SSL",
        KAFKA_SASL_MECHANISM="SCRAM-SHA-512",
        KAFKA_USERNAME="a:b@c",
        KAFKA_PASSWORD="s3:c/r@e t%41",
        KAFKA_CONFIG='{"client.rack": "r1"}',
        KAFKA_REPLICATION_FACTOR="3",
        KAFKA_RETENTION_HOURS="100",
    )
    assert ended.returncode == 0, ended.stderr
    common, topic, uri = json.loads(ended.stdout)
    assert common["sasl.username"] == "a:b@c"
    assert common["sasl.password"] == "s3:c/r@e t%41"
    assert common["sasl.mechanism"] == "SCRAM-SHA-512"
    assert common["client.rack"] == "r1"
    assert topic == {
        "cleanup.policy": "delete",
        "retention.ms": "360000000",
        "min.insync.replicas": "2",
    }
    assert uri == "quizkafka://[::1]:9092"


def test_a_worker_does_not_start_with_settings_that_do_not_fit() -> None:
    ended = run(
        [sys.executable, "-m", "celery", "-A", "quizservice", "worker"],
        KAFKA_SECURITY_PROTOCOL="SASL_SSL",
    )
    assert ended.returncode == 1
    assert "The worker cannot start. KAFKA_SECURITY_PROTOCOL=SASL_SSL needs" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_few_partitions_and_a_short_retention_are_warned_of(settings: Any) -> None:
    assert not [m for m in run_checks() if m.id and m.id.startswith("quizservice")]
    settings.KAFKA_PARTITIONS = 3
    settings.KAFKA_RETENTION_HOURS = settings.REQUEST_TTL / 3600 * 1.9
    found = {message.id: message.msg for message in run_checks()}
    assert "KAFKA_PARTITIONS is 3: a partition belongs to one worker" in found["quizservice.W001"]
    assert "KAFKA_RETENTION_HOURS" in found["quizservice.W002"]


def test_brokers_that_are_away_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    away = Options(bootstrap_servers="127.0.0.1:1", connect_timeout=0.3)
    monkeypatch.setattr(checks, "_options", lambda: away)
    (warning,) = checks.topics_are_as_wanted(None)
    assert "could not be compared" in warning.msg
    assert "127.0.0.1:1" in warning.msg
    ids = {message.id for message in run_checks()}
    assert "quizservice.W003" not in ids  # asks the brokers only when deploying


def test_the_package_has_short_functions_and_modules() -> None:
    for path in sorted((PROJECT / "quizservice" / "kafka").glob("*.py")):
        text = path.read_text()
        assert text.count("\n") <= 400, path.name
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno < 40, f"{path.name}: {node.name}"
