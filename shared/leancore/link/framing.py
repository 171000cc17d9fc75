"""Frames on the wire: COBS(type, sequence, payload, CRC-32), ended by 0x00.

COBS: Cheshire & Baker 1999, doi 10.1109/90.769765. A zero byte ends a frame and occurs nowhere
else, so a receiver resynchronises after one bad frame.
"""

import binascii
import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from leancore.hints import Buffer

MAX_CONTROL = 512  # bytes of JSON in a control payload
MAX_PAYLOAD = 4096 + 16  # a log page with its run and number
PAYLOAD_AT = 3  # in a frame that is built in place
_OVERHEAD = const(2 + 4)
_BLOCK_MOST = const(254)  # bytes of a block of COBS without a zero


def room_for(length: int) -> int:
    """Return the buffer size needed to build a frame with a payload of ``length``."""
    return PAYLOAD_AT + length + 5 + (2 + length + 4) // _BLOCK_MOST + 1


def encode(kind: int, sequence: int, payload: "Buffer") -> bytes:
    """Return the frame (bytes, with the closing zero) for ``payload`` (bytes)."""
    frame = bytearray(room_for(len(payload)))
    frame[PAYLOAD_AT : PAYLOAD_AT + len(payload)] = payload
    return bytes(memoryview(frame)[: encode_in(frame, kind, sequence, len(payload))])


def encode_in(frame: bytearray, kind: int, sequence: int, length: int) -> int:
    """Build a frame in place, around the payload at ``PAYLOAD_AT``; return its length.

    ``frame``: bytearray of at least ``room_for(length)``. In place, since a page is large for the
    device.
    """
    making = FrameEncoder(frame)
    making.begin(kind, sequence, length)
    making.go_on(MAX_PAYLOAD)
    return making.length


class FrameEncoder:
    """Builds a frame in place, step by step: a page full of zeros takes long.

    After ``begin`` call ``go_on`` until it returns True; ``length`` is then that of the frame.
    """

    def __init__(self, frame: bytearray) -> None:
        self._frame = frame
        self._at = self._end = 0

    def begin(self, kind: int, sequence: int, length: int) -> None:
        """Begin with a payload of ``length`` at ``PAYLOAD_AT``."""
        frame = self._frame
        frame[1] = kind
        frame[2] = sequence
        end = PAYLOAD_AT + length
        struct.pack_into("<IB", frame, end, binascii.crc32(memoryview(frame)[1:end]), 0)
        self.cover(end + 5)

    def cover(self, length: int) -> None:
        """Begin with ``length`` bytes, of which the first is free and the last zero."""
        self._at = 0
        self._end = length - 1

    @property
    def length(self) -> int:
        """Bytes of the frame, including its last zero."""
        return self._end + 1

    def go_on(self, most: int) -> bool:
        """Replace up to ``most`` zeros by the code of the block that begins there.

        Return whether all are done.
        """
        frame = self._frame
        at = self._at
        end = self._end
        find = frame.find
        view = memoryview(frame)
        while at < end and most:
            most -= 1
            zero = find(b"\0", at + 1)
            if zero - at <= _BLOCK_MOST:
                frame[at] = zero - at
                at = zero
                continue
            frame[at] = _BLOCK_MOST + 1  # a full block, not followed by a zero
            at += _BLOCK_MOST + 1
            if at < end:
                view[at + 1 : end + 2] = view[at : end + 1]
                frame[at] = 0
                end += 1
        self._at = at
        self._end = end
        return at >= end


def decode(frame: "Buffer") -> tuple[int, int, bytes]:
    """Return (kind, sequence, payload) of a frame without its closing zero.

    Raises ValueError if it is damaged in any way.
    """
    body = cobs_decode(frame)
    if len(body) < _OVERHEAD:
        raise ValueError("frame of %d bytes is too short" % len(body))
    if struct.unpack("<I", body[-4:])[0] != binascii.crc32(memoryview(body)[:-4]):
        raise ValueError("frame with a wrong CRC")
    return body[0], body[1], body[2:-4]


def cobs_decode(frame: "Buffer") -> bytes:
    """Return the decoded bytes of ``frame``; ValueError if it is not valid COBS."""
    data = bytearray(frame)
    size = len(data)
    full = []  # type: list[int]
    at = 0
    while at < size:
        block = data[at]
        if block == 0:
            raise ValueError("frame cut short")
        data[at] = 0
        at += block
        if block == 255:
            full.append(at)
    if at != size or not size:
        raise ValueError("frame cut short")
    if not full:
        return bytes(memoryview(data)[1:])
    parts = []  # type: list[bytes]
    start = 1
    for at in full:  # a full block was not followed by a zero
        parts.append(bytes(data[start:at]))
        start = at + 1
    parts.append(bytes(data[start:]))
    return b"".join(parts)


class Receiver:
    """Collects incoming bytes and returns complete frames; bounded in memory.

    ``bad`` counts frames that were damaged, too long, or not frames at all.
    """

    def __init__(self, limit: int = MAX_PAYLOAD + 64) -> None:
        self.limit = limit
        self.bad = 0
        self._parts = bytearray(limit)  # allocated once: the device's heap is fragmented later
        self.reset()

    def reset(self) -> None:
        """Discard an incomplete frame."""
        self._held = 0
        self._skipping = False

    def feed(self, data: bytes) -> list[tuple[int, int, bytes]]:
        """Take ``data`` (bytes); return a list of (kind, sequence, payload)."""
        frames = []  # type: list[tuple[int, int, bytes]]
        at = 0
        while True:
            zero = data.find(b"\0", at)
            if zero < 0:
                self._keep(data[at:])
                return frames
            self._keep(data[at:zero])
            self._close(frames)
            at = zero + 1

    def _keep(self, piece: bytes) -> None:
        end = self._held + len(piece)
        if self._skipping or end > self.limit:
            self._skipping = True
            self._held = 0
        else:
            self._parts[self._held : end] = piece
            self._held = end

    def _close(self, frames: list[tuple[int, int, bytes]]) -> None:
        parts = bytes(memoryview(self._parts)[: self._held])
        self._held = 0
        if self._skipping:
            self._skipping = False
            self.bad += 1
        elif parts:
            try:
                frames.append(decode(parts))
            except ValueError:
                self.bad += 1
