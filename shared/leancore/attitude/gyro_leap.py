"""A reading of the gyroscope that leaps, held against what the chip's orientation turned meanwhile.

A motion leaps as well, but then the chip turns with it. What the chip turns otherwise (it jumps,
it freezes) is not as large as the leap and against it. So a spike is told from a motion and from a
fault of the chip.

The chip's word may come with every fourth sample alone, a beat ends with every sixth: it is asked
at those beats where it has just been heard, every second one, for all that was turned since.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp
from leancore.numeric.rotation import between
from leancore.sensor.sample import HAS_Q

if TYPE_CHECKING:
    from leancore.hints import Vector
    from leancore.sensor.sample import Sample

_WRONG_Q17 = const(1311)  # 0.01 rad: 0.6°
_FAR = const(6291456)  # an angle as measured (Q23): 0.75 rad
_MISSED_MAX = const(1)  # beats in a row without a word of the chip


class GyroLeap:
    """``off_q17``: after ``judge``, what the chip turned more than the gyroscope said, rad.

    Between two beats: ``note`` what leapt, ``hear`` the chip; with each beat ``judge``.
    """

    FIELDS = (
        "_leap_q17", "_chip", "_ahead_q17", "_newest_q17", "_word", "_reading", "_word_ms",
        "_turned_q17", "_missed",
    )  # fmt: skip

    def __init__(self) -> None:
        self._leap_q17 = [0, 0, 0]  # the largest of a reading from the one before, rad
        self._chip = [0, 0, 0, 0]  # the chip's orientation at the last beat; 0: none
        self._ahead_q17 = [0, 0, 0]  # what was measured then, but not yet turned
        self._newest_q17 = [0, 0, 0]  # the angle of the last reading then
        self._word = [0, 0, 0, 0]  # the chip's orientation as it was heard last,
        self._reading = [0, 0, 0]  # the last reading then, as an angle as measured,
        self._word_ms = -1  # and how old the beat was; -1: it was asked already
        self._turned_q17 = [0, 0, 0]  # in the beats since ``_chip`` that had no word of it
        self._missed = 0  # how many they were
        # A part's readings are means over the time before them, or of a moment, so that half of
        # each belongs to the time after it. Which kind this part is nobody says: what the chip
        # turned more, for either kind.
        self._off_of_means = [0, 0, 0]
        self._off_of_moments = [0, 0, 0]
        self.off_q17 = self._off_of_means

    def reset(self) -> None:
        """Forget everything."""
        for vector in (self._leap_q17, self._ahead_q17, self._newest_q17, self._chip):
            vector[0] = vector[1] = vector[2] = 0
        self._chip[3] = 0
        self._word_ms = -1
        self._go_on_from_here()

    def _go_on_from_here(self) -> None:
        turned = self._turned_q17
        turned[0] = turned[1] = turned[2] = self._missed = 0

    def hear(self, sample: "Sample", last: "Vector", ms: int) -> None:
        """The chip's word in a sample that was taken, ``ms`` after the last beat."""
        word = self._word
        word[0] = sample.qw
        word[1] = sample.qx
        word[2] = sample.qy
        word[3] = sample.qz
        reading = self._reading
        reading[0] = last[0]
        reading[1] = last[1]
        reading[2] = last[2]
        self._word_ms = ms

    def note(self, x: int, y: int, z: int) -> None:
        """A reading differs so much from the one before (angles as measured, rad Q23)."""
        leap = self._leap_q17
        x = _angle_q17(x)
        y = _angle_q17(y)
        z = _angle_q17(z)
        if _size(x, y, z) > _size(leap[0], leap[1], leap[2]):
            leap[0] = x
            leap[1] = y
            leap[2] = z

    def judge(
        self, sample: "Sample", witness: int, turned_q17: "Vector", last: "Vector",
        waits: int, ms: int,
    ) -> int:  # fmt: skip
        """A beat of ``ms``: return 1 if something leapt and the chip did not turn so.

        ``witness``: 1 where the chip may be asked. ``turned_q17``: what was turned since the last
        beat. ``last``: the last reading as an angle as measured; ``waits``: it is not turned yet.
        """
        if sample.flags & HAS_Q:
            self.hear(sample, last, ms)
        elif self._word_ms == ms:
            waits = 0  # the sample before had it, and that is turned
        else:
            self._miss(turned_q17)
            return 0
        self._word_ms = -1
        leap = self._leap_q17
        wrong = 0
        if leap[0] | leap[1] | leap[2]:
            if witness and self._compare(turned_q17, waits):
                wrong = self._is_wrong()
            leap[0] = leap[1] = leap[2] = 0
        self._hold(waits)
        return wrong

    def _miss(self, turned_q17: "Vector") -> None:
        """The chip said nothing where this beat ends."""
        self._missed += 1
        if self._missed > _MISSED_MAX:
            self._chip[0] = self._chip[1] = self._chip[2] = self._chip[3] = 0
            leap = self._leap_q17
            leap[0] = leap[1] = leap[2] = 0
            self._go_on_from_here()
            return
        turned = self._turned_q17
        for i in range(3):
            turned[i] += turned_q17[i]

    def _compare(self, turned_q17: "Vector", waits: int) -> int:
        """What the chip turned more since it was asked last; return 1 if that is known."""
        chip = self._chip
        if not chip[0] | chip[1] | chip[2] | chip[3]:
            return 0
        means = self._off_of_means
        moments = self._off_of_moments
        word = self._word
        between(means, chip, word[0], word[1], word[2], word[3])
        if not means[0] | means[1] | means[2]:
            return 0  # it stands still
        ahead = self._ahead_q17
        newest = self._newest_q17
        before = self._turned_q17
        for i in range(3):
            angle_q17 = _angle_q17(self._reading[i])
            means[i] -= before[i] + turned_q17[i] + (angle_q17 if waits else 0) - ahead[i]
            moments[i] = means[i] + (angle_q17 - newest[i] >> 1)
        return 1

    def _is_wrong(self) -> int:
        """Whether the chip contradicts the leap, of whichever kind the readings are."""
        leap = self._leap_q17
        means = self._off_of_means
        moments = self._off_of_moments
        least = min(_size(means[0], means[1], means[2]), _size(moments[0], moments[1], moments[2]))
        if least < _WRONG_Q17:
            return 0
        unlike_means = _unlike(means, leap)
        unlike_moments = _unlike(moments, leap)
        self.off_q17 = moments if unlike_moments < unlike_means else means
        unlike = min(unlike_means, unlike_moments)
        return 1 if unlike <= _size(leap[0], leap[1], leap[2]) >> 1 else 0

    def _hold(self, waits: int) -> None:
        """Where the chip is now, and what of it is not yet turned."""
        chip = self._chip
        word = self._word
        chip[0] = word[0]
        chip[1] = word[1]
        chip[2] = word[2]
        chip[3] = word[3]
        ahead = self._ahead_q17
        newest = self._newest_q17
        for i in range(3):
            newest[i] = angle_q17 = _angle_q17(self._reading[i])
            ahead[i] = angle_q17 if waits else 0
        self._go_on_from_here()


def _angle_q17(angle_q23: int) -> int:
    return clamp(angle_q23, -_FAR, _FAR) >> 6


def _size(x: int, y: int, z: int) -> int:
    return max(abs(x), abs(y), abs(z))


def _unlike(off: "Vector", leap: "Vector") -> int:
    """How far ``off`` is from a leap there, or from the one back."""
    x, y, z = off
    u, v, w = leap
    return min(_size(x + u, y + v, z + w), _size(x - u, y - v, z - w))
