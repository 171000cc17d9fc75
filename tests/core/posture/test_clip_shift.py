"""A clip that has moved on the body is detected and reported; no cue until recalibration."""

from __future__ import annotations

import math

import pytest
from core_motion import G_MPS2, Wearer, random_mount, rotation, running_up
from core_runs import Run, calibrated, go_on
from leancore.runlog import records
from leancore.schema import faults

IN_BAND_DEG = 13.5


def run_leaning(wearer: Wearer, seconds: float, lateral, lean_deg: float = IN_BAND_DEG) -> Wearer:
    """Run with a lateral angle that swings with the stride about ``lateral(t)``."""

    def at(t: float):
        sway_deg = 4 * math.sin(math.pi * 3 * t)
        return lean_deg, running_up(3 * t), lateral(t) + sway_deg

    return wearer.move(seconds, at)


def moved(run: Run) -> list[int]:
    """Times of the fault."""
    return [e["t_ms"] for e in run.events(records.FAULT) if e["a"] == faults.CLIP_MOVED]


@pytest.mark.parametrize("jump_deg", [3.5, -3.5, 8, -15])
def test_a_jump_to_the_side_is_told_once(jump_deg: float) -> None:
    run, wearer = calibrated(Wearer(random_mount(5)))
    go_on(run, run_leaning(wearer, 60, lambda t: jump_deg * (t > 30)))
    (t_ms,) = moved(run)
    assert 30_000 <= t_ms + 300 <= 42_500


@pytest.mark.parametrize("held_deg", [0.0, 4.0, -7.0])
def test_a_crooked_runner_is_no_moved_clip(held_deg: float) -> None:
    run, wearer = calibrated()
    go_on(run, run_leaning(wearer, 120, lambda _t: held_deg))
    assert moved(run) == []


def test_slow_drift_and_single_lurches_are_no_moved_clip() -> None:
    run, wearer = calibrated()
    go_on(run, run_leaning(wearer, 240, lambda t: t / 240 + 6 * (t % 60 > 59.4)))
    assert moved(run) == []


def test_no_cue_after_the_move_until_it_is_calibrated_again() -> None:
    run, wearer = calibrated()
    go_on(run, run_leaning(wearer, 50, lambda t: 6 * (t > 20)))
    assert len(moved(run)) == 1
    go_on(run, run_leaning(wearer, 20, lambda _t: 6.0, lean_deg=25.0))
    assert run.cues() == []
    run.pipeline.calibrate()
    go_on(run, wearer.stand(5).bow().stand(2))
    go_on(run, run_leaning(wearer, 20, lambda _t: 0.0, lean_deg=25.0))
    assert run.cues()
    assert len(moved(run)) == 1


@pytest.mark.parametrize(
    ("off_deg", "times"), [(0.0, 0), (1.5, 0), (4.5, 1), (9.0, 1), (15.0, 1), (-15.0, 1)]
)
def test_standing_otherwise_than_when_calibrated(off_deg: float, times: int) -> None:
    """A pause within a run, the clip turned on the belt meanwhile."""
    run, wearer = calibrated()
    go_on(run, wearer.run(20, IN_BAND_DEG))
    go_on(run, wearer.move(2, lambda t: (0.1 * math.sin(2 * t), G_MPS2, 0.0)))
    turned = Wearer(rotation((1, 0, 0), -off_deg) @ wearer.mount, t_ms=wearer.t_ms)
    turned.move(15, lambda t: (0.1 * math.sin(2 * t), G_MPS2, 0.0))
    go_on(run, turned)
    assert len(moved(run)) == times


@pytest.mark.parametrize(
    ("bent_deg", "held_deg"), [(75, 75), (45, 45), (25, 25), (32, -15), (-25, 5)]
)
def test_a_seat_a_stretch_or_a_shoe_to_tie_is_no_moved_clip(
    bent_deg: float, held_deg: float
) -> None:
    """Bends, holds a posture, comes up and stands a little otherwise."""
    run, wearer = calibrated()
    go_on(run, wearer.run(20, IN_BAND_DEG))
    for lean_deg, seconds in ((bent_deg, 3), (held_deg, 20), (4, 10)):
        go_on(
            run, wearer.move(seconds, lambda t, held=lean_deg: (held, G_MPS2 + 0.1 * (t % 1), 0.0))
        )
    go_on(run, wearer.run(30, 25.0))
    assert moved(run) == []
    assert run.cues()


def test_a_moved_clip_is_found_after_a_bend_once_the_wearer_has_walked() -> None:
    run, wearer = calibrated()
    go_on(run, wearer.run(20, IN_BAND_DEG).move(5, lambda _t: (75.0, G_MPS2, 0.0)))
    go_on(run, wearer.walk(10).move(10, lambda t: (6.0, G_MPS2 + 0.1 * (t % 1), 0.0)))
    assert len(moved(run)) == 1
