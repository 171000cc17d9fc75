"""Slots of the log: their offset is measured once, stored in origin pages, and never guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from leancore.runlog.pages import PAGE_BYTES, Header, Page
from leancue.runs.runlog import read_runs
from leandevice.storage import sector_alignment
from leandevice.storage.drive import Drive
from leandevice.storage.log_origin import ORIGIN_PAGES
from leandevice.storage.page_store import PageStore
from leandevice.storage.run_store import PATH, RunStore

from boards.sim.flash import Flash

FILE_PAGES = 20
ERASE_MS = 50


class Timed:
    """A file of a drive that keeps one sector in memory; its sectors begin at ``first_block``.

    From block ``moved_at`` on they begin a block further: there the file's second piece lies.
    """

    def __init__(
        self, first_block: int, disturbed_at: tuple[int, ...] = (), pages: int = 200,
        moved_at: int = 1 << 30,
    ) -> None:  # fmt: skip
        self.now_ms = (1 << 29) - 60  # the ticks wrap meanwhile
        self.writes = 0
        self.lowest = self.blocks = pages * PAGE_BYTES // 512
        self._first = first_block
        self._moved_at = moved_at
        self._disturbed = disturbed_at
        self._block = 0
        self._sector = -1

    def seek(self, at: int, whence: int = 0) -> int:
        assert at % 512 == 0
        self._block = at // 512 + (self.blocks if whence == 2 else 0)
        return self._block * 512

    def write(self, data: bytes) -> int:
        assert self._block < self.blocks, "the file would grow"
        self.lowest = min(self.lowest, self._block)
        moved = self._block >= self._moved_at
        sector = (self._block - self._first - moved) // 8
        self.writes += 1
        if sector != self._sector or self.writes in self._disturbed:
            self.now_ms += ERASE_MS
        self._sector = sector
        self._block += 1
        return len(data)

    def ticks_ms(self) -> int:
        return self.now_ms % (1 << 29)


@pytest.mark.parametrize("block", range(8))
def test_the_first_block_of_a_sector_is_found_by_its_time(block: int) -> None:
    file = Timed(block)
    assert sector_alignment.measure(file, file.ticks_ms) == block * 512
    assert file.lowest >= 8  # before lies perhaps another file's sector


def test_one_measurement_that_was_disturbed_does_no_harm() -> None:
    file = Timed(3, disturbed_at=(5,))
    assert sector_alignment.measure(file, file.ticks_ms) == 3 * 512


def test_a_measurement_further_on_that_was_disturbed_does_no_harm() -> None:
    for at in range(4, 12 * 17, 9):
        file = Timed(3, disturbed_at=(at, at + 1))
        assert sector_alignment.measure(file, file.ticks_ms) == 3 * 512


@pytest.mark.parametrize("pages", [5, 6, 14, 64, 2048])
def test_a_file_in_one_piece_may_be_short_or_long(pages: int) -> None:
    file = Timed(5, pages=pages)
    assert sector_alignment.measure(file, file.ticks_ms) == 5 * 512


@pytest.mark.parametrize("pages", [14, 200, 2048])
def test_a_file_in_pieces_has_no_place_of_its_sectors(pages: int) -> None:
    """Wherever the second piece begins, if it has an eighth of the file."""
    for eighth in range(1, 8):
        file = Timed(5, pages=pages, moved_at=pages * eighth)
        assert sector_alignment.measure(file, file.ticks_ms) is None
    file = Timed(5, pages=pages, moved_at=pages * 8 - 18)
    assert sector_alignment.measure(file, file.ticks_ms) is None


@pytest.mark.parametrize("disturbed", [tuple(range(100)), (5, 22), (3, 4, 5, 25, 40)])
def test_times_that_do_not_tell_give_no_place(disturbed: tuple[int, ...]) -> None:
    file = Timed(3, disturbed)
    assert sector_alignment.measure(file, file.ticks_ms) in (None, 3 * 512)
    file = Timed(3, tuple(range(100)))
    assert sector_alignment.measure(file, file.ticks_ms) is None


def made(folder: Path) -> Flash:
    flash = Flash(folder, pages=FILE_PAGES + 8)
    flash.real_path(PATH).write_bytes(bytes(FILE_PAGES * PAGE_BYTES))
    return flash


def drive(flash: Flash, place: int | None) -> Any:
    return Drive(flash.open, flash.stat_size, True, lambda file: place)


def write_pages(store: RunStore, run_id: int, count: int) -> None:
    page = Page()
    page.begin(run_id)
    for number in range(count):
        page.number = number
        page.put(bytes((9, 1, number)), 3)
        page.close(number, 0, 0)
        assert store.write(page.buf, Header(page.buf))


@pytest.mark.parametrize("place", [0, 512, 3584, None])
def test_the_place_is_measured_once(tmp_path: Path, place: int | None) -> None:
    flash = made(tmp_path)
    store = RunStore(drive(flash, place))
    write_pages(store, 1, 3)
    again = RunStore(drive(flash, 1024))  # another answer is not asked for
    assert (again.slots, [run.pages for run in again.runs]) == (store.slots, [3])
    # A desk that has the whole log as a file finds its pages, wherever they begin.
    (run,) = read_runs(flash.real_path(PATH))
    assert [page.header.number for page in run.pages] == [0, 1, 2]


@pytest.mark.parametrize("place", [512, None])
def test_one_anchor_is_enough(tmp_path: Path, place: int | None) -> None:
    flash = made(tmp_path)
    store = RunStore(drive(flash, place))
    write_pages(store, 1, 3)
    first = 512 if place else PAGE_BYTES
    with flash.real_path(PATH).open("r+b") as file:
        file.seek(first)
        file.write(b"\xa5" * PAGE_BYTES)
    again = RunStore(drive(flash, 1024))
    assert (again.slots, [run.pages for run in again.runs]) == (store.slots, [3])


def test_a_log_whose_anchors_are_gone_is_read_and_not_written(tmp_path: Path) -> None:
    flash = made(tmp_path)
    write_pages(RunStore(drive(flash, 512)), 1, 3)
    with flash.real_path(PATH).open("r+b") as file:
        file.write(b"\xa5" * (512 + ORIGIN_PAGES * PAGE_BYTES))
    before = flash.real_path(PATH).read_bytes()
    again = RunStore(drive(flash, 0))
    assert [run.pages for run in again.runs] == [3]
    page = Page()
    page.begin(2)
    page.close(0, 0, 0)
    assert not again.write(page.buf, Header(page.buf))
    assert again.free_pages == 0
    assert flash.real_path(PATH).read_bytes() == before


def test_a_log_too_short_for_a_slot_is_no_log(tmp_path: Path) -> None:
    flash = Flash(tmp_path, pages=8)
    flash.real_path(PATH).write_bytes(bytes(2 * PAGE_BYTES))
    assert PageStore(drive(flash, 0), PATH).count == 0
