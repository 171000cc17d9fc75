"""Who gave the direction of up: told in words, drawn in a ribbon, and counted in the error."""

import numpy as np
import pytest
from host_runs import logged, runner
from leancore.attitude.orientation_selector import BOTH, CHIP, OWN
from leancore.coaching import prescription
from leancore.schema import faults, settings
from leancore.sensor.sample import G_LIMIT_Q9
from leancue import report
from leancue.recordings import recording, replay
from leancue.report import sentences
from leancue.runs import runlog
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.orientation_sources import CHIP_WORDS, OWN_WORDS, changes_of, sources
from leancue.runs.spans import Span
from leancue.runs.verify import verify

RUNNING = (Span(0, 60_000, "run"), Span(70_000, 110_000, "run"))


def view_of(made, **values):
    (run,) = runlog.runs_of(b"".join(logged(made, **values)))
    return report.of_run(run, verify(run))


def spun(made, begin_s, end_s):
    """The same runner with a turn that the gyroscope could not follow."""
    g = made.g.copy()
    g[round(begin_s * 100) : round(end_s * 100), 1] = G_LIMIT_Q9
    return recording.Recording(made.path, made.t_ms, made.q, made.a, g, True)


def test_a_run_says_that_ours_led_throughout():
    view = view_of(runner(run_s=30))
    assert [spell.what for spell in view.sources.spells] == [OWN_WORDS]
    assert sentences.who_said_up(view) == "The direction of up was LeanCue's own throughout."
    assert view.error_deg == METHOD_ERROR.own_deg


def test_where_the_chip_stood_in_it_is_counted_drawn_and_told():
    """2 s after a turn beyond the gyroscope's range the chip gives the vertical."""
    made = spun(runner(run_s=60), 40.0, 40.05)
    view = view_of(made)
    chip = [spell for spell in view.sources.spells if spell.what == CHIP_WORDS]
    assert [spell.ms for spell in chip] == [pytest.approx(2050, abs=100)]
    assert faults.GYRO_SATURATED in view.faults
    told = sentences.who_said_up(view)
    assert "LeanCue's own for 96.6 %" in told and "the sensor chip's for 3.4 % (2 s)" in told
    page = report.build_report(view)
    assert "<title>direction of up: the sensor chip&#x27;s, 2 s</title>" in page
    assert "(at 0:3" in page and "The gyroscope reached the end of its range" in page
    at_ms = np.array([chip[0].begin_ms - 1, chip[0].begin_ms, chip[0].end_ms])
    own_deg, chip_deg = METHOD_ERROR
    assert view.sources.errors_deg(at_ms).tolist() == [own_deg, chip_deg, own_deg]


def test_without_raw_samples_nobody_pretends_to_know():
    view = view_of(runner(run_s=30), raw=0)
    assert view.sources.spells == ()
    assert sentences.who_said_up(view) == (
        "To see which sensor gave the direction of up, prove the run."
    )


def test_a_replay_by_the_recorded_orientation_has_the_chips_error():
    made = replay.replay(runner(run_s=30), prescription.default(), settings.checked({}))
    view = report.of_replay(made)
    assert view.error_deg == METHOD_ERROR.chip_deg
    made = replay.replay(
        runner(run_s=30), prescription.default(), settings.checked({}), orientation=OWN
    )
    assert report.of_replay(made).error_deg == METHOD_ERROR.own_deg


def test_the_error_of_a_mean_goes_by_the_running_time_of_each_source():
    found = sources(BOTH, [(0, OWN), (55_000, CHIP), (75_000, OWN)], 110_000)
    assert found.seconds(CHIP_WORDS, RUNNING) == 10
    assert found.seconds(OWN_WORDS, RUNNING) == 90
    own_deg, chip_deg = METHOD_ERROR
    assert found.error_deg(RUNNING) == pytest.approx(0.9 * own_deg + 0.1 * chip_deg)


def test_changes_are_found_in_samples():
    t_ms = np.arange(6) * 10
    assert changes_of(t_ms, np.array([1, 1, 0, 0, 1, 1])) == [(0, 1), (20, 0), (40, 1)]
    assert changes_of(t_ms[:0], t_ms[:0]) == []
