"""The wearer: a runner's body, gait and the mount of the clip."""

from __future__ import annotations

from dataclasses import dataclass

Mount = tuple[float, float, float, float]


@dataclass(frozen=True)
class Runner:
    """One runner. Defaults describe an ordinary one; every value can be made harder.

    Pelvis pitch swings 6 to 16 degrees peak to peak at step frequency, and standing pelvic tilt
    differs by some 20 degrees between runners (sources: ``shared/docs/plan.md``). Amplitudes of the
    other rotations and of the impacts follow the optical sacrum recording of Fukuchi et al. 2017
    and the lower-back cycles of the BioMAC-Sim toolbox.
    """

    mount_q: Mount = (1.0, 0.0, 0.0, 0.0)
    """Turns sensor coordinates into the nominal clip's (x right, y up, z backwards)."""
    standing_tilt_deg: float = 8.0
    """Forward tilt of the clip while its wearer stands."""

    swing_deg: float = 10.0
    """Pelvis pitch within a step, peak to peak."""
    swing_spread: float = 0.0
    """Variation of that swing from one step to the next, standard deviation as a share of it."""
    swing_second: float = 0.35
    """Second harmonic of that swing as a share of the first; the third goes with it."""
    step_lean_sd_deg: float = 1.0
    """Variation of the lean from one step to the next, standard deviation."""
    left_right_lean_deg: float = 1.5
    """Lean in left steps minus lean in right steps."""
    obliquity_deg: float = 2.5
    """Pelvis roll at stride frequency, amplitude."""
    axial_deg: float = 4.0
    """Pelvis turn about the vertical at stride frequency, amplitude."""
    heading_wander_dps: float = 3.0
    """Slow turning of the way, standard deviation."""
    corners_per_min: float = 0.0
    """Street corners: quarter turns to either side within 1.5 to 3 s at 3 m/s."""
    bank_share: float = 0.0
    """How much of the lean into a bend the pelvis takes part in, 0 to 1."""

    duty_factor: float = 0.33
    """Stance time of one foot as a share of the stride, 0.25 to 0.4 in running."""
    early_peak_g: float = 1.5
    """The impact peak of the ground force, in the first 90 ms of the stance."""
    flight_dip_g: float = 0.5
    """How far the sacrum goes below 0 g in flight, for legs and pelvis swing about the centre
    of mass; -1 g is seen in optical and inertial recordings of the sacrum."""
    fore_aft_g: float = 0.4
    """Braking and propulsion, amplitude."""
    lateral_g: float = 0.22
    """Sideways sway, amplitude."""
    impact_g: float = 4.0
    """Median amplitude of the ringing after a foot strike; single ones reach three times it."""
    impact_spread: float = 0.35
    """Standard deviation of the logarithm of that amplitude."""
    ring_low_hz: float = 15.0
    ring_high_hz: float = 30.0
    ring_decay_s: float = 0.03
    wobble_deg: float = 0.6
    """Rotation of the clip on its belt after an impact, amplitude."""

    step_time_spread: float = 0.025
    """Standard deviation of step times as a share of the mean."""
    limp_time: float = 0.0
    """Left step longer and right step shorter by this share."""
    limp_force: float = 0.0
    """Left impact harder and right impact softer by this share."""
    speed_mps: float = 3.0
    """Running speed, which matters only in bends."""


ORDINARY = Runner()
"""The runner of every plan that names no other."""
