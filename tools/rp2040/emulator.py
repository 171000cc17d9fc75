"""A script of ours on the emulated RP2040: what it printed, and every call it made."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
FIRMWARE = Path("build/firmware.bin")
RP2040JS = Path("node_modules/rp2040js/dist/esm/index.js")
_ROOMS = {"leancore": ROOT / "shared/leancore", "leandevice": ROOT / "device/lib/leandevice"}
_STAND_IN = ("clip_rig.py", "emulated_board.py", "hardware.py")
_LIMIT_S = 120  # emulated


class EmulatorError(Exception):
    """The emulator is not built, or the script failed on it."""


@dataclass
class Done:
    """What a script printed last (JSON), and the emulator's report (``emulator.mjs``)."""

    said: Any
    report: dict[str, Any]


def run(folder: Path, script: str, heap_kb: int, factor: float = 1.0) -> Done:
    """Run a script of ``scripts``; a counted microsecond counts as ``factor``. EmulatorError."""
    if not (folder / FIRMWARE).exists() or not (folder / RP2040JS).exists():
        raise EmulatorError(
            f"Nothing is built in {folder}. Type: python -m tools.bench_rp2040 build"
        )
    with tempfile.TemporaryDirectory() as there:
        job, report = Path(there) / "job.json", Path(there) / "report.json"
        job.write_text(json.dumps(_job(folder, script, heap_kb, factor, report)), "utf-8")
        done = subprocess.run(
            ["node", str(HERE / "emulator.mjs"), str(job)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise EmulatorError(f"{script} failed on the RP2040:\n{done.stdout}{done.stderr}")
        said = json.loads(done.stdout.splitlines()[-1])
        return Done(said, json.loads(report.read_text("utf-8")))


def _job(folder: Path, script: str, heap_kb: int, factor: float, report: Path) -> dict[str, Any]:
    return {
        "rp2040js": (folder / RP2040JS).resolve().as_uri(),
        "firmware": str(folder / FIRMWARE),
        "files": {name: str(path) for name, path in _files(script).items()},
        "heap_kb": heap_kb,
        "factor": factor,
        "outside": [f"{name}:" for name in _STAND_IN],
        "limit_s": _LIMIT_S,
        "report": str(report),
    }


def _files(script: str) -> dict[str, Path]:
    """What lies on the emulated drive."""
    found = {path.name: path for path in (HERE / "scripts").glob("*.py")}
    found["main.py"] = found[script]
    found["clip_rig.py"] = ROOT / "tools" / "clip_rig.py"
    rooms = {**_ROOMS, "adafruit_bno08x": _driver()}
    for name, room in rooms.items():
        found.update({f"{name}/{path.name}": path for path in sorted(room.glob("*.py"))})
    return found


def _driver() -> Path:
    found = importlib.util.find_spec("adafruit_bno08x")
    if found is None or found.origin is None:
        raise EmulatorError("Adafruit's driver is not installed: pip install -e .")
    return Path(found.origin).parent
