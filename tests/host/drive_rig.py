"""A folder as a clip's drive, and a disk on which any operation may fail."""

from __future__ import annotations

import errno
import functools
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from image_rig import image
from leancue.installer import boot_out, installation_plan, payload
from leancue.installer.drive_files import DriveFiles
from leancue.installer.installation import carry_out
from leancue.installer.installation_plan import Plan
from leancue.installer.payload import SLOTS, Payload, slot_of

from boards.sim.program import PARTS

ROOT = Path(__file__).resolve().parents[2]
BOARD = "adafruit_feather_rp2040"
UID = "DF6250C8573D2B2E"
BOOT_OUT = (
    "Adafruit CircuitPython {version} on 2026-10-01; Adafruit Feather RP2040 with rp2040\n"
    "Board ID:{board}\nUID:{uid}\nboot.py output:\n"
)
LOG_MB = 0.25


def blank(root: Path, version: str = "10.3.0", board: str = BOARD, uid: str = UID) -> Path:
    """A drive as CircuitPython makes it."""
    (root / "lib").mkdir(parents=True)
    (root / "code.py").write_text('print("Hello World!")\n')
    text = BOOT_OUT.format(version=version, board=board, uid=uid)
    (root / "boot_out.txt").write_text(text)
    return root


@functools.cache
def small() -> Payload:
    """A payload of a few files, for trying every operation; made once, since it is asked often."""
    return replace(
        payload.build(BOARD),
        program={"leancore/__init__.py": b"new", "leandevice/app.py": b"n" * 5000,
                 "leanboard.py": b'HAPTIC = "pwm"'},
    )  # fmt: skip


def older(new: Payload) -> Payload:
    """An older release: files of other content, one that the new one has not, one it lacks."""
    program = {path: data + b"\n# older\n" for path, data in new.program.items()}
    program.pop("lean_hold.py", None)  # it starts nevertheless
    program["leancore_gone.py"] = b"gone = 1\n"
    return replace(
        new, program=program, starters={p: d + b"\n# older\n" for p, d in new.starters.items()}
    )


class QuickDisk(DriveFiles):
    """A disk whose drive is in no hurry."""

    @staticmethod
    def _sync(handle: int) -> None:
        pass

    @staticmethod
    def _sync_folder(folder: Path) -> None:
        pass


class Breaking(DriveFiles):
    """Fails at operation ``at`` (from 0), half done, and, if ``for_ever``, at all after it.

    To be put before a disk that works.
    """

    def __init__(self, root: Path, at: int, for_ever: bool = True) -> None:
        super().__init__(root)
        self.at = at
        self.for_ever = for_ever
        self.count = 0

    def _fails(self) -> bool:
        self.count += 1
        return self.count > self.at if self.for_ever else self.count == self.at + 1

    def _error(self, path: str) -> OSError:
        return OSError(errno.EIO, os.strerror(errno.EIO), path)

    def read(self, path: str) -> bytes | None:
        if self._fails():
            raise self._error(path)
        return super().read(path)

    def make_folder(self, folder: str) -> None:
        if self._fails():
            raise self._error(folder)
        super().make_folder(folder)

    def write(self, path: str, data: bytes) -> None:
        if self._fails():
            super().write(path, data[: len(data) // 2])
            raise self._error(path)
        super().write(path, data)

    def append_zeros(self, path: str, count: int) -> None:
        if self._fails():
            super().append_zeros(path, count // 2)
            raise self._error(path)
        super().append_zeros(path, count)

    def write_at(self, path: str, at: int, data: bytes) -> None:
        if self._fails():
            super().write_at(path, at, data[: len(data) // 2])
            raise self._error(path)
        super().write_at(path, at, data)

    def shorten(self, path: str, length: int) -> None:
        if self._fails():
            raise self._error(path)
        super().shorten(path, length)

    def rename(self, old: str, new: str) -> None:
        if self._fails():
            raise self._error(new)
        super().rename(old, new)

    def remove(self, path: str) -> None:
        if self._fails():
            raise self._error(path)
        super().remove(path)

    def remove_folder(self, folder: str) -> None:
        if self._fails():
            for path in self.files(folder)[::2]:
                super().remove(path)
            raise self._error(folder)
        super().remove_folder(folder)


class BrokenDisk(Breaking, QuickDisk):
    """A folder that fails."""


def plan_for(root: Path, made: Payload) -> Plan:
    return installation_plan.make(QuickDisk(root), boot_out.read(root), made, LOG_MB)


def install(root: Path, made: Payload, disk: DriveFiles | None = None) -> Plan:
    """Install on a folder; OSErrors come as DriveFailed."""
    planned = plan_for(root, made)
    carry_out(planned, disk or QuickDisk(root), lambda done, total: None)
    return planned


def what_starts(root: Path) -> dict[str, bytes] | None:
    """The program that starts, by path below its folder; None if none of ours does."""
    slot = slot_of((root / "code.py").read_bytes())
    if slot is None:
        return None
    disk = DriveFiles(root)
    found = [path for path in disk.files(slot) if path.endswith(".py")]  # what can be imported
    return {path.removeprefix(slot + "/"): disk.real(path).read_bytes() for path in found}


def digest(program: dict[str, bytes]) -> str:
    found = hashlib.sha256()
    for path in sorted(program):
        found.update(path.encode() + b"\0" + program[path])
    return found.hexdigest()


_START = """
import json, sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
slot, drive, names = sys.argv[1:]
class Anything(ModuleType):
    def __getattr__(self, name):
        return self
for name in ("board", "busio", "digitalio", "microcontroller", "pwmio", "storage", "supervisor",
             "usb_cdc", "watchdog"):
    sys.modules[name] = Anything(name)
code = {}
for part, (unit, name) in json.loads(names).items():
    module = __import__(unit)
    assert module.__file__.startswith(slot), module.__file__
    code[part] = getattr(module, name)
from boards.sim.board import SimBoard
upright = (0.7071, 0.7071, 0.0, 0.0, 0.0, 9.81, 0.0, 0.0, 0.0, 0.0)
board = SimBoard(SimpleNamespace(at=lambda t_s: upright), Path(drive), log_pages=64,
                 code=SimpleNamespace(**code))
board.forward(1.0)
assert len(board.coin.pulses) == 1, board.coin.pulses
"""


def _names() -> str:
    """Where in the image what the simulated board asks for is: part → (unit, name)."""
    made = image(by_module=True)
    found = {}
    for part, module in PARTS.items():
        if part == "Drv2605Motor":  # only a clip that has one gets it
            continue
        found[part] = (made.home(module, part), made.name(module, part))
    return json.dumps(found)


def starts_the_simulated_board(root: Path) -> subprocess.CompletedProcess[str]:
    """Start the simulated board with the program on the drive, and let it live for a second."""
    slot = slot_of((root / "code.py").read_bytes())
    assert slot in SLOTS
    folder = DriveFiles(root).real(slot)
    environment: dict[str, Any] = {
        **os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT))),
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", _START, str(folder), str(root), _names()],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
