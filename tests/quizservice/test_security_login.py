"""Who guesses passwords of the admin waits; nobody locks out a teacher from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
ATTEMPTS = "/admin/quizservice/lockedlogin/"
RIGHT = "correct horse battery"
HOME, ELSEWHERE = "203.0.113.7", "198.51.100.1"


def log_in(password: str, *, name: str = "bo", address: str = HOME, **headers: str) -> Any:
    return Client().post(
        LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address, headers=headers
    )


def lock(settings: Settings, **where: str) -> Any:
    answers = [log_in("wrong", **where) for _ in range(settings.LOGIN_ATTEMPTS)]
    assert {one.status_code for one in answers[:-1]} == {200}
    return answers[-1]


@pytest.mark.usefixtures("bo")
def test_too_many_wrong_passwords_lock_out(settings: Settings) -> None:
    assert log_in(RIGHT).status_code == 302
    locked = lock(settings)
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= settings.LOGIN_COOL_OFF
    assert "Too many wrong passwords" in locked.content.decode()
    assert "15 minutes" in locked.content.decode()
    assert log_in(RIGHT).status_code == 429  # the right one comes too late


@pytest.mark.usefixtures("bo")
def test_the_lock_holds_for_one_name_at_one_address(settings: Settings) -> None:
    User.objects.create_superuser("ana", "ana@example.org", RIGHT)
    lock(settings, address=ELSEWHERE)
    assert log_in(RIGHT, address=HOME).status_code == 302
    assert log_in(RIGHT, name="ana", address=ELSEWHERE).status_code == 302
    assert log_in(RIGHT, address=ELSEWHERE).status_code == 429


@pytest.mark.usefixtures("bo")
def test_waiting_unlocks_and_trying_does_not_prolong_it(settings: Settings) -> None:
    lock(settings)
    before = AccessAttempt.objects.get().attempt_time
    log_in("wrong")
    assert AccessAttempt.objects.get().attempt_time == before
    long_ago = timezone.now() - timedelta(seconds=settings.LOGIN_COOL_OFF + 1)
    AccessAttempt.objects.update(attempt_time=long_ago)
    assert log_in(RIGHT).status_code == 302


@pytest.mark.usefixtures("bo")
def test_a_login_forgets_earlier_mistakes(settings: Settings) -> None:
    for _ in range(2):
        for _ in range(settings.LOGIN_ATTEMPTS - 1):
            assert log_in("wrong").status_code == 200
        assert log_in(RIGHT).status_code == 302


@pytest.mark.usefixtures("bo")
def test_headers_do_not_make_another_address(settings: Settings) -> None:
    for number in range(settings.LOGIN_ATTEMPTS):
        forged = f"192.0.2.{number}"
        last = log_in(
            "wrong",
            **{
                "x-forwarded-for": forged,
                "x-real-ip": forged,
                "forwarded": f"for={forged}",
                "user-agent": f"browser {number}",
            },
        )
    assert last.status_code == 429
    # nor does another address of the same network, which one caller with IPv6 has at will
    for number in range(settings.LOGIN_ATTEMPTS):
        last = log_in("wrong", address=f"2001:db8::{number + 1}")
    assert last.status_code == 429


@pytest.mark.usefixtures("bo")
def test_behind_a_trusted_proxy_the_caller_counts(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    for _ in range(settings.LOGIN_ATTEMPTS):
        last = log_in("wrong", address="10.0.0.1", **{"x-forwarded-for": f"9.9.9.9, {ELSEWHERE}"})
    assert last.status_code == 429
    assert log_in(RIGHT, address="10.0.0.1", **{"x-forwarded-for": HOME}).status_code == 302


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "", "é" * 100, "' OR 1=1 --"])
def test_odd_names_are_only_wrong(name: str) -> None:
    assert log_in("wrong", name=name).status_code == 200
    assert log_in("wr\0ng", name=name).status_code == 200


@pytest.mark.usefixtures("bo")
def test_no_password_is_kept(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    Client().post(LOGIN, {"username": "bo", "password": "swordfish"}, REMOTE_ADDR=HOME)
    (row,) = AccessAttempt.objects.values()
    assert "swordfish" not in str(row)
    assert "swordfish" not in caplog.text


def test_staff_unlock_in_the_admin(settings: Settings, bo_client: Client) -> None:
    lock(settings)
    listed = bo_client.get(ATTEMPTS).content.decode()
    assert HOME in listed
    assert "locked" in listed
    (attempt,) = AccessAttempt.objects.all()
    done = bo_client.post(
        ATTEMPTS, {"action": "unlock", "_selected_action": [attempt.pk]}, follow=True
    )
    assert "1 login unlocked" in done.content.decode()
    assert log_in(RIGHT).status_code == 302


def test_who_may_only_look_cannot_unlock(settings: Settings) -> None:
    ana = User.objects.create_user("ana", password=RIGHT, is_staff=True)
    ana.user_permissions.add(Permission.objects.get(codename="view_lockedlogin"))
    lock(settings)
    client = Client()
    client.force_login(ana)
    (attempt,) = AccessAttempt.objects.all()
    assert client.get(ATTEMPTS).status_code == 200
    client.post(ATTEMPTS, {"action": "unlock", "_selected_action": [attempt.pk]})
    assert AccessAttempt.objects.exists()


def test_without_leave_the_page_is_closed() -> None:
    client = Client()
    client.force_login(User.objects.create_user("ana", is_staff=True))
    assert client.get(ATTEMPTS).status_code == 403
