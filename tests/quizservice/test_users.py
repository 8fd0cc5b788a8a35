"""Users and roles in the admin: a superuser makes a teacher in one form."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

ADD = "/admin/auth/user/add/"
PASSWORD = "une longue phrase de passe"


def role(name: str) -> Group:
    return Group.objects.get(name=name)


def add(client: Client, **values: Any) -> Any:
    given = {
        "username": "ana",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "role": str(role("Teacher").pk),
        **values,
    }
    return client.post(ADD, given, follow=True)


def change(client: Client, user: User, **values: Any) -> Any:
    given = {"username": user.username, "is_active": "on", **values}
    return client.post(reverse("admin:auth_user_change", args=[user.pk]), given, follow=True)


def test_a_teacher_is_made_in_one_form_and_can_log_in(bo_client: Client) -> None:
    page = add(bo_client, first_name="Ana", email="ana@example.org")
    assert "ana can log in now, at http://testserver/admin/" in page.content.decode()
    ana = User.objects.get(username="ana")
    assert [group.name for group in ana.groups.all()] == ["Teacher"]
    assert (ana.is_staff, ana.is_superuser, ana.email) == (True, False, "ana@example.org")
    client = Client()
    client.post("/admin/login/", {"username": "ana", "password": PASSWORD})
    assert client.get("/admin/problems/problem/").status_code == 200
    assert client.get("/admin/auth/user/").status_code == 403


def test_a_superuser_is_made_too(bo_client: Client) -> None:
    add(bo_client, role="superuser")
    ana = User.objects.get(username="ana")
    assert (ana.is_staff, ana.is_superuser, ana.groups.count()) == (True, True, 0)


def test_a_role_must_be_chosen_and_said_what_it_is_for(bo_client: Client) -> None:
    page = add(bo_client, role="").content.decode()
    assert not User.objects.filter(username="ana").exists()
    assert "This field is required" in page
    assert "Teacher: browses, corrects and releases problems" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"password2": "another"}, "didn’t match"),
        ({"password1": "12345678", "password2": "12345678"}, "too common"),
        ({"username": "bo"}, "already exists"),
        ({"role": "99999"}, "not one of the available choices"),
    ],
)
def test_bad_input_is_named_and_nothing_is_made(
    values: dict[str, str], said: str, bo_client: Client
) -> None:
    page = add(bo_client, **values).content.decode()
    assert said in page
    assert not User.objects.filter(username="ana").exists()


def test_roles_can_be_several_and_taken_away(bo_client: Client) -> None:
    add(bo_client)
    ana = User.objects.get(username="ana")
    both = [str(role(name).pk) for name in ("Teacher", "Key manager")]
    change(bo_client, ana, groups=both)
    assert set(ana.groups.values_list("name", flat=True)) == {"Teacher", "Key manager"}
    change(bo_client, ana, groups=[])
    ana.refresh_from_db()
    assert (ana.is_staff, ana.groups.count()) == (False, 0)
    change(bo_client, ana, groups=both[:1])
    ana.refresh_from_db()
    assert ana.is_staff


def test_a_permission_of_ones_own_lets_in_without_a_role(bo_client: Client) -> None:
    add(bo_client)
    ana = User.objects.get(username="ana")
    ana.user_permissions.add(Permission.objects.get(codename="view_verb"))
    change(bo_client, ana, groups=[])
    ana.refresh_from_db()
    assert ana.is_staff


@pytest.mark.parametrize("values", [{}, {"is_superuser": "on", "is_active": ""}])
def test_nobody_shuts_himself_out(bo: User, bo_client: Client, values: dict[str, str]) -> None:
    page = change(bo_client, bo, **values)
    assert "You cannot take this from yourself" in page.content.decode()
    bo.refresh_from_db()
    assert bo.is_active
    assert bo.is_superuser
    delete = reverse("admin:auth_user_delete", args=[bo.pk])
    assert bo_client.post(delete, {"post": "yes"}).status_code == 403


def test_who_may_change_users_makes_no_superuser_of_himself(bo_client: Client) -> None:
    add(bo_client)
    ana = User.objects.get(username="ana")
    ana.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    client = Client()
    client.force_login(ana)
    assert client.get("/admin/auth/user/").status_code == 200
    assert client.get(ADD).status_code == 403
    assert change(client, ana, is_superuser="on").status_code == 403
    ana.refresh_from_db()
    assert not ana.is_superuser


def test_the_list_tells_roles_and_finds_by_them(bo_client: Client) -> None:
    add(bo_client)
    page = bo_client.get("/admin/auth/user/").content.decode()
    assert "Teacher" in page
    assert "Superuser" in page
    for chosen, names in (
        (str(role("Teacher").pk), ["ana"]),
        ("superuser", ["bo"]),
        ("none", []),
        ("?", []),
    ):
        found = bo_client.get("/admin/auth/user/", {"role": chosen}).context["cl"].queryset
        assert [user.username for user in found] == names


def test_kept_roles_are_looked_at_and_others_are_made(bo_client: Client) -> None:
    kept = role("Teacher")
    page = bo_client.get(reverse("admin:auth_group_change", args=[kept.pk]))
    assert page.status_code == 200
    assert 'name="permissions"' not in page.content.decode()
    address = reverse("admin:auth_group_change", args=[kept.pk])
    assert bo_client.post(address, {"name": "Pupil"}).status_code == 403
    delete = reverse("admin:auth_group_delete", args=[kept.pk])
    assert bo_client.post(delete, {"post": "yes"}).status_code == 403
    chosen = Permission.objects.get(codename="view_verb")
    bo_client.post("/admin/auth/group/add/", {"name": "Readers", "permissions": [chosen.pk]})
    assert role("Readers").permissions.get() == chosen
    listed = bo_client.get("/admin/auth/group/").content.decode()
    assert "browses, corrects and releases problems" in listed
    assert "Readers" in listed
