"""The recordings in `../shared/data`, where that folder exists."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import numpy as np

from boards.sim.motion.quaternion import Floats
from boards.sim.motion.recorded_motion import read_recording
from boards.sim.motion.track import Track
from tools.accuracy.case import LeanTruth

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"


def present() -> bool:
    """Whether the recordings are here."""
    return (FOLDER / "sacral_run_1.csv").exists()


@lru_cache
def track(name: str) -> Track:
    """The motion of one recording."""
    return read_recording(FOLDER / f"{name}.csv")


@lru_cache
def strikes_s(name: str) -> Floats:
    """Times of the steps of a recording; empty if there are none."""
    path = FOLDER / f"{name}.steps.csv"
    return np.loadtxt(path, skiprows=1) if path.exists() else np.zeros(0)


@lru_cache
def lean(name: str) -> LeanTruth:
    """True lean of a recording; zero if there is none."""
    path = FOLDER / f"{name}.truth.csv"
    if not path.exists():
        return LeanTruth(track(name).t_s, np.zeros(len(track(name))))
    table = np.loadtxt(path, delimiter=",", skiprows=1, usecols=(0, 1))
    return LeanTruth(table[:, 0], table[:, 1])


@lru_cache
def cadences_spm() -> dict[str, float]:
    """Cadence of each recording that has one, by name."""
    found: dict[str, float] = {}
    for name in ("force_plate_cadence", "lower_back_cycles"):
        with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
            found.update({row["name"]: float(row["cadence_spm"]) for row in csv.DictReader(file)})
    return found
