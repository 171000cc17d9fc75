"""``boot_out.txt``: a CircuitPython drive's information about its board."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from leancue.basis import program
from leancue.basis.errors import NotACircuitPython, WrongFirmware
from leancue.basis.files import read_at_most
from leancue.basis.plain_text import plain
from leancue.language.words import N_, _

NAME = "boot_out.txt"
_BYTES_MOST = 4000  # CircuitPython writes a few lines
# What boot.py prints (``retained_memory.NO_START_TOLD``), or CircuitPython of an error in it.
_NO_START = re.compile(r"^LeanCue: the program did not start|^Traceback ", re.M)

# LeanCue supports versions from the first to below the second; the reasons for each limit.
OLDEST, NEWEST = (9, 0), (11, 0)
TOO_OLD = N_("older versions lack what LeanCue needs to restart after a drop in voltage")
TOO_NEW = N_(
    "LeanCue was tested with CircuitPython 9 and 10, and a new major version may rename things"
)
GET = N_(
    "Get CircuitPython 10 for your board from https://circuitpython.org/downloads, then try again."
)


@dataclass(frozen=True)
class BootOut:
    """``board``: CircuitPython's board id. ``uid``: "" if the firmware does not give it.

    ``no_start``: boot.py reports that the program did not start, or boot.py itself failed.
    """

    version: tuple[int, ...]
    version_text: str
    board: str
    uid: str
    no_start: bool = False


def read(drive: Path) -> BootOut:
    """Read ``boot_out.txt`` of ``drive``.

    Raises:
        NotACircuitPython: where it is missing, or makes no sense.
        OSError: where it is there and the system does not give it.
    """
    try:
        text = read_at_most(drive / NAME, _BYTES_MOST).decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotACircuitPython(
            _(
                "{drive} is not a CircuitPython drive: it has no readable {file} ({reason}).",
                drive=drive,
                file=NAME,
                reason=error.strerror or error,
            ),
            _("The board may have no CircuitPython yet, or this is another drive."),
            "List the drives with `leancue devices`; choose one with `--drive DIR`.",
        ) from error
    return parse(text, str(drive))


def parse(text: str, where: str) -> BootOut:
    """Return what ``text`` says; NotACircuitPython if it is not CircuitPython's."""
    version = re.search(r"CircuitPython (\d+)\.(\d+)(?:\.(\d+))?(\S*)", text)
    board = re.search(r"^Board ID:\s*(\S+)", text, re.M)
    if not version or not board:
        raise NotACircuitPython(
            _("{file} on {where} does not name a version and a board.", file=NAME, where=where),
            _("It was changed, or written by a very old CircuitPython."),
            _(GET),
        )
    uid = re.search(r"^UID:\s*([0-9A-Fa-f]+)", text, re.M)
    numbers = tuple(int(part) for part in version.groups()[:3] if part)
    said = version.group(0).removeprefix("CircuitPython ").rstrip(";")
    uid_text = uid.group(1).upper() if uid else ""
    board_text, told = plain(board.group(1)), bool(_NO_START.search(text))
    return BootOut(numbers, plain(said), board_text, uid_text, told)


def check_version(found: BootOut) -> None:
    """Reject an unsupported CircuitPython: WrongFirmware, with the reason."""
    if found.version[:2] < OLDEST:
        raise WrongFirmware(
            _("The board runs CircuitPython {version}; LeanCue needs {oldest} or newer.",
              version=found.version_text, oldest=f"{OLDEST[0]}.{OLDEST[1]}"),
            _(TOO_OLD),
            _(GET),
        )  # fmt: skip
    if found.version[:2] >= NEWEST:
        raise WrongFirmware(
            _("The board runs CircuitPython {version}; this LeanCue supports up to {newest}.",
              version=found.version_text, newest=NEWEST[0] - 1),
            _(TOO_NEW),
            f"{program.get_newer()} Or: {_(GET)}",
        )  # fmt: skip
