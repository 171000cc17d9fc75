"""Mismatching database and files: reported, with ways out that work; never touched."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from host_runs import logged, runner
from leancue.basis.errors import LeanCueError, LibraryError
from leancue.library import Library, identity, library_condition, locations, mismatch_messages
from leancue.library.database import in_words

NOW_S = 1_760_100_000


def log(run_id=7, **values):
    return b"".join(logged(runner(14), run_id=run_id, **values))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A library with two runs, another with one, and a backup of the first."""
    root = tmp_path_factory.mktemp("made")
    for name, numbers in (("one", (7, 8)), ("two", (9,))):
        with Library(root / name, clock=lambda: NOW_S) as library:
            library.patients.add("K-014")
            for number in numbers:
                library.file_run(log(number))
            if name == "one":
                library.backup(root / "backups")
    return root


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made / "one", tmp_path / "library")
    return tmp_path / "library"


def state(folder):
    return {
        path: path.read_bytes() if path.is_file() else b"" for path in (folder, *folder.rglob("*"))
    }


def lose(folder):
    (folder / "library.db").unlink()


def empty(folder):
    (folder / "library.db").write_bytes(b"")


def blank(folder):
    lose(folder)
    with sqlite3.connect(folder / "library.db") as db:
        db.execute("PRAGMA user_version=1")
    db.close()


def fresh(folder):
    """A new library's database put into its place."""
    with Library(folder.parent / "fresh"):
        pass
    shutil.copy(folder.parent / "fresh" / "library.db", folder / "library.db")


def fresh_without_id(folder):
    """A new database whose making was cut off before it got its id."""
    fresh(folder)
    _without_id(folder)
    (folder / "samples" / identity.NAME).unlink()


def _without_id(folder):
    with sqlite3.connect(folder / "library.db") as db:
        db.execute("DELETE FROM identity")
    db.close()


def other_database(folder, made):
    shutil.copy(made / "two" / "library.db", folder / "library.db")


def other_files(folder, made):
    shutil.rmtree(folder / "samples")
    shutil.copytree(made / "two" / "samples", folder / "samples")


def no_files(folder):
    shutil.rmtree(folder / "samples")


def emptied_files(folder):
    no_files(folder)
    (folder / "samples").mkdir()


def no_mark(folder):
    (folder / "samples" / identity.NAME).unlink()


def spoilt_mark(folder):
    (folder / "samples" / identity.NAME).write_bytes(b"\xff\xfe")


def foreign(folder):
    lose(folder)
    with sqlite3.connect(folder / "library.db") as db:
        db.execute("CREATE TABLE invoices (id INTEGER)")
    db.close()


def cut_off(folder):
    with sqlite3.connect(folder / "library.db") as db:
        db.execute("UPDATE identity SET state = 'adopting'")
    db.close()


def spoilt(folder):
    (folder / "library.db").write_bytes(b"not a database at all" * 1000)


CASES = {
    lose: library_condition.NO_DATABASE,
    empty: library_condition.NO_DATABASE,
    blank: library_condition.NO_DATABASE,
    fresh: library_condition.OTHER_FILES,
    fresh_without_id: library_condition.STRANGE,
    other_database: library_condition.OTHER_FILES,
    other_files: library_condition.OTHER_FILES,
    spoilt_mark: library_condition.OTHER_FILES,
    no_files: library_condition.NO_FILES,
    emptied_files: library_condition.NO_FILES,
    no_mark: library_condition.NO_MARK,
    cut_off: library_condition.CUT_OFF,
    spoilt: "",
}


def spoil(how, folder, made):
    how(*(folder, made)[: how.__code__.co_argcount])


@pytest.mark.parametrize(("how", "what"), [*CASES.items(), (foreign, library_condition.FOREIGN)])
def test_it_says_so_and_touches_nothing(folder, made, how, what):
    spoil(how, folder, made)
    if what:
        assert library_condition.look(locations.find(folder)).what == what
    before = state(folder)
    for reading in (True, False):
        with pytest.raises(LibraryError) as caught:
            Library(folder, reading=reading)
        assert "leancue library" in str(caught.value) or "LEANCUE_LIBRARY" in str(caught.value)
    assert state(folder) == before


@pytest.mark.parametrize("how", CASES)
def test_a_backup_brings_it_back(folder, made, how):
    spoil(how, folder, made)
    (saved,) = (made / "backups").iterdir()
    aside = Library.restore(saved, folder)
    with Library(folder) as back:
        assert len(back.runs.of("K-014")) == 2
        unknown = [said for said in back.check() if "not in the library" not in said]
        assert unknown == []
    assert aside is not None and aside.is_dir()


@pytest.mark.parametrize("how", CASES)
def test_the_files_are_adopted_and_nothing_is_lost(folder, made, how):
    spoil(how, folder, made)
    there = {p.name for p in (folder / "samples").rglob("*.leanrun")}
    Library.adopt(folder, add_patients=True)
    with Library(folder) as library:
        assert {p.name for p in (folder / "samples").rglob("*.leanrun")} == there
        filed = {run.log_sha256 + ".leanrun" for run in library.runs.of("K-014")}
        assert filed >= there and not library.runs.inbox()
        problems = library.check()
        assert [said for said in problems if "cannot be read" not in said] == []
        assert problems == [] or how in (other_database, other_files, no_files, emptied_files)


def test_a_lost_database_is_made_of_the_files_again(folder):
    lose(folder)
    made = Library.adopt(folder)
    assert [filing.outcome for filing in made.filings] == ["questioned"] * 2
    assert not made.patients and not made.unread
    with Library(folder) as library:
        assert len(library.runs.inbox()) == 2 and library.check() == []
    assert Library.adopt(folder).filings == (), "once is enough"


def test_adopting_leaves_what_is_no_run(folder):
    lose(folder)
    spoilt = next((folder / "samples").rglob("*.leanrun"))
    spoilt.write_bytes(b"no page at all")
    made = Library.adopt(folder, add_patients=True)
    assert made.unread == (spoilt,) and made.patients == ("K-014",) and len(made.filings) == 1
    assert spoilt.read_bytes() == b"no page at all"


def test_a_damaged_database_is_put_aside_when_the_files_are_adopted(folder):
    spoilt(folder)
    made = Library.adopt(folder, add_patients=True)
    assert made.aside is not None and made.aside.read_bytes().startswith(b"not a database")
    with Library(folder) as library:
        assert len(library.runs.of("K-014")) == 2


def test_an_adoption_that_was_killed_goes_on(folder, monkeypatch):
    from leancue.library.stored_runs import StoredRuns

    lose(folder)
    real, left = StoredRuns.file, [1]

    def file(self, *words, **more):
        left[0] -= 1
        return real(self, *words, **more) if left[0] >= 0 else 1 / 0

    monkeypatch.setattr(StoredRuns, "file", file)
    with pytest.raises(ZeroDivisionError):
        Library.adopt(folder)
    with pytest.raises(LibraryError, match="type `leancue library adopt` again|Type `leancue li"):
        Library(folder)
    monkeypatch.undo()
    assert len(Library.adopt(folder).filings) == 1
    with Library(folder) as library:
        assert len(library.runs.inbox()) == 2


def test_nothing_is_adopted_where_nothing_is(tmp_path):
    with pytest.raises(LibraryError, match="There is no library"):
        Library.adopt(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_adopted_while_another_has_the_library_open(folder, monkeypatch):
    monkeypatch.setattr("leancue.library.locks.ALONE_WAIT_S", 0.1)
    with Library(folder), pytest.raises(LibraryError, match="open in another program"):
        Library.adopt(folder)


@pytest.mark.parametrize("things", ["samples/runner01/session1.csv", "letter.docx", "samples/x/y"])
def test_a_folder_of_other_things_is_no_place_for_a_library(tmp_path, things):
    path = tmp_path / "study" / things
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    (tmp_path / "study").chmod(0o755)
    before = state(tmp_path)
    for reading in (True, False):
        with pytest.raises(LibraryError, match="other files are in it"):
            Library(tmp_path / "study", reading=reading)
    assert state(tmp_path) == before
    assert (tmp_path / "study").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("name", ["", ".DS_Store", "desktop.ini"])
def test_an_empty_folder_is_one(tmp_path, name):
    place = tmp_path / "library"
    place.mkdir()
    if name:
        (place / name).write_text("")
    with Library(place) as library:
        assert library.is_new
    with Library(place) as library:
        assert not library.is_new


def test_what_a_restore_put_aside_is_not_forgotten_for_a_new_library(folder):
    aside = folder.with_name("library-before-20261128-101010")
    folder.rename(aside)
    for reading in (True, False):
        with pytest.raises(LibraryError, match="library-before-20261128-101010 is beside"):
            Library(folder, reading=reading)
    assert not folder.exists()
    aside.rename(folder)
    with Library(folder) as library:
        assert library.check() == []


def test_a_library_without_an_id_gets_one(folder):
    with Library(folder) as library:
        before = library.id
    _without_id(folder)
    no_mark(folder)
    with Library(folder, reading=True) as library:
        assert library.check() == [] and library.id == ""
    with Library(folder) as library:
        assert library.check() == [] and library.id and library.id != before
        assert identity.read(library.place.files) == library.id


def test_a_database_older_than_its_files_says_which_it_does_not_know(folder, made):
    (saved,) = (made / "backups").iterdir()
    with Library(folder) as library:
        library.file_run(log(10))
    shutil.copy(saved / "library.db", folder / "library.db")  # by other means than ours
    with Library(folder) as library:
        assert "1 file of runs are in the folder" in library.check()[0]
    Library.adopt(folder)
    with Library(folder) as library:
        assert library.check() == [] and len(library.runs.of("K-014")) == 3


@pytest.mark.parametrize("stop", ["schema", "identity", "mark"])
def test_a_library_whose_making_was_cut_off_is_made_on_the_next_opening(
    tmp_path, monkeypatch, stop
):
    with monkeypatch.context() as patch:
        if stop == "schema":
            patch.setattr("leancue.library.migration_runner.bring_up_to_date", lambda _db: 1 / 0)
        elif stop == "identity":
            patch.setattr(identity, "claim", lambda *_words: 1 / 0)
        else:
            patch.setattr(identity, "write", lambda *_words: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Library(tmp_path / "library")
    with Library(tmp_path / "library") as library:
        assert library.check() == [] and library.id == identity.read(library.place.files)


def test_every_misfit_has_words_and_ways_out_that_exist(tmp_path):
    from leancue.cli import library_runs

    commands = {c.name or c.callback.__name__ for c in library_runs.app.registered_commands}
    for _what, _why, ways in mismatch_messages.MISFITS.values():
        for way in ways:
            for command in re.findall(r"`leancue library (\w+)", way):
                assert command in commands
    assert Path(tmp_path).is_dir()


def test_nothing_is_restored_while_another_has_the_library_open(folder, made, monkeypatch):
    """What is kept there meanwhile would be lost; it is not."""
    monkeypatch.setattr("leancue.library.locks.ALONE_WAIT_S", 0.1)
    (saved,) = (made / "backups").iterdir()
    with Library(folder) as page:
        with pytest.raises(LibraryError, match="open in another program"):
            Library.restore(saved, folder)
        page.patients.add("K-015")
    with Library(folder, reading=True) as library:
        assert library.patients.has("K-015")
    assert list(folder.parent.iterdir()) == [folder]


def spoil_a_run(saved):
    next((saved / "samples").rglob("*.leanrun")).write_bytes(b"spoilt")


def spoil_the_database(saved):
    file = saved / "library.db"
    file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 8192)


def cut_the_database(saved):
    file = saved / "library.db"
    file.write_bytes(file.read_bytes()[:5000])


@pytest.mark.parametrize("how", [spoil_a_run, spoil_the_database, cut_the_database])
def test_a_spoilt_backup_changes_nothing_and_leaves_nothing(folder, made, tmp_path, how):
    (saved,) = (made / "backups").iterdir()
    spoilt = shutil.copytree(saved, tmp_path / "spoilt")
    how(spoilt)
    with pytest.raises(LeanCueError):
        Library.restore(spoilt, folder)
    assert {path.name for path in tmp_path.iterdir()} == {"library", "spoilt"}
    with Library(folder) as library:
        assert len(library.runs.of("K-014")) == 2 and library.check() == []


@pytest.mark.parametrize(
    "act",
    [
        lambda folder: Library(folder),
        lambda folder: Library(folder, reading=True),
        lambda folder: Library.restore(folder, folder.parent / "new"),
    ],
)
def test_a_damaged_database_is_said_with_both_ways_out(folder, act):
    spoil_the_database(folder)
    with pytest.raises(LibraryError, match="is damaged.*restore.*adopt"):
        act(folder)


def test_a_full_disk_is_said(tmp_path):
    full = sqlite3.OperationalError("database or disk is full")
    with pytest.raises(LibraryError, match="Free some space"), in_words(locations.find(tmp_path)):
        raise full


def test_erasing_names_what_a_killed_restore_left(folder, made, monkeypatch):
    """A whole copy beside the library, and the backup's database in its folder."""
    (saved,) = (made / "backups").iterdir()

    class KilledError(BaseException):
        pass

    def killed(*_):
        raise KilledError

    monkeypatch.setattr("leancue.library.restore_folder._exchange", killed)
    with pytest.raises(KilledError):
        Library.restore(saved, folder)
    (copy,) = folder.parent.glob("library-before-*")
    with Library(folder) as library:
        plan = library.erasure("K-014")
        assert any(str(copy) in sentence for sentence in plan.words)
        library.erase(plan)
    assert not [p for p in folder.rglob("*") if p.is_file() and b"K-014" in p.read_bytes()]


def test_what_the_system_says_of_the_folder_is_told_without_its_number(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(LibraryError, match="cannot be used: Not a directory. It may be"):
        Library(tmp_path / "file" / "library")
