"""What the wearer does, in recordings and in made-up movement."""

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
        changed = activity.step(up, turn_q9(values), dt_ms)
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


def hopped(turn_dps) -> Activity:
    """Ten seconds of 160 flights a minute; ``turn_dps(step, phase)``: turning rate."""
    steps, activity = Steps(), Activity()
    for i in range(1000):
        step, phase = divmod(i * 160 / 6000, 1)
        up_mps2 = 9.81 * 1.9 * np.sin(np.pi * phase / 0.6) if phase < 0.6 else -1.0
        struck = steps.step(round(up_mps2 * 256), i * 10, 10)
        turn_q9 = round(np.radians(turn_dps(int(step), phase)) * 512)
        activity.step(round(up_mps2 * 256), turn_q9, 10)
        if struck:
            activity.strike(steps)
    return activity


def test_a_pelvis_that_turns_to_and_fro_is_running() -> None:
    assert hopped(lambda step, phase: 15 if step % 2 else -15).now == RUN


def test_a_pelvis_that_wobbles_without_alternating_hops() -> None:
    assert hopped(lambda step, phase: 25 * np.sin(2 * np.pi * phase)).now not in (RUN, WALK)


def test_without_turning_rates_flights_alone_decide() -> None:
    assert hopped(lambda step, phase: 0).now == RUN
