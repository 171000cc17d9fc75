"""Gyroscope readings that are doubtful, repeated or missing, and how such gaps are bridged.

A reading that no body can make is accepted only if the next one confirms it. A missing reading is
replaced by the mean of its neighbours. After a longer gap, in which the pelvis' rotation is
unknown, the vertical starts from the posture before it, if that was steady.
"""

from leancore.attitude.gyro_bias import GyroBias
from leancore.attitude.gyro_integration import MS, TICK, GyroIntegration
from leancore.attitude.gyro_leap import GyroLeap
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.sensor.sample import G_LIMIT_Q9, HAS_G

if TYPE_CHECKING:
    from leancore.hints import Vector
    from leancore.sensor.sample import Sample

SETTLE_MS = const(3000)  # at first a plain mean, which needs no history
MISSED_MS = const(18)  # longer than the slowest granted rate: a reading was missed
GAP_MS = const(45)  # ignore a running pelvis' rotation rather than guess it: 0.9° against 1.3° RMS
DT_MAX_MS = const(60)  # the rotation over a longer time cannot be inferred from two readings
BLIND_MAX_MS = const(1000)
# A gyroscope reading that leaps from the previous one by more, as an angle (0.016 rad: 1.6 rad/s in
# 10 ms), is compared with the chip's rotation at the next update.
LEAP = const(1 << 17)
LEAP_MASK = const(-1 << 18)
# One that leaps by more (0.125 rad: 12.5 rad/s in 10 ms) is accepted only if the next one has not
# leapt back: no body turns like that for one sample. Half of that is too little: a clip that
# oscillates in a hop reaches it, and a runner gets a third more false cues.
_SPIKE = const(1 << 20)
# Three zeros right after a turn by more than 0.002 rad (0.2 rad/s in 10 ms) are just as doubtful:
# they are accepted if the next reading is near zero too.
_STOP = const(1 << 14)
_STILL_Q9 = const(12)  # 0.02 rad/s
_SPINNING_Q9 = const(102)  # 0.2 rad/s
DOUBT = const(-1)  # instead of the ms of a pending sample: a doubtful reading


class GyroReadings(GyroIntegration):
    """``blind_ms``: time without gyroscope. ``gyro_spikes``: single readings that were undone.

    ``settled_ms``: time since the start, up to 3 s. ``travelling``: 1 while the wearer walks or
    runs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bias = GyroBias()
        self.leap = GyroLeap()
        self.travelling = self.settled_ms = self.gyro_spikes = self._steady = 0

    @property
    def is_in_doubt(self) -> bool:
        """Whether the last gyroscope reading may be a fault; the next one decides."""
        return self._early[3] == DOUBT

    def _is_doubtful(self, x: int, y: int, z: int) -> bool:
        """Whether a reading (as an angle) is too far from the previous one to accept at once."""
        last = self._last
        p = x - last[0]
        q = y - last[1]
        r = z - last[2]
        most = _SPIKE if x | y | z else _STOP
        if (p + most | q + most | r + most) & -2 * most:
            return True
        if (p + LEAP | q + LEAP | r + LEAP) & LEAP_MASK:
            self.leap.note_leap(p, q, r)
        return False

    def _repeats(self, sample: "Sample") -> bool:
        """Whether the gyroscope repeats its last reading on all axes while the wearer travels.

        A moving pelvis never does that, so no measurement was made. A gyroscope frozen for a tenth
        of a second in a swing at 5 rad/s would otherwise turn the vertical by 30°.
        """
        x = sample.gx
        y = sample.gy
        z = sample.gz
        last = self._last
        dt_q17 = last[3]
        return (
            self.travelling != 0
            and last[0] == x * dt_q17 >> 3
            and last[1] == y * dt_q17 >> 3
            and last[2] == z * dt_q17 >> 3
            and abs(x) + abs(y) + abs(z) >= _SPINNING_Q9
            and max(abs(x), abs(y), abs(z)) < G_LIMIT_Q9  # else it is saturated
        )

    def _bridge(self, sample: "Sample", blind_ms: int) -> None:
        """Bridge gyroscope readings that may be missing before this one."""
        if blind_ms >= GAP_MS and self._steady and self.settled_ms >= SETTLE_MS:
            self.lowpass.start_from_mean(self._mean_q20)
            self.bias.forget()
        repeats = self.blind_ms and sample.flags & HAS_G and self._repeats(sample)
        if repeats or not sample.flags & HAS_G:
            if repeats and self.blind_ms <= MISSED_MS:  # twice in a row: not by chance
                self.gyro_spikes += 1
            self.blind_ms = min(blind_ms, BLIND_MAX_MS)
            return
        rate = self._now
        rate[0] = sample.gx
        rate[1] = sample.gy
        rate[2] = sample.gz
        last = self._last
        doubt = self._early
        goes_on = 0
        for i in range(3):
            last[i] = was = (last[i] << 3) // last[3]  # as a rate
            goes_on += abs(rate[i] - was) - abs(rate[i] - doubt[i])
        dt_q17 = self._dt_q17
        missed_q17 = min(blind_ms, DT_MAX_MS) * MS // TICK - dt_q17
        if doubt[3] == DOUBT:
            doubt[3] = 0
            if not doubt[0] | doubt[1] | doubt[2]:
                goes_on = _STILL_Q9 - abs(rate[0]) - abs(rate[1]) - abs(rate[2])
            missed_q17 = max(missed_q17, dt_q17)
            self.gyro_spikes += goes_on <= 0
        else:
            goes_on = 0
            if blind_ms <= MISSED_MS and -dt_q17 <= 4 * missed_q17 <= dt_q17:
                missed_q17 = 0
                self._note_leap(last, rate, dt_q17)
        if missed_q17 and goes_on <= 0:
            if blind_ms < GAP_MS:
                self.leap.guessed = 1
            else:
                self.leap.reset()
        for i in range(3):
            if goes_on > 0:  # the doubtful reading was right
                last[i] = 2 * doubt[i] - rate[i]
            last[i] = (last[i] + rate[i]) * (missed_q17 >> 1) + rate[i] * dt_q17 >> 3
        self._turn(last[0], last[1], last[2], missed_q17 + dt_q17 >> 3)
        for i in range(3):
            last[i] = rate[i] * dt_q17 >> 3
        last[3] = dt_q17
        self.blind_ms = 0

    def _note_leap(self, was: "Vector", rate: "Vector", dt_q17: int) -> None:
        x = (rate[0] - was[0]) * dt_q17 >> 3
        y = (rate[1] - was[1]) * dt_q17 >> 3
        z = (rate[2] - was[2]) * dt_q17 >> 3
        if (x + LEAP | y + LEAP | z + LEAP) & LEAP_MASK:
            self.leap.note_leap(x, y, z)
