# mypy: ignore-errors
"""Measure the heap in a session: bytes of each module loaded, then each moment, see ``Heap``.

A host connects ``rig_job.CYCLES`` times, during runs and between them; it pulls the run, marks it
as pulled, and writes settings.
Each line of the output is a JSON object, so that printing it takes hardly any heap.
"""

import gc
import sys
from array import array

import clip_program
import desk_frames
import emulator
import rig_job
from emulated_drive import Port

BARE_BYTES = 656  # in use on CircuitPython when a short code.py begins
RUN_MS = 14000  # of a run until the host connects: four pages of raw samples
AWAY_MS = 1000
EVERY = 64  # passes between two measurements
PATIENCE_MS = 30000  # timeout for an expected event
PULLS = 3
MOMENTS = ("loaded", "started", "run open, raw on", "run open, desk pulling", "desk pulling",
           "desk gone")  # fmt: skip
LOADED, STARTED, OPEN, BOTH, PULLING, GONE = range(len(MOMENTS))


class Heap:
    """Worst case per moment, after a collection: bytes used, free, and in the largest block.

    ``own``: bytes that the rig itself takes.
    """

    def __init__(self):
        self.rows = [array("i", (0, 1 << 30, 1 << 30)) for _ in MOMENTS]
        self.now = array("i", (0, 0, 0))
        self.own = 0

    def look(self, moment):
        """Measure the heap now."""
        gc.collect()
        now, row = self.now, self.rows[moment]
        emulator.heap_into(now)
        row[0] = max(row[0], now[0])
        row[1] = min(row[1], now[1])
        row[2] = min(row[2], now[2])


class Session:
    """A clip with a runner and a host."""

    def __init__(self):
        self.heap = Heap()
        self.port = Port()
        self.reports = self.app = None
        self.late = array("i", bytes(4 * len(MOMENTS)))  # number of timeouts, by moment
        self.run = 0
        self.frame = bytearray(64)

    def make_board(self):
        """Create the stand-in board; its heap is not counted as the program's."""
        held = clip_program.in_use()
        import emulated_board

        board = emulated_board.Board(self.port)
        self.reports = board.reports
        self.heap.own += clip_program.in_use() - held
        if rig_job.ONLY_OWN:
            say("own", self.heap.own)
            emulator.end()
        return board

    def passes(self, moment, goes_on):
        """Run passes of the clip's loop, measuring the heap now and then."""
        begun_ms = emulator.ticks_ms()
        count = 0
        while goes_on():
            self.app.once()
            count += 1
            if count % EVERY == 0:
                self.heap.look(moment)
                if emulator.ticks_ms() - begun_ms > PATIENCE_MS:
                    self.late[moment] += 1
                    break
        self.heap.look(moment)

    def asked(self, moment, requests):
        """Send requests and wait for the answers."""
        for request in requests:
            self.port.ask(request)
            self.passes(moment, self.port.waits)

    def request(self, kind, payload, answers):
        """Return a request of the host, and the number of frames of its answer."""
        from leancore.link.framing import PAYLOAD_AT, FrameEncoder  # already loaded

        frame, encoder = self.frame, FrameEncoder(self.frame)
        frame[PAYLOAD_AT : PAYLOAD_AT + len(payload)] = payload
        encoder.begin(kind, 1, len(payload))
        encoder.go_on(len(frame))
        return bytes(memoryview(frame)[: encoder.length]), answers

    def pulled(self, moment):
        """Pull the newest run."""
        self.asked(moment, desk_frames.GREETING)
        count = desk_frames.PULLED_PAGES
        pages = b'{"run": %d, "from": 0, "count": %d}' % (self.run, count)
        for _ in range(PULLS):
            self.asked(moment, (self.request(desk_frames.PAGES, pages, count + 1),))

    def left(self, moment, ms):
        """Close the port, then run for ``ms``."""
        self.port.leave()
        left_ms = emulator.ticks_ms()
        self.passes(moment, lambda: emulator.ticks_ms() - left_ms < ms)

    def cycle(self):
        """Simulate a run with a host during it, its end, and a host after it."""
        app, plan = self.app, self.app.pipeline.plan
        self.run += 1
        self.reports.stands = False
        self.passes(OPEN, lambda: plan.run_ms < RUN_MS)
        self.pulled(BOTH)
        self.left(OPEN, AWAY_MS)
        app.user_input.command("end")
        self.reports.stands = True
        self.left(GONE, AWAY_MS)
        self.pulled(PULLING)
        pulled = b'{"run": %d}' % self.run
        self.asked(PULLING, (self.request(desk_frames.PULLED, pulled, 1),))
        self.asked(PULLING, desk_frames.SETTINGS)
        self.left(GONE, AWAY_MS)


def say(what, value):
    """Print a line of the output."""
    print('{"', what, '": ', value, "}", sep="")  # noqa: T201


def play(session):
    """Run the whole session."""
    session.app = app = clip_program.program(session.make_board)
    emulator.names_into(names)
    session.heap.look(LOADED)
    app.start()
    app.tick()
    session.heap.look(STARTED)
    for _ in range(rig_job.CYCLES):
        session.cycle()
    if rig_job.MAP:
        gc.collect()
        emulator.heap_map()


session = Session()
names = array("i", (0, 0))
reserve = bytearray(4096)  # for the answer
session.heap.own = clip_program.in_use() - BARE_BYTES
try:
    play(session)
except MemoryError as error:
    sys.print_exception(error)
reserve = None
say("own", session.heap.own)
say("session_s", emulator.ticks_ms() // 1000)
say("driver", clip_program.sizes[-1])
say("names", list(names))
say("sizes", list(clip_program.sizes)[:-1])
for i, row in enumerate(session.heap.rows):
    if row[0]:
        say(MOMENTS[i], [row[0], row[1], row[2], session.late[i]])
