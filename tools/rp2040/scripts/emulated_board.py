# mypy: ignore-errors
"""The stand-in board (``clip_rig.py``) in the emulator's time.

The bus has the speed of 400 kHz, the log lies on a flash with realistic times, and a host's frames
come through a USB-like port.
"""

import clip_rig
import emulator
import rig_job
from emulated_drive import File, size_of
from leandevice.storage.drive import Drive

BIT_US_2 = 5  # microseconds of two bits
FAST = rig_job.FAST_PERMILLE  # the sensor's clock, beside the clip's
SAMPLE_US = 1000 * clip_rig.SAMPLE_MS * 1000 // (1000 + FAST)
PHASE_US = 400  # of a sample, within a millisecond of the clip's clock
LOG = "/leancue.log"
_WRAP_US = (1 << 30) - 1
_DUE_SAMPLES = 60_000  # after these, microseconds exceed a small integer


def nothing():
    """Return 0: the stand-in need not measure itself, the emulator excludes it."""
    return 0


clip_rig.now_us = clip_rig.heap_bytes = nothing


class Clock:
    """Clock of the emulated time."""

    ticks_ms = emulator.ticks_ms  # a native function, as a board's

    def __init__(self):
        self.begin()

    def begin(self):
        """Start the runner's time; called when the sensor has come up."""
        self._begun_us = self._seen_us = emulator.now_us()
        self._ms = 0
        self._us = -PHASE_US  # of the next millisecond
        self._faster = 0

    @property
    def now_ms(self):
        """Milliseconds since the start, in the time base of the sensor's samples.

        Summed up, since the emulator's microseconds wrap after 18 minutes (a small integer).
        """
        now_us = emulator.now_us()
        spent_us = (now_us - self._seen_us) & _WRAP_US
        self._faster += spent_us * FAST  # thousandths of a microsecond
        self._us += spent_us + self._faster // 1000
        self._faster %= 1000
        self._seen_us = now_us
        self._ms += self._us // 1000
        self._us %= 1000
        return self._ms

    def due(self, sample):
        """Tell the emulator when the sample just read was due; only for short runs."""
        if sample < _DUE_SAMPLES:
            emulator.due_us(self._begun_us + PHASE_US + SAMPLE_US * (sample + 1))

    def idle(self, ms):
        """Wait without computing."""
        emulator.idle_us(1000 * ms)


class Reports(clip_rig.Reports):
    """The stand-in's reports, with the time of their transfer."""

    def __init__(self, clock):
        super().__init__(clock)
        self.clock = clock

    def readinto(self, buf, start=0, end=0):
        """Read as from a bus device."""
        bits, sample = self.bits, self.sample
        clip_rig.Reports.readinto(self, buf, start, end)  # super() would take heap
        emulator.wait_us((self.bits - bits) * BIT_US_2 // 2)
        if self.sample != sample:
            self.clock.due(sample)


class Sensor(clip_rig.Sensor):
    """A sensor that comes up at once, however long the program took to load."""

    def bring_up(self):
        """Start the clock; return the bus device."""
        self._device.clock.begin()
        return self._device


def first_byte(file):
    """Return the offset in the log file at which a flash sector begins."""
    return 0


class Board(clip_rig.Board):
    """The board as ``parts.Parts`` needs it."""

    def __init__(self, port=None):
        super().__init__()
        self.clock = Clock()
        self.reports = Reports(self.clock)
        self.sensor = Sensor(self.reports)
        self.button = clip_rig.Button(self.clock)
        self.port = port
        self.drive = Drive(File, size_of, True, first_byte)
