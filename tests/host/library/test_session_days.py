"""Another desk's time zone, midnight, summer time: to which session a run belongs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from dated_rig import CODE, Desk


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the desk's time zone."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system's time zone cannot be set from here")

    def put(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield put
    monkeypatch.undo()
    time.tzset()


def utc_s(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def days_of(desk: Desk) -> list[str]:
    return [session.day for session in desk.library.sessions.of(CODE)]


def test_one_session_on_both_sides_of_midnight(desk: Desk, zone: Callable[[str], None]) -> None:
    zone("Europe/Berlin")
    desk.file(1, utc_s("2026-11-20 22:30"))
    desk.file(2, utc_s("2026-11-20 23:10"))  # ten past midnight there
    assert days_of(desk) == ["2026-11-20"]


@pytest.mark.parametrize("moved", ["America/New_York", "Asia/Tokyo", "Pacific/Kiritimati"])
def test_a_library_that_moves_keeps_its_sessions(
    desk: Desk, zone: Callable[[str], None], moved: str
) -> None:
    zone("Europe/Berlin")
    first = desk.file(1, utc_s("2026-11-20 22:30"))
    zone(moved)
    second = desk.file(2, utc_s("2026-11-20 22:50"))
    assert days_of(desk) == ["2026-11-20"] and first.run.session_id == second.run.session_id
    (point,) = desk.library.chart(CODE).points
    assert point.runs == 2 and point.day == "2026-11-20"
    assert desk.library.overview()[0].points[0].day == "2026-11-20"


@pytest.mark.parametrize("moved", ["Asia/Tokyo", "America/New_York"])
def test_morning_and_evening_stay_one_day(
    desk: Desk, zone: Callable[[str], None], moved: str
) -> None:
    """By the clocks of the other desk the evening, or the morning, is another day."""
    zone("Europe/Berlin")
    desk.file(1, utc_s("2026-11-20 02:10"))
    zone(moved)
    desk.file(2, utc_s("2026-11-20 20:00"))
    assert days_of(desk) == ["2026-11-20"]
    desk.file(3, utc_s("2026-11-21 12:00"))
    assert days_of(desk) == ["2026-11-20", "2026-11-21"]


def test_a_session_of_an_older_library_keeps_its_day(
    desk: Desk, zone: Callable[[str], None]
) -> None:
    zone("Europe/Berlin")
    desk.file(1, utc_s("2026-11-20 08:00"))
    database = desk.library.place.folder / "library.db"
    with closing(sqlite3.connect(database)) as db:
        db.execute("UPDATE sessions SET utc_offset_s = NULL")
        db.commit()
    desk.file(2, utc_s("2026-11-20 18:00"))
    assert days_of(desk) == ["2026-11-20"]


def test_a_run_that_is_moved_keeps_its_day(desk: Desk, zone: Callable[[str], None]) -> None:
    zone("Europe/Berlin")
    filing = desk.file(1, utc_s("2026-11-20 22:30"))
    desk.library.patients.add("K-015")
    zone("Asia/Tokyo")
    desk.library.runs.move(filing.run.id, "K-015")
    assert [session.day for session in desk.library.sessions.of("K-015")] == ["2026-11-20"]
    assert days_of(desk) == []


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])  # of 23 and of 25 hours
def test_summer_time_makes_no_second_session(
    desk: Desk, zone: Callable[[str], None], day: str
) -> None:
    zone("Europe/Berlin")
    for number, hour in enumerate(("00:10", "00:50", "01:20", "20:00"), 1):
        desk.file(number, utc_s(f"{day} {hour}"))
    assert days_of(desk) == [day]


def test_two_days_are_two_sessions(desk: Desk, zone: Callable[[str], None]) -> None:
    zone("Europe/Berlin")
    desk.file(1, utc_s("2026-11-20 20:00"))
    desk.file(2, utc_s("2026-11-21 07:00"))
    assert days_of(desk) == ["2026-11-20", "2026-11-21"]
