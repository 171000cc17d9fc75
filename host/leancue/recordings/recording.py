"""Reading a recording: a CSV of orientation, specific force and (if there) rotation rate.

Columns by name, in any order: ``t_s``, ``qw qx qy qz`` (sensor → earth, z up), ``ax ay az``
(specific force, m/s²), and all or none of ``gx gy gz`` (rad/s). Other columns are ignored. Names
and units of well-known loggers are read too (``known_columns``), and every form of table
(``csv_table``). Values become the sensor's own integers, with its ranges, so that a replay gets the
same input as a clip. An implausible recording is refused (``plausibility``).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from leancore.sensor.sample import A_LIMIT_Q8, CLIPPED, G_LIMIT_Q9, HAS_A, HAS_G, HAS_Q

from leancue.basis.errors import RecordingError
from leancue.recordings import known_columns, plausibility, recording_times, written_times
from leancue.recordings.csv_table import Table, is_number, problem, read_table
from leancue.recordings.known_columns import FORCE, ORIENTATION, RATE, TIME, Column
from leancue.recordings.plausibility.content import Content

# BNO08x datasheet 1000-3927: ranges are fixed at ±8 g and ±2000 °/s; beyond them it saturates.
_A_MAX_Q8 = 20090
_G_MAX_Q9 = 17872
# The core rejects |q|² that is off by 3 %; a quaternion of zeros is the sensor's "no data yet".
_NORM_ERROR = 0.015

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recording:
    """A recording in the sensor's own integers, n samples in order of time.

    ``t_ms`` [n]: the recording's own time; ``q`` [n, 4]: w x y z in Q14, zeros unless
    ``has_orientation``; ``a`` [n, 3]: m/s² in Q8; ``g`` [n, 3]: rad/s in Q9, zeros unless
    ``has_gyro``. ``notes``: how it was read, what could not be checked, and doubts, as text.
    """

    path: Path
    t_ms: Integers
    q: Integers
    a: Integers
    g: Integers
    has_gyro: bool
    has_orientation: bool = True
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.t_ms)

    @property
    def seconds(self) -> float:
        """Time from the first sample to the last."""
        return float(self.t_ms[-1] - self.t_ms[0]) / 1000

    @property
    def clipped(self) -> npt.NDArray[np.bool_]:
        """Whether a value of a sample [n] is at the end of the sensor's range."""
        of_a, of_g = np.abs(self.a).max(axis=1), np.abs(self.g).max(axis=1)
        at_end: npt.NDArray[np.bool_] = (of_a >= A_LIMIT_Q8) | (of_g >= G_LIMIT_Q9)
        return at_end

    @property
    def flags(self) -> Integers:
        """Flags of the samples [n], as ``leancore.sensor.sample``."""
        there = HAS_A | (HAS_G if self.has_gyro else 0) | (HAS_Q if self.has_orientation else 0)
        return np.where(self.clipped, CLIPPED, 0) | there

    def columns(self, part: slice = slice(None)) -> tuple[Integers, ...]:
        """Return times since the first sample, flags, q, a and g of the samples in ``part``."""
        since_ms = self.t_ms - self.t_ms[0]
        return tuple(column[part] for column in (since_ms, self.flags, self.q, self.a, self.g))


def read(path: str | Path, needs_orientation: bool = True) -> Recording:
    """Read a recording.

    Args:
        needs_orientation: False: qw, qx, qy, qz may be missing, or wrong; then they are left out.

    Raises:
        RecordingError: naming file, line and column where something cannot be used, or the likely
            mistake where the columns contradict each other.
    """
    table = read_table(Path(path), known_columns.known, ",".join((TIME, *ORIENTATION, *FORCE)))
    columns = known_columns.choose(table, needs_orientation)
    values = _numbers(table, columns)
    _check_finite(table, columns, values)
    first: RecordingError | None = None
    for choice in range(max(len(column.factors) for column in columns)):
        chosen = [column.factors[min(choice, len(column.factors) - 1)] for column in columns]
        try:
            return _checked(table, columns, values * chosen, needs_orientation, choice > 0)
        except RecordingError as error:
            first = first or error
    assert first
    raise first


def as_csv(recording: Recording) -> str:
    """Return a recording as text that ``read`` reads as the same integers."""
    values = (recording.t_ms / 1000, recording.q / 2**14, recording.a / 2**8, recording.g / 2**9)
    rows = np.column_stack(values).tolist()
    lines = [",".join(f"{value:.12g}" for value in row) for row in rows]
    return "\n".join([",".join(known_columns.OURS), *lines]) + "\n"


def _checked(
    table: Table, columns: list[Column], values: Floats, needs_orientation: bool, other_unit: bool
) -> Recording:  # fmt: skip
    """Return the recording of ``values``, in our units, if it can be true."""
    _check_repeated(values, _problem_of(table))
    at = {column.ours: values[:, i] for i, column in enumerate(columns)}
    has_orientation, has_gyro = "qw" in at, "gx" in at
    t_s = recording_times.rising(at[TIME], _problem_of(table))
    q = np.stack([at[name] for name in ORIENTATION], axis=1) if has_orientation else None
    if q is not None:
        _check_length(q, _problem_of(table))
    content = Content(
        t_s, q, np.stack([at[name] for name in FORCE], axis=1),
        np.stack([at[name] for name in RATE], axis=1) if has_gyro else None,
    )  # fmt: skip
    found = plausibility.check(table.path, content, needs_orientation)
    notes = _how_read(columns, other_unit) + found.notes
    if not found.orientation_fits:
        content = content._replace(q=None)
    return _quantised(table.path, content, notes)


def _problem_of(table: Table) -> Callable[..., RecordingError]:
    def problem_at(sample: int, what: str, way_out: str, column: str = "") -> RecordingError:
        return problem(table.path, table.line_of(sample), what, way_out, column)

    return problem_at


def _how_read(columns: list[Column], other_unit: bool) -> tuple[str, ...]:
    """Return which columns with other names were used."""
    if all(column.name.lower() == column.ours and column.factors == (1.0,) for column in columns):
        return ()
    words = []
    for column in columns:
        unit = "" if other_unit and len(column.factors) > 1 else column.unit
        words.append(f"{column.ours} from {column.name!r}" + (f" in {unit}" if unit else ""))
    return (f"Read {', '.join(words)}.",)


def _quantised(path: Path, content: Content, notes: tuple[str, ...]) -> Recording:
    t_s, q, a, g = content
    n = len(t_s)
    return Recording(
        path,
        np.rint(t_s * 1000).astype(np.int64),
        _integers(np.zeros((n, 4)) if q is None else q, 1 << 14, 32767),
        _integers(a, 1 << 8, _A_MAX_Q8),
        _integers(np.zeros((n, 3)) if g is None else g, 1 << 9, _G_MAX_Q9),
        g is not None,
        q is not None,
        notes,
    )


def _integers(values: Floats, scale: int, most: int) -> Integers:
    return np.clip(np.rint(values * scale), -most, most).astype(np.int64)


def _numbers(table: Table, columns: list[Column]) -> Floats:
    """Return the values [n, columns] as in the file."""
    dated = _dates(table, columns[0])
    wanted = columns if dated is None else columns[1:]
    try:
        values: Floats = np.loadtxt(
            io.StringIO(table.body.decode()), delimiter=",", comments=None, ndmin=2,
            usecols=[column.place for column in wanted],
        )  # fmt: skip
    except ValueError as error:
        raise _no_number(table, wanted, error) from error
    if dated is not None:
        return np.column_stack([dated, values])
    values[:, 0] = recording_times.unwrapped(values[:, 0])
    return values


def _dates(table: Table, time: Column) -> Floats | None:
    """Return a time column of dates as seconds; None if it holds numbers."""
    _line, cells = next(table.rows())
    if time.place >= len(cells) or is_number(cells[time.place]):
        return None
    texts = [cells[time.place] for _line, cells in table.rows()]
    seconds = written_times.in_seconds(texts)
    if isinstance(seconds, int):
        what = f"holds {texts[seconds].strip()!r}, neither a number nor a date that can be read"
        raise _problem_of(table)(seconds, what, written_times.WAY_OUT, time.name)
    return seconds


def _no_number(table: Table, columns: list[Column], error: ValueError) -> RecordingError:
    for line, cells in table.rows():
        if [cell.strip() for cell in cells] == table.names:
            return problem(
                table.path, line, "repeats the names of the columns",
                "The logger started again there: split the file into one per recording.",
            )  # fmt: skip
        for column in columns:
            if not is_number(cells[column.place]):
                return problem(
                    table.path, line, f"holds {cells[column.place].strip()!r}, not a number",
                    "Correct it, or delete the line.", column.name,
                )  # fmt: skip
    return problem(
        table.path, table.first_line, f"cannot be read ({error})", "Save it again as CSV."
    )


def _check_finite(table: Table, columns: list[Column], values: Floats) -> None:
    strange = ~np.isfinite(values)
    if strange.any():
        row, column = (int(i[0]) for i in np.nonzero(strange))
        what = f"holds {values[row, column]}"
        way_out = "Leave out samples without data."
        raise problem(table.path, table.line_of(row), what, way_out, columns[column].name)


def _check_repeated(values: Floats, problem_at: Callable[..., RecordingError]) -> None:
    repeated = np.flatnonzero((values[1:] == values[:-1]).all(axis=1)) + 1
    if len(repeated):
        what = "repeats the line before, including its time"
        others = f", as {len(repeated) - 1} others do" if len(repeated) > 1 else ""
        raise problem_at(int(repeated[0]), what + others, "Delete repeated lines.")


def _check_length(q: Floats, problem_at: Callable[..., RecordingError]) -> None:
    norm = np.linalg.norm(q, axis=1)
    if not norm.any():
        way_out = "Fill the columns qw, qx, qy, qz."
        raise problem_at(0, "and all others contain no orientation", way_out)
    wrong = np.flatnonzero((np.abs(norm - 1) > _NORM_ERROR) & (norm > 0))
    if len(wrong):
        row = int(wrong[0])
        what = f"contains a quaternion of length {norm[row]:.3g}, not 1"
        raise problem_at(row, what, "Scale it to unit length, w first.", "qw, qx, qy, qz")
