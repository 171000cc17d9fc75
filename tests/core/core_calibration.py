"""A calibration fed with a wearer's rows, and the axes that it finds."""

from __future__ import annotations

import numpy as np
from core_motion import G_MPS2, Wearer, fill, vertical_of
from leancore.posture import calibration as cal
from leancore.posture.wear_frame import WearFrame
from leancore.sensor.sample import Sample


def measure(wearer: Wearer, **parameters):
    """Run a calibration over all rows; return (results in order, frame, calibration)."""
    calibration, frame, sample = cal.Calibration(), WearFrame(), Sample()
    for name, value in parameters.items():
        setattr(calibration, name, value)
    calibration.begin()
    results = []
    dt_ms = round(1000 / wearer.rate_hz)
    for values in wearer.rows:
        if calibration.state == cal.IDLE:
            break
        result = calibration.step(vertical_of(values), fill(sample, values), dt_ms, frame)
        if result:
            results.append(result)
    return results, frame, calibration


def axes(frame: WearFrame) -> np.ndarray:
    return np.array([frame.right, frame.up, frame.forward]) / 16384


def worst_degrees(found: np.ndarray, truth: np.ndarray) -> float:
    cosines = np.clip((found * truth).sum(axis=1) / np.linalg.norm(found, axis=1), -1, 1)
    return float(np.degrees(np.arccos(cosines)).max())


def body_axes(mount: np.ndarray) -> np.ndarray:
    """Right, up, forward in the sensor frame."""
    return mount[[0, 2, 1]]


def held(wearer: Wearer, seconds: float, lean_deg: float) -> Wearer:
    return wearer.move(seconds, lambda _t: (lean_deg, G_MPS2, 0.0))
