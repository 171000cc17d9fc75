# mypy: ignore-errors
"""The stand-in board (``clip_rig.py``) in the emulator's time; the bus takes what 400 kHz take."""

import clip_rig
import emulator
from leancore import shtp

BIT_US_2 = 5  # microseconds of two bits


def nothing():
    """The stand-in need not measure itself: the emulator leaves it out."""
    return 0


shtp.halves_of = emulator.halves_of  # what CircuitPython can do, and MicroPython not
clip_rig.now_us = clip_rig.heap_bytes = nothing


class Clock:
    """Time of the emulator."""

    ticks_ms = emulator.ticks_ms  # a native function, as a board's

    def __init__(self):
        self._begun_ms = emulator.ticks_ms()

    @property
    def now_ms(self):
        """Milliseconds since the board was made, for the stand-in."""
        return emulator.ticks_ms() - self._begun_ms

    def idle(self, ms):
        """Nothing is computed meanwhile."""
        emulator.wait_us(1000 * ms)


class Reports(clip_rig.Reports):
    """Their transfer takes time."""

    def readinto(self, buf, start=0, end=0):
        """As the bus device's."""
        bits = self.bits
        clip_rig.Reports.readinto(self, buf, start, end)  # super() would take heap
        emulator.wait_us((self.bits - bits) * BIT_US_2 // 2)


class Board(clip_rig.Board):
    """What ``parts.Parts`` asks for."""

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.reports = Reports(self.clock)
        self.sensor = clip_rig.Sensor(self.reports)
        self.button = clip_rig.Button(self.clock)
