"""The pipeline as a whole: its decisions for a wearer, and what it never does."""

from __future__ import annotations

import random

import pytest
from core_motion import G_MPS2, PERIOD_MS, Wearer, random_mount
from core_runs import Run, calibrated, go_on
from leancore import pipeline
from leancore.coaching.coach import BACK_IN, CAP, EASE_OFF, LEAN_MORE
from leancore.gait.activity import RUN
from leancore.runlog import log_reading, records
from leancore.runlog.records import STEP
from leancore.schema import faults
from leancore.sensor.sample import HAS_G, HAS_Q

IN_BAND_DEG = 13.5  # baseline 5°, band 12 to 15°, cap 19°


@pytest.mark.parametrize("seed", range(5))
def test_a_session_with_the_clip_in_any_mount(seed: int) -> None:
    run, wearer = calibrated(Wearer(random_mount(seed), heading_deg=50 * seed))
    wearer.run(20, IN_BAND_DEG)
    assert go_on(run, wearer).cues() == []
    go_on(run, wearer.run(8, 9.0))
    assert run.cues()[0] == LEAN_MORE
    go_on(run, wearer.run(12, IN_BAND_DEG))
    assert run.cues()[-1] == BACK_IN
    go_on(run, wearer.run(8, 17.5))
    assert EASE_OFF in run.cues()
    go_on(run, wearer.run(12, 23.0))
    assert CAP in run.cues()


def test_lean_of_the_stride_is_the_wearers() -> None:
    run, wearer = calibrated(Wearer(random_mount(8)))
    go_on(run, wearer.run(20, 11.3))
    leans = [step["stride_lean_cdeg"] for step in run.records(STEP)[8:]]
    assert max(abs(lean - 1130) for lean in leans) < 30


@pytest.mark.parametrize("name", ["walk", "stand", "bow"])
def test_no_cue_while_not_running(name: str) -> None:
    run, wearer = calibrated()
    for _ in range(6):
        if name == "walk":
            wearer.walk(20)
        else:
            getattr(wearer, name)()
    go_on(run, wearer)
    assert not run.seen() & (pipeline.CUE | pipeline.STEP | pipeline.RUN_BEGAN)


def test_no_cue_for_lower_back_walking(recorded) -> None:
    run = Run(nominal=True, prescribed={"baseline_cdeg": 3000}).play(recorded("lower_back_walk"))
    assert not run.seen() & (pipeline.CUE | pipeline.RUN_BEGAN)


def test_no_cue_without_a_stand_and_the_fault_is_told() -> None:
    run = Run().play(Wearer().stand(2).run(60, 0.0).rows)
    assert run.cues() == []
    (event,) = run.events(records.FAULT)
    assert event["a"] == faults.NOT_CALIBRATED
    assert run.records(STEP)  # but the steps are written


def test_nominal_judges_in_the_boards_axes() -> None:
    run = Run(nominal=True).play(Wearer().stand(2).run(30, 5.0).rows)
    assert LEAN_MORE in run.cues()
    assert run.events(records.FAULT) == []


def test_baseline_run_measures_without_cues() -> None:
    run, wearer = calibrated(prescribed={"baseline_cdeg": None})
    go_on(run, wearer.run(40, 6.2).run(20, 30.0).run(60, 6.2))
    assert run.cues() == []
    assert 600 < run.pipeline.baseline_cdeg < 1100
    go_on(run, wearer.stand(3))
    assert run.pipeline.end_run() == pipeline.RUN_ENDED


def test_run_ends_after_its_pause_and_the_next_is_a_new_one() -> None:
    run, wearer = calibrated(run_end_ms=30000)
    go_on(run, wearer.run(10, IN_BAND_DEG).stand(20).run(10, IN_BAND_DEG))
    assert len(run.events(records.RUN_BEGAN)) == 1
    go_on(run, wearer.stand(40).run(10, 15.5))
    assert len(run.events(records.RUN_BEGAN)) == 2
    assert len(run.events(records.RUN_ENDED)) == 1
    assert abs(run.pipeline.baseline_cdeg - 1550) < 60  # of the second run alone


def test_stale_and_doubled_samples_are_left_out() -> None:
    run, wearer = calibrated()
    wearer.run(20, 9.0)
    plain = Run()
    plain.pipeline.calibrate()
    other, again = calibrated()
    again.run(20, 9.0)
    rows = []
    for row in again.rows:
        rows += [row, row, ((row[0] - 7) % PERIOD_MS, *row[1:])]
    again.rows[:] = rows
    assert go_on(run, wearer).bytes == go_on(other, again).bytes
    assert other.pipeline.taken == 0
    last = other.sample
    last.t_ms = other.pipeline.t_ms
    assert (other.pipeline.step(last), other.pipeline.taken) == (0, 0)
    last.t_ms += 1
    other.pipeline.step(last)
    assert other.pipeline.taken == 1


@pytest.mark.parametrize("between", ["stand", "walk"])
def test_every_running_spell_warms_up_again(between: str) -> None:
    run, wearer = calibrated(warmup_ms=8000)
    go_on(run, wearer.run(20, IN_BAND_DEG))
    wearer.stand(5) if between == "stand" else wearer.walk(6)
    go_on(run, wearer)
    began = len(run.happened)
    began_ms = wearer.t_ms
    go_on(run, wearer.run(25, 6.0))
    first_ms = next(t_ms for t_ms, bits in run.happened[began:] if bits & pipeline.CUE)
    assert 8000 <= first_ms - began_ms <= 14_000


@pytest.mark.parametrize(("wrong", "counts"), [(1, 0), (4, 0), (5, 1)])
def test_one_sample_from_before_does_not_set_the_clock(wrong: int, counts: int) -> None:
    """A flipped bit is one sample, or a few; a clock that was set is all of them."""
    run, wearer = calibrated()
    go_on(run, wearer.run(10, IN_BAND_DEG))
    rows = wearer.run(10, IN_BAND_DEG).rows
    for i in range(100, 100 + wrong):
        rows[i] = (rows[i][0] - 9000, *rows[i][1:])
    go_on(run, wearer)
    assert run.pipeline.clock_set == counts
    assert run.pipeline.in_run == 1
    assert run.cues() == []


def test_clock_set_back_is_counted_and_it_goes_on() -> None:
    run, wearer = calibrated()
    go_on(run, wearer.run(10, IN_BAND_DEG))
    rows = [(row[0] - 9000, *row[1:]) for row in wearer.run(20, 9.0).rows]
    wearer.rows.clear()
    run.play(rows)
    assert run.pipeline.clock_set == 1
    assert run.pipeline.activity.now == RUN
    assert LEAN_MORE in run.cues()


def test_a_long_gap_is_flagged_and_no_cue_comes_from_across_it() -> None:
    run, wearer = calibrated()
    wearer.run(15, IN_BAND_DEG)
    wearer.count += 60  # 0.6 s without samples
    wearer.run(3, IN_BAND_DEG)
    go_on(run, wearer)
    assert run.cues() == []
    flagged = [step for step in run.records(STEP) if step["flags"] & records.STEP_GAP]
    assert len(flagged) <= 4  # for 0.8 s, and a step that began before
    leans = [
        s["stride_lean_cdeg"] for s in run.records(STEP)[6:] if not s["flags"] & records.STEP_GAP
    ]
    assert max(abs(lean - 1350) for lean in leans) < 60  # how far it turned meanwhile is not known


def test_lost_acceleration_is_a_gap() -> None:
    run, wearer = calibrated()
    wearer.run(15, IN_BAND_DEG)
    row = wearer.rows[1200]
    wearer.rows[1200] = (row[0], HAS_Q | HAS_G, *row[2:])
    go_on(run, wearer)
    flagged = [step for step in run.records(STEP) if step["flags"] & records.STEP_GAP]
    assert 1 <= len(flagged) <= 2


def test_nothing_is_decided_before_up_is_known() -> None:
    run = Run()
    wearer = Wearer().run(5)
    assert run.play([(row[0], 0, *row[2:]) for row in wearer.rows]).bytes == b""


def test_shaken_by_a_command_silences_the_coach() -> None:
    run, wearer = calibrated()
    go_on(run, wearer.run(10, IN_BAND_DEG))
    for _ in range(10):
        run.pipeline.command(pipeline.IN_SHAKE, 1000)
        go_on(run, wearer.run(1.0, 5.0))
    assert run.cues() == []
    go_on(run, wearer.run(5, 5.0))
    assert run.cues()[:1] == [LEAN_MORE]


def test_commands_by_number() -> None:
    run = Run()
    assert run.pipeline.command(pipeline.IN_CALIBRATE, 0) == 0
    run.play(Wearer().stand(4).bow().stand(1).rows)
    assert run.pipeline.frame.source == 2
    assert run.pipeline.command(pipeline.IN_END, 0) == 0  # nothing to end
    run.play(Wearer(t_ms=9000).run(10, IN_BAND_DEG).rows)
    assert run.pipeline.command(pipeline.IN_END, 0) == pipeline.RUN_ENDED


def test_every_decision_is_the_same_through_the_wrap() -> None:
    def play(start_ms: int) -> bytes:
        run, wearer = calibrated(Wearer(t_ms=start_ms))
        return bytes(go_on(run, wearer.run(20, 14).run(10, 8).run(10, 14).stand(3)).bytes)

    def without_times(data: bytes):
        parts = [(kind, log_reading.unpack(kind, body)) for kind, body in log_reading.split(data)]
        began = next(i for i, (_, r) in enumerate(parts) if r.get("code") == records.RUN_BEGAN)
        return parts[began:]

    plain = without_times(play(0))
    assert len(plain) > 100
    assert without_times(play(PERIOD_MS - 25_000)) == plain


@pytest.mark.parametrize("rate_hz", [80, 100, 125])
def test_every_granted_rate_decides_alike(rate_hz: int) -> None:
    run, wearer = calibrated(Wearer(rate_hz=rate_hz))
    go_on(run, wearer.run(20, IN_BAND_DEG).run(8, 9.0).run(10, IN_BAND_DEG))
    assert run.cues()[0] == LEAN_MORE
    assert run.cues()[-1] == BACK_IN
    cadences = [step["cadence_cspm"] for step in run.records(STEP)[8:]]
    assert abs(sum(cadences) / len(cadences) - 18000) < 90


def test_no_cue_in_a_standing_or_sitting_day_of_noise() -> None:
    chance = random.Random(12)
    run, wearer = calibrated()
    for _ in range(40):
        lean_deg = chance.uniform(-20, 60)
        wearer.move(3, lambda t, d=lean_deg: (d * min(t, 1), G_MPS2 + chance.gauss(0, 0.8), 0))
    assert go_on(run, wearer).cues() == []


def test_reports_of_the_gyroscope_alone_do_nothing() -> None:
    run, wearer = calibrated()
    wearer.run(20, 5.0)
    run.play([(row[0], HAS_G, *row[2:]) for row in wearer.rows])
    assert run.cues() == []
