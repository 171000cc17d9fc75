"""The numbers of a run, on steps made by hand: each to the digit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from leancore.coaching.coach import BACK_IN, CAP, EASE_OFF, LEAN_MORE
from leancore.runlog.records import (
    FEEDBACK,
    IN_BAND,
    JUDGED,
    STEP_CLIPPED,
    STEP_GAP,
    STEP_SHAKEN,
)
from leancue.decoding.decisions import Cue, Decisions
from leancue.runs import run_figures
from leancue.runs.run_figures import figures, in_band, line, line_ms
from leancue.runs.spans import Span

GOOD = JUDGED | IN_BAND | FEEDBACK


def steps(t_ms: Any, lean_cdeg: Any = 1000, cspm: Any = 15000, flags: Any = GOOD, cues: Any = ()):
    """Steps at these times; 15,000 (150 steps/min) are 0.4 s each."""
    t_ms = np.asarray(t_ms, np.int64)

    def column(values: Any) -> Any:
        return np.broadcast_to(np.asarray(values, np.int64), t_ms.shape).copy()

    columns = {
        "t_ms": t_ms, "stride_lean_cdeg": column(lean_cdeg), "step_cdeg": column(lean_cdeg),
        "cadence_cspm": column(cspm), "flags": column(flags),
    }  # fmt: skip
    return Decisions(columns, tuple(Cue(at, kind, 300, 900) for at, kind in cues), ())


def view(decisions: Decisions, judged: bool = True, running: Any = (), probes: Any = ()) -> Any:
    return SimpleNamespace(
        decisions=decisions, judged=judged,
        running=tuple(Span(*one, "run") for one in running),
        probes=tuple(Span(*one, "probe") for one in probes),
    )  # fmt: skip


def test_means_and_times() -> None:
    found = figures(view(
        steps([0, 400, 800, 1200], [900, 1000, 1100, 1201], [15000, 1, 0, 18000]),
        running=[(0, 60_000), (70_000, 100_500)], probes=[(50_000, 80_000), (90_000, 95_000)],
    ))  # fmt: skip
    assert found.running_s == 90.5
    assert found.mean_lean_deg == pytest.approx(10.5025)
    assert found.cadence_spm == pytest.approx((150 + 0.01 + 180) / 3)
    assert found.without_cues_s == 25.0
    assert found.cues_per_min == 0.0


def test_shares_of_flags() -> None:
    flags = [GOOD] * 5 + [GOOD | STEP_GAP, GOOD | STEP_SHAKEN, GOOD | STEP_CLIPPED] + [
        GOOD | STEP_GAP | STEP_SHAKEN, 0
    ]  # fmt: skip
    found = figures(view(steps(range(0, 4000, 400), flags=flags)))
    assert found.gap_share == found.shaken_share == 0.2
    assert found.clipped_share == 0.1
    assert found.fit_share == pytest.approx(0.7)


def test_shares_in_band_are_of_the_judged_time() -> None:
    flags = [GOOD, JUDGED | FEEDBACK, JUDGED | IN_BAND, JUDGED, IN_BAND]
    cspm = [15000, 15000, 15000, 5000, 15000]  # 0.4 s each, and one of 1.2 s
    made = steps(range(0, 2000, 400), cspm=cspm, flags=flags)
    found = figures(view(made, probes=[(800, 1600)]))
    assert found.in_band == pytest.approx(0.8 / 2.4, abs=1e-4)
    assert found.in_band_with_cues == 0.5
    assert found.in_band_without_cues == 0.25
    assert found.with_cues_s == pytest.approx(0.8)
    assert figures(view(made)).in_band_without_cues is None
    nobody = figures(view(made, judged=False))
    assert nobody.in_band is None and nobody.in_band_with_cues is None


@pytest.mark.parametrize("judged", [True, False])
def test_a_run_without_steps_has_no_numbers(judged: bool) -> None:
    found = figures(view(steps([]), judged=judged))
    for name in ("mean_lean_deg", "cadence_spm", "in_band", "in_band_with_cues", "fit_share",
                 "back_s", "drift_deg"):  # fmt: skip
        assert getattr(found, name) is None, name
    assert found.gap_share == found.shaken_share == found.clipped_share == 0.0
    assert found.back == found.corrections == 0


def test_one_step_is_judged() -> None:
    assert figures(view(steps([0]))).in_band == 1.0


def test_steps_without_a_cadence_have_no_time() -> None:
    found = figures(view(steps([0, 400], cspm=0)))
    assert found.cadence_spm is None and found.in_band is None and found.fit_share == 1.0


def test_the_share_of_a_time_has_its_beginning_and_not_its_end() -> None:
    made = steps([0, 1000, 2000, 3000], flags=[GOOD, JUDGED, GOOD, JUDGED])
    assert in_band(made, Span(1000, 3000, "probe")) == 0.5
    assert in_band(made, Span(1000, 2000, "probe")) == 0.0
    assert in_band(made, Span(0, 3001, "probe")) == 0.5
    assert in_band(made, Span(4000, 5000, "probe")) is None
    unjudged = steps([0, 1000], flags=[GOOD, IN_BAND])
    assert in_band(unjudged, Span(0, 5000, "probe")) == 1.0


def back(cues: Any, inside_ms: Any, until_ms: int = 100_000) -> tuple[float | None, int, int]:
    """Time back, how often, of how many; in band at ``inside_ms`` alone."""
    t_ms = sorted({*range(0, until_ms, 500), *inside_ms})
    flags = [JUDGED | (IN_BAND if at in inside_ms else 0) for at in t_ms]
    found = figures(view(steps(t_ms, flags=flags, cues=cues)))
    return found.back_s, found.back, found.corrections


def test_time_back_in_band_is_from_a_cue_to_the_first_step_in_it() -> None:
    assert back([(1000, LEAN_MORE)], {3002}) == (2.002, 1, 1)
    assert back([(1000, LEAN_MORE)], {1000, 3000}) == (2.0, 1, 1)  # not the step of the cue
    assert back([(1000, LEAN_MORE)], {500}) == (None, 0, 1)
    assert back([(1000, BACK_IN)], {3000}) == (None, 0, 0)


def test_a_cue_counts_until_the_next_or_half_a_minute() -> None:
    two = [(1000, LEAN_MORE), (5000, EASE_OFF)]
    assert back(two, {4999}) == (3.999, 1, 2)
    assert back(two, {5000}) == (None, 0, 2)
    assert back(two, {8000}) == (3.0, 1, 2)
    assert back(two, {4000, 8000}) == (3.0, 2, 2)
    assert back([(1000, CAP)], {30_999}) == (29.999, 1, 1)
    assert back([(1000, CAP)], {31_000}) == (None, 0, 1)
    three = [(1000, LEAN_MORE), (5000, LEAN_MORE), (9000, CAP)]
    assert back(three, {2000, 7000, 12_000}) == (2.0, 3, 3)
    assert back(three, {10_000}) == (1.0, 1, 3)


def test_drift_is_the_last_third_against_the_first_two() -> None:
    lean = [1000] * 60 + [1150] * 30
    assert figures(view(steps(range(90), lean))).drift_deg == pytest.approx(1.5)
    assert figures(view(steps(range(93), [1000] * 62 + [1150] * 31))).drift_deg == (
        pytest.approx(1.5)
    )
    assert figures(view(steps(range(89), 1000))).drift_deg is None


def test_a_line_goes_through_all_points_of_its_grid() -> None:
    t_ms = np.arange(1000, 21_001, 400)
    (piece,) = line(t_ms, t_ms // 10)
    assert piece[:, 0].tolist() == [*range(1000, 21_000, 500), 21_000]
    for at_ms, value in piece.tolist():
        inside = t_ms[(t_ms >= at_ms - 2500) & (t_ms <= at_ms + 2500)]
        assert value == float(np.median(inside // 10))


def test_the_median_is_over_five_seconds_with_both_ends() -> None:
    t_ms = np.array([0, 2500, 2501, 5000])
    (piece,) = line(t_ms, np.array([10, 20, 90, 40]))
    at = dict(piece.tolist())
    assert at[0.0] == 15.0  # 0 and 2500
    assert at[2500.0] == 30.0  # all four
    assert at[5000.0] == 40.0  # 2500, 2501 and 5000


def test_a_line_is_interrupted_where_no_step_comes() -> None:
    first, second = np.arange(0, 4001, 500), np.arange(6500, 9001, 500)
    (whole,) = line(np.concatenate([first, second]), np.arange(len(first) + len(second)))
    assert whole[-1, 0] == 9000.0  # 2.5 s is no break yet
    later = second + 1
    one, two = line(np.concatenate([first, later]), np.arange(len(first) + len(later)))
    assert (one[-1, 0], two[0, 0]) == (4000.0, 6501.0)
    assert line(np.array([0, 5000, 5400]), np.array([1, 2, 3]))[0][0, 0] == 5000.0  # no single one
    assert line(np.array([], np.int64), np.array([], np.int64)) == []


def test_the_grid_of_a_long_run_is_coarser() -> None:
    t_ms = np.arange(7000, 907_001, 1000)
    (piece,) = line(t_ms, t_ms)
    assert piece[1, 0] - piece[0, 0] == 1000.0
    assert len(piece) == run_figures._LINE_POINTS + 1
    (odd,) = line(np.append(t_ms[:-1], 907_899), np.append(t_ms[:-1], 0))
    assert odd[1, 0] - odd[0, 0] == 1000.0  # whole milliseconds


def test_a_line_far_from_the_run_s_begin_is_as_smooth_as_one_at_it() -> None:
    """Its median is taken over the time that is shown, wherever in the run that lies."""
    t_ms = np.arange(0, 600_000, 400)
    values = np.where(np.arange(len(t_ms)) % 7, 1000, 1300)
    (early,), (late,) = line(t_ms, values), line(t_ms + 7_200_000, values)
    assert np.array_equal(early[:, 1], late[:, 1])
    assert line_ms(3 * 3600 * 1000 + 777) % 1000 == 0


def test_a_piece_of_two_steps_is_drawn_and_one_of_a_single_step_is_not() -> None:
    t_ms = np.array([0, 400, 60_000, 120_000, 120_400, 120_800])
    pieces = line(t_ms, np.array([100, 100, 500, 300, 300, 300]))
    assert [sorted(set(piece[:, 1])) for piece in pieces] == [[100.0], [300.0]]
