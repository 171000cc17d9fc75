"""The simulated wearer: a plan of segments becomes the motion of a clip, and its truth.

Earth acceleration and orientation are computed first; specific force and angular rate are derived
from them, so the three are always consistent. The lean is a rotation about the wearer's right, the
lateral lean one about the way's forward direction, inside it; both are zero while the wearer
stands, independent of the pelvis' standing tilt and the clip's mount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from boards.sim.motion import quaternion
from boards.sim.motion.curves import hann_smoothed, smooth
from boards.sim.motion.moves import G_MPS2, Course, Scene
from boards.sim.motion.pace import pace_changes
from boards.sim.motion.postures import Bend, Drive, Lie, Ride, SitDown
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.runner_model import ORDINARY, Runner
from boards.sim.motion.segments import (
    Hinge,
    Jump,
    Run,
    Segment,
    StairsDown,
    StairsUp,
    Stand,
    Stumble,
    Walk,
)
from boards.sim.motion.step_motion import Steps, step_clock
from boards.sim.motion.track import Track, Truth

__all__ = [
    "Bend", "Drive", "Hinge", "Jump", "Lie", "ORDINARY", "Plan", "Ride", "Run", "Runner", "Segment",
    "SitDown", "Slip", "StairsDown", "StairsUp", "Stand", "Stumble", "Walk", "synthesise",
]  # fmt: skip

# From the nominal clip (x right, y up, z backwards) to a wearer who faces earth y.
_WORN = quaternion.about("x", np.pi / 2)
# Distance of the clip from the axis about which the pelvis pitches.
_PITCH_ARM_M = 0.06
_BLEND_S = 0.8
# A posture changes, rather than rests, when the lean turns faster than this.
_RESTING_DPS = 4.0


@dataclass(frozen=True)
class Slip:
    """A rotation of the clip on its belt within a fifth of a second, which persists.

    Rotation vector in the nominal clip's frame: `x_deg` pitch, `y_deg` yaw, `z_deg` roll.
    """

    at_s: float
    x_deg: float = 0.0
    y_deg: float = 0.0
    z_deg: float = 0.0


@dataclass(frozen=True)
class Plan:
    """Segments in order; button presses as (t_s, how long in s); slips of the clip."""

    segments: tuple[Segment, ...]
    pressed: tuple[tuple[float, float], ...] = ()
    slips: tuple[Slip, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length of all segments."""
        return sum(segment.s for segment in self.segments)


def synthesise(plan: Plan | Sequence[Segment], runner: Runner = ORDINARY, seed: int = 0,
               rate_hz: float = 400.0) -> tuple[Track, Truth]:  # fmt: skip
    """The clip's motion over a plan, from t = 0, and its truth; same seed, same bits.

    Raises ValueError for an empty plan or a segment without length.
    """
    if not isinstance(plan, Plan):
        plan = Plan(tuple(plan))
    if not plan.segments or any(not segment.s > 0 for segment in plan.segments):
        raise ValueError("a plan needs segments, each longer than 0 s")
    fades = _fades(plan.segments, rate_hz)
    steps = _clock(fades, runner, rate_hz, seed)
    course = Course.still(_length(plan.segments, rate_hz))
    for number, (segment, cut, t_s, weight) in enumerate(fades):
        rng = np.random.default_rng([seed, 1 + number])
        course.add(cut, weight, segment.moves(Scene(t_s, rate_hz, steps.part(cut), runner, rng)))
    rng = np.random.default_rng([seed, 1 + len(fades)])
    course.forward_mps2 += pace_changes(
        plan.segments, runner, len(course.forward_mps2), rate_hz, rng
    )
    track = _track(course, runner, plan.slips, rate_hz)
    return track, _truth(fades, course, steps, rate_hz)


Fade = tuple[Segment, slice, Floats, Floats]


def _length(segments: Sequence[Segment], rate_hz: float) -> int:
    return int(round(sum(segment.s for segment in segments) * rate_hz)) + 1


def _fades(segments: Sequence[Segment], rate_hz: float) -> list[Fade]:
    """Each segment with its samples, their time from its start, and its weight there.

    Neighbours overlap by the blend; weights sum to 1 everywhere.
    """
    n, start_s, fades = _length(segments, rate_hz), 0.0, []
    blends = [0.0]
    blends += [min(_BLEND_S, a.s, b.s) for a, b in zip(segments, segments[1:], strict=False)]
    blends += [0.0]
    for segment, before_s, after_s in zip(segments, blends[:-1], blends[1:], strict=True):
        first = max(int((start_s - before_s / 2) * rate_hz), 0)
        last = min(int((start_s + segment.s + after_s / 2) * rate_hz) + 1, n)
        t_s = np.arange(first, last) / rate_hz - start_s
        weight = _fade(t_s, before_s) * _fade(segment.s - t_s, after_s)
        fades.append((segment, slice(first, last), t_s, weight))
        start_s += segment.s
    return fades


def _fade(since_s: Floats, blend_s: float) -> Floats:
    """0 to 1 around the time 0; without a blend this is an outer end of the plan, left open."""
    return smooth(since_s / blend_s + 0.5) if blend_s > 0 else np.ones(len(since_s))


def _clock(fades: list[Fade], runner: Runner, rate_hz: float, seed: int) -> Steps:
    """One step clock that follows the segments' cadences."""
    cadence_spm = np.zeros(fades[-1][1].stop)
    for segment, cut, _, weight in fades:
        cadence_spm[cut] += weight * segment.rhythm_spm
    return step_clock(cadence_spm, rate_hz, runner, np.random.default_rng([seed, 0]))


def _track(course: Course, runner: Runner, slips: tuple[Slip, ...], rate_hz: float) -> Track:
    """Orientation and earth acceleration of the clip, and the resulting sensor signals."""
    heading = quaternion.about("z", np.radians(np.cumsum(course.turn_dps) / rate_hz))
    lean_rad = np.radians(course.held_deg + course.step_deg + course.swing_deg)
    q = quaternion.chain(
        heading,
        quaternion.about("z", np.radians(course.axial_deg)),
        quaternion.about("x", -lean_rad),
        quaternion.about("y", np.radians(course.lateral_deg)),
        quaternion.about("x", -np.radians(runner.standing_tilt_deg)),
        _WORN,
        _on_belt(course, slips, rate_hz),
    )
    push = np.stack([course.right_mps2, course.forward_mps2, course.up_mps2], axis=1)
    push += _hip_arc(lean_rad, rate_hz)
    force = quaternion.rotate(heading, push) + np.array([0.0, 0.0, G_MPS2])
    a = quaternion.rotate(quaternion.inverse(q), force)
    return Track(rate_hz, q, a, quaternion.body_rate(q, rate_hz)).rotated(runner.mount_q)


def _on_belt(course: Course, slips: tuple[Slip, ...], rate_hz: float) -> Floats:
    """Turn of the clip against the pelvis: wobble and slips."""
    turn_deg = course.wobble_deg[:, None] * np.array([1.0, 0.3, 0.6])
    t_s = np.arange(len(turn_deg)) / rate_hz
    for slip in slips:
        turn_deg += smooth((t_s - slip.at_s) / 0.2)[:, None] * (slip.x_deg, slip.y_deg, slip.z_deg)
    return quaternion.from_vector(np.radians(turn_deg))


def _hip_arc(lean_rad: Floats, rate_hz: float) -> Floats:
    """Acceleration (N, 3) of a clip that moves on an arc about the hip when the pelvis pitches.

    In running it pulls the clip forward when the pelvis is pitched back, as sacral recordings
    show.
    """
    sine, cosine = np.sin(lean_rad), np.cos(lean_rad)
    place_m = _PITCH_ARM_M * np.stack([np.zeros(len(sine)), sine, cosine], axis=1)
    velocity = np.gradient(place_m, 1 / rate_hz, axis=0)
    return np.gradient(velocity, 1 / rate_hz, axis=0)


def _truth(fades: list[Fade], course: Course, steps: Steps, rate_hz: float) -> Truth:
    """Labels, strikes and leans of a course."""
    n = len(course.held_deg)
    stepping, activity = np.zeros(n, bool), np.full(n, "other", dtype="<U7")
    for segment, cut, t_s, _ in fades:
        main = np.flatnonzero(t_s >= 0) + cut.start  # the next segment overwrites the end
        stepping[main], activity[main] = segment.stepping, segment.activity
    strikes = steps.strikes_s[(steps.strikes_s >= 0) & (steps.strikes_s * rate_hz < n - 1)]
    strikes = strikes[stepping[np.round(strikes * rate_hz).astype(int)]]
    each_deg = course.held_deg + course.step_deg
    middle = np.searchsorted(steps.strikes_s, strikes, side="right")
    middle_s = (strikes + steps.strikes_s[middle]) / 2
    return Truth(
        rate_hz=rate_hz, strikes_s=strikes,
        step_lean_deg=each_deg[np.minimum(np.round(middle_s * rate_hz).astype(int), n - 1)],
        lean_deg=each_deg + course.swing_deg, held_lean_deg=course.held_deg,
        lateral_deg=course.lateral_deg, activity=_rested(activity, course.held_deg, rate_hz),
    )  # fmt: skip


def _rested(
    activity: npt.NDArray[np.str_], held_deg: Floats, rate_hz: float
) -> npt.NDArray[np.str_]:
    """Postures are still while they rest and other while they change."""
    turn_dps = np.abs(np.gradient(hann_smoothed(held_deg, int(0.2 * rate_hz)), 1 / rate_hz))
    resting = np.where(turn_dps < _RESTING_DPS, "still", "other")
    return np.where(activity == "posture", resting, activity)
