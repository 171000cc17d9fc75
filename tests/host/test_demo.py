"""The demo: the whole way with the short wearer, and its picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from leancore.coaching import coach
from leancore.coaching.coach import CUES
from leancore.gait import activity
from leancue.demo import PRESCRIPTION, REPORT, show
from leancue.live.live_view import PlainView
from leancue.live.run_picture import MARKS, columns, gauge, picture, strip
from leancue.live.run_state import CUE_WORDS, RunnerState
from leancue.runs.runlog import read_runs
from leancue.transports.simulator_process import Simulator
from rich.console import Console

BAND = {"lo": 1320, "hi": 1620, "cap": 2020}


def frame(t_s: float, lean_deg: float, **more: Any) -> dict[str, Any]:
    lean_cdeg = round(100 * lean_deg)
    return {"t": round(1000 * t_s), "lean": lean_cdeg, "activity": activity.RUN, **BAND, **more}


def state_of(*frames: dict[str, Any]) -> RunnerState:
    state = RunnerState()
    for one in frames:
        state.take(one)
    return state


def test_the_whole_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    view = PlainView()
    with Simulator("short") as simulator:
        shown = show(simulator, view, tmp_path / "demo")
    assert shown.verification.proved
    (run,) = read_runs(shown.run_path)
    assert run.patient == PRESCRIPTION["patient"]
    assert "<svg" in shown.report_path.read_text()
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {shown.run_path.name, REPORT}
    logged = sum(kind == "cue" for kind in _kinds(run.decisions))
    assert view.state.lost or len(view.state.cues) == logged > 0
    assert "The clip gives" in capsys.readouterr().err


def _kinds(decisions: bytes) -> list[str]:
    from leancore.runlog.log_reading import RECORDS, split

    return [RECORDS[kind][0] for kind, _ in split(decisions)]


def test_a_demo_that_fails_leaves_an_earlier_one_alone(tmp_path: Path) -> None:
    earlier = tmp_path / REPORT
    earlier.write_text("earlier")

    class Breaking(PlainView):
        def ended(self, over: dict[str, Any]) -> None:
            raise KeyboardInterrupt

    with Simulator("short") as simulator, pytest.raises(KeyboardInterrupt):
        show(simulator, Breaking(), tmp_path)
    assert earlier.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [earlier]


def test_state_says_where_the_lean_is() -> None:
    state = state_of(frame(1, 13.19))
    assert state.place() == "below the band"
    for lean_deg, place in (
        (13.2, "in the band"), (16.2, "in the band"), (16.3, "above the band"),
        (20.2, "beyond the cap"),
    ):  # fmt: skip
        state.take(frame(2, lean_deg))
        assert state.place() == place and place in state.sentence()


def test_a_cue_is_told_for_some_seconds_of_running() -> None:
    state = state_of(frame(10, 9.0, cue=coach.LEAN_MORE, ms=340))
    assert state.fresh_cue() == (10_000, coach.LEAN_MORE, 340)
    state.take(frame(12.9, 9.0))
    assert state.fresh_cue()
    state.take(frame(13.1, 9.0))
    assert state.fresh_cue() is None


def test_the_clock_of_a_run_that_is_over_is_not_taken() -> None:
    state = state_of(frame(600, 14.0), {"t": 0, "lean": 5, "activity": activity.STILL})
    assert state.run_ms == 600_000 and len(state.history) == 1


@pytest.mark.parametrize("wrong_s", [0.005, 268_435.456])
def test_one_wrong_time_takes_no_picture_away(wrong_s: float) -> None:
    state = state_of(frame(60, 14.0), frame(60.5, 14.0), frame(wrong_s, 14.0), frame(61, 14.0))
    assert state.run_ms == 61_000
    assert [t_ms for t_ms, _lean in state.history] == [60_000, 60_500, 61_000]


def test_the_next_run_begins_with_its_second_moment() -> None:
    state = state_of(frame(600, 14.0), frame(0.5, 9.0), frame(1.0, 9.0), frame(1.5, 9.0))
    assert [t_ms for t_ms, _lean in state.history] == [1000, 1500]


def test_every_cue_has_a_word_and_a_mark_of_its_own() -> None:
    kinds = {kind for kind, name in enumerate(CUES) if name}
    assert kinds == set(CUE_WORDS) == set(MARKS)
    assert len({sign for sign, _ in MARKS.values()}) == len(kinds)


@pytest.mark.parametrize("minutes", [0.1, 1, 10, 120])
def test_a_run_of_any_length_fits_the_columns(minutes: float) -> None:
    frames = [frame(minutes * 60 * i / 400, 14, cue=coach.CAP) for i in range(401)]
    means, cues = columns(state_of(*frames), 50)
    assert len(means) == len(cues) == 50
    assert minutes < 1 or sum(mean is not None for mean in means) > 25


def test_the_cap_cue_covers_others_in_its_column() -> None:
    frames = [frame(1, 21, cue=kind) for kind in (coach.CAP, coach.BACK_IN, coach.LEAN_MORE)]
    assert columns(state_of(*frames), 50)[1][1] == coach.CAP


def test_a_dot_is_in_the_band_if_and_only_if_the_lean_is() -> None:
    for lean_deg in (-5, 5, 13.1, 13.2, 14.6, 14.8, 16.1, 16.3, 20.3, 40):
        state = state_of(frame(0.5, lean_deg))
        (dotted,) = [line.plain for line in strip(state, 30) if "●" in line.plain]
        assert ("░" in dotted) == (13.2 <= lean_deg < 16.2), lean_deg


def test_the_gauge_fills_up_to_the_lean() -> None:
    bar, scale = gauge(state_of(frame(1, 12.5)), 50)
    assert bar.plain.count("█") + bar.plain.count("▓") == 25
    assert "band 13.2 to 16.2°" in scale.plain and "cap 20.2°" in scale.plain


@pytest.mark.parametrize(("width", "height"), [(40, 20), (80, 24), (100, 40), (200, 60)])
def test_the_picture_fits_the_terminal(width: int, height: int) -> None:
    later = frame(600, 19)  # told twice: a leap counts by its second moment
    state = state_of(frame(1, 12, cue=coach.EASE_OFF, ms=500), later, later)
    console = Console(width=width, file=None, record=True, legacy_windows=False)
    with console.capture() as said:
        console.print(picture(state, width, height))
    lines = said.get().splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) < height  # or rich leaves the last ones out
