"""Sessions for part D: runs of some minutes between other activities, and similar gaits.

The band is far from any lean, so that a cue is given wherever one is possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from boards.sim.motion.postures import Bend, Drive, Lie, Ride, SitDown
from boards.sim.motion.segments import Jump, Run, Segment, StairsDown, StairsUp, Stand, Walk
from boards.sim.motion.wearer import synthesise
from tools.accuracy import people, recordings
from tools.accuracy.case import Case
from tools.accuracy.feed import PipelineOutput, Samples, listen, new_trainer, sampled
from tools.accuracy.sensor_errors import troubled, worn

RUNS = 6
_LOWEST = {"baseline_cdeg": -1000, "offset_low_cdeg": -500, "offset_high_cdeg": -300}
FAR: tuple[dict[str, Any], ...] = (
    {"baseline_cdeg": 4000},  # always too little lean
    {**_LOWEST, "cap_offset_cdeg": 0},  # always too much, and beyond the cap
)


def mixed_case(seed: int, runs: int = RUNS) -> Case:
    """One session of a random runner, measured by a chip that has errors, freezes and restarts."""
    rng = np.random.default_rng([seed, 11])
    runner = people.random_runner(rng)
    track, truth = synthesise(_plan(rng, runs), runner, seed)
    samples = sampled(troubled(track, truth, seed), people.random_rate_hz(rng))
    return Case.synthetic(track, truth, _far_off(seed, samples))


def alike_case(seed: int, jogs: int) -> Case:
    """Brisk walks and slow jogs in turn, similar in cadence, force and fall."""
    rng = np.random.default_rng([seed, 19])
    runner = people.random_runner(rng)
    segments: list[Segment] = [*people.OPENING, people.brisk_walk(rng)]
    for _ in range(jogs):
        segments += [people.slow_jog(rng), people.brisk_walk(rng)]
    track, truth = synthesise((*segments, Stand(3.0)), runner, seed)
    samples = sampled(worn(track, seed), people.random_rate_hz(rng))
    return Case.synthetic(track, truth, _far_off(seed, samples))


def hopping_case(seed: int) -> Case:
    """Hopping on both feet, as with a rope: flights as in running, after which no cue is due."""
    rng = np.random.default_rng([seed, 18])
    hop = Jump(40.0, per_min=float(rng.uniform(80, 170)), flight_s=float(rng.uniform(0.25, 0.5)))
    runner = people.random_runner(rng)
    track, truth = synthesise((*people.OPENING, hop, Stand(3.0)), runner, seed)
    samples = sampled(worn(track, seed), people.random_rate_hz(rng))
    return Case.synthetic(track, truth, _far_off(seed, samples))


def recorded_far_off(name: str, side: int) -> PipelineOutput:
    """Output for a recording in the board's own axes, with the band far off to one side."""
    return listen(new_trainer(nominal=True, **FAR[side]), sampled(recordings.track(name)))


def _far_off(seed: int, samples: Samples) -> PipelineOutput:
    return listen(new_trainer(**FAR[seed % 2]), samples, (people.CALIBRATE_S,))


def _plan(rng: np.random.Generator, runs: int) -> tuple[Segment, ...]:
    segments: list[Segment] = [*people.OPENING]
    for _ in range(runs):
        others = list(_others(rng))
        segments += [others[i] for i in rng.choice(len(others), int(rng.integers(1, 4)))]
        lean_deg = float(rng.uniform(2, 18))
        segments.append(Run(
            float(rng.uniform(60, 240)), lean_deg, people.random_cadence_spm(rng),
            lean_end_deg=lean_deg + float(rng.uniform(-3, 2)), slope_deg=float(rng.uniform(-5, 5)),
        ))  # fmt: skip
    return (*segments, Walk(15.0), Stand(3.0))


def _others(rng: np.random.Generator) -> Iterator[Segment]:
    """Spells of all activities other than running."""

    def draw(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    yield Walk(draw(8, 25), draw(85, 140), draw(-2, 8))
    yield Stand(draw(3, 10))
    yield StairsUp(12.0, cadence_spm=draw(80, 125), vigour=draw(1.2, 2.0))
    yield StairsDown(12.0, cadence_spm=draw(90, 135), vigour=draw(1.5, 2.4))
    yield Bend(8.0, peak_deg=draw(40, 90))
    yield SitDown(12.0)
    yield Jump(12.0, per_min=draw(15, 50), flight_s=draw(0.2, 0.5))
    yield Ride(20.0, road_g=draw(0.1, 0.4))
    yield Drive(20.0)
    yield Lie(15.0)
