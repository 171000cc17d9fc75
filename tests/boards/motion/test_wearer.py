"""The simulated wearer is consistent with its truth, and about as hard as a real runner."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from boards.sim.motion import quaternion
from boards.sim.motion.motion_errors import Freeze, SelfReset, chip_view, tilt_between_deg
from boards.sim.motion.motion_plans import PLANS
from boards.sim.motion.recorded_motion import read_recording
from boards.sim.motion.track import Track, Truth
from boards.sim.motion.wearer import (
    Hinge,
    Jump,
    Lie,
    Plan,
    Run,
    Runner,
    Slip,
    StairsDown,
    Stand,
    Walk,
    synthesise,
)

G = 9.81
STEADY = (12.0, 40.0)  # inside the run of RUNNING
RUNNING = (Stand(4), Hinge(4), Stand(2), Run(32, 10.0, 172), Stand(3))
NASTY = Runner(
    swing_deg=16, impact_g=10, limp_time=0.06, limp_force=0.3, standing_tilt_deg=20, wobble_deg=2
)
CALM = Runner(step_lean_sd_deg=0.0, step_time_spread=0.0)


def random_mount(seed: int) -> tuple[float, float, float, float]:
    """A rotation that is as likely as any other."""
    w, x, y, z = np.random.default_rng(seed).standard_normal(4)
    n = math.sqrt(w * w + x * x + y * y + z * z)
    return (w / n, x / n, y / n, z / n)


RUNNERS = {
    "ordinary": Runner(), "nasty": NASTY, "calm": CALM, "turned": Runner(mount_q=random_mount(8))
}  # fmt: skip


@pytest.fixture(scope="module", params=RUNNERS)
def run(request: pytest.FixtureRequest) -> tuple[Track, Truth, Runner]:
    """One steady run by each runner."""
    runner = RUNNERS[request.param]
    return *synthesise(RUNNING, runner, seed=5), runner


def inside(track: Track, start_s: float, end_s: float) -> slice:
    """Samples of a spell."""
    return slice(round(start_s * track.rate_hz), round(end_s * track.rate_hz))


def earth_force(track: Track) -> np.ndarray:
    """Specific force (N, 3) in earth axes."""
    return quaternion.rotate(track.q, track.a)


def lean_against_stand_deg(track: Track) -> np.ndarray:
    """Lean from the orientation alone, with stand (1 to 3.5 s) and hinge (5 to 7 s) as reference.

    The way the device has to find it: which axis is up from the stand, which is forward from
    the hinge; nothing of the mount or of the standing tilt is known.
    """
    up = quaternion.rotate(quaternion.inverse(track.q), np.array([[0.0, 0.0, 1.0]]))
    stand = up[inside(track, 1.0, 3.5)].mean(axis=0)
    stand /= np.linalg.norm(stand)
    bent = up[inside(track, 5.5, 6.0)].mean(axis=0)
    forward = stand * (bent @ stand) - bent  # up moves backwards in the sensor when it bends
    forward /= np.linalg.norm(forward)
    return np.degrees(np.arctan2(-(up @ forward), up @ stand))


def stride_mean_error_deg(track: Track, truth: Truth, tilt_deg: float) -> np.ndarray:
    """Lean of the accelerometer averaged over each stride, minus the true mean there."""
    strikes, errors = truth.strikes_between(*STEADY), []
    for start_s, end_s in zip(strikes, strikes[2:], strict=False):
        a = track.a[inside(track, start_s, end_s)].mean(axis=0)
        felt_deg = math.degrees(math.atan2(a[2], a[1])) - tilt_deg
        errors.append(felt_deg - truth.mean_lean_deg(start_s, end_s))
    return np.array(errors)


# Consistency of orientation, rate and force


def test_gyro_integrates_to_the_orientation(run):
    track = run[0]
    middle = (track.g[1:] + track.g[:-1]) / 2 / track.rate_hz
    q, worst_deg = track.q[:1], 0.0
    for i, turn in enumerate(quaternion.from_vector(middle)):
        q = quaternion.multiply(q, turn)
        if i % 400 == 399:
            off = quaternion.to_vector(quaternion.multiply(quaternion.inverse(q), track.q[i + 1]))
            worst_deg = max(worst_deg, math.degrees(np.linalg.norm(off)))
    assert worst_deg < 0.3


def test_gyro_stays_finite_and_human(run):
    assert np.isfinite(run[0].g).all()
    assert 60 < np.degrees(np.abs(run[0].g)).max() < 900


def test_standing_feels_gravity_and_nothing_else(run):
    a = run[0].a[inside(run[0], 0.5, 3.5)]
    assert np.linalg.norm(a, axis=1) == pytest.approx(G, abs=0.15)
    assert np.linalg.norm(a.mean(axis=0)) == pytest.approx(G, abs=0.03)


def test_mean_vertical_force_over_strides_carries_the_weight(run):
    track, truth, _ = run
    vertical, strikes = earth_force(track)[:, 2], truth.strikes_between(*STEADY)
    means = [vertical[inside(track, a, b)].mean()
             for a, b in zip(strikes, strikes[2:], strict=False)]  # fmt: skip
    assert np.mean(means) == pytest.approx(G, rel=0.005)
    assert np.max(np.abs(np.array(means) - G)) < 0.06 * G


def test_no_runner_is_carried_away(run):
    track, truth, _ = run
    velocity_mps = np.cumsum(earth_force(track)[:, 2] - G) / track.rate_hz
    strikes = np.round(truth.strikes_between(*STEADY) * track.rate_hz).astype(int)
    assert np.ptp(velocity_mps[strikes - 2]) < 1.0  # 1 % too much weight would make 2.7


# Amplitudes a sacrum shows


def test_ordinary_running_has_stance_flight_and_impacts():
    track, _ = synthesise(RUNNING, seed=2)
    vertical_g = earth_force(track)[inside(track, *STEADY), 2] / G
    assert -1.0 < np.percentile(vertical_g, 5) < 0.1
    assert 2.0 < np.percentile(vertical_g, 93) < 3.5
    assert 4.0 < vertical_g.max() < 12.0
    assert np.std(vertical_g) == pytest.approx(1.2, abs=0.3)


def test_vertical_oscillation_is_six_to_ten_centimetres():
    track, truth = synthesise(RUNNING, seed=2)
    vertical, travel_m = earth_force(track)[:, 2], []
    strikes = truth.strikes_between(*STEADY)
    for start_s, end_s in zip(strikes, strikes[1:], strict=False):
        a = vertical[inside(track, start_s, end_s)]
        velocity = np.cumsum(a - a.mean()) / track.rate_hz
        travel_m.append(np.ptp(np.cumsum(velocity - velocity.mean()) / track.rate_hz))
    assert 0.06 < np.mean(travel_m) < 0.10


@pytest.mark.parametrize("swing_deg", [6.0, 16.0])
def test_pelvis_swings_as_much_as_asked(swing_deg):
    calm = replace(CALM, swing_deg=swing_deg, left_right_lean_deg=0.0)
    track, truth = synthesise(RUNNING, calm, seed=2)
    lean = truth.lean_deg[inside(track, *STEADY)]
    assert np.ptp(lean) == pytest.approx(swing_deg, rel=0.08)


def test_a_hard_impact_passes_what_the_chip_can_measure():
    track, _ = synthesise(RUNNING, NASTY, seed=2)
    assert np.abs(track.a).max() > 8 * G
    assert np.abs(chip_view(track, 1).a).max() == pytest.approx(8 * G)


def test_averaged_accelerometer_reads_the_lean_too_low():
    for swing_deg, low_deg, high_deg in ((6.0, -3.0, -0.5), (16.0, -7.0, -3.0)):
        runner = Runner(swing_deg=swing_deg)
        errors = stride_mean_error_deg(*synthesise(RUNNING, runner, seed=2), 8.0)
        assert low_deg < errors.mean() < high_deg


def test_walking_and_stairs_never_lose_the_ground():
    plan = (Stand(3), Walk(20, 112), StairsDown(15), Stand(3))
    vertical_g = earth_force(synthesise(plan, seed=4)[0])[:, 2] / G
    assert vertical_g[inside(synthesise(plan, seed=4)[0], 4, 22)].min() > 0.4
    assert vertical_g.min() > 0.1
    assert 1.3 < np.percentile(vertical_g[: 22 * 400], 98) < 1.9


def test_a_jump_has_a_flight():
    track, truth = synthesise((Stand(3), Jump(10), Stand(3)), seed=4)
    vertical_g = earth_force(track)[inside(track, 4, 12), 2] / G
    assert np.percentile(vertical_g, 10) < 0.05
    assert truth.activity_at(8.0) == "other" and not len(truth.strikes_s)


def band_shares(signal: np.ndarray, rate_hz: float, step_hz: float) -> np.ndarray:
    """Share of the variance at the first, second and third harmonic of the step."""
    power = np.abs(np.fft.rfft((signal - signal.mean()) * np.hanning(len(signal)))) ** 2
    hz = np.fft.rfftfreq(len(signal), 1 / rate_hz)
    near = [np.abs(hz - n * step_hz) < 0.25 * step_hz for n in (1, 2, 3)]
    return np.array([power[band].sum() for band in near]) / power.sum()


def test_running_resembles_the_optical_sacrum(recordings_dir):
    real = read_recording(recordings_dir / "sacral_run_1.csv")
    real_g = earth_force(real)[inside(real, 16, real.t_s[-1] - 0.5), 2] / G
    track, _ = synthesise((Stand(4), Run(30, 0.0, 184), Stand(3)), seed=2)
    made_g = earth_force(track)[inside(track, 8, 30), 2] / G
    assert np.std(made_g) == pytest.approx(np.std(real_g), rel=0.3)
    assert np.percentile(made_g, 98) == pytest.approx(np.percentile(real_g, 98), rel=0.3)
    step_hz = 184 / 60
    made, true = band_shares(made_g, 400, step_hz), band_shares(real_g, 100, step_hz)
    assert made[0] == pytest.approx(true[0], abs=0.15)
    assert made[1] > 0.03 < true[1]


# Truth


@pytest.mark.parametrize("seed", range(3))
def test_any_mount_and_any_standing_tilt_give_the_true_lean(seed):
    runner = Runner(mount_q=random_mount(seed), standing_tilt_deg=20.0 - 20 * seed, wobble_deg=0.0)
    track, truth = synthesise(RUNNING, runner, seed=9)
    found = lean_against_stand_deg(track)
    strikes = truth.strikes_between(*STEADY)
    errors = [found[inside(track, a, b)].mean() - truth.mean_lean_deg(a, b)
              for a, b in zip(strikes, strikes[2:], strict=False)]  # fmt: skip
    assert np.max(np.abs(errors)) < 0.35


def test_mount_changes_what_is_felt_but_not_what_is_true():
    plain, truth = synthesise(RUNNING, seed=9)
    turned, same = synthesise(RUNNING, Runner(mount_q=random_mount(4)), seed=9)
    assert np.array_equal(truth.lean_deg, same.lean_deg)
    assert np.array_equal(truth.strikes_s, same.strikes_s)
    assert np.abs(plain.a - turned.a).max() > 5
    assert np.allclose(earth_force(plain), earth_force(turned), atol=1e-9)
    back = turned.rotated(np.array([1, -1, -1, -1]) * random_mount(4))
    assert np.allclose(back.a, plain.a) and np.allclose(back.g, plain.g)


def test_mean_lean_over_two_steps_is_the_held_lean():
    track, truth = synthesise(RUNNING, CALM, seed=2)
    strikes = truth.strikes_between(*STEADY)
    means = [truth.mean_lean_deg(a, b) for a, b in zip(strikes, strikes[2:], strict=False)]
    assert means == pytest.approx([10.0] * len(means), abs=0.15)


def test_step_lean_truth_is_the_mean_of_the_step_and_varies_as_asked():
    runner = Runner(step_lean_sd_deg=2.0, left_right_lean_deg=0.0)
    track, truth = synthesise((Stand(3), Run(120, 10.0, 172), Stand(3)), runner, seed=2)
    steady = (truth.strikes_s > 6) & (truth.strikes_s < 118)
    steps, strikes = truth.step_lean_deg[steady], truth.strikes_s[steady]
    means = [truth.mean_lean_deg(a, b) for a, b in zip(strikes, strikes[1:], strict=False)]
    assert np.std(steps) == pytest.approx(2.0, rel=0.15)
    assert np.mean(steps) == pytest.approx(10.0, abs=0.5)
    assert np.std(np.array(means) - steps[:-1]) < 0.5


def test_strikes_follow_the_cadence_and_its_variation():
    _, truth = synthesise((Stand(3), Run(100, 10.0, 172), Stand(3)), seed=2)
    step_s = np.diff(truth.strikes_between(6, 100))
    assert 60 / step_s.mean() == pytest.approx(172, rel=0.006)
    assert 0.015 < step_s.std() / step_s.mean() < 0.035


def test_force_rises_at_the_strike(run):
    track, truth, _ = run
    vertical_g = earth_force(track)[:, 2] / G
    rows = np.round(truth.strikes_between(*STEADY) * track.rate_hz).astype(int)
    assert vertical_g[rows - 4].mean() < 0.2
    assert vertical_g[rows + 30].mean() > 1.5


def test_a_limp_makes_every_other_step_longer():
    _, truth = synthesise(RUNNING, Runner(limp_time=0.06, step_time_spread=0.0), seed=2)
    step_s = np.diff(truth.strikes_between(*STEADY))
    assert abs(step_s[::2].mean() / step_s[1::2].mean() - 1) == pytest.approx(0.12, abs=0.03)


def test_activities_are_labelled_and_run_spells_hold_all_strikes_of_a_run():
    _, truth = synthesise(RUNNING, seed=2)
    assert truth.activity_at(2.0) == "still" and truth.activity_at(5.0) == "other"
    assert truth.spells("run") == [(pytest.approx(10.0, abs=0.01), pytest.approx(42.0, abs=0.01))]
    assert truth.strikes_s.min() >= 9.99 and truth.strikes_s.max() < 42.01


def test_a_lean_that_changes_between_runs_breaks_neither_rhythm_nor_rate():
    plan = (Stand(3), Run(10, 14.0), Run(10, 22.0), Run(10, 9.0, lean_end_deg=15.0), Stand(3))
    track, truth = synthesise(plan, CALM, seed=2)
    step_s = np.diff(truth.strikes_between(5, 32))
    assert step_s == pytest.approx([60 / 172] * len(step_s), rel=1e-6)
    assert truth.held_lean_deg[truth.index(18.0)] == pytest.approx(22.0)
    assert truth.held_lean_deg[truth.index(32.0)] == pytest.approx(14.4)
    assert np.degrees(np.abs(track.g)).max() < 400


def test_lying_down_needs_no_euler_angles():
    track, truth = synthesise((Stand(2), Lie(16), Stand(2)), seed=2)
    assert truth.lean_deg.min() < -80 and truth.activity_at(10.0) == "still"
    assert np.degrees(np.linalg.norm(track.g, axis=1)).max() < 250


def test_a_slip_turns_the_clip_and_leaves_the_truth():
    upright = Runner(standing_tilt_deg=0.0)
    still, truth = synthesise(Plan((Stand(10),)), upright, seed=2)
    slipped, same = synthesise(Plan((Stand(10),), slips=(Slip(5.0, z_deg=6.0),)), upright, seed=2)
    off = tilt_between_deg(still.q, slipped.q)
    assert off[: 4 * 400].max() < 0.01 and off[6 * 400 :] == pytest.approx(6.0, abs=0.05)
    assert np.array_equal(truth.lean_deg, same.lean_deg)


# Plans


@pytest.mark.parametrize("name", PLANS)
def test_named_plans_press_while_standing(name):
    track, truth = synthesise(PLANS[name], seed=1)
    assert track.duration_s == pytest.approx(PLANS[name].duration_s)
    assert np.isfinite(track.a).all() and len(track) == len(truth.lean_deg) == len(truth.activity)
    for at_s, held_s in PLANS[name].pressed:
        assert truth.activity_at(at_s) == truth.activity_at(at_s + held_s) == "still"


def test_the_demo_runs_ten_minutes_leaves_the_band_both_ways_and_passes_the_cap():
    _, truth = synthesise(PLANS["demo"], seed=1)
    running = truth.held_lean_deg[truth.activity == "run"]
    assert len(running) / 400 == pytest.approx(600, abs=1)
    assert 0.5 < np.mean((running >= 13.2) & (running <= 16.2)) < 0.8
    assert (running < 11.5).any() and ((running > 17) & (running < 19)).any()
    assert 5 < np.sum(running > 20.2) / 400 < 10


def test_same_seed_same_bits_other_seed_other_steps():
    one, truth = synthesise(PLANS["short"], seed=3)
    again, same = synthesise(PLANS["short"], seed=3)
    other, different = synthesise(PLANS["short"], seed=4)
    assert np.array_equal(one.a, again.a) and np.array_equal(one.g, again.g)
    assert np.array_equal(truth.strikes_s, same.strikes_s)
    assert not np.array_equal(truth.strikes_s[:50], different.strikes_s[:50])
    assert not np.array_equal(one.a, other.a)


@pytest.mark.parametrize("plan", [(), (Stand(0.0),), (Stand(float("nan")),)])
def test_a_plan_without_length_is_refused(plan):
    with pytest.raises(ValueError, match="longer than 0 s"):
        synthesise(plan)


# The chip's errors


def test_chip_tilt_error_wanders_within_its_bound():
    track, _ = synthesise(PLANS["demo"], seed=1)
    off = tilt_between_deg(track.q, chip_view(track, 7, tilt_error_deg=1.2).q)
    assert np.sqrt(np.mean(off**2)) == pytest.approx(1.2, rel=0.1)
    assert 2.0 < off.max() <= 2.5001
    assert np.abs(np.diff(off)).max() < 0.02


def test_freeze_reset_and_gap_happen_when_told():
    track, _ = synthesise(RUNNING, seed=2)
    seen = chip_view(track, 7, tilt_error_deg=0.0, heading_drift_dpm=0.0,
                     freezes=[Freeze(15.0, 2.0)], resets=[SelfReset(25.0, tilt_deg=8.0)],
                     gaps=[(30.0, 31.0)])  # fmt: skip
    assert seen.at(15.5)[:4] == pytest.approx(seen.at(16.9)[:4])
    assert seen.at(15.5)[4:] != seen.at(16.9)[4:]
    off = tilt_between_deg(track.q, seen.q)
    assert off[: 14 * 400].max() < 1e-6 and off[25 * 400 + 1] == pytest.approx(8.0, abs=0.1)
    assert off[-1] < 1.0
    assert [seen.lost(t) for t in (24.9, 25.1, 30.5, 31.0)] == [False, True, True, False]


def test_chip_gyro_has_bias_noise_and_an_end():
    still, _ = synthesise((Stand(30),), seed=2)
    off = np.degrees(chip_view(still, 7, gyro_bias_dps=1.0, gyro_noise_dps=0.5).g - still.g)
    assert np.linalg.norm(off.mean(axis=0)) == pytest.approx(1.0, abs=0.05)
    assert off.std(axis=0) == pytest.approx([0.5] * 3, rel=0.05)
    fast = Track(100, still.q[:10], still.a[:10], np.full((10, 3), 50.0))
    assert np.degrees(chip_view(fast, 1).g).max() == pytest.approx(2000.0)


# Track


def small_track() -> Track:
    """A turn by 40 degrees about x in one second, the quaternion's sign flipped half way."""
    q = quaternion.about("x", np.radians([0.0, 20.0, 40.0]))
    q[1] = -q[1]
    return Track(2.0, q, np.array([[0.0, 0, 0], [1, 2, 3], [3, 6, 9]]), np.zeros((3, 3)), t0_s=5.0)


def test_at_interpolates_and_clamps():
    track = small_track()
    reading = track.at(5.25)
    assert all(type(value) is float for value in reading) and len(reading) == 10
    assert np.hypot.reduce(reading[:4]) == pytest.approx(1.0)
    assert abs(reading[1]) == pytest.approx(math.sin(math.radians(5.0)), rel=1e-3)
    assert reading[4:7] == pytest.approx((0.5, 1.0, 1.5))
    assert track.at(-1.0) == track.at(5.0) and track.at(99.0) == track.at(6.0)
    assert track.at(6.0)[4:7] == pytest.approx((3, 6, 9))


def test_a_track_refuses_shapes_that_do_not_fit():
    good = small_track()
    with pytest.raises(ValueError, match="two samples"):
        Track(100, good.q[:1], good.a[:1], good.g[:1])
    with pytest.raises(ValueError, match="two samples"):
        Track(100, good.q, good.a[:2], good.g)
    with pytest.raises(ValueError, match="positive rate"):
        Track(0, good.q, good.a, good.g)


# Recordings

HEADER = "t_s,qw,qx,qy,qz,ax,ay,az"


def written(tmp_path: Path, *lines: str) -> Path:
    """A CSV of these lines."""
    path = tmp_path / "r.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_recording_without_gyro_reads_as_zero_rate(tmp_path):
    rows = [f"{1 + i / 100},1,0,0,0,0,{i},9.81" for i in range(5)]
    track = read_recording(written(tmp_path, HEADER, *rows))
    assert track.rate_hz == pytest.approx(100) and track.t0_s == 1.0 and not track.g.any()
    assert track.at(1.025)[5] == pytest.approx(2.5)


def test_recording_with_a_hole_keeps_its_times(tmp_path):
    rows = [f"{t / 100},1,0,0,0,0,{t},9.81" for t in (0, 1, 2, 3, 10, 11, 12)]
    track = read_recording(written(tmp_path, HEADER, *rows))
    assert track.duration_s == pytest.approx(0.12) and track.at(0.11)[5] == pytest.approx(11)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "fewer than two"),
        ((HEADER, "0,1,0,0,0,0,0,9.8"), "fewer than two"),
        (("t_s,qw,qx,qy,qz,ax,ay", "0,1,0,0,0,0,0", "1,1,0,0,0,0,0"), "no column az"),
        ((HEADER, "0,1,0,0,0,0,0,9.8", "1,1,0,0,0,0,nan,9.8"), "sample 2 .*not a number"),
        ((HEADER, "0,1,0,0,0,0,0,9.8", "1,1,0,0,0,0,x,9.8"), "x"),
        ((HEADER, "1,1,0,0,0,0,0,9.8", "0,1,0,0,0,0,0,9.8"), "does not rise at sample 2"),
        ((HEADER, "0,1,0,0,0,0,0,9.8", "1,0,0,0,0,0,0,9.8"), "unit length"),
    ],
)
def test_broken_recordings_are_refused_with_a_reason(tmp_path, lines, said):
    with pytest.raises(ValueError, match=said):
        read_recording(written(tmp_path, *lines))
