"""Running and walking: the pelvis motion of one step.

Vertical force in running is an arch over stance, no support in flight and an early impact peak; its
amplitude is set in every step so that its impulse supports the body weight over that step. Pelvis
pitch is lowest when the vertical force is highest, which is why an averaged accelerometer reads the
lean too low (up to 6.6 degrees in real running). Shapes are modelled on the sacrum recording of
Fukuchi et al. 2017 and the cycles of the BioMAC-Sim toolbox.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from boards.sim.motion.curves import arch, half_sine, hann_smoothed, ring, ring_area_s, wander
from boards.sim.motion.moves import G_MPS2, Moves, Scene
from boards.sim.motion.quaternion import Floats

Number = TypeVar("Number", float, Floats)

# Step phase at which the pelvis is pitched back most: a short dip just after the contact.
_SWING_DIP = 0.15
_SWING_BLUR_S = 0.04
_WOBBLE_BLUR_S = 0.0125
_WOBBLE_HZ = 14.0
_WOBBLE_DECAY_S = 0.05
# Impact peak of the ground force: a bell of this length that begins with the contact.
_PEAK_S = 0.09
_ARCH_MEAN = 2 / np.pi

# (harmonic of the step, amplitude, phase of its peak) at _WALK_SPM.
_WALK_SPM = 112.0
WALK_UP_G = 0.22  # of the force at step frequency
_WALK_UP_G = ((1, WALK_UP_G, 0.06), (2, 0.13, 0.10), (3, 0.06, 0.08))
_WALK_FORWARD_G = ((1, 0.20, 0.72), (2, 0.09, 0.90))


def harmonics(phase: Floats, table: tuple[tuple[int, float, float], ...]) -> Floats:
    """Sum of cosines of (harmonic, amplitude, phase of the peak)."""
    curve = np.zeros(len(phase))
    for n, size, peak in table:
        curve += size * np.cos(2 * np.pi * n * (phase - peak))
    return curve


def swing(phase: Floats, second: float) -> Floats:
    """Pitch within a step, zero mean, 1 peak to peak; `second`: share of the upper harmonics."""
    table = (
        (1, 1.0, _SWING_DIP + 0.54),
        (2, second, _SWING_DIP + 1 / 4),
        (3, 0.5 * second, _SWING_DIP + 1 / 6),
    )
    span = np.ptp(harmonics(np.linspace(0, 1, 200), table))
    return harmonics(phase, table) / span


def running(
    scene: Scene, held_deg: Floats, slope_deg: float = 0.0, late_share: float = 0.0
) -> Moves:
    """Running with the pelvis held at `held_deg`; a slope moves impact and propulsion.

    `late_share`: braking and propulsion come later by this share of the stance.
    """
    runner, steps = scene.runner, scene.steps
    impact_g = runner.impact_g * steps.loudness * np.exp(-slope_deg / 10)
    lash = ring(steps.since_s, steps.ring_hz, runner.ring_decay_s) * impact_g
    lash_share = ring_area_s(steps.ring_hz, runner.ring_decay_s) * impact_g / steps.step_s
    turn_dps = wander(len(held_deg), scene.rate_hz, 4.0, runner.heading_wander_dps, scene.rng)
    turn_dps += _corners_dps(scene)
    return Moves(
        held_deg=held_deg,
        step_deg=_step_lean(scene, 1.0),
        swing_deg=_swing(scene, 1.0),
        lateral_deg=runner.obliquity_deg * _roll(scene) - _bank_deg(scene, turn_dps),
        axial_deg=runner.axial_deg * _axial(scene),
        turn_dps=turn_dps,
        # Following a bend pulls towards its inner side; turning left is positive.
        right_mps2=_sideways(scene, lash) - runner.speed_mps * np.radians(turn_dps),
        forward_mps2=G_MPS2 * _fore_aft_g(scene, lash, lash_share, slope_deg, late_share),
        up_mps2=G_MPS2 * (_support_g(scene, lash, lash_share) - 1) + _shake(scene),
        wobble_deg=_wobble(scene, 1.0),
    )


def walking(
    scene: Scene, held_deg: Floats, vigour: float = 1.0, late_share: float = 0.0,
    heel_share: float = 0.1,
) -> Moves:  # fmt: skip
    """Walking: two bumps a step, never without support; `vigour` scales its forces.

    `late_share`: the forward force comes later by this share of the step; a quarter of it, and
    the walker neither vaults nor bounces. `heel_share`: ringing of the heel's strike, of a run's.
    """
    runner, steps = scene.runner, scene.steps
    size = vigour * walk_size(60 / steps.step_s)
    lash = heel_share * runner.impact_g * steps.loudness * size
    lash = lash * ring(steps.since_s, steps.ring_hz, runner.ring_decay_s)
    return Moves(
        held_deg=held_deg,
        step_deg=_step_lean(scene, 0.5),
        swing_deg=_swing(scene, 0.3),
        lateral_deg=runner.obliquity_deg * 1.3 * _roll(scene),
        axial_deg=runner.axial_deg * _axial(scene),
        turn_dps=wander(len(held_deg), scene.rate_hz, 4.0, runner.heading_wander_dps, scene.rng),
        right_mps2=G_MPS2 * (0.12 * steps.side * half_sine(steps.phase) * size
                             + 0.4 * steps.side * lash),
        forward_mps2=G_MPS2 * harmonics(steps.phase - late_share, _WALK_FORWARD_G) * size,
        up_mps2=G_MPS2 * (harmonics(steps.phase, _WALK_UP_G) * size + lash),
        wobble_deg=_wobble(scene, 0.3),
    )  # fmt: skip


def walk_size(cadence_spm: Number) -> Number:
    """The forces of an ordinary walker at a cadence, relative to the modelled ones."""
    return (cadence_spm / _WALK_SPM) ** 2


def _support_g(scene: Scene, lash: Floats, lash_share: Floats) -> Floats:
    """Vertical specific force in g; its mean over every step is 1."""
    runner, steps = scene.runner, scene.steps
    stance = 2 * runner.duty_factor
    dip = runner.flight_dip_g * half_sine((steps.phase - stance) / (1 - stance))
    peak = runner.early_peak_g * np.sin(np.pi * np.clip(steps.since_s / _PEAK_S, 0, 1)) ** 2
    others = runner.early_peak_g * _PEAK_S / 2 / steps.step_s + lash_share
    others = others - runner.flight_dip_g * _ARCH_MEAN * (1 - stance)
    push = (1 - others) / (_ARCH_MEAN * stance)
    return push * half_sine(steps.phase / stance) + peak - dip + lash


def _fore_aft_g(
    scene: Scene, lash: Floats, lash_share: Floats, slope_deg: float, late_share: float
) -> Floats:
    """Braking, then propulsion; the impact brakes too, and propulsion makes up for it."""
    steps, stance = scene.steps, 2 * scene.runner.duty_factor
    share = np.clip(steps.phase / stance, 0, 1)
    late = np.clip(steps.phase / stance - late_share, 0, 1)
    size = scene.runner.fore_aft_g * (1 - slope_deg / 20)
    make_up = 0.3 * lash_share / (_ARCH_MEAN * stance)
    return make_up * half_sine(share) - size * np.sin(2 * np.pi * late) - 0.3 * lash


def _sideways(scene: Scene, lash: Floats) -> Floats:
    """Sway towards the standing foot and back, and the impact's sideways part, m/s2."""
    steps = scene.steps
    sway = half_sine(steps.phase) - 0.8 * np.sin(3 * np.pi * steps.phase)
    return G_MPS2 * steps.side * (scene.runner.lateral_g * sway + 0.15 * lash)


def _roll(scene: Scene) -> Floats:
    """Obliquity over the stride: the free side drops after contact; amplitude about 1."""
    angle = np.pi * scene.steps.phase
    return scene.steps.side * (np.cos(angle + 0.8) + 0.4 * np.cos(3 * angle + 0.4))


def _axial(scene: Scene) -> Floats:
    """Turn about the vertical over the stride; amplitude about 1."""
    angle = np.pi * scene.steps.phase
    return scene.steps.side * (np.cos(angle) + 0.15 * np.cos(3 * angle + 0.5))


def _swing(scene: Scene, share: float) -> Floats:
    """The runner's swing, smoothed so that a changing step time does not jerk the pelvis."""
    shape = swing(scene.steps.phase, scene.runner.swing_second)
    shape = shape * (1 + scene.runner.swing_spread * scene.steps.swing_noise)
    return share * scene.runner.swing_deg * _blurred(scene, shape, _SWING_BLUR_S)


def _corners_dps(scene: Scene) -> Floats:
    """Quarter turns at random times, degrees per second; left is positive."""
    turn_dps, per_min = scene.flat(), scene.runner.corners_per_min
    if not per_min:
        return turn_dps
    at_s = scene.rng.exponential(60 / per_min)
    while at_s < scene.t_s[-1]:
        span_s = scene.rng.uniform(1.5, 3.0) * scene.runner.speed_mps / 3
        side = scene.rng.choice((-1.0, 1.0))
        turn_dps += side * 90 / (span_s * _ARCH_MEAN) * arch(scene.t_s, at_s, span_s)
        at_s += span_s + scene.rng.exponential(60 / per_min)
    return turn_dps


def _bank_deg(scene: Scene, turn_dps: Floats) -> Floats:
    """Lean into a bend, to the left, which partly balances the centrifugal force."""
    balance = np.arctan(scene.runner.speed_mps * np.radians(turn_dps) / G_MPS2)
    return scene.runner.bank_share * np.degrees(balance)


def _step_lean(scene: Scene, share: float) -> Floats:
    """Deviation of this step's lean from the intended one: chance, and left-right difference."""
    runner, steps = scene.runner, scene.steps
    chance = runner.step_lean_sd_deg * steps.lean_noise
    return share * (chance + 0.5 * runner.left_right_lean_deg * steps.lean_side)


def _wobble(scene: Scene, share: float) -> Floats:
    """Oscillation of the clip on its belt after each impact."""
    steps = scene.steps
    size = share * scene.runner.wobble_deg * steps.loudness
    return _blurred(scene, size * ring(steps.since_s, _WOBBLE_HZ, _WOBBLE_DECAY_S), _WOBBLE_BLUR_S)


def _blurred(scene: Scene, curve: Floats, blur_s: float) -> Floats:
    return hann_smoothed(curve, max(int(blur_s * scene.rate_hz), 1))


def _shake(scene: Scene) -> Floats:
    """Soft tissue: small and without rhythm, m/s2."""
    shake = wander(len(scene.t_s), scene.rate_hz, 0.02, 0.08 * G_MPS2, scene.rng)
    return shake - _blurred(scene, shake, 0.2)  # zero mean: it must not accelerate the body
