"""The accuracy bench counts rightly, knows a bad case from a good one, and says so."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from leancore.coaching import coach
from leancore.sensor.sample import CLIPPED, GAP

from boards.sim.motion.segments import Hinge, Run, Stand
from boards.sim.motion.track import Track
from boards.sim.motion.wearer import Runner, synthesise
from tools import bench_accuracy
from tools.accuracy import (
    bench,
    cost,
    cusum,
    exits,
    people,
    running,
    sessions,
    statistics,
    step_coach,
    strikes,
    table,
)
from tools.accuracy.case import Case, LeanTruth
from tools.accuracy.feed import CHIP, PipelineOutput, listen, new_trainer, sampled
from tools.accuracy.figures import Figure, Sheet, Worst
from tools.accuracy.jobs import Jobs
from tools.accuracy.sensor_errors import troubled


def heard(
    steps: Sequence[tuple[float, float]] = (), cues: Sequence[tuple[float, int]] = ()
) -> PipelineOutput:
    """What a pipeline might have said: (strike, stride lean) and (time, kind)."""
    rows = np.array([(t, lean, lean, t + 0.1) for t, lean in steps]).reshape(-1, 4)
    told = np.array([(t, kind, 300) for t, kind in cues]).reshape(-1, 3)
    none = np.zeros(0)
    return PipelineOutput(rows, rows[:, [0, 3]], told, none, none, none, none.astype(int), [], [])


@pytest.fixture(scope="module")
def run() -> Case:
    """A calm run, with true orientation."""
    plan = (*people.OPENING, Run(12.0, 12.0), Stand(1.0))
    track, truth = synthesise(plan, Runner(standing_tilt_deg=-12.0), seed=3)
    samples = sampled(track, 112.0, 0.003)
    return Case.synthetic(track, truth, listen(new_trainer(orientation=CHIP), samples, (1.0,)))


# Statistics


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572),
                                                    (10, 4.795, 18.39)])  # fmt: skip
def test_poisson_interval_as_in_the_tables(count, low, high):
    assert statistics.poisson_interval(count) == pytest.approx((low, high), rel=1e-3)


def test_bootstrap_holds_the_mean_and_narrows_with_more_seeds():
    rng = np.random.default_rng(1)
    few, many = rng.normal(5, 1, 10), rng.normal(5, 1, 400)
    wide, narrow = (statistics.bootstrap(list(x), statistics.mean) for x in (few, many))
    assert wide[0] < few.mean() < wide[1] and narrow[0] < 5.0 < narrow[1]
    assert wide[1] - wide[0] > 3 * (narrow[1] - narrow[0])
    assert math.isnan(statistics.bootstrap([1.0], statistics.mean)[0])


def test_percentile_lets_what_never_happened_be_infinite():
    delays = [[0.5, 0.6], [0.7, math.inf]]
    assert statistics.percentile(50)(delays) == 0.7
    assert statistics.percentile(95)(delays) == math.inf


def test_longest_spell():
    assert statistics.longest(np.array([0, 1, 0, 0, 1, 1, 1, 0], bool)) == 5


# Strikes and lean


TRUE_S = np.arange(20) * 0.35


def test_a_constant_lag_is_no_error():
    match = strikes.match(TRUE_S, TRUE_S + 0.06, 20.0)
    assert len(match.pairs) == 18 and not len(match.wrong_s)
    assert match.cadence_error_percent == pytest.approx(0.0, abs=1e-9)


def test_missed_and_invented_strikes_are_found_where_they_are():
    ours_s = np.sort(np.append(np.delete(TRUE_S, 9), TRUE_S[14] + 0.12))
    match = strikes.match(TRUE_S, ours_s, 20.0)
    assert match.missed == pytest.approx([TRUE_S[9]])
    assert match.invented == pytest.approx([TRUE_S[14] + 0.12])
    assert strikes.wrong_percent([[match]]) == pytest.approx(100 * 2 / 18)


def test_cadence_error_is_of_the_matched_strikes():
    match = strikes.match(TRUE_S, TRUE_S * 1.002, 20.0)
    assert match.cadence_error_percent == pytest.approx(-0.1996, abs=1e-3)
    assert len(strikes.match(TRUE_S, np.zeros(0), 20.0).missed) == 18


def test_lean_error_is_against_the_same_two_steps():
    t_s = np.linspace(0, 10, 1001)
    truth = LeanTruth(t_s, 10 + 3 * t_s)
    rows = [(t, 10 + 3 * (t - 0.35) + 0.2) for t in TRUE_S]
    case = Case(None, truth, TRUE_S, heard(rows))  # type: ignore[arg-type]
    at_s, error_deg = case.lean_errors_deg()
    assert at_s == pytest.approx(TRUE_S[2:]) and error_deg == pytest.approx([0.2] * 18, abs=1e-6)


def test_a_pause_between_steps_is_left_out():
    rows = [(t, 10.0) for t in (0.0, 0.35, 0.7, 5.0, 5.35, 5.7)]
    truth = LeanTruth(np.array([0.0, 10.0]), np.array([10.0, 10.0]))
    assert list(Case(None, truth, TRUE_S, heard(rows)).lean_errors_deg()[0]) == [0.7, 5.7]  # type: ignore[arg-type]


def test_the_whole_chain_measures_the_lean_and_every_strike(run):
    error_deg = run.lean_errors_deg()[1]
    assert len(error_deg) > 25 and statistics.rms(error_deg) < 0.5
    spell = run.truth.spells("run")[0]
    match = strikes.match(run.truth.strikes_between(*spell), run.heard.steps[:, 0], spell[1])
    assert match.count > 25 and len(match.wrong_s) <= 1


# Samples


def test_samples_saturate_as_the_part_does_and_know_of_a_gap():
    n = 50
    a = np.zeros((n, 3))
    a[:, 1], a[20, 1] = 9.81, 120.0
    still = np.tile([1.0, 0, 0, 0], (n, 1))
    track = Track(100.0, still, a, np.zeros((n, 3)), gaps=[(0.3, 0.35)])
    rows = sampled(track).rows
    assert len(rows) == n - 5 and rows[20, 7] == 20090 and rows[0, 7] == 2511
    assert [i for i, row in enumerate(rows) if row[1] & CLIPPED] == [20]
    assert [row[0] for row in rows if row[1] & GAP] == [350]


@pytest.mark.parametrize("rate_hz", [80.0, 112.0, 125.0])
def test_samples_come_at_the_granted_rate(run, rate_hz):
    rows = sampled(run.track, rate_hz, 0.004).rows
    assert np.diff(rows[:, 0]).mean() == pytest.approx(1000 / rate_hz, abs=0.01)
    assert set(np.diff(rows[:, 0])) <= {math.floor(1000 / rate_hz), math.ceil(1000 / rate_hz)}


# People


def test_people_come_from_the_ranges_and_again_from_the_same_seed():
    drawn = [people.random_runner(np.random.default_rng(seed)) for seed in range(40)]
    assert drawn[7] == people.random_runner(np.random.default_rng(7))
    for name, (low, high) in people.RANGES.items():
        values = [getattr(runner, name) for runner in drawn]
        assert low <= min(values) < max(values) <= high
    assert np.linalg.norm([runner.mount_q for runner in drawn], axis=1) == pytest.approx(1.0)


def test_keys_lead_the_lean_as_suddenly_as_asked():
    keys = ((0.0, 14.0), (5.0, 14.0), (5.2, 18.0), (8.0, 18.0))
    _, truth = synthesise((Run(10.0, lean_keys=keys),), seed=1)
    held = [truth.held_lean_deg[truth.index(t)] for t in (4.9, 5.1, 5.3, 9.0)]
    assert held == pytest.approx([14.0, 16.0, 18.0, 18.0])


def test_the_swing_varies_and_corners_turn_and_bank():
    def made(**knobs: float) -> tuple[Track, float, float]:
        plain = Runner(heading_wander_dps=0.0, step_lean_sd_deg=0.0, left_right_lean_deg=0.0)
        track, truth = synthesise((Run(60.0, 10.0),), replace(plain, **knobs), seed=4)
        edges = truth.strikes_s[3:-3] * 400
        spans = [np.ptp(truth.lean_deg[int(a) : int(b)]) for a, b in zip(edges, edges[1:])]  # noqa: B905
        return track, float(np.std(spans)), float(np.abs(truth.lateral_deg).max())

    (plain, even, upright), (turned, uneven, leant) = made(), made(
        swing_spread=0.2, corners_per_min=3.0, bank_share=0.6
    )  # fmt: skip
    assert uneven > even + 0.8 and leant > upright + 5
    assert np.abs(turned.a).max() > 9 and len(plain) == len(turned)


def test_a_crooked_bow_goes_to_the_side():
    _, truth = synthesise((Stand(2.0), Hinge(4.0, 40.0, lateral_deg=6.0), Stand(2.0)), seed=1)
    assert truth.lateral_deg.max() == pytest.approx(6.0, abs=0.2)


def test_trouble_comes_in_mid_run_only(run):
    seen = troubled(*_long_run(), seed=5)
    (start_s, end_s), *_ = _long_run()[1].spells("run")
    assert len(seen.gaps) == 2
    assert all(start_s + 8 <= a and b <= end_s - 2 for a, b in seen.gaps)


def _long_run():
    return synthesise((*people.OPENING, Run(40.0, 12.0), Stand(1.0)), seed=3)


# Coaching


def test_delays_count_only_cues_that_say_so_and_come_in_time():
    out = [exits.Exit(10.0, 13.6, (coach.LEAN_MORE,)), exits.Exit(30.0, 33.6, (coach.EASE_OFF,))]
    case = Case(None, None, TRUE_S, heard(cues=[(9.9, 1), (10.5, 2), (11.1, 1), (35.0, 2)]))  # type: ignore[arg-type]
    assert exits.delays_s(case, out) == [pytest.approx(1.1), math.inf]


def test_exits_cross_the_edge_at_random_moments_to_both_sides():
    case, found = exits.exit_case(1, 4.0, 60.0, exits.TRUE)
    assert len(found) >= 3 and case.truth is not None
    for out in found:
        assert 0 < out.at_s - out.back_s + 3.8 < 0.2
        held_deg = case.truth.held_lean_deg[case.truth.index(out.at_s + 1)]
        assert held_deg == pytest.approx(9.2 if coach.LEAN_MORE in out.kinds else 20.2)


def test_the_coach_at_the_speed_of_steps_cues_outside_and_not_in_the_middle():
    pace, interval_s = step_coach.Pace({}), np.full(200, 0.35)
    rng = np.random.default_rng(2)
    assert pace.cues(step_coach.step_leans_deg(rng, np.full(200, 14.7)), interval_s) == []
    cues = pace.cues(step_coach.step_leans_deg(rng, np.full(200, 9.0)), interval_s)
    assert len(cues) > 5 and {kind for _, kind in cues} == {coach.LEAN_MORE}


def test_correlated_steps_keep_their_spread():
    steps = step_coach.step_leans_deg(np.random.default_rng(3), np.zeros(20000), 0.3)[::2]
    assert np.std(steps) == pytest.approx(1.0, abs=0.03)


def test_run_lengths_agree_with_a_simulated_sum():
    rng = np.random.default_rng(4)
    for drift, threshold in ((0.8, 3.0), (-0.4, 2.0)):
        lengths = []
        for _ in range(1500):
            total, steps = 0.0, 0
            while total <= threshold:
                total, steps = max(total + drift + rng.standard_normal(), 0.0), steps + 1
            lengths.append(steps)
        assert cusum.run_length(drift, threshold) == pytest.approx(np.mean(lengths), rel=0.1)


def test_fewer_false_alarms_cost_delay():
    delays = [cusum.delay_s(2.0, rate, 1.0) for rate in (10.0, 1.0, 0.1)]
    assert delays == sorted(delays) and delays[0] < delays[2] < 2.0


# The bench itself


def test_a_figure_knows_whether_its_goal_is_reached():
    assert Figure("A", "k", "n", 0.2, at_most=0.2).reached is True
    assert Figure("A", "k", "n", 98.0, at_least=99.0).reached is False
    assert Figure("A", "k", "n", math.inf, at_most=1.0).reached is False
    assert Figure("A", "k", "n", None, at_most=1.0).reached is None
    assert Figure("A", "k", "n", 1.0).reached is None
    assert Figure("A", "k", "n", math.inf, at_most=1.0).as_dict()["value"] is None


def test_table_and_json_lines_show_the_same():
    sheet = Sheet("B")
    sheet.over_seeds("delay", "delay", [[1.0], [2.0]], statistics.mean, "s", at_most=1.2)
    sheet.total("missed", "missed", [0, 0], "exits")
    text = table.table(sheet.result.figures)
    assert "NO" in text and "<= 1.2" in text and "1.500" in text
    rows = [json.loads(line) for line in table.json_lines(sheet.result.figures).splitlines()]
    assert [row["reached"] for row in rows] == [False, True] and rows[0]["high"] == 2.0


def test_keys_of_all_figures_differ():
    figures = bench.measure({"F": bench_accuracy.PARTS["F"]}, 1, True, 1)["F"].figures
    assert len({figure.key for figure in figures}) == len(figures)


def test_cost_is_shared_out_completely():
    counted = cost.operations(1.0)
    operations, calls = counted.each.T
    assert 300 < operations.mean() < 20000 and calls.min() >= 3
    assert sum(counted.stages.values()) == pytest.approx(operations.mean())
    assert {"steps", "stride", "pipeline"} <= set(counted.stages)


def test_the_command_writes_figures(tmp_path, capsys):
    file = tmp_path / "figures.json"
    arguments = ["--quick", "--only", "f", "--jobs", "1", "--json", "--write", str(file)]
    assert bench_accuracy.main(arguments) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    written = json.loads(file.read_text())
    assert written["quick"] is True and set(written["figures"]) == {row["key"] for row in rows}


def test_an_unknown_part_is_refused_by_name(capsys):
    with pytest.raises(SystemExit):
        bench_accuracy.main(["--only", "A,X"])
    assert "no part X; there are A, B, C, D, E, F" in capsys.readouterr().err


def test_jobs_keep_the_order_and_raise(tmp_path):
    jobs = Jobs(2)
    assert jobs.map(math.sqrt, [1, 4, 9]) == [1, 2, 3]
    with pytest.raises(ValueError, match="math domain|nonnegative"):
        jobs.map(math.sqrt, [-1])
    jobs.close()


def test_the_worst_case_is_drawn(run, tmp_path: Path):
    plots = pytest.importorskip("tools.accuracy.plots")
    path = plots.draw_worst(Worst("a / worst: case", lambda: run, 20.0), tmp_path)
    assert path.name == "a_worst_case.png" and path.stat().st_size > 20_000


# Running and what is near it


@pytest.mark.parametrize("side", range(len(sessions.FAR)))
def test_a_band_far_off_gives_cues_in_a_jog_and_none_in_a_brisk_walk(side):
    case = sessions.alike_case(side, 1)
    assert case.truth is not None
    found = running._found(case)
    assert running.f1([found.live]) > 0.95 and found.cues_outside == []
    kinds = set(case.heard.cues[:, 1])
    assert kinds == ({coach.LEAN_MORE} if side == 0 else {coach.CAP})
    assert len(case.heard.cues) > 5


def test_a_cue_off_the_run_is_seen_and_one_in_its_last_moment_is_none(run):
    end_s = run.truth.spells("run")[0][1]
    cues = [(2.0, coach.CAP), (end_s - 1, coach.CAP), (end_s + 0.2, coach.CAP)]
    assert running._cues_outside(run.truth, heard(cues=cues)) == ["still"]


def test_brisk_walks_and_slow_jogs_overlap_in_cadence():
    rng = np.random.default_rng(1)
    walks = [people.brisk_walk(rng).cadence_spm for _ in range(40)]
    jogs = [people.slow_jog(rng).cadence_spm for _ in range(40)]
    assert max(walks) > min(jogs) + 5
