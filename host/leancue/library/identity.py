"""The identity of a library: an id in the database, and the same in the folder of the files.

So a database is never used unnoticed with the files of another one: after a lost, emptied or
misnamed database, an unmounted disk, a swapped folder (``library_condition.py``).
"""

from __future__ import annotations

import re
import uuid
from pathlib import Path

from sqlalchemy import select

from leancue.basis.files import write_atomically
from leancue.library.database import Database
from leancue.library.models import MAKING, WHOLE, IdentityRecord

NAME = "library.id"
UNREADABLE = "unreadable"  # an id that no database has
_WORDS = """This folder belongs to a LeanCue library; the id says which one. The files in it are
runs, and the library's database records their patients. Change them only with `leancue library`.
id: {library_id}
"""
_ID = re.compile(r"^id: ([0-9a-f]{32})$", re.MULTILINE)


def new_id() -> str:
    """Return a unique id."""
    return uuid.uuid4().hex


def read(folder: Path) -> str:
    """Return the id in ``folder``, "" if there is none. OSError if it cannot be read."""
    try:
        text = (folder / NAME).read_text("ascii")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        return UNREADABLE
    found = _ID.search(text)
    return found[1] if found else UNREADABLE


def write(folder: Path, library_id: str) -> None:
    """Mark ``folder`` as this library's, atomically. OutputError."""
    write_atomically(folder / NAME, _WORDS.format(library_id=library_id))


def of(database: Database) -> str:
    """Return the id in the database, "" if there is none. LibraryError."""
    with database.read() as db:
        return db.scalar(select(IdentityRecord.library_id)) or ""


def claim(database: Database, folder: Path, *, library_id: str = "") -> str:
    """Give a library without id one, mark the folder, and return the id.

    If interrupted, it is repeated on the next opening. ``library_id``: a required id.

    Raises:
        LibraryError, OutputError.
    """
    with database.write() as db:
        row = db.scalar(select(IdentityRecord))
        if row is None:
            row = IdentityRecord(library_id=library_id or new_id(), state=MAKING)
            db.add(row)
            db.flush()
        found = row.library_id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write(folder, found)
    set_state(database, WHOLE)
    return found


def set_state(database: Database, state: str) -> None:
    """Record what the library is in the middle of. LibraryError."""
    with database.write() as db:
        db.scalars(select(IdentityRecord)).one().state = state
