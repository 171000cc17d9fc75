"""The link to a host: frames in, answers out, in small portions, without waiting.

A host that opens the port and does not read has no cost: pending output stays here, no further
request is read until it is sent, and the live stream keeps only its newest frame and counts the
rest.
"""

import json
import struct

from leancore.hints import TYPE_CHECKING
from leancore.link import framing
from leancore.link import messages as m
from leancore.numeric.const import const
from leancore.runlog.page_layout import pack

from leandevice.link.access_control import Locked

if TYPE_CHECKING:
    from leandevice.interfaces import Port
    from leandevice.link.request_handler import RequestHandler
    from leandevice.link.request_values import Request

_READ_MAX = const(256)
# The port buffers some 256 bytes, sent at about 1 byte/us; an attempt to write takes some 30 us. So
# a page can be sent within a pass, and a host that does not read costs half a millisecond per pass.
# While a run is recorded it costs nothing: whatever the port does not take at once waits.
_WRITES_MAX = const(160)  # attempts per pass
_IN_VAIN_MAX = const(16)  # consecutive attempts that sent nothing
# Zeros of a frame per pass, at some 30 us each: in a run the sensor is waiting.
_ZEROS = const(200)
_ZEROS_ALL = const(4200)
_WHY_MAX = const(200)  # characters of an error's reason


class Pull:
    """The pages requested by the host, one frame each; a frame without a page ends them."""

    def __init__(self) -> None:
        self.going = False
        self.sequence = self.run_id = self.number = self.left = 0

    def begin(self, sequence: int, wanted: "tuple[int, int, int]") -> None:
        """Begin with ``wanted``: run id, first page, count."""
        self.sequence = sequence
        self.run_id, self.number, self.left = wanted
        self.going = True


class FramedLink:
    """``port``: with both timeouts 0. ``frame``: buffer for answers (``FRAME_BYTES``). ``busy``:
    something waits to be answered or written. ``live``: the host requested the live stream.
    """

    def __init__(self, port: "Port", handler: "RequestHandler", frame: bytearray) -> None:
        self._port = port
        self._handler = handler
        self._frame = frame
        self._stream_sequence = 0
        self.stream_lost = 0
        self._was_connected = True
        self._out: bytes | memoryview = b""
        self._at = 0  # bytes of ``_out`` already sent
        self._stream: dict[str, int] | None = None
        self._pull = Pull()
        self._encoder = framing.FrameEncoder(frame)
        self._is_encoding = False  # a frame is being encoded
        self._receiver = framing.Receiver(limit=framing.MAX_CONTROL + 64)
        self._forget_host()

    def step(self, _now_ms: int) -> None:
        """Read requests, answer one, write what fits."""
        port = self._port
        if not port.connected:
            if self._was_connected:
                self._forget_host()
            return
        self._was_connected = True
        if self._is_encoding:
            self._encode()
        elif not self._out:
            self._receive(port)
            if not self._out and not self._is_encoding:
                self._send_unasked()
        if self._out:
            self._send(port)
        self.busy = bool(self._out or self._is_encoding or self._requests or self._pull.going)

    def stream(self, frame: "dict[str, int]") -> None:
        """Offer a live frame (a dict); an older unsent one is dropped and counted."""
        if self._stream is not None:
            self.stream_lost += 1
        frame["lost"] = self.stream_lost
        self._stream = frame

    def _forget_host(self) -> None:
        """Forget everything about the previous host."""
        self._was_connected = False
        self._receiver.reset()
        self._is_encoding = False
        self._requests: list[tuple[int, int, bytes]] = []
        self._out = b""
        self._at = 0
        self.live = False
        self._stream = None
        self._pull.going = False
        self.busy = False
        self._handler.forget_host()

    def _receive(self, port: "Port") -> None:
        if not self._requests:
            waiting = port.in_waiting
            if not waiting:
                return
            self._requests = self._receiver.feed(port.read(min(waiting, _READ_MAX)))
        if self._requests:
            kind, sequence, payload = self._requests.pop(0)
            self._answer(kind, sequence, payload)

    def _send(self, port: "Port") -> None:
        rest = memoryview(self._out)[self._at :]
        patience = 0 if self._handler.recording else _IN_VAIN_MAX
        in_vain = 0
        for _ in range(_WRITES_MAX):
            written = port.write(rest)
            in_vain = 0 if written else in_vain + 1
            if written:
                self._at += written
                rest = rest[written:]
            if in_vain > patience or self._at >= len(self._out):
                break
        if self._at >= len(self._out):
            self._out = b""
            self._at = 0

    def _send_unasked(self) -> None:
        """Send the next page of a pull, else the newest live frame."""
        if self._pull.going:
            self._next_page()
        elif self._stream is not None:
            self._stream_sequence = (self._stream_sequence + 1) & 0xFF
            self._begin_frame(m.STREAM, self._stream_sequence, self._stream)
            self._stream = None

    def _next_page(self) -> None:
        pull = self._pull
        page = self._handler.page(pull.run_id, pull.number) if pull.left else None
        frame = self._frame  # the page is already at its offset
        struct.pack_into(m.PAGE_HEAD, frame, framing.PAYLOAD_AT, pull.run_id, pull.number)
        length = m.PAGE_HEAD_BYTES + (pack(page) if page is not None else 0)
        self._encoder.begin(m.PAGES | m.ANSWER, pull.sequence, length)
        self._is_encoding = True
        if not self._handler.recording:  # in a run: read in one pass, encode in the next ones
            self._encode()
        pull.going = page is not None
        pull.number += 1
        pull.left -= 1

    def _answer(self, kind: int, sequence: int, payload: bytes) -> None:
        try:
            request = json.loads(payload) if payload else {}
            if not isinstance(request, dict):
                raise ValueError("a request must be a JSON object")
            if kind == m.HELLO:  # from a host without requests so far
                self._pull.going = False
            if kind == m.PAGES:
                self._pull.begin(sequence, self._handler.pages(request))
                return
            is_mine = kind == m.LIVE
            answer = self._switch(request) if is_mine else self._handler.answer(kind, request)
            self._begin_frame(kind | m.ANSWER, sequence, answer)
        except KeyError as error:
            self._refuse(sequence, "unknown", "unknown or missing name " + str(error))
        except Locked as error:
            self._refuse(sequence, "locked", str(error))
        except (ValueError, TypeError) as error:
            self._refuse(sequence, "refused", str(error))
        except OSError as error:
            self._refuse(sequence, "drive", "the drive refused: " + str(error))
        except MemoryError:
            self._refuse(sequence, "memory", "the clip has no memory left for it; repeat it")

    def _switch(self, request: "Request") -> "dict[str, int]":
        self.live = bool(request["on"])
        self._stream = None
        return {"on": 1 if self.live else 0}

    def _refuse(self, sequence: int, error: str, why: str) -> None:
        self._begin_frame(m.ERROR, sequence, {"error": error, "why": why[:_WHY_MAX]})

    def _begin_frame(self, kind: int, sequence: int, values: object) -> None:
        payload = json.dumps(values).encode()
        frame = self._frame  # unused: things are sent one after the other
        frame[framing.PAYLOAD_AT : framing.PAYLOAD_AT + len(payload)] = payload
        self._encoder.begin(kind, sequence, len(payload))
        self._is_encoding = True
        self._encode()

    def _encode(self) -> None:
        """Continue encoding the frame to be sent; in a run a little at a time."""
        if self._encoder.go_on(_ZEROS if self._handler.recording else _ZEROS_ALL):
            self._is_encoding = False
            self._out = memoryview(self._frame)[: self._encoder.length]
