"""Shared by all tests: the recordings and their location, and repeatable random examples."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from leancore.sensor.sample import A_LIMIT_Q8, CLIPPED, G_LIMIT_Q9, HAS_A, HAS_G, HAS_Q

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

TESTS = Path(__file__).resolve().parent
#: The excerpts that come with the project, and the whole recordings where they are at hand.
RECORDINGS = {
    "excerpts": TESTS / "golden" / "recordings",
    "whole": TESTS.parents[1] / "shared" / "data",
}
AT_HAND = [name for name, folder in RECORDINGS.items() if name == "excerpts" or folder.is_dir()]

#: (t_ms, flags, qw, qx, qy, qz, ax, ay, az, gx, gy, gz) in the sensor's integers.
Row = tuple[int, ...]

#: A file system in memory: a database there waits for no disk, a third of its tests' time.
MEMORY = "/dev/shm"
_ROOM_BYTES = 4_000_000_000  # a whole run leaves below 1 GB

_A_MAX_Q8 = 20090  # ±8 g
_G_MAX_Q9 = 17872  # ±2000 °/s


def pytest_configure() -> None:
    """Let programs under test hear Ctrl-C: what a shell starts with & begins with it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if "TMPDIR" not in os.environ and _has_room_and_runs_programs(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = MEMORY


def _has_room_and_runs_programs(folder: str) -> bool:
    if not os.path.isdir(folder):
        return False
    found = os.statvfs(folder)
    return not found.f_flag & os.ST_NOEXEC and found.f_bavail * found.f_frsize > _ROOM_BYTES


def pytest_collection_finish() -> None:
    """Leave all that has been imported out of collections: the clip collects at each module."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, one for all tests; skips where it, or what drives it, is absent."""
    from clinic_rig import chromium

    with chromium() as found:
        yield found


@pytest.fixture(scope="session", params=AT_HAND)
def recordings_dir(request: pytest.FixtureRequest) -> Path:
    """A folder of recordings: who asks for it is run with every one that is at hand."""
    return RECORDINGS[request.param]


@pytest.fixture(scope="session")
def recorded(recordings_dir: Path) -> Callable[[str], list[Row]]:
    """A function from a recording's name to its rows, quantised as the sensor would."""

    @cache
    def read(name: str) -> list[Row]:
        return quantised(recordings_dir / f"{name}.csv")

    return read


@pytest.fixture(scope="session")
def recording_names(recordings_dir: Path) -> list[str]:
    """The names of all recordings that carry samples."""
    return sorted(path.stem for path in recordings_dir.glob("*.csv") if _is_recording(path))


def _is_recording(path: Path) -> bool:
    with path.open() as lines:
        return lines.readline().startswith("t_s,qw,")


def quantised(path: Path) -> list[Row]:
    """Read a recording: quaternion to Q14, specific force to Q8, rotation rate to Q9."""
    data = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    t_ms = np.rint(data[:, 0] * 1000)
    q = np.clip(np.rint(data[:, 1:5] * 16384), -32768, 32767)
    a = np.clip(np.rint(data[:, 5:8] * 256), -_A_MAX_Q8, _A_MAX_Q8)
    g = np.clip(np.rint(data[:, 8:11] * 512), -_G_MAX_Q9, _G_MAX_Q9)
    clipped = (np.abs(a) >= A_LIMIT_Q8).any(axis=1) | (np.abs(g) >= G_LIMIT_Q9).any(axis=1)
    flags = np.where(clipped, CLIPPED, 0) | HAS_Q | HAS_A | HAS_G
    table = np.column_stack((t_ms, flags, q, a, g)).astype(int)
    return [tuple(row) for row in table.tolist()]
