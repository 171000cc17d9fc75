"""Detects a sensor report that keeps repeating its value while others change.

Seen on real parts: the accelerometer or the gyroscope freezes while the rest works. A valid
reading of a moving body is hardly ever the same twice on all three axes; but the force may be
constant for a moment in a fall, and a bow turns as fast at its end as at its beginning. So either
must repeat its value three times. A gyroscope is suspected if the chip's orientation turns or the
force changes sharply: a chip whose gyroscope is frozen may freeze with it. Zeros of a gyroscope
count only once it has turned; one that never has may be absent.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import LAST_MS, ticks_diff
from leancore.sensor.sample import HAS_A, HAS_G, HAS_Q

if TYPE_CHECKING:
    from leancore.hints import Vector
    from leancore.sensor.sample import Sample

_LOOK_MS = const(100)
_TURNING_Q9 = const(51)  # a change of 0.1 rad/s: the gyroscope sees a motion
_SPINNING_Q9 = const(102)  # 0.2 rad/s: the force cannot stay the same
_TURNED_Q14 = const(143)  # of 1° in the orientation
_SHAKEN_Q8 = const(1280)  # a change of the force by 5 m/s²: a body shaken like that also turns


class FrozenSource:
    """``frozen``: the reports (``HAS_A``, ``HAS_G``) that repeat, until they change.

    ``chip_came``: set it to ``HAS_Q`` when the chip's orientation arrives. ``suspects_gyro``: 1
    if the gyroscope has repeated its reading once: check the next sample.
    """

    FIELDS = (
        "frozen", "_t_ms", "_a", "_g", "_q", "_same_force", "suspects_gyro", "_gyro_worked",
        "_had", "chip_came",
    )  # fmt: skip

    def __init__(self) -> None:
        self._a = [0, 0, 0]
        self._g = [0, 0, 0]
        self._q = [0, 0, 0, 0]
        self.frozen = self._t_ms = self._same_force = self._had = self.chip_came = 0
        self.suspects_gyro = self._gyro_worked = 0

    def look(self, sample: "Sample", chip_q14: "Vector") -> int:
        """Check a sample, at most ten times a second; return newly frozen reports.

        ``chip_q14``: the chip's last orientation, w x y z.
        """
        if 0 <= ticks_diff(sample.t_ms, self._t_ms) < _LOOK_MS:
            return 0
        self._t_ms = sample.t_ms
        a = self._a
        g = self._g
        q = self._q
        changed = abs(sample.ax - a[0]) + abs(sample.ay - a[1]) + abs(sample.az - a[2])
        turning = abs(sample.gx - g[0]) + abs(sample.gy - g[1]) + abs(sample.gz - g[2])
        turned = abs(chip_q14[1] - q[1]) + abs(chip_q14[2] - q[2]) + abs(chip_q14[3] - q[3])
        if q[0] ^ chip_q14[0] < 0:  # the same orientation may come with either sign
            turned = 0
        self._keep(sample, chip_q14)
        had = self._had  # at the last check
        self._had = (sample.flags & ~HAS_Q) | self.chip_came
        self.chip_came = 0
        has = self._had & had
        spins = abs(g[0]) + abs(g[1]) + abs(g[2]) >= _SPINNING_Q9 and not changed
        moves = spins or turned >= _TURNED_Q14 and has & HAS_Q
        shaken = changed >= _SHAKEN_Q8 and has & HAS_A
        same = 0
        if changed or not has & HAS_A:
            self._same_force = 0
        elif turning >= _TURNING_Q9 or moves:
            same = HAS_A if self._same_force else 0
            self._same_force = 1
        if turning or not has & HAS_G:
            self.suspects_gyro = 0
        elif self.suspects_gyro:
            same |= HAS_G
        elif (moves or shaken) and (self._gyro_worked or g[0] or g[1] or g[2]):
            self.suspects_gyro = 1
            self._t_ms = (self._t_ms - _LOOK_MS) & LAST_MS  # check at once
        known = self.frozen
        if changed:
            known &= ~HAS_A
        if turning:
            known &= ~HAS_G
            self._gyro_worked = 1
        self.frozen = known | same
        return same & ~known

    def _keep(self, sample: "Sample", chip_q14: "Vector") -> None:
        self._a[0] = sample.ax
        self._a[1] = sample.ay
        self._a[2] = sample.az
        self._g[0] = sample.gx
        self._g[1] = sample.gy
        self._g[2] = sample.gz
        self._q[0] = chip_q14[0]
        self._q[1] = chip_q14[1]
        self._q[2] = chip_q14[2]
        self._q[3] = chip_q14[3]
