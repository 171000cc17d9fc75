"""Integrates the gyroscope: rotates the vertical and the summed force against each rotation.

Nothing is kept in an inertial frame. All vectors are in the sensor frame and are rotated against
each measured rotation, which is equivalent in exact arithmetic and needs no quaternion; heading is
not computed. Two samples are applied at once; their combined rotation vector accounts for
non-commuting rotations (Bortz 1971, doi 10.1109/TAES.1971.310252).

The sensor reports at a constant rate, but sample times are whole milliseconds. With those an
interval of 11.1 ms would be 11 or 12, and a clip that oscillates at 14 Hz would appear to turn by
up to 1° back and forth within seconds. So the interval is estimated from the times of many samples
(``_learn_period``), and every sample between two gaps has the same weight.

Fixed point: the vertical Q20, angles rad Q17, as measured rad Q23 (Q9 rad/s × s Q17 >> 3).
"""

from leancore.attitude.force_lowpass import LowPass
from leancore.attitude.force_spike import EARLY, LATE, spike_of
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp
from leancore.numeric.rotation import turn

if TYPE_CHECKING:
    from leancore.hints import Vector
    from leancore.sensor.sample import Sample

# Results of a step (0: the vertical is not reliable).
PENDING = const(1)  # the sample waits for the next one: the vertical is still the previous one
NEW = const(2)  # the vertical is that of this sample
ALONE = const(3)  # likewise, and no sample is pending

WEIGHT = const(10)  # of the force of a sample on time; of others: their ms
# Times of samples: a ms is 16384 parts, 1/131072 s is 125 of them.
MS = const(16384)
TICK = const(125)
_LATE_MAX = const(262144)  # 16 ms off: another rate
# Measured angles of one sample, and of two, below which second order is enough (0.13 rad).
_ONE = const(1 << 19)
_TWO = const(1 << 20)
_FAR_MASK = const(-1 << 20)
_FAR = const(6291456)  # 0.75 rad on one axis
# Two forces of a pair, × their weight, that differ by 26 m/s² on one axis.
_KICK = const(1 << 16)
_KICK_MASK = const(-1 << 17)
_STEP_Q17 = const(16384)  # the most that ``turn`` can handle


class GyroIntegration:
    """The vertical ``ux uy uz`` (Q14, sensor frame), of the last sample that was applied.

    ``lowpass``: the low-passed force with the vertical. ``accel_spikes``: impossible accelerometer
    readings.
    """

    def __init__(self) -> None:
        # What each sample uses comes first: attributes set first are found fastest on the chip.
        self._dt_q17 = 10 * MS // TICK
        self._last = [0, 0, 0, 1]  # the last reading as an angle, and its time, s Q17
        self._pending = self._period = self._time_error = 0
        self._early = [0, 0, 0, 0]  # the force × weight of the pending sample, and its ms
        self.blind_ms = self.known = 0
        self._drift = [0, 0, 0]  # the bias: rad/s Q18
        self._turned = [0, 0, 0]  # rad Q17 since the last update
        self._force = [0, 0, 0]  # m/s² Q8 × weight since the last update
        self._begin_update()
        self.ux = self.uy = self.uz = self.accel_spikes = 0
        self.lowpass = LowPass()
        self._mean_q20 = [0, 0, 0]  # of the vertical over some seconds, as the sensor sees it
        self._now = [0, 0, 0]  # scratch

    def _begin_update(self) -> None:
        self._update_ms = self._weight = 0
        self._is_even = 1
        force = self._force
        turned = self._turned
        force[0] = force[1] = force[2] = turned[0] = turned[1] = turned[2] = 0

    def _drop_pending(self) -> None:
        self._pending = 0
        early = self._early
        early[0] = early[1] = early[2] = 0

    def now(self) -> "Vector":
        """Return the vertical of this sample (a list, Q14), including a pending one."""
        last = self._last  # one by one: a tuple would take heap
        x = last[0] >> 8
        y = last[1] >> 8
        z = last[2] >> 8
        if not self._pending or self.lowpass.lost_ms:
            x = y = z = 0
        now = self._now
        now[0] = self.ux - ((y * self.uz - z * self.uy) >> 15)
        now[1] = self.uy - ((z * self.ux - x * self.uz) >> 15)
        now[2] = self.uz - ((x * self.uy - y * self.ux) >> 15)
        return now

    def _take_pair(self, sample: "Sample", dt_ms: int, x: int, y: int, z: int) -> int:
        """Process the pending sample and this one, given its measured angle."""
        early = self._early  # it was measured before the rotation of this sample
        a = early[0]
        b = early[1]
        c = early[2]
        late_x = sample.ax * WEIGHT
        late_y = sample.ay * WEIGHT
        late_z = sample.az * WEIGHT
        if (late_x - a + _KICK | late_y - b + _KICK | late_z - c + _KICK) & _KICK_MASK:
            number = spike_of(self, early, late_x, late_y, late_z)
            if number == EARLY:
                a = late_x
                b = late_y
                c = late_z
            elif number == LATE:
                late_x = a
                late_y = b
                late_z = c
            if number:
                self.accel_spikes += 1
        p = a >> 6
        q = b >> 6
        r = c >> 6
        u = x >> 9
        v = y >> 9
        w = z >> 9
        more_x = a - ((v * r - w * q) >> 8) + late_x
        more_y = b - ((w * p - u * r) >> 8) + late_y
        more_z = c - ((u * q - v * p) >> 8) + late_z
        self._update_ms += early[3] + dt_ms
        self._weight += 2 * WEIGHT
        return self._rotate_pair(x, y, z, more_x, more_y, more_z)

    def _rotate_pair(
        self, x: int, y: int, z: int, more_x: int, more_y: int, more_z: int
    ) -> int:
        """Rotate by the last measured angle and this one, and add a force, × its weight."""
        last = self._last
        a = last[0]
        b = last[1]
        c = last[2]
        dt_q17 = self._dt_q17
        both_q14 = last[3] + dt_q17 >> 3
        last[0] = x
        last[1] = y
        last[2] = z
        last[3] = dt_q17
        x += a
        y += b
        z += c
        if (a + _ONE | b + _ONE | c + _ONE | (x + _TWO | y + _TWO | z + _TWO) >> 1) & _FAR_MASK:
            self._turn(a, b, c, both_q14 >> 1)  # large: one after the other
            self._turn(x - a, y - b, z - c, both_q14 >> 1)
            force = self._force
            force[0] += more_x
            force[1] += more_y
            force[2] += more_z
        else:
            self._turn_pair(a, b, c, x, y, z, both_q14, more_x, more_y, more_z)
        lowpass = self.lowpass
        up = self._mean_q20 if lowpass.lost_ms else lowpass.up_q20
        self.ux = up[0] >> 6
        self.uy = up[1] >> 6
        self.uz = up[2] >> 6
        return 0 if lowpass.lost_ms else NEW

    def _turn_pair(
        self, a: int, b: int, c: int, x: int, y: int, z: int, both_q14: int,
        more_x: int, more_y: int, more_z: int,
    ) -> None:  # fmt: skip
        """Rotate at once by two measured angles: their sum, and half their vector product."""
        drift = self._drift
        sum_x = ((x << 9) - drift[0] * both_q14 + 16384) >> 15
        sum_y = ((y << 9) - drift[1] * both_q14 + 16384) >> 15
        sum_z = ((z << 9) - drift[2] * both_q14 + 16384) >> 15
        u = a >> 5
        v = b >> 5
        w = c >> 5
        p = sum_x + ((v * sum_z - w * sum_y + 262144) >> 19)
        q = sum_y + ((w * sum_x - u * sum_z + 262144) >> 19)
        r = sum_z + ((u * sum_y - v * sum_x + 262144) >> 19)
        turned = self._turned
        turned[0] += p
        turned[1] += q
        turned[2] += r
        turn(self.lowpass.up_q20, self._force, p, q, r, more_x, more_y, more_z)

    def flush(self) -> None:
        """Process a pending sample without its pair."""
        if not self._pending:
            return
        last = self._last
        early = self._early
        force = self._force
        self._pending = 0
        self._update_ms += early[3]
        self._weight += WEIGHT
        self._turn(last[0], last[1], last[2], last[3] >> 3)
        for i in range(3):
            force[i] += early[i]
        self._point(self._mean_q20 if self.lowpass.lost_ms else self.lowpass.up_q20)

    def _point(self, up_q20: "Vector") -> None:
        self.ux = up_q20[0] >> 6
        self.uy = up_q20[1] >> 6
        self.uz = up_q20[2] >> 6

    def _turn(self, x: int, y: int, z: int, dt_q14: int) -> None:
        """Rotate everything by a measured angle, in as many small steps as needed."""
        x = clamp(x, -_FAR, _FAR)
        y = clamp(y, -_FAR, _FAR)
        z = clamp(z, -_FAR, _FAR)
        shift = 0
        while (x + _TWO | y + _TWO | z + _TWO) & -2 * _TWO:
            x >>= 1
            y >>= 1
            z >>= 1
            shift += 1
        drift = self._drift
        x = ((x << 9) - (drift[0] * dt_q14 >> shift) + 16384) >> 15
        y = ((y << 9) - (drift[1] * dt_q14 >> shift) + 16384) >> 15
        z = ((z << 9) - (drift[2] * dt_q14 >> shift) + 16384) >> 15
        turned = self._turned
        turned[0] += x << shift
        turned[1] += y << shift
        turned[2] += z << shift
        for _ in range(1 << shift):
            turn(self.lowpass.up_q20, self._force, x, y, z, 0, 0, 0)

    def _turn_more(self, angle_q17: "Vector") -> None:
        """Rotate everything by an angle (rad) that the gyroscope did not report."""
        x = angle_q17[0]
        y = angle_q17[1]
        z = angle_q17[2]
        turned = self._turned
        turned[0] += x
        turned[1] += y
        turned[2] += z
        while max(abs(x), abs(y), abs(z)) >= _STEP_Q17:
            part_x = clamp(x, 1 - _STEP_Q17, _STEP_Q17 - 1)
            part_y = clamp(y, 1 - _STEP_Q17, _STEP_Q17 - 1)
            part_z = clamp(z, 1 - _STEP_Q17, _STEP_Q17 - 1)
            turn(self.lowpass.up_q20, self._force, part_x, part_y, part_z, 0, 0, 0)
            x -= part_x
            y -= part_y
            z -= part_z
        turn(self.lowpass.up_q20, self._force, x, y, z, 0, 0, 0)

    def _learn_period(self, ms: int) -> int:
        """Estimate the interval of evenly spaced samples from an update of ``ms``.

        The time counted with the estimated interval is kept in step with the sample times. Returns
        1 if the sensor has another rate.
        """
        count = self._weight // WEIGHT
        time_error = self._time_error + ms * MS - count * self._dt_q17 * TICK
        is_other = 0 if self._period and -_LATE_MAX < time_error < _LATE_MAX else 1
        if is_other:
            self._period = ms * MS // count
            time_error = 0
        else:
            self._period += time_error // (count << 6)
        self._time_error = time_error
        self._dt_q17 = (self._period + time_error // (count << 2)) // TICK
        return is_other
