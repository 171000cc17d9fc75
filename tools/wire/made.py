"""A synthetic run: its pages, and a drive whose log holds them."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from leancore.runlog.pages import FIRST, LAST, Header, Page
from leancore.runlog.raw_rows import RAW_MOST_BYTES
from leancore.sensor.sample import Sample
from leandevice.storage.drive import Drive
from leandevice.storage.run_store import PATH, RunStore

from boards.sim.flash import Flash

_NAMES = ("qw", "qx", "qy", "qz", "ax", "ay", "az", "gx", "gy", "gz")
_SPARE_PAGES = 16


@cache
def made_pages(count: int) -> tuple[bytes, ...]:
    """Return the ``count`` pages of run 1, full of raw samples, as in a raw run."""
    page, sample = Page(), Sample()
    page.begin(1)
    chance = random.Random(1)
    made = []
    since_ms = 0
    for number in range(count):
        page.clear()
        page.number = number
        first_ms = since_ms
        while page.free_bytes >= RAW_MOST_BYTES:
            for name in _NAMES:
                setattr(sample, name, round(chance.gauss(0, 2000)))
            page.put_raw(sample, since_ms)
            since_ms += 10
        flags = FIRST * (number == 0) | LAST * (number == count - 1)
        page.close(first_ms, 1_700_000_000, flags)
        made.append(bytes(page.buf))
    return tuple(made)


def write_log(folder: Path, count: int) -> int:
    """Write that run to the log in ``folder``, as the clip does; return the number of its pages."""
    folder.mkdir(parents=True, exist_ok=True)
    slots = count + _SPARE_PAGES
    flash = Flash(folder, pages=slots + 64)
    with flash.open(PATH, "wb") as file:
        file.truncate(slots * len(made_pages(1)[0]))
    store = RunStore(Drive(flash.open, flash.stat_size, sector_offset_of=flash.sector_offset_of))
    for page in made_pages(count):
        if not store.write(page, Header(page)):
            raise ValueError(f"the log has no room for {count} pages")
    return slots
