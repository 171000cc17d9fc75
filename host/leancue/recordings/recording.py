"""Reading a recording: a CSV of orientation, specific force and (if there) rotation rate.

Columns by name, in any order: ``t_s``, ``qw qx qy qz`` (sensor → earth, z up), ``ax ay az``
(specific force, m/s²), and all or none of ``gx gy gz`` (rad/s). Other columns are ignored.
Values become the sensor's own integers, with its ranges, so that a replay sees what a clip sees.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from leancore.sensor.sample import A_LIMIT_Q8, CLIPPED, G_LIMIT_Q9, HAS_A, HAS_G, HAS_Q

from leancue.basis.errors import RecordingError
from leancue.basis.files import read_at_most
from leancue.recordings import recording_plausibility
from leancue.recordings.recording_plausibility import Content

NEEDED = ("t_s", "qw", "qx", "qy", "qz", "ax", "ay", "az")
GYRO = ("gx", "gy", "gz")

# BNO08x datasheet 1000-3927: ranges are fixed at ±8 g and ±2000 °/s; beyond them it saturates.
_A_MAX_Q8 = 20090
_G_MAX_Q9 = 17872
# The core refuses |q|² that is wrong by 3 %; a quaternion of zeros is the sensor's "no data yet".
_NORM_ERROR = 0.015
_T_MAX_S = 1e10
_BYTES_MOST = 200_000_000  # five hours and more at 100 Hz
_SPAN_MAX_S = 250_000  # the core's clock tells times apart that are less than 74 h from each other

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recording:
    """A recording in the sensor's own integers, n samples in order of time.

    ``t_ms`` [n]: the recording's own time; ``q`` [n, 4]: w x y z in Q14; ``a`` [n, 3]: m/s² in
    Q8; ``g`` [n, 3]: rad/s in Q9, zeros unless ``has_gyro``.
    """

    path: Path
    t_ms: Integers
    q: Integers
    a: Integers
    g: Integers
    has_gyro: bool

    def __len__(self) -> int:
        return len(self.t_ms)

    @property
    def seconds(self) -> float:
        """Time from the first sample to the last."""
        return float(self.t_ms[-1] - self.t_ms[0]) / 1000

    @property
    def flags(self) -> Integers:
        """Flags of the samples [n], as ``leancore.sensor.sample``."""
        clipped = (np.abs(self.a) >= A_LIMIT_Q8).any(axis=1)
        clipped |= (np.abs(self.g) >= G_LIMIT_Q9).any(axis=1)
        return np.where(clipped, CLIPPED, 0) | HAS_Q | HAS_A | (HAS_G if self.has_gyro else 0)

    def columns(self, part: slice = slice(None)) -> tuple[Integers, ...]:
        """Return times since the first sample, flags, q, a and g of the samples in ``part``."""
        since_ms = self.t_ms - self.t_ms[0]
        return tuple(column[part] for column in (since_ms, self.flags, self.q, self.a, self.g))


def read(path: str | Path) -> Recording:
    """Read a recording.

    Raises:
        RecordingError: naming file, line and column where something cannot be used.
    """
    path = Path(path)
    data = _bytes(path)
    names = _header(path, data)
    has_gyro = _has_gyro(path, names)
    wanted = NEEDED + (GYRO if has_gyro else ())
    _check_cells(path, data, len(names))
    values = _numbers(path, data, [names.index(name) for name in wanted], wanted)
    _check_values(path, data, values, wanted)
    gyro = values[:, 8:11] if has_gyro else None
    recording_plausibility.check(path, Content(values[:, 0], values[:, 1:5], values[:, 5:8], gyro))
    return _quantised(path, values, has_gyro)


def _quantised(path: Path, values: Floats, has_gyro: bool) -> Recording:
    gyro = values[:, 8:11] if has_gyro else np.zeros((len(values), 3))
    return Recording(
        path,
        np.rint(values[:, 0] * 1000).astype(np.int64),
        _integers(values[:, 1:5], 1 << 14, 32767),
        _integers(values[:, 5:8], 1 << 8, _A_MAX_Q8),
        _integers(gyro, 1 << 9, _G_MAX_Q9),
        has_gyro,
    )


def _integers(values: Floats, scale: int, most: int) -> Integers:
    return np.clip(np.rint(values * scale), -most, most).astype(np.int64)


def _bytes(path: Path) -> bytes:
    try:
        data = read_at_most(path, _BYTES_MOST)
    except OSError as error:
        raise RecordingError(
            f"Cannot read the recording {path}: {error.strerror or error}.",
            "The name may be misspelt, or it is a folder, or this user may not read it.",
            "Type `leancue replay RECORDING.csv --out DIR` with a file that is there.",
        ) from error
    if len(data) > _BYTES_MOST:
        raise RecordingError(
            f"The recording {path} has more than {_BYTES_MOST // 10**6} MB.",
            "It is another file, or of many hours.",
            "Cut it into pieces, then type the command again.",
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _problem(
            path, line, "holds bytes that are not text", "Save it as CSV in UTF-8."
        ) from error
    return data


def _header(path: Path, data: bytes) -> list[str]:
    """Return the names of the columns."""
    first = data.split(b"\n", 1)[0].decode("utf-8-sig")
    if not first.strip():
        raise _problem(path, 1, "is empty", f"A recording begins with a line {','.join(NEEDED)}.")
    names = [name.strip().strip('"') for name in first.split(",")]
    if len(names) == 1:
        raise _problem(
            path, 1, f"has no comma ({first.strip()[:40]!r})",
            "Save it with commas between the columns and points in the numbers.",
        )  # fmt: skip
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise _problem(path, 1, _missing(missing, names), "Add or rename the columns.")
    twice = sorted({name for name in names if name in NEEDED + GYRO and names.count(name) > 1})
    if twice:
        raise _problem(path, 1, f"has column {', '.join(twice)} twice", "Keep one of them.")
    return names


def _missing(missing: list[str], names: list[str]) -> str:
    if _is_number(names[0]):
        return "holds numbers where the names of the columns should be"
    unread = [name for name in names if name not in NEEDED + GYRO]
    near = {name: difflib.get_close_matches(name, unread, 1, 0.5) for name in missing}
    words = [f"{name} (is {near[name][0]} meant?)" if near[name] else name for name in missing]
    return f"lacks column {', '.join(words)}"


def _has_gyro(path: Path, names: list[str]) -> bool:
    missing = [name for name in GYRO if name not in names]
    if missing and len(missing) < len(GYRO):
        raise _problem(
            path, 1, f"lacks column {', '.join(missing)} though it has other gyro columns",
            "Give all of gx, gy, gz or none.",
        )  # fmt: skip
    return not missing


def _check_cells(path: Path, data: bytes, width: int) -> None:
    """Every line that is not blank has as many cells as there are column names."""
    letters = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(letters == ord("\n"))
    if not len(ends) or ends[-1] != len(letters) - 1:
        ends = np.append(ends, len(letters))
    commas = np.diff(np.searchsorted(np.flatnonzero(letters == ord(",")), ends), prepend=0)
    lengths = np.diff(ends, prepend=-1) - 1
    blank = (lengths == 0) | ((lengths == 1) & (letters[ends - 1] == ord("\r")))
    if blank[1:].all():
        raise _problem(path, 2, "has no samples under its column names", "Record again.")
    odd = np.flatnonzero((commas != width - 1) & ~blank)
    if len(odd):
        line = int(odd[0])
        raise _problem(
            path, line + 1, f"has {commas[line] + 1} cells where the first line has {width}",
            "Decimal commas or a line cut short do this; write decimal points, one sample a line.",
        )  # fmt: skip


def _numbers(path: Path, data: bytes, columns: list[int], wanted: tuple[str, ...]) -> Floats:
    try:
        return np.loadtxt(
            path, delimiter=",", skiprows=1, usecols=columns, comments=None, ndmin=2,
            encoding="utf-8-sig",
        )  # fmt: skip
    except ValueError as error:
        for line, cells in _lines(data):
            for column, name in zip(columns, wanted, strict=True):
                if not _is_number(cells[column]):
                    raise _problem(
                        path, line, f"holds {cells[column].strip()!r}, not a number",
                        "Correct it or leave the line out.", name,
                    ) from error  # fmt: skip
        raise _problem(path, 2, f"cannot be read ({error})", "Save it again as CSV.") from error


def _lines(data: bytes) -> list[tuple[int, list[str]]]:
    """Return (line number, cells) of the lines with samples; slow, for messages only."""
    lines = data.decode("utf-8-sig").split("\n")
    return [(i + 1, line.split(",")) for i, line in enumerate(lines) if i and line.strip()]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _check_values(path: Path, data: bytes, values: Floats, wanted: tuple[str, ...]) -> None:
    """Raise for the first sample with a value, a time or a quaternion that cannot be."""

    def problem(row: int, what: str, way_out: str, column: str = "") -> RecordingError:
        return _problem(path, _lines(data)[row][0], what, way_out, column)

    strange = ~np.isfinite(values)
    if strange.any():
        row, column = (int(i[0]) for i in np.nonzero(strange))
        what = f"holds {values[row, column]}"
        raise problem(row, what, "Leave out samples without data.", wanted[column])
    _check_times(values[:, 0], problem)
    norm = np.linalg.norm(values[:, 1:5], axis=1)
    if not norm.any():
        raise problem(0, "and all others hold no orientation", "Fill the columns qw, qx, qy, qz.")
    wrong = np.flatnonzero((np.abs(norm - 1) > _NORM_ERROR) & (norm > 0))
    if len(wrong):
        row = int(wrong[0])
        what = f"holds a quaternion of length {norm[row]:.3g}, not 1"
        raise problem(row, what, "Scale it to unit length, w first.", "qw, qx, qy, qz")


def _check_times(t_s: Floats, problem: Callable[..., RecordingError]) -> None:
    far = np.flatnonzero((np.abs(t_s) > _T_MAX_S) | (np.abs(t_s - t_s[0]) > _SPAN_MAX_S))
    if len(far):
        what = f"holds the time {t_s[far[0]]:g} s, too far from the others to be of one recording"
        way_out = "Times are in seconds; divide milliseconds by 1000."
        raise problem(int(far[0]), what, way_out, "t_s")
    late = np.flatnonzero(np.diff(np.rint(t_s * 1000)) <= 0)
    if not len(late):
        return
    row = int(late[0]) + 1
    before, now = t_s[row - 1], t_s[row]
    if now > before:
        what = f"comes {(now - before) * 1000:.2g} ms after the line before, closer than 1 ms"
        raise problem(row, what, "Resample it to 100 Hz.", "t_s")
    how = "repeats the time" if now == before else f"runs backwards from {before:g} s"
    raise problem(row, f"{how} ({now:g} s)", "Sort the samples by time, each once.", "t_s")


def _problem(path: Path, line: int, what: str, way_out: str, column: str = "") -> RecordingError:
    where = f"{path}, line {line}" + (f", column {column}" if column else "")
    return RecordingError(f"{where}: {what}.", "", f"{way_out} Then type the command again.")
