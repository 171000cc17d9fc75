"""Thousands of logs for the library bench: copies of a few real ones with changed names."""

from __future__ import annotations

import binascii
import struct
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancore.coaching import prescription  # noqa: E402 (found only through the paths above)
from leancore.runlog import pages  # noqa: E402
from leancue.library import example_patient  # noqa: E402
from leandevice.storage.run_archive import RunArchive  # noqa: E402

from boards.sim.board import SimBoard  # noqa: E402
from boards.sim.motion.wearer import Hinge, Run, Stand, Walk, synthesise  # noqa: E402

DAY_S = 86_400
NOW_S = 1_790_000_000
_CRC_AT = pages.PAGE_BYTES - 4
_RUN_ID_AT = 8  # in the header of a page


def stamped(log: bytes, run_id: int, words: dict[bytes, bytes]) -> bytes:
    """Return the log with another run id; each of ``words`` is replaced by one of equal length."""
    out = bytearray()
    for at in range(0, len(log), pages.PAGE_BYTES):
        data = log[at : at + pages.PAGE_BYTES]
        for old, new in words.items():
            if len(old) != len(new):
                raise ValueError(f"{old!r} and {new!r} differ in length")
            data = data.replace(old, new)
        page = bytearray(data)
        struct.pack_into("<I", page, _RUN_ID_AT, run_id)
        struct.pack_into("<I", page, _CRC_AT, binascii.crc32(memoryview(page)[:_CRC_AT]))
        out += page
    return bytes(out)


def clinic(patients: int, runs: int) -> Iterator[tuple[str, list[bytes]]]:
    """Yield each patient's code and logs, of 10 to 28 minutes, every second day."""
    made = [(began_s, log) for _, began_s, log in example_patient.logs(NOW_S)]
    for patient in range(patients):
        code = f"P-{patient:05d}"
        logs = []
        for run in range(runs):
            began_s, log = made[run % len(made)]
            at_s = NOW_S - (2 * (runs - run) + patient % 3) * DAY_S
            words = {str(began_s).encode(): str(at_s).encode(), b"EXAMPLE": code.encode()}
            logs.append(stamped(log, run + 1, words))
        yield code, logs


def raw_log(run_s: float, seed: int, code: str = "P-RAW") -> bytes:
    """Return the simulated clip's log of a runner who stands, bows and runs, with raw samples.

    ``run_s``: running time; ``seed``: of the runner's random motion.
    """
    lean_deg = 11 + seed % 5
    plan = (Stand(5), Hinge(4), Stand(3), Walk(3), Run(run_s, lean_deg, 172, 14.0), Stand(6))
    track = synthesise(plan, seed=seed, rate_hz=200.0)[0]
    with tempfile.TemporaryDirectory() as name:
        pressed = [(1.0, 0.15), (track.duration_s - 4, 2.5)]
        board = SimBoard(track, Path(name), presses=pressed)
        values = {"patient": code, "baseline_cdeg": 620}
        board.app.config.prescription = prescription.checked(values)
        board.app.configure()
        board.wear()
        board.forward(track.duration_s + 3)
        runs, read = board.app.store.runs, RunArchive(board.app.store).read
        return b"".join(bytes(read(r.run_id, n) or b"") for r in runs for n in range(r.pages))
