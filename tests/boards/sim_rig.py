"""The simulated chip on its bus, with the real driver on top or a bare reader of cargos."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from adafruit_bno08x.i2c import BNO08X_I2C

from boards.sim.clock import Clock, driver_time
from boards.sim.i2c import I2CBus
from boards.sim.sensor.bno08x import ADDRESS, BNO08x
from boards.sim.sensor.sensor_reports import Sample

GAME, ACCELEROMETER, GYRO = 0x08, 0x01, 0x02
LENGTHS = {0x01: 10, 0x02: 10, 0x04: 10, 0x05: 14, 0x06: 10, 0x08: 12, 0x7B: 15}


class Tilting:
    """Turns about x at 0.1 rad/s; the specific force counts the time: x = seconds."""

    def at(self, t_s: float) -> Sample:
        half = 0.05 * t_s
        q = (math.cos(half), math.sin(half), 0.0, 0.0)
        return (*q, t_s % 60, 0.0, 9.81, 0.1, 0.0, 0.0)


class Fixed:
    """One sample for ever."""

    def __init__(self, acceleration=(0.0, 0.0, 9.81), gyro=(0.0, 0.0, 0.0), q=(1.0, 0.0, 0.0, 0.0)):
        self.sample = (*q, *acceleration, *gyro)

    def at(self, t_s: float) -> Sample:
        return self.sample


class Rig:
    """Clock, bus and chip, and a reader that takes cargos apart with their times."""

    def __init__(self, motion=None) -> None:
        self.clock = Clock()
        self.bus = I2CBus(self.clock)
        self.chip = BNO08x(self.clock, motion or Tilting())
        self.chip.unknown_every = 0
        self.chip.base_from_interrupt = False  # exact times, to compare with
        self.chip.clock_permille = 0
        self.chip.miscalibration_m_s2 = (0.0, 0.0, 0.0)
        self.bus.attach(ADDRESS, self.chip)

    @contextmanager
    def driver(self) -> Iterator[BNO08X_I2C]:
        with driver_time(self.clock):
            yield BNO08X_I2C(self.bus)

    def write(self, channel: int, payload: bytes) -> None:
        header = bytes((len(payload) + 4, 0, channel, 0))
        assert self.bus.try_lock()
        try:
            self.bus.writeto(ADDRESS, header + payload)
        finally:
            self.bus.unlock()

    def read(self, length: int) -> bytes:
        buffer = bytearray(length)
        assert self.bus.try_lock()
        try:
            self.bus.readfrom_into(ADDRESS, buffer)
        finally:
            self.bus.unlock()
        return bytes(buffer)

    def cargo(self) -> tuple[int, bytes]:
        """Channel and payload of what comes next; payload empty if nothing does."""
        header = self.read(4)
        length = int.from_bytes(header[:2], "little") & 0x7FFF
        return header[2], self.read(length)[4:] if length > 4 else b""

    def drain(self) -> list[tuple[int, bytes]]:
        cargos = []
        while (cargo := self.cargo())[1]:
            cargos.append(cargo)
        return cargos

    def enable(self, *report_ids: int, interval_us: int = 10_000) -> dict[int, int]:
        """Switch reports on; gives the intervals granted."""
        granted = {}
        self.drain()
        for report_id in report_ids:
            request = bytes((0xFD, report_id, 0, 0, 0)) + interval_us.to_bytes(4, "little")
            self.write(2, request + bytes(8))
            answer = self.cargo()[1]
            granted[answer[1]] = int.from_bytes(answer[5:9], "little")
        return granted

    def reports(self) -> list[tuple[int, bytes]]:
        """Sample time in us and bytes of each report of the next cargo."""
        anchor_us = self.clock.now_us()
        payload = self.cargo()[1]
        return split(payload, anchor_us) if payload else []

    def run(self, seconds: float, poll_ms: int = 10) -> list[tuple[int, bytes]]:
        """All reports of the next seconds, polled."""
        reports = []
        end_us = self.clock.now_us() + round(seconds * 1e6)
        while self.clock.now_us() < end_us:
            self.clock.advance_us(poll_ms * 1000)
            reports += self.reports()
        return reports


def split(payload: bytes, anchor_us: int) -> list[tuple[int, bytes]]:
    """Sample time in us and bytes of each report, as the reference manual says."""
    assert payload[0] == 0xFB
    base_us = anchor_us - int.from_bytes(payload[1:5], "little") * 100
    at, reports = 5, []
    while at < len(payload):
        report = payload[at : at + LENGTHS[payload[at]]]
        assert len(report) == LENGTHS[report[0]], "short cargo"
        delay = report[2] >> 2 << 8 | report[3]
        reports.append((base_us + delay * 100, report))
        at += len(report)
    return reports


def vector(report: bytes, count: int = 3) -> list[int]:
    """The 16-bit values of a report."""
    return [
        int.from_bytes(report[4 + 2 * i : 6 + 2 * i], "little", signed=True) for i in range(count)
    ]
