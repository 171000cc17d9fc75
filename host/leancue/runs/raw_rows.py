"""Raw samples of the current log layout, from the rows that the clip writes.

How rows are stored: ``leancore/runlog/raw_rows.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from leancore.runlog import raw_rows as rows
from leancore.runlog.pages import PAGE_BYTES, Header
from leancore.runlog.raw_reading import row_ends
from leancore.sensor.sample import HAS_Q

from leancue.language.words import _
from leancue.runs.raw_columns import AnyIntegers, Integers, Raw, check_time

Bytes = npt.NDArray[np.uint8]
Pages = Sequence[tuple[memoryview, Header]]

_NARROW = np.dtype([("forces", "<i4"), ("rates", "u1", 3)])
_FORCES = np.dtype([("forces", "<u2", 3), ("rates", "u1", 3), ("kind", "u1")])
_ALL = np.dtype([("forces", "<u2", 3), ("rates", "<u2", 3), ("kind", "u1")])
_ORIENTATION = np.dtype([("q", "<i2", 4), ("kind", "u1")])
_TIME = np.dtype([("since_ms", "<u4"), ("least_ms", "u1"), ("flags", "u1"), ("kind", "u1")])


def count(page: memoryview, header: Header) -> int:
    """Number of samples in a page."""
    kinds = np.frombuffer(page, np.uint8)[_ends(page, header) - 1]
    return int(np.count_nonzero(_of_samples(kinds)))


def check(page: memoryview, header: Header, most_ms: int) -> None:
    """Raise ValueError for rows that no clip writes; ``most_ms``: of a run."""
    if not header.raw_bytes:
        return
    data, ends = np.frombuffer(page, np.uint8), _ends(page, header)
    kinds = data[ends - 1]
    if (kinds[:2] >> 1).tolist() != [rows.TIME >> 1, rows.ORIENTATION >> 1]:
        raise ValueError(_("holds a raw sample without a time or an orientation"))
    latest_ms = int(_read(data, ends[kinds == rows.TIME], _TIME)["since_ms"].max())
    check_time(latest_ms, most_ms)


def decoded(pages: Pages) -> Raw:
    """The samples of all pages, in order."""
    data = np.frombuffer(b"".join(page for page, _header in pages), np.uint8)
    each = [_ends(*page) + number * PAGE_BYTES for number, page in enumerate(pages)]
    ends = np.concatenate(each)
    is_sample = _of_samples(data[ends - 1])
    seconds, late_ms = _second_differences(data, ends[is_sample])
    since_ms, flags = _times(data, ends, is_sample, late_ms)
    q, has_q = _orientations(data, ends, is_sample)
    counts = np.array([np.count_nonzero(_of_samples(data[one - 1])) for one in each])
    values = _summed(_summed(seconds, counts), counts).view(np.int16)
    return Raw(since_ms, flags | has_q, q, values[:, :3], values[:, 3:])


def _ends(page: memoryview, header: Header) -> Integers:
    """Where in a page each row ends, in order of time; ValueError for rows cut short."""
    return np.array(row_ends(page, header), np.int64)


def _of_samples(kinds: Bytes) -> npt.NDArray[np.bool_]:
    return (kinds < rows.ORIENTATION) | (kinds >= rows.NARROW)


def _read(data: Bytes, ends: Integers, form: np.dtype[Any]) -> npt.NDArray[Any]:
    """The rows of one form that end there."""
    return data[(ends - form.itemsize)[:, None] + np.arange(form.itemsize)].view(form)[:, 0]


def _second_differences(data: Bytes, ends: Integers) -> tuple[AnyIntegers, Integers]:
    """Of samples [n]: second differences [n, 6] modulo 2**16, and how late each is (ms)."""
    kinds = data[ends - 1]
    found = np.empty((len(ends), 6), np.uint16)
    late_ms = (kinds & 1).astype(np.int64)
    for form, first in ((_FORCES, rows.FORCES), (_ALL, rows.ALL)):
        here = kinds >> 1 == first >> 1
        full = _read(data, ends[here], form)
        found[here, :3], found[here, 3:] = full["forces"], full["rates"]
    here = kinds >= rows.NARROW
    narrow = _read(data, ends[here], _NARROW)
    late_ms[here] = narrow["forces"] < 0
    found[here, :3] = narrow["forces"][:, None] >> np.array([0, 10, 20]) & 1023
    found[here, 3:] = narrow["rates"]
    return found - np.array([rows.FORCE_ZERO] * 3 + [rows.RATE_ZERO] * 3, np.uint16), late_ms


def _summed(values: AnyIntegers, counts: Integers) -> AnyIntegers:
    """Running sums of the rows modulo 2**16, beginning anew after each ``counts`` rows."""
    sums = np.cumsum(values, axis=0, dtype=np.uint16)
    firsts = (np.cumsum(counts) - counts)[counts > 0]
    before = np.vstack([np.zeros_like(sums[:1]), sums])[firsts]
    return sums - np.repeat(before, counts[counts > 0], axis=0)


def _times(
    data: Bytes, ends: Integers, is_sample: npt.NDArray[np.bool_], late_ms: Integers
) -> tuple[Integers, AnyIntegers]:
    """Of samples: ms since the run began, and flags without ``HAS_Q``."""
    is_time = data[ends - 1] == rows.TIME
    times = _read(data, ends[is_time], _TIME)
    # For each sample the last row with a time; a page begins with one.
    at = (np.cumsum(is_time) - 1)[is_sample]
    least_ms = times["least_ms"].astype(np.int64)
    passed_ms = np.cumsum(least_ms[at] + late_ms)
    before_ms = np.concatenate(([0], passed_ms))[np.searchsorted(at, np.arange(len(times)))]
    since_ms = times["since_ms"] - least_ms - before_ms
    return since_ms[at] + passed_ms, times["flags"][at]


def _orientations(
    data: Bytes, ends: Integers, is_sample: npt.NDArray[np.bool_]
) -> tuple[AnyIntegers, AnyIntegers]:
    """Of samples: the last orientation, and ``HAS_Q`` where it is new since the one before."""
    is_orientation = data[ends - 1] >> 1 == rows.ORIENTATION >> 1
    found = _read(data, ends[is_orientation], _ORIENTATION)
    at = (np.cumsum(is_orientation) - 1)[is_sample]
    is_own = (np.diff(at, prepend=-1) > 0) & (found["kind"][at] == rows.ORIENTATION)
    return found["q"][at], is_own * np.uint8(HAS_Q)
