"""More runs in the log than the list holds: nothing is lost, nothing is numbered twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from leancore.runlog.pages import PAGE_BYTES, Page
from leandevice.storage import page_table
from leandevice.storage.log_origin import ORIGIN_PAGES
from leandevice.storage.page_table import STALE, PageTable
from leandevice.storage.run_archive import RunArchive
from leandevice.storage.run_list import MOST_RUNS
from leandevice.storage.run_store import PATH, RunStore
from test_run_store import ERASED_SOME, made, opened, write_run

from boards.sim.flash import Flash

SLOTS = MOST_RUNS + 30


@pytest.fixture
def flash(tmp_path: Path) -> Flash:
    return made(tmp_path, SLOTS)


def fill(flash: Flash, runs: int) -> RunStore:
    store = opened(flash)
    for run_id in range(1, runs + 1):
        assert write_run(store, run_id, 1) == 1
    return store


def overfill(flash: Flash, runs: int) -> None:
    """A log as software with a longer list left it."""
    opened(flash)
    page = Page()
    with flash.real_path(PATH).open("r+b") as file:
        for i in range(runs):
            page.begin(i + 1)
            page.put(b"\x09\x01\x00", 3)
            page.close(0, 0, 0)
            file.seek((i + ORIGIN_PAGES) * PAGE_BYTES)
            file.write(page.buf)


def test_a_run_beyond_the_list_is_refused_and_the_runs_in_it_go_on(flash: Flash) -> None:
    store = fill(flash, MOST_RUNS)
    before = flash.real_path(PATH).read_bytes()
    assert write_run(store, MOST_RUNS + 1, 1) == 0
    assert flash.real_path(PATH).read_bytes() == before
    assert write_run(store, MOST_RUNS, 3) == 3
    assert len(opened(flash).runs) == len(store.runs) == MOST_RUNS


def test_the_oldest_pulled_run_gives_its_place_to_a_new_one(flash: Flash) -> None:
    store = fill(flash, MOST_RUNS)
    RunArchive(store).mark_pulled(7)
    assert write_run(store, MOST_RUNS + 1, 4) == 4
    ids = [run.run_id for run in store.runs]
    assert 7 not in ids and len(ids) == MOST_RUNS
    assert all(RunArchive(store).read(run_id, 0) for run_id in ids)
    again = opened(flash)
    assert {run.run_id for run in again.runs} >= set(ids) - {MOST_RUNS + 1}
    assert again.last_run == store.last_run == MOST_RUNS + 1


def test_an_erased_run_gives_its_place_to_a_new_one(flash: Flash) -> None:
    store = fill(flash, MOST_RUNS)
    while RunArchive(store).erase_some(3, ERASED_SOME):
        pass
    assert write_run(store, MOST_RUNS + 1, 2) == 2
    ids = [run.run_id for run in opened(flash).runs]
    assert ids == [run.run_id for run in store.runs]
    assert len(ids) == MOST_RUNS and 3 not in ids


def test_a_log_of_more_runs_keeps_all_and_lists_them_later(flash: Flash) -> None:
    overfill(flash, MOST_RUNS + 5)
    before = flash.real_path(PATH).read_bytes()
    store = opened(flash)
    assert len(store.runs) == MOST_RUNS
    assert store.last_run == MOST_RUNS + 5
    assert write_run(store, MOST_RUNS + 6, 1) == 0
    assert flash.real_path(PATH).read_bytes() == before
    for run_id in range(1, 6):
        while RunArchive(store).erase_some(run_id, ERASED_SOME):
            pass
    ids = [run.run_id for run in opened(flash).runs]
    assert ids == list(range(6, MOST_RUNS + 6))
    assert all(RunArchive(opened(flash)).read(run_id, 0) for run_id in ids[-5:])


def test_the_slots_of_a_struck_run_are_free_and_its_mark_stays() -> None:
    table = PageTable(4)
    table.claim(0, table.place_for(9), 0)
    table.claim(1, table.place_for(8), 0)
    table.release(0)
    table.drop_empty_runs()
    assert (table.place_of(9), table.owner[0], table.number[0]) == (0, page_table.OTHER, STALE)
    assert table.is_free(0) and not table.is_free(1) and table.free == 3
    assert table.has_copies(9) and table.slot_of(9, 0, 0) == -1
    assert table.place_for(7) == 1 and table.last_of(8) == 1


def test_three_bytes_a_slot() -> None:
    table = PageTable(2046)
    assert len(table.owner) + table.number.itemsize * len(table.number) == 6138
