"""Run by MicroPython: the clip's own loop over recorded cargos; prints what each pass allocates.

Usage: micropython steady_loop.py CARGOS. CARGOS: ticks ms (u32), length (u16), bytes, again and
again. Prints a JSON object: for quiet passes, passes with a step, passes that write a page and
passes with a cue, how many there were and how many bytes of heap they took.
"""

import gc
import json
import struct
import sys

from leancore import prescription
from leandevice.app import App
from leandevice.drive import Drive
from leandevice.haptic import PwmMotor
from leandevice.memory import Memory
from leandevice.parts import Parts

PASS_MS = 4
PRESS_MS = 1000
LOG_PAGES = 64
PAGE_BYTES = 4096


class Clock:
    now_ms = 0

    def ticks_ms(self):
        return self.now_ms

    def idle(self, ms):
        self.now_ms += PASS_MS


class Cargos:
    """The recorded cargos as a bus device; a header may be read alone, then the whole."""

    def __init__(self, clock, data):
        self._clock = clock
        self._data = data
        self._at = 0
        self.first_ms = struct.unpack_from("<I", data, 0)[0] if data else 0

    @property
    def over(self):
        return self._at >= len(self._data)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return False

    def readinto(self, buf, start=0, end=0):
        data = self._data
        at = self._at
        if at >= len(data) or self._time(at) > self._clock.now_ms:
            for i in range(start, end):
                buf[i] = 0
            return
        for i in range(end - start):
            buf[start + i] = data[at + 6 + i]
        if end - start > 4:
            self._at = at + 6 + (data[at + 4] | data[at + 5] << 8)

    def write(self, data):
        pass

    def _time(self, at):
        data = self._data
        return data[at] | data[at + 1] << 8 | data[at + 2] << 16 | data[at + 3] << 24


class Sensor:
    def __init__(self, device):
        self._device = device

    def bring_up(self):
        return self._device


class Pwm:
    duty_cycle = 0


class Light:
    def show(self, red, green, blue):
        pass


class Button:
    """Pressed once, to calibrate."""

    def __init__(self, clock, first_ms):
        self._clock = clock
        self._press_ms = first_ms + PRESS_MS

    @property
    def value(self):
        return not self._press_ms < self._clock.now_ms < self._press_ms + 150


class Gauge:
    def read_mv(self):
        return 3900


class Port:
    connected = True
    in_waiting = 0

    def write(self, data):
        return len(data)


class LogFile:
    """A log that forgets."""

    writes = 0

    def seek(self, offset):
        pass

    def readinto(self, buf):
        for i in range(len(buf)):
            buf[i] = 0
        return len(buf)

    def write(self, buf):
        self.writes += 1
        return len(buf)

    def flush(self):
        pass


class Dog:
    def feed(self):
        pass


class Board:
    name = "micropython"
    uid = "00"
    sensor_reset = None

    def __init__(self, data):
        self.clock = Clock()
        self.cargos = Cargos(self.clock, data)
        self.clock.now_ms = self.cargos.first_ms
        self.sensor = Sensor(self.cargos)
        self.motor = PwmMotor(Pwm())
        self.light = Light()
        self.button = Button(self.clock, self.cargos.first_ms)
        self.gauge = Gauge()
        self.port = Port()
        self.watchdog = Dog()
        self.memory = Memory(None)
        self.log = LogFile()
        self.drive = Drive(self._open, self._size_of)

    def _open(self, path, mode):
        if not path.endswith(".log"):
            raise OSError(2, "absent")
        return self.log

    def _size_of(self, path):
        return LOG_PAGES * PAGE_BYTES

    def plugged(self):
        return False

    def reset(self):
        pass


def main(path):
    with open(path, "rb") as file:
        board = Board(file.read())
    app = App(Parts(board))
    app.config.prescription = prescription.checked({"baseline_cdeg": 620})
    app.configure()
    app.start()
    kinds = ("quiet", "step", "page", "cue", "other")
    count = [0] * len(kinds)
    used = [0] * len(kinds)
    most = [0] * len(kinds)
    gc.disable()
    passes = 0
    while not board.cargos.over:
        passes += 1
        if passes % 256 == 0:
            gc.collect()
        recording = app.journal.open
        strikes = app.trainer.steps.strike_ms
        pages = board.log.writes
        motor = app.haptic.busy
        before = gc.mem_alloc()
        app.tick()
        grown = gc.mem_alloc() - before
        app.clock.idle(2)
        kind = 0
        if not recording or not app.journal.open:
            kind = 4
        elif board.log.writes != pages:
            kind = 2
        elif app.haptic.busy != motor:
            kind = 3
        elif app.trainer.steps.strike_ms != strikes:
            kind = 1
        count[kind] += 1
        used[kind] += grown
        if grown > most[kind]:
            most[kind] = grown
    result = {}
    for kind in range(len(kinds)):
        result[kinds[kind]] = {"passes": count[kind], "bytes": used[kind], "most": most[kind]}
    result["faults"] = len(app.journal.faults)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
