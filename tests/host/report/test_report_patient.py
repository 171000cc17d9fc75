"""The page of a patient, from the library: the answer first, the trend, what was prescribed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from leancue import cli, report
from leancue.library import Library
from leancue.report import pdf_page, trend_chart
from leancue.report.html_page import as_html
from leancue.report.patient_sheet import patient_sheet
from leancue.report.sheet import Sheet
from leancue.runs import pace
from leancue.runs.measurement_error import METHOD_ERROR

from tools.check_wording import EVERYWHERE, IN_REPORTS, forbidden

ERROR = f"±\u00a0{METHOD_ERROR.own_deg}°"
NOW_S = 1_795_000_000


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("library"), clock=lambda: NOW_S) as opened:
        opened.add_example()
        opened.notes.add("EXAMPLE", "Ran on *sand* this time. " + "Long. " * 60)
        opened.patients.add("NEW-1")
        yield opened


@pytest.fixture(scope="module")
def sheet(library: Library) -> Sheet:
    return report.patient_sheet_of("EXAMPLE", library)


def test_the_answer_comes_first_and_says_its_error(sheet: Sheet, library: Library) -> None:
    way = library.chart("EXAMPLE").progress
    assert sheet.headline.startswith(f"{way.done} of {way.planned} sessions done. The last time: ")
    assert "% with cues and" in sheet.headline and ERROR in sheet.headline
    assert "at the lower back" in sheet.asked and f"Session {way.done + 1} of 8" in sheet.asked


def test_every_session_is_drawn_with_its_figures(sheet: Sheet, library: Library) -> None:
    points = library.chart("EXAMPLE").points
    (chart,) = sheet.charts
    for point in points:
        if point.mean_lean_deg is not None:
            name = f"session {trend_chart.name_of(point)}, {trend_chart.day_of(point)}: "
            assert f"<title>{name}{point.mean_lean_deg:.1f}° mean lean</title>" in chart
    retained = [p for p in points if p.in_band_without_cues is not None]
    assert 0 < chart.count(" without cues</title>") == len(retained)
    assert "not known" not in chart


def test_every_lean_stands_with_its_error(sheet: Sheet) -> None:
    assert all(card.unit == ERROR for card in sheet.cards if card.name in ("Mean lean",))
    for card in sheet.cards:
        for lean in re.finditer(r"(?<!±\u00a0)\d\.\d°", card.remark):
            assert card.remark[lean.end() :].startswith(f"\u00a0{ERROR}")
    assert f"relative to standing, {ERROR}" in sheet.charts[0]


def test_prescriptions_notes_and_faults_are_told(sheet: Sheet) -> None:
    told, noticed, how = sheet.sections
    assert any("6.2°" in line and "read back by the clip" in line for line in told.lines)
    assert any("replaced; sent to the clip" in line for line in told.lines)
    assert any(line.startswith("Plan, ") and "15 min 100 %" in line for line in told.lines)
    note = next(line for line in told.lines if "sand" in line)
    assert len(note) < 160 and "…" in note
    assert any("(session 4)" in line for line in noticed.lines)
    assert any("no diagnosis" in line for line in how.lines)
    assert ("Clips", "00EXAMPLE00") in sheet.details


def test_it_promises_nothing_and_judges_nobody(sheet: Sheet) -> None:
    unread = r"<style>.*?</style>|<script>.*?</script>|<[^>]+>"
    text = re.sub(unread, " ", as_html(sheet), flags=re.DOTALL)
    assert list(forbidden(text, EVERYWHERE + IN_REPORTS)) == []


def test_a_patient_without_runs_says_what_to_do(library: Library) -> None:
    sheet = report.patient_sheet_of("NEW-1", library)
    assert sheet.headline == "0 of 8 sessions done; no run with a band yet."
    assert sheet.asked == "There is no prescription yet." and not sheet.charts and not sheet.cards
    assert "Pull them from the clip" in as_html(sheet)
    assert pdf_page.as_pdf(sheet).startswith(b"%PDF-")


def test_nothing_is_fetched_from_anywhere(sheet: Sheet) -> None:
    page = as_html(sheet)
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) == {"http://www.w3.org/2000/svg"}


def test_every_text_of_the_chart_lies_inside_of_it(sheet: Sheet) -> None:
    for x, y in re.findall(r'<text x="([\d.-]+)" y="([\d.-]+)"', sheet.charts[0]):
        assert 0 <= float(x) <= 960 and 0 <= float(y) <= trend_chart.height(
            trend_chart.panels_of([])
        )


@pytest.mark.parametrize("count", [1, 60])
def test_one_session_and_sixty_can_be_drawn(library: Library, count: int) -> None:
    one = library.chart("EXAMPLE").points[-1]
    chart = trend_chart.picture([one] * count)
    assert chart.count(" mean lean</title>") == count
    assert chart.count("<text") < 150


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils are not installed")
def test_the_printed_page(sheet: Sheet, tmp_path: Path) -> None:
    for size in pdf_page.PAPERS:
        (tmp_path / "a.pdf").write_bytes(pdf_page.as_pdf(sheet, size))
        said = subprocess.run(
            ["pdfinfo", tmp_path / "a.pdf"], capture_output=True, text=True, check=True
        )
        assert "Pages:           1" in said.stdout
    text = subprocess.run(
        ["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    text = " ".join(text.split())
    assert " ".join(sheet.headline.split()) in text and "Ran on *sand* this time." in text


def test_the_command_reads_the_library_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEANCUE_LIBRARY", str(tmp_path / "library"))
    monkeypatch.chdir(tmp_path)
    with Library() as opened:
        opened.patients.add("K-014")
    for arguments, code, says in (
        (["--patient", "K-014"], 0, "The report of patient K-014 is at K-014.html."),
        (["--patient", "K-014", "--pdf"], 0, "K-014.pdf"),
        (["--patient", "K-015"], 61, "K-015"),
    ):
        monkeypatch.setattr(sys, "argv", ["leancue", "report", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        assert (stopped.value.code or 0) == code and says in said.out + said.err
    assert (tmp_path / "K-014.pdf").read_bytes().startswith(b"%PDF-")
    assert not (tmp_path / "K-015.html").exists()


def test_prescriptions_and_notes_stand_between_the_sessions(tmp_path: Path) -> None:
    with Library(tmp_path / "library") as opened:
        opened.add_example()
        chart = opened.chart("EXAMPLE")
        opened.notes.add("EXAMPLE", "runs <upright> today")
        opened.prescriptions.add("EXAMPLE", {"cap_offset_cdeg": 1500}, "test")
        now = opened.chart("EXAMPLE")
    (before, private, whole) = (
        patient_sheet(one, with_notes=notes).charts[0]
        for one, notes in ((chart, False), (now, False), (now, True))
    )
    square = 'width="10" height="10"'
    assert private.count(square) == before.count(square) + 1 == len(now.history)
    assert now.history[0].changes in private
    assert "runs &lt;upright&gt; today" in whole and "upright" not in private
    keys = [key.words for key in patient_sheet(now, with_notes=False).keys]
    assert "prescription" in keys and "note" not in keys


@pytest.mark.parametrize(
    ("unit", "words"), [(pace.KMH, "speed, km/h"), (pace.MIN_KM, "pace, min/km"),
                        (pace.MPH, "speed, mph")],
)  # fmt: skip
def test_the_trend_speaks_the_clinics_unit(library: Library, unit: int, words: str) -> None:
    (point,) = library.chart("EXAMPLE").points[-1:]
    chart = trend_chart.picture([replace(point, speed_mps=3.0)], unit)
    assert words in chart
    value = trend_chart.number(pace.speed_in(3000, unit))
    assert f": {value}</title>" in chart
