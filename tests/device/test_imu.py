"""The reader of the sensor's cargos, on the sensor's own way of handing them out."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from leancore.shtp import ACCELEROMETER, GAME_ROTATION_VECTOR, GYROSCOPE, HEADER, Parser
from leandevice.imu import Imu

from boards.sim.shtp_out import CHANNEL_INPUT, Outbox

KINDS = (GYROSCOPE, ACCELEROMETER, GAME_ROTATION_VECTOR)


class Device:
    """A bus device on an outbox; ``reads``: the lengths asked for."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.reads: list[int] = []

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def readinto(self, buf: bytearray, *, start: int, end: int) -> None:
        self.reads.append(end - start)
        buf[start:end] = self._outbox.read(end - start)

    def write(self, _data: bytes) -> None:
        return None


def body(first: int, count: int) -> bytes:
    """``count`` reports from the ``first`` on, each kind in its turn, behind their time."""
    reports = [struct.pack("<BI", 0xFB, 0)]
    for number in range(first, first + count):
        sample, kind = divmod(number, 3)
        values = [sample + axis for axis in range(4 if kind == 2 else 3)]
        reports.append(
            struct.pack(f"<BBBB{len(values)}h", KINDS[kind], sample & 0xFF, 0, 0, *values)
        )
    return b"".join(reports)


def values_of(parser: Parser) -> tuple[int, ...]:
    s = parser.sample
    return (s.flags, s.qw, s.qx, s.qy, s.qz, s.ax, s.ay, s.az, s.gx, s.gy, s.gz)


def read(cargos: Sequence[bytes], late: Sequence[int] = ()) -> tuple[list[Any], Device]:
    """What the clip's reader makes of cargos; it comes behind each that is not in ``late``."""
    outbox = Outbox()
    device = Device(outbox)
    clock = SimpleNamespace(ticks_ms=lambda: 5000)
    imu = Imu(clock, SimpleNamespace(bring_up=lambda: device), 10000)
    assert imu.bring_up()
    got = []
    for number, payload in enumerate(cargos):
        outbox.put(CHANNEL_INPUT, payload)
        while number not in late and not outbox.empty:
            imu.cargos = 1000
            while imu.next():
                got.append(values_of(imu.parser))
    while not outbox.empty or imu.parser.more:
        imu.cargos = 1000
        while imu.next():
            got.append(values_of(imu.parser))
    return got, device


def parsed(cargos: Sequence[bytes]) -> list[Any]:
    """The same by the parser alone, each cargo whole."""
    parser, got = Parser(), []
    for payload in cargos:
        data = struct.pack("<HBB", len(payload) + 4, CHANNEL_INPUT, 0) + payload
        parser.buf[HEADER : HEADER + len(data)] = data
        whole = parser.next(len(data), 5000)
        while whole > 0:
            got.append(values_of(parser))
            whole = parser.next()
    return got


def test_once_the_rhythm_is_known_a_sample_in_three_cargos_takes_four_reads() -> None:
    cargos = [body(number, 1) for number in range(60)]
    got, device = read(cargos, late=[number for number in range(60) if number % 3 < 2])
    assert got == parsed(cargos)
    assert len(got) == 20
    assert device.reads[-5:] == [4, 19, 19, 21, 4]  # the last one finds nothing


@pytest.mark.parametrize("seed", range(60))
def test_cargos_of_any_lengths_give_the_samples_that_are_in_them(seed: int) -> None:
    """Guessed too short, too long, or nothing there: nothing is lost and nothing doubled."""
    chance = random.Random(seed)
    cargos, first = [], 0
    while first < 300:
        count = chance.choice((1, 1, 1, 2, 3, 3, 5, 40))
        cargos.append(body(first, count))
        first += count
    late = [number for number in range(len(cargos)) if chance.random() < 0.6]
    got, _device = read(cargos, late)
    assert got == parsed(cargos)
    assert len(got) == first // 3
