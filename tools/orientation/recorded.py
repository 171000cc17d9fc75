"""Part A: tilt and stride-mean lean on the optical recordings, ours compared with VQF."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from boards.sim.motion.moves import G_MPS2
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.track import Track
from tools.accuracy import recordings, statistics
from tools.accuracy.case import Case
from tools.accuracy.feed import BOTH, CHIP, OWN, listen, new_trainer, sampled
from tools.accuracy.figures import Result, Sheet
from tools.accuracy.jobs import Jobs
from tools.orientation import sources
from tools.orientation.names import OPTICAL, RUNS, SACRAL

RATIO_MOST = 1.05
SPOILED_RATIO_MOST = 1.1
LEAN_MOST_DEG = 0.5
_RUNS_FROM_S = 13.5  # everything before it is synthetic
_BIAS_DPS, _A_NOISE_MPS2, _G_NOISE_RADPS, _RANGE_G = 0.5, 0.05, 0.01, 8.0
_SPOILS = 10


@dataclass(frozen=True)
class Tilt:
    """Tilt RMSE of one track, deg."""

    own_deg: float
    vqf_deg: float

    @property
    def ratio(self) -> float:
        """Our error divided by VQF's."""
        return self.own_deg / self.vqf_deg


def spoiled(track: Track, seed: int) -> Track:
    """Return the track with a gyroscope bias of ±0.5 °/s per axis, noise, and a range of 8 g."""
    rng = np.random.default_rng([seed, 30])
    bias = np.radians(_BIAS_DPS) * rng.choice((-1.0, 1.0), 3)
    noisy = track.a + rng.normal(0, _A_NOISE_MPS2, track.a.shape)
    a = np.clip(noisy, -_RANGE_G * G_MPS2, _RANGE_G * G_MPS2)
    g = track.g + bias + rng.normal(0, _G_NOISE_RADPS, track.g.shape)
    return Track(track.rate_hz, track.q, a, g, track.t0_s)


def tilt(track: Track, counts: sources.Bools) -> Tilt:
    """Return our and VQF's tilt RMSE over the samples that count."""
    truth = sources.true_up(track)
    found = sources.own_up(sampled(track)), sources.vqf_up(track.a, track.g, track.rate_hz)
    own_deg, vqf_deg = (statistics.rms([sources.apart_deg(up, truth)[counts]]) for up in found)
    return Tilt(own_deg, vqf_deg)


def counting(name: str) -> sources.Bools:
    """Return which samples of a recording have a valid truth."""
    if name in RUNS:
        running: sources.Bools = recordings.track(name).t_s >= _RUNS_FROM_S
        return running
    path = recordings.FOLDER / f"{name}.truth.csv"
    valid: sources.Bools = np.genfromtxt(path, delimiter=",", names=True)["valid"] > 0
    return valid


def tilt_of(job: tuple[str, int]) -> Tilt:
    """Return the tilt of a recording; `job`: its name, and the seed to spoil it with (0: none)."""
    name, seed = job
    track = recordings.track(name)
    return tilt(spoiled(track, seed) if seed else track, counting(name))


def lean_errors_deg(job: tuple[str, int]) -> Floats:
    """Return the stride-mean lean errors on the sacral recording; `job`: source, spoiling seed."""
    source, seed = job
    track = recordings.track(SACRAL)
    track = spoiled(track, seed) if seed else track
    if source == "vqf":
        q = sources.vqf_q(track.a, track.g, track.rate_hz)
        track = Track(track.rate_hz, q, track.a, track.g, track.t0_s)
    pipeline = new_trainer(orientation={"vqf": CHIP, "own": OWN, "both": BOTH}[source])
    heard = listen(pipeline, sampled(track), (float(track.t0_s),))
    case = Case(track, recordings.lean(SACRAL), recordings.strikes_s(SACRAL), heard)
    return case.lean_errors_deg()[1]


def part(jobs: Jobs, seeds: int, quick: bool) -> Result:
    """Return all figures of the recordings."""
    sheet = Sheet("A")
    if not recordings.present():
        sheet.plain("tilt_ratio", "tilt, ours over VQF", None, note="no recordings here")
        return sheet.result
    names = [*OPTICAL, *RUNS]
    found = jobs.map(tilt_of, [(name, 0) for name in names])
    for name, one in zip(names, found, strict=True):
        _tilts(sheet, name, [one], OPTICAL.get(name, "running"))
    spoils = range(1, 1 + (3 if quick else _SPOILS))
    worse = jobs.map(tilt_of, [(SACRAL, seed) for seed in spoils])
    note = f"bias {_BIAS_DPS:g} deg/s on each axis, noise, {_RANGE_G:g} g, {len(worse)} draws"
    _tilts(sheet, f"{SACRAL}_spoiled", worse, note)
    _leans(sheet, jobs, spoils, note)
    sheet.result.details["tilt"] = {
        name: {"own_deg": one.own_deg, "vqf_deg": one.vqf_deg}
        for name, one in [*zip(names, found, strict=True), (f"{SACRAL}_spoiled", _pooled(worse))]
    }  # fmt: skip
    return sheet.result


def _pooled(found: list[Tilt]) -> Tilt:
    own, vqf = ([getattr(one, key) for one in found] for key in ("own_deg", "vqf_deg"))
    return Tilt(statistics.rms(own), statistics.rms(vqf))


def _tilts(sheet: Sheet, name: str, found: list[Tilt], note: str) -> None:
    """Add our tilt RMSE, VQF's, and their ratio."""
    both = _pooled(found)
    sheet.plain(f"tilt_own_{name}", f"tilt RMSE {name}, ours", both.own_deg, "deg", note=note)
    sheet.plain(f"tilt_vqf_{name}", f"tilt RMSE {name}, VQF", both.vqf_deg, "deg")
    goal = {"at_most": SPOILED_RATIO_MOST if len(found) > 1 else RATIO_MOST}
    sheet.plain(f"tilt_ratio_{name}", f"tilt RMSE {name}, ratio", both.ratio, **goal)
    if len(found) > 1:
        worst = max(one.ratio for one in found)
        sheet.plain(f"tilt_ratio_{name}_worst", f"ratio {name}, worst draw", worst, **goal)


def _leans(sheet: Sheet, jobs: Jobs, spoils: range, note: str) -> None:
    for key, seeds, more in (("", [0], "as it is"), ("_spoiled", [*spoils], note)):
        for source, who in (("own", "ours"), ("vqf", "VQF"), ("both", "selector")):
            found = jobs.map(lean_errors_deg, [(source, seed) for seed in seeds])
            goal = {} if source == "vqf" else {"at_most": LEAN_MOST_DEG}
            name = f"stride-mean lean RMSE {SACRAL}, {who}"
            sheet.plain(
                f"lean_{source}_{SACRAL}{key}", name, statistics.rms(found), "deg",
                **goal, note=more,
            )  # fmt: skip
