"""Run one of our scripts on the rig's interpreter, built for this computer in 32 bits.

Objects take the same bytes and collections find the same objects as on the chip, so the heap is the
same. The time is not: hours on the emulated chip take minutes here.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tools.rp2040 import program
from tools.rp2040.emulator import Done, EmulatorError, Job, split, written

PROGRAM = Path("native/firmware.elf")


def run(folder: Path, job: Job) -> Done:
    """Run a script; EmulatorError if it fails. The result has its output only, no report."""
    made = program.made(job.script, job.options)
    with tempfile.TemporaryDirectory() as there:
        told = Path(there) / "job"
        paths = written(made.files, Path(there))
        empty = program.drive_files(job.log_pages)
        lines = [
            f"heap - {job.heap_bytes}",
            *(f"drive {name} {size_bytes}" for name, size_bytes in empty.items()),
            *(f"file {name} {path}" for name, path in paths.items()),
        ]
        told.write_text("\n".join([*lines, ""]), "utf-8")
        command = [folder / PROGRAM, told]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise EmulatorError(f"{job.script} failed:\n{done.stdout}{done.stderr}")
        return Done(*split(done.stdout), {})
