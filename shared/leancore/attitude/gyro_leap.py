"""Gyroscope readings that leap, compared with the rotation of the chip's orientation.

A real motion may leap too, but then the chip rotates with it. A fault of the chip (a jump, a
freeze) is not of the leap's size in the opposite direction. This separates a spike from a motion
and from a fault of the chip.

The chip's orientation comes with only some of the samples, and not at the end of an update. So
the rotation is counted in whole updates and, for each chip orientation, from the start of its
update.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp
from leancore.numeric.rotation import between

if TYPE_CHECKING:
    from leancore.hints import Vector
    from leancore.sensor.sample import Sample

SPIKE = const(1)
GUESS = const(2)
_WRONG_Q17 = const(1311)  # 0.01 rad: 0.6°
_FAR = const(6291456)  # an angle as measured (Q23): 0.75 rad
_GUESS_MOST_Q17 = const(13107)  # 0.1 rad: a guess is not off by more
_MOST_Q17 = const(1 << 20)  # 8 rad: more is impossible between two orientations
_SHARE_STEP_Q8 = const(16)
_SHARE_MOST_Q8 = const(512)
_TELLING_Q17 = const(300)  # readings that differ by less than 0.13° tell nothing about the share
_KNOWN = const(20)  # comparisons, after which the share is known,
_LEARN = const(50)  # and those made just to learn it
_MISSED_MAX = const(3)  # updates in a row without the chip's orientation


class GyroLeap:
    """``off_q17``: after ``judge``, the chip's rotation minus the gyroscope's, rad.

    ``guessed``: set it to 1 if a rotation is a guess, since readings were missing.
    Between updates: ``note_leap``, ``note_chip``; at each update ``judge``.
    """

    FIELDS = (
        "_leap_q17", "_due_leap_q17", "_chip_before", "_turned_before_q17", "_reading_before_q17",
        "_chip_now", "_turned_now_q17", "_reading_now_q17", "_chip_came", "_turned_q17",
        "_updates_missed", "_share_q8", "_learnt", "guessed",
    )  # fmt: skip

    def __init__(self) -> None:
        self._leap_q17 = [0, 0, 0]  # the largest change between two readings, rad
        self._due_leap_q17 = [0, 0, 0]  # the largest before the chip's last orientation
        self._chip_before = [0, 0, 0, 0]  # the orientation to compare with; 0: none
        self._turned_before_q17 = [0, 0, 0]  # the rotation in its update until then
        self._reading_before_q17 = [0, 0, 0]  # the angle of the last reading then
        self._chip_now = [0, 0, 0, 0]  # the chip's newest orientation,
        self._turned_now_q17 = [0, 0, 0]  # the rotation in that update until then,
        self._reading_now_q17 = [0, 0, 0]  # and the angle of the last reading then
        self._chip_came = 0  # 1: it arrived since the last update
        self._turned_q17 = [0, 0, 0]  # in whole updates since ``_chip_before``
        self._updates_missed = 0  # updates since the chip's last orientation
        # How much of a reading belongs to the time after the chip's orientation: nothing of a mean
        # over the interval before, half of the rate at a moment, and more or less if the
        # orientation is of another moment. None of this is documented, so it is learnt.
        self._share_q8 = 0
        self._learnt = _KNOWN  # comparisons that it was learnt from; at first it is assumed
        self.off_q17 = [0, 0, 0]
        self.guessed = 0

    def reset(self) -> None:
        """Forget everything but the share, which is the sensor's."""
        leap = self._leap_q17
        leap[0] = leap[1] = leap[2] = self._chip_came = self.guessed = 0
        self._give_up()

    def learn_anew(self) -> None:
        """Learn the share anew: the sensor has another rate. No spike is found until then."""
        self._learnt = 0

    def _give_up(self) -> None:
        """Give up: there is no orientation to compare the next one with."""
        before = self._chip_before
        leap = self._due_leap_q17
        before[0] = before[1] = before[2] = before[3] = 0
        leap[0] = leap[1] = leap[2] = 0

    def note_chip(
        self, sample: "Sample", turned_q17: "Vector", last: "Vector", pending: int
    ) -> None:
        """Note the chip's orientation of a sample that was taken.

        ``turned_q17``: rotation since the last update. ``last``: the last reading as a measured
        angle; ``pending``: it is not applied yet.
        """
        now = self._chip_now
        now[0] = sample.qw
        now[1] = sample.qx
        now[2] = sample.qy
        now[3] = sample.qz
        leap = self._leap_q17
        due = self._due_leap_q17
        if _size(leap[0], leap[1], leap[2]) > _size(due[0], due[1], due[2]):
            due[0] = leap[0]
            due[1] = leap[1]
            due[2] = leap[2]
        leap[0] = leap[1] = leap[2] = 0
        reading = self._reading_now_q17
        turned_now = self._turned_now_q17
        for i in range(3):
            reading[i] = angle_q17 = _angle_q17(last[i])
            turned_now[i] = turned_q17[i] + (angle_q17 if pending else 0)
        self._chip_came = 1

    def note_leap(self, x: int, y: int, z: int) -> None:
        """Note the change between two consecutive readings (measured angles, rad Q23)."""
        leap = self._leap_q17
        x = _angle_q17(x)
        y = _angle_q17(y)
        z = _angle_q17(z)
        if _size(x, y, z) > _size(leap[0], leap[1], leap[2]):
            leap[0] = x
            leap[1] = y
            leap[2] = z

    def pending(self) -> int:
        """Whether there was a leap that is not judged yet."""
        x, y, z = self._leap_q17
        u, v, w = self._due_leap_q17
        return x | y | z | u | v | w

    def judge(self, chip_trusted: int, turned_q17: "Vector") -> int:
        """At an update: return ``SPIKE`` if a reading leapt and the chip did not rotate with it,
        ``GUESS`` if a guessed rotation was not the chip's, else 0.

        ``chip_trusted``: 1 where the chip is reliable. ``turned_q17``: rotation of this update.
        """
        if not self._chip_came:
            self._miss(turned_q17)
            return 0
        self._chip_came = self._updates_missed = 0
        leap = self._due_leap_q17
        has_leapt = leap[0] | leap[1] | leap[2]
        wrong = 0
        is_useful = has_leapt or self.guessed or self._learnt < _LEARN
        if chip_trusted and is_useful and self._compare():
            off = self.off_q17
            size_q17 = _size(off[0], off[1], off[2])
            if size_q17 >= _WRONG_Q17:
                if self.guessed:
                    wrong = GUESS if size_q17 < _GUESS_MOST_Q17 else 0
                elif has_leapt and self._learnt >= _KNOWN:
                    wrong = self._is_spike(leap)
        leap[0] = leap[1] = leap[2] = self.guessed = 0
        self._keep_as_before(turned_q17)
        return wrong

    def _miss(self, turned_q17: "Vector") -> None:
        """Count an update without an orientation of the chip."""
        self._updates_missed += 1
        if self._updates_missed > _MISSED_MAX:
            self._give_up()
            self._updates_missed = 0
        turned = self._turned_q17
        for i in range(3):
            turned[i] = clamp(turned[i] + turned_q17[i], -_MOST_Q17, _MOST_Q17)

    def _compare(self) -> int:
        """Compute the chip's rotation minus the gyroscope's; return 1 if it is known."""
        before = self._chip_before
        if not before[0] | before[1] | before[2] | before[3]:
            return 0
        off = self.off_q17
        now = self._chip_now
        between(off, before, now[0], now[1], now[2], now[3])
        if not off[0] | off[1] | off[2]:
            return 0  # the chip is frozen
        share_q8 = self._share_q8
        most_q17 = off_q17 = 0
        for i in range(3):
            more_q17 = self._reading_now_q17[i] - self._reading_before_q17[i]
            turned_q17 = self._turned_q17[i] + self._turned_now_q17[i] - self._turned_before_q17[i]
            off[i] += (more_q17 * share_q8 >> 8) - turned_q17
            if abs(more_q17) > abs(most_q17):
                most_q17 = more_q17
                off_q17 = off[i]
        if abs(most_q17) >= _TELLING_Q17:
            self._learn_share(off_q17, most_q17)
        return 1

    def _learn_share(self, off_q17: int, more_q17: int) -> None:
        """Learn the share from what is off where the readings differ by ``more_q17``."""
        step_q8 = (clamp(off_q17, -_MOST_Q17, _MOST_Q17) << 6) // more_q17
        step_q8 = clamp(step_q8, -_SHARE_STEP_Q8, _SHARE_STEP_Q8)
        self._share_q8 = clamp(self._share_q8 - step_q8, -_SHARE_MOST_Q8, _SHARE_MOST_Q8)
        if self._learnt < _LEARN:
            self._learnt += 1

    def _is_spike(self, leap: "Vector") -> int:
        """Whether the chip lacks the leap, or at least half: the rest of a moment comes later."""
        x, y, z = self.off_q17
        u, v, w = leap
        unlike = min(_size(x + u, y + v, z + w), _size(x - u, y - v, z - w))
        return SPIKE if unlike <= _size(u, v, w) * 5 >> 3 else 0

    def _keep_as_before(self, turned_q17: "Vector") -> None:
        """Keep this orientation for the next comparison; its update rotated ``turned_q17``."""
        before = self._chip_before
        now = self._chip_now
        before[0] = now[0]
        before[1] = now[1]
        before[2] = now[2]
        before[3] = now[3]
        for i in range(3):
            self._reading_before_q17[i] = self._reading_now_q17[i]
            self._turned_before_q17[i] = self._turned_now_q17[i]
            self._turned_q17[i] = turned_q17[i]


def _angle_q17(angle_q23: int) -> int:
    return clamp(angle_q23, -_FAR, _FAR) >> 6


def _size(x: int, y: int, z: int) -> int:
    return max(abs(x), abs(y), abs(z))
