"""The library: a run is stored once, belongs to one patient, and is questioned in doubt."""

import os
import sqlite3
import stat

import pytest
from leancue.basis.errors import LibraryError, LogError, PatientError, PrescriptionError
from leancue.library import Library
from library_rig import NOW_S, UID, log


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "library", clock=lambda: NOW_S) as opened:
        yield opened


@pytest.fixture
def k014(library):
    library.patients.add("K-014")
    return library


def test_a_run_is_filed_with_the_patient_its_log_names(k014, pages):
    (filing,) = k014.file_run(pages, patient="K-014")
    assert filing.outcome == "filed"
    assert (filing.run.patient, filing.run.uid, filing.run.number) == ("K-014", UID, 7)
    assert filing.run.summary.steps > 20 and filing.run.summary.raw > 1000
    assert k014.runs.data(filing.run.id) == pages
    assert k014.runs.log(filing.run.id).run_id == 7
    assert k014.devices.get(UID).patient == "K-014"  # the log shows whose the clip was


def test_a_run_is_stored_once_however_often_it_is_pulled(k014, pages):
    first = k014.file_run(pages)[0]
    again = k014.file_run(pages)[0]
    assert again.outcome == "already" and again.run == first.run
    assert len(k014.runs.of("K-014")) == 1


def test_a_run_that_was_pulled_in_part_grows_to_the_whole(k014, pages):
    part = k014.file_run(pages[: 3 * 4096])[0]
    assert part.outcome == "filed" and not part.run.summary.closed
    whole = k014.file_run(pages)[0]
    assert whole.outcome == "grown" and whole.run.id == part.run.id
    assert whole.run.summary.closed and k014.runs.data(part.run.id) == pages
    assert k014.file_run(pages[: 3 * 4096])[0].outcome == "already"
    assert len(list(k014.place.files.rglob("*.leanrun"))) == 1


def test_pages_of_another_run_take_the_place_of_none(k014, pages):
    """Logs that somebody mixed: the run that is here stays as it was."""
    filed = k014.file_run(pages)[0]
    other = log(run_s=16, lean_deg=8.0)
    mixed = pages[: 2 * 4096] + other[2 * 4096 : len(pages) - 4096]
    assert k014.file_run(mixed)[0].outcome == "already"
    assert k014.runs.data(filed.run.id) == pages


def test_runs_of_the_same_number_after_a_reset_of_the_clip_are_two(k014, pages):
    k014.file_run(pages)
    assert k014.file_run(log(run_s=16, start_ms=5000))[0].outcome == "filed"
    assert len(k014.runs.of("K-014")) == 2


@pytest.mark.parametrize(
    ("question", "named", "expected"),
    [
        ("unknown_patient", "K-999", None),
        ("no_patient", "unnamed", "K-014"),
        ("other_expected", "K-015", "K-014"),
    ],
)
def test_a_run_whose_patient_is_not_clear_is_questioned(k014, question, named, expected):
    k014.patients.add("K-015")
    (filing,) = k014.file_run(log(patient=named), patient=expected)
    assert filing.outcome == "questioned" and filing.run.patient is None
    assert filing.run.question == question and filing.run.words
    assert [run.id for run in k014.runs.inbox()] == [filing.run.id]
    assert not k014.runs.of("K-014") and not k014.runs.of("K-015")


def test_a_run_from_a_clip_that_was_anothers_is_questioned(k014, pages):
    k014.patients.add("K-015")
    k014.devices._now_s = lambda: 1_750_000_000
    k014.devices.give(UID, "K-015")
    filing = k014.file_run(pages)[0]
    assert filing.run.question == "other_owner" and "K-015" in filing.run.words
    moved = k014.runs.move(filing.run.id, "K-014")
    assert moved.patient == "K-014" and not moved.question and not k014.runs.inbox()
    assert k014.chart("K-014").points


def test_a_run_made_before_the_clip_was_handed_on_is_the_former_patients(k014, pages):
    k014.patients.add("K-015")
    k014.devices.give(UID, "K-015")  # a day after the run
    assert k014.file_run(pages)[0].outcome == "filed"


@pytest.mark.parametrize("now_s", [5, 1_700_000_000, 2**32 + 10])
def test_a_clip_is_the_one_s_whom_it_was_given_last_whatever_the_clock_says(k014, now_s):
    """Once it is wrong: 1970, set back, 2106; given or sent; and right again."""
    k014.patients.add("K-015")
    k014.devices.give(UID, "K-014")
    k014.devices._now_s = k014.prescriptions._now_s = lambda: now_s
    k014.devices.give(UID, "K-015")
    assert k014.devices.get(UID).patient == "K-015" and not k014.devices.of("K-014")
    made = k014.prescriptions.add("K-014", {"baseline_cdeg": 613}, "a desk")
    k014.prescriptions.sent(made.id, UID)
    assert k014.devices.get(UID).patient == "K-014"
    k014.devices._now_s = lambda: NOW_S + 60
    assert k014.devices.give(UID, "K-015").patient == "K-015"
    assert [device.uid for device in k014.devices.all() if device.patient == "K-015"] == [UID]


def test_a_run_in_the_inbox_is_filed_when_it_is_pulled_again_and_clear(library, pages):
    assert library.file_run(pages)[0].run.question == "unknown_patient"
    library.patients.add("K-014")
    assert library.file_run(pages)[0].outcome == "filed"
    assert not library.runs.inbox() and library.chart("K-014").sessions


def test_a_run_without_its_beginning_is_kept_and_questioned(k014, pages):
    filing = k014.file_run(pages[4096:], patient="K-014", uid=UID)[0]
    assert filing.run.question == "unreadable" and filing.run.uid == UID
    assert filing.run.summary is None
    k014.runs.remove(filing.run.id)
    assert not k014.runs.inbox() and not list(k014.place.files.rglob("*.leanrun"))


def test_rubbish_is_refused_and_leaves_nothing(k014):
    with pytest.raises(LogError):
        k014.file_run(b"\x00" * 9000)
    assert not k014.runs.inbox()


def test_a_run_moved_to_another_patient_takes_its_session_along(k014, pages):
    k014.patients.add("K-015")
    run = k014.file_run(pages)[0].run
    k014.runs.move(run.id, "K-015")
    assert not k014.chart("K-014").sessions
    assert [session.number for session in k014.chart("K-015").sessions] == [0]


@pytest.mark.parametrize("code", ["", " ", "Anna B", "K/14", "x" * 25, "unnamed", "K-014\n;"])
def test_a_code_that_cannot_be_one_is_refused(library, code):
    with pytest.raises(PatientError):
        library.patients.add(code)
    assert not library.patients.all()


def test_a_code_is_taken_once_even_by_an_archived_patient(k014):
    k014.patients.archive("K-014")
    assert not k014.patients.all() and len(k014.patients.all(archived=True)) == 1
    with pytest.raises(PatientError, match="already"):
        k014.patients.add("K-014")
    k014.patients.archive("K-014", archived=False)
    assert [p.code for p in k014.patients.all()] == ["K-014"]


def test_prescriptions_have_a_history_that_says_what_changed(k014):
    first = k014.prescriptions.add("K-014", {"baseline_cdeg": 620}, "page")
    same = k014.prescriptions.add("K-014", {"baseline_cdeg": 620}, "page")
    assert same == first and first.changes == "the first prescription"
    second = k014.prescriptions.add(
        "K-014", {"baseline_cdeg": 620, "offset_low_cdeg": 650, "minutes": [20] * 8}, "page"
    )
    assert second.changes == (
        "band begins 7° → 6.5°; "
        "minutes 15, 17, 19, 21, 23, 26, 28, 30 min → 20, 20, 20, 20, 20, 20, 20, 20 min"
    )
    assert k014.prescriptions.current("K-014") == second
    assert k014.prescriptions.history("K-014") == [second, first]
    k014.prescriptions.sent(second.id, UID)
    assert k014.prescriptions.current("K-014").sent_to == UID
    assert k014.devices.of("K-014")[0].uid == UID


def test_a_prescription_of_another_patient_or_out_of_range_is_refused(k014):
    with pytest.raises(PatientError):
        k014.prescriptions.add("K-014", {"patient": "K-015"}, "page")
    with pytest.raises(PrescriptionError):
        k014.prescriptions.add("K-014", {"cap_offset_cdeg": 100}, "page")
    with pytest.raises(PatientError):
        k014.prescriptions.add("K-015", {}, "page")
    assert k014.prescriptions.current("K-014") is None


def test_pain_and_notes_belong_to_a_session(k014, pages):
    run = k014.file_run(pages)[0].run
    assert k014.sessions.set_pain(run.session_id, 3).pain == 3
    for wrong in (-1, 11, 2.5, True):
        with pytest.raises(LibraryError):
            k014.sessions.set_pain(run.session_id, wrong)
    note = k014.notes.add("K-014", "ran on sand", run.session_id)
    k014.notes.change(note.id, "ran on gravel")
    chart = k014.chart("K-014")
    assert chart.points[0].pain == 3 and chart.notes[0].text == "ran on gravel"
    k014.notes.remove(note.id)
    assert not k014.notes.of("K-014")
    for wrong in ("", "  ", "x" * 5000):
        with pytest.raises(LibraryError):
            k014.notes.add("K-014", wrong)


def test_all_that_the_library_writes_is_for_its_user_alone(k014, pages):
    k014.file_run(pages)
    folder = k014.place.folder
    for path in [folder, *folder.rglob("*")]:
        mode = stat.S_IMODE(os.stat(path).st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_what_the_user_may_not_write_stays_so(tmp_path):
    """Others are shut out; a folder that was made read-only is not made writable for it."""
    with Library(tmp_path / "library"):
        pass
    folder = tmp_path / "library"
    for mode, kept in ((0o555, 0o500), (0o755, 0o700)):
        folder.chmod(mode)
        (folder / "library.db").chmod(mode & 0o666)
        with Library(folder, reading=False):
            assert stat.S_IMODE(folder.stat().st_mode) == kept
            assert stat.S_IMODE((folder / "library.db").stat().st_mode) == kept & 0o600


@pytest.mark.parametrize("now_s", [0, 5, 1_600_000_000, 2**32 + 100, 10**11])
def test_the_example_can_be_added_whatever_the_clock_says(tmp_path, now_s):
    with Library(tmp_path / "library", lambda: now_s) as library:
        library.add_example()
        runs = library.runs.of("EXAMPLE")
        assert len(runs) == 8 and all(run.began_s for run in runs)


def test_a_library_opens_again_with_all_that_was_in_it(tmp_path, pages):
    with Library(tmp_path / "library") as first:
        first.patients.add("K-014")
        first.file_run(pages)
    with Library(tmp_path / "library") as second:
        assert len(second.runs.of("K-014")) == 1


def test_options_have_a_range(library):
    assert library.options.get("retention_days") == 0
    library.options.set("retention_days", 365)
    assert library.options.get("retention_days") == 365
    for name, value in (("retention_days", -1), ("sessions_per_week", 0), ("nonsense", 1)):
        with pytest.raises(LibraryError):
            library.options.set(name, value)


@pytest.mark.parametrize("damaged", ["-5", "99999", "3o", ""])
def test_of_a_setting_that_nobody_can_have_set_the_default_counts(library, damaged):
    """Raw samples of a retention of -5 days would all be past their time."""
    library.options.set("retention_days", 30)
    assert library.options.get("retention_days") == 30
    with sqlite3.connect(library.place.folder / "library.db") as db:
        db.execute("UPDATE options SET value = ?", (damaged,))
    db.close()
    assert library.options.get("retention_days") == 0


def test_no_text_gets_into_the_library_that_could_not_be_shown(k014):
    """Half a surrogate pair, as the command line gives a byte that is no text."""
    k014.notes.add("K-014", "pain\x1b[2J\nless \udcff")
    (note,) = k014.chart("K-014").notes
    assert note.text == "pain\ufffd[2J\nless \ufffd"
    with pytest.raises(PatientError):
        k014.chart("K-014\udcff")
    with pytest.raises(LibraryError):
        k014.runs.get(7)
