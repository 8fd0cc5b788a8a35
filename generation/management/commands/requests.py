"""``python manage.py requests list|show|cancel|retry``: orders from a shell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from generation import following, services, steering
from generation.management import orders
from generation.management.order_options import split
from generation.models import GenerationRequest
from quizservice.errors import Conflict
from quizservice.management.arguments import ids, past, whole
from quizservice.management.operator import OperatorCommand, UsageError, operator

#: Orders that a terminal shows unless it is told otherwise.
SHOWN = 50


class Command(OperatorCommand):
    """Thin: ``services`` and ``following`` do it, ``orders`` says what is shown."""

    help = "Look at orders; cancel them, and try failed problems again."
    examples = """
        manage.py requests list --status processing
        manage.py requests list --status partial,failed --since 1d --ids | manage.py requests retry -
        manage.py requests list --status pending --ids | manage.py requests cancel - --yes
    """

    def add_arguments(self, parser: CommandParser) -> None:
        actions = self.actions(parser)
        listing = self.action(actions, "list", self._list, help="list orders, newest first")
        states = ", ".join(GenerationRequest.Status.values)
        listing.add_argument("--status", action="append", default=[], metavar="WORDS", help=states)
        listing.add_argument(
            "--since", type=past, metavar="WHEN", help="ordered since: 7d, 12h, 2031-01-31"
        )
        listing.add_argument(
            "--limit", type=whole(1), help=f"at most so many (a terminal: {SHOWN}, else all)"
        )
        listing.add_argument("--ids", action="store_true", help="only ids, one a line: for pipes")
        self.add_json(listing, "JSON lines")
        show = self.action(actions, "show", self._show, help="show how an order goes on")
        show.add_argument("id", metavar="ID")
        self.add_json(show)
        cancel = self.action(
            actions,
            "cancel",
            self._cancel,
            help="end orders: what has not begun is dropped, what has is still made",
        )
        self.add_yes(cancel)
        retry = self.action(
            actions, "retry", self._retry, help="try the failed problems of orders again"
        )
        for each in (cancel, retry):
            each.add_argument(
                "ids", nargs="+", metavar="ID", help='or "-": ids from standard input'
            )

    # --- looking ---

    def _list(self, options: dict[str, Any]) -> None:
        found = services.visible_requests(
            owner=None, statuses=_statuses(options["status"]), since=options["since"]
        ).select_related("ordered_by")
        as_table = not (options["ids"] or options["json"])
        limit = options["limit"] or (SHOWN if as_table and self.on_terminal else None)
        rows = (found[:limit] if limit else found).iterator(chunk_size=500)
        if options["ids"]:
            for request in rows:
                self.stdout.write(str(request.id))
        elif options["json"]:
            self.print_lines(orders.documents(rows))
        else:
            number = self.table(map(orders.row, rows), orders.COLUMNS)
            if number == limit and not options["limit"] and found.count() > number:
                self.say(f"The newest {number}; --limit shows more.")

    def _show(self, options: dict[str, Any]) -> None:
        wanted = ids([options["id"]])
        if len(wanted) != 1:
            raise UsageError("Give one id.")
        look = following.look(following.found(wanted)[0])
        if options["json"]:
            self.print_json(orders.document(look))
            return
        for line in orders.lines(look):
            self.stdout.write(line)

    # --- steering ---

    def _named(self, options: dict[str, Any]) -> list[GenerationRequest]:
        """The orders of the arguments: all are looked for before anything is done."""
        found = following.found(ids(options["ids"]))
        if not found:
            self.say("No ids came: nothing was done.")
        return found

    def _cancel(self, options: dict[str, Any]) -> None:
        found = self._named(options)
        running = [request for request in found if not request.ended]
        if running:
            waiting, in_work = following.unfinished(running)
            self.confirm(_cancellation(len(running), waiting, in_work), yes=options["yes"])
        refused = 0
        for request in found:
            try:
                steering.cancel(request, by=operator())
            except Conflict as conflict:
                refused += 1
                self.say(f"{request.id}: {conflict.detail}")
            else:
                self.stdout.write(str(request.id))
        _tell_refused(refused, len(found), "cancelled")

    def _retry(self, options: dict[str, Any]) -> None:
        found, refused = self._named(options), 0
        for request in found:
            try:
                number = steering.retry_failed(request)
            except Conflict as conflict:
                refused += 1
                self.say(f"{request.id}: {conflict.detail}")
            else:
                self.stdout.write(str(request.id))
                self.say(f"{request.id}: {number} {_problems(number)} tried again.")
        _tell_refused(refused, len(found), "tried again")


def _statuses(texts: list[str]) -> list[str]:
    """The statuses of ``--status``. Raises UsageError, which names every wrong one."""
    asked = split(texts)
    if wrong := [repr(one) for one in asked if one not in GenerationRequest.Status.values]:
        known = ", ".join(GenerationRequest.Status.values)
        raise UsageError(f"No status {', '.join(wrong)}: choose {known}.")
    return asked


def _problems(number: int) -> str:
    return "problem" if number == 1 else "problems"


def _cancellation(requests: int, waiting: int, in_work: int) -> str:
    """What a cancellation would do."""
    orders_of = "1 order" if requests == 1 else f"{requests} orders"
    dropped = f"{waiting} {_problems(waiting)} that nobody has begun will be dropped"
    finished = f", {in_work} in work will still be finished" if in_work else ""
    return f"{orders_of} will be cancelled: {dropped}{finished}."


def _tell_refused(refused: int, asked: int, done: str) -> None:
    """Raises CommandError when not every order was ``done``."""
    if refused:
        raise CommandError(f"{refused} of {asked} not {done}: see above.")
