"""Replay: the contract of its files, the ways to say how the clip was worn, and the truth."""

import csv
import json
import math

import numpy as np
import pytest
from host_runs import RUN_AT_S, STEPS_PER_S, csv_text, runner
from leancore.attitude.orientation_selector import OWN
from leancore.coaching import prescription
from leancore.coaching.coach import CUES
from leancore.gait.activity import ACTIVITIES
from leancore.schema import settings
from leancue.basis.errors import OutputError, RecordingError
from leancue.recordings import recording, replay

SETTINGS = settings.checked({})
PRESCRIBED = prescription.checked({"baseline_cdeg": 600})  # band 13 to 16°, cap 20°


def replayed(made, values=PRESCRIBED, **worn):
    return replay.replay(made, values, SETTINGS, **worn)


def written(result, folder):
    replay.write_replay(result, folder)
    tables = {}
    for name in ("steps", "samples", "cues"):
        with (folder / f"{name}.csv").open(newline="") as file:
            tables[name] = list(csv.DictReader(file))
    return tables, json.loads((folder / "summary.json").read_text())


def column(rows, name):
    return np.array([float(row[name]) for row in rows])


@pytest.fixture(scope="module")
def fallen():
    """A run whose lean falls from 14° to 5° half way."""
    return replayed(runner(run_s=40, drop_deg=9, first_s=100.0))


def test_columns_units_and_kinds(fallen, tmp_path):
    tables, summary = written(fallen, tmp_path / "out")
    assert list(tables["steps"][0]) == ["t_s", "lean_deg", "cadence_spm", "in_band", "feedback"]
    assert list(tables["samples"][0]) == ["t_s", "lean_deg", "lateral_deg", "activity"]
    assert list(tables["cues"][0]) == ["t_s", "kind", "duration_ms"]
    assert {row["activity"] for row in tables["samples"]} <= set(ACTIVITIES)
    assert {row["kind"] for row in tables["cues"]} == {"lean_more"}
    assert {row["in_band"] for row in tables["steps"]} == {"0", "1"}
    assert summary["samples"] == len(tables["samples"]) == len(fallen.recording)
    assert summary["steps"] == len(tables["steps"])
    assert summary["cues"] == {
        "all": len(tables["cues"]), "lean_more": len(tables["cues"]), "ease_off": 0, "cap": 0,
        "back_in": 0,
    }  # fmt: skip


def test_every_sample_has_its_row_at_its_own_time(fallen, tmp_path):
    tables, _summary = written(fallen, tmp_path / "out")
    assert np.array_equal(np.rint(column(tables["samples"], "t_s") * 1000), fallen.recording.t_ms)
    assert np.allclose(column(tables["samples"], "lateral_deg"), 0, atol=0.05)


def test_steps_lie_at_the_foot_strikes_on_the_recordings_time(fallen, tmp_path):
    tables, _summary = written(fallen, tmp_path / "out")
    t_s = column(tables["steps"], "t_s")
    assert 100 + RUN_AT_S < t_s[0] < 100 + RUN_AT_S + 2
    assert np.allclose(np.diff(t_s), 1 / STEPS_PER_S, atol=0.006)
    # The vertical force of the made runner passes 1 g upwards at whole steps.
    strike = (t_s - 100 - RUN_AT_S) * STEPS_PER_S % 1
    assert np.all(np.minimum(strike, 1 - strike) < 0.08)
    assert np.allclose(column(tables["steps"], "cadence_spm"), 168, atol=0.8)


def test_lean_band_and_cues_follow_the_made_runner(fallen, tmp_path):
    tables, summary = written(fallen, tmp_path / "out")
    t_s, lean = column(tables["steps"], "t_s"), column(tables["steps"], "lean_deg")
    drop_s = 100 + RUN_AT_S + 20
    assert np.allclose(lean[t_s < drop_s - 0.2][4:], 14, atol=0.1)
    assert np.allclose(lean[t_s > drop_s + 1], 5, atol=0.1)
    inside = column(tables["steps"], "in_band")
    assert inside[(t_s < drop_s - 1)][4:].all() and not inside[t_s > drop_s + 1].any()
    cues_s = column(tables["cues"], "t_s")
    assert drop_s < cues_s[0] < drop_s + 1.2
    assert summary["band"] == {"low_deg": 13.0, "high_deg": 16.0, "cap_deg": 20.0}
    assert 0.4 < summary["time_in_band"]["share"] < 0.55
    assert summary["mean_cadence_spm"] == pytest.approx(168, abs=0.5)
    assert summary["running_s"] == pytest.approx(40, abs=2.5)


def test_a_baseline_run_has_no_band_and_no_cues(tmp_path):
    made = replayed(runner(run_s=20, lean_deg=8), prescription.default())
    tables, summary = written(made, tmp_path / "out")
    assert tables["cues"] == [] and not column(tables["steps"], "in_band").any()
    assert summary["band"] is None
    assert summary["baseline_deg"] == pytest.approx(8, abs=0.1)


def test_the_same_bytes_every_time(tmp_path):
    made = runner(run_s=8)
    for name in ("a", "b"):
        replay.write_replay(replayed(made), tmp_path / name)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def turned(made, turn):
    """The recording of a clip turned on the body by a rotation matrix (old axes → new axes)."""
    turn = np.array(turn)
    w = math.sqrt(1 + np.trace(turn)) / 2
    x, y, z = (turn[i, j] - turn[j, i] for i, j in ((1, 2), (2, 0), (0, 1)))
    x, y, z = x / (4 * w), y / (4 * w), z / (4 * w)
    a, b, c, d = made.q.T
    columns = (
        a * w - b * x - c * y - d * z, a * x + b * w + c * z - d * y,
        a * y - b * z + c * w + d * x, a * z + b * y - c * x + d * w,
    )  # fmt: skip
    q = np.rint(np.stack(columns, axis=1)).astype(np.int64)
    return recording.Recording(made.path, made.t_ms, q, made.a @ turn.T, made.g @ turn.T, True)


LABEL_SIDEWAYS = ((0, 0, 1), (0, 1, 0), (-1, 0, 0))
LYING_ON_ITS_SIDE = ((0, 1, 0), (-1, 0, 0), (0, 0, 1))


@pytest.mark.parametrize("turn", [LABEL_SIDEWAYS, LYING_ON_ITS_SIDE])
def test_stand_and_bow_find_the_frame_of_a_turned_clip(turn):
    made = runner(run_s=12)
    other = turned(made, turn)
    for worn in ({}, {"stand": (0.5, 3.5), "hinge": (4.0, 8.5)}, {"stand": (0.5, 3.5)}):
        result = replayed(other, **worn)
        assert result.wearing.source == "hinge"
        assert np.allclose(result.decisions.stride_lean_cdeg[4:], 1400, atol=15), worn
        assert np.abs(result.lateral_cdeg).max() < 30


def test_a_bow_held_before_the_stand_is_passed_over():
    """Held for 3 s at 40°, left, and only then stand, bow and run."""
    made = runner(run_s=12)
    depth = int(np.argmax(made.a[:1000, 2]))
    rows = np.r_[np.full(300, depth), depth : 1000 - 150, 0 : len(made)]
    g = made.g[rows]
    g[:300] = 0
    late = recording.Recording(
        made.path, np.arange(len(rows)) * 10, made.q[rows], made.a[rows], g, True
    )
    result = replayed(late)
    assert result.wearing.source == "hinge" and result.wearing.stand_end_s > 3
    assert np.allclose(result.decisions.stride_lean_cdeg[4:], 1400, atol=15)
    assert not any(event.is_move for event in result.decisions.events)
    named = replayed(late, stand=(0.5, 2.5))  # the word of whoever named it counts
    assert named.wearing.source == "stand" and named.wearing.stand_end_s == 2.5
    assert any(event.is_move for event in named.decisions.events)


def test_the_frame_holds_for_the_whole_recording():
    """A stand at the end serves the run before it."""
    made = runner(run_s=12, still_s=5)
    late = recording.Recording(
        made.path, made.t_ms[1000:], made.q[1000:], made.a[1000:], made.g[1000:], True
    )
    result = replayed(late)
    assert result.wearing.source == "stand"
    assert result.wearing.stand_end_s > RUN_AT_S + 12
    assert np.allclose(result.decisions.stride_lean_cdeg[4:], 1400, atol=15)


def test_nominal_mount_where_asked_for_or_where_nobody_stands():
    made = runner(run_s=12)
    assert replayed(made, stand="none").wearing.source == "nominal"
    running = recording.Recording(
        made.path, made.t_ms[1000:], made.q[1000:], made.a[1000:], made.g[1000:], True
    )
    result = replayed(running)
    assert result.wearing.source == "nominal" and "No stand" in result.wearing.note
    assert np.allclose(result.decisions.stride_lean_cdeg[4:], 1400, atol=15)


def test_a_hinge_needs_a_stand():
    made = runner(run_s=12)
    running = recording.Recording(
        made.path, made.t_ms[1000:], made.q[1000:], made.a[1000:], made.g[1000:], True
    )
    with pytest.raises(RecordingError, match="no stand of 2 s"):
        replayed(running, hinge=(11, 14))


@pytest.mark.parametrize(
    ("worn", "words"),
    [
        ({"stand": (3, 3)}, "--stand 3:3 ends before it begins"),
        ({"stand": (-1, 2)}, "outside the recording"),
        ({"stand": (10, 900)}, "outside the recording"),
        ({"stand": (math.nan, 2)}, "ends before it begins"),
        ({"stand": (1.001, 1.002)}, "contains no samples"),
        ({"stand": (4, 8)}, "Nobody stands still"),
        ({"stand": (12, 15)}, "Nobody stands still"),
        ({"stand": (0, 3), "hinge": (0, 3)}, "holds no bow"),
        ({"stand": (0, 3), "hinge": (7, 900)}, "outside the recording"),
        ({"stand": "none", "hinge": (4, 8)}, "although the nominal mount was requested"),
    ],
)
def test_windows_that_cannot_be(worn, words):
    with pytest.raises(RecordingError, match=words) as caught:
        replayed(runner(run_s=12), **worn)
    assert "`--" in caught.value.way_out


def test_samples_before_the_first_orientation_have_rows(tmp_path):
    made = runner(run_s=6)
    made.q[:50] = 0
    tables, summary = written(replayed(made), tmp_path / "out")
    leans = [row["lean_deg"] for row in tables["samples"][:51]]
    assert leans[:50] == ["nan"] * 50
    assert abs(float(leans[50])) < 0.1
    assert summary["faults"][0]["key"] == "orientation_refused"
    assert summary["faults"][0]["count"] == 50


def test_nothing_is_left_where_it_cannot_be_written(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError):
        replay.write_replay(replayed(runner(run_s=2)), tmp_path / "out")
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_lean_of_real_running_against_optical_truth(recordings_dir, tmp_path):
    """The stride mean at a step against the mean of the optical lean over its two steps."""
    result = replayed(recording.read(recordings_dir / "sacral_run_1.csv"))
    tables, summary = written(result, tmp_path / "out")
    with (recordings_dir / "sacral_run_1.truth.csv").open() as file:
        truth = [(float(row["t_s"]), float(row["lean_deg"])) for row in csv.DictReader(file)]
    truth_s, truth_deg = np.array(truth).T
    t_s, lean = column(tables["steps"], "t_s"), column(tables["steps"], "lean_deg")
    error = [
        lean[i] - truth_deg[(truth_s > t_s[i - 2]) & (truth_s <= t_s[i])].mean()
        for i in range(4, len(t_s))
    ]
    assert np.sqrt(np.mean(np.square(error))) < 0.2
    assert summary["wearing"]["frame"] == "hinge"


def tilt_deg(row):
    """Angle between the vertical of a quaternion's row and that of the nominal mount upright."""
    qw, qx, qy, qz = (float(row[name]) for name in ("qw", "qx", "qy", "qz"))
    return math.degrees(math.acos(min(2 * (qy * qz + qw * qx), 1)))


def test_our_own_orientation_is_written_and_used(tmp_path):
    made = runner(run_s=20)
    made.q[500:] = 0  # the chip says nothing any more
    result = replayed(made, orientation=OWN)
    tables, _summary = written(result, tmp_path / "out")
    with (tmp_path / "out" / "orientation.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["t_s", "qw", "qx", "qy", "qz"]
    assert len(rows) == len(made)
    assert np.allclose(column(tables["steps"], "lean_deg")[6:], 14, atol=1.0)
    assert tilt_deg(rows[600]) == pytest.approx(40, abs=2)  # the bow's deepest point
    for row in rows[::50]:
        assert sum(float(row[name]) ** 2 for name in ("qw", "qx", "qy", "qz")) == pytest.approx(
            1, abs=1e-5
        )


def test_our_own_orientation_needs_a_gyroscope():
    made = runner(run_s=2)
    without = recording.Recording(made.path, made.t_ms, made.q, made.a, made.g * 0, False)
    with pytest.raises(RecordingError, match="no gyroscope"):
        replayed(without, orientation=OWN)


def test_cadence_of_real_running_without_a_stand(recordings_dir):
    result = replayed(recording.read(recordings_dir / "lower_back_run.csv"))
    with (recordings_dir / "lower_back_cycles.csv").open() as file:
        rows = {row["name"]: float(row["cadence_spm"]) for row in csv.DictReader(file)}
    t_ms = result.decisions.step_t_ms
    assert 60000 / np.diff(t_ms).mean() == pytest.approx(rows["lower_back_run"], rel=0.005)


def test_no_cue_in_walking(recordings_dir):
    result = replayed(recording.read(recordings_dir / "lower_back_walk.csv"), stand="none")
    assert result.decisions.cues == () and len(result.decisions.step_t_ms) == 0


def test_a_file_replays_as_its_samples(tmp_path):
    made = runner(run_s=24, drop_deg=9)
    path = tmp_path / "made.csv"
    path.write_text(csv_text(made))
    replay.write_replay(replayed(recording.read(path)), tmp_path / "a")
    replay.write_replay(replayed(made), tmp_path / "b")
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
    assert CUES[1] in (tmp_path / "a" / "cues.csv").read_text()
