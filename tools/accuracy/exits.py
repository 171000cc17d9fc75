"""Part B, the whole chain: lean that leaves the band, from motion to the cue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from leancore import coach

from boards.sim.curves import Key
from boards.sim.segments import Run, Stand
from boards.sim.track import Track
from boards.sim.wearer import synthesise
from tools.accuracy import people
from tools.accuracy.feed import CAP_DEG, HIGH_DEG, LOW_DEG, Heard, listen, new_trainer, sampled
from tools.accuracy.recordings import LeanTruth

LATERAL = {"step_lean_sd_deg": 1.0, "left_right_lean_deg": 2.0}  # what the goals are stated for
FAULT_CUES = (coach.LEAN_MORE, coach.EASE_OFF, coach.CAP)
_OPENING_S = sum(segment.s for segment in people.OPENING)
_OUT_S = 3.6  # shorter than the pause after a cue, so that each exit meets a coach that may speak
_CHANGE_S = 0.2
_LATE_S = 0.6
RUN_S = 600.0


@dataclass(frozen=True)
class Exit:
    """The lean crosses an edge at `at_s` and comes back at `back_s`; `kinds`: cues that say so."""

    at_s: float
    back_s: float
    kinds: tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """A run with exits and what was heard."""

    track: Track
    truth: LeanTruth
    strikes_s: np.ndarray
    heard: Heard
    exits: list[Exit]


def case(seed: int, out_deg: float, run_s: float = RUN_S) -> Case:
    """A random runner who leaves the band by `out_deg` every dozen seconds, to either side."""
    rng = np.random.default_rng([seed, 5])
    keys, sides = _keys(rng, run_s, out_deg)
    return _case(seed, rng, keys, run_s, lambda held, at_s: _crossings(held, at_s, sides))


def _case(seed, rng, keys, run_s, crossings, **values) -> Case:  # type: ignore[no-untyped-def]
    runner = people.random_runner(rng, **LATERAL)
    run = Run(run_s, cadence_spm=people.random_cadence_spm(rng), lean_keys=tuple(keys))
    track, truth = synthesise((*people.OPENING, run, Stand(2.0)), runner, seed)
    trainer = new_trainer(**values)
    heard = listen(trainer, sampled(track, people.random_rate_hz(rng)), (people.CALIBRATE_S,))
    found = LeanTruth(truth.t_s, truth.lean_deg)
    exits = crossings(LeanTruth(truth.t_s, truth.held_lean_deg), [t for t, _ in keys])
    return Case(track, found, truth.strikes_s, heard, exits)


def _inside_deg(rng: np.random.Generator) -> float:
    """In the band, by at least 1 degree from both edges."""
    return float(rng.uniform(LOW_DEG + 1, HIGH_DEG - 1))


def _keys(rng: np.random.Generator, run_s: float, out_deg: float) -> tuple[list[Key], list[int]]:
    """Lean over the run's own time, and the side (-1 low, 1 high) of each exit."""
    keys: list[Key] = [(0.0, _inside_deg(rng))]
    sides, t_s = [], 15.0 + float(rng.uniform(0, 5))
    while t_s < run_s - 8:
        side = int(rng.choice((-1, 1)))
        outside_deg = LOW_DEG - out_deg if side < 0 else HIGH_DEG + out_deg
        keys += [(t_s, keys[-1][1]), (t_s + _CHANGE_S, outside_deg),
                 (t_s + _OUT_S, outside_deg), (t_s + _OUT_S + _CHANGE_S, _inside_deg(rng))]  # fmt: skip
        sides.append(side)
        t_s += _OUT_S + float(rng.uniform(8, 12))
    return keys, sides


def _crossings(held: LeanTruth, keys_s: list[float], sides: list[int]) -> list[Exit]:
    """When the held lean really crosses the edges, on the track's time."""
    exits = []
    for i, side in enumerate(sides):
        start_s, back_s = keys_s[1 + 4 * i] + _OPENING_S, keys_s[4 + 4 * i] + _OPENING_S
        inside = slice(*np.searchsorted(held.t_s, (start_s - 0.1, start_s + 1)))
        lean_deg = held.lean_deg[inside]
        out = lean_deg < LOW_DEG if side < 0 else lean_deg > HIGH_DEG
        at_s = float(held.t_s[inside][np.argmax(out)])
        kinds = (coach.LEAN_MORE,) if side < 0 else (coach.EASE_OFF, coach.CAP)
        exits.append(Exit(at_s, back_s, kinds))
    return exits


def delays_s(found: Case) -> list[float]:
    """From each exit to its first cue; infinite where none came in time."""
    delays = []
    for out in found.exits:
        cues = found.heard.cues
        right = np.isin(cues[:, 1], out.kinds)
        right &= (cues[:, 0] >= out.at_s) & (cues[:, 0] < out.back_s + _LATE_S)
        delays.append(float(cues[right][0, 0] - out.at_s) if right.any() else np.inf)
    return delays


def measure(job: tuple[int, float]) -> list[float]:
    """Delays of one runner; `job`: seed, how far out."""
    return delays_s(case(*job))


def cap_case(seed: int, run_s: float = 300.0) -> Case:
    """Exits beyond the cap, sudden or slow, by at least 1 degree; every other run without feedback."""
    rng = np.random.default_rng([seed, 6])
    keys: list[Key] = [(0.0, _inside_deg(rng))]
    t_s = 15.0
    while t_s < run_s - 30:
        rise_s = float(rng.choice((_CHANGE_S, 2.0, 12.0)))
        over_deg = CAP_DEG + float(rng.uniform(1, 4))
        keys += [(t_s, keys[-1][1]), (t_s + rise_s, over_deg), (t_s + rise_s + 7, over_deg),
                 (t_s + rise_s + 7.2, _inside_deg(rng))]  # fmt: skip
        t_s += rise_s + float(rng.uniform(17, 22))
    percent = [100] * 8 if seed % 2 else [0] * 8
    return _case(seed, rng, keys, run_s, _cap_crossings, feedback_percent=percent)


def _cap_crossings(held: LeanTruth, keys_s: list[float]) -> list[Exit]:
    exits = []
    for i in range(1, len(keys_s), 4):
        start_s, back_s = keys_s[i] + _OPENING_S, keys_s[i + 3] + _OPENING_S
        inside = slice(*np.searchsorted(held.t_s, (start_s, back_s)))
        at_s = float(held.t_s[inside][np.argmax(held.lean_deg[inside] > CAP_DEG)])
        exits.append(Exit(at_s, back_s, (coach.CAP,)))
    return exits


def cap_delays_s(seed: int) -> list[float]:
    """Delays of the cap cue of one runner."""
    return delays_s(cap_case(seed))


def steady_case(seed: int, run_s: float = RUN_S) -> Case:
    """The held lean stays exactly 1 degree inside one edge: no cue is due."""
    rng = np.random.default_rng([seed, 7])
    lean_deg = HIGH_DEG - 1 if seed % 2 else LOW_DEG + 1
    return _case(seed, rng, [(0.0, lean_deg), (run_s, lean_deg)], run_s, lambda *_: [])


def false_cues(seed: int) -> tuple[int, float]:
    """False cues and hours of running of one steady runner."""
    heard = steady_case(seed).heard
    return int(np.isin(heard.cues[:, 1], FAULT_CUES).sum()), RUN_S / 3600


def latencies_s(seed: int) -> list[float]:
    """From strikes to when they are known."""
    strikes = steady_case(seed, 60.0).heard.steps
    return list((strikes[:, 3] - strikes[:, 0])[strikes[:, 3] - strikes[:, 0] < 0.5])


def worst_case(seed: int, out_deg: float) -> tuple[partial[Case], float]:
    """The exit that took longest in one run: how to make it again, and when it was."""
    found = case(seed, out_deg)
    slowest = int(np.argmax(delays_s(found)))
    return partial(case, seed, out_deg), found.exits[slowest].at_s


def pooled(items: Sequence[list[float]]) -> np.ndarray:
    """All delays of all seeds."""
    return np.concatenate([np.asarray(item, float) for item in items])
