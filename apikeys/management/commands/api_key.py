"""``python manage.py api_key issue|list|rotate|revoke``: keys from a shell, above all the first one."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apikeys import services
from apikeys.history import Actor
from apikeys.models import READ, SCOPES, ApiKey
from quizservice.errors import ServiceError


def _actor() -> Actor:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user often has no name
        user = f"user {os.getuid()}"
    return Actor(f"{user} (manage.py)")


class Command(BaseCommand):
    help = (
        "Issue, list, rotate and revoke API keys. A new key is printed once, alone on the standard "
        "output; what is said about it goes to the standard error."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="action")
        issue = actions.add_parser("issue", help="issue a key")
        issue.add_argument("--name", required=True, help="whose key it is")
        issue.add_argument(
            "--scope",
            action="append",
            choices=SCOPES,
            help=f"what it may do (default: {READ}); write includes read, admin both",
        )
        issue.add_argument("--limit", type=int, default=100, help="requests a minute")
        issue.add_argument(
            "--allow",
            action="append",
            default=[],
            metavar="NETWORK",
            help="an address or network it may come from; may be repeated (default: any)",
        )
        issue.add_argument("--expires", metavar="TIME", help="such as 2031-01-01T00:00:00Z")
        listing = actions.add_parser("list", help="list keys, newest first")
        listing.add_argument("--all", action="store_true", help="revoked and expired ones too")
        rotate = actions.add_parser("rotate", help="give a key a new secret")
        rotate.add_argument("prefix", help="the key's public prefix")
        rotate.add_argument("--grace", type=int, default=0, help="seconds the old one lives on")
        revoke = actions.add_parser("revoke", help="close a key for good")
        revoke.add_argument("prefix", help="the key's public prefix")
        revoke.add_argument("--reason", default="", help="why, for its history")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except ServiceError as refused:
            raise CommandError(refused.detail) from None

    def _issue(self, options: dict[str, Any]) -> None:
        text, key = services.issue(
            name=options["name"],
            permissions_scope=options["scope"] or [READ],
            rate_limit_rpm=options["limit"],
            allowed_ips=options["allow"],
            expires_at=_moment(options["expires"]),
            by=_actor(),
        )
        self.stdout.write(text)
        self.stderr.write(f"The key of {key.name}; it cannot be shown again.")

    def _list(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        for key in ApiKey.objects.all() if options["all"] else ApiKey.objects.usable():
            scopes = ",".join(key.permissions_scope)
            self.stdout.write(
                f"{key.key_prefix}  {key.state(now):<8}{scopes:<18}{key.rate_limit_rpm:>6}/min  {key.name}"
            )

    def _rotate(self, options: dict[str, Any]) -> None:
        key = _key(options["prefix"])
        text, key = services.rotate(key, grace_seconds=options["grace"], by=_actor())
        self.stdout.write(text)
        self.stderr.write(f"The new key of {key.name}; it cannot be shown again.")

    def _revoke(self, options: dict[str, Any]) -> None:
        key = services.revoke(_key(options["prefix"]), by=_actor(), reason=options["reason"])
        self.stdout.write(f"revoked: {key.name}")


def _key(prefix: str) -> ApiKey:
    """The key with a public prefix; takes no whole key, which would stand in the shell's history."""
    key = ApiKey.objects.filter(key_prefix=prefix).first()
    if key is None:
        raise CommandError("No key has this prefix: see manage.py api_key list --all.")
    return key


def _moment(text: str | None) -> datetime | None:
    """A time, read as UTC when it says nothing else."""
    if text is None:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"{text!r} is no time such as 2031-01-01T00:00:00Z.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
