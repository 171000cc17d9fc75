"""Frames on the wire: COBS(type, sequence, payload, CRC-32), ended by 0x00.

COBS: Cheshire & Baker 1999, doi 10.1109/90.769765. A zero byte ends a frame and stands nowhere
else, so a receiver is back in step after one bad frame.
"""

import binascii
import struct

MAX_CONTROL = 512  # bytes of JSON in a control payload
MAX_PAYLOAD = 4096 + 16  # a log page and where it belongs
_OVERHEAD = 2 + 4
_CODES = bytes(range(1, 256))  # the code of a block by the length of its piece
_STRETCH = 512


def encode(kind, sequence, payload):
    """Return the frame (bytes, with the closing zero) for ``payload`` (bytes)."""
    body = bytes((kind, sequence)) + payload
    body += struct.pack("<I", binascii.crc32(body))
    return cobs_encode(body) + b"\0"


def decode(frame):
    """Return (kind, sequence, payload) of a frame without its closing zero.

    Raises ValueError if it is damaged in any way.
    """
    body = cobs_decode(frame)
    if len(body) < _OVERHEAD:
        raise ValueError("frame of %d bytes is too short" % len(body))
    if struct.unpack("<I", body[-4:])[0] != binascii.crc32(body[:-4]):
        raise ValueError("frame with a wrong CRC")
    return body[0], body[1], body[2:-4]


def cobs_encode(data):
    """Return ``data`` (bytes) without zero bytes.

    A stretch at a time: on the clip a list of all the pieces of a page would not be small.
    """
    out = []
    at = 0
    while True:
        end = data.find(b"\0", at + _STRETCH)
        if end < 0:
            pieces = data[at:].split(b"\0")
            last = pieces.pop()
            out.extend([_block(piece) for piece in pieces])
            out.append(_block(last, True))
            return b"".join(out)
        out.append(b"".join([_block(piece) for piece in data[at:end].split(b"\0")]))
        at = end + 1


def _block(piece, is_last=False):
    """The blocks of what stands between two zeros; at the very end a full one closes itself."""
    size = len(piece)
    if size < 254:
        return _CODES[size : size + 1] + piece
    out = b""
    at = 0
    while size - at >= 254:
        out += b"\xff" + piece[at : at + 254]
        at += 254
    if is_last and at == size:
        return out
    return out + _CODES[size - at : size - at + 1] + piece[at:]


def cobs_decode(frame):
    """Return the bytes that ``cobs_encode`` got; ValueError if ``frame`` is not of that form."""
    pieces = []  # type: list[bytes]
    at = 0
    size = len(frame)
    if size == 0:
        raise ValueError("empty frame")
    joins = False  # the block before was a full one: no zero stood between
    while at < size:
        block = frame[at]
        if block == 0 or at + block > size:
            raise ValueError("frame cut short")
        if joins:
            pieces[-1] += frame[at + 1 : at + block]
        else:
            pieces.append(frame[at + 1 : at + block])
        at += block
        joins = block == 255
    return b"\0".join(pieces)


class Receiver:
    """Collects bytes as they come and gives out whole frames; bounded in memory.

    ``bad`` counts frames that were damaged, too long, or not frames at all.
    """

    def __init__(self, limit=MAX_PAYLOAD + 64):
        self.limit = limit
        self.bad = 0
        self._parts = bytearray()
        self._skipping = False

    def feed(self, data):
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

    def _keep(self, piece):
        if self._skipping or len(self._parts) + len(piece) > self.limit:
            self._skipping = True
            self._parts = bytearray()
        else:
            self._parts.extend(piece)

    def _close(self, frames):
        parts = bytes(self._parts)
        self._parts = bytearray()
        if self._skipping:
            self._skipping = False
            self.bad += 1
        elif parts:
            try:
                frames.append(decode(parts))
            except ValueError:
                self.bad += 1
