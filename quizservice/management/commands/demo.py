"""``python manage.py demo``: from one command to a served problem."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console

from quizservice.demo import run as demo
from quizservice.demo.display import Display
from quizservice.embedded import BROKERS, DEVELOPMENT, EmbeddedError

ADMIN = "admin"
KEY_NAME = "demo"
TRY_KEY_NAME = "try"
#: Requests a minute of all who play at once in the page to try a quiz; a problem takes three.
TRY_LIMIT = 120
_INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended


class Command(BaseCommand):
    """Thin: arguments, the one step that needs the apps, and the exit status."""

    help = (
        "Brings up the whole service (with an embedded PostgreSQL and Kafka broker unless "
        "DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS name others), generates problems, serves one "
        "and stays up until Ctrl-C."
    )
    # Settings can be read only after the demo has brought up what they name.
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port",
            type=_number(0, 65535),
            default=8000,
            help="port of the web server on 127.0.0.1 (8000); 0 takes a free one",
        )
        parser.add_argument(
            "--count",
            type=_number(1, 100_000),
            default=12,
            help="how many problems to generate (12)",
        )
        parser.add_argument(
            "--broker",
            choices=BROKERS,
            default=DEVELOPMENT,
            help="the broker to bring up: the in-memory development broker, or Apache Kafka, which "
            "needs Java 17 and Maven (development)",
        )
        parser.add_argument(
            "--env-file",
            type=Path,
            help="write addresses, key and password here when the first problem has been served",
        )
        parser.add_argument(
            "--exit",
            action="store_true",
            help="end by itself; status 0 only if all problems were made and served",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        no_color = True if options["no_color"] else None
        try:
            complete = demo.run(
                demo.Options(
                    port=options["port"],
                    count=options["count"],
                    env_file=options["env_file"],
                    exit=options["exit"],
                    broker=options["broker"],
                ),
                _prepare,
                Display(Console(no_color=no_color)),
            )
        except (demo.DemoError, EmbeddedError) as error:
            self.stderr.write(str(error))
            sys.exit(1)
        except (demo.Interrupted, KeyboardInterrupt):
            sys.exit(_INTERRUPTED)
        sys.exit(0 if complete else 1)


def _number(lowest: int, highest: int) -> Any:
    """An argparse type for a whole number within bounds."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not lowest <= int(text) <= highest:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {lowest} to {highest}")
        return int(text)

    return parse


def _prepare(display: Display) -> demo.Access:
    """Migrate, load the verbs, and make the admin's password and the key anew.

    Raises DemoError when the settings or the database cannot be used.
    """
    import django
    from django.db import DatabaseError, connections

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")
    try:
        with display.step("settings and applications"):
            django.setup()
        with display.step("database migrated"):
            call_command("migrate", interactive=False, verbosity=0)
        with display.step("verbs loaded"):
            call_command("load_verbs")
        with display.step("admin and API key"):
            return demo.Access(
                admin=ADMIN, password=_admin_password(), key=_demo_key(), try_key=_try_key()
            )
    except ImproperlyConfigured as error:
        raise demo.DemoError(str(error)) from error
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise demo.DemoError(f"The database of DATABASE_URL cannot be used: {reason}") from error
    finally:
        if django.apps.apps.ready:
            connections.close_all()


def _admin_password() -> str:
    """A new password for the demo's admin, who is made if missing."""
    from django.contrib.auth.models import User

    password = secrets.token_urlsafe(12)
    admin, _ = User.objects.get_or_create(username=ADMIN)
    admin.is_active = admin.is_staff = admin.is_superuser = True
    admin.set_password(password)
    admin.save()
    return password


def _demo_key() -> str:
    """A new key named demo; older ones of that name are revoked."""
    from apikeys import services

    key, _ = services.replace_named(KEY_NAME, permissions_scope=["write"], rate_limit_rpm=10_000)
    return key


def _try_key() -> str:
    """A new key for the page to try a quiz, which may only read; older ones of that name are revoked."""
    from apikeys import services

    key, _ = services.replace_named(
        TRY_KEY_NAME,
        description="Everybody can read it in the page /try/",
        permissions_scope=["read"],
        rate_limit_rpm=TRY_LIMIT,
    )
    return key
