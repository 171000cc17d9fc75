"""The database's layout: updated on opening, by alembic's migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from leancue.basis import program
from leancue.basis.errors import LibraryError
from leancue.language.words import _
from leancue.library.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")
# The newest migration, by its file; alembic is used only if the database has another.
HEAD = max(path.name[:5] for path in (MIGRATIONS / "versions").glob("m*.py"))
# Marks of libraries made before the first release.
_BEFORE_FIRST = ("0001", "0002", "0003", "m0001", "m0002", "m0003", "m0004", "m0005")


def bring_up_to_date(database: Database) -> None:
    """Create or change the tables for this version, atomically.

    Of a database that was opened to be read, its private copy is changed.

    Raises:
        LibraryError: for a library of a later version, or of none that was released; for a
            server's of an earlier one that was opened to be read.
    """
    version = _version(database)
    if version in _BEFORE_FIRST:
        raise _never_released(database)
    if version == HEAD:
        return
    database.require_derivable()
    with database.connect(writes=True) as connection, _without_cascades(connection, database):
        upgrade(connection, database)
        connection.commit()


def _never_released(database: Database) -> LibraryError:
    return LibraryError(
        _(
            "The library {name} was made before the first release of LeanCue.",
            name=database.place.name,
        ),
        _("Its tables have a form that no release uses."),
        "Nothing was changed. Move its database (library.db) elsewhere, then type `leancue library "
        "adopt --add-patients`. Patients and runs are restored from the runs' files; prescriptions "
        "without a run, notes and pain scores are not.",
    )


def upgrade(connection: Connection, database: Database) -> None:
    """Make or change the tables within the transaction of ``connection``. LibraryError."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise LibraryError(
            _(
                "The library {name} was made by a later version of LeanCue: {error}.",
                name=database.place.name,
                error=error,
            ),
            _("Another desk has updated it."),
            program.get_newer(),
        ) from error
    _check_references(connection, database)


@contextmanager
def _without_cascades(connection: Connection, database: Database) -> Iterator[None]:
    """SQLite changes a table by making it anew; dropping the old one must delete nothing else.

    The switch works outside of a transaction only; afterwards every reference is checked.
    """
    if not database.is_sqlite:
        yield
        return
    sqlite = connection.connection.driver_connection
    assert sqlite is not None
    sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()  # what was not committed
        sqlite.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection, database: Database) -> None:
    strays = database.is_sqlite and list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
    if strays:
        raise LibraryError(
            _(
                "The library {name} could not be updated. It is unchanged.",
                name=database.place.name,
            ),
            _("{number} of its rows refer to rows that do not exist.", number=len(strays)),
            "Restore a backup with `leancue library restore`.",
        )


def _version(database: Database) -> str:
    with database.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")
