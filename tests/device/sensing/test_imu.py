"""The reader of the sensor's cargos, with the sensor's own way of sending them."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from leancore.sensor.cargo import HEADER
from leancore.sensor.reports import ACCELEROMETER, GAME_ROTATION_VECTOR, GYROSCOPE
from leancore.sensor.sample import Sample
from leancore.sensor.shtp import ShtpParser
from leandevice.sensing.imu import Imu
from leandevice.sensing.motion_sensor import MORE, NONE

from boards.sim.sensor import sensor_cargo
from boards.sim.sensor.sh2_messages import RESET_COMPLETE, advertisement
from boards.sim.sensor.shtp_out import CHANNEL_COMMAND, CHANNEL_EXECUTABLE, CHANNEL_INPUT, Outbox

KINDS = (GYROSCOPE, ACCELEROMETER, GAME_ROTATION_VECTOR)


class Device:
    """A bus device on an outbox; ``reads``: the lengths asked for.

    ``before_rest``: called before what was left of a cargo is read.
    """

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.before_rest: Callable[[], object] = lambda: None
        self.reads: list[int] = []

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def readinto(self, buf: bytearray, *, start: int, end: int) -> None:
        self.reads.append(end - start)
        if start > HEADER:
            self.before_rest()
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


def values_of(s: Sample) -> tuple[int, ...]:
    return (s.flags, s.qw, s.qx, s.qy, s.qz, s.ax, s.ay, s.az, s.gx, s.gy, s.gz)


def read(cargos: Sequence[bytes], late: Sequence[int] = ()) -> tuple[list[Any], Device]:
    """What the clip's reader makes of cargos; it comes behind each that is not in ``late``."""
    outbox = Outbox()
    device = Device(outbox)
    imu = imu_on(device)
    got = []
    for number, payload in enumerate(cargos):
        outbox.put(CHANNEL_INPUT, payload)
        if number not in late:
            got += drain(imu, outbox)
    return got + drain(imu, outbox), device


def imu_on(device: Device) -> Imu:
    clock = SimpleNamespace(ticks_ms=lambda: 5000)
    imu = Imu(clock, SimpleNamespace(bring_up=lambda: device), 10000)
    assert imu.bring_up()
    return imu


def drain(imu: Imu, outbox: Outbox) -> list[tuple[int, ...]]:
    """The samples in all that waits."""
    got = []
    more = NONE
    while not outbox.empty or more == MORE:
        imu.reads_left = 1000
        while more := imu.poll():
            got.append(values_of(imu.sample))
    return got


def parsed(cargos: Sequence[bytes]) -> list[Any]:
    """The same by the parser alone, each cargo whole."""
    parser, got = ShtpParser(), []
    for payload in cargos:
        data = struct.pack("<HBB", len(payload) + 4, CHANNEL_INPUT, 0) + payload
        parser.buf[HEADER : HEADER + len(data)] = data
        whole = parser.next(len(data), 5000)
        while whole > 0:
            got.append(values_of(parser.sample))
            whole = parser.next()
    return got


def test_once_the_rhythm_is_known_a_sample_in_three_cargos_takes_three_reads() -> None:
    cargos = [body(number, 1) for number in range(60)]
    got, device = read(cargos, late=[number for number in range(60) if number % 3 < 2])
    assert got == parsed(cargos)
    assert len(got) == 20
    assert device.reads[-4:] == [19, 19, 21, 19]  # the last one finds nothing


def test_a_cargo_that_is_longer_than_the_last_one_comes_whole_with_a_second_read() -> None:
    """The parser sees no seam: an unknown report in it costs nothing."""
    cargos = [body(number, 1) for number in range(60)]
    cargos.append(
        b"".join((body(60, 0), sensor_cargo.undocumented(5), body(60, 3)[len(body(60, 0)) :]))
    )
    got, device = read(cargos)
    assert got == parsed([*cargos[:-1], body(60, 3)])
    assert len(got) == 21
    assert device.reads[-3] + device.reads[-2] == len(cargos[-1]) + 4 + 4  # two headers


def test_what_comes_after_a_reset_amid_a_cargo_is_not_its_rest() -> None:
    outbox = Outbox()
    device = Device(outbox)
    imu = imu_on(device)
    for number in range(60):
        outbox.put(CHANNEL_INPUT, body(number, 1))
        drain(imu, outbox)
    outbox.put(CHANNEL_INPUT, body(60, 6))
    device.before_rest = lambda: (
        outbox.reset(),
        outbox.put(CHANNEL_COMMAND, advertisement()),
        outbox.put(CHANNEL_EXECUTABLE, RESET_COMPLETE),
    )
    assert drain(imu, outbox) == []
    assert imu.health.resets == 1


def test_asked_early_it_reads_a_header_first_and_forgets_no_length() -> None:
    outbox = Outbox()
    device = Device(outbox)
    imu = imu_on(device)
    cargos = [body(number, 3) for number in range(0, 30, 3)]
    for payload in cargos[:-2]:
        outbox.put(CHANNEL_INPUT, payload)
        drain(imu, outbox)
    whole = len(cargos[0]) + 4
    imu.reads_left = 8
    imu.early = True
    assert not imu.poll()
    assert device.reads[-1] == 4
    assert not imu.poll()  # once is early; now it is due
    assert device.reads[-1] == whole
    for payload, early, reads in ((cargos[-2], True, [4, whole]), (cargos[-1], False, [whole])):
        outbox.put(CHANNEL_INPUT, payload)
        before = len(device.reads)
        imu.early = early
        assert imu.poll()
        assert device.reads[before:] == reads


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
