"""Whom the service believes about the caller's address and about HTTPS."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from quizservice.proxies import client_address, client_network

CURRENT = "/api/v1/api-keys/current"
PROXY, STRANGER = "10.0.0.1", "198.51.100.1"


@pytest.fixture
def behind_a_proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8:1::/48")]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True


def address(peer: str, forwarded: str) -> str:
    return str(
        client_address(RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded))
    )


@pytest.mark.usefixtures("behind_a_proxy")
@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        (PROXY, "203.0.113.7", "203.0.113.7"),
        (PROXY, "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        (PROXY, "1.1.1.1,203.0.113.7, 10.2.3.4", "203.0.113.7"),
        (PROXY, "203.0.113.7:51234", "203.0.113.7"),
        (PROXY, "[2001:db8::5]:51234", "2001:db8::5"),
        (PROXY, "2001:db8::5", "2001:db8::5"),
        (PROXY, "::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1::1", "203.0.113.7", "203.0.113.7"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
        (PROXY, "", PROXY),
        (PROXY, "10.9.9.9", "10.9.9.9"),
        (PROXY, "203.0.113.7, unknown", "None"),
        (PROXY, "203.0.113.7, 999.1.1.1", "None"),
        (STRANGER, "203.0.113.7", STRANGER),
        (STRANGER, "10.0.0.1", STRANGER),
    ],
)
def test_forwarded_addresses(peer: str, forwarded: str, expected: str) -> None:
    assert address(peer, forwarded) == expected


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:5:6:7:8:9:a", "2001:db8:5:6::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", None),
    ],
)
def test_what_stands_for_one_caller(peer: str, expected: str | None) -> None:
    assert client_network(RequestFactory().get("/", REMOTE_ADDR=peer)) == expected


@pytest.mark.django_db
@pytest.mark.usefixtures("behind_a_proxy")
@pytest.mark.parametrize(
    ("peer", "said", "secure"),
    [
        (PROXY, "https", True),
        (PROXY, "HTTPS", True),
        (PROXY, "http", False),
        (PROXY, "https, http", False),  # the last one is the proxy's
        (PROXY, "http,https", True),
        (PROXY, "", False),
        (PROXY, None, False),
        (STRANGER, "https", False),
        (STRANGER, None, False),
        ("", "https", False),
    ],
)
def test_only_a_trusted_proxy_speaks_of_https(
    peer: str, said: str | None, secure: bool, new_key: Any
) -> None:
    headers = {"x-api-key": new_key(), "x-forwarded-ssl": "on", "front-end-https": "on"}
    if said is not None:
        headers["x-forwarded-proto"] = said
    client = Client()
    answer = client.get(CURRENT, headers=headers, REMOTE_ADDR=peer)
    assert answer.status_code == (200 if secure else 403)
    page = client.get("/", headers=headers, REMOTE_ADDR=peer)
    assert page.status_code == (200 if secure else 301)


@pytest.mark.django_db
def test_without_trusted_proxies_nobody_speaks_of_https(settings: Settings, new_key: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    headers = {"x-api-key": new_key(), "x-forwarded-proto": "https"}
    assert Client().get(CURRENT, headers=headers, REMOTE_ADDR=PROXY).status_code == 403


@pytest.mark.django_db
def test_no_header_makes_a_link_to_another_host(new_key: Any) -> None:
    headers = {
        "x-api-key": new_key(permissions_scope=["admin"]),
        "x-forwarded-host": "evil.example",
        "x-original-url": "/admin/",
        "x-rewrite-url": "/admin/",
        "x-http-method-override": "DELETE",
    }
    answer = Client().get("/api/v1/api-keys?limit=1", headers=headers)
    assert answer.status_code == 200
    assert "evil" not in answer.content.decode()
