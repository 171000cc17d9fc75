# mypy: ignore-errors
"""A clip without its parts, for benches: a made-up runner's reports, and nothing that costs.

For every interpreter, a board's too. 5 s of standing, in which the button is pressed to calibrate,
then running.
"""

import gc
import math
import struct
import time
from array import array

from leandevice.feedback.haptic import PwmMotor
from leandevice.power.retained_memory import RetainedMemory
from leandevice.storage.drive import Drive

STAND_MS, RUN_MS = 5000, 15000
SAMPLE_MS = 8  # as the accelerometer's ladder has it: 125 Hz where 100 are asked for
STEP_SAMPLES = 370 // SAMPLE_MS  # of a step: 163 steps/min
ACCELEROMETER, ORIENTATION = 1, 8  # ids of reports
WIDTH = 10  # numbers in a row: quaternion x y z w, acceleration, turning rate
G_MPS2 = 9.81
PUSH_MPS2 = 2.0  # forward at most: along -z of the sensor


def row_at(phase, runs):
    """A sample in the sensor's integers: quaternion, acceleration, turning rate.

    The runner brakes while falling and accelerates while rising, as runners do.
    """
    angle = 2 * math.pi * phase
    swing = 0.03 if runs else 0.0  # rad
    lean = swing * math.sin(angle)
    turn = swing * math.cos(angle) * 2 * math.pi * 1000 / SAMPLE_MS / STEP_SAMPLES
    bounce = 1.2 * math.sin(angle) + 0.4 * math.sin(2 * angle) if runs else 0.0
    up = G_MPS2 * max(1.0 + bounce, 0.05)
    push = PUSH_MPS2 * math.cos(angle) if runs else 0.0
    half = math.pi / 4 - lean / 2
    return (
        int(16384 * math.sin(half)), 0, 0, int(16384 * math.cos(half)),
        0, int(256 * (up * math.cos(lean) - push * math.sin(lean))),
        int(256 * (up * math.sin(lean) + push * math.cos(lean))),
        # No real gyroscope says the same twice: some noise, other in each sample of a step.
        int(-512 * turn), int(9 * math.sin(3 * angle)), int(9 * math.cos(5 * angle + phase)),
    )  # fmt: skip


def rows_of(runs):
    """One step, or a moment of standing."""
    rows = array("h")
    for i in range(STEP_SAMPLES):
        for value in row_at(i / STEP_SAMPLES, runs):
            rows.append(value)
    return rows


class Clock:
    """Time that only moves between the passes."""

    now_ms = 0

    def ticks_ms(self):
        """Milliseconds."""
        return self.now_ms

    def idle(self, ms):
        """Time passes."""
        self.now_ms += ms if ms else 1


class Reports:
    """A sensor that sends each report in a cargo of its own, or all those of a sample in one.

    Stands in for its bus device. ``together``: the latter. ``bits``: how many the bus would have
    carried. ``stands``: the runner has stopped. ``outside``: time (us), heap (bytes) spent here.
    ``sample``: number of the one that is sent next, or in part. The orientation comes as seldom as
    it is asked for.
    """

    together = False
    stands = False  # the runner stands from now on

    def __init__(self, clock):
        self._clock = clock
        self._rows = (rows_of(False), rows_of(True))
        self._cargo = bytearray(41)
        self.sample = self._kind = 0  # what is sent next: 0 = its acceleration
        self._every = 1  # samples, of which one has an orientation
        self._current = None  # the cargo that is read, in part
        self._given = self._length = 0  # bytes of it that are read; of all of it
        # An answer to each report and to a command, made at once: this must not part the heap that
        # is measured. Those that are due go before the next report.
        self._made = {kind: bytearray(21) for kind in (0, ACCELEROMETER, 2, ORIENTATION)}
        self._answers = []
        self.start_ms = clock.now_ms
        self.bits = 0
        self.outside = [0, 0]

    @property
    def over(self):
        """The run has been long enough."""
        return self._clock.now_ms - self.start_ms > STAND_MS + RUN_MS

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return False

    def readinto(self, buf, start=0, end=0):
        """As the bus device's."""
        began_us, heap = now_us(), heap_bytes()
        self.bits += 9 * (end - start + 1)
        if self._current is None:
            self._begin()
        if self._current is None:
            buf[start] = buf[start + 1] = 0
        elif self._give(buf, start, end):
            self._done()
        self.outside[0] += now_us() - began_us
        self.outside[1] += heap_bytes() - heap

    def _begin(self):
        """The next cargo, if there is one: an answer, or a report that is due."""
        self._given = 0
        if self._answers:
            self._current = self._answers[0]
            self._length = len(self._current)
        elif self.start_ms + SAMPLE_MS * (self.sample + 1) <= self._clock.now_ms:
            self._current = self._cargo
            self._length = self._fill(self.sample, self._kinds())

    def _kinds(self):
        """Kinds of the reports in the next cargo of the sample."""
        return range(self._count()) if self.together else (self._kind,)

    def _count(self):
        """How many reports the sample has."""
        return 2 if self.sample % self._every else 3

    def _give(self, buf, start, end):
        """A cargo, or the rest of one behind a header of its own; return whether it is all read."""
        cargo = self._current
        at = max(self._given - 4, 0)
        length = self._length - at
        if at:
            struct.pack_into("<HB", cargo, at, length | 0x8000, cargo[2])
        for i in range(end - start):
            buf[start + i] = cargo[at + i] if i < length else 0
        if end - start > 4:
            self._given = at + end - start
        return end - start >= length

    def _done(self):
        """A cargo is all read."""
        if self._current is self._cargo:
            self._kind = 0 if self.together or self._kind == self._count() - 1 else self._kind + 1
            if not self._kind:
                self.sample += 1
        else:
            del self._answers[0]
        self._current = None

    def write(self, data):
        """A report is granted as it was asked for, but the accelerometer; a command is done."""
        answer = self._made.get(data[5] if data[4] == 0xFD else 0)
        struct.pack_into("<HB", answer, 0, len(answer), 2)
        if data[4] == 0xFD:
            answer[4] = 0xFC
            answer[5] = data[5]
            answer[9:13] = data[9:13]
            if data[5] == ACCELEROMETER:
                struct.pack_into("<I", answer, 9, 1000 * SAMPLE_MS)
            elif data[5] == ORIENTATION:
                (asked_us,) = struct.unpack_from("<I", data, 9)
                self._every = max(asked_us // (1000 * SAMPLE_MS), 1)
            self._answers.append(answer)
        elif data[4] == 0xF2:
            answer[4] = 0xF1
            answer[6] = data[6]
            self._answers.append(answer)

    def _fill(self, sample, kinds):
        """Make a cargo; return its bytes."""
        runs = SAMPLE_MS * sample > STAND_MS and not self.stands
        cargo, rows = self._cargo, self._rows[runs]
        row = sample % STEP_SAMPLES * WIDTH
        at = 9
        for kind in kinds:
            first, count = ((4, 3), (7, 3), (0, 4))[kind]
            number = sample // self._every if kind == 2 else sample
            struct.pack_into("<BBBB", cargo, at, (1, 2, ORIENTATION)[kind], number & 0xFF, 0, 0)
            for i in range(count):
                struct.pack_into("<h", cargo, at + 4 + 2 * i, rows[row + first + i])
            at += 4 + 2 * count
        struct.pack_into("<HBBBI", cargo, 0, at, 3, 0, 0xFB, 0)
        return at


class Sensor:
    """Comes up at once."""

    def __init__(self, device):
        self._device = device

    def bring_up(self):
        """The bus device."""
        return self._device

    def reader(self, clock, interval_us):
        """The clip's own, of the program that is loaded later."""
        from leandevice.sensing.imu import Imu

        return Imu(clock, self, interval_us)


class Button:
    """Pressed once, to calibrate."""

    def __init__(self, clock):
        self._clock = clock

    @property
    def value(self):
        """False while pressed."""
        return not 1000 < self._clock.now_ms < 1150


class IdleParts:
    """Everything else that a board has, and that costs nothing here."""

    duty_cycle = 0
    connected = True
    in_waiting = writes = 0

    def show(self, red, green, blue):
        """Light."""

    def read_mv(self):
        """Battery."""
        return 3900

    def feed(self):
        """Watchdog."""

    def seek(self, offset):
        """Log."""

    def readinto(self, buf):
        """An empty log."""
        for i in range(len(buf)):
            buf[i] = 0
        return len(buf)

    def write(self, data):
        """Log or port: takes all."""
        self.writes += 1
        return len(data)

    def flush(self):
        """Log."""


class Board:
    """What ``parts.Parts`` asks for. ``log``: counts what was written to it."""

    name = "bench"
    uid = "00"
    log_pages = 64

    def __init__(self):
        self.clock = Clock()
        self.reports = Reports(self.clock)
        self.sensor = Sensor(self.reports)
        self.motor = PwmMotor(IdleParts())
        self.button = Button(self.clock)
        self.light = self.gauge = self.port = self.watchdog = IdleParts()
        self.memory = RetainedMemory(None)
        self.log = IdleParts()
        self.drive = Drive(self._open, self._size_of)

    def _open(self, path, mode):
        if not path.endswith(".log"):
            raise OSError(2, "absent")
        return self.log

    def _size_of(self, path):
        return self.log_pages * 4096

    @property
    def ports(self):
        """A host may be at ``port``."""
        return () if self.port is None else (self.port,)

    def plugged(self):
        """No."""
        return False

    def describe(self, error):
        """As short as can be."""
        return repr(error)


def now_us():
    """Microseconds of any clock there is."""
    if hasattr(time, "ticks_us"):
        return time.ticks_us()
    return time.monotonic_ns() // 1000


def heap_bytes():
    """Heap in use; 0 where it cannot be told."""
    return gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0
