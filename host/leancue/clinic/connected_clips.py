"""The page's actions with the clips on this desk: query, send, pull, live view."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from leancue.basis.errors import DeviceError, DeviceRefused
from leancue.clinic.clip_records import ClipReading, Progress, PulledRuns
from leancue.clinic.fetched_runs import is_here, known_runs, teller
from leancue.clinic.live_feed import LiveFeed
from leancue.clinic.plugged_clips import PORT_TIMEOUT_S, PluggedClips, note_content
from leancue.clinic.visit_steps import VisitLog
from leancue.clip.client import Client
from leancue.commissioning import filed, motor_look
from leancue.language.words import N_, _
from leancue.library import Filing, Library, Prescription
from leancue.runs.pull import pull

LIVE = N_("shown live")  # purpose of a port: other requests then go through the live view
_BLINKS, _BLINK_S = 6, 0.5  # each is one tick and 0.2 s of white light
_CALIBRATION_S, _MODE_LOOK_S = 40.0, 0.5


class Clips(PluggedClips):
    """Like PluggedClips: all methods block; DeviceError on a problem with a clip."""

    def __init__(self, devices: Sequence[str] = ()) -> None:
        """``devices``: as for PluggedClips."""
        super().__init__(devices)
        self._logs: dict[str, VisitLog] = {}
        self._changed: Counter[str] = Counter()
        self._scratch = tempfile.TemporaryDirectory(prefix="leancue-pull-")  # mode 0700

    def close(self) -> None:
        """End everything, including actions of a clip; interrupted pulls are discarded."""
        self._left.set()
        for feed in list(self._feeds.values()):
            feed.end()
        for simulator in self._simulators.values():
            simulator.close()
        self._activity.wait_until_idle(PORT_TIMEOUT_S)  # workers have released the folder
        self._scratch.cleanup()

    def changes(self) -> Counter[str]:
        """Return the change counters of the clips, by UID."""
        return self._changed.copy()

    @contextmanager
    def _changing(self, clip: ClipReading, what: str) -> Iterator[Client]:
        """Use the clip exclusively for a change after which every tab must reload it."""
        try:
            with self._client(clip, what) as client:
                yield client
        finally:
            self._changed[clip.hello.uid] += 1

    def _ask(self, clip: ClipReading, what: str, question: Callable[[Client], Any]) -> Any:
        """Ask the clip something, through the live view if it runs."""
        feed = self._feeds.get(clip.port)
        if feed is not None and not feed.over:
            return feed.ask(question)
        with self._client(clip, what) as client:
            return question(client)

    def command(self, clip: ClipReading, word: str) -> None:
        """Send the clip one of ``client.COMMANDS``."""
        self._ask(clip, _("busy"), lambda client: client.command(word))

    def blink(self, clip: ClipReading) -> None:
        """Let the clip blink and tick for some seconds, to identify it by eye and hand.

        A clip of an older release does not support it: DeviceRefused.
        """
        for number in range(_BLINKS):
            if number:
                time.sleep(_BLINK_S)
            self.command(clip, "blink")

    def wearer(self, clip: ClipReading) -> str | None:
        """The wearer of a simulated clip; None for a real one."""
        simulator = self._simulator(clip.port)
        return None if simulator is None else simulator.wearer

    def using(self, clip: ClipReading, work: Callable[[Client], Any]) -> Any:
        """Return the result of ``work`` on the clip, with exclusive use."""
        with self._client(clip, _("being checked")) as client:
            return work(client)

    def calibrate(self, clip: ClipReading) -> str:
        """Start a calibration; return the clip's mode at its end, or after a timeout."""
        feed = self._feeds.get(clip.port)
        if feed is not None and not feed.over:
            self.command(clip, "calibrate")
            return _calibrated(lambda: str(self._ask(clip, "", lambda c: c.info().mode)))
        with self._changing(clip, N_("calibrating")) as client:
            client.command("calibrate")
            return _calibrated(lambda: client.info().mode)

    def send(self, clip: ClipReading, library: Library, made: Prescription) -> dict[str, Any]:
        """Send a prescription and record it; return the identical one that the clip reads back.

        If interrupted, the library knows that it was sent but not read back.
        """
        with self._changing(clip, _("receiving a prescription")) as client:
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
    def _note_content(client: Client, clip: ClipReading, library: Library) -> None:
        """Record what the clip holds now; unknown if it does not answer."""
        with suppress(DeviceError):
            info, values = client.info(), client.prescription()
            note_content(library, replace(clip, info=info, values=values))

    def pull(self, clip: ClipReading, library: Library, progress: Progress) -> PulledRuns:
        """Fetch the runs that are incomplete in the library, and file each on arrival.

        An interrupted pull resumes where it stopped, as long as this program runs.
        """
        filings: list[Filing] = []
        here = missing = 0
        with self._changing(clip, _("having its runs pulled")) as client:
            known = known_runs(library, clip.hello)
            for entry in client.runs():
                if is_here(entry, known):
                    here += 1
                    continue
                pulled = pull(client, clip.hello.uid, entry, Path(self._scratch.name),
                              teller(progress, entry))  # fmt: skip
                missing += len(pulled.missing)
                filings += library.file_run(pulled.path, uid=clip.hello.uid)
                pulled.path.unlink()
            kept = motor_look.last_check(client)
            motor = motor_look.look(client, kept)
        seen = library.devices.seen(clip.hello.uid, clip.hello.board, clip.hello.version)
        new = filed.brought_up(seen.check_json, kept, clip.hello.board, motor, int(time.time()))
        if new is not None:
            library.devices.checked(clip.hello.uid, new)
        return PulledRuns(tuple(filings), here, missing, motor.words if motor else "")

    def watch(self, clip: ClipReading, watcher: object) -> tuple[LiveFeed, bool]:
        """Join the clip's live view; return it, and whether it must be started."""
        feed = self._feeds.get(clip.port)
        if feed is not None and feed.join(watcher):
            return feed, False
        feed = self._feeds[clip.port] = LiveFeed()
        feed.join(watcher)
        return feed, True

    def leave_live(self, clip: ClipReading, watcher: object) -> None:
        """Leave the clip's live view; others may continue."""
        if feed := self._feeds.get(clip.port):
            feed.leave(watcher)

    def end_live(self, clip: ClipReading) -> None:
        """End the clip's live view for all, and wait until its port is free."""
        if feed := self._feeds.get(clip.port):
            feed.end()

    def log_of(self, clip: ClipReading) -> VisitLog:
        """Return the actions on the clip since this program started."""
        return self._logs.setdefault(clip.hello.uid, VisitLog())

    def live(self, clip: ClipReading, feed: LiveFeed) -> None:
        """Read the clip's live stream into the feed until it has no watchers."""
        try:
            with self._client(clip, LIVE) as client:
                feed.listen(client)
        finally:
            feed.end()

    def run_simulated(self, clip: ClipReading) -> None:
        """Start a simulated clip's wearer, and wait for the end. DeviceGone."""
        simulator = self._simulator(clip.port)
        if simulator is not None:
            simulator.go()
            simulator.wait_until_over()


def _calibrated(mode: Callable[[], str]) -> str:
    """Poll the clip's mode until it is calibrated or a timeout; return the last one."""
    deadline_s = time.monotonic() + _CALIBRATION_S
    found = "calibrating"
    while found == "calibrating" and time.monotonic() < deadline_s:
        time.sleep(_MODE_LOOK_S)
        found = mode()
    return found
