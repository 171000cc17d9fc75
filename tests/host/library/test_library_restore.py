"""Restoring a backup: into an existing library, to a new place, and failures."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys

import pytest
from host_runs import logged, runner
from leancue.basis.errors import LibraryError, LogError
from leancue.library import Library, previous_library

NOW_S = 1_760_100_000


def log(run_id=7, **values):
    return b"".join(logged(runner(14), run_id=run_id, **values))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A backup of one run, and the library after another run came to it."""
    root = tmp_path_factory.mktemp("made")
    with Library(root / "library", clock=lambda: NOW_S) as library:
        library.patients.add("K-014")
        library.file_run(log(7))
        library.backup(root / "backups").rename(root / "saved")
        library.file_run(log(8))
    return root


@pytest.fixture
def world(made, tmp_path):
    shutil.copytree(made / "library", tmp_path / "library")
    shutil.copytree(made / "saved", tmp_path / "saved")
    return tmp_path


@pytest.fixture(autouse=True)
def _no_long_waits(monkeypatch):
    monkeypatch.setattr("leancue.library.locks.ALONE_WAIT_S", 0.1)


def numbers(folder):
    with Library(folder, reading=True) as library:
        assert library.check() == []
        return sorted(run.number for run in library.runs.of("K-014"))


def test_the_library_before_is_put_aside_whole(world):
    put = Library.restore(world / "saved", world / "library")
    assert (numbers(world / "library"), numbers(put)) == ([7], [7, 8])
    with Library(world / "library") as library:
        words = " ".join(library.erasure("K-014").words)
        assert str(put) in words and str(world / "saved") in words
        library.erase(library.erasure("K-014"))
    assert numbers(put) == [7, 8], "its files are its own, though the disk has them once"


def test_what_the_library_before_had_besides_goes_into_the_bin(world):
    (eight,) = {p.name for p in (world / "library" / "samples").rglob("*.leanrun")} - {
        p.name for p in (world / "saved" / "samples").rglob("*.leanrun")
    }
    Library.restore(world / "saved", world / "library")
    with Library(world / "library", clock=lambda: NOW_S) as library:
        assert [path.name for path in library.place.bin.iterdir()] == [eight]
        library.tidy()
        assert [path.name for path in library.place.bin.iterdir()] == [eight], "not before time"


def test_the_disk_that_shares_no_files_gets_copies(world, monkeypatch):
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(1, "no links")))
    assert numbers(Library.restore(world / "saved", world / "library")) == [7, 8]


def test_it_comes_to_a_new_place(world):
    assert Library.restore(world / "saved", world / "new" / "library") is None
    assert numbers(world / "new" / "library") == [7]
    assert [path.name for path in (world / "new").iterdir()] == ["library"]


@pytest.mark.parametrize("reading", [False, True])
def test_it_is_refused_while_another_program_may_write(world, reading):
    """A program that only reads has a copy of its own: it is in nobody's way."""
    script = (
        "import sys; from leancue.library import Library\n"
        f"library = Library(sys.argv[1], reading={reading})\n"
        "print('open', flush=True); sys.stdin.readline(); library.close()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(world / "library")], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    with other:
        assert other.stdout.readline() == "open\n"
        if reading:
            Library.restore(world / "saved", world / "library")
        else:
            with pytest.raises(LibraryError, match="open in another program; nothing was changed"):
                Library.restore(world / "saved", world / "library")
            assert numbers(world / "library") == [7, 8] and not list(world.glob("*-before-*"))
        other.stdin.write("\n")
        other.stdin.flush()
    if not reading:
        Library.restore(world / "saved", world / "library")
    assert numbers(world / "library") == [7]


def test_it_is_refused_while_this_program_has_it_open_under_another_name(world):
    (world / "link").symlink_to(world / "library")
    with Library(world / "link") as page:
        with pytest.raises(LibraryError, match="open in another program"):
            Library.restore(world / "saved", world / "library")
        page.patients.add("K-015")
    with Library(world / "library") as library:
        assert library.patients.has("K-015")


def test_a_library_is_not_restored_from_itself(world):
    with pytest.raises(LibraryError, match="is the library itself"):
        Library.restore(world / "library", world / "library")


def test_a_backup_with_a_spoilt_run_changes_nothing(world):
    file = next((world / "saved" / "samples").rglob("*.leanrun"))
    file.write_bytes(b"?" + file.read_bytes()[1:])
    with Library(world / "library") as library:
        library.runs.remove(next(r.id for r in library.runs.of("K-014") if r.number == 7))
    with pytest.raises(LogError, match="has changed since it was filed"):
        Library.restore(world / "saved", world / "library")
    assert numbers(world / "library") == [8]


@pytest.mark.parametrize("damage", ["cut", "spoilt", "half"])
def test_a_backup_with_a_damaged_database_is_said_in_words(world, damage):
    file = world / "saved" / "library.db"
    data = file.read_bytes()
    file.write_bytes({
        "cut": data[: len(data) // 2], "spoilt": b"no database" * 999,
        "half": data[:8192] + bytes(len(data) - 8192),
    }[damage])  # fmt: skip
    with pytest.raises(LibraryError):
        Library.restore(world / "saved", world / "library")
    assert numbers(world / "library") == [7, 8] and not list(world.glob("*-before-*"))


def test_the_sidecars_of_a_damaged_database_do_not_spoil_the_one_that_comes(world):
    folder = world / "library"
    with sqlite3.connect(world / "other.db") as db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    (folder / "library.db").write_bytes(b"not a database at all" * 1000)
    for name in ("library.db-journal", "library.db-wal", "library.db-shm"):
        (folder / name).write_bytes((world / "other.db").read_bytes())
    put = Library.restore(world / "saved", folder)
    with Library(folder) as library:
        assert [run.number for run in library.runs.of("K-014")] == [7]
        assert "1 file of runs are in the folder" in library.check()[0]
    assert (put / "library.db-wal").exists()
    Library.adopt(folder)
    assert numbers(folder) == [7, 8]


@pytest.mark.parametrize("then", ["restore", "tidy", "erase"])
def test_what_a_killed_restore_left_does_not_stay(world, then):
    left = [previous_library.stage_of(world / "library", of) for of in ("aside", "restored")]
    for stage in left:
        stage.mkdir()
        (stage / "library.db").write_text("half")
    left.append(previous_library.database_of(world / "library"))
    left[-1].write_text("half")
    if then == "restore":
        Library.restore(world / "saved", world / "library")
    else:
        with Library(world / "library") as library:
            library.tidy() if then == "tidy" else library.erase(library.erasure("K-014"))
    assert not [path for path in left if path.exists()]


_WORK = {
    "backup": "Library(sys.argv[1], reading=True).backup(sys.argv[3])",
    "restore": "Library.restore(sys.argv[2], sys.argv[1])",
    "restore to a new place": "Library.restore(sys.argv[2], sys.argv[3] + '/new')",
}


@pytest.mark.parametrize("most", [0, 3000, 20_000, 60_000], ids=str)
@pytest.mark.parametrize("work", _WORK)
def test_a_full_disk_is_said_in_words_and_the_library_is_as_it_was(world, work, most):
    """No file may be larger than ``most`` bytes: what a full disk does, at every stage."""
    script = (
        "import resource, sys\nfrom leancue.basis.errors import LeanCueError\n"
        "from leancue.library import Library\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))\n"
        f"try:\n    {_WORK[work]}\n"
        "except LeanCueError as error:\n    print(type(error).__name__, error)\n"
    )
    words = [sys.executable, "-c", script, *(str(world / n) for n in ("library", "saved", "out"))]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert done.stderr == "" and done.returncode == 0
    assert done.stdout.startswith(("OutputError", "LibraryError")), done.stdout
    assert numbers(world / "library") == [7, 8]
    assert not (world / "out" / "new").exists()
    assert not [path for path in (world / "out").glob("*") if not path.name.startswith(".")]
