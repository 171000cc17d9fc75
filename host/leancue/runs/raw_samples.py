"""The raw samples of a run, of all log layouts, decoded from the rows of its pages at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from leancore.runlog.pages import LAYOUT_VERSION, Header

from leancue.runs import older_raw_rows, raw_rows
from leancue.runs.raw_columns import Raw

Pages = Sequence[tuple[memoryview, Header]]


@dataclass(frozen=True)
class _Reader:
    """What reads a layout."""

    count: Callable[[memoryview, Header], int]
    check: Callable[[memoryview, Header, int], None]
    decoded: Callable[[Pages], Raw]


_OLDER = _Reader(older_raw_rows.count, older_raw_rows.check, older_raw_rows.decoded)
_READERS = {
    **dict.fromkeys(older_raw_rows.LAYOUTS, _OLDER),
    LAYOUT_VERSION: _Reader(raw_rows.count, raw_rows.check, raw_rows.decoded),
}


def count(page: memoryview, header: Header) -> int:
    """Number of samples in a page."""
    return _READERS[header.layout].count(page, header)


def check(page: memoryview, header: Header, most_ms: int) -> None:
    """Raise ValueError for rows that no clip writes; ``most_ms``: of a run."""
    _READERS[header.layout].check(page, header, most_ms)


def decoded(pages: Iterable[tuple[memoryview, Header]]) -> Raw:
    """The samples of all pages, in order."""
    parts = [
        _READERS[layout].decoded([*group])
        for layout, group in groupby(pages, lambda one: one[1].layout)
    ]
    if len(parts) == 1:
        return parts[0]
    return Raw(*(np.concatenate([getattr(part, name) for part in parts])
                 for name in Raw.__dataclass_fields__))  # fmt: skip


def last_ms(pages: Pages) -> int:
    """The time of the last sample; 0 without any. Only the page that holds it is decoded."""
    full = (one for one in reversed(pages) if count(*one))
    return next((int(decoded([one]).since_ms[-1]) for one in full), 0)
