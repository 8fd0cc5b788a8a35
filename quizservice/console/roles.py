"""The roles of the console: which group may do what, in one table.

Django makes the rows of permissions after the last migration, so no migration can give them to a group on
an empty database, and a model that comes later would have none. So the migration makes the groups, and
after every ``migrate`` the table here decides what they may do. It decides alone: whoever needs another
mix makes a group of its own, which nothing here touches.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission, User
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: The migration that makes the groups; before it, and after it is taken back, there are none.
MIGRATION = ("quizservice", "0005_roles")


@dataclass(frozen=True, slots=True)
class Grant:
    """What may be done with models of an app: with all of them, or with those named.

    ``actions``: Django's (view, add, change, delete), or the whole code names of permissions.
    """

    app: str
    actions: tuple[str, ...]
    models: tuple[str, ...] = ()

    def condition(self) -> Q:
        """The permissions that are meant."""
        found = Q(content_type__app_label=self.app) & reduce(
            or_, (Q(codename__startswith=f"{one}_") | Q(codename=one) for one in self.actions)
        )
        return found & Q(content_type__model__in=self.models) if self.models else found


@dataclass(frozen=True, slots=True)
class Role:
    """A group that the service keeps: its name, and ``label`` and ``meaning`` for people."""

    name: str
    label: str | Promise
    meaning: str | Promise
    grants: tuple[Grant, ...]


_LOOK_AND_WORK = ("view", "add", "change")
_TEACHER = (
    Grant("problems", _LOOK_AND_WORK),
    Grant("problems", ("delete",), ("statement",)),  # to take a sentence out of a problem
    Grant("verbs", ("view",)),
)

TEACHER = Role("Teacher", _("Teacher"), _("browses, corrects and releases problems"), _TEACHER)
STAFF = Role(
    "Staff",
    _("Staff"),
    _("does what a teacher does, orders problems and refreshes caches"),
    (
        *_TEACHER,
        Grant("generation", _LOOK_AND_WORK),
        Grant("quizservice", ("view", "refresh_caches"), ("process",)),
    ),
)
KEY_MANAGER = Role(
    "Key manager",
    _("Key manager"),
    _("gives out API keys and takes them back"),
    (Grant("apikeys", (*_LOOK_AND_WORK, "delete")),),
)

ROLES = (TEACHER, STAFF, KEY_MANAGER)
NAMES = tuple(role.name for role in ROLES)


def apply(using: str = "default") -> None:
    """Make the groups of the roles that are missing and give each exactly its permissions."""
    for app in {grant.app for role in ROLES for grant in role.grants}:
        create_permissions(apps.get_app_config(app), verbosity=0, using=using)
    for role in ROLES:
        group, _made = Group.objects.using(using).get_or_create(name=role.name)
        wanted = reduce(or_, (grant.condition() for grant in role.grants))
        group.permissions.set(Permission.objects.using(using).filter(wanted))


def after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Have the groups follow the table, where their migration has run."""
    if MIGRATION in MigrationRecorder(connections[using]).applied_migrations():
        apply(using)


def may_anything(user: User) -> bool:
    """Whether there is anything in the console for this user."""
    return user.is_superuser or bool(user.get_all_permissions())


def whom_to_ask() -> QuerySet[User]:
    """Those who can give somebody a role."""
    return User.objects.filter(is_superuser=True, is_active=True, is_staff=True).order_by(
        "username"
    )
