# mypy: ignore-errors
"""The stand-in board (``clip_rig.py``) in the emulator's time.

The bus takes what 400 kHz take, the log lies on a flash that takes its time, and a host's frames
come through a port as USB has it.
"""

import clip_rig
import emulator
from emulated_drive import File, size_of
from leandevice.storage.drive import Drive

BIT_US_2 = 5  # microseconds of two bits
SAMPLE_US = 1000 * clip_rig.SAMPLE_MS
PHASE_US = 400  # of a sample, within a millisecond of the clip's clock
LOG = "/leancue.log"
_WRAP_US = (1 << 30) - 1
_DUE_SAMPLES = 60_000  # beyond them a microsecond is no small integer


def nothing():
    """The stand-in need not measure itself: the emulator leaves it out."""
    return 0


clip_rig.now_us = clip_rig.heap_bytes = nothing


class Clock:
    """Time of the emulator."""

    ticks_ms = emulator.ticks_ms  # a native function, as a board's

    def __init__(self):
        self.begin()

    def begin(self):
        """The runner's time begins: the sensor has come up."""
        self._begun_us = self._seen_us = emulator.now_us()
        self._ms = 0
        self._us = -PHASE_US  # of the next millisecond

    @property
    def now_ms(self):
        """Milliseconds since then, as the sensor's samples are due.

        Counted up, since the emulator's microseconds wrap: as a small integer after 18 minutes.
        """
        now_us = emulator.now_us()
        self._us += (now_us - self._seen_us) & _WRAP_US
        self._seen_us = now_us
        self._ms += self._us // 1000
        self._us %= 1000
        return self._ms

    def due(self, sample):
        """Tell the emulator when a sample that was read became due; times are of short runs."""
        if sample < _DUE_SAMPLES:
            emulator.due_us(self._begun_us + PHASE_US + SAMPLE_US * (sample + 1))

    def idle(self, ms):
        """Nothing is computed meanwhile."""
        emulator.idle_us(1000 * ms)


class Reports(clip_rig.Reports):
    """Their transfer takes time."""

    def __init__(self, clock):
        super().__init__(clock)
        self.clock = clock

    def readinto(self, buf, start=0, end=0):
        """As the bus device's."""
        bits, sample = self.bits, self.sample
        clip_rig.Reports.readinto(self, buf, start, end)  # super() would take heap
        emulator.wait_us((self.bits - bits) * BIT_US_2 // 2)
        if self.sample != sample:
            self.clock.due(sample)


class Sensor(clip_rig.Sensor):
    """Comes up at once, however long the program took to load."""

    def bring_up(self):
        """The bus device."""
        self._device.clock.begin()
        return self._device


def first_byte(file):
    """Where in the log file a sector of the flash begins."""
    return 0


class Board(clip_rig.Board):
    """What ``parts.Parts`` asks for."""

    def __init__(self, port=None):
        super().__init__()
        self.clock = Clock()
        self.reports = Reports(self.clock)
        self.sensor = Sensor(self.reports)
        self.button = clip_rig.Button(self.clock)
        self.port = port
        self.drive = Drive(File, size_of, True, first_byte)
