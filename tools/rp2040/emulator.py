"""Run one of our scripts on the emulated RP2040: its output, and every call it made.

The program is the image that a clip gets, with its shortened names; functions are reported under
their names in the source.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FIRMWARE = Path("build/firmware.bin")
MADE_FROM = Path("build/made_from.txt")  # the fingerprint of its sources
STARTED_MHZ = 125  # as CircuitPython starts the chip; boot.py makes it faster
_WAY_OUT = "Type: python -m tools.bench_rp2040 build"
RP2040JS = Path("node_modules/rp2040js/dist/esm/index.js")
_STAND_IN = ("rig_board", "rig_drive", "hardware.py")


class EmulatorError(Exception):
    """The emulator is not built, or the script failed on it."""


@dataclass
class Done:
    """Output of a script: its JSON objects merged, its other lines, the emulator's report."""

    said: dict[str, Any]
    lines: list[str]
    report: dict[str, Any]


@dataclass
class Job:
    """A script to run: ``script``: a file of ``scripts``; ``heap_bytes``: limit of the heap.

    ``factor``: multiplies every microsecond. ``mhz``: the processor's clock.
    ``log_pages``: size of the log on the drive. ``options``: values in the script's module
    ``rig_job``. ``limit_s``: emulated time after which the script has failed.
    """

    script: str
    heap_bytes: int
    factor: float = 1.0
    mhz: int = STARTED_MHZ
    log_pages: int = 64
    options: dict[str, Any] = field(default_factory=dict)
    limit_s: int = 300


def run(folder: Path, job: Job) -> Done:
    """Run a script; EmulatorError if it fails."""
    if not (folder / FIRMWARE).exists() or not (folder / RP2040JS).exists():
        raise EmulatorError(f"Nothing is built in {folder}. {_WAY_OUT}")
    made_from = folder / MADE_FROM
    if not made_from.exists() or made_from.read_text("utf-8") != port_fingerprint():
        raise EmulatorError(f"What is built in {folder} is of another version. {_WAY_OUT}")
    from tools.rp2040 import program

    made = program.made(job.script, job.options)
    with tempfile.TemporaryDirectory() as there:
        report, told = Path(there) / "report.json", Path(there) / "job.json"
        paths = written(made.files, Path(there))
        told.write_text(json.dumps(_told(folder, job, paths, report)), "utf-8")
        done = subprocess.run(
            ["node", str(HERE / "emulator.mjs"), str(told)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise EmulatorError(f"{job.script} failed on the RP2040:\n{done.stdout}{done.stderr}")
        found = json.loads(report.read_text("utf-8"))
        return Done(*split(done.stdout), {**found, "names": made.in_source(found["names"])})


def port_fingerprint() -> str:
    """Return a hash of our own sources of the firmware."""
    files = sorted(path for path in (HERE / "port").iterdir() if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def split(out: str) -> tuple[dict[str, Any], list[str]]:
    """Return a script's JSON objects, merged, and its other lines."""
    said: dict[str, Any] = {}
    lines = []
    for line in out.splitlines():
        if line.startswith("{"):
            said.update(json.loads(line))
        else:
            lines.append(line)
    return said, lines


def written(files: dict[str, bytes], there: Path) -> dict[str, str]:
    """Write the files of the emulated drive to a folder; return their paths by name."""
    paths = {}
    for number, (name, content) in enumerate(files.items()):
        path = there / str(number)
        path.write_bytes(content)
        paths[name] = str(path)
    return paths


def _told(folder: Path, job: Job, paths: dict[str, str], report: Path) -> dict[str, Any]:
    """Return the job in the form that ``emulator.mjs`` reads."""
    from tools.rp2040 import program

    return {
        "rp2040js": (folder / RP2040JS).resolve().as_uri(),
        "firmware": str(folder / FIRMWARE),
        "files": paths,
        "drive": program.drive_files(job.log_pages),
        "heap_bytes": job.heap_bytes,
        "factor": job.factor,
        "mhz": job.mhz,
        "outside": [f"{name}:" for name in _STAND_IN],
        "limit_s": job.limit_s,
        "report": str(report),
    }
