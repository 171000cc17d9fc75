"""The wire to the desk: frames in, answers out, a little in every pass, never waiting.

A host that opens the port and does not read costs nothing: what does not fit stays here, the
live stream keeps only its newest frame and counts the rest.
"""

import json
import struct

from leancore import messages as m
from leancore import wire

_READ_MAX = 256
_PAGES_MAX = 16


class Link:
    """``port``: like ``usb_cdc.Serial``. ``desk``: object that answers, see ``desk.py``."""

    def __init__(self, port, desk):
        self._port = port
        self._desk = desk
        self._receiver = wire.Receiver(limit=wire.MAX_CONTROL + 64)
        self._out = b""
        self._at = 0
        self._live = False
        self._stream = None
        self._stream_sequence = 0
        self.stream_lost = 0
        self._pages = None  # [sequence, run id, next page, pages left]

    @property
    def live(self):
        """True while the desk wants the live stream."""
        return self._live

    @property
    def busy(self):
        """True while something waits to be written."""
        return bool(self._out or self._pages)

    def step(self):
        """Read requests, answer one, write what fits."""
        port = self._port
        if port is None:
            return
        if not port.connected:
            self._hang_up()
            return
        waiting = port.in_waiting
        if waiting:
            for kind, sequence, payload in self._receiver.feed(
                bytes(port.read(min(waiting, _READ_MAX)))
            ):
                self._answer(kind, sequence, payload)
        if not self._out:
            self._next()
        if self._out:
            self._send()

    def stream(self, payload):
        """Offer a live frame (a dict); an older one that has not left is dropped and counted."""
        if self._stream is not None:
            self.stream_lost += 1
        payload["lost"] = self.stream_lost
        self._stream = payload

    def _hang_up(self):
        if self._live or self._out or self._pages:
            self._receiver = wire.Receiver(limit=wire.MAX_CONTROL + 64)
            self._out = b""
            self._live = False
            self._pages = self._stream = None

    def _send(self):
        written = self._port.write(memoryview(self._out)[self._at :])
        self._at += written or 0
        if self._at >= len(self._out):
            self._out = b""
            self._at = 0

    def _next(self):
        """The next page of a pull, else the newest live frame."""
        if self._pages is not None:
            self._next_page()
        elif self._stream is not None:
            self._stream_sequence = (self._stream_sequence + 1) & 0xFF
            self._out = wire.encode(
                m.STREAM, self._stream_sequence, json.dumps(self._stream).encode()
            )
            self._stream = None

    def _next_page(self):
        sequence, run_id, number, left = self._pages
        page = self._desk.page(run_id, number) if left else None
        if page is None:
            self._pages = None
            page = b""
        else:
            self._pages = (sequence, run_id, number + 1, left - 1)
        payload = struct.pack(m.PAGE_HEAD, run_id, number) + page
        self._out = wire.encode(m.PAGES | m.ANSWER, sequence, payload)

    def _answer(self, kind, sequence, payload):
        try:
            request = json.loads(payload) if payload else {}
            if not isinstance(request, dict):
                raise ValueError("a request must be a JSON object")
            if kind == m.PAGES:
                self._pages = (
                    sequence, int(request["run"]), int(request["from"]),
                    min(int(request["count"]), _PAGES_MAX),
                )  # fmt: skip
                return
            if kind == m.LIVE:
                self._live = bool(request["on"])
                answer = {"on": 1 if self._live else 0}
            else:
                answer = self._desk.answer(kind, request)
            kind |= m.ANSWER
        except KeyError as error:
            kind = m.ERROR
            answer = {"error": "unknown", "why": "unknown or missing name %s" % error}
        except (ValueError, TypeError) as error:
            kind = m.ERROR
            answer = {"error": "refused", "why": str(error)}
        except OSError as error:
            kind = m.ERROR
            answer = {"error": "drive", "why": "the drive refused: %s" % error}
        self._out += wire.encode(kind, sequence, json.dumps(answer).encode())
