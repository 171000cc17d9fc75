"""A fake clip: the real protocol on a real pseudo terminal, with canned data.

Each knob makes it wrong in one way; without knobs it behaves.
"""

from __future__ import annotations

import binascii
import json
import os
import select
import struct
import threading
import tty
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from leancore.coaching import prescription
from leancore.link import framing
from leancore.link import messages as m
from leancore.runlog.pages import FIRST, LAST, PAGE_BYTES, Page
from leancore.runlog.raw_rows import RAW_MOST_BYTES
from leancore.schema import settings
from leancore.sensor.sample import HAS_A, HAS_Q, Sample
from leancue.clip.page_frames import PAGES_AT_ONCE

UID = "FA4E000000000001"
WALL_S = 1_700_000_000
_SLICE = 7


def pages_of(run_id: int, count: int, seed: int = 0, wall_s: int = WALL_S) -> list[bytes]:
    """Whole log pages of a run: raw samples only."""
    page, sample = Page(), Sample()
    page.begin(run_id)
    sample.qw, sample.flags = 16384, HAS_Q | HAS_A
    made = []
    since_ms = 0
    for number in range(count):
        page.clear()
        page.number = number
        first_ms = since_ms
        while page.free_bytes >= RAW_MOST_BYTES:
            sample.ax = (since_ms * 7 + seed) % 5000
            page.put_raw(sample, since_ms)
            since_ms += 10
        page.close(first_ms, wall_s, FIRST * (number == 0) | LAST * (number == count - 1))
        made.append(bytes(page.buf))
    return made


class FakeClip:
    """Serves ``path`` from a thread until closed; ``asked`` counts requests by kind.

    Knobs: ``mute`` (answers nothing), ``babble`` (bytes sent to whatever comes), ``spews`` (bytes
    sent for ever once something came), ``late_s`` (its first answer comes so late), ``hello``
    (changes to its answer to hello), ``deaf_to`` {kind: how many requests are not answered},
    ``refuse`` {kind: why}, ``raw_answer`` {kind: payload bytes}, ``forgets`` {name: value}
    (prescription and settings read back so), ``lose_frames`` and ``spoil_pages`` {page: how often},
    ``dies_after_pages``, ``streams`` (frames sent before each answer), ``drive`` (folder whose
    files it tells), ``on_command`` (called with each command), ``own_cdeg`` (the own lean that it
    has measured, None = not yet).
    """

    def __init__(self, **knobs: Any) -> None:
        self.uid = UID
        self.mute = False
        self.babble = b""
        self.spews = b""
        self.late_s = 0.0
        self.hello: dict[str, Any] = {}
        self.deaf_to: dict[int, int] = {}
        self.refuse: dict[int, str] = {}
        self.raw_answer: dict[int, bytes] = {}
        self.forgets: dict[str, Any] = {}
        self.lose_frames: dict[int, int] = {}
        self.spoil_pages: dict[int, int] = {}
        self.dies_after_pages: int | None = None
        self.streams: list[dict[str, Any]] = []
        self.drive: Path | None = None
        self.own_cdeg: int | None = 620
        self.on_command: Callable[[str], None] = lambda do: None
        self.settings = settings.checked({})
        self.prescription = prescription.default()
        self.runs: dict[int, list[bytes]] = {}
        self.mode = "ready"
        self.ended = 1  # whether they were ended and saved
        self.pulled: set[int] = set()
        self.asked: Counter[int] = Counter()
        self.pages_sent: Counter[int] = Counter()
        self.done: list[str] = []
        self.live: int | None = None
        self.heard_something = threading.Event()
        for name, value in knobs.items():
            assert hasattr(self, name), name
            setattr(self, name, value)
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._stop_r, self._stop_w = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Unplug it."""
        if self._thread is not None:
            os.write(self._stop_w, b"x")
            self._thread.join()
            for handle in (self._master, self._slave, self._stop_r, self._stop_w):
                os.close(handle)
            self._thread = None

    def __enter__(self) -> FakeClip:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        receiver = framing.Receiver()
        while True:
            ready, _, _ = select.select([self._master, self._stop_r], [], [])
            if self._stop_r in ready:
                return
            data = os.read(self._master, 4096)
            self.heard_something.set()
            if self.spews and self._spew():
                return
            if self.late_s and select.select([self._stop_r], [], [], self.late_s)[0]:
                return
            self.late_s = 0.0
            if self.babble:
                self._write(self.babble)
            if self.mute or self.babble:
                continue
            for kind, sequence, payload in receiver.feed(data):
                self._answer(kind, sequence, payload)

    def _spew(self) -> bool:
        """Send until the clip is unplugged, as much as the host takes."""
        os.set_blocking(self._master, False)
        while not select.select([self._stop_r], [self._master], [])[0]:
            with suppress(BlockingIOError):
                os.write(self._master, self.spews)
        return True

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            ready, _, _ = select.select([self._stop_r], [self._master], [])
            if ready:
                return
            view = view[os.write(self._master, view[:1024]) :]

    def _send(self, kind: int, sequence: int, payload: bytes) -> None:
        self._write(framing.encode(kind, sequence, payload))

    def _answer(self, kind: int, sequence: int, payload: bytes) -> None:
        self.asked[kind] += 1
        if self.deaf_to.get(kind, 0) > 0:
            self.deaf_to[kind] -= 1
            return
        for frame in self.streams:
            self._send(m.STREAM, 0, json.dumps(frame).encode())
        if kind in self.refuse:
            answer = {"error": "refused", "why": self.refuse[kind]}
            self._send(m.ERROR, sequence, json.dumps(answer).encode())
        elif kind in self.raw_answer:
            self._send(kind | m.ANSWER, sequence, self.raw_answer[kind])
        elif kind == m.PAGES:
            self._pages(sequence, json.loads(payload))
        else:
            answer = self._answers[kind](self, json.loads(payload))
            assert len(json.dumps(answer)) <= framing.MAX_CONTROL
            self._send(kind | m.ANSWER, sequence, json.dumps(answer).encode())

    def _pages(self, sequence: int, request: dict[str, int]) -> None:
        assert 1 <= request["count"] <= PAGES_AT_ONCE
        run = self.runs.get(request["run"], [])
        number = request["from"]
        for number in range(request["from"], request["from"] + request["count"]):
            if number >= len(run) or not run[number]:
                break
            if self.dies_after_pages is not None:
                if self.dies_after_pages == 0:
                    self.mute = True
                    return
                self.dies_after_pages -= 1
            self._page(sequence, request["run"], number, run[number])
        self._send(m.PAGES | m.ANSWER, sequence, struct.pack(m.PAGE_HEAD, request["run"], number))

    def _page(self, sequence: int, run_id: int, number: int, page: bytes) -> None:
        self.pages_sent[number] += 1
        if self.lose_frames.get(number, 0) > 0:
            self.lose_frames[number] -= 1
            return
        if self.spoil_pages.get(number, 0) > 0:
            self.spoil_pages[number] -= 1
            page = page[:100] + bytes([page[100] ^ 1]) + page[101:]
        assert len(page) == PAGE_BYTES
        head = struct.pack(m.PAGE_HEAD, run_id, number)
        self._send(m.PAGES | m.ANSWER, sequence, head + page)

    def _hello(self, _request: dict[str, Any]) -> dict[str, Any]:
        answer = {
            "protocol": m.PROTOCOL, "uid": self.uid, "version": "0.1.0", "board": "fake",
            "settings": settings.fingerprint(self.settings), "core": "0.1.0",
            "patient": self.prescription["patient"],
        }  # fmt: skip
        return {**answer, **self.hello}

    def _info(self, _request: dict[str, Any]) -> dict[str, Any]:
        return {
            "mode": self.mode, "battery_mv": 3900, "runs": len(self.runs), "free_pages": 900,
            "pages": 0 if self.mode == "edit mode" else 1000, "session": 2,
            "baseline_cdeg": self.own_cdeg, "faults": {"2": 1}, "up_s": 12,
        }  # fmt: skip

    def _settings_get(self, request: dict[str, Any]) -> dict[str, Any]:
        names = list(self.settings)
        part = names[request["from"] : request["from"] + _SLICE]
        shown = {**self.settings, **self.forgets}
        return {
            "from": request["from"],
            "total": len(names),
            "values": {name: shown[name] for name in part},
        }

    def _settings_set(self, request: dict[str, Any]) -> dict[str, Any]:
        self.settings.update(request)
        return {"settings": settings.fingerprint(self.settings)}

    def _prescription_get(self, _request: dict[str, Any]) -> dict[str, Any]:
        return {**self.prescription, **self.forgets}

    def _prescription_set(self, request: dict[str, Any]) -> dict[str, Any]:
        self.prescription = prescription.checked(request)
        return self._prescription_get({})

    def _runs(self, request: dict[str, Any]) -> dict[str, Any]:
        rows = [
            [run_id, len(pages), WALL_S, 60, self.ended]
            for run_id, pages in sorted(self.runs.items())
        ]
        return {"total": len(rows), "runs": rows[request["from"] : request["from"] + _SLICE]}

    def _erase(self, request: dict[str, Any]) -> dict[str, Any]:
        run = self.runs.get(request["run"], [])
        del run[-4:]
        if not run:
            self.runs.pop(request["run"], None)
        return {"run": request["run"], "left": len(run)}

    def _pulled(self, request: dict[str, Any]) -> dict[str, Any]:
        self.pulled.add(request["run"])
        return {"run": request["run"]}

    def _command(self, request: dict[str, Any]) -> dict[str, Any]:
        self.done.append(request["do"])
        self.on_command(request["do"])
        return {"done": request["do"]}

    def _files(self, request: dict[str, Any]) -> dict[str, Any]:
        file = (self.drive or Path()) / request["path"].lstrip("/")
        if not file.is_file():
            return {"path": request["path"], "bytes": -1, "crc": 0}
        data = file.read_bytes()
        return {"path": request["path"], "bytes": len(data), "crc": binascii.crc32(data)}

    def _live(self, request: dict[str, Any]) -> dict[str, Any]:
        self.live = request["on"]
        return {"on": request["on"]}

    _answers = {
        m.HELLO: _hello, m.INFO: _info, m.SETTINGS_GET: _settings_get,
        m.SETTINGS_SET: _settings_set, m.PRESCRIPTION_GET: _prescription_get,
        m.PRESCRIPTION_SET: _prescription_set, m.RUNS: _runs, m.ERASE: _erase,
        m.PULLED: _pulled,
        m.COMMAND: _command, m.LIVE: _live, m.FILES: _files,
    }  # fmt: skip
