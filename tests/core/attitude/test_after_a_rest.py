"""After a rest the gyroscope holds the vertical, longer if its bias is known better."""

from __future__ import annotations

import numpy as np
import pytest
from leancore.attitude.gyro_bias import GyroBias
from numpy.typing import NDArray
from test_own_orientation import apart_deg, run, swinging

from tools.orientation.twin import verticals

Array = NDArray[np.float64]
_RUN_S = 20.0


def launched(rest_s: float) -> tuple[Array, Array, Array]:
    """Vertical, force, rate: at rest, then a run that gains 3 m/s to the front in 2 s."""
    at = np.arange(0, _RUN_S, 0.01)
    up, g = swinging(at)
    still = round(rest_s * 100)
    up = np.concatenate([np.tile(up[0], (still, 1)), up])
    g = np.concatenate([np.zeros((still, 3)), g])
    force = 9.81 * up
    front = np.stack([np.zeros(len(up)), up[:, 2], -up[:, 1]], axis=1)
    launch = slice(still, still + 200)
    force[launch] += 1.5 * front[launch]
    return up, force, g


def test_the_gain_of_speed_after_a_rest_hardly_leans() -> None:
    """3 m/s over 9.81 m/s² and 3.06 s are 5.7°: what the low pass alone would take for lean."""
    known, unknown = (launched(rest_s) for rest_s in (60.0, 2.0))
    error_deg = []
    for up, force, g in (known, unknown):
        own, _ = run(force, g)
        running = slice(len(up) - round(_RUN_S * 100), None)
        error_deg.append(apart_deg(own, up)[running].max())
    assert error_deg[0] < 1.4
    assert error_deg[1] > 3.0


def test_the_integer_form_follows_its_float_twin() -> None:
    _, force, g = launched(30.0)
    force, g = np.rint(force * 256) / 256, np.rint(g * 512) / 512
    own, _ = run(force, g)
    assert apart_deg(own, verticals(force, g, 0.01)[0]).max() < 0.1


@pytest.mark.parametrize(
    ("deviation_cdps", "holds_ms"), [(0, 6000), (9, 6000), (12, 5000), (49, 1300)]
)
def test_how_long_a_bias_holds(deviation_cdps: int, holds_ms: int) -> None:
    """0.65° over the least certain axis' standard deviation, one count added against zero."""
    bias = GyroBias()
    bias._variance_q14[:] = [0, deviation_cdps**2 << 14, 0]
    assert bias.holds_ms == holds_ms
