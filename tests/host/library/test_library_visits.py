"""What the library keeps of visits: one own lean, what clips hold, drafts, marks, what was said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from host_runs import WALL_S, logged, runner
from leancore.coaching.session_plan import UNMEASURED
from leancue.basis.errors import LibraryError, PrescriptionChanged
from leancue.library import Library
from leancue.report.patient_sheet import patient_sheet
from leancue.runs.own_lean import BaselineRun, OwnLean, effective, own_lean

UID = "E6605838834F7A2B"
CODE = "K-014"


class Clock:
    """Says what it is told."""

    def __init__(self) -> None:
        self.now_s = WALL_S + 86_400

    def __call__(self) -> int:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path, clock: Clock) -> Iterator[Library]:
    with Library(tmp_path / "library", clock=clock) as opened:
        opened.patients.add(CODE)
        yield opened


def said(t_s: int | None) -> str:
    return str(t_s)


def baseline_log(run_s: float) -> bytes:
    return b"".join(logged(runner(run_s, lean_deg=6.2), baseline_cdeg=UNMEASURED))


def test_after_the_baseline_run_everything_says_the_band_in_use(library: Library) -> None:
    library.prescriptions.add(CODE, {}, "test")
    before = library.chart(CODE)
    assert before.own_lean == OwnLean() and before.asked["baseline_cdeg"] == UNMEASURED
    library.file_run(baseline_log(185))
    chart = library.chart(CODE)
    own = chart.own_lean
    assert own.source == "measured" and own.measured_s == WALL_S and not own.refused
    assert own.cdeg is not None and own.cdeg % 10 == 0 and abs(own.cdeg - 620) <= 30
    assert chart.asked == {**chart.prescription.values, "baseline_cdeg": own.cdeg}
    sheet = patient_sheet(chart)
    assert f"the own {own.cdeg / 100:g}°, so {(own.cdeg + 700) / 100:g} to" in sheet.asked
    assert chart.points[0].own_lean_deg == pytest.approx(own.cdeg / 100, abs=0.05)


def test_a_baseline_that_the_clip_refused_counts_for_nothing(library: Library) -> None:
    library.prescriptions.add(CODE, {}, "test")
    library.file_run(baseline_log(70))
    own = library.chart(CODE).own_lean
    assert own.cdeg is None and own.measured_cdeg is None
    assert own.refused == "the run was too short: 69 s of running, the clip needs 3.0 min"


def test_what_was_entered_goes_before_what_was_measured() -> None:
    runs = [BaselineRun(5, None, "short", "60 s", "3.0 min"), BaselineRun(3, 617, "", "", "")]
    entered = own_lean({"baseline_cdeg": 700}, runs)
    assert (entered.cdeg, entered.source, entered.measured_cdeg) == (700, "entered", 620)
    assert "too short" in entered.refused
    assert effective({"baseline_cdeg": UNMEASURED}, entered) == {"baseline_cdeg": 620}
    assert effective({"baseline_cdeg": 700}, entered) == {"baseline_cdeg": 700}


def test_a_prescription_that_was_changed_meanwhile_is_not_kept(library: Library) -> None:
    first = library.prescriptions.add(CODE, {}, "desk 1", seen=None)
    library.prescriptions.add(CODE, {"cap_offset_cdeg": 1600}, "desk 2", seen=first.id)
    with pytest.raises(PrescriptionChanged, match="by desk 2: cap 14° → 16°"):
        library.prescriptions.add(CODE, {"cap_offset_cdeg": 1500}, "desk 1", seen=first.id)
    assert len(library.prescriptions.history(CODE)) == 2
    with pytest.raises(PrescriptionChanged):
        library.prescriptions.add(CODE, {"cap_offset_cdeg": 1500}, "desk 1", seen=None)


@pytest.mark.parametrize(
    ("code", "alike"),
    [("k-014", True), ("K014", True), ("K-O14", True), ("K_0l4", True), ("K-015", False),
     ("K-014", False), ("J-014", False)],
)  # fmt: skip
def test_codes_that_look_alike(library: Library, code: str, alike: bool) -> None:
    assert [patient.code for patient in library.patients.alike(code)] == [CODE] * alike
    library.patients.archive(CODE)
    assert bool(library.patients.alike(code)) == alike, "an archived patient is one, too"


def sent(library: Library, **values: Any) -> Any:
    made = library.prescriptions.add(CODE, values, "test")
    library.on_clips.sending(UID, made.id)
    library.prescriptions.sent(made.id, UID)
    library.on_clips.read(UID, made.values, None, 0)
    return library.prescriptions.current(CODE)


def test_on_the_clip_tells_since_when_and_what_differs(library: Library, clock: Clock) -> None:
    old = sent(library, baseline_cdeg=620)
    (words,) = library.chart(CODE).clip_words(said)
    assert words.same and f"since {clock.now_s}" in words.words
    since_s, clock.now_s = clock.now_s, clock.now_s + 3600
    library.on_clips.read(UID, old.values, None, 1)
    new = library.prescriptions.add(CODE, {"baseline_cdeg": 620, "cap_offset_cdeg": 1600}, "test")
    chart = library.chart(CODE)
    assert chart.on_clips[0].since_s == since_s and chart.on_clips[0].read_s == clock.now_s
    (words,) = chart.clip_words(said)
    assert not words.same and "cap 14° → 16°" in words.words
    assert chart.status_words(new, said) == "current; not sent"
    assert "replaced, but still on the clip" in chart.status_words(old, said)
    library.on_clips.read(UID, new.values, None, 1)
    assert "replaced; sent to" in library.chart(CODE).status_words(old, said)


def test_after_a_broken_send_nobody_claims_to_know(library: Library) -> None:
    old = sent(library, baseline_cdeg=620)
    new = library.prescriptions.add(CODE, {"baseline_cdeg": 700}, "test")
    library.on_clips.sending(UID, new.id)
    (words,) = library.chart(CODE).clip_words(said)
    assert "either the old or the new one" in words.words and not words.same
    library.on_clips.read(UID, new.values, None, 0)
    assert library.chart(CODE).clip_words(said)[0].same, "it was kept after all"
    library.on_clips.sending(UID, old.id)
    library.on_clips.read(UID, new.values, None, 0)
    assert library.chart(CODE).clip_words(said)[0].same, "it was not, and the new one is here"


def test_a_clip_that_has_not_the_own_lean_says_so(library: Library) -> None:
    library.file_run(baseline_log(185))
    made = library.prescriptions.add(CODE, {}, "test")
    library.on_clips.read(UID, made.values, UNMEASURED, 0)
    (words,) = library.chart(CODE).clip_words(said)
    assert "it has not measured the runner's own lean" in words.words and not words.same
    own = library.chart(CODE).own_lean.cdeg
    library.on_clips.read(UID, made.values, own, 0)
    assert library.chart(CODE).clip_words(said)[0].same


def test_values_of_a_stranger_are_not_kept(library: Library) -> None:
    held = library.on_clips.read(UID, {"patient": "X-9", "baseline_cdeg": 1}, None, 0)
    assert held.values is None and held.patient is None
    assert library.on_clips.of(CODE) == []


def test_a_draft_is_one_of_its_kind_and_goes_with_the_patient(library: Library) -> None:
    library.drafts.keep(CODE, "note", "half a")
    library.drafts.keep(CODE, "note", "half a sentence", 3)
    found = library.drafts.get(CODE, "note")
    assert found is not None and (found.text, found.base_id) == ("half a sentence", 3)
    assert library.drafts.get(CODE, "prescription") is None
    library.drafts.drop(CODE, "note")
    assert library.drafts.get(CODE, "note") is None
    library.drafts.keep(CODE, "note", "again")
    sent(library)
    library.visits.say(CODE, pain=3, felt="all", went="easy")
    library.erase(library.erasure(CODE))
    library.patients.add(CODE)
    assert library.drafts.get(CODE, "note") is None and library.on_clips.of(CODE) == []
    assert library.visits.of(CODE) == []


def test_the_pain_of_today_is_that_of_todays_session(library: Library, clock: Clock) -> None:
    clock.now_s = WALL_S - 600
    library.visits.say(CODE, pain=4, felt="some", went="hard")
    library.file_run(b"".join(logged(runner(14))))
    (session,) = library.sessions.of(CODE)
    assert session.pain == 4
    library.sessions.set_pain(session.id, 2)
    library.visits.say(CODE, pain=6, felt="", went="")
    assert library.sessions.of(CODE)[0].pain == 2, "its own answer stays"
    with pytest.raises(LibraryError, match="0 to 10"):
        library.visits.say(CODE, pain=11, felt="", went="")
    with pytest.raises(LibraryError, match="is not accepted"):
        library.visits.say(CODE, pain=1, felt="often", went="")


def test_live_marks_find_their_run_and_its_trend(library: Library, clock: Clock) -> None:
    clock.now_s = WALL_S + 5
    library.marks.live(UID, CODE, 0, speed_mm_s=2800, incline_permille=0)
    library.marks.live(UID, CODE, 20_000, "faster", speed_mm_s=3200)
    clock.now_s = WALL_S + 40_000
    library.marks.live(UID, CODE, 1000, "of another run")
    (filing,) = library.file_run(b"".join(logged(runner(40))))
    run = library.runs.get(filing.run.id)
    assert run.speed_mm_s == pytest.approx(3000, abs=30) and run.incline_permille == 0
    point = library.chart(CODE).points[0]
    assert point.speed_mps == pytest.approx(3.0, abs=0.03) and point.incline_percent == 0
    assert [mark.words for mark in library.marks.waiting(UID)] == ["of another run"]
    for mark in library.marks.of_run(run.id):
        library.marks.remove(mark.id)
    assert library.runs.get(run.id).speed_mm_s is None
    assert library.chart(CODE).points[0].speed_mps is None


def test_marks_stand_in_the_patients_export(library: Library, tmp_path: Path) -> None:
    (filing,) = library.file_run(b"".join(logged(runner(14))))
    library.marks.put(filing.run.id, 5000, speed_mm_s=3000, incline_permille=30)
    out = library.export_patient(CODE, tmp_path / "out")
    (file,) = out.glob("runs/*.csv")
    head, *rows = file.read_text().splitlines()
    assert head.endswith(",speed_mps,incline_percent,mark")
    assert rows[0].endswith(",,,") and rows[-1].endswith(",3,3,")
