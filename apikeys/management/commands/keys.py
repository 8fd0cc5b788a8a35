"""``python manage.py keys create|list|rotate|revoke``: API keys from a shell, above all the first one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from apikeys import presets, services, statistics
from apikeys.history import Actor
from apikeys.models import READ, SCOPES, ApiKey
from apikeys.serializers import KeySerializer
from quizservice.errors import Conflict
from quizservice.management.arguments import duration, future, words
from quizservice.management.operator import OperatorCommand, operator

_COLUMNS = ("prefix", "state", "scopes", ">a minute", "last used", "expires", "name", "client")


class Command(OperatorCommand):
    """Thin: what it does is done by ``apikeys.services``."""

    help = (
        "Create, list, rotate and revoke API keys. A new key is printed once, alone on standard "
        "output; what is said about it goes to standard error."
    )
    examples = """
        KEY=$(manage.py keys create --name "phone app" --limit 1000)
        manage.py keys create --name operator --preset operator --allow 10.0.0.0/8
        NEW=$(manage.py keys rotate 8fK2mPq0aZ --grace 24h)
        manage.py keys revoke 8fK2mPq0aZ --reason "lost with a laptop"
    """

    def add_arguments(self, parser: CommandParser) -> None:
        actions = self.actions(parser)
        self._add_create(self.action(actions, "create", self._create, help="issue a key"))
        listing = self.action(actions, "list", self._list, help="list keys, newest first")
        listing.add_argument("--all", action="store_true", help="revoked and expired ones, too")
        listing.add_argument(
            "--prefixes", action="store_true", help="only prefixes, one a line: for pipes"
        )
        self.add_json(listing, "JSON lines")
        rotate = self.action(actions, "rotate", self._rotate, help="give a key a new secret")
        rotate.add_argument("prefix", metavar="PREFIX", help="the key's public prefix")
        rotate.add_argument(
            "--grace",
            type=duration,
            help="how long the secret so far lives on, such as 24h, at most 7d; without it, no time",
        )
        self.add_yes(rotate)
        self.add_json(rotate)
        revoke = self.action(actions, "revoke", self._revoke, help="close keys for good")
        revoke.add_argument(
            "prefixes", nargs="+", metavar="PREFIX", help='or "-": prefixes from standard input'
        )
        revoke.add_argument("--reason", default="", help="why, for the history of the keys")
        self.add_yes(revoke)

    def _add_create(self, create: CommandParser) -> None:
        create.add_argument("--name", required=True, help="what it is for, such as “phone app”")
        create.add_argument(
            "--preset",
            choices=[preset.slug for preset in presets.PRESETS],
            help="scopes, limit and life of such a key, as in the console; other options go before",
        )
        create.add_argument(
            "--scope",
            action="append",
            choices=SCOPES,
            help=f"what it may do ({READ}); write includes read, admin both; may be repeated",
        )
        create.add_argument("--limit", type=int, help="requests a minute (100)")
        create.add_argument(
            "--allow",
            action="append",
            default=[],
            metavar="NETWORK",
            help="an address or network it may come from; may be repeated (any)",
        )
        create.add_argument(
            "--expires", type=future, metavar="WHEN", help="90d, 2031-01-31 or a time (never)"
        )
        create.add_argument("--description", default="", help="a note for people")
        create.add_argument("--client", default="", help="whose it is: the company or the team")
        self.add_json(create)

    # --- actions ---

    def _create(self, options: dict[str, Any]) -> None:
        text, key = services.issue(
            name=options["name"],
            description=options["description"],
            client_name=options["client"],
            allowed_ips=options["allow"],
            by=_actor(),
            **_chosen(options),
        )
        self._print_new(text, key, options["json"])
        self.say(f"The key of {key.name}; it cannot be shown again.")

    def _list(self, options: dict[str, Any]) -> None:
        keys = list(ApiKey.objects.all() if options["all"] else ApiKey.objects.usable())
        if options["prefixes"]:
            for key in keys:
                self.stdout.write(key.key_prefix)
        elif options["json"]:
            self.print_lines(_documents(keys))
        else:
            self.table(map(_row, keys), _COLUMNS)

    def _rotate(self, options: dict[str, Any]) -> None:
        (key,) = services.with_prefixes([options["prefix"]])
        grace = options["grace"]
        if not grace:
            self.confirm(
                f"The secret of {key.name} ({key.key_prefix}) will stop at once: without --grace "
                "whoever uses it is locked out until they have the new one.",
                yes=options["yes"],
            )
        text, key = services.rotate(
            key,
            grace_seconds=int(grace.total_seconds()) if grace else 0,
            by=_actor(),
            prefix_so_far=key.key_prefix,
        )
        self._print_new(text, key, options["json"], previous_key_expires_at=key.previous_until)
        until = key.previous_until
        so_far = f"lives on until {until:%Y-%m-%d %H:%M} UTC" if until else "has stopped"
        self.say(f"The new key of {key.name}; it cannot be shown again. The one so far {so_far}.")

    def _revoke(self, options: dict[str, Any]) -> None:
        keys, refused = services.with_prefixes(words(options["prefixes"])), 0
        if active := [key for key in keys if key.is_active]:
            named = ", ".join(f"{key.name} ({key.key_prefix})" for key in active)
            number = "1 key" if len(active) == 1 else f"{len(active)} keys"
            self.confirm(f"{number} will be closed for good: {named}.", yes=options["yes"])
        for key in keys:
            if not key.is_active:
                self.say(f"{key.key_prefix}: revoked already")
                continue
            try:
                services.revoke(key, by=_actor(), reason=options["reason"])
            except Conflict as conflict:
                refused += 1
                self.say(f"{key.key_prefix}: {conflict.detail}")
            else:
                self.stdout.write(key.key_prefix)
        if refused:
            raise CommandError(f"{refused} of {len(keys)} not revoked: see above.")

    def _print_new(self, text: str, key: ApiKey, as_json: bool, **more: Any) -> None:
        """Print a new key: its text alone, or the API's document."""
        if as_json:
            (info,) = _documents([key])
            self.print_json({"api_key": text, "key_info": info, **more})
        else:
            self.stdout.write(text)


def _actor() -> Actor:
    return Actor(operator())


def _chosen(options: dict[str, Any]) -> dict[str, Any]:
    """Scopes, limit and expiry of a new key: what is given, else the preset's, else the usual."""
    preset = presets.named(options["preset"]) if options["preset"] else None
    given = {
        "permissions_scope": options["scope"],
        "rate_limit_rpm": options["limit"],
        "expires_at": options["expires"],
    }
    begun = preset.values(timezone.now()) if preset else {}
    return {**begun, **{name: value for name, value in given.items() if value is not None}}


def _documents(keys: list[ApiKey]) -> list[dict[str, Any]]:
    """The API's document of each key, with its state and who issued it."""
    now = timezone.now()
    counts = statistics.requests_last_24h([key.id for key in keys])
    shown = KeySerializer(keys, many=True, context={"requests_last_24h": counts}).data
    return [
        {**document, "state": key.state(now), "created_by": key.created_by}
        for key, document in zip(keys, shown, strict=True)
    ]


def _row(key: ApiKey) -> tuple[object, ...]:
    return (
        key.key_prefix,
        key.state(timezone.now()),
        ",".join(key.permissions_scope),
        key.rate_limit_rpm,
        key.last_used_at,
        key.expires_at,
        key.name,
        key.client_name,
    )
