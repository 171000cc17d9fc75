"""The referee: which way is up, from the chip's orientation and our own, each watching the other.

Ours leads: over a run its error stays below that of the chip, whose tilt may be off by 2.5° for
minutes, which has been seen frozen, and which resets itself (``shared/ORIENTATION.md`` shows both).
The chip stands in where ours cannot know: before it has settled, without a gyroscope, and after
a rotation beyond the gyroscope's range. Whatever the source, the vertical never jumps: the
difference at a change of source fades away.
"""

from leancore import faults
from leancore.chip import ChipOrientation
from leancore.fixed import clamp, unit_q14
from leancore.orientation import Orientation
from leancore.sample import CLIPPED, G_LIMIT_Q9, HAS_G

# Sources; and the ways to judge: the chip alone, ours alone, or both (the clip's own way).
CHIP, OWN, BOTH = range(3)

_FADE_MS = 6000
_SETTLED_MS = 3000
_FROZEN_SAMPLES = 8
_MOVING_Q9 = 100  # 0.2 rad/s: a body that turns so fast does not keep its orientation
_JUMP_Q14 = 570  # 2° against ours from one sample to the next
_NEAR_Q14 = 860  # 3°: as far as the chip's own error goes
_APART_Q14 = 2860  # 10°: one of the two is lost
_DISTRUST_MS = 10000
_SILENT_MS = 100
_LONG_MS = 60000  # times are not counted beyond it
_BLIND_MS = 2000  # after a rotation that the gyroscope could not follow


class Referee:
    """The vertical ``ux uy uz`` (Q14, sensor frame), ``known``, and ``source`` (CHIP or OWN).

    ``fault``: number of the fault that ``step`` found just now, or 0.
    """

    FIELDS = (
        "chip", "own", "ux", "uy", "uz", "known", "source", "_offset", "_distrust_ms", "_silent_ms",
        "_same", "_last_q", "_apart", "_blind_ms", "_no_gyro_ms",
    )  # fmt: skip

    def __init__(self):
        self.mode = BOTH
        self.chip = ChipOrientation()
        self.own = Orientation()
        self._offset = [0, 0, 0]  # added to the source's vertical, Q20
        self._last_q = [0, 0, 0, 0]
        self._apart = [0, 0, 0]
        self._unit = [0, 0, 0]  # scratch
        self.fault = 0
        self.reset()

    @property
    def refused(self):
        """Quaternions of the chip that made no sense."""
        return self.chip.refused

    def reset(self):
        """Forget everything."""
        self.chip.reset()
        self.own.reset()
        self.ux = self.uy = self.uz = self.known = 0
        self.source = OWN if self.mode == OWN else CHIP
        self._distrust_ms = self._silent_ms = self._same = 0
        self._blind_ms = self._no_gyro_ms = 0
        for vector in (self._offset, self._last_q, self._apart):
            for i in range(len(vector)):
                vector[i] = 0

    def step(self, sample, dt_ms):
        """Take a sample; return 1 if the vertical is new."""
        self.fault = 0
        if self.mode == CHIP:
            return self._take(self.chip, self.chip.step(sample))
        fresh_own = self.own.step(sample, dt_ms)
        if self.mode == OWN:
            return self._take(self.own, fresh_own)
        fresh_chip = self.chip.step(sample)
        self._watch_gyro(sample, dt_ms)
        self._watch_chip(sample, fresh_chip, dt_ms)
        return self._judge(fresh_chip, fresh_own, dt_ms)

    def _take(self, source, fresh):
        self.ux, self.uy, self.uz = source.ux, source.uy, source.uz
        self.known = source.known
        return fresh

    # ---- what is to be believed -----------------------------------------------------------

    def _watch_gyro(self, sample, dt_ms):
        self._blind_ms = max(self._blind_ms - dt_ms, 0)
        self._no_gyro_ms = 0 if sample.flags & HAS_G else min(self._no_gyro_ms + dt_ms, _LONG_MS)
        if not sample.flags & CLIPPED:
            return
        if max(abs(sample.gx), abs(sample.gy), abs(sample.gz)) >= G_LIMIT_Q9:
            if not self._blind_ms:
                self.fault = faults.GYRO_SATURATED
            self._blind_ms = _BLIND_MS

    def _watch_chip(self, sample, fresh, dt_ms):
        self._distrust_ms = max(self._distrust_ms - dt_ms, 0)
        if not fresh:
            self._silent_ms = min(self._silent_ms + dt_ms, _LONG_MS)
            return
        if self._silent_ms > _SILENT_MS:  # it may come back with another idea of up
            self._doubt(faults.CHIP_SILENT)
        self._silent_ms = 0
        if self._is_frozen(sample):
            self._doubt(faults.CHIP_FROZEN)
        apart = self._has_jumped()
        if apart and self._own_sees() and self.own.settled_ms >= _SETTLED_MS:
            self._doubt(faults.CHIP_JUMPED)

    def _own_sees(self):
        """Whether ours has a gyroscope that could follow."""
        return not self._blind_ms and self._no_gyro_ms <= _SILENT_MS

    def _doubt(self, number):
        if not self._distrust_ms:
            self.fault = number
        self._distrust_ms = _DISTRUST_MS

    def _is_frozen(self, sample):
        last = self._last_q
        same = (
            last[0] == sample.qw
            and last[1] == sample.qx
            and last[2] == sample.qy
            and last[3] == sample.qz
        )
        last[0] = sample.qw
        last[1] = sample.qx
        last[2] = sample.qy
        last[3] = sample.qz
        moving = (
            sample.flags & HAS_G
            and abs(sample.gx) + abs(sample.gy) + abs(sample.gz) > _MOVING_Q9
        )
        self._same = min(self._same + 1, _FROZEN_SAMPLES) if same and moving else 0
        return self._same >= _FROZEN_SAMPLES

    def _has_jumped(self):
        """Whether chip and ours moved apart at once, or are far apart."""
        chip = self.chip
        own = self.own
        before = self._apart
        x = chip.ux - own.ux
        y = chip.uy - own.uy
        z = chip.uz - own.uz
        jump = max(abs(x - before[0]), abs(y - before[1]), abs(z - before[2]))
        before[0] = x
        before[1] = y
        before[2] = z
        return jump > _JUMP_Q14 or max(abs(x), abs(y), abs(z)) > _APART_Q14

    # ---- the vertical ---------------------------------------------------------------------

    def _judge(self, fresh_chip, fresh_own, dt_ms):
        number = self._choose()
        source = self.own if number == OWN else self.chip
        if not source.known:
            return 0
        if number != self.source and self.known:
            self._hand_over(source)
        self.source = number
        offset = self._offset
        for i in range(3):
            offset[i] -= offset[i] * dt_ms // _FADE_MS
        return self._point(source) if (fresh_own if number == OWN else fresh_chip) else 0

    def _choose(self):
        own = self.own
        if self._own_sees() and (own.settled_ms >= _SETTLED_MS or self._is_near()):
            return OWN
        believed = not self._distrust_ms and self._silent_ms <= _SILENT_MS
        if self.chip.known and (believed or not own.known):
            return CHIP
        return OWN

    def _is_near(self):
        """Whether ours, not yet settled, agrees with the chip: so it does at rest."""
        apart = self._apart
        return max(abs(apart[0]), abs(apart[1]), abs(apart[2])) < _NEAR_Q14

    def _hand_over(self, source):
        """Another source, the same vertical."""
        offset = self._offset
        offset[0] = (self.ux - source.ux) << 6
        offset[1] = (self.uy - source.uy) << 6
        offset[2] = (self.uz - source.uz) << 6

    def _point(self, source):
        unit = self._unit
        offset = self._offset
        unit[0] = clamp(source.ux + ((offset[0] + 32) >> 6), -20000, 20000)
        unit[1] = clamp(source.uy + ((offset[1] + 32) >> 6), -20000, 20000)
        unit[2] = clamp(source.uz + ((offset[2] + 32) >> 6), -20000, 20000)
        if not unit_q14(unit):
            return 0
        self.ux, self.uy, self.uz = unit[0], unit[1], unit[2]
        self.known = 1
        return 1

