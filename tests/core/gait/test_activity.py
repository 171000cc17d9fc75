"""The activity, in recordings and in synthetic movement."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from core_motion import Wearer, turn_q9, up_q8
from leancore.gait.activity import ACTIVITIES as NAMES
from leancore.gait.activity import OTHER, RUN, STILL, WALK, Activity
from leancore.gait.steps import Steps
from leancore.numeric.ticks import ticks_diff

FORCE_PLATES = tuple(f"force_plate_{n:02d}" for n in (*range(0, 28, 2), 30))


def activities(rows, every: int = 1) -> list[int]:
    """The activity at each row."""
    steps, activity, last_ms, seen = Steps(), Activity(), None, []
    for values in rows[::every]:
        t_ms = values[0]
        dt_ms = min(100, ticks_diff(t_ms, last_ms)) if last_ms is not None else 10
        last_ms = t_ms
        up = up_q8(values)
        struck = steps.step(up, t_ms, dt_ms)
        before = activity.now
        changed = activity.step(up, 0, steps.velocity_q8, turn_q9(values), dt_ms)
        if struck:
            changed ^= activity.strike(steps)
        assert changed == (activity.now != before)
        seen.append(activity.now)
    return seen


def share(seen: list[int], what: int) -> float:
    return seen.count(what) / len(seen)


def test_names_go_with_the_numbers() -> None:
    assert [NAMES[n] for n in (STILL, WALK, RUN, OTHER)] == ["still", "walk", "run", "other"]


# Recordings.


def test_real_running_is_found_and_nothing_else_called_so(recorded, recordings_dir) -> None:
    rows = recorded("sacral_run_1")
    truth = np.genfromtxt(
        recordings_dir / "sacral_run_1.truth.csv", delimiter=",", skip_header=1, dtype=str
    )[:, 2]
    seen = np.array(activities(rows))
    began = int(np.flatnonzero(truth == "run")[0])
    assert not (seen[: began - 1] == RUN).any()
    assert (seen[began + 300 :] == RUN).mean() > 0.99  # 3 s to be sure
    first = int(np.flatnonzero(seen == RUN)[0])
    assert first - began <= 350


def test_standing_in_the_recording_is_still(recorded) -> None:
    assert share(activities(recorded("sacral_run_1"))[200:480], STILL) > 0.95


@pytest.mark.parametrize("name", FORCE_PLATES)
def test_running_on_the_force_plates_is_found(name: str, recorded) -> None:
    assert share(activities(recorded(name))[250:], RUN) > 0.98


def test_lower_back_running_is_found(recorded) -> None:
    assert share(activities(recorded("lower_back_run"))[300:], RUN) > 0.99


def test_lower_back_walking_is_never_running(recorded) -> None:
    seen = activities(recorded("lower_back_walk"))
    assert RUN not in seen
    assert share(seen[500:], WALK) > 0.9


@pytest.mark.parametrize("name", ["optical_05", "optical_07", "optical_15", "optical_24"])
def test_movement_by_hand_is_never_running(name: str, recorded) -> None:
    assert RUN not in activities(recorded(name))


# Made-up movement.


def test_stand_walk_run_stand() -> None:
    wearer = Wearer().stand(5).walk(10).run(10).stand(5)
    seen = activities(wearer.rows)
    assert share(seen[200:500], STILL) == 1.0
    assert share(seen[900:1500], WALK) > 0.95
    assert share(seen[1750:2500], RUN) > 0.99
    assert share(seen[2900:], STILL) == 1.0
    assert RUN not in seen[:1500]


@pytest.mark.parametrize("cadence_spm", [140, 160, 180, 200, 220])
def test_running_begins_after_the_set_number_of_steps(cadence_spm: float) -> None:
    seen = activities(Wearer().stand(3).run(8, cadence_spm=cadence_spm).rows)
    steps_needed = (seen.index(RUN) / 100 - 3) * cadence_spm / 60
    assert 3.5 <= steps_needed <= 8


def test_running_ends_within_its_time() -> None:
    seen = activities(Wearer().stand(2).run(10).stand(5).rows)
    last = len(seen) - 1 - seen[::-1].index(RUN)
    assert last <= 1200 + 120 + 40  # run_stop_ms and a step


@pytest.mark.parametrize("cadence_spm", [80, 95, 110, 125, 135])
def test_brisk_walking_is_never_running(cadence_spm: float) -> None:
    assert RUN not in activities(Wearer().stand(2).walk(30, cadence_spm).rows)


@pytest.mark.parametrize("cadence_spm", [95, 110, 125])
def test_stamping_without_flight_is_never_running(cadence_spm: float) -> None:
    """The velocity swings as much as in running, but one foot always carries half the weight."""
    assert RUN not in activities(Wearer().stand(2).walk(30, cadence_spm, bump_mps2=4.6).rows)


def test_bowing_and_sitting_down_are_no_running() -> None:
    wearer = Wearer()
    for _ in range(6):
        wearer.stand(2).bow(60, 2.0)
    assert RUN not in activities(wearer.rows)


def test_it_does_not_flicker_while_running() -> None:
    seen = activities(Wearer().stand(2).run(60).rows)
    changes = sum(a != b for a, b in pairwise(seen))
    assert changes <= 4


# Hopping on both feet: flights as in running, but the pelvis does not turn to and fro.


def hopped(turn_dps, forward_mps2: float = 0.0) -> Activity:
    """Ten seconds of 160 flights a minute; ``turn_dps(step, phase)``: turning rate.

    ``forward_mps2``: brakes while falling, pushes while rising.
    """
    steps, activity = Steps(), Activity()
    for i in range(1000):
        step, phase = divmod(i * 160 / 6000, 1)
        up_mps2 = 26.7 * np.sin(np.pi * phase / 0.6) if phase < 0.6 else -1.0
        struck = steps.step(round(up_mps2 * 256), i * 10, 10)
        turn_q9 = round(np.radians(turn_dps(int(step), phase)) * 512)
        push_q8 = round(-256 * forward_mps2 * np.cos(np.pi * phase / 0.6)) if phase < 0.6 else 0
        activity.step(round(up_mps2 * 256), push_q8, steps.velocity_q8, turn_q9, 10)
        if struck:
            activity.strike(steps)
    return activity


def test_a_pelvis_that_turns_to_and_fro_is_running() -> None:
    assert hopped(lambda step, phase: 15 if step % 2 else -15).now == RUN


def test_a_pelvis_that_wobbles_without_alternating_hops() -> None:
    assert hopped(lambda step, phase: 25 * np.sin(2 * np.pi * phase)).now not in (RUN, WALK)


def test_without_turning_rates_flights_alone_decide() -> None:
    assert hopped(lambda step, phase: 0).now == RUN


# A brisk walk and a slow jog: the same cadence and force; what the forward force does tells them.


def stepped(force_g: float, forward_mps2: float, steps_per_min=150, drift_mps2=0.0, limp=0.0):
    """Ten seconds of a force that swings by ``force_g`` about the weight; returns the activity.

    ``forward_mps2``: forward force at its greatest, while the pelvis rises fastest; below 0 it
    brakes there, as in a vault. Every other step is longer by the share ``limp``.
    """
    steps, activity = Steps(), Activity()
    phase = 0.0
    for i in range(1000):
        longer = 1 + limp if int(phase) % 2 else 1 - limp
        phase += steps_per_min / 6000 / longer
        angle = 2 * np.pi * phase
        up_mps2 = 9.81 * (1 + force_g * np.sin(angle))
        push_mps2 = drift_mps2 - forward_mps2 * np.cos(angle)
        struck = steps.step(round(up_mps2 * 256), i * 10, 10)
        turn_q9 = round(512 * 0.3 * np.cos(angle / 2))
        activity.step(round(up_mps2 * 256), round(push_mps2 * 256), steps.velocity_q8, turn_q9, 10)
        if struck:
            activity.strike(steps)
    return activity


@pytest.mark.parametrize(
    ("force_g", "forward_mps2", "now"),
    [
        (0.70, 1.5, RUN),
        (0.70, -1.5, WALK),  # the same force, as a vault
        (0.90, -1.5, WALK),
        (1.25, -1.5, RUN),  # nobody walks without weight: the frame must be the wrong way round
        (0.90, 0.0, RUN),  # where the forward force tells nothing, the fall decides
        (0.60, 0.0, WALK),
        (0.40, 1.5, WALK),  # it bounces, but hardly moves
    ],
)
def test_bounce_and_fall_together_tell_a_jog_from_a_walk(force_g, forward_mps2, now) -> None:
    assert stepped(force_g, forward_mps2).now == now


def test_the_bounce_has_the_sign_of_the_gait() -> None:
    assert stepped(0.7, 1.5).bounce_q6 > 40
    assert stepped(0.7, -1.5).bounce_q6 < -40


@pytest.mark.parametrize("drift_mps2", [-2.0, 2.0])
def test_a_force_that_stays_is_no_bounce(drift_mps2: float) -> None:
    """A tilt that is wrong by 12°, or a slope, does not turn a walk into a run."""
    assert stepped(0.7, -1.0, drift_mps2=drift_mps2).now == WALK
    assert stepped(0.7, 1.0, drift_mps2=drift_mps2).now == RUN


def test_the_fall_is_a_share_of_free_fall() -> None:
    """A sine about the weight loses A × g × T / pi of g × T; the leak takes a little."""
    activity = stepped(0.8, 0.0)
    assert activity.fall_q8 == pytest.approx(256 * 0.8 / np.pi, abs=4)


def test_a_limp_takes_no_step_from_a_jogger() -> None:
    assert stepped(0.62, 1.5, limp=0.08).now == RUN


def struck(activity: Activity, interval_ms: int, swing_mps: float) -> int:
    """A strike after ``interval_ms``, with its time passed before."""
    steps = Steps()
    steps.interval_ms, steps.velocity_swing_q8 = interval_ms, round(swing_mps * 1000 * 256)
    for i in range(max(interval_ms, 300) // 20):
        activity.step(2511, 0, 0, 200 if i % 2 else -200, 20)
    return activity.strike(steps)


def running() -> Activity:
    """In a run whose pelvis says nothing about its steps."""
    activity = Activity()
    for _ in range(10):
        struck(activity, 360, 1.6)
        activity.bounce_q6 = 40
        activity._hops = 0
    assert activity.now == RUN
    return activity


def test_one_odd_step_does_not_end_a_run_and_two_do() -> None:
    activity = running()
    struck(activity, 360, 0.2)
    struck(activity, 360, 1.6)
    assert activity.now == RUN and activity.run_step
    for _ in range(3):
        struck(activity, 460, 0.2)
    assert activity.now != RUN


def test_the_first_strike_after_a_gap_says_nothing() -> None:
    activity = running()
    struck(activity, 0, 0.0)
    assert activity.now == RUN and not activity.run_step
    struck(activity, 360, 1.6)
    assert activity.now == RUN and activity.run_step


def test_a_run_is_over_once_two_steps_are_missing() -> None:
    activity, waited_ms = running(), 0
    while activity.now == RUN and waited_ms < 5000:
        activity.step(2511, 0, 0, 0, 20)
        waited_ms += 20
    assert 700 <= waited_ms <= 900  # 2.25 steps of 360 ms


def test_a_turn_to_and_fro_out_of_step_with_the_strikes_is_running_where_it_travels() -> None:
    """The mean over each step is nothing: the pelvis turns back in the middle of the step."""

    def turned_late(step: int, phase: float) -> float:
        return 20 * np.sin(np.pi * (step + phase) - np.pi * 0.75)

    assert hopped(turned_late, forward_mps2=2.0).now == RUN
    assert hopped(turned_late).now != RUN


def test_hopping_forward_is_no_running() -> None:
    wobble = hopped(lambda step, phase: 25 * np.sin(2 * np.pi * phase), forward_mps2=2.0)
    assert wobble.now not in (RUN, WALK)


def test_one_step_in_four_that_repeats_is_a_hop_on_the_spot_and_none_on_the_way() -> None:
    def turned(step: int, phase: float) -> float:
        return 15 if step % 4 in (0, 2, 3) else -15

    assert hopped(turned).now != RUN
    assert hopped(turned, forward_mps2=2.0).now == RUN
