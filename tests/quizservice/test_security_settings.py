"""Settings of a deployment: what ``check --deploy`` says of good and of careless ones."""

from __future__ import annotations

import secrets
from pathlib import Path

from tests.brokers import start
from tests.test_project import manage

#: What a deployment sets, beside its database and brokers; docs/security.md shows the same.
PRODUCTION = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DEBUG": None,
    "HTTPS_ONLY": "1",
    "ALLOWED_HOSTS": "quiz.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://quiz.example.org",
    "CORS_ALLOWED_ORIGINS": "https://app.example.org",
    "TRUSTED_PROXIES": "10.0.0.0/8",
}
CHECK = ("check", "--deploy", "--fail-level", "WARNING")
SECURITY = ("--tag", "security")


def test_nothing_is_said_of_a_careful_deployment(tmp_path: Path) -> None:
    topics = {f"quiz.{name}": 24 for name in ("interactive", "bulk", "dead-letters")}
    broker = start("development", tmp_path, topics=topics)
    try:
        address = broker.bootstrap_servers
        done = manage(*CHECK, **PRODUCTION, KAFKA_BOOTSTRAP_SERVERS=address)
    finally:
        broker.stop()
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_careless_settings_are_named() -> None:
    careless = {
        "SECRET_KEY": "short",
        "DEBUG": "1",
        "ALLOWED_HOSTS": "*",
        "CORS_ALLOWED_ORIGINS": "*",
        "TRUSTED_PROXIES": "0.0.0.0/0,::/0",
        "HSTS_SECONDS": "0",
    }
    done = manage(*CHECK, *SECURITY, **{**PRODUCTION, **careless})
    assert done.returncode == 1
    for said in (
        "Your SECRET_KEY has less than 50 characters",
        "DEBUG and HTTPS_ONLY are both on",
        "ALLOWED_HOSTS has '*'",
        "CORS_ALLOWED_ORIGINS is '*'",
        "TRUSTED_PROXIES has 0.0.0.0/0",
        "TRUSTED_PROXIES has ::/0",
        "You have not set a value for the SECURE_HSTS_SECONDS",
    ):
        assert said in done.stderr


def test_unusable_settings_stop_the_start() -> None:
    unusable = {
        "LOGIN_ATTEMPTS": "0",
        "LOGIN_COOL_OFF": "soon",
        "HSTS_SECONDS": "-1",
        "HTTPS_ONLY": "perhaps",
        "WEB_THREADS": "0",
    }
    done = manage("check", **{**PRODUCTION, **unusable})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name, value in unusable.items():
        assert f"{name} is {value!r}" in done.stderr


def test_an_origin_without_its_scheme_is_refused() -> None:
    done = manage("check", **{**PRODUCTION, "CORS_ALLOWED_ORIGINS": "app.example.org"})
    assert done.returncode == 1
    assert "missing scheme or netloc" in done.stderr


def test_cookies_of_a_deployment_are_bound_to_its_host() -> None:
    done = manage("diffsettings", **PRODUCTION)
    for line in (
        "SESSION_COOKIE_NAME = '__Host-sessionid'",
        "CSRF_COOKIE_NAME = '__Host-csrftoken'",
        "SESSION_COOKIE_SECURE = True",
        "CSRF_COOKIE_SECURE = True",
        "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')",
    ):
        assert line in done.stdout
