"""Part E: the integer form compared with its float64 twin, given the same integers."""

from __future__ import annotations

import numpy as np

from boards.sim.motion.quaternion import Floats
from tools.accuracy import recordings, statistics
from tools.accuracy.feed import Samples, sampled
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs
from tools.orientation import motions, sources

_TUMBLE_S = 60.0
_MOST_DEG = 0.1
# The filter rejects sideways blows as sensor faults; the twin rejects nothing.
_MOTIONS = [kind for kind in motions.KINDS if kind != "tapping"]
_KINDS = ("optical", "sacral", "force_plate", "lower_back")


def apart_recorded(name: str) -> Floats:
    """Return the angles between integer form and twin on a recording."""
    return _apart(sampled(recordings.track(name)))


def apart_tumbling(seed: int) -> Floats:
    """Return the same on synthetic tumbling, of each kind but tapping in turn."""
    kind = _MOTIONS[seed % len(_MOTIONS)]
    return _apart(sampled(motions.worn(motions.moved(kind, seed, _TUMBLE_S), seed)))


def _apart(samples: Samples) -> Floats:
    return sources.apart_deg(sources.own_up(samples), sources.twin_up(samples))


def names() -> list[str]:
    """Return the names of the recordings that have samples."""
    found = sorted(path.stem for path in recordings.FOLDER.glob("*.csv"))
    whole = [name for name in found if "." not in name and not name.endswith(("cadence", "cycles"))]
    return [name for name in whole if name.startswith(_KINDS)]


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """Return all figures of the integer form."""
    sheet = Sheet("E")
    if recordings.present():
        recorded = names()
        found = jobs.map(apart_recorded, recorded)
        _figures(sheet, "recorded", f"{len(recorded)} recordings", found)
        worst = int(np.argmax([np.max(one) for one in found]))
        sheet.result.details["twin_worst_recording"] = recorded[worst]
    count = len(_MOTIONS) * (1 if quick else 2)
    found = jobs.map(apart_tumbling, range(count))
    note = f"{count} synthetic motions of {_TUMBLE_S:.0f} s, no tapping"
    _figures(sheet, "tumbling", note, found)
    return sheet.result


def _figures(sheet: Sheet, key: str, note: str, found: list[Floats]) -> None:
    name, most = f"integer form from its float twin, {key}", statistics.percentile(100)
    rms, goal = statistics.rms, {"at_most": _MOST_DEG, "note": note}
    sheet.over_seeds(f"twin_rms_{key}", f"{name}, RMS", found, rms, "deg", **goal)
    sheet.plain(f"twin_worst_{key}", f"{name}, worst", most(found), "deg", note=note)
