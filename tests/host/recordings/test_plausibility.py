"""Recordings that contradict themselves: refused with the likely mistake; the others are read."""

from __future__ import annotations

import re
from itertools import product as each
from pathlib import Path

import numpy as np
import pytest
from host_runs import csv_text, runner
from leancue.basis.errors import RecordingError
from leancue.recordings import plausibility, recording
from leancue.recordings.plausibility.content import Content, to_earth
from made_content import (
    MISTAKES,
    OF_GYRO,
    PLANS,
    clipped,
    delayed,
    in_pocket,
    inverted,
    made,
    mounted,
    noisy,
    wrong,
)


def why(content: Content, needs_orientation: bool = True) -> str:
    """What ``check`` refuses it for, "" = nothing."""
    try:
        plausibility.check(Path("r.csv"), content, needs_orientation)
    except RecordingError as error:
        return f"{error.what} {error.why} {error.way_out}"
    return ""


def notes(content: Content, needs_orientation: bool = True) -> str:
    """What ``check`` says of a content that it takes."""
    return " ".join(plausibility.check(Path("r.csv"), content, needs_orientation).notes)


def without_gyro(content: Content) -> Content:
    return content._replace(g=None)


# ---- what must be taken -------------------------------------------------------------------

SENSORS = {
    "as it is": lambda c: c,
    "noise": noisy,
    "no gyroscope": without_gyro,
    "a gyroscope of zeros": lambda c: c._replace(g=np.zeros_like(c.a)),
    "ends at 8 g": lambda c: clipped(c, 78.4),
    "ends at 2 g": lambda c: clipped(c, 19.6),
    "another mount": lambda c: noisy(mounted(c, (0.3, 0.5, -0.6, 0.2))),
    "lies flat": lambda c: without_gyro(mounted(c, (0.75, -0.64, 0.05, 0.1))),
    "in a pocket": lambda c: noisy(in_pocket(c)),
    "quantised": lambda c: Content(
        c.t_s, np.round(c.q * 16384) / 16384, np.round(c.a * 256) / 256, np.round(c.g * 512) / 512
    ),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "sensor"), list(each(PLANS, SENSORS)))
def test_what_can_be_true_is_taken(plan: str, sensor: str) -> None:
    content = SENSORS[sensor](made(plan))
    assert why(content) == ""
    if content.g is not None:
        assert why(content._replace(q=None), needs_orientation=False) == ""


@pytest.mark.parametrize("rate_hz", [25, 50, 200, 400, 1000])
def test_it_is_taken_at_any_rate(rate_hz: int) -> None:
    for sensor in ("as it is", "noise", "no gyroscope", "in a pocket"):
        assert why(SENSORS[sensor](made("session", rate_hz))) == ""


def test_samples_without_an_orientation_yet_do_not_count() -> None:
    content = made("session")
    q = content.q.copy()  # type: ignore[union-attr]
    q[:300] = 0
    assert why(content._replace(q=q)) == ""


def test_samples_far_apart_are_not_compared() -> None:
    """A pause of a minute in the middle, in which the clip was turned about."""
    content = made("session")
    assert why(content._replace(t_s=content.t_s + np.where(content.t_s > 12, 60, 0))) == ""


def test_a_sensor_that_is_turned_over_and_over_is_not_without_gravity() -> None:
    """In the wrong order of its quaternion its gravity points everywhere."""
    t_s = np.arange(0, 40, 0.01)
    half = np.stack([t_s * 0.7, t_s * 0.43], axis=1)
    q = np.stack([
        np.cos(half[:, 0]) * np.cos(half[:, 1]), np.sin(half[:, 0]) * np.cos(half[:, 1]),
        np.sin(half[:, 1]) * np.cos(half[:, 0]), np.sin(half[:, 0]) * np.sin(half[:, 1]),
    ], axis=1)  # fmt: skip
    good = Content(t_s, q, to_earth(inverted(q), np.tile([0, 0, 9.81], (len(q), 1))), None)
    assert why(good) == ""
    assert "order x, y, z, w" in why(wrong(good, "x y z w"))


# ---- what must be refused -----------------------------------------------------------------


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named(name: str) -> None:
    words = MISTAKES[name][1]
    for sensor in ("as it is", "in a pocket", "ends at 8 g"):
        assert words in why(wrong(SENSORS[sensor](made("session")), name)), sensor


@pytest.mark.parametrize("name", [name for name in MISTAKES if name not in OF_GYRO])
def test_it_is_named_without_a_gyroscope_too(name: str) -> None:
    assert MISTAKES[name][1] in why(wrong(without_gyro(made("session")), name))


@pytest.mark.parametrize(
    ("rate_hz", "name"),
    list(each((25, 1000), ("g", "ms", "°/s", "inverse", "y up", "constant"))),
)
def test_it_is_named_at_any_rate(rate_hz: int, name: str) -> None:
    assert MISTAKES[name][1] in why(wrong(made("session", rate_hz), name))


@pytest.mark.parametrize(
    ("plan", "name"),
    list(
        each(("run", "short run", "walk"), ("g", "ms", "°/s", "inverse", "x y z w", "no gravity"))
    ),
)
def test_it_is_named_of_a_part_of_a_session(plan: str, name: str) -> None:
    assert MISTAKES[name][1] in why(wrong(made(plan), name))


@pytest.mark.parametrize("name", ["g", "mg", "ms", "no gravity", "inverse", "y up", "identity"])
def test_it_is_named_of_somebody_who_only_stands(name: str) -> None:
    assert MISTAKES[name][1] in why(wrong(noisy(made("stand")), name))


@pytest.mark.parametrize(
    "names",
    [("°/s", "g"), ("inverse", "°/s"), ("x y z w", "g"), ("°/s", "ms"), ("inverse", "g", "ms"),
     ("y up", "°/s", "g"), ("no gravity", "°/s"), ("constant", "g"), ("y up", "inverse"),
     ("force negated", "g"), ("identity", "ms", "mg")],
)  # fmt: skip
def test_several_mistakes_are_named_at_once(names: tuple[str, ...]) -> None:
    said = why(wrong(made("session"), *names))
    for name in names:
        assert MISTAKES[name][1] in said


def test_force_and_gyroscope_in_other_axes_than_the_orientation() -> None:
    content = made("session")
    order, signs = [0, 2, 1], np.array([1, 1, -1])
    turned = content._replace(a=content.a[:, order] * signs, g=content.g[:, order] * signs)  # type: ignore[index]
    said = why(turned)
    assert "use other axes than the orientation" in said
    assert "Replace ax, ay, az and gx, gy, gz by ax, -az, ay and gx, -gz, gy" in said


def test_the_numbers_that_were_seen_are_said() -> None:
    said = why(wrong(made("session"), "g", "°/s"))
    assert re.search(r"the length of the force is (1|0\.99\d) m/s² at rest, not 9.81", said)
    assert re.search(r"the gyroscope turns 5[67]\.\d times as fast as the orientation", said)
    assert "; divide them by 57.2958, then type the command again" in said


def test_an_accelerometer_that_no_unit_explains() -> None:
    content = made("stand")
    assert "is 13.7 m/s² at rest" in why(content._replace(a=content.a * 1.4))
    assert "at rest the force is 10.49 m/s² long" in notes(content._replace(a=content.a * 1.07))


def test_a_step_needs_several_samples() -> None:
    content = made("session")
    for every, words in ((20, "every 0.2 s"), (7, "every 0.07 s")):  # of 7 no step is found
        slow = content.part(np.arange(0, len(content.t_s), every))
        assert f"a sample comes {words}, too rarely" in why(slow)
    assert why(content.part(np.arange(0, len(content.t_s), 5))) == ""


def test_a_sensor_that_is_slower_than_its_logger() -> None:
    content = noisy(made("session"))
    for each_value, words in ((5, ""), (8, "only every 0.08 s, though a sample comes every 0.01")):
        held = np.arange(len(content.t_s)) // each_value * each_value
        repeated = content.part(held)._replace(t_s=content.t_s)
        assert words in why(repeated) and bool(words) == bool(why(repeated))
    held = np.arange(len(content.t_s)) // 2 * 2
    assert "changes only every 0.02 s" in notes(content.part(held)._replace(t_s=content.t_s))


@pytest.mark.parametrize("sensors", [2, 3])
def test_samples_of_several_sensors_that_take_turns(sensors: int) -> None:
    plain = made("session")
    turns = ((1, 0, 0, 0), (0.3, 0.9, 0.1, -0.2), (0.1, -0.2, 0.9, 0.4))[:sensors]
    parts = [mounted(plain, turn) for turn in turns]
    mixed = Content(*(
        np.stack(column, axis=1).reshape(len(plain.t_s) * sensors, *column[0].shape[1:])
        for column in zip(*parts, strict=True)
    ))  # fmt: skip
    mixed = mixed._replace(t_s=np.arange(len(mixed.t_s)) * 0.01 / sensors)
    assert f"the samples of {sensors} sensors are in one file" in why(mixed)


def test_a_sensor_quicker_than_is_read_and_a_counter_for_the_time() -> None:
    content = made("session", 1000)
    quick = content._replace(t_s=content.t_s / 2)
    assert "in minutes, or 2000 samples a second were recorded" in why(quick)
    counted = made("session")._replace(t_s=np.arange(len(made("session").t_s), dtype=float))
    assert "in milliseconds, or counts the samples" in why(counted)


@pytest.mark.parametrize(
    ("factor", "first"),
    [(57.2958 * 16.4, "are the sensor's counts (16.4 for 1 °/s), or in thousandths of rad/s"),
     (1000.0, "are in thousandths of rad/s, or the sensor's counts (16.4 for 1 °/s)"),
     (57.2958 * 131, "are the sensor's counts (131.0 for 1 °/s)")],
)  # fmt: skip
def test_of_units_that_are_nearly_alike_both_are_named(factor: float, first: str) -> None:
    content = made("session")
    assert content.g is not None
    assert first in why(content._replace(g=content.g * factor))


# ---- what cannot be told, and what is doubtful ---------------------------------------------


def test_of_a_moment_one_cannot_tell() -> None:
    moment = wrong(made("stand").part(np.arange(40)), "g")
    assert "because the recording is too short" in notes(moment)


def test_what_could_not_be_checked_is_said_with_the_reason() -> None:
    stand = made("stand")
    assert "gyroscope against orientation, because nothing turns" in notes(noisy(stand))
    assert "because there is no gyroscope" in notes(without_gyro(made("run")))
    still = stand._replace(q=np.tile(stand.q[0], (len(stand.t_s), 1)), g=None)  # type: ignore[index]
    assert "the orientation, because it never changes" in notes(still)
    none = wrong(made("run"), "constant")._replace(g=np.zeros_like(made("run").a))
    assert "the lean, because neither orientation nor gyroscope was recorded" in notes(none)
    blind = made("run")._replace(q=None, g=None)
    assert "there is neither orientation nor gyroscope" in notes(blind, False)
    assert "the sensor hardly tilts;" in notes(made("stand")._replace(q=None), False)
    assert notes(made("session")) == ""


def test_doubts_are_said() -> None:
    assert "ends at 19.6 m/s² (2.0 g)" in notes(clipped(made("run"), 19.6))
    assert "ends at" not in notes(clipped(made("run"), 78.4))
    assert "the orientation comes 40 ms after the gyroscope" in notes(delayed(made("run"), 4))
    t_s = made("session").t_s
    gap = made("session")._replace(t_s=np.where(t_s > 12, t_s + 30, t_s))
    assert "no samples for 30.0 s in all, the longest time from 12 s on" in notes(gap)
    quick = made("session")._replace(t_s=made("session").t_s / 3)
    assert "0.33 times as fast as the orientation; perhaps t_s was computed" in notes(quick)


# ---- without an orientation ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["°/s", "gyro negated", "gyro's axes", "g", "ms"])
def test_force_and_gyroscope_are_compared_without_an_orientation(name: str) -> None:
    said = why(wrong(made("bow")._replace(q=None), name), needs_orientation=False)
    assert MISTAKES[name][1] in said


def test_a_gyroscope_in_degrees_is_too_quick_for_anybody() -> None:
    said = why(wrong(made("run")._replace(q=None), "°/s"), needs_orientation=False)
    assert "which is not possible" in said and "in °/s" in said
    bow = made("bow")
    assert bow.g is not None
    counts = bow._replace(q=None, g=bow.g * 57.2958 * 65.5)
    assert "the sensor's counts (65.5 for 1 °/s)" in why(counts, needs_orientation=False)


@pytest.mark.parametrize("name", ["inverse", "identity", "y up", "constant"])
def test_an_orientation_that_is_not_needed_is_left_out_where_it_is_wrong(name: str) -> None:
    found = plausibility.check(Path("r.csv"), wrong(made("session"), name), False)
    assert not found.orientation_fits
    assert found.notes[0].startswith("The recorded orientation was left out:")


# ---- files ----------------------------------------------------------------------------------


def test_a_file_is_refused_with_its_name_and_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    lines = csv_text(runner(run_s=12)).splitlines()
    path.write_text("\n".join(lines))
    assert len(recording.read(path)) == len(lines) - 1
    cells = [line.split(",") for line in lines[1:]]
    wrong_rows = [",".join([str(float(row[0]) * 1000), *row[1:]]) for row in cells]
    path.write_text("\n".join([lines[0], *wrong_rows]))
    with pytest.raises(RecordingError, match=r"r\.csv contradicts itself: a sample comes every 10"):
        recording.read(path)


def test_a_logger_that_does_not_state_its_unit_is_read_by_what_fits(tmp_path: Path) -> None:
    """Its documents say °/s; a file of it that was converted has rad/s under the same names."""
    path = tmp_path / "dot.csv"
    names = (
        "PacketCounter,SampleTimeFine,Quat_W,Quat_X,Quat_Y,Quat_Z,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,"
        "Gyr_Z"
    )
    made_run = runner(run_s=6)
    rows = np.column_stack([
        np.arange(len(made_run)), made_run.t_ms * 1000, made_run.q / 16384, made_run.a / 256,
    ])  # fmt: skip
    for factor in (1.0, 57.29578):
        table = np.hstack([rows, made_run.g / 512 * factor])
        np.savetxt(path, table, delimiter=",", header=names, comments="", fmt="%.9g")
        got = recording.read(path)
        assert np.array_equal(got.g, made_run.g) and np.array_equal(got.t_ms, made_run.t_ms)


def test_a_file_without_an_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leancue.recordings.csv_table._BYTES_MOST", 100_000)
    with pytest.raises(RecordingError, match="has more than"):
        recording.read("/dev/zero")


def test_real_recordings_pass(recordings_dir: Path) -> None:
    others = ("truth", "steps", "cadence", "cycles")
    files = [p for p in recordings_dir.glob("*.csv") if not any(word in p.name for word in others)]
    assert len(files) > 20
    for path in files:
        recording.read(path)
        recording.read(path, needs_orientation=False)
