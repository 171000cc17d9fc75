"""Inputs of the golden results: excerpts, simulated wearers, and the same with faults.

A recording is text in the format of `leancue replay`, so that inputs are hashed like outputs. The
wearers are generated from their seeds: their curves are floats, but only the sensor's integers
are written. If a machine rounds one of them differently, the hash of the input shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from tools.expected.product import Integers, motion
from tools.expected.product import wearer as w

EXCERPTS = Path(__file__).resolve().parents[2] / "tests" / "golden" / "recordings"
_HEADER = "t_s,qw,qx,qy,qz,ax,ay,az,gx,gy,gz\n"
_SCALES = np.repeat([1 << 14, 1 << 8, 1 << 9], (4, 3, 3))
_DIGITS = (5,) * 4 + (3,) * 6  # enough to restore the same integers
_RATE_HZ = 100
_TAP, _HOLD_S = (1.0, 0.15), 2.5
_BEGIN = (w.Stand(4), w.Hinge(4), w.Stand(4), w.Walk(6))


def plan(*segments: w.Segment, slips: tuple[w.Slip, ...] = ()) -> w.Plan:
    """Return a plan with a press at the start and a long press in the last stand."""
    end_s = sum(segment.s for segment in segments)
    return w.Plan(segments, (_TAP, (end_s - 4.0, _HOLD_S)), slips)


#: In and out of the band of 13.2 to 16.2°, and beyond the cap of 20.2°.
COACHED = plan(
    *_BEGIN, w.Run(18, 14.7), w.Run(16, 10.2), w.Run(12, 14.7), w.Run(12, 18.4), w.Run(10, 14.7),
    w.Run(7, 23.0), w.Run(12, 14.7), w.Walk(6), w.Stand(8),
)  # fmt: skip
ACTIVITIES = plan(
    *_BEGIN, w.StairsUp(10), w.Walk(5), w.StairsDown(10), w.Stand(3), w.Bend(8), w.Stand(3),
    w.Walk(8, 124), w.Run(14, 8.0, 165), w.Stumble(lean_deg=8.0), w.Run(12, 8.0, 168), w.Walk(6),
    w.Jump(10), w.Stand(4), w.SitDown(12), w.Walk(6), w.Run(10, 9.0, 178, slope_deg=5),
    w.Run(10, 6.0, 176, slope_deg=-5), w.Stand(3), w.Lie(12), w.Stand(3), w.Ride(14), w.Stand(7),
)  # fmt: skip
CHANGES = plan(
    *_BEGIN, w.Run(5, 7.0, 150), w.Walk(5, 118), w.Run(4, 9.0, 190), w.Stand(2),
    w.Run(8, 9.0, 205, lean_end_deg=12.0), w.Walk(4, 130), w.Run(3, 7.0, 140), w.Jump(5, 100, 0.25),
    w.Run(8, 7.0, 132), w.Walk(9, 92), w.Stand(6),
)  # fmt: skip
SLIPPING = plan(
    *_BEGIN, w.Run(44, 9.0), w.Walk(4), w.Stand(8), w.Run(14, 9.0), w.Stand(8),
    slips=(w.Slip(46.0, z_deg=3.6),),
)  # fmt: skip
SAGGING = plan(
    *_BEGIN, w.Run(16, 9.0), w.Stand(10), w.Run(14, 9.0), w.Stand(6),
    slips=(w.Slip(30.0, x_deg=-4.0),),
)  # fmt: skip
#: Outside the band long enough to use up the cues of a minute; steps of every length.
UNSTEADY = plan(
    *_BEGIN, w.Run(45, 7.0, 178), w.Run(12, 24.0, 226), w.Run(14, 7.0, 132), w.Walk(8, 56),
    w.Walk(8, 64), w.Jump(8, 120, 0.2), w.Stand(9),
    slips=(w.Slip(50.0, z_deg=-3.2),),
)  # fmt: skip
TURNED = (0.9, 0.1, -0.3, 0.3)  # a clip on the right hip, upside half down
ORDINARY = w.Runner()
ROUGH = w.Runner(
    mount_q=TURNED, standing_tilt_deg=-6.0, corners_per_min=6.0, bank_share=0.5, limp_time=0.04,
    limp_force=0.2, step_lean_sd_deg=1.6, left_right_lean_deg=3.0, impact_g=6.0, swing_spread=0.2,
)  # fmt: skip
WILD = w.Runner(
    corners_per_min=3.0, step_lean_sd_deg=3.5, step_time_spread=0.09, limp_time=0.08, impact_g=7.0,
    swing_deg=16.0, flight_dip_g=1.0, axial_deg=1.0,
)  # fmt: skip
#: Plan, runner and seed of each simulated wearer.
WEARERS = {
    "coached": (COACHED, ORDINARY, 1),
    "coached_rough": (COACHED, ROUGH, 2),
    "activities": (ACTIVITIES, ORDINARY, 3),
    "activities_rough": (ACTIVITIES, ROUGH, 4),
    "changes": (CHANGES, ORDINARY, 5),
    "unsteady": (UNSTEADY, WILD, 8),
    "slipping": (SLIPPING, ORDINARY, 6),
    "sagging": (SAGGING, ORDINARY, 7),
}

Rows = tuple[Integers, Integers]  # times [n] in ms, sensor integers [n, 10]


def spell(rows: Rows, from_s: float, to_s: float) -> slice:
    """Return the slice of samples between two times, measured from the first sample."""
    since_ms = rows[0] - rows[0][0]
    return slice(*np.searchsorted(since_ms, [1000 * from_s, 1000 * to_s]).tolist())


def frozen(rows: Rows) -> Rows:
    """Freeze the chip's orientation for 4 s; later for 0.15 and 0.3 s."""
    for from_s, to_s in ((30.0, 34.0), (50.0, 50.15), (60.0, 60.3)):
        part = spell(rows, from_s, to_s)
        rows[1][part, :4] = rows[1][part.start, :4]
    return rows


def silent(rows: Rows) -> Rows:
    """Set the chip's orientation to zero for 1 s, for 0.33 s and for the first 0.5 s."""
    for from_s, to_s in ((0.0, 0.5), (40.0, 41.0), (60.0, 60.33)):
        rows[1][spell(rows, from_s, to_s), :4] = 0
    return rows


def jumped(rows: Rows) -> Rows:
    """Tilt the chip's vertical by 8° from 36 s to 52 s."""
    part = spell(rows, 36.0, 52.0)
    cosine, sine = 16344, 1143  # of 4°, Q14
    qw, qx, qy, qz = rows[1][part, :4].T
    turned = (cosine * qw - sine * qx, cosine * qx + sine * qw,
              cosine * qy - sine * qz, cosine * qz + sine * qy)  # fmt: skip
    rows[1][part, :4] = np.stack(turned, axis=1) >> 14
    return rows


def biased(rows: Rows) -> Rows:
    """Add about 0.6 °/s to each axis of the gyroscope."""
    rows[1][:, 7:] += (5, -5, 6)
    return rows


def saturated(rows: Rows) -> Rows:
    """Saturate the gyroscope for 50 ms and the accelerometer for 20 ms."""
    rows[1][spell(rows, 32.0, 32.05), 7:] = 17872
    rows[1][spell(rows, 45.0, 45.02), 5] = 20090
    return rows


def gaps(rows: Rows) -> Rows:
    """Remove samples for 0.01 to 3 s, always while running."""
    kept = np.ones(len(rows[0]), bool)
    for from_s, length_s in (
        (25.0, 0.05),
        (29.0, 0.12),
        (33.0, 0.01),
        (34.0, 0.04),
        (35.5, 0.1),
        (38.0, 0.4),
        (60.0, 3.0),
    ):
        kept[spell(rows, from_s, from_s + length_s)] = False
    return rows[0][kept], rows[1][kept]


FAULTS: dict[str, Callable[[Rows], Rows]] = {
    "frozen": frozen, "silent": silent, "jumped": jumped, "biased": biased,
    "saturated": saturated, "gaps": gaps,
}  # fmt: skip


def text_of(name: str) -> str:
    """Return the recording ``name`` as CSV: an excerpt, a wearer, or ``WEARER/FAULT``."""
    base, _, fault = name.partition("/")
    if base not in WEARERS:
        return (EXCERPTS / f"{base}.csv").read_text(encoding="utf-8")
    t_ms, numbers = drawn(base)
    rows = t_ms.copy(), numbers.copy()
    return as_csv(FAULTS[fault](rows) if fault else rows)


@cache
def drawn(name: str) -> Rows:
    """Return the samples of a simulated wearer."""
    return motion(*WEARERS[name], _RATE_HZ)


def as_csv(rows: Rows) -> str:
    """Return the rows as CSV in the format of `leancue replay`."""
    lines = [
        f"{t_ms // 1000}.{t_ms % 1000:03d}," + ",".join(
            f"{number / scale:.{digits}f}"
            for number, scale, digits in zip(row, _SCALES.tolist(), _DIGITS, strict=True)
        )
        for t_ms, row in zip(rows[0].tolist(), rows[1].tolist(), strict=True)
    ]  # fmt: skip
    return _HEADER + "\n".join(lines) + "\n"
