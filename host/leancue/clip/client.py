"""The clip as an object: one method for each request."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from leancore.link import clinic_lock
from leancore.link import messages as m

from leancue.basis.errors import DeviceGone, DeviceLocked, NotALeanCue
from leancue.basis.times import known_s
from leancue.clip import answers, key_file, page_frames, sending
from leancue.clip.answers import Challenge, Done, FileState, Hello, Info, RunEntry, Trace
from leancue.clip.exchange import Exchange, Timeouts, Traffic, never
from leancue.clip.progress_guard import ProgressGuard
from leancue.language.words import _
from leancue.transports.base import Transport

COMMANDS = ("calibrate", "feel", "end", "blink", "edit", "reset")
# Minimum rates: a clip lists hundreds, and erases or sends some 20 pages.
_ROWS_PER_S, _ERASED_PER_S, _PAGES_PER_S = 5.0, 2.0, 1.0
_PAGES_GRACE_S = 8.0  # each missing page costs some attempts


class Client:
    """A clip behind ``transport``. Begin with ``hello``.

    Every method raises DeviceGone if the clip falls silent, DeviceRefused if it refuses, and
    ProtocolMismatch for an answer that this desk tool does not understand.
    """

    def __init__(
        self,
        transport: Transport,
        timeouts: Timeouts | None = None,
        key: Callable[[], bytes | None] = key_file.load,
    ) -> None:
        """``key``: returns the clinic's key when a clip requires it, None if there is none."""
        self.transport = transport
        self._exchange = Exchange(transport, timeouts)
        self._key = key

    def hello(self, given_up: Callable[[], bool] = never) -> Hello:
        """Identify the clip and give it the time; NotALeanCue without a valid answer.

        ``given_up``: polled while waiting; True ends the waiting.
        """
        heard_before = self._exchange.received_bytes
        request = {"protocol": m.PROTOCOL}
        if now_s := known_s(int(time.time())):  # a host whose clock was never set sends no time
            request["time_s"] = now_s
        try:
            answer = self._exchange.greet(request, given_up)
        except DeviceGone as error:
            heard = self._exchange.received_bytes - heard_before
            raise _not_a_leancue(self.transport.name, heard, error) from error
        answers.check_protocol(answer)
        return answers.read(Hello, answer, "hello")

    @property
    def traffic(self) -> Traffic:
        """Statistics of the port so far."""
        return self._exchange.traffic

    def info(self) -> Info:
        """Return the clip's state."""
        return answers.read(Info, self._exchange.ask(m.INFO, {}), "info")

    def trace(self) -> Trace:
        """Return the last unexpected error of the clip's program."""
        return answers.read(Trace, self._exchange.ask(m.TRACE, {}), "trace")

    def settings(self) -> dict[str, int]:
        """Return all settings of the clip."""
        values: dict[str, Any] = {}
        total, headway = 1, ProgressGuard("settings_get", _ROWS_PER_S)
        while len(values) < total:
            answer = self._exchange.ask(m.SETTINGS_GET, {"from": len(values)})
            part, total = _slice(
                answer, "values", dict, "settings_get", values, answers.SETTINGS_MOST
            )
            values.update(part)
            headway.made(len(part))
        return answers.read_settings(values)

    def set_settings(self, values: Mapping[str, int]) -> dict[str, int]:
        """Change settings; return all of them as the clip reads them back.

        Raises:
            SettingsError: for an unknown name or a value out of range; nothing was sent.
            DeviceRefused: also if the clip reads back something else.
        """
        sending.check_settings(values)
        for part in sending.parts(values):
            self._unlocked(clinic_lock.SETTINGS, part, m.SETTINGS_SET, part)
        after = self.settings()
        sending.compare(values, after, "leancue settings")
        return after

    def prescription(self) -> dict[str, Any]:
        """Return the prescription on the clip, as in ``leancore.coaching.prescription``."""
        answer = self._exchange.ask(m.PRESCRIPTION_GET, {})
        return answers.read_prescription(answer, "prescription_get")

    def set_prescription(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Send a prescription; return it as the clip reads it back.

        Raises:
            PrescriptionError: where it is not allowed; nothing was sent.
            DeviceRefused: also if the clip reads back something else.
        """
        asked = sending.check_prescription(values)
        answer = self._unlocked(clinic_lock.PRESCRIPTION, asked, m.PRESCRIPTION_SET, asked)
        after = answers.read_prescription(answer, "prescription_set")
        sending.compare(asked, after, "leancue prescribe get")
        return after

    def runs(self) -> list[RunEntry]:
        """Return the runs on the clip, in its order."""
        runs: dict[int, RunEntry] = {}
        total, headway = 1, ProgressGuard("runs", _ROWS_PER_S)
        while len(runs) < total:
            answer = self._unlocked(clinic_lock.READ, {}, m.RUNS, {"from": len(runs)})
            rows, total = _slice(answer, "runs", list, "runs", runs, answers.RUNS_MOST)
            found = {run.run_id: run for run in map(answers.read_run, rows)}
            if len(found) < len(rows) or found.keys() & runs.keys():
                raise answers.nonsense("runs", _("it lists a run twice"))
            runs.update(found)
            headway.made(len(rows))
        return list(runs.values())

    def pages(self, run: int, start: int, count: int) -> Iterator[tuple[int, bytes]]:
        """Yield (number, page) of ``count`` pages of ``run`` from ``start`` on, as they arrive.

        A damaged or missing page is requested again; one that the clip itself does not have intact
        is skipped after all attempts.
        """
        missing = set(range(start, start + count))
        tries = tries_left = self._exchange.timeouts.tries
        headway = ProgressGuard("pages", _PAGES_PER_S, _PAGES_GRACE_S)
        while missing:
            first = min(missing)
            for number, page in self._ask_pages(run, page_frames.stretch(missing, first)):
                missing.discard(number)
                headway.made(1)
                yield number, page
            headway.made(0)  # do not wait for a clip that lists many pages and has none
            tries_left = tries_left - 1 if first in missing else tries
            if not tries_left:  # the clip has no such page: continue after it
                missing.discard(first)
                tries_left = tries

    def _ask_pages(self, run: int, wanted: set[int]) -> Iterator[tuple[int, bytes]]:
        """Request the pages ``wanted`` once; yield those received until the end of the answer.

        Raises:
            DeviceGone: the end never came.
        """

        def take(payload: bytes) -> page_frames.Numbered | None:
            numbered = page_frames.numbered(payload, run)
            return numbered if numbered == page_frames.END or numbered[0] in wanted else None

        request = {"run": run, "from": min(wanted), "count": len(wanted)}
        for number, page in self._exchange.answers(m.PAGES, request, take):
            if not page:
                return
            wanted.discard(number)
            yield number, page
            if not wanted:
                return  # no need to wait for the final frame
        first = request["from"]
        raise DeviceGone(
            _(
                "The clip stopped in the middle of run {run}, near page {first}.",
                run=run,
                first=first,
            ),
            _("The cable was pulled, or the clip restarted."),
            f"Pages already pulled are saved. Plug the clip in and type `leancue runs pull {run}` "
            "to continue.",
        )

    def erase(self, run: int) -> Iterator[int]:
        """Erase ``run`` from the clip in steps; yield the number of pages left, down to 0.

        Nothing is erased before the first step of the iteration.
        """
        left, headway = answers.PAGES_MOST + 1, ProgressGuard("erase", _ERASED_PER_S)
        while left:
            before = left
            answer = self._unlocked(clinic_lock.READ, {}, m.ERASE, {"run": run})
            left = answers.number(answer, "left", answers.PAGES_MOST, "erase")
            if left >= before:
                raise answers.nonsense("erase", _("{left} pages remain, as before", left=left))
            headway.made(before - left if before <= answers.PAGES_MOST else 0)
            yield left

    def mark_pulled(self, run: int) -> None:
        """Tell the clip that ``run`` is completely here: a full log may then overwrite it."""
        self._unlocked(clinic_lock.READ, {}, m.PULLED, {"run": run})

    def lock_state(self) -> tuple[bool, bool]:
        """Return (whether a clinic has locked the clip, whether reading needs its key too)."""
        state = self._challenge()
        return bool(state.locked), bool(state.reads)

    def set_key(self, key: bytes | None, reads: bool = False) -> None:
        """Lock the clip with the clinic's ``key``, or open it. DeviceLocked without the old key."""
        change = {"key": key.hex() if key else "", "reads": int(bool(key) and reads)}
        self._unlocked(clinic_lock.KEY, change, m.KEY_SET, change)

    def _unlocked(
        self, purpose: str, values: Mapping[str, Any], kind: int, request: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Send a request; if the clip requires the key, prove it for ``values`` and repeat."""
        try:
            return self._exchange.ask(kind, request)
        except DeviceLocked:
            key = self._key()
            if key is None:
                raise
        asked = self._challenge()
        proof = clinic_lock.proof(
            key_file.sha256, key, purpose, asked.uid, asked.counter, asked.challenge, values
        )
        self._exchange.ask(m.PROOF, {"for": purpose, "proof": proof})
        return self._exchange.ask(kind, request)

    def _challenge(self) -> Challenge:
        return answers.read(Challenge, self._exchange.ask(m.CHALLENGE, {}), "challenge")

    def command(self, do: str) -> str:
        """Send the clip one of COMMANDS; return the effect it reports."""
        return answers.read(Done, self._exchange.ask(m.COMMAND, {"do": do}), "command").done

    def file(self, path: str) -> tuple[int, int] | None:
        """Return (bytes, CRC-32) of a file as the clip reads it; None if absent."""
        told = answers.read(FileState, self._exchange.ask(m.FILES, {"path": path}), "files")
        return None if told.bytes < 0 else (told.bytes, told.crc)

    def check(self, do: str, **values: Any) -> dict[str, Any]:
        """Let the clip do one measurement of a commissioning; return its answer."""
        return self._exchange.ask(m.CHECK, {"do": do, **values})

    def live(self, on: bool) -> None:
        """Switch the live stream on or off."""
        self._exchange.ask(m.LIVE, {"on": int(on)})

    def stream(self, quiet_s: float = 1.0) -> Iterator[dict[str, int]]:
        """Yield live moments, until the clip was silent for ``quiet_s``."""
        return self._exchange.stream(quiet_s)

    def close(self) -> None:
        """Close the port."""
        self.transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _slice(
    answer: dict[str, Any], key: str, kind: type[list[Any]] | type[dict[str, Any]], request: str,
    here: Collection[Any], most: int,
) -> tuple[Any, int]:  # fmt: skip
    """The part of a long answer under ``key``, and the total; a useless one is rejected."""
    total = answers.number(answer, "total", most, request)
    part = answer.get(key)
    if not isinstance(part, kind):
        raise answers.nonsense(request, _("`{key}` is missing", key=key))
    if len(here) < total and all(isinstance(one, str) and one in here for one in part):
        raise answers.nonsense(
            request,
            _("it sends nothing new after {number} of {total}", number=len(here), total=total),
        )
    return part, total


def _not_a_leancue(name: str, received_bytes: int, error: DeviceGone) -> NotALeanCue:
    if received_bytes:
        return NotALeanCue(
            _("Something answers on {name}, but it is not a LeanCue.", name=name),
            _("It may be another device, or the clip's console port instead of its data port."),
            "See which ports are clips with `leancue devices`.",
        )
    return NotALeanCue(
        _("Nothing answers on {name}.", name=name),
        _("It may be another device, the clip's console port, or a clip without its software."),
        "See which ports are clips with `leancue devices`.",
    )
