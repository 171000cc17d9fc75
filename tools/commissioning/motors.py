"""Five motors of the simulator's model, before and after levelling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from leancue.clip.client import Client
from leancue.commissioning import guided_check, levelling

from boards.sim.shaker import Shaker
from tools.commissioning.trial import Bench, Cable

# The sizes are chosen, not measured; the shape of each is that of its kind.
MOTORS: dict[str, dict[str, Any]] = {
    "coin motor, 10 mm": {"full_mps2": 9.0, "full_hz": 187.0},
    "coin motor, 8 mm": {"full_mps2": 6.0, "full_hz": 215.0, "starts_percent": 30.0},
    "coin motor, 12 mm": {"full_mps2": 16.0, "full_hz": 160.0, "starts_percent": 18.0},
    "coin motor, 10 mm, worn": {"full_mps2": 9.0, "full_hz": 187.0, "health_percent": 62.0},
    "linear motor (LRA) at a DRV2605L": {"full_mps2": 10.0, "full_hz": 175.0, "linear": True},
}
_LRA = {"haptic": "drv2605", "motor_kind": "lra"}


def bench(name: str, folder: Path) -> Bench:
    """A clip with that motor, switched on."""
    knobs = MOTORS[name]
    is_lra = bool(knobs.get("linear"))
    made = Bench(folder, dict(_LRA) if is_lra else {}, shaker=Shaker(**knobs))
    if made.board.driver_chip is not None:
        made.board.driver_chip.motor_kind = "lra"
    made.starts()
    return made


def measured(name: str, folder: Path) -> dict[str, Any]:
    """Level it; the shake in the model, in m/s², at the strength before and after."""
    made = bench(name, folder)
    _facts, found = made.checked()
    with Client(Cable(made.board)) as client:
        client.hello()
        reached = levelling.level(guided_check.shakes(client), levelling.TARGET_CMPS2 / 100)
    return {
        "motor": name, "findings": [one.key for one in found], "percent": reached.percent,
        "before_mps2": _rms_mps2(made.shaker, 100),
        "after_mps2": _rms_mps2(made.shaker, reached.percent),
        "measured_mps2": round(reached.mps2, 2), "soft_mps2": round(reached.soft_mps2, 2),
    }  # fmt: skip


def _rms_mps2(shaker: Shaker, percent: int) -> float:
    """Of the model itself: what the clip's sensor should find."""
    share = 0.5**0.5 if shaker.linear else 1.0
    return round(share * shaker.amplitude_mps2(percent), 2)
