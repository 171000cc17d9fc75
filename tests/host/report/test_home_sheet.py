"""The sheet for the patient: its cues are the clip's, its plan the prescription's, on one page."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from leancore.coaching import coach
from leancore.coaching.prescription import checked
from leancue.library import Library
from leancue.report import cue_pictures
from leancue.report.home_sheet import HomeSheet, home_sheet
from leancue.report.patient_sheet import patient_sheet
from leancue.report.printing import Letterhead, print_out

NOTE = "private: sleeps badly"
HEAD = Letterhead("Clinic at the river", "030 123 45", b"", "3 November 2026")
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils are not installed"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library(tmp_path_factory.mktemp("home") / "library")
    library.patients.add("K-014")
    library.notes.add("K-014", NOTE)
    library.patients.set_comment("K-014", "Keep the stride short.")
    values = checked({"patient": "K-014", "baseline_cdeg": 620})
    library.prescriptions.add("K-014", values, "test")
    return library


@pytest.fixture(scope="module")
def sheet(library: Library) -> HomeSheet:
    return home_sheet(library.chart("K-014"), 4)


def text_of(pdf: bytes, folder: Path, program: str = "pdftotext") -> str:
    path = folder / "page.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([program, str(path), *(["-"] if program == "pdftotext" else [])],
                          capture_output=True, check=True)  # fmt: skip
    return " ".join(done.stdout.decode().split())


@pytest.mark.parametrize("kind", [coach.LEAN_MORE, coach.EASE_OFF, coach.CAP, coach.BACK_IN])
def test_a_cue_is_drawn_with_as_many_bars_as_the_clip_gives_pulses(kind: int) -> None:
    found = cue_pictures.shape(kind)
    assert cue_pictures.picture(kind).count("<rect") == found.most
    on_ms, off_ms, _percent = coach.PULSES[kind]
    if on_ms:
        assert (found.on_ms, found.off_ms) == (on_ms, off_ms)


def test_the_drawing_follows_the_clips_table(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cue_pictures.picture(coach.LEAN_MORE)
    table = list(coach.PULSES)
    table[coach.LEAN_MORE] = (60, 40, 100)
    monkeypatch.setattr(coach, "PULSES", tuple(table))
    assert cue_pictures.picture(coach.LEAN_MORE) != before
    assert cue_pictures.shape(coach.LEAN_MORE).most > 4


def test_the_four_cues_cannot_be_mistaken_for_each_other() -> None:
    kinds = (coach.LEAN_MORE, coach.EASE_OFF, coach.CAP, coach.BACK_IN)
    assert len({cue_pictures.picture(kind) for kind in kinds}) == 4
    assert len({cue_pictures.words(kind) for kind in kinds}) == 4


def test_the_plan_is_the_prescriptions_a_box_a_session(sheet: HomeSheet) -> None:
    assert [box.name for box in sheet.plan] == list("12345678")
    assert sheet.plan[0].minutes == "15 min" and sheet.plan[0].cues == "cues all the time"
    assert all(box.done == "" for box in sheet.plan)


def test_a_run_that_measures_the_own_lean_comes_first(library: Library) -> None:
    library.patients.add("K-015")
    library.prescriptions.add("K-015", checked({"patient": "K-015"}), "test")
    sheet = home_sheet(library.chart("K-015"), 4)
    assert sheet.plan[0].cues == "your own lean, no cues" and len(sheet.plan) == 9
    assert "no cues" in sheet.aim


def test_sessions_that_were_done_are_ticked_with_their_day(library: Library) -> None:
    library.add_example()
    sheet = home_sheet(library.chart("EXAMPLE"), 4)
    assert [bool(box.done) for box in sheet.plan] == [True] * 7 + [False]


def test_before_a_prescription_it_says_so(library: Library) -> None:
    library.patients.add("K-016")
    sheet = home_sheet(library.chart("K-016"), 4)
    assert sheet.aim == "There is no prescription yet." and sheet.plan == ()


@needs_poppler
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_all_of_it_is_on_one_page_and_no_private_note(
    sheet: HomeSheet, tmp_path: Path, paper: str
) -> None:
    long = replace(sheet, plan=(sheet.plan * 2)[:12], comment="A longer comment. " * 33)
    pdf = print_out((long,), HEAD, paper)
    said = text_of(pdf, tmp_path)
    assert "Pages: 1 " in text_of(pdf, tmp_path, "pdfinfo")
    for words in (sheet.aim, HEAD.clinic, HEAD.contact, HEAD.printed, "page 1 of 1", sheet.purpose):
        assert words in said, words
    for step in (*sheet.steps, *sheet.cues):
        assert step.title in said
    assert NOTE not in said


@needs_poppler
def test_pages_are_counted_through_all_parts(
    library: Library, sheet: HomeSheet, tmp_path: Path
) -> None:
    pdf = print_out((sheet, patient_sheet(library.chart("K-014"))), HEAD)
    said = text_of(pdf, tmp_path)
    assert "page 1 of 2" in said and "page 2 of 2" in said and "sleeps badly" in said


@needs_poppler
def test_notes_can_be_left_out_of_the_report(library: Library, tmp_path: Path) -> None:
    bare = patient_sheet(library.chart("K-014"), with_notes=False)
    assert "sleeps badly" not in text_of(print_out((bare,), HEAD), tmp_path)
