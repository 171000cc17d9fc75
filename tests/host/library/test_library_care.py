"""Maintenance of the library: export, backup, tidying, checks."""

import csv
import io
import json
import sqlite3
import threading
import time
import zipfile

import pytest
from host_runs import logged, runner
from leancue.basis.errors import LibraryError, LogError, OutputError
from leancue.clinic.server import tidying
from leancue.library import (
    Library,
    log_rewrite,
)
from leancue.runs import runlog
from library_rig import NOW_S, UID, log


@pytest.mark.parametrize("name", ["all.zip", "all"])
def test_an_export_gives_everything(filled, pages, tmp_path, name):
    library, run = filled
    out = library.export_patient("K-014", tmp_path / name)
    if out.suffix == ".zip":
        with zipfile.ZipFile(out) as archive:
            files = {n: archive.read(n) for n in archive.namelist()}
    else:
        found = [path for path in out.rglob("*") if path.is_file()]
        files = {path.relative_to(out).as_posix(): path.read_bytes() for path in found}
    whole = json.loads(files["patient.json"])
    assert whole["patient"]["code"] == "K-014" and whole["sessions"][0]["pain"] == 7
    assert whole["notes"][0]["text"].startswith("slept badly")
    assert whole["runs"][0]["summary"]["steps"] == run.summary.steps
    assert files[f"runs/K-014_{UID}_7-{run.id}.leanrun"] == pages
    steps = files[f"runs/K-014_{UID}_7-{run.id}.csv"].decode().splitlines()
    assert len(steps) == 1 + run.summary.steps
    (row,) = csv.DictReader(io.StringIO(files["sessions.csv"].decode()))
    assert float(row["pain"]) == 7 and float(row["mean_lean_deg"]) > 10
    assert any(n.startswith("prescriptions/") for n in files) and b"K-014" in files["README.txt"]
    with pytest.raises(OutputError):
        library.export_patient("K-014", out)


def test_an_export_that_fails_leaves_nothing(filled, tmp_path):
    library, run = filled
    library.runs.path(run.id).unlink()
    with pytest.raises(LogError):
        library.export_patient("K-014", tmp_path / "out.zip")
    assert [p.name for p in tmp_path.iterdir()] == ["library"]


def test_a_backup_is_a_library_and_comes_back(filled, tmp_path):
    library, run = filled
    made = library.backup(tmp_path / "backups")
    with Library(made) as copy:
        assert copy.chart("K-014").notes and copy.check() == []
    library.runs.remove(run.id)
    library.close()
    aside = Library.restore(made, tmp_path / "library")
    with Library(tmp_path / "library") as back, Library(aside) as before:
        assert back.runs.data(run.id) and back.check() == []
        assert not before.runs.of("K-014")


def test_no_backup_without_every_file(filled, tmp_path):
    library, run = filled
    path = library.runs.path(run.id)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(LogError, match="has changed since it was filed"):
        library.backup(tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_restoring_from_what_is_no_backup_changes_nothing(library, tmp_path):
    with pytest.raises(LibraryError, match="not a backup"):
        Library.restore(tmp_path, tmp_path / "library")
    assert len(library.patients.all()) == 2


def test_a_check_finds_a_spoilt_and_a_lost_file_and_open_rights(filled):
    library, run = filled
    assert library.check() == []
    path = library.runs.path(run.id)
    path.chmod(0o644)
    assert len(library.check()) == 1
    path.write_bytes(b"spoilt")
    path.chmod(0o600)
    assert "has changed since it was filed" in library.check()[0]
    path.unlink()
    assert "cannot be read" in library.check()[0]
    assert library.file_run(log())[0].outcome == "grown"  # pulling it again mends it
    assert library.check() == []


def test_raw_samples_are_given_up_after_their_time_and_the_rest_stays(filled):
    library, run = filled
    assert library.tidy().raw == 0
    library.options.set("retention_days", 1)
    assert library.overdue() == 1
    assert library.tidy().raw == 1 and library.tidy().raw == 0 == library.overdue()
    now = library.runs.get(run.id)
    assert now.raw_erased_s == NOW_S and "0 differing bytes" in now.proof
    assert now.log_bytes < run.log_bytes / 4
    kept, before = library.runs.log(run.id), runlog.runs_of(log())[0]
    assert len(kept.raw) == 0 and kept.decisions == before.decisions
    assert (kept.device, kept.inputs, kept.info) == (before.device, before.inputs, before.info)
    assert (kept.prescription, kept.settings, kept.closed) == (
        before.prescription, before.settings, True,
    )  # fmt: skip
    assert library.file_run(log())[0].outcome == "already"  # it does not come back
    assert len(library.runs.log(run.id).raw) == 0 and library.check() == []


@pytest.mark.parametrize("now_s", [5, 2**32 + 10, 10**12])
def test_by_a_clock_that_cannot_be_nothing_is_past_its_time(tmp_path, pages, now_s):
    """Nor is a run that was filed while the clock stood at 1970."""
    undated = logged(runner(14), run_id=8, wall_s=0)
    with Library(tmp_path / "library", clock=lambda: 5) as before:
        before.patients.add("K-014")
        before.file_run(b"".join(undated))
        before.options.set("retention_days", 1)
    with Library(tmp_path / "library", clock=lambda: now_s) as library:
        library.file_run(pages)
        assert library.overdue() == 0 == library.tidy().raw
    with Library(tmp_path / "library", clock=lambda: NOW_S) as library:
        assert library.overdue() == 1  # the dated one


def test_a_clock_that_leapt_ahead_once_deletes_nothing(filled):
    """A year was typed wrong: what it keeps in the next hour speaks for it, and no more."""
    library, run = filled
    library.file_run(log(run_id=8)[: 3 * 4096])
    library.file_run(log(run_id=8))  # its first part is in the bin now
    library.options.set("retention_days", 300)
    ahead_s = NOW_S + 400 * 86_400
    for part in (library._upkeep, library.notes):
        part._now_s = lambda: ahead_s
    assert library.overdue() == 0
    assert (library.tidy().raw, library.tidy().emptied) == (0, 0)
    library.notes.add("K-014", "better")
    assert library.overdue() == 0 == library.tidy().emptied
    library._upkeep._now_s = lambda: ahead_s + 3600
    assert library.overdue() == 2
    assert library.tidy().raw == 2 and not any(library.runs.log(r.id).has_raw for r in [run])


@pytest.mark.parametrize("since_s", [5, 2**31 - 1])
def test_what_a_wrong_clock_put_into_the_bin_waits_as_long_as_anything(filled, since_s):
    library, _run = filled
    library.file_run(log(run_id=8)[: 3 * 4096])
    library.file_run(log(run_id=8))
    with sqlite3.connect(library.place.folder / "library.db") as db:
        db.execute("UPDATE superfluous SET since_s = ?", (since_s,))
    db.close()
    assert library.tidy().emptied == 0
    library._upkeep._now_s = lambda: NOW_S + 29 * 86_400
    assert library.tidy().emptied == 0
    library._upkeep._now_s = lambda: NOW_S + 30 * 86_400
    assert library.tidy().emptied == 1


@pytest.mark.parametrize("now_s", [5, 2**32 + 10])
def test_by_a_clock_that_cannot_be_the_bin_is_not_emptied(filled, now_s):
    library, _run = filled
    library.file_run(log(run_id=8)[: 3 * 4096])
    library.file_run(log(run_id=8))
    library.options.set("bin_days", 0)
    library._upkeep._now_s = lambda: now_s
    assert library.tidy().emptied == 0
    library._upkeep._now_s = lambda: NOW_S
    assert library.tidy().emptied == 1


def test_an_export_of_times_that_cannot_be_is_undated(filled, tmp_path):
    library, _run = filled
    with sqlite3.connect(library.place.folder / "library.db") as db:
        db.execute("UPDATE prescriptions SET made_s = ?", (10**15,))
    db.close()
    out = library.export_patient("K-014", tmp_path / "all")
    (name,) = [path.name for path in (out / "prescriptions").iterdir()]
    assert name.startswith("undated-")


def test_a_log_without_raw_samples_keeps_its_holes():
    made = logged(runner(30, drop_deg=9))
    (run,) = runlog.runs_of(b"".join(made[:6] + made[7:]))
    (kept,) = runlog.runs_of(log_rewrite.without_raw(run))
    assert len(kept.holes) == 1 and kept.decisions == run.decisions and kept.closed


def test_figures_of_an_older_version_are_worked_out_anew(filled):
    library, run = filled
    with sqlite3.connect(library.place.folder / "library.db") as db:
        db.execute("UPDATE summaries SET version = '0/0', figures_json = '{}'")
    db.close()
    assert library.runs.get(run.id).summary is None
    assert library.chart("K-014").runs[0].summary == run.summary


def test_the_list_shows_the_same_figures_as_the_patient(filled):
    library, run = filled
    library.file_run(log(run_id=8, run_s=20))
    library.runs.move(library.file_run(log(run_id=9))[0].run.id, "K-015")
    library.add_example()
    for summary in library.overview():
        chart = library.chart(summary.patient.code)
        assert (summary.points, summary.progress, summary.flags) == (
            chart.points, chart.progress, chart.flags,
        )  # fmt: skip
    library.runs.remove(run.id)
    assert library.overview()[1].points == library.chart("K-014").points != ()


def test_what_a_killed_import_left_goes_into_the_bin_and_then_for_ever(filled, pages):
    library, run = filled
    with pytest.raises(ZeroDivisionError), library._database.write() as db:
        sha256 = library.runs._keep(db, log(run_id=9))
        raise ZeroDivisionError
    stray = library._run_files.path(sha256)
    assert stray.exists() and library.check() == []
    with Library(library.place.folder):
        assert stray.exists(), "opening sweeps nothing"
    assert library.tidy().strays == 1 and library.tidy().strays == 0
    assert not stray.exists()
    assert [path.stem for path in library.place.bin.iterdir()] == [sha256]
    library._upkeep._now_s = lambda: NOW_S + 29 * 86_400
    assert library.tidy().emptied == 0
    library._upkeep._now_s = lambda: NOW_S + 30 * 86_400
    assert library.tidy().emptied == 1
    assert not list(library.place.bin.iterdir()) and library.runs.data(run.id) == pages


def test_what_is_not_ours_stays_whatever_is_done(filled, tmp_path):
    library, run = filled
    shelf = library.runs.path(run.id).parent
    foreign = {
        shelf / "tmpabc.part", shelf / "notes.txt", shelf / ("ab" * 32 + ".leanrun"),
        library.place.files / "letters" / "letter.docx", library.place.folder / "thesis.pdf",
        shelf.parent / "zz" / "x.leanrun",
        library.place.bin / "keep.leanrun",
        library._run_files._settled("ab" * 32), library._run_files._settled("cd" * 32),
    }  # fmt: skip
    for path in foreign:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    library.options.set("bin_days", 0)
    library.options.set("retention_days", 1)
    library.file_run(log(run_id=9))
    library.tidy()
    library.tidy()
    library.runs.remove(run.id)
    library.erase(library.erasure("K-014"))
    made = library.backup(tmp_path / "backups")
    library.close()
    Library.restore(made, library.place.folder)
    with Library(library.place.folder) as back:
        assert "2 files of runs are in the folder but not in the library" in back.check()[0]
        assert {path.name for path in back.strangers()} >= {"notes.txt", "letter.docx"}
    assert {path for path in foreign if path.read_text() != "mine"} == set()


def test_what_was_replaced_comes_back_from_the_bin(filled):
    library, run = filled
    library.file_run(log(run_id=8)[: 3 * 4096])
    (grown,) = library.file_run(log(run_id=8))
    assert grown.outcome == "grown" and len(list(library.place.bin.iterdir())) == 1
    library._run_files.path(grown.run.log_sha256).rename(
        library._run_files._in_bin(grown.run.log_sha256)
    )
    assert library.runs.data(grown.run.id) == log(run_id=8)


def test_a_run_that_cannot_be_read_keeps_no_other_from_being_tidied(filled):
    library, run = filled
    library.file_run(log(run_id=8))
    library.runs.path(run.id).unlink()
    library.options.set("retention_days", 1)
    done = library.tidy()
    assert (done.raw, done.unread) == (2, 1)


def test_the_clinics_page_does_what_is_due_and_leaves_at_once(filled):
    library, _ = filled
    library.options.set("retention_days", 1)
    with tidying(library):
        deadline_s = time.monotonic() + 20
        while library.overdue() and time.monotonic() < deadline_s:
            time.sleep(0.01)
    assert library.overdue() == 0
    assert not [one for one in threading.enumerate() if one.name == "tidy"]
