"""A script of ours on the rig's interpreter built for this computer, in 32 bits.

An object takes the same bytes and a collection finds the same as on the chip, so the heap is the
chip's. Time is not: what would take hours on the emulated chip takes minutes.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tools.rp2040 import program
from tools.rp2040.emulator import Done, EmulatorError, Job, split, written

PROGRAM = Path("native/firmware.elf")


def run(folder: Path, job: Job) -> Done:
    """Run a script; EmulatorError if it fails. Nothing is reported but what it printed."""
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
