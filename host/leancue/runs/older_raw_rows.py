"""Raw samples of log layouts 2 and 3, whose rows all have the same length; no clip writes them now.

Rows are stored backwards from the end of a page. In layout 3 the row of a sample is preceded by one
with an orientation and a full time where there is one; in layout 2 each row has an orientation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from leancore.runlog.pages import CRC_AT, RAW_UNIT_BYTES, Header

from leancue.language.words import _
from leancue.runs.raw_columns import Integers, Raw, check_time

Rows = npt.NDArray[np.uint8]
Pages = Sequence[tuple[memoryview, Header]]

LAYOUTS = 2, 3
_TIMED = 0x80  # among the flags of a row
# `q` and `since_ms` of a row with a time overlap the numbers of a sample.
_ROW = np.dtype({
    "names": ["after_ms", "flags", "a", "g", "q", "since_ms"],
    "formats": ["u1", "u1", ("<i2", 3), ("<i2", 3), ("<i2", 4), "<u4"],
    "offsets": [0, 1, 2, 8, 2, 10],
    "itemsize": RAW_UNIT_BYTES[3],
})  # fmt: skip
# Lower 16 bits of the ms since the run began, flags, q, a, g.
_OLDEST_ROW = np.dtype(
    [("low_ms", "<u2"), ("flags", "u1"), ("q", "<i2", 4), ("a", "<i2", 3), ("g", "<i2", 3)]
)


def _rows_of(page: memoryview, header: Header) -> Rows:
    """The rows of a page [n, bytes] in order of time, as a view: they are stored backwards."""
    backwards = np.frombuffer(page[CRC_AT - header.raw_bytes : CRC_AT], np.uint8)
    return backwards.reshape(-1, RAW_UNIT_BYTES[header.layout])[::-1]


def count(page: memoryview, header: Header) -> int:
    """Number of samples in a page."""
    if header.layout == 2:
        return header.raw_units
    return header.raw_units - int(np.count_nonzero(_rows_of(page, header)[:, 1] & _TIMED))


def check(page: memoryview, header: Header, most_ms: int) -> None:
    """Raise ValueError for rows that no clip writes; ``most_ms``: of a run."""
    if header.layout == 2 or not header.raw_units:
        return
    backwards = np.frombuffer(page[CRC_AT - header.raw_bytes : CRC_AT], _ROW)
    is_timed = backwards["flags"] & _TIMED != 0
    if not is_timed[-1]:
        raise ValueError(_("holds a raw sample without a time"))
    latest_ms = int(backwards["since_ms"][is_timed].max())
    check_time(latest_ms, most_ms)


def decoded(pages: Pages) -> Raw:
    """The samples of pages of one layout, in order."""
    return _layout_2(pages) if pages[0][1].layout == 2 else _layout_3(pages)


def _layout_3(pages: Pages) -> Raw:
    rows = np.concatenate([_rows_of(*page) for page in pages]).reshape(-1).view(_ROW)
    is_timed = rows["flags"] & _TIMED != 0
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


def _layout_2(pages: Pages) -> Raw:
    samples = np.concatenate([_rows_of(*page) for page in pages]).reshape(-1).view(_OLDEST_ROW)
    counts = np.array([header.raw_units for _page, header in pages])
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
