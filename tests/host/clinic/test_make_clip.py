"""Make a clip, on the page: a board in its boot loader, a folder of downloads, folder drives."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from clinic_rig import person, served
from drive_rig import blank, what_starts
from leancue.basis.errors import InstallError, LoaderFailed
from leancue.clip import devices
from leancue.installer import making
from leancue.installer.uf2 import FAMILIES
from leancue.language.words import speak
from loader_rig import FEATHER, RP2040, RP2350, Board, firmware, written

# In the program of the page: drives are folders; the board takes the file, and comes as CIRCUITPY.
_BEFORE = """
import shutil
from pathlib import Path
from leancue.installer import circuitpython, drives, log_length
from leancue.clinic import make_clip
top = Path({top!r})
drives.mount_points = lambda: [p for p in (top / "LOADER", top / "CIRCUITPY") if p.is_dir()]
drives.unmounted = lambda: None
make_clip.downloads = lambda: top / "Downloads"
circuitpython._LOOK_S = 0.01
circuitpython.BACK_TIMEOUT_S = 0.1
copy = circuitpython.copy
def taken(loader, found, progress):
    done = copy(loader, found, progress)
    shutil.rmtree(top / "LOADER")
    if (top / "AFTERWARDS").is_dir():
        (top / "AFTERWARDS").rename(top / "CIRCUITPY")
    return done
circuitpython.copy = taken
"""


def board(top: Path, info: str = RP2040) -> None:
    """A board in its boot loader, and what comes of it."""
    (top / "Downloads").mkdir()
    (top / "LOADER").mkdir()
    (top / "LOADER" / "INFO_UF2.TXT").write_text(info)
    blank(top / "AFTERWARDS", board="raspberry_pi_pico")


def locked_drive(root: Path) -> None:
    """A drive whose file is there and cannot be read."""
    root.mkdir()
    (root / "boot_out.txt").symlink_to("/proc/self/mem")  # nothing is at its beginning


def test_a_blank_board_becomes_a_clip(tmp_path: Path, browser: Any) -> None:
    board(tmp_path)
    before = _BEFORE.format(top=str(tmp_path))
    with served(tmp_path, before=before) as page, person(browser, page) as me:
        me.go("/clip")
        me.press("Make a clip")
        me.sees("1. A board is in its boot loader: Raspberry Pi RP2.")
        link = me.page.get_by_role("link", name="raspberry_pi_pico", exact=True)
        assert link.get_attribute("href") == "https://circuitpython.org/board/raspberry_pi_pico/"
        written(tmp_path / "Downloads" / "old.uf2", firmware(version="8.2.0"))
        me.press("Search again")
        me.sees("Not old.uf2: old.uf2 is CircuitPython 8.2.0; LeanCue supports 9 to 10.")
        me.page.get_by_label("Or a file in another folder").fill(str(tmp_path / "none.uf2"))
        me.press("Use it")
        me.sees("none.uf2 cannot be read")
        written(tmp_path / "Downloads" / "cp.uf2", firmware())
        me.press("Search again")
        me.press("cp.uf2: CircuitPython 10.3.0 for the Raspberry Pi Pico")
        me.page.get_by_text("The clip is ready (raspberry_pi_pico).").wait_for(timeout=60_000)
        assert what_starts(tmp_path / "CIRCUITPY") is not None
        me.press("Search again")
        me.sees("A board with CircuitPython 10.3.0 was found at")
        me.press("Close")
        me.page.get_by_role("dialog").wait_for(state="detached")


def test_a_board_that_does_not_come_back_is_told(tmp_path: Path, browser: Any) -> None:
    board(tmp_path)
    blank_drive = tmp_path / "AFTERWARDS"
    blank_drive.rename(tmp_path / "GONE")
    file = written(tmp_path / "elsewhere.uf2", firmware())
    before = _BEFORE.format(top=str(tmp_path))
    with served(tmp_path, before=before) as page, person(browser, page) as me:
        me.go("/clip")
        me.press("Make a clip")
        me.page.get_by_label("Or a file in another folder").fill(str(file))
        me.press("Use it")
        me.sees("No CircuitPython drive appeared")
        me.press("Search again")
        me.sees("No board was found.")
        me.sees("hold BOOT while plugging it in")
        assert me.page.get_by_text("cannot be read").count() == 0
        locked_drive(tmp_path / "CIRCUITPY")
        me.press("Search again")
        me.sees(f"{tmp_path / 'CIRCUITPY'} cannot be read: Input/output error.")


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "candidates", list)


def told(step: str, done: int, total: int) -> None:
    assert step and 0 <= done <= total or total == 0


@pytest.mark.parametrize(
    ("info", "name", "family"),
    [
        (RP2040, "raspberry_pi_pico", "RP2040"),
        (RP2350, "raspberry_pi_pico2", "RP2350"),
        (FEATHER, "feather_nrf52840_express", "nRF52840"),
    ],
)
def test_what_is_looked_at_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain: None, info: str, name: str, family: str
) -> None:
    there = Board(tmp_path, info, name, monkeypatch)
    (tmp_path / "downloads").mkdir()
    for chip, number in FAMILIES.items():
        written(tmp_path / "downloads" / f"{chip}.uf2", firmware(name, family=number))
    there.size = (tmp_path / "downloads" / f"{family}.uf2").stat().st_size
    seen = making.look(tmp_path / "downloads")
    assert [found.chip for found in seen.fitting] == [family] and len(seen.others) == 2
    steps: list[str] = []
    made = making.make(seen, seen.fitting[0], lambda step, done, total: steps.append(step))
    assert made.board == name and made.confirmed is None and what_starts(there.drive)
    assert list(dict.fromkeys(steps)) == [
        making.COPYING, making.WAITING, making.PREPARING, making.WRITING, making.ASKING,
    ]  # fmt: skip


def test_two_windows_do_not_make_one_clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Board(tmp_path, RP2040, "raspberry_pi_pico", monkeypatch, comes=False)
    file = written(tmp_path / "cp.uf2", firmware())
    there.size = file.stat().st_size
    seen = making.look(tmp_path)
    held, go_on = threading.Event(), threading.Event()

    def slow(step: str, done: int, total: int) -> None:
        held.set()
        go_on.wait(10)

    failed: list[Exception] = []

    def first() -> None:
        try:
            making.make(seen, seen.fitting[0], slow)
        except LoaderFailed as error:
            failed.append(error)

    worker = threading.Thread(target=first)
    worker.start()
    held.wait(10)
    with pytest.raises(InstallError, match="Another window"):
        making.make(seen, seen.fitting[0], told)
    go_on.set()
    worker.join(10)
    assert len(failed) == 1


def test_two_boards_are_not_chosen_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Board(tmp_path, RP2040, "raspberry_pi_pico", monkeypatch)
    second = tmp_path / "SECOND"
    second.mkdir()
    (second / "INFO_UF2.TXT").write_text(RP2350)
    there.others.append(second)
    assert making.look(tmp_path).several


def test_what_the_page_says_is_german_where_the_page_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Board(tmp_path, RP2350, "raspberry_pi_pico2", monkeypatch)
    written(tmp_path / "cp.uf2", firmware())
    speak("de")
    try:
        ((_, why),) = making.look(tmp_path).others
    finally:
        speak("en")
    assert "ist für eine Platine mit RP2040" in str(why)
