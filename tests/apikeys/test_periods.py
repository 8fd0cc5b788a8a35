"""The use of keys over time, what is worth a warning, and where the parts of a chart stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apikeys import attention, charts, periods, services, statistics
from apikeys.models import ApiKey
from apikeys.periods import Period
from apikeys.tally import Tally

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def hour_before(hours: int) -> datetime:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return now - timedelta(hours=hours)


@pytest.mark.django_db
def test_hours_without_a_request_stand_there_too() -> None:
    (_, duo), (_, trio) = services.issue(name="duo"), services.issue(name="trio")
    statistics.record_usage(
        {
            (duo.id, hour_before(1)): Tally(5, 2, 1, 3),
            (duo.id, hour_before(60)): Tally(7),
            (trio.id, hour_before(23)): Tally(1),
            (trio.id, hour_before(24)): Tally(100),
        }
    )
    with CaptureQueriesContext(connection) as queries:
        found = periods.last_hours_of([duo.id, trio.id])
    assert len(queries) == 1
    assert [len(hours) for hours in found.values()] == [24, 24]
    last = found[duo.id][-2]
    assert (last.well, last.errors, last.refused, last.throttled, last.total) == (3, 2, 1, 3, 9)
    assert periods.total(found[duo.id]).total == 9
    assert [hour.requests for hour in found[trio.id]] == [1, *[0] * 23]
    assert len(periods.last_hours(duo.id)) == 48


@pytest.mark.django_db
def test_days_are_summed_up() -> None:
    _, duo = services.issue(name="duo")
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    statistics.record_usage(
        {
            (duo.id, noon - timedelta(days=3)): Tally(5, 2, 1, 3),
            (duo.id, noon - timedelta(days=3, hours=3)): Tally(4, 1, 1, 1),
            (duo.id, noon - timedelta(days=31)): Tally(9),
        }
    )
    days = periods.last_days(duo.id)
    assert len(days) == 30
    assert days[-1].start == noon.replace(hour=0)
    day = days[-4]
    assert (day.requests, day.errors, day.refused, day.throttled) == (9, 3, 2, 4)
    assert periods.total(days).total == 15


@pytest.mark.django_db
def test_what_needs_attention_is_found_and_told() -> None:
    now = timezone.now()
    for name in ("new", "soon", "rotated", "idle", "never", "expired", "revoked", "later"):
        services.issue(name=name)
    keys = {key.name: key for key in ApiKey.objects.all()}
    long_ago = now - timedelta(days=100)
    services.rotate(keys["rotated"], grace_seconds=7200)
    services.revoke(keys["revoked"])
    for name, values in {
        "soon": {"expires_at": now + timedelta(days=5, hours=1)},
        "later": {"expires_at": now + timedelta(days=50)},
        "idle": {"last_used_at": long_ago, "created_at": long_ago},
        "never": {"created_at": long_ago},
        "expired": {"expires_at": long_ago},
    }.items():
        ApiKey.objects.filter(name=name).update(**values)
    told = {
        key.name: [notice.text for notice in attention.notices(key, now)]
        for key in ApiKey.objects.all()
    }
    assert told == {
        "new": [],
        "later": [],
        "expired": [],
        "revoked": [],
        "soon": ["Expires in 5 days"],
        "rotated": ["Old key still works, for 2 hours"],
        "idle": ["Unused for 90 days"],
        "never": ["Never used"],
    }
    found = ApiKey.objects.in_state("attention").values_list("name", flat=True)
    assert set(found) == {name for name, texts in told.items() if texts}
    assert ApiKey.objects.count_by_state() == {
        "active": 6,
        "attention": 4,
        "expired": 1,
        "revoked": 1,
        "all": 8,
    }


def test_what_was_not_let_in_is_told() -> None:
    key = ApiKey(name="duo", created_at=NOON, is_active=False)
    hours = [Period(NOON, 5, 1, refused=2), Period(NOON, 1, throttled=3)]
    texts = [notice.text for notice in attention.notices(key, NOON, hours)]
    assert texts == ["3 throttled in 24 h", "2 refused in 24 h"]


def test_the_parts_of_a_bar_stand_on_each_other() -> None:
    chart = charts.stacked(
        [Period(NOON, 60, 20, refused=10, throttled=30), Period(NOON)], label_every=1
    )
    full, empty = chart.bars
    assert [part.kind for part in full.parts] == ["well", "errors", "refused", "throttled"]
    for below, above in zip(full.parts, full.parts[1:], strict=False):
        assert above.y + above.height == pytest.approx(below.y, abs=0.2)
    assert full.parts[0].y + full.parts[0].height == pytest.approx(chart.ground, abs=0.2)
    assert empty.parts == ()
    assert [line.number for line in chart.lines] == [0, 50, 100]
    assert full.parts[-1].y == pytest.approx(chart.lines[-1].y, abs=0.1)
    assert full.x >= chart.left
    assert empty.x + empty.width <= chart.width


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (1, 2), (3, 4), (5, 10), (7, 10), (11, 20), (41, 50), (999, 1000)]
)
def test_the_scale_ends_at_a_number_that_is_easily_read(most: int, top: int) -> None:
    chart = charts.stacked([Period(NOON, most)], label_every=1)
    assert [line.number for line in chart.lines] == [0, top // 2, top]


def test_a_spark_line_shows_the_busiest_hour_highest() -> None:
    spark = charts.spark([Period(NOON), Period(NOON, 5), Period(NOON, 10)])
    assert [height for _, _, height in spark.bars] == [1.0, 11.5, 23.0]
    assert {round(y + height, 1) for _, y, height in spark.bars} == {spark.height}
    assert charts.spark([Period(NOON)]).bars[0][2] == 1.0
