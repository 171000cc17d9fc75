"""The same library on a real PostgreSQL server, made for the test and thrown away after it."""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest
from host_runs import logged, runner
from leancue.basis.errors import LibraryError
from leancue.basis.plain_text import plain
from leancue.library import Library

NOW_S = 1_760_100_000


def _program(name):
    """The server's programs are often not on the path."""
    found = shutil.which(name) or next(
        iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None
    )
    return found and str(Path(found).resolve())


def _somebody():
    """A user who may run the server, which root may not; None = who we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None


@pytest.fixture(scope="module")
def server():
    pytest.importorskip("psycopg", reason="the driver is not installed: pip install psycopg")
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if not (initdb and pg_ctl):
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    user = _somebody()
    # Not in pytest's own folder, into which no other user may look.
    with tempfile.TemporaryDirectory(prefix="leancue-", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)
        ports = f"-c listen_addresses='' -k {folder} -F"
        _run(folder, user, initdb, "-A", "trust", "-U", "leancue", "-N")
        _run(folder, user, pg_ctl, "-o", ports, "-l", f"{folder}/log", "-w", "start")
        yield f"postgresql://leancue@/postgres?host={folder}"
        _run(folder, user, pg_ctl, "-m", "immediate", "-w", "stop")


def _run(folder, user, program, *arguments):
    command = [program, "-D", f"{folder}/data", *arguments]
    done = subprocess.run(command, stdout=-1, stderr=-2, cwd=folder, user=user, timeout=120)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def place(server, monkeypatch, tmp_path):
    """An empty database of its own, and a folder for the files."""
    monkeypatch.setenv("LEANCUE_LIBRARY_FILES", str(tmp_path / "files"))
    return _database(server)


@pytest.fixture
def empty(server):
    """Another empty database."""
    return _database(server)


def _database(server):
    import psycopg

    name = f"test_{os.urandom(4).hex()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


def tables(url):
    import psycopg

    with psycopg.connect(url) as connection:
        wanted = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        return connection.execute(wanted).fetchall()


def snapshot(folder):
    """All that is in a folder, and when each was last written."""
    return {path: path.stat().st_mtime_ns for path in (folder, *folder.rglob("*"))}


@pytest.fixture
def library(place):
    with Library(place, clock=lambda: NOW_S) as opened:
        yield opened


def log(run_id=7, **values):
    return b"".join(logged(runner(14), run_id=run_id, **values))


def test_a_visit_on_a_server(library, tmp_path):
    library.patients.add("K-014")
    (filing,) = library.file_run(log(), patient="K-014")
    assert filing.outcome == "filed" and library.file_run(log())[0].outcome == "already"
    library.sessions.set_pain(filing.run.session_id, 4)
    library.notes.add("K-014", "on sand", filing.run.session_id)
    library.prescriptions.add("K-014", {"baseline_cdeg": 620}, "page")
    assert library.chart("K-014").points[0].pain == 4
    assert library.overview()[0].patient.code == "K-014" and library.check() == []
    library.export_patient("K-014", tmp_path / "all.zip")
    library.erase(library.erasure("K-014"))
    assert not library.patients.all() and not list(library.place.files.rglob("*.leanrun"))


def test_the_example_on_a_server(library):
    library.add_example()
    assert len(library.chart("EXAMPLE").points) == 8
    library.remove_example()
    assert not library.patients.all()


def test_two_desks_file_the_same_runs_at_once(place):
    """Each of eight runs comes in once, whoever was first."""
    runs = [log(run_id) for run_id in range(1, 5)]
    with Library(place) as first:
        first.patients.add("K-014")
    outcomes = []

    def desk():
        with Library(place) as library:
            outcomes.extend(library.file_run(run)[0].outcome for run in runs)

    desks = [threading.Thread(target=desk) for _ in range(2)]
    for one in desks:
        one.start()
    for one in desks:
        one.join()
    assert sorted(outcomes) == ["already"] * 4 + ["filed"] * 4
    with Library(place) as library:
        assert len(library.runs.of("K-014")) == 4 and library.check() == []


def test_a_backup_of_the_server_is_a_folder_and_comes_back_to_a_server(library, place, tmp_path):
    library.patients.add("K-014")
    library.file_run(log())
    made = library.backup(tmp_path / "backups")
    with Library(made) as copy:
        assert len(copy.runs.of("K-014")) == 1 and copy.check() == []
    with pytest.raises(LibraryError, match="open in another program"):
        Library.restore(made, place)
    library.close()
    with pytest.raises(LibraryError, match="not empty"):
        Library.restore(made, place)
    with Library(place) as there:
        there.erase(there.erasure("K-014"))
        library_id = there.id
    Library.restore(made, place)
    with Library(place) as back:
        assert back.runs.of("K-014")[0].summary.steps > 20 and back.check() == []
        assert back.id == library_id and not list(back.place.files.rglob("*.new"))
        back.patients.add("K-015")  # the keys go on behind the restored ones


def test_a_backup_comes_back_to_a_new_database_beside_the_old_files(
    library, place, empty, tmp_path
):
    library.patients.add("K-014")
    library.file_run(log())
    (library.place.files / "letters").mkdir()
    letter = library.place.files / "letters" / "a.docx"
    letter.write_text("mine")
    made = library.backup(tmp_path / "backups")
    before = snapshot(library.place.files)
    for reading in (True, False):
        with pytest.raises(LibraryError, match="no database, or an empty one, but 1 file of runs"):
            Library(empty, reading=reading)
    assert snapshot(library.place.files) == before and tables(empty) == []
    library.close()
    Library.restore(made, empty)
    with Library(empty) as back:
        assert back.check() == [] and len(back.runs.of("K-014")) == 1 and back.id == library.id
        assert back.strangers() == [letter]


def test_the_files_of_another_database_are_said_and_not_touched(
    library, place, empty, monkeypatch, tmp_path
):
    library.patients.add("K-014")
    library.file_run(log())
    with monkeypatch.context() as patch:
        patch.setenv("LEANCUE_LIBRARY_FILES", str(tmp_path / "others"))
        with Library(empty) as other:
            other.patients.add("K-014")
    before = snapshot(library.place.files)
    for reading in (True, False):
        with pytest.raises(LibraryError, match="belong to different libraries"):
            Library(empty, reading=reading)
    assert snapshot(library.place.files) == before
    library.close()
    made = Library.adopt(empty)
    assert [filing.outcome for filing in made.filings] == ["filed"]
    with Library(empty) as other:
        assert len(other.runs.of("K-014")) == 1 and other.check() == []
    with pytest.raises(LibraryError, match="belong to different libraries"):
        Library(place)


def test_a_server_is_read_without_writing(library, place):
    library.patients.add("K-014")
    library.file_run(log())
    before = snapshot(library.place.files)
    with Library(place, reading=True) as there:
        assert there.overview()[0].patient.code == "K-014" and there.check() == []
        assert there.chart("K-014").points
        with pytest.raises(LibraryError, match="opened for reading"):
            there.patients.add("K-015")
    assert snapshot(library.place.files) == before


@pytest.mark.parametrize("text", ["NUL \0 in it", "half a pair \ud800"])
def test_a_text_that_no_database_holds_is_kept_without_what_none_holds(library, text):
    library.patients.add("K-014")
    library.notes.add("K-014", text)
    (note,) = library.notes.of("K-014")
    assert note.text == plain(text)
    assert note.text.isprintable()


def test_raw_samples_are_given_up_on_a_server_too(library):
    library.patients.add("K-014")
    run = library.file_run(log())[0].run
    library.options.set("retention_days", 1)
    assert library.tidy().raw == 1
    assert library.runs.get(run.id).log_bytes < run.log_bytes and library.check() == []


def test_a_server_that_is_away_or_a_folder_that_is_not_named_is_said(place, monkeypatch):
    with pytest.raises(LibraryError, match="cannot be used") as caught:
        Library("postgresql://leancue:secret@127.0.0.1:9/none")
    assert "secret" not in str(caught.value)
    monkeypatch.delenv("LEANCUE_LIBRARY_FILES")
    with pytest.raises(LibraryError, match="LEANCUE_LIBRARY_FILES"):
        Library(place)
