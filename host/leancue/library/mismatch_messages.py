"""Messages for locations that cannot be opened as a library, with the ways out: one table."""

from __future__ import annotations

from leancue.basis.errors import LibraryError
from leancue.library import library_condition as c
from leancue.library import locations
from leancue.library.library_condition import Found

_RESTORE = "restore a backup with `leancue library restore BACKUP`"
_ADOPT = "add them to this library with `leancue library adopt`"
_ELSEWHERE = "name another place in {where}"

# Problem, possible cause, ways out. {name}: the library's place; {files}: the
# folder of the runs' files; {count}: how many are there; {aside}: what stands beside the folder;
# {where}: what names the place.
MISFITS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    c.NEW: (
        "There is no library at {name} yet",
        "Nothing was added so far, or the library is elsewhere: on a disk that is not mounted, or "
        "in another folder",
        ("add a patient with `leancue library add CODE`", "try `leancue library example`",
         _RESTORE, _ELSEWHERE),
    ),
    c.NOT_EMPTY: (
        "{name} is not a library, and other files are in it or in {files}",
        "A library needs its own folder",
        (_ELSEWHERE,),
    ),
    c.PUT_ASIDE: (
        "There is no library at {name}, but {aside} is beside it",
        "A restore moved the former library there; the restored one is gone",
        ("give it its former name", _RESTORE, _ELSEWHERE),
    ),
    c.NO_DATABASE: (
        "The library {name} has no database, or an empty one, but {count} of runs are in {files}",
        "The database was lost or emptied, or a different one is named",
        (_RESTORE, _ADOPT, _ELSEWHERE),
    ),
    c.FOREIGN: (
        "The database of {name} is not a library",
        "It has the tables of another program",
        (_ELSEWHERE,),
    ),
    c.NO_FILES: (
        "The library {name} has lost the folder of its runs: {files} is missing or empty",
        "It was moved or deleted, or a disk is not mounted",
        ("put the folder back", _RESTORE, "continue without them with `leancue library adopt`"),
    ),
    c.NO_MARK: (
        "The folder {files} with {count} of runs is not marked as part of the library {name}",
        "Its file library.id was lost, or it is another library's folder",
        ("put the right folder back", _ADOPT, _RESTORE),
    ),
    c.OTHER_FILES: (
        "The database of {name} and the folder {files} belong to different libraries",
        "A different database or folder is named, or one of them was replaced",
        ("name the two that belong together", _RESTORE, _ADOPT),
    ),
    c.STRANGE: (
        "The {count} of runs in {files} do not belong to the database of {name}",
        "The database is new, or a different database or folder is named",
        ("name the two that belong together", _RESTORE, _ADOPT),
    ),
    c.CUT_OFF: (
        "The library {name} was built only in part from the files in {files}",
        "`leancue library adopt` was interrupted",
        ("type `leancue library adopt` again", _RESTORE),
    ),
}  # fmt: skip


def error(found: Found, what: str = "") -> LibraryError:
    """Return the error for what is at a place; ``what``: of ``condition``, else as found."""
    said, why, ways = MISFITS[what or found.what]
    count = len(found.files)
    words = {
        "name": found.place.name,
        "files": found.place.files,
        "count": f"{count} file{'' if count == 1 else 's'}",
        "where": locations.LIBRARY
        if found.place.folder
        else f"{locations.LIBRARY} or {locations.FILES}",
        "aside": next((path.name for path in c.put_aside(found.place)), ""),
    }
    *some, last = ways
    way_out = (f"{'; '.join(some)}; or {last}" if some else last).format(**words)
    return LibraryError(
        said.format(**words), why, f"Nothing was changed. {way_out[0].upper()}{way_out[1:]}."
    )


def replaceable(place: locations.LibraryLocation) -> Found | None:
    """Return what a restore or an adoption would replace, None for a file that is no database.

    Raises:
        LibraryError: where something is there that is no library.
    """
    try:
        found = c.look(place)
    except LibraryError:
        if place.folder is None:
            raise
        return None
    if found.what in (c.NOT_EMPTY, c.FOREIGN):
        raise error(found)
    return found
