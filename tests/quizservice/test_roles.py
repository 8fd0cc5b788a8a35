"""The roles of the console: which pages each may open, what the sidebar offers, how they are kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import URLPattern, reverse

from quizservice.console import roles

pytestmark = pytest.mark.django_db

#: Who may open the pages whose names begin so; the first that fits counts. A superuser may open all of
#: them but those that are for nobody.
TEACHERS, STAFF, KEYS, SUPERUSERS = {"Teacher", "Staff"}, {"Staff"}, {"Key manager"}, set[str]()
EVERYBODY = TEACHERS | STAFF | KEYS | {""}
NOBODY = {"nobody"}
RIGHTS: dict[str, set[str]] = {
    "problems_report_add": NOBODY,  # learners' apps report
    "problems_problemevent_add": NOBODY,  # histories write themselves
    "apikeys_keyevent_add": NOBODY,
    "verbs_correctionevent_add": NOBODY,
    "generation_generationrequest_add": NOBODY,  # the order form is the way
    "generation_modeluse_add": NOBODY,
    "generation_promptoutcome_add": NOBODY,
    "verbs_verb_add": NOBODY,  # verbs come with the service
    "verbs_verboverride_add": NOBODY,
    "quizservice_lockedlogin_add": NOBODY,
    "quizservice_process_add": NOBODY,
    "problems_problem_check": NOBODY,  # answers only what the edit page sends
    "problems_": TEACHERS,
    "verbs_": TEACHERS,
    "generation_": STAFF,
    "caches": STAFF,
    "quizservice_process_": STAFF,
    "apikeys_": KEYS,
    "auth_": SUPERUSERS,
    "quizservice_lockedlogin_": SUPERUSERS,
    "index": EVERYBODY,
    "password_change": EVERYBODY,
}
#: Of the admin itself; they are no pages, or say nothing of what is kept here.
NOT_PAGES = {"login", "logout", "jsi18n", "autocomplete", "search", "view_on_site", "app_list"}


def patterns() -> Iterator[URLPattern]:
    def walk(found: object) -> Iterator[URLPattern]:
        for one in found:  # type: ignore[attr-defined]
            if isinstance(one, URLPattern):
                yield one
            else:
                yield from walk(one.url_patterns)

    yield from walk(admin.site.get_urls())


def pages() -> list[str]:
    """Names of the pages that need no more than their address."""
    plain = {
        str(one.name)
        for one in patterns()
        if one.name and not one.pattern.converters and "(?P" not in str(one.pattern)
    }
    return sorted(plain - NOT_PAGES)


def rights(name: str) -> set[str]:
    return next(who for start, who in RIGHTS.items() if name.startswith(start))


def somebody(role: str) -> Client:
    user = User.objects.create_user("ana", is_staff=True, is_superuser=role == "superuser")
    if role in roles.NAMES:
        user.groups.add(Group.objects.get(name=role))
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_every_page_says_whom_it_is_for() -> None:
    without = [name for name in pages() if not any(map(name.startswith, RIGHTS))]
    assert without == []


@pytest.mark.parametrize("role", [*roles.NAMES, "superuser", ""])
def test_each_role_opens_its_pages_and_no_others(role: str) -> None:
    client = somebody(role)
    wrong = []
    for name in pages():
        status = client.get(reverse(f"admin:{name}")).status_code
        allowed = rights(name)
        opens = role in allowed or (role == "superuser" and allowed is not NOBODY)
        # 405: a button's address, which looks at the method first; 404: a part that needs a query
        if status not in ((200, 302, 404, 405) if opens else (403, 405)):
            wrong.append(f"{name}: {status}")
    assert wrong == []


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("Teacher", ["Problems"]),
        ("Staff", ["Problems", "Generation", "Service"]),
        ("Key manager", ["Access"]),
        ("superuser", ["Problems", "Generation", "Access", "Service"]),
        ("", []),
    ],
)
def test_the_sidebar_offers_what_one_may_open(role: str, offered: list[str]) -> None:
    client = somebody(role)
    sections = client.get(reverse("admin:index")).context["sidebar_navigation"]
    assert [str(one["items"][0]["title"]) for one in sections[:1]] == ["Home"]
    assert [str(one["title"]) for one in sections[1:]] == offered
    for section in sections:
        for line in section["items"]:
            assert client.get(line["link"]).status_code == 200


def test_one_line_of_the_sidebar_is_where_one_is() -> None:
    client = somebody("superuser")
    for page in ("index", "problems_problem_changelist", "problems_review", "auth_user_add"):
        sections = client.get(reverse(f"admin:{page}")).context["sidebar_navigation"]
        active = [line for one in sections for line in one["items"] if line["active"]]
        assert len(active) == 1
        assert reverse(f"admin:{page}").startswith(active[0]["link"])


def test_somebody_without_a_role_is_told_whom_to_ask() -> None:
    User.objects.create_superuser("sam", "sam@example.org", first_name="Sam", last_name="Petit")
    page = somebody("").get(reverse("admin:index")).content.decode()
    assert "You have no role here yet" in page
    assert "Sam Petit" in page
    assert "mailto:sam@example.org" in page


# --- how they are kept ----------------------------------------------------------------------------


def may(role: str) -> set[str]:
    permissions = Permission.objects.filter(group__name=role).values_list(
        "content_type__app_label", "codename"
    )
    return {f"{app}.{codename}" for app, codename in permissions}


def test_what_the_roles_may_do() -> None:
    teacher, staff, keys = (may(name) for name in ("Teacher", "Staff", "Key manager"))
    assert {"problems.change_problem", "problems.add_problem", "verbs.view_verb"} <= teacher
    assert not [one for one in teacher if one.startswith(("generation.", "apikeys.", "auth."))]
    assert not [one for one in teacher if one.startswith("verbs.") and ".view_" not in one]
    assert [one for one in teacher if ".delete_" in one] == ["problems.delete_statement"]
    assert teacher < staff
    assert {"generation.add_generationrequest", "quizservice.refresh_caches"} <= staff
    assert {one.partition(".")[0] for one in keys} == {"apikeys"}


def test_the_table_decides_after_every_migrate() -> None:
    group = Group.objects.get(name="Teacher")
    stray = Permission.objects.get(codename="delete_problem")
    group.permissions.add(stray)
    group.permissions.remove(Permission.objects.get(codename="change_problem"))
    own = Group.objects.create(name="Editors")
    own.permissions.add(stray)
    Group.objects.get(name="Staff").delete()
    call_command("migrate", verbosity=0)
    assert "problems.change_problem" in may("Teacher")
    assert "problems.delete_problem" not in may("Teacher")
    assert "generation.add_generationrequest" in may("Staff")
    assert may("Editors") == {"problems.delete_problem"}  # groups of one's own stay as they are


def test_permissions_of_a_model_that_comes_later_follow() -> None:
    """As after the migration of a new model: its permissions do not exist before post_migrate."""
    Permission.objects.filter(content_type__app_label="problems").delete()
    call_command("migrate", verbosity=0)
    assert {"problems.view_problem", "problems.change_problem"} <= may("Teacher")


def test_without_their_migration_there_are_no_roles() -> None:
    """As after it was taken back: the next ``migrate`` must not bring the groups again."""
    Group.objects.filter(name__in=roles.NAMES).delete()
    app, name = roles.MIGRATION
    MigrationRecorder.Migration.objects.filter(app=app, name=name).delete()
    call_command("migrate", "contenttypes", verbosity=0)
    assert not Group.objects.filter(name__in=roles.NAMES).exists()
    call_command("migrate", verbosity=0)
    assert Group.objects.filter(name__in=roles.NAMES).count() == len(roles.NAMES)
    assert "problems.view_problem" in may("Teacher")
