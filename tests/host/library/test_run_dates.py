"""A clip with a wrong time: which dates of runs are accepted."""

from __future__ import annotations

import pytest
from cli_rig import typed
from dated_rig import BEGIN_S, CODE, KEPT, WEEK_S, YEAR_S, Desk
from leancore.coaching.session_plan import UNMEASURED
from leancue.clinic import clip_words, fetched_runs
from leancue.clip.answers import RunEntry
from leancue.commands.library_runs import filing_words
from leancue.library.run_dating import Dated, out_of_order
from leancue.runs.trend import DAY_S
from library_rig import UID


@pytest.mark.parametrize("baseline_cdeg", [600, UNMEASURED])
def test_a_run_before_its_own_prescription_is_doubted(desk: Desk, baseline_cdeg: int) -> None:
    desk.send({"baseline_cdeg": baseline_cdeg})
    desk.now_s += DAY_S
    filing = desk.file(1, BEGIN_S - YEAR_S)
    run = filing.run
    assert run.patient == CODE and run.began_s is None
    assert run.doubted_s == run.logged_s == BEGIN_S - YEAR_S and run.when_s == desk.now_s
    assert "doubtful" in run.doubt and run.doubt in filing_words(filing)
    assert desk.due() == 1, "the plan did not begin a year ago"
    (summary,) = desk.library.overview()
    assert "date" in [flag.key for flag in summary.flags]
    desk.library.options.set("retention_days", 100)
    assert desk.library.overdue() == 0, "its raw samples are not a year old"


def test_a_date_that_the_prescription_allows_is_believed(desk: Desk) -> None:
    desk.send(KEPT)
    for number, wall_s in enumerate((BEGIN_S - 6 * DAY_S, BEGIN_S + 60), 1):
        run = desk.file(number, wall_s).run
        assert run.began_s == wall_s and run.doubted_s is None and run.doubt == ""
    assert not [flag for flag in desk.library.overview()[0].flags if flag.key == "date"]


def test_another_prescription_says_nothing_of_a_run(desk: Desk) -> None:
    desk.send({"baseline_cdeg": 610})
    assert desk.file(1, BEGIN_S - YEAR_S).run.began_s == BEGIN_S - YEAR_S


def test_a_prescription_that_was_only_typed_here_says_nothing(desk: Desk) -> None:
    """The clip had it from another desk; then its runs come into a new library."""
    desk.library.prescriptions.add(CODE, KEPT, "test")
    for number, days_ago in ((1, 40), (2, 38), (3, 36)):
        wall_s = BEGIN_S - days_ago * DAY_S
        assert desk.file(number, wall_s).run.began_s == wall_s


def test_nor_does_one_that_another_clip_got(desk: Desk) -> None:
    made = desk.library.prescriptions.add(CODE, KEPT, "test")
    desk.library.prescriptions.sent(made.id, "51C0DE00000000FF")
    assert desk.file(1, BEGIN_S - YEAR_S).run.began_s == BEGIN_S - YEAR_S


def test_a_prescription_made_after_the_run_came_says_nothing(desk: Desk) -> None:
    desk.now_s += WEEK_S * 4
    desk.send(KEPT)  # by a clock that was ahead
    desk.now_s = BEGIN_S
    assert desk.file(1, BEGIN_S - DAY_S).run.began_s == BEGIN_S - DAY_S


def test_a_library_younger_than_the_treatment_cannot_tell(desk: Desk) -> None:
    desk.file(1, BEGIN_S - YEAR_S)
    desk.send(KEPT)
    wall_s = BEGIN_S - YEAR_S + 2 * DAY_S
    assert desk.file(2, wall_s).run.began_s == wall_s


def test_a_run_that_its_neighbours_contradict_is_doubted(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.now_s += 2 * DAY_S
        desk.file(number, desk.now_s - 3600)
    desk.now_s += 2 * DAY_S
    due = desk.due()
    assert desk.file(4, BEGIN_S - YEAR_S).run.doubted_s == BEGIN_S - YEAR_S
    assert desk.due() == due
    assert desk.file(5, desk.now_s - 60).run.began_s == desk.now_s - 60


def test_the_clips_later_owner_is_not_that_of_a_wrong_date(desk: Desk) -> None:
    """By its date the run would be another patient's, who had the clip then."""
    desk.library.patients.add("K-015")
    desk.file(1, BEGIN_S - 20 * DAY_S, patient="K-015")
    desk.library.devices.give(UID, CODE)
    assert desk.file(2, BEGIN_S + 60).outcome == "filed"
    filing = desk.file(3, BEGIN_S - 18 * DAY_S)
    assert filing.outcome == "filed" and filing.run.doubted_s


def test_runs_that_come_later_cast_doubt_on_an_earlier_one(desk: Desk) -> None:
    wrong = desk.file(2, BEGIN_S - YEAR_S)
    assert wrong.run.doubted_s is None, "nothing contradicts it yet"
    assert desk.library.sessions.of(CODE)[0].day
    desk.file(1, BEGIN_S - 3 * DAY_S)
    run = desk.library.runs.get(wrong.run.id)
    assert run.began_s is None and run.doubted_s == BEGIN_S - YEAR_S
    assert sorted(session.day == "" for session in desk.library.sessions.of(CODE)) == [False, True]
    assert desk.due() == 2


def test_a_doubtful_run_is_known_again_on_its_clip(desk: Desk) -> None:
    desk.send(KEPT)
    desk.file(1, BEGIN_S - YEAR_S)
    assert desk.file(1, BEGIN_S - YEAR_S).outcome == "already"
    hello = type("Hello", (), {"uid": UID, "patient": CODE})
    known = fetched_runs.known_runs(desk.library, hello)  # type: ignore[arg-type]
    assert fetched_runs.is_here(RunEntry(1, 3, BEGIN_S - YEAR_S, 14, 1), known)


def test_lists_tell_of_a_doubtful_date(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.send(KEPT)
    desk.file(1, BEGIN_S - YEAR_S)
    desk.file(2, BEGIN_S - YEAR_S, patient="K-999")
    monkeypatch.setenv("LEANCUE_LIBRARY", str(desk.library.place.folder))
    leancue = typed(monkeypatch, capsys)
    answer = leancue("library", "runs")
    assert "time unknown" in answer.out and "1: The log dates it" in answer.err
    desk.library.patients.add("K-999")
    desk.send(KEPT, "K-999")
    desk.library.devices.give(UID, CODE)
    assert desk.file(3, BEGIN_S - YEAR_S, patient="K-999").outcome == "questioned"
    assert "The log dates it" in leancue("library", "inbox").out


def test_the_page_counts_doubtful_dates(desk: Desk) -> None:
    desk.send(KEPT)
    good, bad = desk.file(1, BEGIN_S), desk.file(2, BEGIN_S - YEAR_S)
    pulled = type("Pulled", (), {"filings": (good, bad), "here": 0, "missing_pages": 0})
    said = clip_words.pulled_words(pulled, None)  # type: ignore[arg-type]
    assert "the date of 1 run is doubtful" in said
    pulled.filings = (good,)  # type: ignore[attr-defined]
    assert "doubtful" not in clip_words.pulled_words(pulled, None)  # type: ignore[arg-type]


def dated(number: int, day: int, filed: int = 400) -> Dated:
    return Dated(number, DAY_S * filed, DAY_S * day, number)


@pytest.mark.parametrize(
    ("known", "new", "doubtful"),
    [
        ([], dated(1, 100), set()),
        ([dated(1, 100)], dated(2, 101), set()),
        ([dated(1, 100)], dated(2, 93), set()),  # off by a week
        ([dated(1, 100)], dated(2, 92), {2}),
        ([dated(2, 92)], dated(1, 100), {2}),
        ([dated(2, 92), dated(3, 91), dated(4, 101)], dated(1, 100), {2, 3}),
        ([dated(2, 92), dated(1, 110)], dated(3, 100), {3}),
        ([dated(1, 402)], dated(2, 390), set()),  # dated after it was filed
        ([dated(1, 401)], dated(2, 390), {2}),
        ([dated(2, 390)], dated(1, 402), set()),
    ],
)
def test_of_two_dates_the_earlier_is_doubted(
    known: list[Dated], new: Dated, doubtful: set[int]
) -> None:
    assert out_of_order(new, known) == doubtful
    assert out_of_order(new, known[::-1]) == doubtful


def test_a_clip_that_began_anew_says_nothing() -> None:
    assert not out_of_order(dated(1, 300), [dated(1, 100, 101), dated(2, 102, 103)])
    assert not out_of_order(dated(1, 300), [dated(2, 102, 398), dated(3, 104, 398)])
    assert out_of_order(dated(1, 300), [dated(2, 102, 399)]) == {2}
