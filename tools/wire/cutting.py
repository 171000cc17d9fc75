"""A pull that is cut at a byte of the stream and resumed: the file must equal the log.

``whole_after_cut`` pulls from the start, is cut, pulls again, and compares the file. For each byte
of a long stream that takes days. ``cuts_in_page`` therefore starts from what the previous pages
leave on disk, which is all that a cut pull leaves: the cut must leave exactly the complete pages.
From each such state a pull must produce the log (``whole_from``).
"""

from __future__ import annotations

import contextlib
import json
import struct
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar

from leancore.link import framing
from leancore.link import messages as m
from leancore.runlog.page_layout import pack
from leancore.runlog.pages import crc_ok
from leancue.basis.errors import DeviceGone
from leancue.clip.answers import RunEntry
from leancue.clip.client import Client
from leancue.clip.exchange import Timeouts
from leancue.runs.pull import PART, SUFFIX, pull
from leancue.transports.base import Transport

from tools.wire.made import made_pages

UID = "C07"
NAME = f"unnamed_{UID}_1{SUFFIX}"  # the synthetic pages name no patient
_PATIENCE = Timeouts(answer_timeout_s=5.0, tries=2)
Item = TypeVar("Item")
Result = TypeVar("Result")
_NOTED = -1  # instead of a page number: the clip has marked the run as pulled
_EVERYWHERE = 997  # one in so many bytes of a long stream is also cut from the start


@lru_cache(maxsize=1024)
def _frame(count: int, number: int, sequence: int) -> bytes:
    """Return the frame of a page; with ``number`` = ``count`` the final frame."""
    if number == _NOTED:
        return framing.encode(m.PULLED | m.ANSWER, sequence, b"{}")
    page = _packed(made_pages(count)[number]) if number < count else b""
    head = struct.pack(m.PAGE_HEAD, 1, number)
    return framing.encode(m.PAGES | m.ANSWER, sequence, head + page)


def _packed(page: bytes) -> bytes:
    """Return the page as it goes over the wire; a damaged one is unchanged."""
    if not crc_ok(page):
        return page
    part = bytearray(page)
    return bytes(part[: pack(memoryview(part))])


class Line(Transport):
    """A clip that sends the run's pages as the real one does, until the cable is pulled.

    ``cut_at``: total bytes before the cut. ``cut_in``: (page, byte of its frame).
    """

    name = "a line that is cut"

    def __init__(
        self, count: int, cut_at: int | None = None, cut_in: tuple[int, int] | None = None
    ) -> None:
        self.count = count
        self.cut_at = cut_at
        self.cut_in = cut_in
        self.sent_bytes = 0
        self._receiver = framing.Receiver()
        self._out: deque[tuple[int, int]] = deque()  # page, sequence

    def write(self, data: bytes) -> None:
        for kind, sequence, payload in self._receiver.feed(data):
            if kind != m.PAGES:
                self._out.append((_NOTED, sequence))
                continue
            asked = json.loads(payload)
            last = min(asked["from"] + asked["count"], self.count)
            self._out.extend((number, sequence) for number in range(asked["from"], last))
            self._out.append((self.count, sequence))

    def read(self, timeout_s: float) -> bytes:
        data = b""
        if self._out:
            number, sequence = self._out.popleft()
            data = _frame(self.count, number, sequence)
            if self.cut_in is not None and number == self.cut_in[0]:
                self.cut_at = self.sent_bytes + self.cut_in[1]
        if self.cut_at is not None:
            data = data[: self.cut_at - self.sent_bytes]
            if not data:
                raise DeviceGone("the cable was pulled")
        self.sent_bytes += len(data)
        return data

    def close(self) -> None:
        """Do nothing: there is nothing to release."""


def stream_bytes(count: int) -> int:
    """Return the number of bytes of a complete pull."""
    with _folder() as folder:
        line = Line(count)
        _pull(line, folder)
        return line.sent_bytes


def whole_after_cut(count: int, cut_at: int, folder: Path) -> bool:
    """Pull, cut after ``cut_at`` bytes, pull again; return whether the file equals the log."""
    with contextlib.suppress(DeviceGone):  # the cut
        _pull(Line(count, cut_at), folder)
    return _pulls_whole(count, folder)


def whole_from(count: int, page: int, folder: Path) -> bool:
    """Pull when the pages before ``page`` exist; return whether the file equals the log."""
    _leave(folder, b"".join(made_pages(count)[:page]))
    return _pulls_whole(count, folder)


def cuts_in_page(count: int, page: int) -> tuple[int, int]:
    """Cut at each byte of the page's frame; return (tried, wrong files left)."""
    before = b"".join(made_pages(count)[:page])
    left = {NAME + PART: before} if page else {}
    size = len(_frame(count, page, 1))
    wrong = 0
    with _folder() as folder:
        for byte in range(size):
            if byte == 0 or wrong:
                _leave(folder, before)
            with contextlib.suppress(DeviceGone):
                _pull(Line(count, cut_in=(page, byte)), folder)
                wrong += 1  # nothing was cut
            wrong += {file.name: file.read_bytes() for file in folder.iterdir()} != left
        wrong += not whole_from(count, page, folder)
    return size, wrong


def run(count: int, stride: int, jobs: int) -> tuple[int, int]:
    """Cut at each ``stride``th byte from the start, and resume; return (tried, not identical)."""
    offsets = range(0, stream_bytes(count) + 1, stride)
    parts = [offsets[i::jobs] for i in range(jobs)]
    return len(offsets), sum(_map(partial(_run_part, count), parts, jobs))


def run_all(count: int, jobs: int) -> tuple[int, int]:
    """Cut at each byte of each page's frame; return (tried, wrong files left)."""
    found = _map(partial(cuts_in_page, count), range(count), jobs)
    tried, wrong = run(count, _EVERYWHERE, jobs)
    return tried + sum(size for size, _ in found), wrong + sum(bad for _, bad in found)


def _map(work: Callable[[Item], Result], items: Iterable[Item], jobs: int) -> list[Result]:
    if jobs == 1:
        return [work(item) for item in items]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(work, items))


def _run_part(count: int, offsets: range) -> int:
    with _folder() as folder:
        return sum(not whole_after_cut(count, at, folder) for at in offsets)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Yield a folder in memory, if possible: a disk is too slow for a million pulls."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as name:
        yield Path(name)


def _leave(folder: Path, pages: bytes) -> None:
    """Write what a pull leaves that was cut after these pages."""
    part = folder / (NAME + PART)
    if pages:
        part.write_bytes(pages)
    else:
        part.unlink(missing_ok=True)


def _pulls_whole(count: int, folder: Path) -> bool:
    path = _pull(Line(count), folder)
    good = path.name == NAME and path.read_bytes() == b"".join(made_pages(count))
    good = good and [file.name for file in folder.iterdir()] == [NAME]
    path.unlink()
    return good


def _pull(line: Line, folder: Path) -> Path:
    client = Client(line, _PATIENCE)
    entry = RunEntry(1, line.count, 1_700_000_000, line.count, 1)
    return pull(client, UID, entry, folder).path
