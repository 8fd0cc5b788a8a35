"""``python manage.py generate``: an order from a shell, with the options and checks of the API."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from django.core.management.base import CommandError, CommandParser
from django.db import InterfaceError, OperationalError

from generation import following, services, wording
from generation.clashes import plain
from generation.estimates import Estimate, estimate, to_confirm
from generation.following import Look
from generation.management import orders
from generation.management.order_options import add_order_options, options_of, order_of
from generation.management.waiting import Waiting
from generation.models import GenerationRequest
from generation.services import Order
from quizservice.errors import Unprocessable
from quizservice.management.operator import INTERRUPTED, OperatorCommand, operator


class Command(OperatorCommand):
    """Thin: ``order_options`` reads the order, ``services`` accepts it, ``following`` looks at it."""

    help = (
        "Order problems. Prints the id of the request, alone on standard output; what is said about it "
        "goes to standard error. Several words of one option mean: one of these."
    )
    examples = """
        manage.py generate --count 50 --focus pronouns,negation --level B1 --wait
        manage.py generate --count 1000 --dry-run
        id=$(manage.py generate --count 200 --tag harvest --yes) && manage.py requests show "$id"
    """

    def add_arguments(self, parser: CommandParser) -> None:
        add_order_options(parser)
        parser.add_argument(
            "--wait",
            action="store_true",
            help="wait until it has ended; status 0 only if all problems were made",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what it would need; nothing is ordered"
        )
        self.add_yes(parser)
        self.add_json(parser, "the document of the request (docs/commands.md)")

    def handle(self, *args: Any, **options: Any) -> None:
        with self.refusals():
            order = order_of(options)
            found = self._estimated(order)
            if options["dry_run"]:
                self._tell_estimate(found, options["json"])
                return
            if to_confirm(found):
                words = wording.estimate_in_words(found)["summary"]
                self.confirm(f"{words}: more than ORDER_CONFIRM_ABOVE.", yes=options["yes"])
            request = services.submit(order, operator=operator())
            self._made(request, found, options)

    @staticmethod
    def _estimated(order: Order) -> Estimate:
        """What the order will need. Raises CommandError when no problem can meet it."""
        try:
            return estimate(order, *services.plan_one(order))
        except Unprocessable as refused:
            options = ", ".join(options_of(refused.errors))
            said = plain(refused.detail)
            raise CommandError(f"{said}\nSee {options}." if options else said) from None

    def _tell_estimate(self, found: Estimate, as_json: bool) -> None:
        if as_json:
            self.print_json(orders.estimate_document(found))
            return
        self.stdout.write(wording.estimate_in_words(found)["summary"])
        self.say("Nothing was ordered.")

    def _made(self, request: GenerationRequest, found: Estimate, options: dict[str, Any]) -> None:
        self.say(f"Ordered: {wording.estimate_in_words(found)['summary']}.")
        if not options["json"]:
            self.stdout.write(str(request.id))
            self.stdout.flush()
        look = self._waited(request) if options["wait"] else following.look(request)
        if options["json"]:
            self.print_json(orders.document(look))
        if options["wait"]:
            _require_all(look)
            return
        for hindrance in look.hindrances:
            self.say(hindrance)

    def _waited(self, request: GenerationRequest) -> Look:
        """The last look at an order that is over. Raises CommandError when it cannot be waited for."""
        look = None
        try:
            with Waiting(self.say, sys.stderr if self.stderr.isatty() else None) as waiting:
                for look in following.watched(request.id):
                    waiting.show(look)
        except KeyboardInterrupt:
            _leave(request, "Interrupted.", INTERRUPTED)
        except (OperationalError, InterfaceError) as error:
            _leave(request, f"The database cannot be used: {' '.join(str(error).split())}", 1)
        assert look is not None
        return look


def _leave(request: GenerationRequest, why: str, status: int) -> NoReturn:
    raise CommandError(
        f"{why}\nThe order goes on. Follow it: manage.py requests show {request.id}"
        f"\nEnd it: manage.py requests cancel {request.id}",
        returncode=status,
    )


def _require_all(look: Look) -> None:
    """Raises CommandError, which says why, when not all problems of an order were made."""
    request = look.request
    if request.generated_count == request.requested_count:
        return
    made = f"{request.generated_count} of {request.requested_count} problems were made"
    why = services.what_went_wrong(request)
    raise CommandError(f"{made}. {why}" if why else f"{made}.")
