"""Recordings that contradict themselves: refused with the likely mistake; the others are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from host_runs import csv_text, runner
from leancue.basis.errors import RecordingError
from leancue.recordings import recording, recording_plausibility
from leancue.recordings.recording_plausibility import Content

HALF = 0.5**0.5


@pytest.fixture(scope="module")
def made() -> Content:
    run = runner(run_s=20)
    return Content(run.t_ms / 1000, run.q / 16384, run.a / 256, run.g / 512)


def why(content: Content) -> str:
    """What ``check`` refuses it for, "" = nothing."""
    try:
        recording_plausibility.check(Path("r.csv"), content)
    except RecordingError as error:
        return f"{error.what} {error.why} {error.way_out}"
    return ""


def inverted(q: np.ndarray) -> np.ndarray:
    return q * np.array([1, -1, -1, -1])


def turned(q: np.ndarray, w: float, x: float) -> np.ndarray:
    """The earth's frame is turned about its x axis."""
    return np.stack([
        w * q[:, 0] - x * q[:, 1], w * q[:, 1] + x * q[:, 0],
        w * q[:, 2] - x * q[:, 3], w * q[:, 3] + x * q[:, 2],
    ], axis=1)  # fmt: skip


def without_gravity(c: Content) -> Content:
    up = recording_plausibility._to_earth(inverted(c.q), np.tile([0, 0, 9.81], (len(c.q), 1)))
    return c._replace(a=c.a - up)


Wrong = Callable[[Content], Content]
WRONG: dict[str, tuple[Wrong, str]] = {
    "force in g": (lambda c: c._replace(a=c.a / 9.81), "ax, ay, az are in g"),
    "force in mg": (lambda c: c._replace(a=c.a * 1000 / 9.81), "in mg"),
    "force in cm/s²": (lambda c: c._replace(a=c.a * 100), "or in cm/s²"),
    "no gravity": (without_gravity, "without gravity"),
    "force negated": (lambda c: c._replace(a=-c.a), "ax, ay, az have the opposite sign"),
    "order x y z w": (lambda c: c._replace(q=c.q[:, [1, 2, 3, 0]]), "order x, y, z, w"),
    "inverted": (lambda c: c._replace(q=inverted(c.q)), "quaternion is inverted"),
    "y up": (lambda c: c._replace(q=turned(c.q, HALF, -HALF)), "y axis points up"),
    "z down": (lambda c: c._replace(q=turned(c.q, 0, 1)), "z axis points down"),
    "identity": (
        lambda c: c._replace(q=np.tile([1.0, 0, 0, 0], (len(c.q), 1))), "never filled in",
    ),
    "milliseconds": (lambda c: c._replace(t_s=c.t_s * 1000), "t_s is in milliseconds"),
}  # fmt: skip
WRONG_GYRO: dict[str, tuple[Wrong, str]] = {
    "gyro in °/s": (lambda c: c._replace(g=np.degrees(c.g)), "gx, gy, gz are in °/s"),
    "gyro in turns": (lambda c: c._replace(g=c.g / 6.2832), "turns a second"),
    "gyro negated": (lambda c: c._replace(g=-c.g), "gx, gy, gz have the opposite sign"),
    "gyro's axes": (lambda c: c._replace(g=c.g[:, [1, 2, 0]]), "order, signs or axes"),
}  # fmt: skip


@pytest.mark.parametrize("name", [*WRONG, *WRONG_GYRO])
def test_a_mistake_is_named(made: Content, name: str) -> None:
    wrong, words = (WRONG | WRONG_GYRO)[name]
    assert words in why(wrong(made))


@pytest.mark.parametrize("name", list(WRONG))
def test_it_is_named_without_a_gyroscope_too(made: Content, name: str) -> None:
    wrong, words = WRONG[name]
    assert words in why(wrong(made)._replace(g=None))


def resampled(c: Content, rate_hz: float) -> Content:
    """At another rate, with four decimals as loggers write them."""
    t_s = np.arange(c.t_s[0], c.t_s[-1], 1 / rate_hz)

    def at(values: np.ndarray) -> np.ndarray:
        columns = [np.interp(t_s, c.t_s, values[:, i]) for i in range(values.shape[1])]
        return np.round(np.stack(columns, axis=1), 4)

    q = at(c.q)
    return Content(t_s, q / np.linalg.norm(q, axis=1, keepdims=True), at(c.a), at(c.g))


@pytest.mark.parametrize("rate_hz", [25, 50, 100, 200, 400, 1000])
def test_good_ones_of_any_rate_pass(made: Content, rate_hz: float) -> None:
    good = resampled(made, rate_hz)
    assert why(good) == ""
    assert why(good._replace(g=None)) == ""
    assert why(good._replace(g=np.zeros_like(good.a))) == ""


def test_samples_without_an_orientation_yet_do_not_count(made: Content) -> None:
    q = made.q.copy()
    q[:300] = 0
    assert why(made._replace(q=q)) == ""


def test_a_force_that_only_a_wrong_orientation_averages_away_is_not_without_gravity(
    made: Content,
) -> None:
    """A sensor that is turned over and over: in the wrong order its gravity points everywhere."""
    t_s = np.arange(0, 40, 0.01)
    half = np.stack([t_s * 0.7, t_s * 0.43], axis=1)
    q = np.stack([
        np.cos(half[:, 0]) * np.cos(half[:, 1]), np.sin(half[:, 0]) * np.cos(half[:, 1]),
        np.sin(half[:, 1]) * np.cos(half[:, 0]), np.sin(half[:, 0]) * np.sin(half[:, 1]),
    ], axis=1)  # fmt: skip
    a = recording_plausibility._to_earth(inverted(q), np.tile([0, 0, 9.81], (len(q), 1)))
    good = Content(t_s, q, a, None)
    assert why(good) == ""
    said = why(good._replace(q=q[:, [1, 2, 3, 0]]))
    assert said and "without gravity" not in said


def test_a_clip_that_lies_still_says_nothing_of_its_gyroscope(made: Content) -> None:
    still = Content(
        made.t_s, np.tile(made.q[0], (len(made.q), 1)), np.tile(made.a[0], (len(made.q), 1)),
        np.full_like(made.a, 0.01),
    )  # fmt: skip
    assert why(still) == ""


def test_samples_far_apart_are_not_compared(made: Content) -> None:
    """A pause of a minute in the middle, in which the clip was turned about."""
    late = made.t_s + np.where(made.t_s > 12, 60, 0)
    assert why(made._replace(t_s=late)) == ""


def test_of_a_moment_one_cannot_tell(made: Content) -> None:
    short = Content(*(column[:150] for column in made))  # type: ignore[arg-type]
    assert why(short._replace(a=short.a / 9.81)) == ""


def test_a_file_is_refused_with_its_name_and_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    lines = csv_text(runner(run_s=12)).splitlines()
    path.write_text("\n".join(lines))
    assert len(recording.read(path)) == len(lines) - 1
    cells = [line.split(",") for line in lines[1:]]
    wrong = [",".join([str(float(c[0]) * 1000), *c[1:]]) for c in cells]
    path.write_text("\n".join([lines[0], *wrong]))
    with pytest.raises(RecordingError, match=r"r\.csv contradicts itself: a sample comes every 10"):
        recording.read(path)


def test_a_file_without_an_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "_BYTES_MOST", 100_000)
    with pytest.raises(RecordingError, match="has more than"):
        recording.read("/dev/zero")


def test_real_recordings_pass(recordings_dir: Path) -> None:
    others = ("truth", "steps", "cadence", "cycles")
    files = [p for p in recordings_dir.glob("*.csv") if not any(word in p.name for word in others)]
    assert len(files) > 20
    for path in files:
        recording.read(path)
