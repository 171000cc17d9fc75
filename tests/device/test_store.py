"""The log: pages by slot, found again after a restart, never overwritten, never renumbered."""

from __future__ import annotations

from pathlib import Path

import pytest
from leancore.pages import FIRST, LAST, PAGE_BYTES, Header, Page, crc_ok
from leandevice.drive import Drive
from leandevice.store import PATH, Store

from boards.sim.flash import Flash

SLOTS = 12


@pytest.fixture
def flash(tmp_path: Path) -> Flash:
    flash = Flash(tmp_path, pages=SLOTS + 8)
    flash.real_path(PATH).write_bytes(bytes(SLOTS * PAGE_BYTES))
    return flash


def opened(flash: Flash, writable: bool = True) -> Store:
    return Store(Drive(flash.open, flash.stat_size, writable, flash.phase_of))


def write_run(store: Store, run_id: int, pages: int, closed: bool = True) -> int:
    """Write a run; return how many pages the log took."""
    page = Page()
    page.begin(run_id)
    for number in range(pages):
        last = LAST if closed and number == pages - 1 else 0
        page.number = number
        page.close(number * 2000, 1_700_000_000, last | (FIRST if number == 0 else 0))
        if not store.write(page.buf, Header(page.buf)):
            return number
    return pages


def facts(store: Store) -> list[tuple[int, int, int, int]]:
    return [(run.run_id, run.pages, run.seconds, run.closed) for run in store.runs]


def test_runs_are_found_again_after_a_restart(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 3)
    write_run(store, 2, 2, closed=False)
    expected = [(1, 3, 4, 1), (2, 2, 2, 0)]
    assert facts(store) == expected
    again = opened(flash)
    assert facts(again) == expected
    assert again.runs[0].wall_s == 1_700_000_000
    assert again.free_pages == store.free_pages == SLOTS - 5


def test_pages_are_read_back_whole_in_any_order(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 3)
    write_run(store, 2, 3)
    for run_id, number in ((2, 2), (1, 0), (1, 1), (2, 0), (1, 2), (2, 1)):
        page = store.read(run_id, number)
        assert page is not None
        assert crc_ok(page)
        assert (Header(page).run_id, Header(page).number) == (run_id, number)
    assert store.read(1, 3) is None
    assert store.read(9, 0) is None


def test_a_full_log_says_so_and_keeps_what_it_has(flash: Flash) -> None:
    store = opened(flash)
    assert write_run(store, 1, SLOTS + 3) == SLOTS
    assert store.free_pages == 0
    before = flash.real_path(PATH).read_bytes()
    assert write_run(store, 2, 1) == 0
    assert flash.real_path(PATH).read_bytes() == before
    assert facts(opened(flash)) == facts(store)


def test_erasing_gives_room_and_ends_when_all_is_gone(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 5)
    write_run(store, 2, 5)
    assert store.erase_some(1, 4) == 1
    assert facts(opened(flash))[0] == (1, 1, 0, 0)  # what is left stands in the log
    assert store.erase_some(1, 4) == 0
    assert store.erase_some(1, 4) == 0
    assert [run.run_id for run in store.runs] == [2]
    assert store.free_pages == SLOTS - 5
    assert write_run(store, 3, 7) == 7
    assert facts(opened(flash)) == facts(store)
    assert all(crc_ok(store.read(3, number) or b"") for number in range(7))


def test_a_torn_or_foreign_page_is_left_alone(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 2)
    with flash.real_path(PATH).open("r+b") as file:
        file.seek(2 * PAGE_BYTES)
        file.write(b"LCUE\x63" + b"\xff" * 100)  # a layout of another release
        file.seek(4 * PAGE_BYTES)
        file.write(b"\xff" * PAGE_BYTES)
    again = opened(flash)
    assert facts(again) == [(1, 2, 2, 1)]
    assert again.free_pages == SLOTS - 2


def test_a_drive_that_refuses_raises_and_nothing_is_noted(flash: Flash) -> None:
    store = opened(flash)
    flash.fail_writes = True
    with pytest.raises(OSError):
        write_run(store, 1, 1)
    assert store.runs == []
    assert store.free_pages == SLOTS
    flash.fail_writes = False
    assert write_run(store, 1, 1) == 1


def test_without_a_log_or_in_edit_mode_nothing_can_be_stored(flash: Flash) -> None:
    for store in (opened(flash, writable=False), opened(Flash(flash.folder / "other"))):
        assert store.slots == 0
        assert write_run(store, 1, 1) == 0
        assert store.read(1, 0) is None
        store.settle()
