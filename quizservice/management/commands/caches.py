"""``python manage.py caches``: what each process keeps, and having all of them read it again."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandError, CommandParser

import apikeys.cache  # noqa: F401  registers its caches, so that their names are known
import verbs.cache  # noqa: F401
from quizservice import cache_status, caching, listening
from quizservice.cache_status import Answer, ProcessCaches, Refresh, Status
from quizservice.management.operator import OperatorCommand, UsageError

_COLUMNS = ("process", "pid", "host", "cache", ">kept", ">hits", ">misses", ">rate", "keeps")
_SAID = {
    Answer.DROPPED: "has read again",
    Answer.NEW: "started since",
    Answer.EMPTY: "keeps nothing",
    Answer.WAITING: "has not answered yet",
    Answer.SILENT: "does not answer",
}


class Command(OperatorCommand):
    """Thin: ``cache_status`` knows what processes report, ``listening`` tells them."""

    help = (
        "Shows by process what is kept of keys and verbs, and how often it was found there. "
        "refresh has every process drop it and read it again: never needed for a change of data, of "
        "which every process hears by itself."
    )
    examples = """
        manage.py caches
        manage.py caches --json
        manage.py caches refresh --wait
    """

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_json(parser)
        parser.set_defaults(run=self._show)
        actions = parser.add_subparsers(dest="action", metavar="action")
        refresh = self.action(
            actions, "refresh", self._refresh, help="have every process read again what it keeps"
        )
        names = ", ".join(caching.all_stats())
        refresh.add_argument("--cache", metavar="NAME", help=f"only this one: {names}")
        refresh.add_argument(
            "--wait", action="store_true", help="until all have obeyed; status 1 if one does not"
        )
        refresh.add_argument(
            "--json",
            action="store_true",
            default=argparse.SUPPRESS,  # so that "caches --json refresh" means it, too
            help="print one JSON document",
        )

    def _show(self, options: dict[str, Any]) -> None:
        found = cache_status.status()
        if options["json"]:
            self.print_json(cache_status.document(found))
        elif not found.processes:
            self.say("No process runs.")
        else:
            self.table(_rows(found), _COLUMNS)

    def _refresh(self, options: dict[str, Any]) -> None:
        cache = options["cache"]
        if cache is not None and cache not in caching.all_stats():
            raise UsageError(f"No cache {cache!r}: choose {', '.join(caching.all_stats())}.")
        refresh = Refresh.read(listening.announce(cache)[0], cache or "")
        assert refresh is not None  # just made
        found = cache_status.awaited(refresh) if options["wait"] else cache_status.status(refresh)
        if options["json"]:
            self.print_json(cache_status.document(found))
        else:
            for one in found.processes:
                self.stdout.write(_said(one, waited=options["wait"]))
        if not found.processes:
            self.say("No process runs: nothing is kept anywhere.")
        if silent := found.answered(Answer.SILENT):
            raise CommandError(f"{len(silent)} of {len(found.processes)} do not answer.")


def _said(one: ProcessCaches, *, waited: bool) -> str:
    """What a process has said of a refresh."""
    said = _SAID[one.answer] if waited and one.answer else "was told"
    return f"{one.process} {said}"


def _rows(found: Status) -> list[tuple[object, ...]]:
    """A row for each cache of each process."""
    rows: list[tuple[object, ...]] = []
    for one in found.processes:
        keeps = "yes" if one.trusted else f"nothing: {one.reason or 'it has not asked yet'}"
        process = (one.process.kind, one.process.pid, one.process.host)
        for name, counters in one.caches.items():
            rate = "" if counters.percent is None else f"{counters.percent:.0f} %"
            numbers = (counters.entries, counters.hits, counters.misses, rate)
            rows.append((*process, name, *numbers, keeps))
        if not one.caches:
            rows.append((*process, None, None, None, None, None, keeps))
    return rows
