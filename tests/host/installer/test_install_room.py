"""What an installation needs of a drive: folders, clusters, and the log's end where it is short."""

from __future__ import annotations

import binascii
import ctypes
import random
import struct
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from drive_rig import QuickDisk, blank, install, plan_for, small
from leancore.runlog.pages import ORIGIN, PAGE_BYTES, PULLED, Page
from leancue.basis.errors import DriveFull
from leancue.installer import logfile
from leancue.installer.drive_files import NEW, DriveFiles
from leancue.installer.fat_room import Room, folders_of
from leancue.installer.log_shortening import Shortening, cut, needed_bytes
from leancue.installer.payload import Payload

ENTRY_BYTES = 32


class Folder:
    """Entries of a folder as Linux gives them away: the first gap that is long enough."""

    def __init__(self) -> None:
        self.entries = [".", ".."]

    def add(self, name: str) -> None:
        count = 1 + -(-len(name) // 13)
        for at in range(len(self.entries) + 1):
            gap = self.entries[at : at + count]
            if all(entry == "" for entry in gap):
                self.entries[at : at + count] = [name] * count
                return

    def remove(self, name: str) -> None:
        self.entries = ["" if entry == name else entry for entry in self.entries]


@pytest.mark.parametrize("cluster_bytes", [512, 4096])
def test_a_folder_never_takes_more_than_it_was_planned_for(cluster_bytes: int) -> None:
    chance = random.Random(1)
    room = Room(cluster_bytes)
    for _ in range(300):
        lengths = [chance.randrange(4, 40) for _ in range(chance.randrange(1, 60))]
        names = sorted({f"{i:02}{'x' * (length - 5)}.py" for i, length in enumerate(lengths)})
        folder = Folder()
        for name in names:
            folder.add(name + NEW)
            folder.add(name)
            folder.remove(name + NEW)
        taken = room.of(len(folder.entries) * ENTRY_BYTES)
        assert room.folder_at_least(names) <= taken <= room.folder_at_most(names)


def test_a_tree_counts_each_folder_once() -> None:
    sizes = {"/lib/a/one/x.py": 1, "/lib/a/one/y.py": 513, "/lib/a/two/z.py": 0}
    assert folders_of(sizes, "/lib/a") == {
        "/lib/a": {"one", "two"}, "/lib/a/one": {"x.py", "y.py"}, "/lib/a/two": {"z.py"},
    }  # fmt: skip
    assert Room(512).tree_at_least(sizes, "/lib/a") == 3 * 512 + 3 * 512
    assert Room(4096).tree_at_most(sizes, "/lib/a") == 2 * 4096 + 3 * 4096


def test_the_cluster_size_comes_from_the_drive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.statvfs", lambda root: SimpleNamespace(f_frsize=1024))
    assert DriveFiles(tmp_path).cluster_bytes() == 1024

    def told(root: str, *words: object) -> int:
        for word, value in zip(words, (4, 512, 1, 2), strict=True):
            ctypes.cast(word, ctypes.POINTER(ctypes.c_ulong))[0] = value
        return int(root == str(tmp_path))

    kernel = SimpleNamespace(kernel32=SimpleNamespace(GetDiskFreeSpaceW=told))
    monkeypatch.setattr(ctypes, "windll", kernel, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert DriveFiles(tmp_path).cluster_bytes() == 2048
    with pytest.raises(OSError, match="cluster size"):
        DriveFiles(tmp_path / "other").cluster_bytes()


def page(run_id: int, number: int, flags: int = 0, pulled: tuple[int, ...] = ()) -> bytes:
    made = Page()
    made.begin(run_id)
    made.number = number
    for fetched in pulled:
        made.put(struct.pack("<I", fetched), 4)
    made.close(0, 0, flags)
    return bytes(made.buf)


def log(*pages: bytes, first: int = 1536, blank_pages: int = 60) -> bytes:
    """A log whose slots begin at byte ``first``, with the origin pages before them."""
    origin = 2 * page(first, 1, ORIGIN)
    return bytes(first) + origin + b"".join(pages) + bytes(blank_pages * PAGE_BYTES)


AFTER_ORIGIN = 1536 + 2 * PAGE_BYTES


def test_a_log_may_lose_what_was_never_written_or_is_fetched() -> None:
    assert needed_bytes(bytes(50 * PAGE_BYTES)) == 0
    assert needed_bytes(log()) == AFTER_ORIGIN
    run, other = [page(1, i) for i in range(3)], [page(2, i) for i in range(4)]
    assert needed_bytes(log(*run)) == AFTER_ORIGIN + 3 * PAGE_BYTES
    index = page(2, 5, PULLED, pulled=(2,))
    assert needed_bytes(log(*run, index, *other)) == AFTER_ORIGIN + 3 * PAGE_BYTES
    older = page(2, 4, PULLED, pulled=(1, 2))  # says nothing any more
    assert needed_bytes(log(*run, index, *other, older)) == AFTER_ORIGIN + 3 * PAGE_BYTES
    torn = bytes(100) + page(3, 0)[100:]
    assert needed_bytes(log(*run, torn)) == AFTER_ORIGIN + 3 * PAGE_BYTES


def test_the_newest_index_is_copied_to_a_slot_before_the_cut() -> None:
    run, index = [page(2, i) for i in range(3)], page(2, 5, PULLED, pulled=(1, 3))
    whole = log(*run, blank_pages=4) + page(1, 0) + index
    cut_at = [AFTER_ORIGIN + n * PAGE_BYTES for n in range(10)]
    assert cut(whole, cut_at[9]) == Shortening(cut_at[9])
    assert cut(whole, cut_at[8]) == Shortening(cut_at[8], index, cut_at[6])
    assert cut(whole, cut_at[4] + 512) == Shortening(cut_at[4] + 512, index, cut_at[3])
    assert cut(whole, cut_at[3]) is None  # no slot is left for them
    assert cut(whole, cut_at[2]) is None
    # Where every slot holds a page, one of a fetched run goes.
    full = log(page(1, 0), *run, page(3, 0), index, blank_pages=0)
    assert cut(full, cut_at[5]) == Shortening(cut_at[5], index, cut_at[4])
    assert cut(full, cut_at[4]) == Shortening(cut_at[4], index, cut_at[0])
    # A log that begins without origin is only read: nothing is written into it.
    assert cut(bytes(cut_at[2]) + index, cut_at[2]) is None


def test_a_page_of_a_layout_to_come_keeps_the_whole_log() -> None:
    unknown = bytearray(page(1, 0))
    unknown[4] = 99
    struct.pack_into("<I", unknown, PAGE_BYTES - 4, binascii.crc32(unknown[:-4]))
    whole = log(bytes(unknown))
    assert needed_bytes(whole) == len(whole)
    assert cut(whole, len(whole) - PAGE_BYTES) is None


def crowded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, content: bytes) -> Path:
    """An installed drive that lacks the room for an update; its log holds ``content``."""
    root = blank(tmp_path / "drive")
    install(root, small())
    (root / "leancue.log").write_bytes(content)
    monkeypatch.setattr(DriveFiles, "free_bytes", lambda self: free)
    return root


def newer() -> Payload:
    made = small()
    return replace(made, program={path: data + b"# new" for path, data in made.program.items()})


def test_the_log_gives_its_end_to_an_update(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = log(page(1, 0), page(1, 1))
    root = crowded(tmp_path, monkeypatch, 8192, content)
    planned = plan_for(root, newer())
    assert not planned.log_bytes
    assert len(content) - 80_000 < planned.shorter_log_bytes < len(content)
    assert planned.shorter_log_bytes % PAGE_BYTES == 0
    install(root, newer())
    assert (root / "leancue.log").read_bytes() == content[: planned.shorter_log_bytes]
    assert plan_for(root, newer()).nothing_to_do


def test_runs_that_nobody_fetched_are_never_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = log(*(page(1, i) for i in range(60)), blank_pages=1)
    root = crowded(tmp_path, monkeypatch, 8192, content)
    with pytest.raises(DriveFull, match=r"no desk has pulled.*leancue runs pull"):
        plan_for(root, newer())
    marked = log(page(1, 9, PULLED, pulled=(1,)), *(page(1, i) for i in range(60)), blank_pages=1)
    (root / "leancue.log").write_bytes(marked)
    planned = plan_for(root, newer())
    assert planned.shorter_log_bytes
    # A run that came after the plan was made.
    (root / "leancue.log").write_bytes(content)
    monkeypatch.setattr("drive_rig.plan_for", lambda root, made: planned)
    with pytest.raises(DriveFull, match="no desk has pulled"):
        install(root, newer())
    assert (root / "leancue.log").read_bytes() == content


def test_a_log_is_not_cut_below_its_least(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = crowded(tmp_path, monkeypatch, 0, bytes(logfile.LEAST_BYTES))
    with pytest.raises(DriveFull, match="The log is too short to be shortened"):
        plan_for(root, newer())


def test_shortening_leaves_what_comes_before(tmp_path: Path) -> None:
    (tmp_path / "leancue.log").write_bytes(b"kept" + bytes(100))
    QuickDisk(tmp_path).shorten("/leancue.log", 4)
    assert (tmp_path / "leancue.log").read_bytes() == b"kept"
