"""Wear and capacity: the whole clip, worn by a simulated runner, logs to the flash model."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from leancore.coaching import prescription
from leancore.runlog.page_layout import fullness
from leancore.runlog.pages import PAGE_BYTES, ROOM_BYTES, Header
from leandevice.storage.run_archive import RunArchive

from boards.sim.board import SimBoard
from boards.sim.motion.motion_plans import PLANS
from boards.sim.motion.wearer import synthesise
from tools.flashmodel import volumes
from tools.flashmodel.chip import Chip
from tools.flashmodel.session import Clip

_LOG_PAGES = 400
_SHAPE = 2
_PRESCRIBED = {"patient": "A", "baseline_cdeg": 620}  # like the plan's wearer, so that cues come
_MB = 1 << 20


def measured(raw: bool, plan: str = "demo") -> dict[str, float]:
    """Return the erases per minute and the hours that 1 MB of log holds, over a run of ``plan``."""
    volume = volumes.made(random.Random(1), _LOG_PAGES, _SHAPE)
    model = Clip(bytearray(volume.image))
    track, _truth = synthesise(PLANS[plan], seed=1)
    with tempfile.TemporaryDirectory() as folder:
        board = SimBoard(track, Path(folder), presses=PLANS[plan].pressed, log_pages=8)
        board.drive = model.drive
        board.boot()
        config = board.app.config
        config.prescription = prescription.checked({**_PRESCRIBED, "raw": int(raw)})
        board.app.configure()
        board.wear()
        before = erases(model.chip)
        while board.worn_s < track.duration_s:
            board.forward(1.0)
            model.disk.forward(1000)
    (run,) = board.app.store.runs
    last = Header(RunArchive(board.app.store).read(run.run_id, run.pages - 1) or b"")
    pages = run.pages - 1 + fullness(last) // 2 / ROOM_BYTES
    hours = run.seconds / 3600
    return {
        "minutes": round(run.seconds / 60, 2),
        "pulses": len(board.coin.pulses),
        "motor on percent": round(motor_ms(board) / (10 * run.seconds), 2),
        "erases a minute": round((erases(model.chip) - before) / (60 * hours), 2),
        "pages an hour": round(pages / hours, 1),
        "hours in a MB": round(_MB / PAGE_BYTES / (pages / hours), 4),
    }


def motor_ms(board: SimBoard) -> float:
    """Return how long the motor ran, in ms at full strength."""
    return sum((p.end_ms - p.start_ms) * p.strength / 65535 for p in board.coin.pulses)


def erases(chip: Chip) -> int:
    """Return the number of sectors erased."""
    return sum(1 for operation in chip.operations if not operation.data)
