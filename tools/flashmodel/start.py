"""Cost of a start with a full log: reads, interpreter operations, time on an RP2040, heap.

Operations of the clip's own code are counted one by one under CPython. Their times on an RP2040 (as
in `tools/orientation/cost.py`) and that of the CRC were measured on its firmware; those of the
blocks are calculated. The heap is MicroPython's.
"""

from __future__ import annotations

import dis
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import leancore
import leandevice
from leancore.runlog.pages import FIRST, LAST, PAGE_BYTES, Header, Page
from leandevice.storage.drive import Drive
from leandevice.storage.log_origin import ORIGIN_PAGES
from leandevice.storage.run_store import PATH, SPARE, RunStore

from tools.orientation.cost import CLASSES, milliseconds

SLOTS = 2048
RUNS = 40
BLOCK_MS = 0.05  # 512 bytes of flash at 10 MB/s
CRC_MS = 28e-3 / 64  # a byte
READ_MS = 2 * BLOCK_MS  # a short read: the block, and one of the table
PAGE_MS = 10 * BLOCK_MS + PAGE_BYTES * CRC_MS
_OURS = tuple(str(Path(package.__file__ or "").parent) for package in (leancore, leandevice))


class _File(io.BytesIO):
    """A log in memory that counts reads."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.heads = self.pages = 0

    def readinto(self, buf: Any) -> int:
        if len(buf) == PAGE_BYTES:
            self.pages += 1
        else:
            self.heads += 1
        return super().readinto(buf)


def full_log() -> bytes:
    """Return a log of ``SLOTS`` slots, full of ``RUNS`` runs."""
    file = io.BytesIO(bytes((SLOTS + ORIGIN_PAGES) * PAGE_BYTES))
    store = RunStore(_drive(file))
    each = (SLOTS - SPARE) // RUNS
    page = Page()
    for run_id in range(1, RUNS + 1):
        page.begin(run_id)
        for number in range(each):
            page.number = number
            page.clear()
            page.put(bytes((9, 1, number & 0xFF)), 3)
            page.close(number * 1000, 0, FIRST * (not number) | LAST * (number == each - 1))
            store.write(page.buf, Header(page.buf))
    return file.getvalue()


def _drive(file: io.BytesIO) -> Drive:
    return Drive(
        lambda path, mode: file, lambda path: len(file.getvalue()), True, lambda file: 0
    )  # fmt: skip


def measured() -> dict[str, Any]:
    """Return the figures."""
    log = full_log()
    file = _File(log)
    drive = _drive(file)
    counts, store = _counted(drive)
    least, most = milliseconds(counts)
    reads_ms = file.heads * READ_MS + file.pages * PAGE_MS
    return {
        "slots": store.slots,
        "runs": len(store.runs),
        "headers read": file.heads,
        "pages read": file.pages,
        "operations": sum(counts.values()),
        "least s": round((least + reads_ms) / 1000, 1),
        "most s": round((most + reads_ms) / 1000, 1),
        "heap bytes": _heap(log),
    }


def _counted(drive: Drive) -> tuple[Counter[str], RunStore]:
    """Count the operations of the clip's own code while a store is made, by class."""
    counts: Counter[str] = Counter()
    known: dict[CodeType, dict[int, str]] = {}

    def count(frame: FrameType, event: str, arg: object) -> Any:
        if event == "opcode":
            counts[known[frame.f_code][frame.f_lasti]] += 1
        return count

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        code = frame.f_code
        if not code.co_filename.startswith(_OURS):
            return None
        if code not in known:
            known[code] = {
                at.offset: CLASSES.get(at.opname, "other") for at in dis.get_instructions(code)
            }
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        counts["call of the core"] += 1
        counts["call"] -= 1  # counted as an operation of the caller, too
        return count

    sys.settrace(trace)
    try:
        return counts, RunStore(drive)
    finally:
        sys.settrace(None)


def _heap(log: bytes) -> int | None:
    """Return the heap in bytes that a store takes on MicroPython; None without that interpreter."""
    beside = Path(sys.executable).parent / "micropython"
    interpreter = str(beside) if beside.is_file() else shutil.which("micropython")
    if interpreter is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PATH.strip("/")
        path.write_bytes(log)
        program = Path(__file__).with_name("start_heap.py")
        rooms = [str(Path(room).parent) for room in _OURS]
        done = subprocess.run(
            [interpreter, "-X", "heapsize=4M", str(program), path],
            env={**os.environ, "MICROPYPATH": os.pathsep.join((*rooms, ".frozen"))},
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
    found: int = json.loads(done.stdout)
    return found
