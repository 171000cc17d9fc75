"""Random runners and their activities: the hard synthetic set. Same seed, same person."""

from __future__ import annotations

import numpy as np

from boards.sim.motion.alike_gaits import BriskWalk, SlowJog
from boards.sim.motion.runner_model import Mount, Runner
from boards.sim.motion.segments import Hinge, Run, Segment, Stand, Walk

STRAIGHT = {"heading_wander_dps": 0.0, "corners_per_min": 0.0}  # no turns
CALIBRATE_S = 1.0
OPENING = (Stand(5.0), Hinge(4.0), Stand(3.0))
OPENING_S = 12.0
# The clip requests 100. The accelerometer's steps of rate grant 125, and the clip then requests all
# kinds at that rate; by the maker's SH-2 manual it may be a tenth less, and another part may grant
# the requested rate.
_RATES_HZ = (125.0, 125.0, 125.0, 112.0, 125.0, 100.0)

# Ranges of real runners, and somewhat beyond. Sources: the figures of the product's notes, the
# optical sacrum recording of Fukuchi et al. 2017, the lower-back cycles of the BioMAC-Sim toolbox.
# `impact_g` is the ringing's median: usual strikes then peak at 2.5 to 6.5 g, the hardest of a run
# at 4 to 20 g, and of the hardest runner one strike in seven leaves the range of the sensor.
RANGES = {
    "standing_tilt_deg": (-20, 20), "swing_deg": (6, 16), "swing_spread": (0.05, 0.25),
    "swing_second": (0.2, 0.6), "step_lean_sd_deg": (0.5, 1.5), "left_right_lean_deg": (-3, 3),
    "obliquity_deg": (1, 5), "axial_deg": (2, 8), "heading_wander_dps": (0, 4),
    "corners_per_min": (0, 1), "bank_share": (0.2, 0.8), "duty_factor": (0.27, 0.41),
    "flight_dip_g": (0.0, 0.8), "fore_aft_g": (0.2, 0.6), "lateral_g": (0.1, 0.35),
    "impact_g": (2, 8), "impact_spread": (0.2, 0.5), "ring_decay_s": (0.015, 0.045),
    "wobble_deg": (0.2, 2.0), "step_time_spread": (0.01, 0.035), "limp_time": (0, 0.05),
    "limp_force": (0, 0.3), "speed_mps": (2.2, 5.0),
}  # fmt: skip


def random_mount(rng: np.random.Generator) -> Mount:
    """A rotation that is as likely as any other."""
    w, x, y, z = (float(part) for part in rng.standard_normal(4))
    n = (w * w + x * x + y * y + z * z) ** 0.5
    return (w / n, x / n, y / n, z / n)


def random_runner(rng: np.random.Generator, **fixed: float) -> Runner:
    """A runner drawn from `RANGES`, in any mount; `fixed` overrides."""
    drawn = {name: float(rng.uniform(*ends)) for name, ends in RANGES.items()}
    hard, soft = RANGES["impact_g"][1], RANGES["impact_g"][0]
    share = (drawn["impact_g"] - soft) / (hard - soft)
    drawn["impact_g"] = soft * (hard / soft) ** share  # soft ones are more common
    return Runner(mount_q=random_mount(rng), **{**drawn, **fixed})


def random_cadence_spm(rng: np.random.Generator) -> float:
    """140 to 210 steps a minute."""
    return float(rng.uniform(140, 210))


def random_rate_hz(rng: np.random.Generator) -> float:
    """What the sensor grants."""
    return float(rng.choice(_RATES_HZ))


def brisk_walk(rng: np.random.Generator) -> BriskWalk:
    """Walking at about 2 m/s: quick steps and large forces."""
    s, cadence_spm, lean_deg, force_g, late_share, heel_share = rng.uniform(
        (40, 118, 0, 0.40, -0.08, 0.05), (100, 150, 8, 0.66, 0.18, 0.30)
    ).tolist()
    return BriskWalk(s, cadence_spm, lean_deg, force_g, late_share, heel_share)


def slow_jog(rng: np.random.Generator) -> SlowJog:
    """Running at about 2 m/s, with hardly any flight."""
    s, cadence_spm, lean_deg, duty_factor, late_share = rng.uniform(
        (60, 140, 2, 0.41, -0.08), (180, 166, 14, 0.47, 0.08)
    ).tolist()
    return SlowJog(
        s, lean_deg, cadence_spm, duty_factor=duty_factor, late_share=late_share
    )  # fmt: skip


def workout(rng: np.random.Generator, run_s: float = 60.0) -> tuple[Segment, ...]:
    """Calibration, then running that tires, with a walking break and hills."""
    cadence_spm, lean_deg = random_cadence_spm(rng), float(rng.uniform(2, 18))
    tired_deg, slope_deg = float(rng.uniform(-3, 1.5)), float(rng.uniform(-5, 5))
    half_s, half_deg = run_s / 2, lean_deg + tired_deg / 2
    later_spm = cadence_spm * float(rng.uniform(0.96, 1.04))
    return (
        *OPENING, _walk(rng, 6.0),
        Run(half_s, lean_deg, cadence_spm, lean_end_deg=half_deg), _walk(rng, 8.0),
        Run(half_s, half_deg, later_spm, lean_end_deg=lean_deg + tired_deg, slope_deg=slope_deg),
        Stand(3.0),
    )  # fmt: skip


def intervals(rng: np.random.Generator, lean_deg: float) -> tuple[Segment, ...]:
    """Running at one lean, and walking or standing, in turns."""
    cadence_spm, segments = random_cadence_spm(rng), list[Segment](OPENING)
    for _ in range(8):
        pause = Stand(5.0) if rng.random() < 0.3 else _walk(rng, float(rng.uniform(8, 20)))
        segments += [Run(float(rng.uniform(15, 40)), lean_deg, cadence_spm), pause]
    return (*segments, Stand(3.0))


def _walk(rng: np.random.Generator, s: float) -> Walk:
    return Walk(s, float(rng.uniform(95, 125)))
