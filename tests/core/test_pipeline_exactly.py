"""The pipeline's calls of its stages, with scripted stages."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from leancore import pipeline as core
from leancore.attitude.gyro_integration import ALONE, NEW, PENDING
from leancore.coaching import prescription
from leancore.gait.activity import OTHER, RUN, STILL, WALK
from leancore.numeric.ticks import PERIOD_MS
from leancore.posture.calibration import HINGED, HINGING, IDLE, NO_HINGE, NO_STAND, STANDING, STOOD
from leancore.posture.wear_frame import NOMINAL, STAND
from leancore.schema import faults, settings
from leancore.sensor.sample import (
    CLIPPED,
    GAP,
    HAS_A,
    HAS_G,
    HAS_Q,
    HOPPED,
    LOST,
    SHAKEN,
    Sample,
)

ALL = HAS_Q | HAS_A | HAS_G
#: Of each stage: its methods, and what they answer.
METHODS: dict[str, dict[str, Any]] = {
    "vertical": {"step": ALONE, "do_deferred": None, "force_is_usable": 1, "now": [1, 2, 3]},
    "curve": {"strike": 0, "restart": None},
    "bias_shift": {"rest": None},
    "lowpass": {"strike": None},
    "steps": {"step": 0, "reset": None},
    "stride": {"step": None, "strike": None, "reset": None},
    "activity": {"step": 0, "strike": 0, "is_doubted": False, "likely_runs": True},
    "calibration": {"begin": None, "step": 0},
    "coach": {"rest": None, "reset": None, "step": 0},
    "clip_shift": {"run": 0, "stand": 0, "rest": None, "reset": None},
    "run_direction": {"step": None, "strike": 0, "rest": None, "reset": None},
    "plan": {"run": 0, "hold": None, "begin": None, "resume": None},
    "run_onset": {"step": None},
    "lean": {"angles_cdeg": (5, 6)},
}  # fmt: skip
VALUES: dict[str, dict[str, Any]] = {
    "vertical": {"ux": 0, "uy": 16384, "uz": 0, "known": 1, "fault": 0},
    "curve": {"cmps": 320},
    "bias_shift": {"in_doubt": 0},
    "lowpass": {"lost_ms": 0},
    "steps": {"velocity_q8": 77, "strike_ms": 66, "interval_ms": 350},
    "stride": {"seen": 0, "flags": 0, "whole": 1, "stride_lean_cdeg": 900},
    "activity": {"now": OTHER, "run_step": 1, "turn_q9": 12},
    "calibration": {"state": IDLE, "refining": 0, "by_force": 9},
    "coach": {"duration_ms": 300},
    "run_direction": {"pending": 1},
    "plan": {"cap_cdeg": 1900},
    "run_onset": {"count": 3},
}  # fmt: skip


class Stage:
    """In the place of a stage: notes what is asked of it, and answers as told."""

    def __init__(self, name: str, asked: list[tuple[Any, ...]]) -> None:
        self.__dict__.update(VALUES.get(name, {}))
        self.answers = dict(METHODS[name])
        for method in METHODS[name]:
            setattr(self, method, self._method(name, method, asked))

    def _method(self, name: str, method: str, asked: list[tuple[Any, ...]]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            asked.append((f"{name}.{method}", *arguments))
            return self.answers[method]

        return call


class Rig:
    """A pipeline of such stages, which has had its first sample at 1000 ms."""

    def __init__(self, nominal: bool = False, **values: int) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.settings = settings.checked(values)
        self.prescription = prescription.checked({"baseline_cdeg": 500})
        self.core: Any = core.Pipeline(self.settings, self.prescription, 2, nominal)
        for name in METHODS:
            if name not in ("curve", "bias_shift", "lowpass"):
                setattr(self.core, name, Stage(name, self.asked))
        curve = Stage("curve", self.asked)
        self.own = SimpleNamespace(lowpass=Stage("lowpass", self.asked), curve=curve,
                                   travelling=7, travel_q8=[7, 7, 7])  # fmt: skip
        self.core.vertical.own = self.own
        self.core.vertical.bias_shift = Stage("bias_shift", self.asked)
        self.sample = Sample()
        self.sample.flags = ALL
        self.step(1000)
        self.asked.clear()

    def step(self, t_ms: int, fresh: int = ALONE, flags: int = ALL) -> int:
        self.sample.t_ms, self.sample.flags = t_ms % PERIOD_MS, flags
        self.core.vertical.answers["step"] = fresh
        answer: int = self.core.step(self.sample)
        assert type(answer) is int
        return answer

    def names(self) -> list[str]:
        return [call[0] for call in self.asked]

    def calls(self, name: str) -> list[tuple[Any, ...]]:
        return [call[1:] for call in self.asked if call[0] == name]


# ---- the times ------------------------------------------------------------------------------


def test_a_new_pipeline_has_done_nothing() -> None:
    made = core.Pipeline(settings.checked({}), prescription.checked({}))
    for name in ("cue", "fault", "calibrated", "nominal", "in_run", "since_run_ms", "moved", "t_ms",
                 "_started", "_turn_ms", "_struck", "_from_before", "_shaken_until_ms", "_shaken",
                 "_lean_sum", "_lean_steps", "taken", "clock_set", "session"):  # fmt: skip
        assert getattr(made, name) == 0, name
        assert type(getattr(made, name)) is int, name
    assert made._early == [0, 0, 0]
    assert all(hasattr(getattr(made, name), "step") for name in ("vertical", "run_onset", "coach"))
    nominal = core.Pipeline(settings.checked({}), prescription.checked({}), 3, True)
    assert (nominal.nominal, nominal.session) == (1, 3)


@pytest.mark.parametrize("start_ms", [1000, PERIOD_MS - 5])
def test_the_first_sample_counts_ten_ms_and_others_their_time(start_ms: int) -> None:
    rig = Rig()
    rig.core._started = rig.core.t_ms = 0
    rig.step(start_ms)
    rig.step(start_ms + 13)
    assert [dt_ms for _, dt_ms in rig.calls("vertical.step")] == [10, 13]
    assert rig.calls("steps.step")[1][1:] == ((start_ms + 13) % PERIOD_MS, 13)
    assert rig.core.t_ms == (start_ms + 13) % PERIOD_MS
    assert (rig.core.taken, rig.core._started) == (1, 1)


@pytest.mark.parametrize("back_ms", [0, 1, 1000])
def test_a_sample_that_is_not_newer_is_left_out(back_ms: int) -> None:
    rig = Rig()
    for _ in range(9):
        assert rig.step(1000 - back_ms) == 0
    assert (rig.core.taken, rig.core.t_ms, rig.core.clock_set) == (0, 1000, 0)
    assert rig.asked == []


def test_five_samples_from_a_second_before_are_a_clock_that_was_set() -> None:
    rig = Rig()
    rig.core.t_ms = 5000
    for _ in range(4):
        rig.step(3999)
    rig.step(4500)  # another one between them
    for i in range(4):
        rig.step(3999 - i)
    assert (rig.core.clock_set, rig.core._started, rig.asked) == (0, 1, [])
    rig.step(3990)
    assert (rig.core.clock_set, rig.core._started, rig.core._from_before) == (1, 0, 0)
    rig.step(4000)
    assert (rig.core.taken, rig.core.t_ms) == (1, 4000)
    for _ in range(5):
        rig.step(2000)
    assert rig.core.clock_set == 2
    rig.step(4000)
    rig.core._from_before = 4
    rig.step(4010 + 200)  # one that is newer by more than 150 ms
    assert rig.core._from_before == 0


@pytest.mark.parametrize(("gap_ms", "begins_anew"), [(150, 0), (151, 1), (1000, 1)])
def test_after_a_gap_the_steps_begin_anew(gap_ms: int, begins_anew: int) -> None:
    rig = Rig()
    rig.core._struck = 1
    rig.core.activity.answers["strike"] = 0
    rig.step(1000 + gap_ms, PENDING)
    assert rig.names().count("steps.reset") == rig.names().count("stride.reset") == begins_anew
    assert rig.core.stride.seen == GAP * begins_anew
    assert rig.names().count("stride.strike") == 1 - begins_anew
    assert rig.calls("vertical.step")[0][1] == 150
    assert "coach.rest" not in rig.names()


def test_after_more_than_a_second_the_coach_rests() -> None:
    rig = Rig()
    rig.step(2001)
    assert rig.names().count("coach.rest") == 1


# ---- what is wrong with a sample ------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "seen"),
    [(ALL, 0), (ALL | GAP, GAP), (ALL | CLIPPED, CLIPPED), (ALL | GAP | CLIPPED, GAP | CLIPPED),
     (HAS_G | HAS_Q, GAP), (HAS_G | CLIPPED, GAP | CLIPPED)],
)  # fmt: skip
def test_the_stride_is_told_what_is_wrong(flags: int, seen: int) -> None:
    rig = Rig()
    rig.core.stride.seen = LOST
    rig.step(1010, flags=flags)
    assert rig.core.stride.seen == LOST | seen


def test_without_a_vertical_the_stride_has_a_gap() -> None:
    rig = Rig()
    rig.step(1010, 0)
    assert rig.core.stride.seen == GAP
    rig.own.lowpass.lost_ms = 5
    rig.step(1020, 0)
    assert rig.core.stride.seen == GAP | LOST
    assert rig.names().count("steps.step") == 2
    rig.core.vertical.known = 0
    assert rig.step(1030, 0) == 0
    rig.core.vertical.fault = 16
    assert rig.step(1040, 0) == core.FAULT
    assert (rig.core.fault, rig.core.vertical.fault) == (16, 0)
    assert rig.names().count("steps.step") == 2


def test_samples_are_marked_until_the_motor_has_settled() -> None:
    rig = Rig(settle_ms=40)
    assert rig.core.command(core.IN_SHAKE, 60) == 0
    assert (rig.core._shaken, rig.core._shaken_until_ms) == (1, 1100)
    rig.step(1099)
    assert rig.core.stride.seen == SHAKEN
    rig.core.stride.seen = 0
    rig.step(1100)
    assert (rig.core.stride.seen, rig.core._shaken) == (0, 0)


def test_a_fault_of_the_orientation_is_told_with_what_happened() -> None:
    rig = Rig()
    rig.core.vertical.fault = 17
    rig.core.activity.answers["step"] = 1
    assert rig.step(1010) == core.FAULT | core.ACTIVITY
    assert (rig.core.fault, rig.core.vertical.fault) == (17, 0)


@pytest.mark.parametrize(("number", "seen"), [(faults.GYRO_FROZEN, GAP | LOST),
                                              (faults.CHIP_FROZEN, 0)])  # fmt: skip
def test_a_step_in_which_the_gyroscope_stood_still_has_no_lean(number: int, seen: int) -> None:
    """Until it is found, its last reading is turned on and on."""
    rig = Rig()
    rig.core.vertical.fault = number
    assert rig.step(1010) & core.FAULT
    assert rig.core.stride.seen == seen


# ---- the force and the turns ----------------------------------------------------------------


def test_the_force_along_the_vertical_is_rounded() -> None:
    rig = Rig()
    vertical, sample = rig.core.vertical, rig.sample
    for axis in range(3):
        vertical.ux, vertical.uy, vertical.uz = (8192 if i == axis else 0 for i in range(3))
        for force, up in ((2001, 1001), (2000, 1000), (1, 1), (-1, 0), (-3, -1)):
            sample.ax, sample.ay, sample.az = (force if i == axis else 0 for i in range(3))
            rig.asked.clear()
            rig.step(rig.core.t_ms + 10)
            assert rig.calls("steps.step")[0][0] == up
            assert rig.calls("activity.step")[0][0] == up


def test_the_push_is_the_force_forwards_less_its_part_along_the_vertical() -> None:
    """Forward is z backwards; the body leans so that 0.6 of forward lies along the vertical."""
    rig = Rig()
    vertical, sample = rig.core.vertical, rig.sample
    vertical.uy, vertical.uz = 13107, -9830
    sample.ay, sample.az = 2000, -1000
    rig.step(1010)
    (up, push, rise, turn, ms), = rig.calls("activity.step")
    assert up == (2000 * 13107 + 1000 * 9830 + 8192) >> 14
    assert push == pytest.approx(1000 - 0.6 * up, abs=1)
    assert (rise, turn, ms) == (77, 0, 10)


def test_the_push_is_along_forward_on_each_axis() -> None:
    """(5000 × 100 + 13 927 × 300) / 16384; y is the vertical, along which nothing counts."""
    rig = Rig()
    rig.core.frame.forward[:] = [5000, -7000, 13_927]
    rig.sample.ax, rig.sample.ay, rig.sample.az = 100, 200, 300
    rig.step(1010)
    assert rig.calls("activity.step")[0][:2] == (200, 285)


def test_a_pending_sample_waits_and_its_rate_and_time_count_with_the_next() -> None:
    """Of the pair 20 ms, and the mean of both rates; where each stands alone its own."""
    rig = Rig()
    vertical = rig.core.vertical
    vertical.ux, vertical.uy, vertical.uz = 16384, 16384, 16384
    rig.sample.gx, rig.sample.gy, rig.sample.gz = 100, 1000, 10_000
    assert rig.step(1010, PENDING) == 0
    assert rig.names() == ["vertical.step", "steps.step", "vertical.do_deferred"]
    rig.sample.gx, rig.sample.gy, rig.sample.gz = 203, 2001, 20_005
    rig.step(1021, NEW)
    assert rig.calls("activity.step")[0][3:] == (151 + 1500 + 15_002, 21)
    assert rig.calls("stride.step") == [(vertical, 1021, 21)]
    rig.step(1030, ALONE)
    assert rig.calls("activity.step")[1][3:] == (203 + 2001 + 20_005, 9)
    rig.step(1040, ALONE, HAS_A | HAS_Q)
    assert rig.calls("activity.step")[2][3:] == (0, 10)
    assert rig.names().count("vertical.do_deferred") == 1


def test_doubt_about_the_bias_is_noted_and_ends_though_nobody_renews_it() -> None:
    rig = Rig()
    shift = rig.core.vertical.bias_shift
    shift.in_doubt = 2
    seen = []
    for i in range(3):
        rig.core.stride.seen = 0
        rig.step(1010 + 10 * i, PENDING)
        seen.append(rig.core.stride.seen & GAP)
    assert (seen, shift.in_doubt) == ([GAP, GAP, 0], 0)


@pytest.mark.parametrize(
    ("fresh", "now"), [(PENDING, True), (ALONE, True), (NEW, False), (0, True)]
)
def test_a_strike_waits_for_a_sample_that_has_the_time(fresh: int, now: bool) -> None:
    rig = Rig()
    rig.core.steps.answers["step"] = 1
    rig.step(1010, fresh)
    assert ("stride.strike" in rig.names()) is now
    assert rig.core._struck == 1 - now
    rig.core.steps.answers["step"] = 0
    rig.asked.clear()
    rig.step(1020, PENDING)
    assert ("stride.strike" in rig.names()) is not now
    assert ("vertical.do_deferred" in rig.names()) is now
    assert rig.core._struck == 0


# ---- calibration ----------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "refining", "asked"), [(IDLE, 0, 0), (STANDING, 0, 1),
                                                          (IDLE, 1, 1)])  # fmt: skip
def test_who_calibrates_is_asked_for_every_new_vertical(
    state: int, refining: int, asked: int
) -> None:
    rig = Rig()
    rig.core.calibration.state, rig.core.calibration.refining = state, refining
    rig.step(1010, PENDING)
    rig.step(1020, NEW)
    calls = rig.calls("calibration.step")
    assert calls == [(rig.core.vertical, rig.sample, 20, rig.core.frame)] * asked
    assert rig.core.calibration.by_force == (1 if asked else 9)


@pytest.mark.parametrize("result", [STOOD, HINGED])
@pytest.mark.parametrize("moved", [0, 1])
def test_a_stand_and_a_bow_begin_anew(result: int, moved: int) -> None:
    rig = Rig()
    rig.core.calibration.state, rig.core.calibration.answers["step"] = STANDING, result
    rig.core._lean_sum = rig.core._lean_steps = 5
    rig.core.moved = moved
    assert rig.step(1010) == core.CALIBRATED
    assert rig.core.calibrated == result
    assert {"stride.reset", "clip_shift.reset"} <= set(rig.names())
    assert (rig.core._lean_sum, rig.core._lean_steps, rig.core.moved) == (0, 0, 0)
    assert rig.calls("plan.resume") == [(rig.prescription,)] * moved
    assert (rig.own.travelling, rig.own.travel_q8) == (0, [0, 0, 0])


@pytest.mark.parametrize(("in_run", "told"), [(0, core.CALIBRATED),
                                              (1, core.CALIBRATED | core.FAULT)])  # fmt: skip
def test_a_stand_that_was_none_is_doubted_in_a_run(in_run: int, told: int) -> None:
    rig = Rig()
    rig.core.calibration.state, rig.core.calibration.answers["step"] = STANDING, NO_STAND
    rig.core.in_run, rig.core.activity.now = in_run, RUN
    assert rig.step(1010) == told
    assert rig.core.fault == (faults.STAND_DOUBTED if in_run else 0)
    assert rig.core.moved == in_run
    assert rig.names().count("plan.hold") == in_run
    assert "stride.reset" not in rig.names()
    assert rig.own.travelling == 1


def test_another_result_is_told_and_changes_nothing() -> None:
    rig = Rig()
    rig.core.calibration.state, rig.core.calibration.answers["step"] = HINGING, NO_HINGE
    assert rig.step(1010) == core.CALIBRATED
    assert rig.core.calibrated == NO_HINGE
    assert "stride.reset" not in rig.names()
    assert rig.own.travelling == 7


# ---- the activity ---------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "cmps"), [(RUN, 320), (WALK, 130), (STILL, 0), (OTHER, 0)])
def test_the_orientation_is_told_how_fast_the_wearer_goes(now: int, cmps: int) -> None:
    """Along forward: 3.2 m/s are 819 of m/s Q8."""
    rig = Rig()
    rig.core.activity.now = now
    rig.core.activity.answers["step"] = 1
    assert rig.step(1010) & core.ACTIVITY
    assert rig.own.travelling == (1 if cmps else 0)
    assert rig.own.travel_q8 == [0, 0, -16384 * cmps // 6400]
    assert "curve.restart" in rig.names()


def begun(**values: Any) -> Rig:
    """The activity has changed to a run, after a stand; ``answer``: what was told."""
    rig = Rig(**values)
    rig.core.frame.source = STAND
    rig.core.activity.now = RUN
    rig.core.activity.answers["step"] = 1
    return rig


def test_a_run_begins_with_the_first_running() -> None:
    rig = begun()
    rig.core._lean_sum = rig.core._lean_steps = rig.core.moved = 5
    rig.core.calibration.refining, rig.core.calibration.state = 1, HINGING
    assert rig.step(1010) == core.ACTIVITY | core.RUN_BEGAN
    assert (rig.core.in_run, rig.core.moved) == (1, 0)
    assert (rig.core._lean_sum, rig.core._lean_steps) == (0, 0)
    assert (rig.core.calibration.refining, rig.core.calibration.state) == (0, IDLE)
    assert {"coach.rest", "clip_shift.rest", "coach.reset", "clip_shift.reset"} <= set(rig.names())
    assert rig.calls("plan.begin") == [(rig.prescription, 2, rig.settings["window_ms"],
                                        rig.settings["slope_allowance_cdeg"])]  # fmt: skip
    assert "plan.hold" not in rig.names()
    rig.asked.clear()
    rig.core.calibration.state = STANDING
    assert rig.step(1020) == core.ACTIVITY  # running again within the run
    assert rig.core.calibration.state == STANDING
    assert {"coach.rest", "clip_shift.rest"} <= set(rig.names())
    assert not {"coach.reset", "clip_shift.reset", "plan.begin"} & set(rig.names())


@pytest.mark.parametrize(("nominal", "held"), [(False, 1), (True, 0)])
def test_a_run_without_a_stand_holds_the_cues(nominal: bool, held: int) -> None:
    rig = begun(nominal=nominal)
    rig.core.frame.source = NOMINAL
    assert rig.step(1010) == core.ACTIVITY | core.RUN_BEGAN | core.FAULT * held
    assert rig.core.fault == (faults.NOT_CALIBRATED if held else 0)
    assert rig.names().count("plan.hold") == held


def test_a_change_to_something_else_begins_no_run() -> None:
    rig = begun()
    rig.core.activity.now = WALK
    assert rig.step(1010) == core.ACTIVITY
    assert "coach.rest" not in rig.names()
    assert rig.core.in_run == 0


def test_a_change_in_a_pause_is_told() -> None:
    rig = begun()
    rig.core.in_run, rig.core.activity.now = 1, WALK
    assert rig.step(1010) == core.ACTIVITY
    assert rig.core.since_run_ms == 10


def test_a_run_ends_after_its_pause() -> None:
    rig = Rig(run_end_ms=30_000)
    rig.core.in_run, rig.core.since_run_ms = 1, 29_980
    assert [rig.step(t_ms) for t_ms in (1010, 1020)] == [0, 0]
    assert rig.core.since_run_ms == 30_000
    assert rig.step(1030) == core.RUN_ENDED
    assert rig.core.in_run == 0
    assert rig.step(1040) == 0
    assert rig.core.since_run_ms == 30_010
    rig.core.in_run, rig.core.activity.now = 1, RUN
    assert rig.step(1050) == 0
    assert rig.core.since_run_ms == 30_010


@pytest.mark.parametrize(("source", "moved", "asked"), [(STAND, 0, 1), (STAND, 1, 0),
                                                        (NOMINAL, 0, 0)])  # fmt: skip
def test_in_a_pause_the_clip_may_be_found_elsewhere(source: int, moved: int, asked: int) -> None:
    rig = Rig()
    rig.core.in_run, rig.core.frame.source, rig.core.moved = 1, source, moved
    rig.core.clip_shift.answers["stand"] = 1
    assert rig.step(1010) == core.FAULT * asked
    expected = (rig.core.vertical, rig.core.frame, rig.core.activity, 10)
    assert rig.calls("clip_shift.stand") == [expected] * asked
    assert rig.core.fault == (faults.CLIP_MOVED if asked else 0)
    assert rig.core.moved == (1 if asked else moved)


# ---- strikes --------------------------------------------------------------------------------


def running() -> Rig:
    """In a run, with a strike in the next sample."""
    rig = Rig()
    rig.core.in_run, rig.core.frame.source, rig.core.activity.now = 1, STAND, RUN
    rig.core.steps.answers["step"] = 1
    return rig


def test_a_strike_in_a_run() -> None:
    rig = running()
    rig.core.since_run_ms = 50
    assert rig.step(1010) == core.STEP
    c = rig.core
    assert rig.calls("stride.strike") == [(66, c.lean, c.frame)]
    assert rig.calls("activity.strike") == [(c.steps,)]
    assert rig.calls("plan.run") == [(350,)]
    assert rig.calls("clip_shift.run") == [(c.stride, 12)]
    assert rig.calls("coach.step") == [(c.stride, c.steps, c.plan)]
    assert (c.run_onset.count, c.since_run_ms, c.cue) == (0, 0, 0)
    assert (c._lean_sum, c._lean_steps, c.baseline_cdeg) == (900, 1, 900)
    assert c._shaken == 0
    assert "run_onset.step" not in rig.names()


def test_a_strike_that_makes_no_run_is_kept_for_its_onset() -> None:
    rig = running()
    rig.core.activity.now = OTHER
    rig.core.in_run = 0
    assert rig.step(1010) == 0
    c = rig.core
    assert rig.calls("run_onset.step") == [(c.activity, c.steps, c.stride)]
    assert not {"coach.step", "plan.run", "clip_shift.run"} & set(rig.names())
    assert c._lean_steps == 0


def test_the_strike_with_which_the_run_began_keeps_its_onset() -> None:
    rig = running()
    rig.core.activity.answers["strike"] = 1
    assert rig.step(1010) == core.ACTIVITY | core.STEP
    assert rig.core.run_onset.count == 3


def test_a_cue_is_told_and_shakes() -> None:
    rig = running()
    rig.core.coach.answers["step"] = 4
    assert rig.step(1010) == core.STEP | core.CUE
    assert (rig.core.cue, rig.core._shaken) == (4, 1)
    assert rig.core._shaken_until_ms == 1010 + 300 + rig.settings["settle_ms"]


@pytest.mark.parametrize(("whole", "run_step", "told", "coached"), [
    (1, 1, core.STEP, 1), (0, 1, 0, 1), (1, 0, 0, 0),
])  # fmt: skip
def test_which_strikes_are_steps(whole: int, run_step: int, told: int, coached: int) -> None:
    rig = running()
    rig.core.stride.whole, rig.core.activity.run_step = whole, run_step
    assert rig.step(1010) == told
    assert rig.names().count("coach.step") == coached
    assert rig.core._lean_steps == (1 if told else 0)


def test_feedback_that_goes_on_or_off_is_told() -> None:
    rig = running()
    rig.core.plan.answers["run"] = 1
    assert rig.step(1010) == core.STEP | core.FEEDBACK


def test_a_speed_that_was_learnt_is_told_to_the_orientation() -> None:
    rig = running()
    rig.step(1010)
    assert rig.own.travelling == 7
    rig.own.curve.answers["strike"], rig.own.curve.cmps = 1, 400
    rig.step(1020)
    assert rig.own.travel_q8 == [0, 0, -16384 * 400 // 6400]


def test_a_clip_that_moved_is_told_once() -> None:
    rig = running()
    rig.core.clip_shift.answers["run"] = 1
    assert rig.step(1010) == core.STEP | core.FAULT
    assert (rig.core.moved, rig.core.fault) == (1, faults.CLIP_MOVED)
    assert rig.names().count("plan.hold") == 1
    assert rig.step(1020) == core.STEP
    assert rig.names().count("clip_shift.run") == 1


@pytest.mark.parametrize(("lean_cdeg", "cap_cdeg", "far"), [
    (-1000, 1900, 0), (-1001, 1900, 1), (3000, 1900, 0), (3001, 1900, 1), (3400, 3400, 0),
    (3401, 3400, 1),
])  # fmt: skip
def test_after_sixteen_steps_with_a_lean_that_nobody_has_the_stand_is_doubted(
    lean_cdeg: int, cap_cdeg: int, far: int
) -> None:
    rig = running()
    rig.core.stride.stride_lean_cdeg, rig.core.plan.cap_cdeg = lean_cdeg, cap_cdeg
    told = [rig.step(1010 + 10 * i) for i in range(18)]
    assert told == [core.STEP] * 15 + [core.STEP | core.FAULT * far] + [core.STEP] * 2
    assert rig.core.fault == (faults.STAND_DOUBTED if far else 0)
    assert rig.core.baseline_cdeg == lean_cdeg


@pytest.mark.parametrize("hops", [True, False])
def test_the_coach_learns_of_a_step_that_may_be_a_hop(hops: bool) -> None:
    rig = running()
    rig.core.activity.answers["is_doubted"] = hops
    rig.core.stride.flags = GAP
    rig.step(1010)
    assert rig.core.stride.flags == (GAP | HOPPED if hops else GAP)


def test_a_run_to_the_side_is_told_once() -> None:
    rig = running()
    rig.core.run_direction.answers["strike"] = 1
    assert rig.step(1010) == core.STEP | core.FAULT
    assert (rig.core.moved, rig.core.fault) == (1, faults.STAND_DOUBTED)
    assert rig.step(1020) == core.STEP
    rig.core.run_direction.pending = 0
    rig.asked.clear()
    rig.step(1030)
    assert not {"run_direction.step", "run_direction.strike"} & set(rig.names())


def test_the_direction_is_found_from_the_level_force_along_both_axes() -> None:
    rig = running()
    rig.sample.ax, rig.sample.ay, rig.sample.az = 300, 2511, -200
    rig.step(1010)
    assert rig.calls("run_direction.step") == [(77, 200, 300)]


@pytest.mark.parametrize("name", ["moved", "nominal"])
def test_who_moved_or_never_stood_is_not_doubted(name: str) -> None:
    rig = running()
    rig.core.stride.stride_lean_cdeg = 5000
    if name == "moved":
        rig.core.moved = 1
    else:
        rig.core.frame.source = NOMINAL
    assert [rig.step(1010 + 10 * i) for i in range(17)] == [core.STEP] * 17


@pytest.mark.parametrize(("steps", "counted"), [(49_999, 50_000), (50_000, 50_000)])
def test_the_mean_lean_is_of_fifty_thousand_steps_at_most(steps: int, counted: int) -> None:
    rig = running()
    rig.core._lean_steps, rig.core._lean_sum = steps, 0
    rig.step(1010)
    assert (rig.core._lean_steps, rig.core._lean_sum) == (counted, 900 * (counted - steps))


# ---- commands, angles, configuration ---------------------------------------------------------


def test_commands() -> None:
    rig = Rig()
    assert rig.core.command(core.IN_CALIBRATE, 0) == 0
    assert rig.names() == ["calibration.begin"]
    assert rig.core.command(core.IN_END, 0) == 0
    rig.core.in_run = 1
    assert rig.core.command(core.IN_END, 0) == core.RUN_ENDED
    assert rig.core.in_run == 0
    assert rig.core.command(99, 5) == 0
    assert rig.core._shaken == 0
    assert rig.core.baseline_cdeg == 0


def test_the_angles_are_those_of_this_very_sample() -> None:
    rig = Rig()
    assert rig.core.angles_cdeg() == (5, 6)
    assert rig.calls("lean.angles_cdeg") == [([1, 2, 3], rig.core.frame)]
    rig.core.vertical.known = 0
    assert rig.core.angles_cdeg() == (0, 0)


def test_a_configuration_reaches_each_stage() -> None:
    values = {"run_steps": 5, "run_stop_ms": 1300, "stand_ms": 2100, "stand_wait_ms": 15_100,
              "hinge_wait_ms": 8100, "hinge_min_cdeg": 2100, "orientation": 1, "speed_cmps": 310,
              "settle_ms": 110, "run_end_ms": 310_000}  # fmt: skip
    wanted = settings.checked(values)
    prescribed = prescription.checked({"gain_permille": 1100})
    made = core.Pipeline(wanted, prescribed, 4)
    assert (made.settings, made.prescription, made.session) == (wanted, prescribed, 4)
    assert made.lean.gain_permille == 1100
    assert (made.activity.run_steps, made.activity.run_stop_ms) == (5, 1300)
    for name in ("stand_ms", "stand_wait_ms", "hinge_wait_ms", "hinge_min_cdeg"):
        assert getattr(made.calibration, name) == values[name]
    assert (made.vertical.mode, made.vertical.own.curve.cmps) == (1, 310)
    assert (made.settle_ms, made.run_end_ms) == (110, 310_000)
    made.configure(settings.checked({}), prescribed)
    assert made.session == 0
