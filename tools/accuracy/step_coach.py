"""Part B at the speed of steps: the coach itself, driven by step means drawn at random.

A step's mean is the held lean, chance (SD 1 degree) and half the difference of the sides. Hours
of running take seconds, so that false cues can be counted and thresholds compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from leancore import coach, prescription, settings
from leancore.plan import Plan
from leancore.steps import Steps
from leancore.stride import Stride

from boards.sim.quaternion import Floats
from tools.accuracy.exits import FAULT_CUES
from tools.accuracy.feed import BASELINE_CDEG, HIGH_DEG, LOW_DEG

SD_DEG, SIDES_DEG = 1.0, 2.0
_TIME_SPREAD = 0.025
_BEFORE, _AFTER = 60, 40  # steps around an exit
_TICKS = 1 << 29


class Pace:
    """A coach, its plan and the objects it is told of a step with."""

    def __init__(self, **values: Any) -> None:
        chosen = settings.checked(values)
        self.coach = coach.Coach()
        self.coach.configure(chosen)
        self.coach.reset()
        self.plan = Plan()
        told = prescription.checked({"baseline_cdeg": BASELINE_CDEG})
        self.plan.begin(told, 0, chosen["window_ms"], 0)
        self.steps, self.stride = Steps(), Stride()
        self.stride.whole = 1

    def cues(self, lean_deg: Floats, interval_s: Floats) -> list[tuple[int, int]]:
        """(number of the step, kind) of every cue."""
        t_ms = np.cumsum(np.rint(interval_s * 1000).astype(int)).tolist()
        step_cdeg = np.rint(lean_deg * 100).astype(int).tolist()
        steps, stride, step, plan = self.steps, self.stride, self.coach.step, self.plan
        found, before_ms, before_cdeg = [], 0, step_cdeg[0]
        for i, (now_ms, now_cdeg) in enumerate(zip(t_ms, step_cdeg, strict=True)):
            steps.interval_ms, steps.strike_ms = now_ms - before_ms, now_ms % _TICKS
            stride.step_cdeg, stride.stride_cdeg = now_cdeg, (now_cdeg + before_cdeg) // 2
            before_ms, before_cdeg = now_ms, now_cdeg
            kind = step(stride, steps, plan)
            if kind:
                found.append((i, kind))
        return found


def step_leans_deg(
    rng: np.random.Generator, held_deg: Floats, memory: float = 0.0, sides_deg: float = SIDES_DEG
) -> Floats:
    """Means of steps; `memory`: correlation of one step's chance with the next."""
    chance = SD_DEG * rng.standard_normal(len(held_deg))
    if memory:
        fresh = np.sqrt(1 - memory**2)
        for i in range(1, len(chance)):
            chance[i] = memory * chance[i - 1] + fresh * chance[i]
    return held_deg + chance + sides_deg / 2 * np.where(np.arange(len(held_deg)) % 2, 1, -1)


def intervals_s(rng: np.random.Generator, count: int, cadence_spm: float) -> Floats:
    """Lengths of steps."""
    return 60 / cadence_spm * (1 + _TIME_SPREAD * np.clip(rng.standard_normal(count), -3, 3))


def false_cues(job: tuple[int, float, dict[str, Any], float]) -> tuple[int, float]:
    """False cues and hours, 1 degree inside an edge; `job`: seed, hours, settings, memory."""
    seed, hours, values, memory = job
    rng = np.random.default_rng([seed, 8])
    cadence_spm = float(rng.uniform(140, 210))
    count = int(hours * 60 * cadence_spm)
    held_deg = np.full(count, HIGH_DEG - 1 if seed % 2 else LOW_DEG + 1)
    found = Pace(**values).cues(
        step_leans_deg(rng, held_deg, memory), intervals_s(rng, count, cadence_spm)
    )
    return sum(kind in FAULT_CUES for _, kind in found), hours


def delays_s(job: tuple[int, int, float, dict[str, Any], float]) -> list[float]:
    """Delays of exits; `job`: seed, how many, how far out, settings, latency of a strike in s."""
    seed, count, out_deg, values, latency_s = job
    rng = np.random.default_rng([seed, 9])
    return [_delay_s(rng, out_deg, values, latency_s) for _ in range(count)]


def _delay_s(
    rng: np.random.Generator, out_deg: float, values: dict[str, Any], latency_s: float
) -> float:
    side = int(rng.choice((-1, 1)))
    edge_deg = HIGH_DEG if side > 0 else LOW_DEG
    interval_s = intervals_s(rng, _BEFORE + _AFTER, float(rng.uniform(140, 210)))
    held_deg = np.full(_BEFORE + _AFTER, rng.uniform(LOW_DEG + 1, HIGH_DEG - 1))
    phase = rng.random()  # of the step in which the exit happens
    outside_deg = edge_deg + side * out_deg
    held_deg[_BEFORE] += (outside_deg - held_deg[_BEFORE]) * (1 - phase)
    held_deg[_BEFORE + 1 :] = outside_deg
    ends_s = np.cumsum(interval_s)
    exit_s = ends_s[_BEFORE - 1] + phase * interval_s[_BEFORE]
    for i, kind in Pace(**values).cues(step_leans_deg(rng, held_deg), interval_s):
        if i >= _BEFORE and kind in FAULT_CUES:
            return float(ends_s[i] - exit_s + latency_s)
    return float("inf")
