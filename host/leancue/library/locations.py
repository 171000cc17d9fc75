"""Location of the library: a folder, or a PostgreSQL server and a folder for the files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from leancue.basis.errors import LibraryError

LIBRARY = "LEANCUE_LIBRARY"
FILES = "LEANCUE_LIBRARY_FILES"
DATABASE = "library.db"
SAMPLES = "samples"
BIN = "bin"
_SERVERS = ("postgresql://", "postgres://", "postgresql+psycopg://")


@dataclass(frozen=True)
class LibraryLocation:
    """``url``: of the database, for SQLAlchemy. ``files``: the folder of the runs' files.

    ``bin``: the folder of superfluous files. ``folder``: the library's own folder; None with a
    server's database.
    """

    url: str
    files: Path
    bin: Path
    folder: Path | None

    @property
    def name(self) -> str:
        """Its name in messages; never with a password."""
        return str(self.folder) if self.folder else _without_password(self.url)


def find(where: str | Path | None = None) -> LibraryLocation:
    """Return the location ``where``: a folder or the URL of a PostgreSQL database.

    By default the environment's LEANCUE_LIBRARY, else a folder in the user's data. With a server
    the files are in LEANCUE_LIBRARY_FILES, which all hosts must share.
    """
    where = where or os.environ.get(LIBRARY) or _default()
    if str(where).startswith(_SERVERS):
        _, _, rest = str(where).partition("://")
        files = _shared_files()
        return LibraryLocation(f"postgresql+psycopg://{rest}", files, files / BIN, None)
    if "://" in str(where):
        raise LibraryError(
            f"{_without_password(str(where))} cannot be used for a library.",
            "A library is a folder, or the URL of a PostgreSQL database.",
            f"Set {LIBRARY} to a folder or to `postgresql://USER@HOST/NAME`.",
        )
    folder = Path(where).expanduser().absolute()
    return LibraryLocation(
        f"sqlite+pysqlite:///{folder / DATABASE}", folder / SAMPLES, folder / BIN, folder
    )


def _default() -> Path:
    from platformdirs import user_data_dir

    return Path(user_data_dir("leancue", appauthor=False)) / "library"


def _shared_files() -> Path:
    named = os.environ.get(FILES)
    if not named:
        raise LibraryError(
            "The library is on a server, but no folder is set for the runs' files.",
            "Raw samples are kept as files, in a folder that all desks of the clinic share.",
            f"Set {FILES} to that folder.",
        )
    return Path(named).expanduser().absolute()


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    login, at, host = rest.rpartition("@")
    return f"{scheme}{separator}{login.partition(':')[0]}{at}{host}"
