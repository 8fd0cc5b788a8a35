"""Loading the lexicon: repeatable, minimal, one at a time, and never over a correction."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from verbs import corrections, services
from verbs.french import verb_data
from verbs.french.vocabulary import Auxiliary, Level
from verbs.loading import LoadReport, load
from verbs.models import Verb, VerbOverride

PATIENCE = 30.0


def entries(**changes: dict[str, Any]) -> list[verb_data.VerbEntry]:
    """The lexicon, with changes to the entries of some infinitives."""
    return [replace(one, **changes.get(one.infinitive, {})) for one in verb_data.verbs()]


def row(infinitive: str, **reading: Any) -> Verb:
    return Verb.objects.get(infinitive=infinitive, **reading)


def make_correction(verb: Verb, field: str, value: str) -> VerbOverride:
    return corrections.correct(verb, field=field, value=value, author="bo", reason="better so")


@pytest.mark.django_db
def test_into_an_empty_table_every_reading_comes() -> None:
    Verb.objects.all().delete()
    report = load()
    assert len(report.added) == len(verb_data.verbs()) == Verb.objects.count()
    assert not report.changed
    assert report.unchanged == 0
    going_up = row("monter", auxiliary="être", reflexive=False)
    assert going_up.translation.startswith("to go up")
    assert going_up.past_participle == "monté"
    assert going_up.present_participle == "montant"
    assert going_up.classification == "first_group"
    assert not going_up.can_have_cod
    assert row("monter", auxiliary="avoir").can_have_cod
    assert row("falloir").present_participle is None


@pytest.mark.django_db
def test_again_changes_nothing() -> None:
    before = list(Verb.objects.order_by("id").values())
    report = load()
    assert report == LoadReport(unchanged=len(verb_data.verbs()))
    assert list(Verb.objects.order_by("id").values()) == before


@pytest.mark.django_db
def test_only_the_changed_line_is_written() -> None:
    before = {verb["id"]: verb for verb in Verb.objects.values()}
    report = load(entries(finir={"translation": "to end", "level": Level.B2}))
    assert report.changed == {
        "finir (avoir)": ["translation 'to finish' -> 'to end'", "level 'A1' -> 'B2'"]
    }
    assert report.unchanged == len(before) - 1
    differing = [verb for verb in Verb.objects.values() if verb != before[verb["id"]]]
    assert [(verb["infinitive"], verb["translation"]) for verb in differing] == [
        ("finir", "to end")
    ]
    assert differing[0]["updated_at"] > before[differing[0]["id"]]["updated_at"]
    assert differing[0]["created_at"] == before[differing[0]["id"]]["created_at"]


@pytest.mark.django_db
def test_readings_of_one_verb_are_told_apart() -> None:
    report = load(entries(descendre={"level": Level.B2}))
    assert set(report.changed) == {"descendre (avoir)", "descendre (être)"}


@pytest.mark.django_db
def test_what_is_no_longer_in_the_data_is_kept_and_named() -> None:
    report = load([one for one in verb_data.verbs() if one.infinitive != "finir"])
    assert report.no_longer_in_data == ["finir (avoir)"]
    assert row("finir").translation == "to finish"


@pytest.mark.django_db
def test_a_correction_survives() -> None:
    finir = row("finir")
    make_correction(finir, "translation", "to be done")
    make_correction(finir, "present.1s", "finisse")
    report = load()
    assert not report.changed
    report = load(entries(finir={"translation": "to end", "level": Level.B2}))
    assert report.changed == {"finir (avoir)": ["level 'A1' -> 'B2'"]}
    finir.refresh_from_db()
    assert (finir.translation, finir.level) == ("to be done", "B2")
    assert services.conjugations(finir)[0]["first_person_singular"] == "finisse"


def in_threads(*targets: Callable[[], Any]) -> list[Any]:
    """The results of functions that run at the same time, each with a connection of its own."""

    def run(target: Callable[[], Any]) -> Any:
        try:
            return target()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(targets)) as pool:
        running = [pool.submit(run, target) for target in targets]
        return [one.result(PATIENCE) for one in running]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("loaded_verbs")
def test_two_loads_at_once_come_one_after_the_other() -> None:
    Verb.objects.all().delete()
    both = threading.Barrier(2)

    def load_together() -> LoadReport:
        both.wait(PATIENCE)
        return load()

    reports = in_threads(load_together, load_together)
    total = len(verb_data.verbs())
    assert sorted((len(one.added), one.unchanged) for one in reports) == [(0, total), (total, 0)]
    assert Verb.objects.count() == total


def someone_waits_for_the_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database d ON d.oid = database"
            " WHERE locktype = 'advisory' AND NOT granted AND d.datname = current_database())"
        )
        found: bool = cursor.fetchone()[0]
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("loaded_verbs")
def test_a_load_waits_for_a_correction_that_is_being_made() -> None:
    corrected = threading.Event()

    def correct_slowly() -> None:
        with transaction.atomic():
            make_correction(row("finir"), "translation", "to be done")
            corrected.set()
            end = time.monotonic() + PATIENCE
            while not someone_waits_for_the_lock():
                assert time.monotonic() < end
                time.sleep(0.01)

    def load_meanwhile() -> LoadReport:
        assert corrected.wait(PATIENCE)
        return load(entries(finir={"translation": "to end"}))

    _, report = in_threads(correct_slowly, load_meanwhile)
    assert report.changed == {}
    assert row("finir").translation == "to be done"


@pytest.mark.django_db
def test_the_command_says_what_it_did() -> None:
    Verb.objects.filter(infinitive="finir").update(translation="to fnish")
    Verb.objects.filter(infinitive="parler", reflexive=False).delete()
    said = StringIO()
    call_command("load_verbs", stdout=said)
    assert said.getvalue().splitlines() == [
        f"Verbs: 1 added, 1 changed, {len(verb_data.verbs()) - 2} unchanged, "
        "0 no longer in the data (kept)",
        "  finir (avoir): translation 'to fnish' -> 'to finish'",
    ]


@pytest.mark.django_db
def test_a_broken_file_stops_the_command_with_its_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "verbs.tsv"
    header = "\t".join(verb_data.COLUMNS)
    file.write_text(f"{header}\nfinir\t0\tavoir\tto finish\tC9\t1\t1\t0\t-\tnone\n")
    monkeypatch.setattr(verb_data, "VERBS_FILE", file)
    verb_data.verbs.cache_clear()
    try:
        with pytest.raises(CommandError, match=r"verbs\.tsv:2: level must be one of A1"):
            call_command("load_verbs")
    finally:
        monkeypatch.undo()
        verb_data.verbs.cache_clear()
    assert row("finir").level == "A1"
    assert row("aller").auxiliary == Auxiliary.ETRE


@pytest.mark.django_db
def test_a_correction_that_cannot_hold_stops_the_command_with_its_name() -> None:
    """As after an upgrade that knows other words; and it can still be withdrawn beside another one."""
    verb = row("finir")
    bad = [
        VerbOverride.objects.create(verb=verb, field=field, value=value, author="bo", reason="so")
        for field, value in (("level", "Z9"), ("frequency_rank", "first"))
    ]
    with pytest.raises(CommandError, match=r"finir \(avoir\): the correction of .* cannot hold: "):
        call_command("load_verbs")
    for one in bad:
        corrections.withdraw(one, by="bo")
    call_command("load_verbs", verbosity=0)
    assert row("finir").level == "A1"
