"""What the pages are drawn and judged by, without a browser: drafts, figure, plan, zoom."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from clinic_rig import served  # noqa: F401 (skips where nicegui is absent)
from host_runs import logged, runner
from leancore.coaching import prescription
from leancore.coaching.session_plan import UNMEASURED
from leancue.basis.errors import DeviceGone, LeanCueError, NoDevice
from leancue.clinic import plan_bars, posture_figure, prescription_form
from leancue.clinic.page_frame import in_words
from leancue.clinic.sparkline import sparkline
from leancue.clinic.zoom_chart import LEAST_S, Window, ZoomedChart
from leancue.report.run_chart import LEFT, RIGHT, Chart
from leancue.runs.run_view import RunView, of_run
from leancue.runs.runlog import runs_of


def draft(**changes: Any) -> prescription_form.PrescriptionForm:
    return prescription_form.draft_of(prescription.checked({"baseline_cdeg": 620, **changes}))


@pytest.mark.parametrize("own", [620, UNMEASURED, -250])
def test_what_is_shown_is_read_back_the_same(own: int) -> None:
    values = prescription.checked({"patient": "K-1", "baseline_cdeg": own, "gain_permille": 1250})
    assert prescription_form.read(prescription_form.draft_of(values), "K-1").values == values


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("offset_low_cdeg", "", "missing"),
        ("offset_low_cdeg", "seven", "no number"),
        ("offset_low_cdeg", "NaN", "Out of range: −5 to 20°"),
        ("gain_permille", "1e999999", "Out of range: 0.3 to 3"),
        ("gain_permille", "-1e999999", "Out of range: 0.3 to 3"),
        ("offset_high_cdeg", "90", "Out of range: −3 to 25°"),
        ("cap_offset_cdeg", "14.123", "steps of 0.01"),
        ("gain_permille", "0", "Out of range: 0.3 to 3"),
        ("sessions", "13", "Out of range: 1 to 12"),
        ("ramp_sessions", "1.5", "steps of 1"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(name: str, text: str, words: str) -> None:
    typed = draft()
    typed.texts[name] = text
    found = prescription_form.read(typed, "K-1")
    assert found.values is None and words in found.problems[name]


def test_all_that_is_wrong_is_said_at_once() -> None:
    typed = draft()
    typed.texts["baseline_cdeg"] = "x"
    typed.minutes[2], typed.feedback_percent[7] = "0", "101"
    assert set(prescription_form.read(typed, "K-1").problems) == {
        "baseline_cdeg", ("minutes", 2), ("feedback_percent", 7)
    }  # fmt: skip


def test_a_comma_and_a_true_minus_are_numbers() -> None:
    typed = draft()
    typed.texts["offset_low_cdeg"], typed.texts["baseline_cdeg"] = "7,5", "−1.5"
    values = prescription_form.read(typed, "K-1").values
    assert values and (values["offset_low_cdeg"], values["baseline_cdeg"]) == (750, -150)


@pytest.mark.parametrize(
    ("low", "high", "cap", "words"),
    [("10", "8", "14", "inverted"), ("7", "10", "10", "cap (10°) must be above the band")],
)
def test_band_and_cap_must_fit_each_other(low: str, high: str, cap: str, words: str) -> None:
    typed = draft()
    names = ("offset_low_cdeg", "offset_high_cdeg", "cap_offset_cdeg")
    typed.texts.update(zip(names, (low, high, cap), strict=True))
    assert words in prescription_form.read(typed, "K-1").problems[""]


def test_the_default_warns_of_nothing() -> None:
    assert prescription_form.warnings(prescription.default()) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"offset_high_cdeg": 850}, "narrower than the error of the method"),
        ({"cap_offset_cdeg": 1050}, "The cap is 0.5° above the band"),
        ({"ramp_sessions": 1}, "The ramp is steep"),
        ({"minutes": [15, 17, 30, 30, 30, 30, 30, 30]}, "Session 3 is 13 min longer"),
        ({"feedback_percent": [100] * 8}, "Cues never fade"),
        ({"feedback_percent": [100, 100, 50, 75, 50, 50, 25, 10]}, "Session 4 has more cues"),
    ],
)
def test_each_warning(changes: dict[str, Any], words: str) -> None:
    found = prescription_form.warnings(prescription.checked(changes))
    assert len(found) == 1 and words in found[0]


def test_a_longer_plan_goes_on_as_it_ended() -> None:
    typed = draft()
    typed.resized(10)
    assert typed.minutes[7:] == ["30", "30", "30"] and len(typed.feedback_percent) == 10
    typed.resized(2)
    assert typed.minutes == ["15", "17"]


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
