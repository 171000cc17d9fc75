"""Requests and answers with a clip: sequence numbers, repeats, timeouts."""

from __future__ import annotations

import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from leancore.link import framing, messages

from leancue.basis import value_checks
from leancue.basis.errors import DeviceGone, DeviceLocked, DeviceRefused
from leancue.clip.answers import Refusal, nonsense, read, read_moment
from leancue.language.words import _
from leancue.transports.base import Transport

T = TypeVar("T")

ANSWER_TIMEOUT_S = 1.0
TRIES = 3
# Any clip may take 4 s until its first answer, if it is starting or compiling the host's part of
# its program. The rest is for transmission and a busy host.
FIRST_HELLO_S = 4.2
# The first bytes may be lost, so hello is repeated; five fit into the 256 bytes that a clip's port
# buffers while the clip is not reading yet.
_HELLO_AT_S = (0.0, 0.3, 0.9, 1.9, 2.9)
_NOISE_BYTES = 4 * framing.MAX_PAYLOAD  # a clip never sends this much without a valid frame
_LOOK_S = 0.1  # between two checks whether to continue waiting
_STREAM_KEPT = 4096  # frames received during other requests; the oldest are dropped first


@dataclass
class Timeouts:
    """How long to wait for an answer, and how often to ask. Every request may be sent twice.

    ``hello_s``: until the first answer on a newly opened port.
    """

    answer_timeout_s: float = ANSWER_TIMEOUT_S
    tries: int = TRIES
    hello_s: float = FIRST_HELLO_S

    def waits_s(self) -> list[float]:
        """Return the waiting times after each transmission of a request."""
        return [self.answer_timeout_s] * self.tries

    def hello_waits_s(self) -> list[float]:
        """Return the waiting times after each hello: ``hello_s`` in total."""
        begins_s = [at_s for at_s in _HELLO_AT_S if at_s < self.hello_s]
        return [end_s - at_s for at_s, end_s in pairwise([*begins_s, self.hello_s])]


def never() -> bool:
    """Never give up."""
    return False


@dataclass(frozen=True)
class Traffic:
    """Statistics of a port: requests, repeated ones, damaged frames."""

    asked: int
    asked_again: int
    damaged: int

    def since(self, before: Traffic) -> Traffic:
        """Return the difference to ``before``."""
        return Traffic(
            self.asked - before.asked,
            self.asked_again - before.asked_again,
            self.damaged - before.damaged,
        )


class Exchange:
    """Requests over a transport. ``received_bytes``: all bytes received, valid or not."""

    def __init__(self, transport: Transport, timeouts: Timeouts | None = None) -> None:
        self.transport = transport
        self.timeouts = timeouts or Timeouts()
        self.received_bytes = 0
        self._asked = self._asked_again = 0
        self._understood = False  # a valid frame was received
        self._receiver = framing.Receiver()
        self._sequence = secrets.randbelow(256)  # differs from a previous host's
        self._streamed: deque[bytes] = deque(maxlen=_STREAM_KEPT)

    def greet(
        self, payload: Mapping[str, Any], given_up: Callable[[], bool] = never
    ) -> dict[str, Any]:
        """Send hello until an answer, ``given_up()``, or only noise. Like ``ask``."""
        return self.ask(
            messages.HELLO, payload, self.timeouts.hello_waits_s(),
            lambda: given_up() or self._only_noise(),
        )  # fmt: skip

    @property
    def traffic(self) -> Traffic:
        """What went over the port so far."""
        return Traffic(self._asked, self._asked_again, self._receiver.bad)

    def _only_noise(self) -> bool:
        return not self._understood and self.received_bytes > _NOISE_BYTES

    def ask(
        self,
        kind: int,
        payload: Mapping[str, Any],
        waits_s: Iterable[float] | None = None,
        given_up: Callable[[], bool] = never,
    ) -> dict[str, Any]:
        """Send a request and return its answer; ``waits_s``, ``given_up`` as in ``answers``.

        Raises:
            DeviceRefused: the clip answered with an error.
            DeviceGone: no answer after all attempts.
            ProtocolMismatch: an answer that is not a JSON object.
        """
        for answer in self.answers(kind, payload, bytes, waits_s, given_up):
            return _object(answer, name_of(kind))
        raise DeviceGone(
            _(
                "The clip on {port} does not answer `{question}`.",
                port=self.transport.name,
                question=name_of(kind),
            ),
            _("The cable was pulled, the clip restarted, or its program stopped."),
            "Plug it in again, check with `leancue devices`, and type the command again.",
        )

    def answers(
        self,
        kind: int,
        payload: Mapping[str, Any],
        take: Callable[[bytes], T | None],
        waits_s: Iterable[float] | None = None,
        given_up: Callable[[], bool] = never,
    ) -> Iterator[T]:
        """Send a request; yield the results of ``take`` on its answers until the caller stops.

        Each result restarts the timeout for the next one. An answer for which ``take`` returns None
        is skipped and does not, so that a flood cannot block the host. After silence the request is
        repeated, and after all attempts the iteration ends. DeviceRefused, DeviceGone.

        Args:
            kind: of the request.
            payload: of the request.
            take: gets the payload of an answer.
            waits_s: how long to wait after each sending; None: as in ``timeouts``.
            given_up: polled ten times a second; True ends the iteration.
        """
        self._sequence = (self._sequence + 1) & 0xFF
        sequence = self._sequence
        request = framing.encode(kind, sequence, encode(payload))
        for number, wait_s in enumerate(self.timeouts.waits_s() if waits_s is None else waits_s):
            if given_up():
                return
            self._asked += not number
            self._asked_again += bool(number)
            # The zero ends anything cut off before.
            self.transport.write(b"\0" + request)
            yield from self._answers_to(kind, sequence, take, wait_s, given_up)

    def _answers_to(
        self,
        kind: int,
        sequence: int,
        take: Callable[[bytes], T | None],
        wait_s: float,
        given_up: Callable[[], bool],
    ) -> Iterator[T]:
        deadline_s = time.monotonic() + wait_s
        while (left_s := deadline_s - time.monotonic()) > 0 and not given_up():
            for got, number, payload in self._frames(min(left_s, _LOOK_S)):
                if number != sequence:
                    continue
                if got == messages.ERROR:
                    raise _refused(payload, name_of(kind))
                taken = take(payload) if got == kind | messages.ANSWER else None
                if taken is not None:
                    deadline_s = time.monotonic() + self.timeouts.answer_timeout_s
                    yield taken

    def stream(self, quiet_s: float) -> Iterator[dict[str, int]]:
        """Yield the STREAM frames until none came for ``quiet_s``. DeviceGone.

        Raises:
            ProtocolMismatch: a frame is not a moment.
        """
        deadline_s = time.monotonic() + quiet_s
        while True:
            while self._streamed:
                yield read_moment(_object(self._streamed.popleft(), "live"))
                deadline_s = time.monotonic() + quiet_s
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return
            self._frames(left_s)

    def _frames(self, timeout_s: float) -> list[tuple[int, int, bytes]]:
        """The received frames; those of the stream are set aside."""
        data = self.transport.read(timeout_s)
        self.received_bytes += len(data)
        frames = []
        for frame in self._receiver.feed(data):
            self._understood = True
            if frame[0] == messages.STREAM:
                self._streamed.append(frame[2])
            else:
                frames.append(frame)
        return frames


def encode(payload: Mapping[str, Any]) -> bytes:
    """Return ``payload`` as bytes for a frame."""
    return json.dumps(payload, separators=(",", ":")).encode()


def name_of(kind: int) -> str:
    """Return the name of a kind of message."""
    return next((row[1] for row in messages.MESSAGES if row[0] == kind), f"0x{kind:02x}")


def _object(payload: bytes, request: str) -> dict[str, Any]:
    try:
        return value_checks.json_object(payload)
    except ValueError as error:
        raise nonsense(request, str(error)) from None


def _refused(payload: bytes, request: str) -> DeviceRefused:
    refusal = read(Refusal, _object(payload, request), request)
    if refusal.error == "locked":
        return DeviceLocked(
            _("A clinic has locked this clip: it refused `{request}`.", request=request),
            _("This desk does not have the clinic's key, or has a different one."),
            "Use the clinic's desk, or import its key with `leancue clinic-key import FILE`. "
            "Without the key: hold the clip's button for 10 s while switching it on. This erases "
            "the key and all runs.",
        )
    return DeviceRefused(
        _("The clip refused `{request}`: {error}.", request=request, error=refusal.error),
        refusal.why,
        "See what it is doing with `leancue info`.",
    )
