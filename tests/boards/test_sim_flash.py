"""The simulated drive: real files, and the errors and the wear of a flash."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from boards.sim.flash import PAGE_BYTES, Flash


@pytest.fixture
def flash(tmp_path: Path) -> Flash:
    return Flash(tmp_path, pages=8)


def error_of(call, *arguments) -> int:
    with pytest.raises(OSError) as raised:
        call(*arguments)
    assert raised.value.errno is not None
    return raised.value.errno


def test_binary_file_is_written_in_place_and_at_once(flash: Flash, tmp_path: Path) -> None:
    with flash.open("/leancue.log", "wb") as file:
        file.write(bytes(2 * PAGE_BYTES))
    with flash.open("/leancue.log", "r+b") as file:
        file.seek(PAGE_BYTES)
        assert file.write(b"page") == 4
        assert (tmp_path / "leancue.log").read_bytes()[PAGE_BYTES:][:5] == b"page\0"
    assert flash.stat_size("/leancue.log") == 2 * PAGE_BYTES


def test_text_lines_come_back(flash: Flash) -> None:
    with flash.open("/settings.json", "w") as file:
        file.write("a\nb\n")
    with flash.open("/settings.json") as file:
        assert list(file) == ["a\n", "b\n"]


def test_names_are_removed_renamed_and_listed(flash: Flash) -> None:
    for name in ("b", "a"):
        flash.open("/" + name, "wb").close()
    assert flash.listdir("/") == ["a", "b"]
    assert error_of(flash.rename, "/a", "/b") == errno.EEXIST
    flash.rename("/a", "/c")
    flash.remove("/b")
    assert flash.listdir() == ["c"] and flash.exists("/c") and not flash.exists("/a")
    assert error_of(flash.open, "/a", "rb") == errno.ENOENT
    assert error_of(flash.open, "/../a", "wb") == errno.EINVAL


def test_writes_count_the_pages_they_touch(flash: Flash) -> None:
    with flash.open("/log", "wb") as file:
        file.write(bytes(PAGE_BYTES))
        file.write(b"x")
        file.seek(PAGE_BYTES - 1)
        file.write(b"xy")
    assert flash.write_count == 3
    assert flash.page_erases == {("/log", 0): 2, ("/log", 1): 2}


def test_appending_counts_the_last_page(flash: Flash) -> None:
    for _ in range(3):
        with flash.open("/log", "ab") as file:
            file.seek(0)  # appending goes to the end all the same
            file.write(bytes(PAGE_BYTES // 2))
    assert flash.page_erases == {("/log", 0): 2, ("/log", 1): 1}


def test_failing_writes_keep_the_content(flash: Flash) -> None:
    with flash.open("/log", "wb") as file:
        file.write(b"kept")
        flash.fail_writes = True
        assert error_of(file.write, b"lost") == errno.EIO
    with flash.open("/log", "rb") as file:
        assert file.read() == b"kept"


def test_full_drive_takes_writes_within_a_file_only(flash: Flash) -> None:
    with flash.open("/log", "wb") as file:
        file.write(bytes(7 * PAGE_BYTES))
        assert flash.free_bytes() == PAGE_BYTES
        assert error_of(file.write, bytes(PAGE_BYTES + 1)) == errno.ENOSPC
        flash.full = True
        assert error_of(file.write, b"x") == errno.ENOSPC
        file.seek(0)
        assert file.write(b"x") == 1


def test_read_only_drive_can_be_read(flash: Flash) -> None:
    flash.open("/log", "wb").close()
    flash.read_only = True
    flash.open("/log", "rb").close()
    for mode in ("wb", "ab", "r+b", "w"):
        assert error_of(flash.open, "/log", mode) == errno.EROFS
    assert error_of(flash.remove, "/log") == errno.EROFS
    assert error_of(flash.rename, "/log", "/new") == errno.EROFS
