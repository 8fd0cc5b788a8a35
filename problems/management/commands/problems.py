"""``python manage.py problems``: list, show, move, delete, export and import problems."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser

from problems import bulk, dossier, purging, selection
from problems.management import choosing, showing
from problems.management.exchanging import ExchangeActions
from problems.models import MAX_REASON_LENGTH, Problem
from problems.selection import Selection
from quizservice.management.arguments import ids, whole
from quizservice.management.operator import UsageError, cell, counted, operator

#: Rows of a list on a terminal, unless ``--limit`` says otherwise.
_ON_TERMINAL = 50
_COLUMNS = ("!id", "status", "focus", "tenses", "level", "verb", "sentence", ">served")
#: What the actions that change a status are called, with the status; and when they are done.
_DONE = {Problem.Status.LIVE: "published", Problem.Status.RETIRED: "retired"}
_MOVES = {"publish": Problem.Status.LIVE, "retire": Problem.Status.RETIRED}


class Command(ExchangeActions):
    """Thin: arguments and what is printed; services do the rest."""

    help = "List, show, publish, retire, delete, export and import problems."
    examples = """
        manage.py problems list --focus auxiliary --level A1,A2 --since 7d
        manage.py problems show 0199c0de-0000-7000-8000-000000000000 --verdict
        manage.py problems list --tag travel --ids | manage.py problems retire -
        manage.py problems purge --status retired --older-than 90d
        manage.py problems export pool.json --status live
        manage.py problems import corrected.csv --dry-run
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """The actions and their arguments."""
        actions = self.actions(parser)
        listing = self.action(
            actions,
            "list",
            self._list,
            help="list problems, newest first",
            examples="""
                manage.py problems list --status review
                manage.py problems list --error-type elision --json | jq .sentence
                manage.py problems list --verb 'se laver' --ids | manage.py problems show -
            """,
        )
        choosing.add_filters(listing)
        listing.add_argument(
            "--limit",
            type=whole(1),
            metavar="N",
            help=f"at most so many (on a terminal {_ON_TERMINAL}, else all)",
        )
        shape = listing.add_mutually_exclusive_group()
        shape.add_argument(
            "--ids", action="store_true", help="print ids only, for the next command"
        )
        self.add_json(shape, "JSON lines, one document a problem")
        self._add_show(
            self.action(actions, "show", self._show, help="show problems with all texts")
        )
        for name, what in (
            ("publish", "let learners get problems"),
            ("retire", "take problems out of the pool; what they were is kept"),
        ):
            self._add_move(self.action(actions, name, self._move, help=what))
        self._add_purge(actions)
        self.add_exchange(actions)

    def _add_show(self, parser: CommandParser) -> None:
        _add_ids(parser)
        parser.add_argument(
            "--verdict", action="store_true", help="also ask the grammar engine; takes seconds"
        )
        self.add_json(parser, "one JSON document a problem")

    def _add_move(self, parser: CommandParser) -> None:
        _add_ids(parser)
        parser.add_argument(
            "--reason", default="", help=f"why, for its history (to {MAX_REASON_LENGTH} characters)"
        )
        self.add_json(parser)

    def _add_purge(self, actions: Any) -> None:
        parser = self.action(
            actions,
            "purge",
            self._purge,
            help="delete problems for good, with their answers, reports and history: those with "
            "these ids, or those that the filters find. Filters never find live ones unless "
            "--status names them",
            examples="""
                manage.py problems purge --status retired --older-than 90d --dry-run
                manage.py problems purge --status retired --older-than 90d --yes
                manage.py problems list --status draft --ids | manage.py problems purge -
            """,
        )
        _add_ids(parser, optional=True)
        choosing.add_filters(parser, statuses="without it: draft, review and retired")
        parser.add_argument("--dry-run", action="store_true", help="say what would be deleted")
        self.add_yes(parser)
        self.add_json(parser)

    # --- list and show ---

    def _list(self, options: dict[str, Any]) -> None:
        rows = selection.selected(choosing.selection(options))
        plain = not (options["json"] or options["ids"])
        cut = plain and self.on_terminal and options["limit"] is None
        limit = _ON_TERMINAL + 1 if cut else options["limit"]
        batches = selection.batches(rows, limit=limit)
        if options["ids"]:
            for batch in batches:
                self.stdout.write("\n".join(map(str, batch)))
            return
        found = (one for batch in batches for one in dossier.summaries(batch))
        if options["json"]:
            self.print_lines(found)
            return
        number = self.table(
            (_row(one) for one in _first(found, _ON_TERMINAL if cut else None)), _COLUMNS
        )
        if not number:
            self.say("No problem fits.")
        elif cut and number == _ON_TERMINAL and next(found, None):
            self.say(f"The newest {_ON_TERMINAL}; --limit shows more.")

    def _show(self, options: dict[str, Any]) -> None:
        asked = ids(options["ids"])
        missing = []
        for start in range(0, len(asked), selection.AT_ONCE):
            batch = asked[start : start + selection.AT_ONCE]
            found = dossier.dossiers(batch, verdict=options["verdict"])
            for problem_id in batch:
                if problem_id not in found:
                    missing.append(problem_id)
                elif options["json"]:
                    self.print_json(found[problem_id])
                else:
                    self.stdout.write("\n".join([*showing.lines(found[problem_id]), ""]))
        if missing:
            raise CommandError("\n".join(f"There is no problem {one}." for one in missing))

    # --- publish, retire, purge ---

    def _move(self, options: dict[str, Any]) -> None:
        asked = ids(options["ids"])
        status = _MOVES[options["action"]]
        done = bulk.move(asked, status=status, by=operator(), reason=options["reason"])
        missing = len(asked) - done.changed - done.kept.total()
        if options["json"]:
            self.print_json({"changed": done.changed, "kept": dict(done.kept), "missing": missing})
        else:
            self.stdout.write(f"{counted(done.changed, 'problem')} {_DONE[status]}.")
        for why, number in done.kept.items():
            self.say(f"{counted(number, 'problem')} left alone: {why}")
        if missing:
            raise CommandError(f"{counted(missing, 'id')} of no problem.")

    def _purge(self, options: dict[str, Any]) -> None:
        what = self._meant(options)
        doomed = purging.doomed(what)
        if doomed.missing:
            self.say(f"{counted(doomed.missing, 'id')} of no problem.")
        if doomed.problems and not options["json"]:
            self._show_sample(doomed)
        gone = purging.Purged()
        if doomed.problems and not options["dry_run"]:
            self.confirm(f"Delete {_counted(doomed)} for good?", yes=options["yes"])
            gone = purging.purge(what, at=doomed.at, after_batch=self._progress(doomed.problems))
            gone.changed -= min(gone.changed, doomed.missing)
        self._tell_purge(options, doomed, gone)

    def _meant(self, options: dict[str, Any]) -> Selection | list[uuid.UUID]:
        """What shall be deleted."""
        narrowed = choosing.selection(options).narrows
        if options["ids"] and narrowed:
            raise UsageError("Give ids or filters, not both.")
        if options["ids"]:
            return ids(options["ids"])
        if not narrowed:
            raise UsageError(
                "Say which problems: by their ids, or by a filter such as --status retired."
            )
        return choosing.selection(options, statuses=purging.NOT_LIVE)

    def _show_sample(self, doomed: purging.Doomed) -> None:
        for one in dossier.summaries(doomed.sample):
            self.say(f"  {one['id']}  {one['status']:<8}{cell(one['sentence'])}")
        if (more := doomed.problems - len(doomed.sample)) > 0:
            self.say(f"  and {more:,} more")
        self.say(
            f"With them go {counted(doomed.answers, 'answer')}, {counted(doomed.reports, 'report')} and "
            f"{counted(doomed.events, 'entry', 'entries')} of their history."
        )
        if live := doomed.by_status.get(Problem.Status.LIVE):
            self.say(f"{live} of them are live: learners get them now.")

    def _progress(self, total: int) -> Any:
        """Tells how far a purge is, where somebody looks."""

        def tell(done: purging.Purged) -> None:
            self.stderr.write(f"\r{done.problems} of {total} deleted", style_func=str, ending="")
            if done.problems + done.held + done.changed >= total:
                self.stderr.write("", ending="\n")

        return tell if self.stderr.isatty() else None

    def _tell_purge(
        self, options: dict[str, Any], doomed: purging.Doomed, gone: purging.Purged
    ) -> None:
        if options["json"]:
            self.print_json(
                {
                    "found": doomed.by_status,
                    "missing": doomed.missing,
                    "deleted": dict(gone.deleted),
                    "held": gone.held,
                    "changed": gone.changed,
                }
            )
        elif not doomed.problems:
            self.stdout.write("No problem fits: nothing was deleted.")
        elif options["dry_run"]:
            self.stdout.write(f"{_counted(doomed)} would be deleted. Nothing was done.")
        else:
            self.stdout.write(f"{counted(gone.problems, 'problem')} deleted.")
        if gone.held:
            self.say(
                f"{gone.held} were left: somebody is changing or answering them. Run it again."
            )
        if gone.changed:
            self.say(f"{gone.changed} were left: they changed meanwhile, or were gone already.")


def _add_ids(parser: CommandParser, *, optional: bool = False) -> None:
    parser.add_argument(
        "ids",
        nargs="*" if optional else "+",
        metavar="ID",
        help="- reads ids from standard input, one a line",
    )


def _row(one: dict[str, Any]) -> Sequence[object]:
    return (
        one["id"],
        one["status"],
        one["grammatical_focus"],
        ",".join(one["tenses_used"]),
        one["level"],
        one["verb"],
        one["sentence"],
        one["served"],
    )


def _first(found: Iterator[Any], most: int | None) -> Iterator[Any]:
    """The first of them, leaving the next one where it is."""
    number = 0
    while most is None or number < most:
        try:
            yield next(found)
        except StopIteration:
            return
        number += 1


def _counted(doomed: purging.Doomed) -> str:
    parts = ", ".join(f"{number} {status}" for status, number in sorted(doomed.by_status.items()))
    return f"{counted(doomed.problems, 'problem')} ({parts})"
