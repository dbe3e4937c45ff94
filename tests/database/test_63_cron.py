"""Cron expressions: when the next time is, compared with a library that follows Debian's cron."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim, CronSimError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.database.world import World

BERLIN = ZoneInfo("Europe/Berlin")


def _next(world: World, cron: str, timezone: str, after: datetime) -> datetime | None:
    said: datetime | None = world.session.value(
        "select private.next_cron_time(%s, %s, %s)", cron, timezone, after
    )
    return said


def _times(world: World, cron: str, after: datetime, count: int) -> list[str]:
    """The next times in Berlin, as its clocks show them."""
    times = []
    for _ in range(count):
        found = _next(world, cron, "Europe/Berlin", after)
        assert found is not None
        times.append(found.astimezone(BERLIN).strftime("%d. %H:%M %Z"))
        after = found
    return times


def _field(least: int, most: int) -> st.SearchStrategy[str]:
    number = st.integers(least, most)
    # The library takes 3-3/1 for 3/1.
    pairs = st.tuples(number, number).filter(lambda pair: pair[0] < pair[1])
    span = pairs.map(lambda pair: f"{pair[0]}-{pair[1]}")
    # One that is larger than the field means its first number, there as here.
    step = st.integers(1, 99)
    part = st.one_of(
        number.map(str),
        span,
        st.tuples(span, step).map(lambda pair: f"{pair[0]}/{pair[1]}"),
        step.map(lambda every: f"*/{every}"),
    )
    return st.one_of(st.just("*"), st.lists(part, min_size=1, max_size=3).map(",".join))


CRONS = st.tuples(_field(0, 59), _field(0, 23), _field(1, 31), _field(1, 12), _field(0, 7)).map(" ".join)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cron=CRONS, after=MOMENTS)
def test_any_expression_means_what_cron_says(world: World, cron: str, after: datetime) -> None:
    """The next time after any moment; none for a day that no month has."""
    try:
        expected = next(CronSim(cron, after), None)
    except CronSimError:
        expected = None
    assert _next(world, cron, "UTC", after) == expected


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 3 29 2 *", datetime(2028, 2, 29, 3, tzinfo=UTC)),
        ("0 3 13 * fri", datetime(2026, 11, 27, 3, tzinfo=UTC)),
        ("30 6 * DEC mon-fri", datetime(2026, 12, 1, 6, 30, tzinfo=UTC)),
        ("0 0 * * 7", datetime(2026, 11, 22, tzinfo=UTC)),
        ("0 22/1 * * *", datetime(2026, 11, 21, 22, tzinfo=UTC)),
        ("0 3 30 2 *", None),
    ],
)
def test_what_people_write_is_understood(world: World, cron: str, expected: datetime | None) -> None:
    """Names, Sunday as 7, either day where both are said, leap days."""
    assert _next(world, cron, "UTC", datetime(2026, 11, 21, 12, tzinfo=UTC)) == expected


def test_a_time_is_that_of_the_clocks_in_its_zone(world: World) -> None:
    """Summer and winter."""
    assert _next(world, "0 3 * * *", "Asia/Kolkata", datetime(2026, 1, 1, tzinfo=UTC)) == datetime(
        2026, 1, 1, 21, 30, tzinfo=UTC
    )
    assert _times(world, "0 3 * * *", datetime(2026, 3, 27, 12, tzinfo=UTC), 3) == [
        "28. 03:00 CET",
        "29. 03:00 CEST",
        "30. 03:00 CEST",
    ]


def test_a_time_that_the_clock_leaves_out_comes_an_hour_later(world: World) -> None:
    """On the night when it is put forward; what comes every half hour has no gap and comes once."""
    before = datetime(2026, 3, 29, 0, 10, tzinfo=UTC)
    assert _times(world, "30 2 * * *", before, 2) == ["29. 03:30 CEST", "30. 02:30 CEST"]
    assert _times(world, "*/30 * * * *", before, 3) == ["29. 01:30 CET", "29. 03:00 CEST", "29. 03:30 CEST"]


def test_a_time_that_the_clock_shows_twice_comes_once(world: World) -> None:
    """On the night when it is put back; what comes in every hour comes in both."""
    before = datetime(2026, 10, 24, 23, 50, tzinfo=UTC)
    assert _times(world, "30 2 * * *", before, 2) == ["25. 02:30 CET", "26. 02:30 CET"]
    assert _times(world, "30 * * * *", before, 3) == ["25. 02:30 CEST", "25. 02:30 CET", "25. 03:30 CET"]
