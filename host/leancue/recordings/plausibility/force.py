"""The size of the force, independent of the orientation: unit, gravity, and range limit."""

from __future__ import annotations

import numpy as np

from leancue.recordings.plausibility.content import G_MPS2, Content, rest_force, steadiness
from leancue.recordings.plausibility.examination import Examination

_DOUBT, _NEAR, _OFF = 0.05, 1.12, 1.2  # at rest
_MOVING_NEAR, _MOVING_OFF = 1.6, 1.95  # without rest the force is known less accurately
_STEADY = 0.33  # with gravity in it at least so much of the force stays
_REMNANT_MPS2 = 0.6
_CLIP_SHARE, _CLIP_LEAST_MPS2 = 0.002, 15.0
_SENSOR_MPS2 = 78.0  # the clip's own ends at 8 g

# (how many times too large, what it is, what to do)
_UNITS = (
    (1 / 9.80665, "in g", "multiply them by 9.80665"),
    (1000 / 9.80665, "in mg (thousandths of g)", "multiply them by 0.00980665"),
    (100.0, "in cm/s²", "multiply them by 0.01"),
    (1000.0, "in mm/s²", "divide them by 1000"),
    (3.2808, "in ft/s²", "multiply them by 0.3048"),
    (9.80665, "in m/s² multiplied by 9.81 twice", "divide them by 9.80665"),
    *((counts / 9.80665, f"the sensor's counts ({counts} for 1 g)",
       f"multiply them by {9.80665 / counts:.6g}") for counts in (2048, 4096, 8192, 16384)),
)  # fmt: skip


def check(seen: Examination) -> None:
    """Find the unit of the force and whether gravity is in it; bring it to m/s²."""
    at_rest = rest_force(seen.content)
    usual = float(np.median(np.linalg.norm(seen.content.a, axis=1)))
    size = at_rest if at_rest is not None else usual
    when = "at rest" if at_rest is not None else "usually"
    near, off = (_NEAR, _OFF) if at_rest is not None else (_MOVING_NEAR, _MOVING_OFF)
    ratio = size / G_MPS2
    units = [unit for unit in _UNITS if 1 / near < ratio / unit[0] < near]
    if steadiness(seen.content) < _STEADY or (not units and size < _REMNANT_MPS2):
        _without_gravity(seen, usual)
    elif units and not 1 / near < ratio < near:
        units.sort(key=lambda unit: abs(np.log(ratio / unit[0])))
        seen.problem(
            f"the length of the force is {size:.3g} m/s² {when}, not 9.81",
            f"ax, ay, az are {' or '.join(unit[1] for unit in units)}",
            " or ".join(unit[2] for unit in units),
        )
        _rescale(seen, units[0][0])
    elif not 1 / off < ratio < off:
        seen.problem(
            f"the length of the force is {size:.3g} m/s² {when}, not 9.81",
            "ax, ay, az are in another unit, or the sensor is broken",
            "give them in m/s², including gravity",
        )
        _rescale(seen, ratio)
    elif at_rest is not None and abs(ratio - 1) > _DOUBT:
        seen.doubt(f"at rest the force is {size:.2f} m/s² long instead of 9.81")
    _look_for_clipping(seen)


def _without_gravity(seen: Examination, usual: float) -> None:
    mean = float(np.linalg.norm(seen.content.a.mean(axis=0)))
    seen.has_gravity = False
    seen.problem(
        f"the mean force is {mean:.2g} m/s² and its length usually {usual:.2g}, where gravity "
        f"alone makes 9.81",
        "ax, ay, az are without gravity (linear acceleration)",
        "record the accelerometer's raw values, including gravity",
    )


def _rescale(seen: Examination, ratio: float) -> None:
    seen.content = seen.content._replace(a=seen.content.a / ratio)


def _look_for_clipping(seen: Examination) -> None:
    """Note a source whose range is smaller than the clip's, so that peaks were clipped."""
    limit, share = _clipping(seen.content)
    if share > _CLIP_SHARE and _CLIP_LEAST_MPS2 < limit < _SENSOR_MPS2:
        seen.doubt(
            f"the accelerometer ends at {limit:.1f} m/s² ({limit / G_MPS2:.1f} g), which "
            f"{100 * share:.1f} % of the samples reach; the clip's own goes to 8 g"
        )


def _clipping(content: Content) -> tuple[float, float]:
    """Return the largest force on an axis, and the share of samples at that value."""
    size = np.abs(content.a)
    limit = float(size.max())
    at_end = size.max(axis=1) >= limit * (1 - 1e-6)
    return limit, float((at_end[1:] & at_end[:-1]).mean())
