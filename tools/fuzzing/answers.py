"""A simulated clip that answers arbitrarily, for every command that talks to a clip."""

from __future__ import annotations

import json
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from leancore.coaching import prescription
from leancore.link import framing
from leancore.link import messages as m
from leancore.schema import settings, table
from leancue.clip import key_file
from leancue.clip.exchange import Timeouts
from leancue.transports.base import Transport

from tools.fuzzing import hostile_values, logs
from tools.fuzzing.desk import library_at, typed
from tools.fuzzing.trials import Trial

TIMEOUTS = Timeouts(answer_timeout_s=0.05, tries=2)
_PROMPT_S = 0.002
_U32 = (1 << 32) - 1

COMMANDS = (
    "info", "info --json", "runs list", "runs list --json", "runs pull --to {out}",
    "runs pull 1 --to {out} --again", "runs pull --to {out} --library", "runs erase 1 --yes",
    "settings list", "settings get rate_hz", "settings set motor_percent 90", "prescribe get",
    "prescribe get --out {out}.toml", "prescribe set {toml} --yes", "live --seconds 0.3",
    "live --seconds 0.3 --json", "calibrate", "feel", "clinic-key lock", "clinic-key unlock",
)  # fmt: skip
_LIVE = {"t": 1000, "lean": 1300, "cadence": 17000, "activity": 2, "band": 1, "fb": 1, "lo": 1320,
         "hi": 1620, "cap": 2020, "lost": 0, "cue": 1, "ms": 400}  # fmt: skip


class HostileClip(Transport):
    """A clip that answers most requests wrongly, as decided by the random generator ``chance``."""

    name = "a hostile clip"

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._receiver = framing.Receiver()
        self._out: deque[bytes] = deque()
        self._endless: Callable[[], bytes] | None = None
        self._wrong = chance.choice((0.0, 0.3, 1.0))  # share of wrong answers
        self._fond_of = chance.choice((None, *_ANSWERS, m.PAGES))  # kind that is always wrong
        self.pages = [page for page in logs.sound()[0]]

    def write(self, data: bytes) -> None:
        """Receive a request."""
        for kind, sequence, payload in self._receiver.feed(data):
            request = json.loads(payload or b"{}")
            if kind == m.PAGES:
                self._out.extend(self._answer_pages(sequence, request))
                continue
            answer = json.dumps(_ANSWERS[kind](request)).encode()
            wrong = kind == self._fond_of or self._chance.random() < self._wrong
            self._out.append(
                self._spoilt(kind, sequence, answer)
                if wrong
                else framing.encode(kind | m.ANSWER, sequence, answer)
            )

    def read(self, timeout_s: float) -> bytes:
        """Return the next bytes of the answers; some modes never stop sending."""
        if self._out:
            return self._out.popleft()
        if self._endless:
            return self._endless()
        time.sleep(min(timeout_s, _PROMPT_S))
        return b""

    def close(self) -> None:
        """Do nothing: there is nothing to release."""

    def _spoilt(self, kind: int, sequence: int, answer: bytes) -> bytes:
        chance = self._chance
        what = chance.randrange(12)
        payload = hostile_values.json_bytes(chance, json.loads(answer))[: framing.MAX_PAYLOAD]
        if what < 7:
            return framing.encode(kind | m.ANSWER, sequence, payload)
        if what == 7:
            return framing.encode(m.ERROR, sequence, payload)
        if what == 8:
            return framing.encode(chance.randrange(256), chance.randrange(256), payload)
        if what == 9:
            return hostile_values.damaged(chance, framing.encode(kind | m.ANSWER, sequence, answer))
        if what == 10:
            moments = hostile_values.json_bytes(chance, _LIVE)[: framing.MAX_PAYLOAD]
            self._endless = lambda: framing.encode(m.STREAM, 0, moments) * 20
            return framing.encode(kind | m.ANSWER, sequence, answer)
        flood = chance.choice(
            (b"\xaa" * 4096, framing.encode(kind | m.ANSWER, sequence ^ 1, payload))
        )
        self._endless = lambda: flood
        return b""

    def _answer_pages(self, sequence: int, request: dict[str, int]) -> Iterator[bytes]:
        chance, run = self._chance, request["run"]
        spoils = self._fond_of == m.PAGES or chance.random() < self._wrong
        for number in range(request["from"], request["from"] + request["count"]):
            if number >= len(self.pages) or (spoils and chance.random() < 0.1):
                break
            page = self.pages[number]
            head = struct.pack(m.PAGE_HEAD, run, number)
            if spoils:
                page, head = self._spoilt_page(page, run, number)
            frame = framing.encode(
                m.PAGES | m.ANSWER, sequence, (head + page)[: framing.MAX_PAYLOAD]
            )
            if spoils and chance.random() < 0.02:
                self._endless = partial(bytes, frame)
            yield frame
        if not spoils or chance.random() < 0.8:
            yield framing.encode(m.PAGES | m.ANSWER, sequence, struct.pack(m.PAGE_HEAD, run, 0))

    def _spoilt_page(self, page: bytes, run: int, number: int) -> tuple[bytes, bytes]:
        chance = self._chance
        head = struct.pack(m.PAGE_HEAD, run, number)
        what = chance.randrange(6)
        if what == 0:
            made = [page]
            chance.choice(logs.MUTATIONS)(chance, made)
            page = made[0] if made else b""
        elif what == 1:
            page = hostile_values.damaged(chance, page)
        elif what == 2:
            page = logs.checked(chance.randbytes(len(page)))
        elif what == 3:
            page = page[: chance.randrange(len(page))]
        elif what == 4:
            numbers = (hostile_values.integer(chance) & _U32 for _ in range(2))
            head = struct.pack(m.PAGE_HEAD, *numbers)
        return page, head


def _hello(_request: dict[str, Any]) -> dict[str, Any]:
    return {"protocol": m.PROTOCOL, "uid": "FA4E000000000001", "version": "0.1.0", "board": "sim",
            "settings": "abc", "patient": "P01", "core": "0.1.0"}  # fmt: skip


def _info(_request: dict[str, Any]) -> dict[str, Any]:
    return {"mode": "ready", "battery_mv": 3900, "runs": 1, "free_pages": 10, "pages": 100,
            "session": 1, "baseline_cdeg": 620, "faults": {"2": 1}, "up_s": 10}  # fmt: skip


def _settings(request: dict[str, Any]) -> dict[str, Any]:
    first = request.get("from", 0)
    rows = table.rows(settings.SETTINGS)
    values = {row[table.NAME]: row[table.DEFAULT] for row in rows[first : first + 10]}
    return {"from": first, "total": len(rows), "values": values}


def _runs(request: dict[str, Any]) -> dict[str, Any]:
    rows = [[1, len(logs.sound()[0]), 1_760_000_000, 54, 1]]
    return {"total": len(rows), "runs": rows[request.get("from", 0) :]}


def _prescription(_request: dict[str, Any]) -> dict[str, Any]:
    return prescription.checked({"patient": "P01"})


_ANSWERS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    m.HELLO: _hello, m.INFO: _info, m.SETTINGS_GET: _settings, m.RUNS: _runs,
    m.SETTINGS_SET: lambda _: {"settings": "abc"},
    m.PRESCRIPTION_GET: _prescription, m.PRESCRIPTION_SET: _prescription,
    m.ERASE: lambda request: {"run": request.get("run"), "left": 0},
    m.PULLED: lambda request: {"run": request.get("run")},
    m.COMMAND: lambda request: {"done": request.get("do")},
    m.LIVE: lambda request: {"on": request.get("on")},
    m.FILES: lambda request: {"path": request.get("path"), "bytes": 3, "crc": 7},
    m.CHALLENGE: lambda _: {"challenge": "00" * 16, "counter": 0, "uid": "FA4E", "locked": 0,
                            "reads": 0},
    m.PROOF: lambda request: {"for": request.get("for")},
    m.KEY_SET: lambda _: {"locked": 0, "reads": 0},
}  # fmt: skip


def make(folder: Path) -> Trial:
    """Return the trial, after preparing a prescription to send and a key."""
    logs.sound()
    toml = folder / "p.toml"
    toml.write_text('patient = "P01"\nbaseline_deg = 6.2\n', "utf-8")

    def trial(chance: Random, _folder: Path) -> bool:
        clip = HostileClip(chance)
        words = chance.choice(COMMANDS).format(out=folder / "out", toml=toml).split(" ")
        with ExitStack() as stack:
            stack.enter_context(library_at(folder / "library"))
            stack.enter_context(patch("leancue.clip.devices.open_transport", lambda _name: clip))
            stack.enter_context(patch("leancue.clip.exchange.Timeouts", lambda: TIMEOUTS))
            stack.enter_context(patch.object(key_file, "load", lambda: b"k" * 32))
            stack.enter_context(patch("leancue.commands.live._CALIBRATION_S", 0.3))
            return typed(*words, "--device", "socket://127.0.0.1:1") == 0

    return trial
