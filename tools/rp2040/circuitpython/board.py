"""The emulated Pico as a process: its events, and the commands to it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tools.rp2040.circuitpython.drive import ROWS_HZ
from tools.rp2040.circuitpython.firmware import DRIVE_AT
from tools.rp2040.emulator import RP2040JS, EmulatorError

_BOARD = Path(__file__).with_name("board.mjs")
STUCK_S = 60.0  # of wall time without a sign of life
Event = dict[str, Any]


class Board:
    """A running emulator; ``events``: all but those of the time; ``now_s``: emulated time.

    ``spent``: the last event of the time (``t``, ``idle`` s, ``erases``, ``mhz``).
    """

    def __init__(self, folder: Path, built: Path) -> None:
        """Start it with rom.bin, firmware.bin, drive.img and motion.f32 from ``folder``.

        ``built``: where rp2040js was installed.
        """
        modules = (built / RP2040JS).resolve()
        if not modules.exists():
            raise EmulatorError("rp2040js is not here. Type: python -m tools.bench_rp2040 build")
        names = {"rom": "rom.bin", "firmware": "firmware.bin", "drive": "drive.img",
                 "motion": "motion.f32"}  # fmt: skip
        job = {key: str(folder / name) for key, name in names.items()}
        job_file = folder / "job.json"
        job_file.write_text(json.dumps(
            {**job, "rp2040js": modules.as_uri(), "drive_at": DRIVE_AT, "rows_hz": ROWS_HZ}
        ))  # fmt: skip
        self.events: list[Event] = []
        self.last: Event = {"t": 0.0}
        self.spent: Event = {}
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            ["node", str(_BOARD), str(job_file)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def now_s(self) -> float:
        """Emulated seconds since power-on, in steps of a twentieth."""
        return float(self.last["t"])

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = json.loads(line)
            with self._changed:
                self.last = event
                if event["what"] == "time":
                    self.spent = event
                else:
                    self.events.append(event)
                self._changed.notify_all()

    def find(self, what: str, **fields: Any) -> Event | None:
        """Return the first matching event, None if there is none yet."""
        for event in self.events:
            if event["what"] == what and fields.items() <= event.items():
                return event
        return None

    def wait_until(self, is_so: Callable[[], Any], limit_s: float, awaited: str) -> Any:
        """Return the result of ``is_so`` once it is true; EmulatorError at emulated ``limit_s``."""
        with self._changed:
            while not (found := is_so()):
                told = self._changed.wait(STUCK_S)
                if self.now_s > limit_s or not told:
                    raise EmulatorError(f"{awaited}: not within {self.now_s:.1f} s. {self._said()}")
            return found

    def wait(self, what: str, limit_s: float, **fields: Any) -> Event:
        """Return the first matching event; EmulatorError if it does not come."""
        awaited = " ".join([what, *map(str, fields.values())])
        event: Event = self.wait_until(lambda: self.find(what, **fields), limit_s, awaited)
        return event

    def sleep_until(self, at_s: float) -> None:
        """Wait for the emulated time ``at_s``."""
        self.wait_until(lambda: self.now_s >= at_s, at_s + 60, "time")

    def do(self, order: str) -> None:
        """Send a command: ``go`` or ``press SECONDS``."""
        assert self._process.stdin is not None
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()

    def heap(self) -> list[tuple[float, str, int]]:
        """Return each (emulated s, moment, bytes free after a collection) printed so far."""
        found = []
        for event in self.events:
            _, mark, rest = event.get("text", "").partition("LEANCUE ")
            if mark:
                moment, free, *ago_s = rest.split()
                found.append((float(event["t"]) - sum(map(float, ago_s)), moment, int(free)))
        return sorted(found)

    def _said(self) -> str:
        texts = [event["text"] for event in self.events if event["what"] == "text"]
        return "The console said:\n" + "\n".join(texts[-20:])

    def close(self) -> None:
        """Stop the emulator."""
        self._process.kill()
        self._process.wait()
        self._reader.join(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _value: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()
