"""The plugged-in clips: identity and state of each, one port at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from leancue.basis.errors import DeviceError, DeviceRefused
from leancue.clinic.clip_activity import ClipActivity, ClipBusy
from leancue.clinic.clip_records import ClipReading, Found
from leancue.clinic.fetched_runs import is_here, known_runs
from leancue.clinic.leavable_port import LeavablePort
from leancue.clinic.live_feed import LiveFeed
from leancue.clip import devices
from leancue.clip.client import Client
from leancue.clip.devices import scan
from leancue.clip.exchange import FIRST_HELLO_S
from leancue.clip.scan_result import Found as Answered
from leancue.language.words import _
from leancue.library import Library
from leancue.transports.addresses import open_transport
from leancue.transports.base import Transport
from leancue.transports.simulated_board import SimTransport, read_options
from leancue.transports.simulator_process import Simulator

# For the page's own actions: another tab may be using the port.
PORT_TIMEOUT_S = FIRST_HELLO_S + 1.0


class PluggedClips:
    """All methods block; call them outside the event loop. DeviceError on a problem with a clip."""

    def __init__(self, devices: Sequence[str] = ()) -> None:
        """``devices``: ports, addresses or ``sim:`` names; empty = everything plugged in."""
        self._named = tuple(devices)
        self._simulators: dict[str, Simulator] = {}
        self._activity = ClipActivity(PORT_TIMEOUT_S)
        self._looking = threading.Lock()
        self._seen: dict[str, ClipReading] = {}
        self._feeds: dict[str, LiveFeed] = {}
        self._left = threading.Event()

    def _leaving(self, transport: Transport) -> Transport:
        return LeavablePort(transport, self._left)

    def find(self, library: Library | None = None) -> Found:
        """Query every port, and each clip for its state and content.

        A clip in use by another tab is skipped and shown with its last state. ``library``: records
        the answers. ClipBusy.
        """
        if not self._looking.acquire(timeout=PORT_TIMEOUT_S):
            raise ClipBusy(
                _("The page is still busy with a clip."), _("Another tab is searching for clips.")
            )
        try:
            return self._find(library)
        finally:
            self._looking.release()

    def _find(self, library: Library | None) -> Found:
        named = self._ports()
        ports = devices.candidates() if named is None else named
        with self._activity.those_free(ports, _("being identified")) as free:
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

    def is_theirs(self, code: str) -> bool:
        """Whether exactly one clip of the last search belongs to this patient."""
        return sum(seen.hello.patient == code for seen in self._seen.values()) == 1

    def doing(self, clip: ClipReading) -> str:
        """Return any tab's current action with the clip, "" = none."""
        return self._activity.doing(clip.port)

    def _ports(self) -> list[str] | None:
        if not self._named:
            return None
        for name in self._named:
            if name.startswith(SimTransport.SCHEME) and name not in self._simulators:
                options, _run = read_options(name.removeprefix(SimTransport.SCHEME))
                self._simulators[name] = Simulator(**options)
        return [self._simulators[n].port if n in self._simulators else n for n in self._named]

    def _ask_all(self, clip: Answered, library: Library | None) -> ClipReading:
        info = values = None
        new_runs = 0
        with suppress(DeviceError):  # no answer; the page shows that
            info = clip.client.info()
            values = clip.client.prescription()
            if library is not None and info.runs:
                known = known_runs(library, clip.hello)
                new_runs = sum(not is_here(entry, known) for entry in clip.client.runs())
        simulated = self._simulator(clip.port) is not None
        seen = ClipReading(clip.port, clip.hello, info, simulated, values, new_runs)
        note_content(library, seen)
        return seen

    def look(self, clip: ClipReading, library: Library) -> ClipReading:
        """Read one clip's state and content again; its owner may have changed."""

        def ask(client: Client) -> ClipReading:
            return self._ask_all(Answered(clip.port, client.hello(), client), library)

        feed = self._feeds.get(clip.port)
        if feed is not None and not feed.over:
            seen: ClipReading = feed.ask(ask)
        else:
            with self._open(clip.port, _("being read")) as client:
                seen = ask(client)
        self._seen[clip.port] = seen
        return seen

    def _simulator(self, port: str) -> Simulator | None:
        return next((s for s in self._simulators.values() if s.port == port), None)

    @contextmanager
    def _open(self, port: str, what: str) -> Iterator[Client]:
        """Use the port exclusively and connect. ClipBusy, DeviceError."""
        with (
            self._activity.alone(port, what),
            Client(self._leaving(open_transport(port))) as client,
        ):
            yield client

    @contextmanager
    def _client(self, clip: ClipReading, what: str) -> Iterator[Client]:
        """Connect to the clip found earlier, and make sure that it is still the same."""
        with (
            self._activity.alone(clip.port, what),
            Client(self._leaving(open_transport(clip.port))) as client,
        ):
            hello = client.hello()
            if (hello.uid, hello.patient) != (clip.hello.uid, clip.hello.patient):
                raise DeviceRefused(
                    _(
                        "There is now a different clip, or another patient's clip, at {port}: "
                        "{uid} of {patient}.",
                        port=clip.port,
                        uid=hello.uid,
                        patient=hello.patient,
                    ),
                    _("It was swapped after it was found. Nothing was done."),
                )
            yield client


def note_content(library: Library | None, seen: ClipReading) -> None:
    """Record a clip's reported content."""
    if library is None or seen.info is None or seen.values is None:
        return
    uid, info = seen.hello.uid, seen.info
    if library.devices.get(uid) is None:
        library.devices.seen(uid, seen.hello.board, seen.hello.version)
    library.on_clips.read(uid, seen.values, info.baseline_cdeg, info.session)
