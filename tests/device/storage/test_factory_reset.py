"""Everything is forgotten if the button was held until red, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from device_rig import clip
from leancore.runlog.pages import PAGE_BYTES, Header, Page
from leancore.schema import faults
from leandevice.feedback import feedback_patterns
from leandevice.power.retained_memory import FORGET
from leandevice.storage.log_origin import ORIGIN_PAGES
from leandevice.storage.run_store import PATH
from leandevice.storage.stored_config import FILES

from boards.sim.board import SimBoard

KEY = "5a" * 32
RUNS = (7, 8)
SECRET = b"what the runner did"


@pytest.fixture
def board(tmp_path: Path) -> SimBoard:
    """A clip with a key in both copies of its configuration, two runs, and a page given up."""
    board = clip(tmp_path, log_pages=40)
    config = board.app.config
    config.clinic = {"key": KEY, "counter": 3, "reads": 1}
    config.save()
    config.save()
    page = Page()
    for run_id in RUNS:
        page.begin(run_id)
        for number in range(3):
            page.number = number
            page.clear()
            page.put(SECRET, len(SECRET))
            page.close(0, 0, 0)
            assert board.app.store.write(page.buf, Header(page.buf))
    assert KEY.encode() in drive(board)
    return board


def drive(board: SimBoard) -> bytes:
    return b"".join(board.flash.real_path(path).read_bytes() for path in (*FILES, PATH))


def request(board: SimBoard) -> None:
    board.memory.request(FORGET)
    board.boot()


def is_forgotten(board: SimBoard) -> bool:
    return KEY.encode() not in drive(board) and SECRET not in drive(board)


def test_without_the_request_nothing_is_forgotten(board: SimBoard) -> None:
    board.boot()
    assert [run.run_id for run in board.app.store.runs] == list(RUNS)
    assert board.app.config.clinic["key"] == KEY


def test_key_and_runs_are_gone_from_the_flash_and_the_clip_says_so(board: SimBoard) -> None:
    patient = board.app.config.prescription["patient"]
    pulses = len(board.coin.pulses)
    request(board)
    assert is_forgotten(board)
    assert len(board.app.store.runs) == 0
    assert board.app.config.clinic["key"] == ""
    assert board.app.config.prescription["patient"] == patient  # nothing else is forgotten
    board.forward(1.0)
    assert len(board.coin.pulses) - pulses == feedback_patterns.FORGOTTEN[0][2]
    assert board.memory.requests == 0
    board.boot()
    assert board.app.store.free_pages == 40 - ORIGIN_PAGES - 2


def test_no_number_of_a_forgotten_run_comes_again(board: SimBoard) -> None:
    request(board)
    board.boot()
    assert board.app.register.next_id() == RUNS[-1] + 1


@pytest.mark.parametrize("writes", range(9))
def test_after_a_cut_the_next_start_goes_on(board: SimBoard, writes: int) -> None:
    """The drive refuses from some write on, as if the power had gone there."""
    allowed = board.flash.write_count + writes
    check = board.flash.check_write

    def refuse_later(size: int, offset: int, length: int) -> None:
        board.flash.fail_writes = board.flash.write_count >= allowed
        check(size, offset, length)

    board.flash.check_write = refuse_later  # type: ignore[method-assign]
    request(board)
    if not is_forgotten(board):
        assert board.memory.requests == FORGET
        assert board.app.recorder.faults.get(faults.LOG_WRITE)
    board.flash.check_write = check  # type: ignore[method-assign]
    board.flash.fail_writes = False
    board.boot()
    assert is_forgotten(board)
    assert board.memory.requests == 0


def test_in_edit_mode_the_request_waits(board: SimBoard) -> None:
    board.memory.request(FORGET)
    board.power_cycle(edit=True)
    assert not is_forgotten(board)
    board.power_cycle()
    assert is_forgotten(board)


def test_the_pages_of_the_log_keep_their_place(board: SimBoard) -> None:
    before = board.flash.real_path(PATH).read_bytes()[: ORIGIN_PAGES * PAGE_BYTES]
    request(board)
    assert board.flash.real_path(PATH).read_bytes()[: ORIGIN_PAGES * PAGE_BYTES] == before
