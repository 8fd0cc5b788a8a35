"""Kafka behind TLS and a password, on Apache Kafka with certificates made for the test."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from celery import Celery
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._scram import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from kombu.exceptions import OperationalError

from quizservice.embedded import kafka
from quizservice.embedded.kafka import ApacheKafka
from quizservice.embedded.kafka_jars import Runtime
from tests.quizservice.kafka_tools import Bench, bench, wait_for

USER = "quiz"
PASSWORD = "p@ss:w/ord 1"  # has to be quoted in a URL
KEY_PASSWORD = "of the key"
JAAS = "org.apache.kafka.common.security"
PASSWORDS, MUTUAL = "PASSWORDS", "MUTUAL"  # names of the listeners


@dataclass(frozen=True)
class Certificate:
    """A self-signed one for this machine: PEM files of it and of its key, and of both together."""

    certificate: Path
    key: Path
    both: Path


def certificate(folder: Path, name: str, password: str = "") -> Certificate:
    made = Certificate(*(folder / f"{name}.{end}" for end in ("crt", "key", "pem")))
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-days", "2"]
    command += ["-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(made.key), "-out", str(made.certificate)]
    command += ["-passout", f"pass:{password}"] if password else ["-nodes"]
    subprocess.run(command, check=True, capture_output=True)
    made.both.write_text(made.key.read_text() + made.certificate.read_text())
    return made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("server"), "server")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("client"), "client", KEY_PASSWORD)


@pytest.fixture(scope="module")
def secured(
    apache_runtime: Runtime,
    server: Certificate,
    client: Certificate,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ApacheKafka]:
    """A node with a listener for passwords and one for certificates of clients, both with TLS."""
    passwords, mutual = f"listener.name.{PASSWORDS.lower()}", f"listener.name.{MUTUAL.lower()}"
    properties = {
        f"{passwords}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
        f"{passwords}.plain.sasl.jaas.config": (
            f'{JAAS}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
        ),
        f"{passwords}.scram-sha-512.sasl.jaas.config": f"{JAAS}.scram.ScramLoginModule required;",
        f"{mutual}.ssl.client.auth": "required",
        f"{mutual}.ssl.truststore.type": "PEM",
        f"{mutual}.ssl.truststore.location": str(client.certificate),
    }
    for listener in (passwords, mutual):
        properties[f"{listener}.ssl.keystore.type"] = "PEM"
        properties[f"{listener}.ssl.keystore.location"] = str(server.both)
    started = kafka.start(
        tmp_path_factory.mktemp("secured"),
        apache_runtime,
        listeners={PASSWORDS: "SASL_SSL", MUTUAL: "SSL"},
        properties=properties,
    )
    admin = AdminClient({"bootstrap.servers": started.bootstrap_servers})
    scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
    entry = UserScramCredentialUpsertion(USER, scram, PASSWORD.encode())
    admin.alter_user_scram_credentials([entry])[USER].result(30)
    yield started
    started.stop(timeout=0.0)


@pytest.fixture
def at(secured: ApacheKafka, tmp_path: Path) -> Iterator[Bench]:
    """A bench on the plain listener, which a test turns to another one."""
    options = {"connect_timeout": 5.0, "publish_timeout": 8.0}
    with bench(secured, tmp_path, partitions=2, **options) as it:
        yield it


def with_password(
    at: Bench, secured: ApacheKafka, password: str, trusted: Path, mechanism: str = "PLAIN"
) -> None:
    at.bootstrap = f"{USER}:{quote(password, safe='')}@{secured.addresses(PASSWORDS)}"
    at.options |= {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": mechanism,
        "ssl_ca_location": str(trusted),
    }


def refused(app: Celery, **arguments: Any) -> str:
    """What publishing says, which has to fail; bounded, lest it hang."""
    with ThreadPoolExecutor(1) as apart:
        publishing = apart.submit(app.send_task, "work", ("secret?",), **arguments)
        with pytest.raises(OperationalError) as raised:
            publishing.result(60)
    said = str(raised.value)
    assert "\n" not in said
    assert said.endswith(".")
    assert PASSWORD not in said
    assert quote(PASSWORD, safe="") not in said
    return said


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_work_goes_through_tls_with_a_password(
    at: Bench, secured: ApacheKafka, server: Certificate, mechanism: str
) -> None:
    with_password(at, secured, PASSWORD, server.certificate, mechanism)
    worker = at.start_worker()
    app = at.app()
    for name in "abcd":
        app.send_task("work", (name,))
    assert wait_for(lambda: sorted(at.lines()) == list("abcd"))
    assert worker.stop() == 0
    assert PASSWORD not in worker.text()
    assert quote(PASSWORD, safe="") not in worker.text()


def test_work_goes_through_tls_with_a_certificate(
    at: Bench, secured: ApacheKafka, server: Certificate, client: Certificate
) -> None:
    at.bootstrap = secured.addresses(MUTUAL)
    at.options |= {
        "security_protocol": "SSL",
        "ssl_ca_location": str(server.certificate),
        "ssl_certificate_location": str(client.certificate),
        "ssl_key_location": str(client.key),
        "ssl_key_password": KEY_PASSWORD,
    }
    worker = at.start_worker()
    at.app().send_task("work", ("a",))
    assert wait_for(lambda: at.lines() == ["a"])
    assert KEY_PASSWORD not in worker.text()


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_a_wrong_password_is_an_error_of_one_sentence(
    at: Bench, secured: ApacheKafka, server: Certificate, mechanism: str
) -> None:
    wrong = f"{PASSWORD}, but wrong"
    with_password(at, secured, wrong, server.certificate, mechanism)
    assert "uthentication" in refused(at.app())
    worker = at.start_worker()
    assert worker.says("uthentication")
    assert worker.process.poll() is None  # it waits: the password may be mended at the broker
    assert PASSWORD not in worker.text()
    assert quote(wrong, safe="") not in worker.text()


def test_an_untrusted_certificate_is_an_error_of_one_sentence(
    at: Bench, secured: ApacheKafka, client: Certificate
) -> None:
    with_password(at, secured, PASSWORD, client.certificate)
    assert "certificate" in refused(at.app())


def test_no_certificate_where_one_is_asked_for_is_an_error_of_one_sentence(
    at: Bench, secured: ApacheKafka, server: Certificate
) -> None:
    at.bootstrap = secured.addresses(MUTUAL)
    at.options |= {"security_protocol": "SSL", "ssl_ca_location": str(server.certificate)}
    refused(at.app())  # the broker hangs up without a word


def test_a_plain_client_is_refused_by_a_listener_with_tls(at: Bench, secured: ApacheKafka) -> None:
    at.bootstrap = secured.addresses(PASSWORDS)
    refused(at.app())
