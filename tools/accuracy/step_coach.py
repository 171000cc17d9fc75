"""Part B at step level: the coach itself, driven by random step means.

A step's mean is the held lean, a random part (SD 1 degree) and half the left-right difference.
Hours of running take seconds, so that false cues can be counted and thresholds compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from leancore.coaching import coach, prescription
from leancore.coaching.session_plan import SessionPlan
from leancore.gait.steps import Steps
from leancore.gait.stride import Stride
from leancore.schema import settings

from boards.sim.motion.quaternion import Floats
from tools.accuracy import people
from tools.accuracy.exits import WARNINGS
from tools.accuracy.feed import BASELINE_CDEG, HIGH_DEG, LOW_DEG

SD_DEG, SIDES_DEG = 1.0, 2.0
_TIME_SPREAD = 0.025
_BEFORE, _AFTER = 60, 40  # steps around an exit
_TICKS = 1 << 29


class Pace:
    """A coach, its plan and the objects that describe a step to it; `values`: settings."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.settings = settings.checked(values)
        self.coach = coach.Coach()
        self.coach.configure(self.settings)
        self.told = prescription.checked({"baseline_cdeg": BASELINE_CDEG})
        self.plan, self.steps, self.stride = SessionPlan(), Steps(), Stride()
        self.stride.whole = 1

    def cues(self, lean_deg: Floats, interval_s: Floats) -> list[tuple[int, int]]:
        """(number of the step, kind) of every cue in a separate run."""
        self.coach.reset()
        self.plan.begin(self.told, 0, self.settings["window_ms"], 0)
        t_ms = np.cumsum(np.rint(interval_s * 1000).astype(int)).tolist()
        step_cdeg = np.rint(lean_deg * 100).astype(int).tolist()
        steps, stride, step, plan = self.steps, self.stride, self.coach.step, self.plan
        found, before_ms, before_cdeg = [], 0, step_cdeg[0]
        for i, (now_ms, now_cdeg) in enumerate(zip(t_ms, step_cdeg, strict=True)):
            steps.interval_ms, steps.strike_ms = now_ms - before_ms, now_ms % _TICKS
            stride.step_cdeg, stride.stride_lean_cdeg = now_cdeg, (now_cdeg + before_cdeg) // 2
            before_ms, before_cdeg = now_ms, now_cdeg
            kind = step(stride, steps, plan)
            if kind:
                found.append((i, kind))
        return found


def step_leans_deg(rng: np.random.Generator, held_deg: Floats, memory: float = 0.0) -> Floats:
    """Means of steps; `memory`: correlation of the random parts of successive steps."""
    chance = SD_DEG * rng.standard_normal(len(held_deg))
    if memory:
        fresh = (1 - memory**2) ** 0.5
        for i in range(1, len(chance)):
            chance[i] = memory * chance[i - 1] + fresh * chance[i]
    side = np.where(np.arange(len(held_deg)) % 2, 1, -1)
    return held_deg + chance + SIDES_DEG / 2 * side


def intervals_s(rng: np.random.Generator, count: int, cadence_spm: float) -> Floats:
    """Lengths of steps."""
    return 60 / cadence_spm * (1 + _TIME_SPREAD * np.clip(rng.standard_normal(count), -3, 3))


def false_cues(job: tuple[int, float, dict[str, Any], float]) -> tuple[int, float]:
    """False cues and hours, 1 degree inside an edge; `job`: seed, hours, settings, memory."""
    seed, hours, values, memory = job
    rng = np.random.default_rng([seed, 8])
    cadence_spm = people.random_cadence_spm(rng)
    count = int(hours * 60 * cadence_spm)
    held_deg = np.full(count, HIGH_DEG - 1 if seed % 2 else LOW_DEG + 1)
    leans_deg = step_leans_deg(rng, held_deg, memory)
    found = Pace(values).cues(leans_deg, intervals_s(rng, count, cadence_spm))
    return sum(kind in WARNINGS for _, kind in found), hours


def delays_s(job: tuple[int, int, float, dict[str, Any], float]) -> list[float]:
    """Delays of exits; `job`: seed, how many, how far out, settings, latency of a strike in s."""
    seed, count, out_deg, values, latency_s = job
    rng, pace = np.random.default_rng([seed, 9]), Pace(values)
    return [_delay_s(rng, pace, out_deg) + latency_s for _ in range(count)]


def _delay_s(rng: np.random.Generator, pace: Pace, out_deg: float) -> float:
    """Delay of one exit to either side, at a random moment of a step."""
    high = rng.random() < 0.5
    outside_deg = HIGH_DEG + out_deg if high else LOW_DEG - out_deg
    interval_s = intervals_s(rng, _BEFORE + _AFTER, people.random_cadence_spm(rng))
    held_deg = np.full(_BEFORE + _AFTER, rng.uniform(LOW_DEG + 1, HIGH_DEG - 1))
    phase = rng.random()
    held_deg[_BEFORE] += (outside_deg - held_deg[_BEFORE]) * (1 - phase)
    held_deg[_BEFORE + 1 :] = outside_deg
    ends_s = np.cumsum(interval_s)
    exit_s = ends_s[_BEFORE - 1] + phase * interval_s[_BEFORE]
    for i, kind in pace.cues(step_leans_deg(rng, held_deg), interval_s):
        if i >= _BEFORE and kind in WARNINGS:
            return float(ends_s[i] - exit_s)
    return float("inf")
