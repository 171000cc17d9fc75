"""How the loop waits for the next sample, with realistic pass times."""

from __future__ import annotations

import pytest
from leancore.sensor.sample import Sample
from leandevice.app import App
from leandevice.parts import Parts

from tools import clip_rig

BYTE_US, READ_US = 22.5, 100  # of a transfer
PARSE_US = 400
STALL_US = 23_000  # before a pass
WRITE_US = 55_000  # a page is written, in a pass
SETTLE, SAMPLES = 50, 600
PAUSED = 12  # samples


class Clock(clip_rig.Clock):
    """Time also goes by within a pass."""

    def __init__(self) -> None:
        self.now_us = 0

    @property
    def now_ms(self) -> float:  # type: ignore[override]
        return self.now_us / 1000

    def ticks_ms(self) -> int:
        return self.now_us // 1000

    def idle(self, ms: int) -> None:
        self.now_us += 1000 * ms + 150


class Reports(clip_rig.Reports):
    """A transfer takes time. ``read``: when each sample's first cargo was, in ms behind it.

    ``empty``: how long the reads were that found nothing.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.read: list[float] = []
        self.empty: list[int] = []

    def readinto(self, buf: bytearray, start: int = 0, end: int = 0) -> None:
        sample, kind = self.sample, self._kind
        super().readinto(buf, start, end)
        if (self.sample, self._kind) != (sample, kind) and not kind:
            self.read.append(self._clock.now_ms - clip_rig.SAMPLE_MS * (sample + 1))
        if not buf[start]:
            self.empty.append(end - start)
        self._clock.now_us += int(READ_US + BYTE_US * (end - start + 1))
        self._clock.now_us += PARSE_US if buf[start] else 0


@pytest.fixture
def board() -> clip_rig.Board:
    board = clip_rig.Board()
    board.clock = Clock()
    board.reports = Reports(board.clock)
    board.sensor = clip_rig.Sensor(board.reports)
    return board


@pytest.mark.parametrize("together", [False, True])
def test_it_stays_just_behind_the_sensor_and_seldom_asks_in_vain(
    board: clip_rig.Board, together: bool
) -> None:
    board.reports.together = together
    app = App(Parts(board))
    app.start()
    while len(board.reports.read) < SAMPLES:
        app.once()
        assert not app.loop.last_error
    behind_ms = sorted(board.reports.read[SETTLE:])
    assert behind_ms[-1] < 5
    assert len(board.reports.empty) < 0.4 * SAMPLES
    assert board.reports.empty.count(4) > 0.3 * len(board.reports.empty)  # many of them short


def test_it_catches_up_after_a_pass_that_took_long(board: clip_rig.Board) -> None:
    app = App(Parts(board))
    app.start()
    while len(board.reports.read) < SAMPLES:
        if len(board.reports.read) == SETTLE:
            board.clock.now_us += STALL_US
        app.once()
    assert max(board.reports.read[SETTLE : SETTLE + 3]) > 15
    assert max(board.reports.read[SETTLE + 15 :]) < 5


def test_what_waits_behind_a_flash_write_is_read_without_a_pause(board: clip_rig.Board) -> None:
    app = App(Parts(board))
    app.start()
    step, idle, paused_ms = app.pipeline.step, board.clock.idle, []

    def step_and_write(sample: Sample) -> int:
        if len(board.reports.read) == SETTLE and not paused_ms:
            board.clock.now_us += WRITE_US
            paused_ms.append(0)
        return step(sample)

    def noted_idle(ms: int) -> None:
        if paused_ms and len(board.reports.read) < SETTLE + WRITE_US // 8000:
            paused_ms.append(ms)
        idle(ms)

    app.pipeline.step, board.clock.idle = step_and_write, noted_idle
    while len(board.reports.read) < SAMPLES:
        app.once()
    assert max(board.reports.read[SETTLE : SETTLE + 3]) > 30
    assert sum(paused_ms) == 1  # just behind the write
    assert max(board.reports.read[SETTLE + 15 :]) < 5


def test_each_sample_that_waited_has_a_pass_of_its_own_and_a_host_comes_after_them(
    board: clip_rig.Board,
) -> None:
    app = App(Parts(board))
    app.start()
    step, decided, behind_ms = app.pipeline.step, [], []
    app.pipeline.step = lambda sample: decided.append(sample) or step(sample)  # type: ignore[func-returns-value]

    class Host:
        busy = True

        def step(self, now_ms: int) -> None:
            behind_ms.append(board.reports.read[-1])

    while len(decided) < SETTLE:
        app.once()
    app.host_links, board.clock.now_us = Host(), board.clock.now_us + WRITE_US
    before, passes = len(decided), 0
    while not behind_ms:
        app.tick()
        passes += 1
        assert len(decided) <= before + passes
    assert len(decided) > before + WRITE_US // 8000
    assert behind_ms[0] < 10


def test_a_pause_of_the_sensor_is_not_taken_for_samples_that_wait(board: clip_rig.Board) -> None:
    app = App(Parts(board))
    app.start()
    while len(board.reports.read) < SETTLE:
        app.once()
    board.reports.sample += PAUSED
    while len(board.reports.read) < SETTLE + 1:
        app.once()
    board.reports.empty.clear()
    while len(board.reports.read) < SAMPLES:
        app.once()
    assert max(board.reports.read[SETTLE + 15 :]) < 5
    assert len(board.reports.empty) < 0.4 * SAMPLES


def test_a_part_that_answers_nothing_is_used_once_its_samples_have_come(
    board: clip_rig.Board,
) -> None:
    board.reports.write = lambda data: None
    app = App(Parts(board))
    app.start()
    while board.clock.ticks_ms() < 3000:
        app.once()
    assert app.imu.running
    assert app.imu.unconfirmed == 1
