"""The raw samples of a run, decoded from the rows of its pages at once (``runlog/pages.py``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from leancore.runlog.pages import (
    CRC_AT,
    OLD_LAYOUT_VERSION,
    OLD_RAW_BYTES,
    RAW_BYTES,
    TIMED,
    Header,
    raw_width,
)

from leancue.language.words import _

Integers = npt.NDArray[np.int64]
AnyIntegers = npt.NDArray[Any]  # with the width of the log
Rows = npt.NDArray[np.uint8]

# Like leancore.runlog.pages.RAW; `q` and `since_ms` of RAW_TIMED overlap its numbers.
_ROW = np.dtype({
    "names": ["after_ms", "flags", "a", "g", "q", "since_ms"],
    "formats": ["u1", "u1", ("<i2", 3), ("<i2", 3), ("<i2", 4), "<u4"],
    "offsets": [0, 1, 2, 8, 2, 10],
    "itemsize": RAW_BYTES,
})  # fmt: skip
# Lower 16 bits of the ms since the run began, flags, q, a, g.
_OLD_ROW = np.dtype(
    [("low_ms", "<u2"), ("flags", "u1"), ("q", "<i2", 4), ("a", "<i2", 3), ("g", "<i2", 3)]
)
assert _OLD_ROW.itemsize == OLD_RAW_BYTES


@dataclass(frozen=True)
class Raw:
    """Raw samples [n]: ``since_ms`` since the run began, ``flags``, ``q`` [n, 4] (w x y z, Q14),
    ``a`` [n, 3] (m/s², Q8), ``g`` [n, 3] (rad/s, Q9). ``q`` without ``HAS_Q`` is the last one.
    """

    since_ms: Integers
    flags: AnyIntegers
    q: AnyIntegers
    a: AnyIntegers
    g: AnyIntegers

    def __len__(self) -> int:
        return len(self.since_ms)


def rows_of(page: memoryview, header: Header) -> Rows:
    """The rows of a page [n, bytes] in order of time, as a view: they are stored backwards."""
    backwards = np.frombuffer(page[CRC_AT - header.raw_bytes : CRC_AT], np.uint8)
    return backwards.reshape(-1, raw_width(header.layout))[::-1]


def count(page: memoryview, header: Header) -> int:
    """Number of samples in a page."""
    if header.layout == OLD_LAYOUT_VERSION:
        return header.raw_rows
    return header.raw_rows - int(np.count_nonzero(rows_of(page, header)[:, 1] & TIMED))


def check(page: memoryview, header: Header, most_ms: int) -> None:
    """Raise ValueError for rows that no clip writes; ``most_ms``: of a run."""
    if header.layout == OLD_LAYOUT_VERSION or not header.raw_rows:
        return
    backwards = np.frombuffer(page[CRC_AT - header.raw_bytes : CRC_AT], _ROW)
    is_timed = backwards["flags"] & TIMED != 0
    if not is_timed[-1]:
        raise ValueError(_("holds a raw sample without a time"))
    latest_ms = int(backwards["since_ms"][is_timed].max())
    if latest_ms > most_ms:
        hours = f"{latest_ms / 3_600_000:.0f}"
        raise ValueError(_("holds a raw sample {hours} h after its run began", hours=hours))


def decoded(pages: Iterable[tuple[memoryview, Header]]) -> Raw:
    """The samples of all pages, in order."""
    parts = [
        _old([*group]) if layout == OLD_LAYOUT_VERSION else _new([*group])
        for layout, group in groupby(pages, lambda one: one[1].layout)
    ]
    if len(parts) == 1:
        return parts[0]
    return Raw(*(np.concatenate([getattr(part, name) for part in parts])
                 for name in Raw.__dataclass_fields__))  # fmt: skip


def last_ms(pages: Sequence[tuple[memoryview, Header]]) -> int:
    """The time of the last sample; 0 without any. Only the page that holds it is decoded."""
    full = (one for one in reversed(pages) if count(*one))
    return next((int(decoded([one]).since_ms[-1]) for one in full), 0)


def _new(pages: Sequence[tuple[memoryview, Header]]) -> Raw:
    rows = np.concatenate([rows_of(*page) for page in pages]).reshape(-1).view(_ROW)
    is_timed = rows["flags"] & TIMED != 0
    # For each row the preceding timed row; a page begins with one.
    timed_at = np.maximum.accumulate(np.where(is_timed, np.arange(len(rows)), 0))
    passed_ms = np.cumsum(np.where(is_timed, 0, rows["after_ms"]), dtype=np.int64)
    since_ms = rows["since_ms"].astype(np.int64)[timed_at] + passed_ms - passed_ms[timed_at]
    samples = rows[~is_timed]
    return Raw(
        since_ms[~is_timed],
        samples["flags"],
        rows["q"][timed_at[~is_timed]],
        samples["a"],
        samples["g"],
    )


def _old(pages: Sequence[tuple[memoryview, Header]]) -> Raw:
    samples = np.concatenate([rows_of(*page) for page in pages]).reshape(-1).view(_OLD_ROW)
    counts = np.array([header.raw_rows for _page, header in pages])
    pages_ms = np.array([header.since_ms for _page, header in pages], np.int64)
    since_ms = _unwrapped(samples["low_ms"].astype(np.int64), counts, pages_ms)
    return Raw(since_ms, *(samples[name] for name in ("flags", "q", "a", "g")))


def _unwrapped(low_ms: Integers, counts: Integers, pages_ms: Integers) -> Integers:
    """Return full times from their lower 16 bits, restarting at each page's own time."""
    full = counts > 0
    firsts = (np.cumsum(counts) - counts)[full]
    step_ms = np.diff(low_ms, prepend=0)
    step_ms[firsts] = low_ms[firsts] - pages_ms[full]
    elapsed_ms = np.cumsum(step_ms & 0xFFFF)
    before_ms = np.concatenate(([0], elapsed_ms))[firsts]
    return elapsed_ms + np.repeat(pages_ms[full] - before_ms, counts[full])
