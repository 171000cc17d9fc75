"""What goes onto the drive: path on the drive → bytes."""

from __future__ import annotations

import difflib
import hashlib
import importlib.metadata
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from leancue import __version__
from leancue.errors import InstallError, WrongBoard

SLOTS = ("/lib/leancue_a", "/lib/leancue_b")
_FOR_THE_DESK = re.compile(r"_words\.py$|^reading\.py$")  # what the clip never loads
SWITCH = "/code.py"  # names the slot that starts
BOOT = "/boot.py"
STARTERS = ("leanstart.py", "safemode.py", "boot.py")
BOARD_FILE = "leanboard.py"
HAPTICS = ("pwm", "drv2605")
# Distribution, version it must have, its files that a clip needs.
BNO08X = ("adafruit-circuitpython-bno08x", "1.3.3", "adafruit_bno08x",
          ("__init__.py", "debug.py", "i2c.py"))  # fmt: skip
DRV2605 = ("adafruit-circuitpython-drv2605", "1.3.10", "adafruit_drv2605", None)


@dataclass(frozen=True)
class Payload:
    """``program``: files of a slot, by path below it. ``starters``: files beside it, by path.

    ``boot.py`` is one of the starters and ``code.py`` is none: it is made by ``switch``.
    """

    board: str
    haptic: str
    program: dict[str, bytes]
    starters: dict[str, bytes]
    code: bytes

    def switch(self, slot: str) -> bytes:
        """Return the ``code.py`` that starts the program in ``slot``."""
        return f'import sys\n\nsys.path.insert(0, "{slot}")\n\n'.encode() + self.code

    def files(self, slot: str) -> dict[str, bytes]:
        """Return every file, by path on the drive, with the program in ``slot``."""
        placed = {f"{slot}/{path}": data for path, data in self.program.items()}
        return {**placed, **self.starters, SWITCH: self.switch(slot)}

    @property
    def program_bytes(self) -> int:
        """Room that the program takes, in whole clusters of 4 KiB."""
        return sum(-(-len(data) // 4096) * 4096 for data in self.program.values())


def slot_of(code: bytes) -> str | None:
    """Return the slot that a ``code.py`` starts, None if it is not ours."""
    found = re.search(rb'sys\.path\.insert\(0, "([^"]+)"\)', code)
    slot = found.group(1).decode("ascii", "replace") if found else ""
    return slot if slot in SLOTS else None


def fingerprint(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def boards() -> dict[str, Path]:
    """The board files there are, by CircuitPython's board id."""
    folder = _package("boards")
    files = {path.stem: path for path in sorted(folder.glob("*.py"))}
    files.pop("__init__", None)
    return files


def build(board: str, haptic: str | None = None) -> Payload:
    """Return what a clip on ``board`` needs; ``haptic`` None leaves what the board file says.

    Raises:
        WrongBoard: there is no file for it; names those there are.
        InstallError: a library is missing or not of the pinned version.
    """
    spec = _board_file(board, haptic)
    chosen = re.search(rb'^HAPTIC = "(\w+)"', spec, re.M)
    kind = chosen.group(1).decode() if chosen else "pwm"
    program = {
        **_python_files(_package("leancore"), "leancore"),
        **_python_files(_package("leandevice"), "leandevice"),
        **_library(*BNO08X),
        BOARD_FILE: spec,
    }
    if kind == "drv2605":
        program |= _library(*DRV2605)
    base = _base()
    starters = {f"/{name}": (base / name).read_bytes() for name in STARTERS}
    starters = {f"/{BOARD_FILE}": spec, **starters}  # boot.py reads the button's pin there
    return Payload(board, kind, program, starters, (base / "code.py").read_bytes())


def _board_file(board: str, haptic: str | None) -> bytes:
    there = boards()
    if board not in there:
        near = difflib.get_close_matches(board, there, 1)
        raise WrongBoard(
            f"LeanCue has no wiring for the board {board}.",
            f"It knows {', '.join(there)}." + (f" Did you mean {near[0]}?" if near else ""),
            "Choose one of them with `--board`, if it is wired the same; boards/README.md says "
            "how to add a board.",
        )
    text = there[board].read_bytes()
    if haptic is None:
        return text
    changed, count = re.subn(rb'^HAPTIC = "\w+"', f'HAPTIC = "{haptic}"'.encode(), text, flags=re.M)
    if not count:
        raise WrongBoard(f"The board file of {board} names no HAPTIC.", way_out="Mend that file.")
    return changed


def _base() -> Path:
    """Where boot.py and code.py are: inside the installed package, or in the checkout."""
    here = Path(__file__).resolve().parents[1]
    for folder in (here / "payload", here.parents[1] / "device"):
        if (folder / "code.py").is_file():
            return folder
    raise InstallError(
        "The files for the clip are not part of this installation.",
        "It may be damaged.",
        f"Install it anew: `pip install --force-reinstall leancue=={__version__}`.",
    )


def _package(name: str) -> Path:
    """The folder of a package, found without running it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise _missing(name)
    return Path(next(iter(spec.submodule_search_locations)))


def _python_files(
    folder: Path, below: str, names: tuple[str, ...] | None = None
) -> dict[str, bytes]:
    return {
        f"{below}/{path.name}": path.read_bytes()
        for path in sorted(folder.glob("*.py"))
        if (path.name in names if names else not _FOR_THE_DESK.search(path.name))
    }


def _library(
    distribution: str, version: str, module: str, names: tuple[str, ...] | None
) -> dict[str, bytes]:
    """The files of a pinned library; InstallError where it is missing or of another version."""
    try:
        found = importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError as error:
        raise _missing(distribution, version) from error
    if found != version:
        raise InstallError(
            f"{distribution} is of version {found}; the clip was tried with {version}.",
            way_out=f"Type `pip install {distribution}=={version}` and repeat the command.",
        )
    if names is not None:
        return _python_files(_package(module), module, names)
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise _missing(distribution, version)
    return {f"{module}.py": Path(spec.origin).read_bytes()}


def _missing(name: str, version: str = "") -> InstallError:
    pin = f"{name}=={version}" if version else "--force-reinstall leancue"
    return InstallError(
        f"{name} is not installed on this desk.",
        way_out=f"Type `pip install {pin}` (this needs the network once) and repeat the command.",
    )
