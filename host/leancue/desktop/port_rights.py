"""The right to open a clip's ports on Linux: a rule for udev, kept as a file of this package.

The .deb brings the rule along; elsewhere ``leancue doctor --mend`` writes it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from leancue.basis import program
from leancue.basis.errors import NeedsRoot

RULE = Path(__file__).with_name("70-leancue.rules")
PLACE = Path("/etc/udev/rules.d", RULE.name)  # the administrator's folder
PLACES = (PLACE, Path("/usr/lib/udev/rules.d", RULE.name), Path("/lib/udev/rules.d", RULE.name))
_CONTROL = Path("/run/udev/control")  # there while udev runs
# To have a rule read, and used on what is plugged in already.
_TOLD = (("control", "--reload"), ("trigger", "--subsystem-match=tty"))
Run = Callable[[Sequence[str]], object]


def needed() -> bool:
    """Whether this system gives serial ports to some users only."""
    return sys.platform == "linux"


def installed() -> Path | None:
    """Return where the rule is, as this release has it; None if it is not there."""
    wanted = RULE.read_bytes()
    return next((place for place in PLACES if _content(place) == wanted), None)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # not there, or not for us to read
        return b""


def demand_root() -> None:
    """Raise NeedsRoot where this user may not write the rule; it says what to type."""
    if os.geteuid() != 0:
        raise NeedsRoot(
            f"Only root may write {PLACE}.",
            "A rule for udev is the whole computer's.",
            f"Type `sudo {command()} doctor --mend`.",
        )


def command() -> str:
    """Return how this program is started by sudo, which does not know the user's PATH."""
    if program.FROZEN:
        return shlex.quote(sys.executable)
    found = Path(sys.argv[0])
    return shlex.quote(str(found.resolve())) if found.is_file() else "leancue"


def _call(words: Sequence[str]) -> object:
    return subprocess.run(words, check=False, capture_output=True)


def install(call: Run = _call) -> bool:
    """Write the rule; return whether udev was told of it, else it holds from the next start.

    Raises:
        NeedsRoot: the system does not let it be written.
    """
    beside = PLACE.with_name(PLACE.name + ".part")
    try:
        PLACE.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(RULE.read_bytes())
        beside.chmod(0o644)
        beside.replace(PLACE)
    except OSError as error:
        with suppress(OSError):  # it may not even have come to be
            beside.unlink()
        raise NeedsRoot(
            f"{PLACE} cannot be written: {error.strerror or error}.",
            "The system's folders may be read-only.",
            f"Copy {RULE} to where this system keeps udev's rules.",
        ) from error
    udevadm = shutil.which("udevadm")
    if udevadm is None or not _CONTROL.exists():
        return False
    for words in _TOLD:
        call([udevadm, *words])
    return True


def group_command(group: str) -> str:
    """Return what gives the ports to the person who is meant, sudo's caller included."""
    user = os.environ.get("SUDO_USER")
    return f"sudo usermod -aG {group} {shlex.quote(user) if user else '$USER'}"
