"""The tables of a library: made, brought up to date, refused where they are of no release."""

import sqlite3

import pytest
from leancue.basis.errors import LibraryError
from leancue.library import (
    Library,
    locations,
    migration_runner,
    models,
)
from leancue.library.database import Database
from library_rig import all_bytes


def marked(library, version):
    """Write another version into the database, as an earlier program left it."""
    with sqlite3.connect(library.place.folder / "library.db") as db:
        db.execute(f"UPDATE alembic_version SET version_num = '{version}'")
    db.close()


@pytest.mark.parametrize("version", migration_runner._BEFORE_FIRST)
def test_a_library_that_no_release_made_is_told_how_to_go_on(filled, version):
    library, run = filled
    library.close()
    marked(library, version)
    before = all_bytes(library)
    for reading in (True, False):
        with pytest.raises(LibraryError, match="before the first release") as told:
            Library(library.place.folder, reading=reading)
    assert all_bytes(library) == before
    assert "leancue library adopt" in told.value.way_out
    file = library.place.folder / "library.db"
    file.rename(file.parent.with_name("kept.db"))
    Library.adopt(library.place.folder, add_patients=True)
    with Library(library.place.folder) as opened:
        assert [row.began_s for row in opened.runs.of("K-014")] == [run.began_s]


def differences(database):
    """How the tables differ from those that the code has."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), models.Base.metadata)


def test_the_migrations_make_the_tables_that_the_code_has(tmp_path):
    from alembic.script import ScriptDirectory

    database = Database(locations.find(tmp_path / "library"))
    migration_runner.bring_up_to_date(database)
    assert differences(database) == []
    assert (
        ScriptDirectory(str(migration_runner.MIGRATIONS)).get_current_head()
        == migration_runner.HEAD
    )


def test_a_run_is_one_patients_or_a_question_is_open(filled):
    with sqlite3.connect(filled[0].place.folder / "library.db") as db:
        for change in ("patient_id = NULL", "question = 'archived'"):
            with pytest.raises(sqlite3.IntegrityError, match="owner"):
                db.execute(f"UPDATE runs SET {change}")
    db.close()


def test_a_library_of_a_later_version_is_left_alone(library):
    with sqlite3.connect(library.place.folder / "library.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    with pytest.raises(LibraryError, match="later version"):
        Library(library.place.folder)


def test_what_is_no_library_is_refused(tmp_path):
    (tmp_path / "library.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(LibraryError, match="is damaged: file is not a database"):
        Library(tmp_path)
    with pytest.raises(LibraryError, match="cannot be used for a library"):
        Library("mysql://user:secret@host/name")
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(LibraryError):
        Library(file)
