"""Cargos of the sensor made by hand, and a parser fed with them."""

from __future__ import annotations

import struct

from leancore.sensor.cargo import HEADER
from leancore.sensor.reports import ACCELEROMETER, GAME_ROTATION_VECTOR, GYROSCOPE
from leancore.sensor.sample import HAS_A, HAS_G, HAS_Q
from leancore.sensor.shtp import ShtpParser

A, G, Q = ACCELEROMETER, GYROSCOPE, GAME_ROTATION_VECTOR
ALL = HAS_Q | HAS_A | HAS_G
READ_MS = 5000
CONTINUATION = 0x8000
UNDOCUMENTED = bytes.fromhex("7b 05 0000 00010402 009effb2 f68603")  # as posted by users
SIZE = 512


def report(kind: int, sequence: int, values, delay_dms: int = 0, accuracy: int = 3) -> bytes:
    """One input report; ``delay_dms`` in 100 µs."""
    status = (delay_dms >> 8) << 2 | accuracy
    head = struct.pack("<BBBB", kind, sequence & 0xFF, status, delay_dms & 0xFF)
    return head + struct.pack(f"<{len(values)}h", *values)


def base(delta_dms: int) -> bytes:
    return struct.pack("<BI", 0xFB, delta_dms)


def rebase(delta_dms: int) -> bytes:
    return struct.pack("<Bi", 0xFA, delta_dms)


def cargo(body: bytes, channel: int = 3, flag: int = 0, whole: int | None = None) -> bytes:
    """Header and body; ``whole``: the length of the body that the header tells."""
    length = (len(body) if whole is None else whole) + 4
    return struct.pack("<HBB", length | flag, channel, 0) + body


def triple(n: int, delay_dms: int = 0) -> bytes:
    """The three reports of sample ``n``: gyroscope, accelerometer, quaternion."""
    return (
        report(G, n, (n, -n, 7), delay_dms)
        + report(A, n, (100 + n, -100 - n, 2511), delay_dms)
        + report(Q, n, (n, 2 * n, -3 * n, 16384 - n), delay_dms)
    )


def expected(n: int, t_ms: int, flags: int = ALL):
    """The sample that ``triple(n)`` makes."""
    q = (16384 - n, n, 2 * n, -3 * n)
    return (t_ms, flags, *q, 100 + n, -100 - n, 2511, n, -n, 7)


def drain(parser: ShtpParser, got: int) -> list[tuple[int, ...]]:
    samples = []
    while got > 0:
        s = parser.sample
        samples.append(
            (s.t_ms, s.flags, s.qw, s.qx, s.qy, s.qz, s.ax, s.ay, s.az, s.gx, s.gy, s.gz)
        )
        got = parser.next()
    return samples


def put(parser: ShtpParser, data: bytes, t_ms: int = READ_MS) -> int:
    """Do what a read does: the bytes into the buffer, header first, and their count."""
    data = data[:SIZE]
    parser.buf[HEADER : HEADER + len(data)] = data
    return parser.next(len(data), t_ms)


def feed(parser: ShtpParser, data: bytes, t_ms: int = READ_MS) -> list[tuple[int, ...]]:
    return drain(parser, put(parser, data, t_ms))


def times(samples) -> list[int]:
    return [sample[0] for sample in samples]


def feature_response(kind: int, interval_us: int) -> bytes:
    return struct.pack("<BBBHIII", 0xFC, kind, 0, 0, interval_us, 0, 0)
