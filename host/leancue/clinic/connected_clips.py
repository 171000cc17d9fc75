"""The clips on this desk, for the page: found, asked, sent to, pulled from; one thing at a time."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leancue.basis.errors import DeviceError, DeviceGone, DeviceRefused, PortBusy
from leancue.clip.answers import Hello, Info, RunEntry
from leancue.clip.client import Client
from leancue.clip.devices import scan
from leancue.clip.exchange import FIRST_HELLO_S
from leancue.clip.scan_result import Found as Answered
from leancue.library import Filing, Library, Prescription
from leancue.live.live_state import LiveState
from leancue.runs.pull import pull
from leancue.transports.addresses import open_transport
from leancue.transports.base import Transport
from leancue.transports.simulated_board import SimTransport, read_options
from leancue.transports.simulator_process import Simulator

_QUIET_S = 0.5
_LEFT_LOOK_S = 0.25  # so often it is looked whether the page is being left
_PATIENCE_S = FIRST_HELLO_S + 1.0  # for what the page itself is doing: another tab may be looking


class ClipBusy(PortBusy):
    """This page itself is doing something with a clip.

    Example: the live view runs, and somebody presses Pull.
    """


@dataclass(frozen=True)
class Seen:
    """A clip that answered on ``port``. ``info`` None: it did not say how it is."""

    port: str
    hello: Hello
    info: Info | None
    simulated: bool = False


@dataclass(frozen=True)
class Found:
    """The clips, and what was in the way of finding others."""

    clips: tuple[Seen, ...]
    trouble: tuple[DeviceError, ...]


@dataclass
class Progress:
    """How far a transfer is. Written by the thread that works, read by the page."""

    label: str = ""
    done: int = 0
    total: int = 0
    began_s: float = field(default_factory=time.monotonic)

    def words(self) -> str:
        """Return amount, rate and time left."""
        spent_s = max(time.monotonic() - self.began_s, 1e-3)
        rate = self.done / spent_s
        left = f", {(self.total - self.done) / rate:.0f} s left" if rate and self.total else ""
        of = f" of {self.total / 1000:.0f}" if self.total else ""
        return f"{self.label}: {self.done / 1000:.0f}{of} kB, {rate / 1000:.0f} kB/s{left}"


@dataclass(frozen=True)
class PulledRuns:
    """What came: the filings, and how many runs were here whole already."""

    filings: tuple[Filing, ...]
    here: int
    missing_pages: int


class _Leaving(Transport):
    """A transport that breaks when the page is left, whatever the clip goes on saying."""

    def __init__(self, inner: Transport, left: threading.Event) -> None:
        self.name = inner.name
        self._inner, self._left = inner, left

    def write(self, data: bytes) -> None:
        """Send ``data``; see Transport."""
        self._go_on()
        self._inner.write(data)

    def read(self, timeout_s: float) -> bytes:
        """Return a block of what has come in, or nothing a little early; see Transport."""
        self._go_on()
        return self._inner.read(min(timeout_s, _LEFT_LOOK_S))

    def close(self) -> None:
        """Give the port back."""
        self._inner.close()

    def _go_on(self) -> None:
        if self._left.is_set():
            raise DeviceGone("The page is being left.")


class Clips:
    """All methods block; call them off the page's loop. DeviceError where a clip is in the way."""

    def __init__(self, devices: Sequence[str] = ()) -> None:
        """``devices``: ports, addresses or ``sim:`` names; none = whatever is plugged in."""
        self._named = tuple(devices)
        self._simulators: dict[str, Simulator] = {}
        self._lock = threading.Lock()
        self._scratch = tempfile.TemporaryDirectory(prefix="leancue-pull-")  # mode 0700
        self._stop_live = threading.Event()
        self._left = threading.Event()

    def close(self) -> None:
        """End what was started, a clip's doing too; pulls that were cut off are forgotten."""
        self._left.set()
        self._stop_live.set()
        for simulator in self._simulators.values():
            simulator.close()
        self._lock.acquire(timeout=_PATIENCE_S)  # what was at work has let go of the folder
        self._scratch.cleanup()

    def _leaving(self, transport: Transport) -> Transport:
        return _Leaving(transport, self._left)

    def find(self) -> Found:
        """Ask every port who is there, and each clip how it is."""
        with self._alone(), scan(self._ports(), wrap=self._leaving) as found:
            return Found(tuple(map(self._seen, found.clips)), found.trouble)

    def _ports(self) -> list[str] | None:
        if not self._named:
            return None
        for name in self._named:
            if name.startswith(SimTransport.SCHEME) and name not in self._simulators:
                options, _run = read_options(name.removeprefix(SimTransport.SCHEME))
                self._simulators[name] = Simulator(**options)
        return [self._simulators[n].port if n in self._simulators else n for n in self._named]

    def _seen(self, clip: Answered) -> Seen:
        info = None
        with suppress(DeviceError):  # it did not say, and the page says so
            info = clip.client.info()
        return Seen(clip.port, clip.hello, info, self._simulator(clip.port) is not None)

    def _simulator(self, port: str) -> Simulator | None:
        return next((s for s in self._simulators.values() if s.port == port), None)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two things at once on one port would mix their answers."""
        if not self._lock.acquire(timeout=_PATIENCE_S):
            raise ClipBusy("The page is still busy with a clip.", "A pull or the live view runs.")
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _client(self, clip: Seen) -> Iterator[Client]:
        """Speak to the clip that was found, and make sure that it is still the same."""
        with self._alone(), Client(self._leaving(open_transport(clip.port))) as client:
            hello = client.hello()
            if (hello.uid, hello.patient) != (clip.hello.uid, clip.hello.patient):
                raise DeviceRefused(
                    f"Another clip, or another patient's, is on {clip.port} now: "
                    f"{hello.uid} of {hello.patient}.",
                    "It was changed since it was found; nothing was done.",
                )
            yield client

    def command(self, clip: Seen, word: str) -> None:
        """Have the clip do something: one of ``client.COMMANDS``."""
        with self._client(clip) as client:
            client.command(word)

    def using(self, clip: Seen, work: Callable[[Client], Any]) -> Any:
        """Return what ``work`` makes of the clip, which it has for itself meanwhile."""
        with self._client(clip) as client:
            return work(client)

    def mode(self, clip: Seen) -> str:
        """Ask what the clip is doing."""
        with self._client(clip) as client:
            return client.info().mode

    def send(self, clip: Seen, library: Library, made: Prescription) -> dict[str, Any]:
        """Send a prescription and note that; return what the clip reads back, which is the same."""
        with self._client(clip) as client:
            after = client.set_prescription(made.values)
        library.devices.seen(clip.hello.uid, clip.hello.board, clip.hello.version)
        library.prescriptions.sent(made.id, clip.hello.uid)
        return after

    def pull(self, clip: Seen, library: Library, progress: Progress) -> PulledRuns:
        """Fetch the runs that the library has not whole yet, and file each as soon as it is here.

        A pull that was cut off goes on where it stopped, as long as this program runs.
        """
        filings: list[Filing] = []
        here = missing = 0
        with self._client(clip) as client:
            known = _known(library, clip.hello)
            for entry in client.runs():
                if entry.wall_s and (entry.run_id, entry.wall_s) in known:
                    here += 1
                    continue
                pulled = pull(client, clip.hello.uid, entry, Path(self._scratch.name),
                              _teller(progress, entry))  # fmt: skip
                missing += len(pulled.missing)
                filings += library.file_run(pulled.path, uid=clip.hello.uid)
                pulled.path.unlink()
        library.devices.seen(clip.hello.uid, clip.hello.board, clip.hello.version)
        return PulledRuns(tuple(filings), here, missing)

    def live(self, clip: Seen, state: LiveState) -> None:
        """Take what the clip tells into ``state`` until ``stop_live``."""
        self._stop_live.clear()
        with self._client(clip) as client:
            try:
                while not self._stop_live.is_set():
                    client.live(True)  # said again where it was quiet: is it still there?
                    for frame in client.stream(_QUIET_S):
                        state.take(frame)
                        if self._stop_live.is_set():
                            break
            finally:
                client.live(False)

    def stop_live(self) -> None:
        """End the live view."""
        self._stop_live.set()

    def run_simulated(self, clip: Seen) -> None:
        """Let a simulated clip's wearer run, and wait for the end. DeviceGone."""
        simulator = self._simulator(clip.port)
        if simulator is not None:
            simulator.go()
            simulator.wait_until_over()


def _known(library: Library, hello: Hello) -> set[tuple[int, int]]:
    """The runs of this clip that are in the library whole, as (number, when it began in s)."""
    rows = list(library.runs.inbox())
    if library.patients.has(hello.patient):
        rows += library.runs.of(hello.patient)
    return {
        (row.number, row.began_s)
        for row in rows
        if row.uid == hello.uid and row.began_s and row.summary
        and row.summary.closed and not row.summary.holes
    }  # fmt: skip


def _teller(progress: Progress, entry: RunEntry) -> Callable[[int, int], None]:
    progress.label = f"run {entry.run_id}"
    progress.began_s = time.monotonic()

    def tell(done: int, total: int) -> None:
        progress.done, progress.total = done, total

    return tell
