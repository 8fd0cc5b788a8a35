"""Who may log in, as what: users get roles, and with them the right to open the console."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, User
from django.db import transaction

from quizservice.console import roles


def give_roles(user: User, groups: Iterable[Group]) -> None:
    """Give a user these roles and no others; who has one may log in to the console."""
    with transaction.atomic():
        user.groups.set(groups)
        let_in(user)


def let_in(user: User) -> None:
    """Whoever has a role or a permission may log in to the console, and nobody else."""
    may = user.is_superuser or user.groups.exists() or user.user_permissions.exists()
    if user.is_staff != may:
        user.is_staff = may
        user.save(update_fields=["is_staff"])


def takes_own_rights(user: User, *, by: User, is_active: bool, is_superuser: bool) -> bool:
    """Whether somebody would shut himself out: a superuser who stops being one, or being active."""
    return user == by and by.is_superuser and not (is_active and is_superuser)


def is_role(group: Group) -> bool:
    """Whether the service keeps this group; what it may do is then not for the console to change."""
    return group.name in roles.NAMES


def meaning(group: Group) -> str:
    """What somebody with a role does, in a sentence; empty for a group that is none."""
    return next((str(role.meaning) for role in roles.ROLES if role.name == group.name), "")


def label(group: Group) -> str:
    """A role's name as people read it."""
    return next((str(role.label) for role in roles.ROLES if role.name == group.name), group.name)
