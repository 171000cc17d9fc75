"""A library opened read-only: nothing in its folder is created, changed or removed."""

from __future__ import annotations

import os
import pwd
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

import pytest
from host_runs import logged, runner
from leancue.basis.errors import LibraryError
from leancue.library import Library, example_patient, sqlite_snapshot
from leancue.library.models import OptionRecord

NOW_S = 1_760_100_000


@pytest.fixture
def folder(tmp_path):
    """A library with a run, and a file that is not its own; nobody has it open."""
    place = tmp_path / "library"
    with Library(place, clock=lambda: NOW_S) as library:
        library.patients.add("K-014")
        library.file_run(b"".join(logged(runner(14))))
        library.notes.add("K-014", "ran on sand")
    (place / "samples" / "letter.docx").write_text("mine")
    return place


def state(folder):
    """Every path, what it holds and when it was last written."""
    return {
        path: (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in (folder, *folder.rglob("*"))
    }


def look(folder, out):
    """All that reads."""
    with Library(folder, clock=lambda: NOW_S, reading=True) as library:
        assert [said for said in library.check() if "read by other users" not in said] == []
        assert [summary.patient.code for summary in library.overview()] == ["K-014"]
        chart = library.chart("K-014")
        assert chart.points and chart.notes[0].text == "ran on sand"
        assert library.runs.log(chart.runs[0].id).raw is not None
        assert library.options.get("bin_days") == 30 and library.overdue() == 0
        assert [path.name for path in library.strangers()] == ["letter.docx"]
        library.export_patient("K-014", out / "all.zip")
        made = library.backup(out / "backups")
    with Library(made, reading=True) as copy:
        assert copy.chart("K-014").points == chart.points


def test_reading_leaves_no_trace(folder, tmp_path):
    before = state(folder)
    look(folder, tmp_path)
    assert state(folder) == before


def test_what_is_read_cannot_be_written(folder):
    with Library(folder, reading=True) as library:
        for write in (
            lambda: library.patients.add("K-015"),
            lambda: library.options.set("bin_days", 1),
            lambda: library.notes.add("K-014", "x"),
            lambda: library.file_run(example_log()),
            lambda: library.note_copy(folder),
        ):
            with pytest.raises(LibraryError, match="opened for reading"):
                write()


def example_log():
    return next(iter(example_patient.logs(NOW_S)))[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork: not on Windows")
@pytest.mark.parametrize("wal", [False, True], ids=["as it is", "of an earlier release"])
def test_it_is_read_by_a_user_who_may_write_nothing_there(folder, tmp_path, wal):
    if wal:
        _as_before(folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    out = tmp_path / "out"
    out.mkdir(mode=0o777)
    out.chmod(0o777)
    before = state(folder)
    _as_another_user(tmp_path, lambda: look(folder, out))
    _as_another_user(tmp_path, lambda: _refused(folder))
    assert state(folder) == before


def _as_before(folder):
    with sqlite3.connect(folder / "library.db") as db:
        db.execute("PRAGMA journal_mode=WAL")
    db.close()


def _refused(folder):
    with pytest.raises(LibraryError, match="Commands that only read still work"):
        Library(folder)


def _as_another_user(tmp_path, work):
    """Do it as nobody, where we are root, whom no mode keeps out."""
    if os.geteuid() == 0:
        for above in (tmp_path, *tmp_path.parents)[: -len(Path(tempfile.gettempdir()).parts)]:
            above.chmod(above.stat().st_mode | 0o055)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(pwd.getpwnam("nobody").pw_gid)
                os.setuid(pwd.getpwnam("nobody").pw_uid)
            work()
            code = 0
        except BaseException:  # noqa: BLE001 (the child ends here, and says why)
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


_KILLED = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size=1")
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE notes SET text = 'half a change' || zeroblob(100000)")
db.execute("DELETE FROM patients")
os._exit(9)
"""


def test_what_a_killed_program_left_half_done_is_not_read_and_not_mended(folder, tmp_path):
    subprocess.run([sys.executable, "-c", _KILLED, str(folder / "library.db")], check=False)
    assert (folder / "library.db-journal").stat().st_size
    before = state(folder)
    look(folder, tmp_path)
    assert state(folder) == before
    with Library(folder, clock=lambda: NOW_S) as library:  # who writes mends it
        assert library.chart("K-014").notes[0].text == "ran on sand"
    assert not (folder / "library.db-journal").exists()


def test_a_write_ahead_log_of_an_earlier_release_is_read_whole(folder, tmp_path):
    _as_before(folder)
    script = (
        "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1]); "
        'db.execute("INSERT INTO notes (patient_id, written_s, text) '
        "VALUES (1, 2000000000, 'in the log only')\"); db.commit(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(folder / "library.db")], check=False)
    assert (folder / "library.db-wal").stat().st_size
    before = state(folder)
    with Library(folder, reading=True) as library:
        assert library.notes.of("K-014")[0].text == "in the log only"
    assert state(folder) == before
    with Library(folder) as library:
        assert library.notes.of("K-014")[0].text == "in the log only"
    assert not (folder / "library.db-wal").exists()


def test_reading_beside_a_program_that_writes_sees_what_it_kept(folder):
    with Library(folder) as writer:
        writer.notes.add("K-014", "second")
        with Library(folder, reading=True) as reader:
            assert len(reader.notes.of("K-014")) == 2
            writer.notes.add("K-014", "third")
            assert len(reader.notes.of("K-014")) == 2, "it is as of its opening"
        with Library(folder, reading=True) as reader:
            assert len(reader.notes.of("K-014")) == 3
            with writer._database.write() as db:
                db.add(OptionRecord(key="x", value="1"))
                db.flush()
                Library(folder, reading=True).close()  # gives up no lock of this process
                script = (
                    "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=0); "
                    "db.execute('BEGIN IMMEDIATE')"
                )
                other = [sys.executable, "-c", script, str(folder / "library.db")]
                said = subprocess.run(other, capture_output=True, text=True, check=False).stderr
                assert "database is locked" in said


def test_a_database_that_changes_all_the_time_is_said(folder, monkeypatch):
    _as_before(folder)
    stamps = iter(range(99))
    monkeypatch.setattr(sqlite_snapshot, "_stamps", lambda _file: next(stamps))
    with pytest.raises(LibraryError, match="all the time"):
        Library(folder, reading=True)
