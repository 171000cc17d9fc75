"""What the pages are drawn and judged by, without a browser: drafts, figure, plan, zoom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from clinic_rig import served  # noqa: F401 (skips where nicegui is absent)
from host_runs import logged, runner
from leancore.coaching import prescription
from leancue.basis.errors import DeviceGone, LeanCueError, NoDevice
from leancue.clinic import plan_bars, posture_figure
from leancue.clinic.page_frame import in_words
from leancue.clinic.sparkline import sparkline
from leancue.clinic.zoom_chart import LEAST_S, Window, ZoomedChart
from leancue.language.words import speaking
from leancue.library import Library
from leancue.report.run_chart import LEFT, RIGHT, Chart
from leancue.runs.run_figures import line_ms
from leancue.runs.run_view import RunView, of_run
from leancue.runs.runlog import runs_of
from leancue.runs.spans import clock


def turned_deg(picture: str) -> float:
    found = re.search(r"rotate\((-?[\d.]+)\)", picture)
    assert found
    return float(found[1])


def test_the_trunk_leans_as_prescribed() -> None:
    values = prescription.checked({"baseline_cdeg": 620})
    picture = posture_figure.draw(posture_figure.posture(values))
    assert turned_deg(picture) == pytest.approx(14.7)
    assert "band from 13.2°" in picture and "cap 20.2°" in picture and "own lean 6.2°" in picture
    more = prescription.checked({"baseline_cdeg": 820})
    assert turned_deg(posture_figure.draw(posture_figure.posture(more))) == pytest.approx(16.7)


def test_without_an_own_lean_angles_are_told_from_it_on() -> None:
    picture = posture_figure.draw(posture_figure.posture(prescription.default()))
    assert "band from +7.0°" in picture and "own lean" not in picture


def test_a_bar_is_filled_as_far_as_there_are_cues() -> None:
    picture = plan_bars.draw([10, 20], [100, 25])
    heights = [float(high) for high in re.findall(r'height="([\d.]+)" fill="(?:#|url)', picture)]
    (whole_1, cued_1, whole_2, cued_2) = heights
    assert whole_2 == pytest.approx(2 * whole_1) and cued_1 == pytest.approx(whole_1)
    assert cued_2 == pytest.approx(whole_2 / 4, abs=0.1)


@pytest.fixture(scope="module")
def view() -> RunView:
    (run,) = runs_of(b"".join(logged(runner(run_s=90.0, drop_deg=5.0))))
    return of_run(run)


def test_a_part_of_a_run_keeps_the_scales_and_shows_only_itself(view: RunView) -> None:
    whole = Chart(view)
    part = ZoomedChart(whole, Window(30.0, 60.0))
    assert part.degrees == whole.degrees and part.spm == whole.spm
    rows = part.hover()
    assert rows and all(30.0 <= row[2] <= 60.0 and LEFT <= row[0] <= RIGHT for row in rows)
    assert len(rows) > sum(1 for row in whole.hover() if 30.0 <= row[2] <= 60.0) * 0.9
    assert part.picture().startswith("<svg")


def test_a_window_stays_within_the_run() -> None:
    whole = Window(0.0, 100.0)
    assert whole.scaled(2.0, 100.0) == whole
    assert whole.scaled(0.5, 100.0) == Window(25.0, 75.0)
    assert Window(0.0, 20.0).moved(-1.0, 100.0) == Window(0.0, 20.0)
    assert Window(70.0, 90.0).moved(1.0, 100.0) == Window(80.0, 100.0)
    small = whole.scaled(0.001, 100.0)
    assert small.end_s - small.begin_s == LEAST_S


def test_no_line_without_sessions() -> None:
    assert "polyline" not in sparkline([])


def test_errors_tell_what_to_press_not_what_to_type() -> None:
    for kind in (NoDevice, DeviceGone):
        words = in_words(kind("It is gone.", "A cable.", "Type `leancue devices`."))
        assert "press Find" in words and "leancue " not in words
    assert in_words(LeanCueError("What.", way_out="Choose another.")) == "What. Choose another."


def test_nothing_of_the_page_is_fetched_from_elsewhere() -> None:
    static = Path(posture_figure.__file__).parent / "static"
    for file in static.iterdir():
        assert "http" not in file.read_text("utf-8").replace("http://www.w3.org", ""), file.name


def test_a_long_run_is_drawn_smoother_and_its_parts_as_ever() -> None:
    assert [line_ms(minutes * 60_000) for minutes in (1, 30, 60, 180)] == [
        5000,
        5000,
        10_000,
        30_000,
    ]
    assert clock(3_599_000) == "59:59 min" and clock(10_205_000) == "2:50:05 h"


def test_what_goes_wrong_is_told_in_the_page_s_language(tmp_path: Path) -> None:
    with Library(tmp_path / "library") as library, speaking("de"):
        library.patients.add("K-1")
        for wrong, words in (
            (lambda: library.patients.add("K-1"), "Es gibt schon einen Patienten K-1."),
            (lambda: library.patients.get("K-2"), "Die Bibliothek hat keinen Patienten K-2."),
            (lambda: library.notes.add("K-1", " "), "Eine Notiz von 0 Zeichen"),
            (lambda: library.runs.get(9), "Die Bibliothek hat keinen Lauf 9."),
        ):
            with pytest.raises(LeanCueError) as told:
                wrong()
            said = in_words(told.value)
            assert said.startswith(words) and "library" not in said
