"""The clips on this desk, for the page: found, asked, sent to, pulled from, shown live."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from leancue.basis.errors import DeviceError, DeviceGone, DeviceRefused
from leancue.clinic.clip_activity import ClipActivity, ClipBusy
from leancue.clinic.live_feed import LiveFeed
from leancue.clinic.visit_steps import VisitLog
from leancue.clip import devices
from leancue.clip.answers import Hello, Info, RunEntry
from leancue.clip.client import Client
from leancue.clip.devices import scan
from leancue.clip.exchange import FIRST_HELLO_S
from leancue.clip.scan_result import Found as Answered
from leancue.language.formats import decimal
from leancue.language.words import N_, _
from leancue.library import Filing, Library, Prescription
from leancue.runs.pull import pull
from leancue.transports.addresses import open_transport
from leancue.transports.base import Transport
from leancue.transports.simulated_board import SimTransport, read_options
from leancue.transports.simulator_process import Simulator

LIVE = N_("shown live")  # of a port: what is asked meanwhile goes by the live view
_CALIBRATION_S, _MODE_LOOK_S = 40.0, 0.5
_LEFT_LOOK_S = 0.25  # so often it is looked whether the page is being left
_PATIENCE_S = FIRST_HELLO_S + 1.0  # for what the page itself is doing: another tab may be looking


@dataclass(frozen=True)
class Seen:
    """A clip that answered on ``port``. ``info``, ``values`` None: it did not say how it is.

    ``values``: its prescription; ``new_runs``: how many the library has not. ``doing``: what the
    page is doing with it meanwhile; the rest is what it said before, then.
    """

    port: str
    hello: Hello
    info: Info | None
    simulated: bool = False
    values: dict[str, Any] | None = None
    new_runs: int = 0
    doing: str = ""


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
        left = (
            _(", {seconds} s left", seconds=decimal((self.total - self.done) / rate, 0))
            if rate and self.total
            else ""
        )
        of = _(" of {size}", size=decimal(self.total / 1000, 0)) if self.total else ""
        return _(
            "{label}: {done}{of} kB, {rate} kB/s{left}",
            label=self.label,
            done=decimal(self.done / 1000, 0),
            of=of,
            rate=decimal(rate / 1000, 0),
            left=left,
        )


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
            raise DeviceGone(_("The page is being left."))


class Clips:
    """All methods block; call them off the page's loop. DeviceError where a clip is in the way."""

    def __init__(self, devices: Sequence[str] = ()) -> None:
        """``devices``: ports, addresses or ``sim:`` names; none = whatever is plugged in."""
        self._named = tuple(devices)
        self._simulators: dict[str, Simulator] = {}
        self._activity = ClipActivity(_PATIENCE_S)
        self._looking = threading.Lock()
        self._seen: dict[str, Seen] = {}
        self._feeds: dict[str, LiveFeed] = {}
        self._logs: dict[str, VisitLog] = {}
        self._scratch = tempfile.TemporaryDirectory(prefix="leancue-pull-")  # mode 0700
        self._left = threading.Event()

    def close(self) -> None:
        """End what was started, a clip's doing too; pulls that were cut off are forgotten."""
        self._left.set()
        for feed in list(self._feeds.values()):
            feed.end()
        for simulator in self._simulators.values():
            simulator.close()
        self._activity.wait_until_idle(_PATIENCE_S)  # what was at work has let go of the folder
        self._scratch.cleanup()

    def _leaving(self, transport: Transport) -> Transport:
        return _Leaving(transport, self._left)

    def find(self, library: Library | None = None) -> Found:
        """Ask every port who is there, and each clip how it is and what it holds.

        A clip with which another tab is doing something is left alone: it is shown as it was.
        ``library``: notes what the clips say. ClipBusy.
        """
        if not self._looking.acquire(timeout=_PATIENCE_S):
            raise ClipBusy(
                _("The page is still busy with a clip."), _("Another tab looks for clips.")
            )
        try:
            return self._find(library)
        finally:
            self._looking.release()

    def _find(self, library: Library | None) -> Found:
        named = self._ports()
        ports = devices.candidates() if named is None else named
        with self._activity.those_free(ports, _("being asked who it is")) as free:
            all_free = len(free) == len(set(ports))
            with scan(named if all_free else free, wrap=self._leaving) as found:
                clips = [self._ask_all(clip, library) for clip in found.clips]
                trouble = found.trouble
        self._seen = {port: seen for port, seen in self._seen.items() if port not in free}
        busy = [replace(seen, doing=doing) for port, seen in self._seen.items()
                if port in ports and (doing := self._activity.doing(port))]  # fmt: skip
        self._seen.update({clip.port: clip for clip in clips})
        shown = sorted([*clips, *busy], key=lambda clip: ports.index(clip.port)
                       if clip.port in ports else len(ports))  # fmt: skip
        return Found(tuple(shown), trouble)

    def doing(self, clip: Seen) -> str:
        """Return what any tab is doing with the clip, "" where nothing."""
        return self._activity.doing(clip.port)

    def _ports(self) -> list[str] | None:
        if not self._named:
            return None
        for name in self._named:
            if name.startswith(SimTransport.SCHEME) and name not in self._simulators:
                options, _run = read_options(name.removeprefix(SimTransport.SCHEME))
                self._simulators[name] = Simulator(**options)
        return [self._simulators[n].port if n in self._simulators else n for n in self._named]

    def _ask_all(self, clip: Answered, library: Library | None) -> Seen:
        info = values = None
        new_runs = 0
        with suppress(DeviceError):  # it did not say, and the page says so
            info = clip.client.info()
            values = clip.client.prescription()
            if library is not None and info.runs:
                known = _known(library, clip.hello)
                new_runs = sum(not _is_here(entry, known) for entry in clip.client.runs())
        simulated = self._simulator(clip.port) is not None
        seen = Seen(clip.port, clip.hello, info, simulated, values, new_runs)
        _note(library, seen)
        return seen

    def look(self, clip: Seen, library: Library) -> Seen:
        """Ask one clip anew how it is and what it holds; whose it is may have changed."""

        def ask(client: Client) -> Seen:
            return self._ask_all(Answered(clip.port, client.hello(), client), library)

        feed = self._feeds.get(clip.port)
        if feed is not None and not feed.over:
            seen: Seen = feed.ask(ask)
        else:
            with self._open(clip.port, _("being asked how it is")) as client:
                seen = ask(client)
        self._seen[clip.port] = seen
        return seen

    def _simulator(self, port: str) -> Simulator | None:
        return next((s for s in self._simulators.values() if s.port == port), None)

    @contextmanager
    def _open(self, port: str, what: str) -> Iterator[Client]:
        """Have the port to oneself and speak there. ClipBusy, DeviceError."""
        with (
            self._activity.alone(port, what),
            Client(self._leaving(open_transport(port))) as client,
        ):
            yield client

    @contextmanager
    def _client(self, clip: Seen, what: str) -> Iterator[Client]:
        """Speak to the clip that was found, and make sure that it is still the same."""
        with (
            self._activity.alone(clip.port, what),
            Client(self._leaving(open_transport(clip.port))) as client,
        ):
            hello = client.hello()
            if (hello.uid, hello.patient) != (clip.hello.uid, clip.hello.patient):
                raise DeviceRefused(
                    _(
                        "Another clip, or another patient's, is on {port} now: {uid} of {patient}.",
                        port=clip.port,
                        uid=hello.uid,
                        patient=hello.patient,
                    ),
                    _("It was changed since it was found; nothing was done."),
                )
            yield client

    def _ask(self, clip: Seen, what: str, question: Callable[[Client], Any]) -> Any:
        """Ask the clip something; where its live view runs, by that."""
        feed = self._feeds.get(clip.port)
        if feed is not None and not feed.over:
            return feed.ask(question)
        with self._client(clip, what) as client:
            return question(client)

    def command(self, clip: Seen, word: str) -> None:
        """Have the clip do something: one of ``client.COMMANDS``."""
        self._ask(clip, _("doing something"), lambda client: client.command(word))

    def using(self, clip: Seen, work: Callable[[Client], Any]) -> Any:
        """Return what ``work`` makes of the clip, which it has for itself meanwhile."""
        with self._client(clip, _("being checked")) as client:
            return work(client)

    def calibrate(self, clip: Seen) -> str:
        """Have the clip calibrate itself; return its mode once that is over, or after a while."""
        feed = self._feeds.get(clip.port)
        if feed is not None and not feed.over:
            self.command(clip, "calibrate")
            return _calibrated(lambda: str(self._ask(clip, "", lambda c: c.info().mode)))
        with self._client(clip, "calibrating") as client:
            client.command("calibrate")
            return _calibrated(lambda: client.info().mode)

    def send(self, clip: Seen, library: Library, made: Prescription) -> dict[str, Any]:
        """Send a prescription and note that; return what the clip reads back, which is the same.

        Broken off, the library knows that it was sent and not read back.
        """
        with self._client(clip, _("being sent a prescription")) as client:
            library.on_clips.sending(clip.hello.uid, made.id)
            try:
                after = client.set_prescription(made.values)
            except DeviceRefused:
                self._note_content(client, clip, library)
                raise
            library.devices.seen(clip.hello.uid, clip.hello.board, clip.hello.version)
            library.prescriptions.sent(made.id, clip.hello.uid)
            self._note_content(client, clip, library)
        return after

    @staticmethod
    def _note_content(client: Client, clip: Seen, library: Library) -> None:
        """Note what the clip holds now; where it does not say, that stays open."""
        with suppress(DeviceError):
            info, values = client.info(), client.prescription()
            _note(library, replace(clip, info=info, values=values))

    def pull(self, clip: Seen, library: Library, progress: Progress) -> PulledRuns:
        """Fetch the runs that the library has not whole yet, and file each as soon as it is here.

        A pull that was cut off goes on where it stopped, as long as this program runs.
        """
        filings: list[Filing] = []
        here = missing = 0
        with self._client(clip, _("being pulled from")) as client:
            known = _known(library, clip.hello)
            for entry in client.runs():
                if _is_here(entry, known):
                    here += 1
                    continue
                pulled = pull(client, clip.hello.uid, entry, Path(self._scratch.name),
                              _teller(progress, entry))  # fmt: skip
                missing += len(pulled.missing)
                filings += library.file_run(pulled.path, uid=clip.hello.uid)
                pulled.path.unlink()
        library.devices.seen(clip.hello.uid, clip.hello.board, clip.hello.version)
        return PulledRuns(tuple(filings), here, missing)

    def watch(self, clip: Seen, watcher: object) -> tuple[LiveFeed, bool]:
        """Look at the clip's live view with others; return it, and whether it is to be begun."""
        feed = self._feeds.get(clip.port)
        if feed is not None and feed.join(watcher):
            return feed, False
        feed = self._feeds[clip.port] = LiveFeed()
        feed.join(watcher)
        return feed, True

    def leave_live(self, clip: Seen, watcher: object) -> None:
        """Look at the clip's live view no more; others may go on."""
        if feed := self._feeds.get(clip.port):
            feed.leave(watcher)

    def end_live(self, clip: Seen) -> None:
        """End the clip's live view for all, and wait until its port is free."""
        if feed := self._feeds.get(clip.port):
            feed.end()

    def log_of(self, clip: Seen) -> VisitLog:
        """Return what was done with the clip since this program began."""
        return self._logs.setdefault(clip.hello.uid, VisitLog())

    def live(self, clip: Seen, feed: LiveFeed) -> None:
        """Take what the clip tells into the feed until nobody looks on."""
        try:
            with self._client(clip, LIVE) as client:
                feed.listen(client)
        finally:
            feed.end()

    def run_simulated(self, clip: Seen) -> None:
        """Let a simulated clip's wearer run, and wait for the end. DeviceGone."""
        simulator = self._simulator(clip.port)
        if simulator is not None:
            simulator.go()
            simulator.wait_until_over()


def _note(library: Library | None, seen: Seen) -> None:
    """Keep what a clip said that it holds."""
    if library is None or seen.info is None or seen.values is None:
        return
    uid, info = seen.hello.uid, seen.info
    if library.devices.get(uid) is None:
        library.devices.seen(uid, seen.hello.board, seen.hello.version)
    library.on_clips.read(uid, seen.values, info.baseline_cdeg, info.session)


def _calibrated(mode: Callable[[], str]) -> str:
    """Ask for the clip's mode until it is calibrated, or was long enough; return the last one."""
    deadline_s = time.monotonic() + _CALIBRATION_S
    found = "calibrating"
    while found == "calibrating" and time.monotonic() < deadline_s:
        time.sleep(_MODE_LOOK_S)
        found = mode()
    return found


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


def _is_here(entry: RunEntry, known: set[tuple[int, int]]) -> bool:
    return bool(entry.wall_s) and (entry.run_id, entry.wall_s) in known


def _teller(progress: Progress, entry: RunEntry) -> Callable[[int, int], None]:
    progress.label = _("run {run}", run=entry.run_id)
    progress.began_s = time.monotonic()

    def tell(done: int, total: int) -> None:
        progress.done, progress.total = done, total

    return tell
