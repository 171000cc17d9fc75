"""A pull that is cut at a byte of the stream and taken up again: the file must be the log."""

from __future__ import annotations

import contextlib
import json
import struct
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from leancore import messages as m
from leancore import wire
from leancore.pages import FIRST, LAST, Page, packed
from leancue.answers import RunEntry
from leancue.client import Client
from leancue.errors import DeviceGone
from leancue.exchange import Patience
from leancue.pull import pull
from leancue.transport import Transport

UID = "C07"
_PATIENCE = Patience(answer_timeout_s=5.0, tries=2)


@cache
def made_pages(count: int) -> tuple[bytes, ...]:
    """The pages of a run of ``count`` pages, filled with bytes that look like records."""
    page = Page()
    page.begin(1)
    made = []
    for number in range(count):
        page.clear()
        page.number = number
        body = bytes(((number * 31 + i * 7) & 0xFF) for i in range(200))
        for _ in range(6):
            page.put(bytes((9, len(body))) + body, 2 + len(body))
        flags = FIRST * (number == 0) | LAST * (number == count - 1)
        page.close(number * 1000, 1_700_000_000, flags)
        made.append(bytes(page.buf))
    return tuple(made)


@cache
def _frames(count: int, sequence: int) -> tuple[bytes, ...]:
    kind = m.PAGES | m.ANSWER
    return tuple(
        wire.encode(kind, sequence, struct.pack(m.PAGE_HEAD, 1, number) + packed(page))
        for number, page in enumerate(made_pages(count))
    )


class Line(Transport):
    """A clip that gives pages as the real one does; the cable is pulled after ``cut_at`` bytes."""

    name = "a line that is cut"

    def __init__(self, count: int, cut_at: int | None) -> None:
        self.count = count
        self.left = cut_at
        self.sent_bytes = 0
        self._receiver = wire.Receiver()
        self._out: list[bytes] = []

    def write(self, data: bytes) -> None:
        for kind, sequence, payload in self._receiver.feed(data):
            asked = json.loads(payload)
            if kind != m.PAGES:
                self._out.append(wire.encode(kind | m.ANSWER, sequence, b"{}"))
                continue
            last = min(asked["from"] + asked["count"], self.count)
            self._out += _frames(self.count, sequence)[asked["from"] : last]
            end = struct.pack(m.PAGE_HEAD, 1, last)
            self._out.append(wire.encode(m.PAGES | m.ANSWER, sequence, end))

    def read(self, timeout_s: float) -> bytes:
        data = self._out.pop(0) if self._out else b""
        if self.left is not None:
            if self.left <= 0:
                raise DeviceGone("the cable was pulled")
            data = data[: self.left]
            self.left -= len(data)
        self.sent_bytes += len(data)
        return data

    def close(self) -> None:
        """Nothing to give back."""


def stream_bytes(count: int) -> int:
    """How many bytes a whole pull brings."""
    with tempfile.TemporaryDirectory() as folder:
        line = Line(count, None)
        _pull(line, Path(folder))
        return line.sent_bytes


def whole_after_cut(count: int, cut_at: int, folder: Path) -> bool:
    """Pull, be cut off after ``cut_at`` bytes, pull again; whether the file is the log."""
    with contextlib.suppress(DeviceGone):  # the cut
        _pull(Line(count, cut_at), folder)
    path = _pull(Line(count, None), folder)
    good = path.read_bytes() == b"".join(made_pages(count))
    good = good and [file.name for file in folder.iterdir()] == [path.name]
    path.unlink()
    return good


def run(count: int, stride: int, jobs: int) -> tuple[int, int]:
    """Try each ``stride``th byte of the stream; return (tried, not identical)."""
    offsets = range(0, stream_bytes(count) + 1, stride)
    parts = [offsets[i::jobs] for i in range(jobs)]
    if jobs == 1:
        wrong = _run_part(count, offsets)
    else:
        with ProcessPoolExecutor(jobs) as pool:
            wrong = sum(pool.map(_run_part, [count] * jobs, parts))
    return len(offsets), wrong


def _run_part(count: int, offsets: range) -> int:
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        return sum(not whole_after_cut(count, at, Path(folder)) for at in offsets)


def _memory() -> str | None:
    """A folder in memory, where there is one: a million pulls are not for a disk."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _pull(line: Line, folder: Path) -> Path:
    client = Client(line, _PATIENCE)
    entry = RunEntry(1, line.count, 1_700_000_000, line.count, 1, "K-1")
    return pull(client, UID, entry, folder).path
