"""The log: pages by slot, found again after a restart, never overwritten, never renumbered."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from leancore.runlog.page_layout import records_of
from leancore.runlog.pages import FIRST, LAST, PAGE_BYTES, Header, Page, crc_ok
from leancue.runs.runlog import read_runs
from leandevice.storage.drive import Drive
from leandevice.storage.log_origin import ORIGIN_PAGES
from leandevice.storage.run_archive import RunArchive
from leandevice.storage.run_store import PATH, SPARE, RunStore

from boards.sim.flash import Flash

SLOTS = 12
ROOM = SLOTS - SPARE  # pages that may be begun
ERASED_SOME = 4


@pytest.fixture
def flash(tmp_path: Path) -> Flash:
    return made(tmp_path)


def made(folder: Path, slots: int = SLOTS) -> Flash:
    folder.mkdir(exist_ok=True)
    flash = Flash(folder, pages=slots + ORIGIN_PAGES + 8)
    flash.real_path(PATH).write_bytes(bytes((slots + ORIGIN_PAGES) * PAGE_BYTES))
    return flash


def opened(flash: Flash, writable: bool = True) -> RunStore:
    return RunStore(Drive(flash.open, flash.stat_size, writable, flash.sector_offset_of))


def write_page(store: RunStore, run_id: int, number: int, records: int = 3, flags: int = 0) -> bool:
    """Write a page that holds ``records`` records."""
    page = Page()
    page.begin(run_id)
    page.number = number
    for i in range(records):
        page.put(bytes((9, 2, number & 0xFF, i)), 4)
    page.close(number * 2000, 1_700_000_000, flags)
    return store.write(page.buf, Header(page.buf))


def write_run(store: RunStore, run_id: int, pages: int, closed: bool = True) -> int:
    """Write a run; return how many pages the log took."""
    for number in range(pages):
        last = LAST if closed and number == pages - 1 else 0
        if not write_page(store, run_id, number, 3, last | (FIRST if number == 0 else 0)):
            return number
    return pages


def facts(store: RunStore) -> list[tuple[int, int, int, int]]:
    return [(run.run_id, run.pages, run.seconds, run.closed) for run in store.runs]


def spoil(flash: Flash, run_id: int, number: int, least_records: int = 0) -> None:
    """Tear the copies of a page that hold so many records at least: only the front is whole."""
    real = flash.real_path(PATH)
    data = bytearray(real.read_bytes())
    for at in range(0, len(data), PAGE_BYTES):
        if data[at : at + 4] != b"LCUE":
            continue
        header = Header(data[at : at + PAGE_BYTES])
        wanted = (header.run_id, header.number) == (run_id, number)
        if wanted and header.record_bytes >= 4 * least_records:
            data[at + 256 : at + PAGE_BYTES] = b"\xff" * (PAGE_BYTES - 256)
    real.write_bytes(data)


def test_runs_are_found_again_after_a_restart(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 3)
    write_run(store, 2, 2, closed=False)
    expected = [(1, 3, 4, 1), (2, 2, 2, 0)]
    assert facts(store) == expected
    again = opened(flash)
    assert facts(again) == expected
    assert again.runs[0].wall_s == 1_700_000_000
    assert again.free_pages == store.free_pages == ROOM - 5


def test_pages_are_read_back_whole_in_any_order(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 3)
    write_run(store, 2, 3)
    for run_id, number in ((2, 2), (1, 0), (1, 1), (2, 0), (1, 2), (2, 1)):
        page = RunArchive(store).read(run_id, number)
        assert page is not None
        assert crc_ok(page)
        assert (Header(page).run_id, Header(page).number) == (run_id, number)
    assert RunArchive(store).read(1, 3) is None
    assert RunArchive(store).read(9, 0) is None


def test_a_full_log_says_so_and_keeps_what_it_has(flash: Flash) -> None:
    store = opened(flash)
    assert write_run(store, 1, SLOTS + 3) == ROOM
    assert store.free_pages == 0
    before = flash.real_path(PATH).read_bytes()
    assert write_run(store, 2, 1) == 0
    assert flash.real_path(PATH).read_bytes() == before
    assert facts(opened(flash)) == facts(store)


def test_a_page_that_grows_never_overwrites_its_only_copy(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 2)
    for number in range(3):
        for records in range(1, 9):
            before = [bytes(page) for n in range(3) if (page := RunArchive(store).read(2, n))]
            assert write_page(store, 2, number, records)
            data = flash.real_path(PATH).read_bytes()
            assert all(page in data for page in before)
            kept = RunArchive(store).read(2, number)
            assert kept is not None
            assert len(records_of(kept, Header(kept))) == 4 * records
    assert store.free_pages == ROOM - 5
    assert facts(opened(flash)) == facts(store) == [(1, 2, 2, 1), (2, 3, 4, 0)]
    assert opened(flash).free_pages == ROOM - 5


def test_a_page_can_still_grow_in_a_full_log(flash: Flash) -> None:
    store = opened(flash)
    assert write_run(store, 1, SLOTS, closed=False) == ROOM
    assert write_page(store, 1, ROOM - 1, 7, LAST)
    page = RunArchive(opened(flash)).read(1, ROOM - 1)
    assert page is not None
    assert len(records_of(page, Header(page))) == 28


@pytest.mark.parametrize("copies", range(1, 7))
def test_a_torn_copy_hides_no_whole_one(flash: Flash, copies: int) -> None:
    store = opened(flash)
    write_run(store, 1, 2)
    for records in range(1, copies + 1):
        write_page(store, 1, 2, records * 3, LAST if records == copies else 0)
    spoil(flash, 1, 2, copies * 3)
    again = opened(flash)
    page = RunArchive(again).read(1, 2)
    if copies == 1:
        assert page is None
        assert facts(again) == [(1, 2, 2, 1)]
    else:
        assert page is not None
        assert len(records_of(page, Header(page))) == 12 * (copies - 1)
        assert facts(again)[0][:2] == (1, 3)
    assert write_run(again, 2, 2) == 2
    assert [run.run_id for run in opened(flash).runs] == [1, 2]


def test_a_page_with_a_torn_header_makes_up_no_run(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 3)
    real = flash.real_path(PATH)
    data = bytearray(real.read_bytes())
    at = (ORIGIN_PAGES + 5) * PAGE_BYTES
    for run_id, number in ((0xFFFFFFFE, 0), (7, 60_000), (1, 65_534), (1, 1 << 31), (0, 1)):
        page = Page()
        page.begin(run_id)
        page.number = number
        page.close(0, 0, LAST)
        data[at : at + 40] = page.buf[:40]
        data[at + 40 : at + PAGE_BYTES] = b"\xa5" * (PAGE_BYTES - 40)
        real.write_bytes(data)
        again = opened(flash)
        assert facts(again) == facts(store)
        assert again.last_run == 1
        assert again.free_pages == store.free_pages


def test_a_page_with_a_torn_header_takes_no_memory_for_its_number(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 3)
    page = Page()
    page.begin(1)
    page.number = 65_534
    page.close(0, 0, LAST)
    real = flash.real_path(PATH)
    data = bytearray(real.read_bytes())
    at = (ORIGIN_PAGES + 5) * PAGE_BYTES
    data[at : at + 40] = page.buf[:40]
    peaks = []
    for log in (real.read_bytes(), bytes(data)):
        real.write_bytes(log)
        tracemalloc.start()
        opened(flash)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 2000


def test_erasing_gives_room_and_ends_when_all_is_gone(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 5)
    write_run(store, 2, 5)
    assert RunArchive(store).erase_some(1, ERASED_SOME) == 1
    assert facts(opened(flash))[0][:2] == (1, 1)  # what is left stands in the log
    assert RunArchive(store).erase_some(1, ERASED_SOME) == 0
    assert RunArchive(store).erase_some(1, ERASED_SOME) == 0
    assert [run.run_id for run in store.runs] == [2]
    assert write_run(store, 3, 4) == 4
    assert facts(opened(flash)) == facts(store)
    assert all(crc_ok(RunArchive(store).read(3, number) or b"") for number in range(4))


def test_an_erased_run_leaves_no_older_copy_behind(flash: Flash) -> None:
    store = opened(flash)
    for records in range(1, 6):
        write_page(store, 1, 0, records)
    while RunArchive(store).erase_some(1, ERASED_SOME):
        pass
    assert len(opened(flash).runs) == 0
    with pytest.raises(Exception, match="does not contain a run"):
        read_runs(flash.real_path(PATH))


def test_the_number_of_an_erased_run_never_comes_again(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 41, 3)
    while RunArchive(store).erase_some(41, ERASED_SOME):
        pass
    assert opened(flash).last_run == store.last_run == 41


def test_a_full_log_gives_up_the_oldest_pulled_run_and_no_other(flash: Flash) -> None:
    store = opened(flash)
    for run_id in (1, 2, 3):
        write_run(store, run_id, 3)
    RunArchive(store).mark_pulled(3)
    RunArchive(store).mark_pulled(2)
    assert store.free_pages == opened(flash).free_pages == 1 + 3 + 3 - 1
    store = opened(flash)  # the marks are in the log
    assert write_run(store, 4, 20) == 1 + 3 + 3 - 1  # a slot holds the marks
    assert [run.run_id for run in store.runs] == [1, 4]
    assert [run.run_id for run in opened(flash).runs] == [1, 4]
    assert all(RunArchive(store).read(1, number) for number in range(3))


def test_the_room_counts_the_pages_of_pulled_runs_whatever_becomes_of_them(flash: Flash) -> None:
    store = opened(flash)
    for run_id in (1, 2):
        write_run(store, run_id, 4)
    RunArchive(store).mark_pulled(1)
    assert store.free_pages == ROOM - 4 - 1  # another run, and the marks
    for number in range(3):
        write_page(store, 3, number)
        assert store.free_pages == opened(flash).free_pages == ROOM - 5 - number - 1
    RunArchive(store).mark_pulled(2)
    RunArchive(store).erase_some(2, 1)
    assert store.free_pages == opened(flash).free_pages == ROOM - 3 - 1
    list(RunArchive(store).forget())
    assert store.free_pages == ROOM


def fill(flash: Flash, run_ids: tuple[int, ...], anchored: bool = True) -> None:
    """A log as software before the marks left it: every slot taken, and perhaps no anchor."""
    if anchored:
        opened(flash)
    page = Page()
    with flash.real_path(PATH).open("r+b") as file:
        for i in range(SLOTS):
            page.begin(run_ids[i * len(run_ids) // SLOTS])
            page.number = i % (SLOTS // len(run_ids))
            page.put(b"\x09\x01\x00", 3)
            page.close(0, 0, 0)
            file.seek((i + ORIGIN_PAGES) * PAGE_BYTES)
            file.write(page.buf)


def test_a_log_without_a_free_slot_takes_marks_in_the_place_of_what_was_pulled(
    flash: Flash,
) -> None:
    fill(flash, (1, 2, 3))
    RunArchive(opened(flash)).mark_pulled(2)
    store = opened(flash)
    assert [(run.run_id, run.pages) for run in store.runs] == [(1, 4), (2, 3), (3, 4)]
    assert (store.pulled.has(2), store.last_run) == (True, 3)
    assert write_run(store, 4, 9) == 3 - SPARE  # those stay free, so that a page can grow
    assert write_page(store, 4, 0, 9)
    assert [run.run_id for run in store.runs] == [1, 3, 4]
    assert [run.run_id for run in opened(flash).runs if run.run_id != 2] == [1, 3, 4]


def test_a_run_of_one_page_makes_room_for_its_own_mark_and_keeps_its_number(flash: Flash) -> None:
    fill(flash, tuple(range(30, 30 + SLOTS)))
    store = opened(flash)
    RunArchive(store).mark_pulled(30 + SLOTS - 1)
    assert opened(flash).last_run == store.last_run == 30 + SLOTS - 1
    assert len(opened(flash).runs) == SLOTS - 1


def test_a_run_can_be_erased_from_a_log_without_a_free_slot(flash: Flash) -> None:
    fill(flash, (1, 2, 3))
    store = opened(flash)
    while RunArchive(store).erase_some(3, ERASED_SOME):
        pass
    assert [run.run_id for run in opened(flash).runs] == [1, 2]
    assert opened(flash).last_run == 3


def test_a_log_that_is_only_read_gives_nothing_up_so_a_mark_is_no_fault(flash: Flash) -> None:
    fill(flash, (1, 2, 3), anchored=False)
    before = flash.real_path(PATH).read_bytes()
    store = opened(flash)
    RunArchive(store).mark_pulled(2)
    assert not write_page(store, 4, 0)
    assert flash.real_path(PATH).read_bytes() == before


def test_a_log_that_is_only_read_can_be_emptied_and_is_written_again(flash: Flash) -> None:
    fill(flash, (1, 2, 3), anchored=False)
    store = opened(flash)
    for run_id in (1, 2, 3):
        while RunArchive(store).erase_some(run_id, ERASED_SOME):
            pass
    assert write_run(opened(flash), 4, 3) == 3


def test_a_log_that_was_forgotten_is_empty_and_serves_as_a_new_one(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 3)
    write_run(store, 2, 4, closed=False)
    RunArchive(store).mark_pulled(1)
    assert len(list(RunArchive(store).forget())) == SLOTS
    assert (len(store.runs), store.free_pages, store.pulled.has(1)) == (0, ROOM, False)
    assert set(flash.real_path(PATH).read_bytes()[ORIGIN_PAGES * PAGE_BYTES :]) == {0}
    assert write_run(store, 3, ROOM - 1) == ROOM - 1
    before = flash.real_path(PATH).read_bytes()
    RunArchive(store).mark_pulled(3)  # where the marks were lies a page now
    assert all(RunArchive(store).read(3, number) for number in range(ROOM - 1))
    again = opened(flash)
    read = RunArchive(again).read
    assert all(page in before for number in range(ROOM - 1) if (page := read(3, number)))
    assert facts(again) == facts(store) == [(3, ROOM - 1, 2 * (ROOM - 2), 1)]
    assert again.free_pages == store.free_pages


def test_marks_outlive_a_torn_newer_copy(flash: Flash) -> None:
    store = opened(flash)
    for run_id in (1, 2):
        write_run(store, run_id, 2)
        RunArchive(store).mark_pulled(run_id)
    spoil(flash, 2, 2)  # the marks' second generation
    again = opened(flash)
    assert (again.pulled.has(1), again.pulled.has(2)) == (True, False)
    assert again.last_run == 2
    RunArchive(again).mark_pulled(2)
    assert opened(flash).pulled.has(2)


def test_only_a_run_that_is_there_can_be_marked(flash: Flash) -> None:
    with pytest.raises(ValueError, match="no run 5"):
        RunArchive(opened(flash)).mark_pulled(5)


def test_a_foreign_page_is_left_alone(flash: Flash) -> None:
    store = opened(flash)
    write_run(store, 1, 2)
    with flash.real_path(PATH).open("r+b") as file:
        file.seek((ORIGIN_PAGES + 2) * PAGE_BYTES)
        file.write(b"LCUE\x63" + b"\xff" * 100)  # a layout of another release
        file.seek((ORIGIN_PAGES + 4) * PAGE_BYTES)
        file.write(b"\xff" * PAGE_BYTES)
    again = opened(flash)
    assert facts(again) == [(1, 2, 2, 1)]
    assert again.free_pages == ROOM - 2


def test_a_drive_that_refuses_raises_and_nothing_is_noted(flash: Flash) -> None:
    store = opened(flash)
    flash.fail_writes = True
    with pytest.raises(OSError):
        write_run(store, 1, 1)
    assert len(store.runs) == 0
    assert store.free_pages == ROOM
    flash.fail_writes = False
    assert write_run(store, 1, 1) == 1


def test_a_drive_that_refuses_from_the_start_lets_the_clip_start(tmp_path: Path) -> None:
    flash = made(tmp_path)
    flash.fail_writes = True
    assert opened(flash).slots == 0
    flash.fail_writes = False
    assert opened(flash).slots == SLOTS


def test_without_a_log_or_in_edit_mode_nothing_can_be_stored(flash: Flash) -> None:
    for store in (opened(flash, writable=False), opened(Flash(flash.folder / "other"))):
        assert store.slots == 0
        assert write_run(store, 1, 1) == 0
        assert RunArchive(store).read(1, 0) is None
        store.settle()
