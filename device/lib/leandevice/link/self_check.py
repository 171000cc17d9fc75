"""Measurements for commissioning: facts about the parts, requested and judged by a host.

Loaded when a host first asks, and unloaded afterwards (``link.check_answers``). No measurement
takes longer than ``MOST_MS``; the sensor is still read during it, so that no fault is raised.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff
from leancore.sensor.sample import HAS_A, HAS_G

from leandevice.link.request_values import whole
from leandevice.sensing.motion_sensor import MORE, READS_MAX

if TYPE_CHECKING:
    from collections.abc import Callable

    from leandevice.link.check_answers import CheckAnswers
    from leandevice.link.request_values import Answer, Request

MOST_MS = 700  # a host waits a second for an answer
_MS = const(500)
_PERCENT_MAX = const(100)
_SPIN_UP_MS = const(150)  # a coin motor has reached its speed by then
_AXIS_MAX = const(32767)
_OFF_MAX = const(2047)  # 1/32 m/s²: the squares of 100 samples stay within 2**30


def answered(parts: "CheckAnswers", request: "Request") -> "Answer":
    """Do the measurement named by ``request``; ValueError, KeyError or OSError with the reason."""
    return _ACTS[request["do"]](parts, request)


def _bus(parts: "CheckAnswers", _request: "Request") -> "Answer":
    """The bus lines, and which addresses answer; the sensor's device is recreated afterwards."""
    haptic = parts.haptic
    haptic.is_on = True  # so that the command is repeated: a driver must be found again, too
    haptic.cut()
    found = parts.board.look_at_bus()
    parts.imu.release(parts.board.clock.ticks_ms())
    return found


def _sense(parts: "CheckAnswers", request: "Request") -> "Answer":
    """Measure the sensor's means and deviations for a while, with the motor at ``percent``.

    ``about``: reference acceleration (1/256 m/s²) for the shake; default: the first sample.
    """
    percent = whole(request, "percent", 0)
    if percent > _PERCENT_MAX:
        raise ValueError("percent must be from 0 to 100")
    ms = _ms(request)
    meter = Meter(request.get("about"))
    before = _health(parts)
    parts.haptic.off()
    try:
        if percent:
            parts.board.motor.set(percent)  # regardless of the strength setting
            _spend(parts, _SPIN_UP_MS, _nothing)
        took_ms = _spend(parts, ms, meter.take)
    finally:
        parts.haptic.off()
    after = _health(parts)
    answer = meter.answer()
    answer["ms"] = took_ms
    answer["up"] = 1 if parts.imu.running else 0
    answer["trouble"] = [after[i] - before[i] for i in range(len(after))]
    answer["us"] = [row[1] for row in parts.imu.granted()]
    return answer


def _health(parts: "CheckAnswers") -> "tuple[int, ...]":
    imu = parts.imu
    health = imu.health
    return (health.lost, health.malformed, health.misdated, health.resets, imu.bus_errors)


class Meter:
    """Sums over samples; ``about``: three numbers or None."""

    def __init__(self, about: "list[int] | None") -> None:
        if about is not None:
            about = [int(value) for value in about]
            if len(about) != 3 or max(about) > _AXIS_MAX or min(about) < -_AXIS_MAX:
                raise ValueError("about must be three numbers of 16 bits")
        self._about = about
        self._last = (0, 0, 0)
        self._count = self._turns = self._same = self._square = 0
        self._off = [0, 0, 0]
        self._away = [0, 0, 0]
        self._rate = [0, 0, 0]

    def take(self, parts: "CheckAnswers") -> None:
        """Take the current sample."""
        sample = parts.imu.sample
        if not sample.flags & HAS_A:
            return
        now = (sample.ax, sample.ay, sample.az)
        if self._about is None:
            self._about = list(now)
        self._count += 1
        self._same += now == self._last
        self._last = now
        for i in range(3):
            off = now[i] - self._about[i]
            self._off[i] += off
            self._away[i] += abs(off)
            off = min(abs(off) >> 3, _OFF_MAX)
            self._square += off * off
        if sample.flags & HAS_G:
            self._turns += 1
            self._rate[0] += sample.gx
            self._rate[1] += sample.gy
            self._rate[2] += sample.gz

    def answer(self) -> "Answer":
        """Means, in the sensor's units of 1/256 m/s² and 1/512 rad/s; ``square``: mean square
        shake.

        It is in (1/32 m/s²)². For a force rotating in a plane it does not depend on sample times.
        """
        count = self._count or 1
        about = self._about or (0, 0, 0)
        return {
            "n": self._count,
            "same": self._same,
            "a": [about[i] + self._off[i] // count for i in range(3)],
            "shake": [self._away[i] // count for i in range(3)],
            "square": self._square // count,
            "turn": [self._rate[i] // (self._turns or 1) for i in range(3)],
            "turns": self._turns,
        }


def _driver(parts: "CheckAnswers", request: "Request") -> "Answer":
    """The motor driver's own test: started with ``go``, then polled."""
    haptic = parts.haptic
    if request.get("go"):
        haptic.test(parts.board.clock.ticks_ms())
    return {
        "driver": 1 if hasattr(parts.board.motor, "begin_test") else 0,
        "testing": 1 if haptic.testing else 0,
        "errors": haptic.errors,
        "found": list(parts.config.motor),
    }


def _button(parts: "CheckAnswers", request: "Request") -> "Answer":
    """Number of level changes, shortest time between two, and time pressed."""
    watch = Watch()
    ms = _spend(parts, _ms(request), watch.look, True)
    return {"ms": ms, "down": watch.down_ms, "turns": watch.turns, "short": watch.short_ms}


class Watch:
    """Watches the button's level; ``short_ms``: -1 = it never changed twice."""

    def __init__(self) -> None:
        self.down_ms = self.turns = 0
        self.short_ms = -1
        self._was: bool | None = None
        self._turned_ms = self._seen_ms = 0

    def look(self, parts: "CheckAnswers") -> None:
        """Check once."""
        now_ms = parts.board.clock.ticks_ms()
        down = not parts.board.button.value
        if self._was is not None:
            self.down_ms += ticks_diff(now_ms, self._seen_ms) if self._was else 0
            if down != self._was:
                self._turn(now_ms)
        self._seen_ms = now_ms
        self._was = down

    def _turn(self, now_ms: int) -> None:
        lasted_ms = ticks_diff(now_ms, self._turned_ms)
        if self.turns and (self.short_ms < 0 or lasted_ms < self.short_ms):
            self.short_ms = lasted_ms
        self.turns += 1
        self._turned_ms = now_ms


def _light(parts: "CheckAnswers", request: "Request") -> "Answer":
    """Show some colours in turn, for ``ms`` in total."""
    colours = request["colours"]
    ms = _ms(request) // len(colours)
    for red, green, blue in colours:
        parts.board.light.show(int(red), int(green), int(blue))
        _spend(parts, ms, _nothing)
    return {"ms": ms}


def _cell(parts: "CheckAnswers", _request: "Request") -> "Answer":
    gauge = parts.board.gauge
    return {"gauge": 0 if gauge is None else 1, "mv": 0 if gauge is None else gauge.read_mv()}


def _write(parts: "CheckAnswers", _request: "Request") -> "Answer":
    """Time to write a page: the configuration is rewritten, as at any change."""
    began_ms = parts.board.clock.ticks_ms()
    parts.config.save()
    store = parts.store
    return {
        "ms": ticks_diff(parts.board.clock.ticks_ms(), began_ms),
        "pages": store.slots,
        "step": store.log.step_bytes,
    }


def _keep(parts: "CheckAnswers", request: "Request") -> "Answer":
    """Store the result of a check, or return the stored one: time, findings, shake."""
    if "s" in request:
        shake = [int(value) & 0xFFFF for value in request.get("shake", ())][:4]
        parts.config.check = [whole(request, "s"), whole(request, "left")] + shake
        parts.config.save()
    return {"kept": parts.config.check, "t": parts.board.clock.ticks_ms()}


_ACTS = {
    "bus": _bus, "sense": _sense, "driver": _driver, "button": _button, "light": _light,
    "cell": _cell, "write": _write, "keep": _keep,
}  # fmt: skip


def _ms(request: "Request") -> int:
    return min(whole(request, "ms", _MS), MOST_MS)


def _nothing(_parts: "CheckAnswers") -> None:
    """Ignore a sample."""


def _spend(
    parts: "CheckAnswers",
    ms: int,
    look: "Callable[[CheckAnswers], object]",
    always: bool = False,
) -> int:
    """Read the sensor for ``ms``; call ``look`` for each sample or pass; return the ms taken."""
    imu = parts.imu
    clock = parts.board.clock
    began_ms = clock.ticks_ms()
    while ticks_diff(clock.ticks_ms(), began_ms) < ms:
        imu.reads_left = READS_MAX
        got = imu.poll()
        if always:
            look(parts)
        while got:
            if not always:
                look(parts)
            got = imu.poll() if got == MORE else 0
        clock.idle(1)
    return ticks_diff(clock.ticks_ms(), began_ms)
