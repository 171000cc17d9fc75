"""Question and answer with a clip: sequence numbers, repeats, and what silence means."""

from __future__ import annotations

import json
import secrets
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leancore import message_words, messages, wire

from leancue.answers import nonsense
from leancue.errors import DeviceGone, DeviceLocked, DeviceRefused
from leancue.transport import Transport

ANSWER_TIMEOUT_S = 1.0
TRIES = 3
_STREAM_KEPT = 4096  # frames that came in while something else was asked; the oldest go first


@dataclass
class Patience:
    """How long to wait for an answer, and how often to ask. Every request may be sent twice."""

    answer_timeout_s: float = ANSWER_TIMEOUT_S
    tries: int = TRIES


class Exchange:
    """Requests over a transport. ``heard_bytes``: all that came in, sense or not."""

    def __init__(self, transport: Transport, patience: Patience | None = None) -> None:
        self.transport = transport
        self.patience = patience or Patience()
        self.heard_bytes = 0
        self._receiver = wire.Receiver()
        self._sequence = secrets.randbelow(256)  # an answer to who asked before us is not ours
        self._streamed: deque[dict[str, Any]] = deque(maxlen=_STREAM_KEPT)

    def ask(self, kind: int, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and return its answer.

        Raises:
            DeviceRefused: the clip answered with an error.
            DeviceGone: no answer after all tries.
            ProtocolMismatch: an answer that is no JSON object.
        """
        for answer in self.answers(kind, payload):
            return _object(answer, name_of(kind))
        raise DeviceGone(
            f"The clip on {self.transport.name} does not answer to `{name_of(kind)}`.",
            "The cable was pulled, the clip restarted, or its program stopped.",
            "Plug it in anew, look with `leancue devices`, and type the command again.",
        )

    def answers(self, kind: int, payload: Mapping[str, Any]) -> Iterator[bytes]:
        """Send a request; yield the payloads of its answers until the caller has enough.

        Each answer gives the next one its full time; silence makes the request be sent again,
        and after all tries ends the iteration. DeviceRefused, DeviceGone.
        """
        self._sequence = (self._sequence + 1) & 0xFF
        sequence = self._sequence
        request = wire.encode(kind, sequence, encode(payload))
        for _ in range(self.patience.tries):
            # The zero ends whatever was cut off on the way before.
            self.transport.write(b"\0" + request)
            yield from self._answers_to(kind, sequence)

    def _answers_to(self, kind: int, sequence: int) -> Iterator[bytes]:
        deadline_s = time.monotonic() + self.patience.answer_timeout_s
        while (left_s := deadline_s - time.monotonic()) > 0:
            for got, number, payload in self._frames(left_s):
                if number != sequence:
                    continue
                if got == messages.ERROR:
                    raise _refused(payload, name_of(kind))
                if got == kind | messages.ANSWER:
                    deadline_s = time.monotonic() + self.patience.answer_timeout_s
                    yield payload

    def stream(self, quiet_s: float) -> Iterator[dict[str, Any]]:
        """Yield the payloads of STREAM frames until none came for ``quiet_s``. DeviceGone."""
        deadline_s = time.monotonic() + quiet_s
        while True:
            while self._streamed:
                yield self._streamed.popleft()
                deadline_s = time.monotonic() + quiet_s
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return
            self._frames(left_s)

    def _frames(self, timeout_s: float) -> list[tuple[int, int, bytes]]:
        """The frames that have come, those of the stream put aside."""
        data = self.transport.read(timeout_s)
        self.heard_bytes += len(data)
        frames = []
        for frame in self._receiver.feed(data):
            if frame[0] == messages.STREAM:
                self._streamed.append(_object(frame[2], "live"))
            else:
                frames.append(frame)
        return frames


def encode(payload: Mapping[str, Any]) -> bytes:
    """Return ``payload`` as it stands in a frame."""
    return json.dumps(payload, separators=(",", ":")).encode()


def name_of(kind: int) -> str:
    """Return the name of a kind of message."""
    return next((row[1] for row in message_words.MESSAGES if row[0] == kind), f"0x{kind:02x}")


def _object(payload: bytes, request: str) -> dict[str, Any]:
    try:
        answer = json.loads(payload)
    except ValueError:
        raise nonsense(request, "it is no JSON") from None
    if not isinstance(answer, dict):
        raise nonsense(request, "it is no JSON object")
    return answer


def _refused(payload: bytes, request: str) -> DeviceRefused:
    answer = _object(payload, request)
    what = answer.get("error", "without a reason")
    if what == "locked":
        return DeviceLocked(
            f"The clip is locked by a clinic: it refused `{request}`.",
            "This desk has not the clinic's key, or another one.",
            "Use the clinic's desk, or its key with `leancue clinic-key import FILE`; whoever has "
            "the clip can hold its button for 10 s at switching on, which forgets key and runs.",
        )
    return DeviceRefused(
        f"The clip refused `{request}`: {what}.",
        str(answer.get("why", "")),
        "See what it is doing with `leancue info`.",
    )
