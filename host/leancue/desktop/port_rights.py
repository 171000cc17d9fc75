"""Access to a clip's ports on Linux: a udev rule, a file of this package.

The .deb includes the rule; elsewhere ``leancue doctor --mend`` writes it.
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
_CONTROL = Path("/run/udev/control")  # exists while udev runs
# Load the rule, and apply it to devices already plugged in.
_TOLD = (("control", "--reload"), ("trigger", "--subsystem-match=tty"))
Run = Callable[[Sequence[str]], object]


def needed() -> bool:
    """Whether this system restricts serial ports to some users."""
    return sys.platform == "linux"


def installed() -> Path | None:
    """Return the path of this release's rule; None if it is not installed."""
    wanted = RULE.read_bytes()
    return next((place for place in PLACES if _content(place) == wanted), None)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # missing, or not readable
        return b""


def require_root() -> None:
    """Raise NeedsRoot, with the command to type, if this user may not write the rule."""
    if os.geteuid() != 0:
        raise NeedsRoot(
            f"Only root may write {PLACE}.",
            "A udev rule applies to the whole computer.",
            f"Type `sudo {command()} doctor --mend`.",
        )


def command() -> str:
    """Return the command for sudo, which does not know the user's PATH."""
    if program.FROZEN:
        return shlex.quote(sys.executable)
    found = Path(sys.argv[0])
    return shlex.quote(str(found.resolve())) if found.is_file() else "leancue"


def _call(words: Sequence[str]) -> object:
    return subprocess.run(words, check=False, capture_output=True)


def install(call: Run = _call) -> bool:
    """Write the rule; return whether udev loaded it, else it applies after the next boot.

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
        with suppress(OSError):  # it may not have been created
            beside.unlink()
        raise NeedsRoot(
            f"{PLACE} cannot be written: {error.strerror or error}.",
            "The system's folders may be read-only.",
            f"Copy {RULE} to the folder of udev rules on this system.",
        ) from error
    udevadm = shutil.which("udevadm")
    if udevadm is None or not _CONTROL.exists():
        return False
    for words in _TOLD:
        call([udevadm, *words])
    return True


def group_command(group: str) -> str:
    """Return the command that gives this user (or sudo's caller) access to the ports."""
    user = os.environ.get("SUDO_USER")
    return f"sudo usermod -aG {group} {shlex.quote(user) if user else '$USER'}"
