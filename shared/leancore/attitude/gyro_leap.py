"""A reading of the gyroscope that leaps, held against what the chip's orientation turned meanwhile.

A motion leaps as well, but then the chip turns with it. What the chip turns otherwise (it jumps,
it freezes) is not as large as the leap and against it. So a spike is told from a motion and from a
fault of the chip.

The chip's word comes with some of the samples, and beats end when they end. So what was turned is
counted in whole beats and, for each word, from the begin of the beat that it came in.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp
from leancore.numeric.rotation import between

if TYPE_CHECKING:
    from leancore.hints import Vector
    from leancore.sensor.sample import Sample

_WRONG_Q17 = const(1311)  # 0.01 rad: 0.6°
_FAR = const(6291456)  # an angle as measured (Q23): 0.75 rad
_MOST_Q17 = const(1 << 20)  # 8 rad: more is no turn between two words
_MISSED_MAX = const(3)  # beats in a row without a word of the chip


class GyroLeap:
    """``off_q17``: after ``judge``, what the chip turned more than the gyroscope said, rad.

    Between two beats: ``note`` what leapt, ``hear`` the chip; with each beat ``judge``.
    """

    FIELDS = (
        "_leap_q17", "_heard_leap_q17", "_chip", "_ahead_q17", "_newest_q17", "_word",
        "_at_word_q17", "_reading_q17", "_heard", "_turned_q17", "_missed",
    )  # fmt: skip

    def __init__(self) -> None:
        self._leap_q17 = [0, 0, 0]  # the largest of a reading from the one before, rad
        self._heard_leap_q17 = [0, 0, 0]  # the largest before the last word
        self._chip = [0, 0, 0, 0]  # the word that the last one is held against; 0: none
        self._ahead_q17 = [0, 0, 0]  # what was turned in its beat until it came
        self._newest_q17 = [0, 0, 0]  # the angle of the last reading then
        self._word = [0, 0, 0, 0]  # the chip's orientation as it was heard last,
        self._at_word_q17 = [0, 0, 0]  # what was turned in that beat until it came,
        self._reading_q17 = [0, 0, 0]  # and the angle of the last reading then
        self._heard = 0  # 1: that word came since the last beat
        self._turned_q17 = [0, 0, 0]  # in whole beats, from the one on in which ``_chip`` came
        self._missed = 0  # beats since the last word
        # A part's readings are means over the time before them, or of a moment, so that half of
        # each belongs to the time after it. Which kind this part is nobody says: what the chip
        # turned more, for either kind.
        self._off_of_means = [0, 0, 0]
        self._off_of_moments = [0, 0, 0]
        self.off_q17 = self._off_of_means

    def reset(self) -> None:
        """Forget everything."""
        leap = self._leap_q17
        leap[0] = leap[1] = leap[2] = self._heard = 0
        self._give_up()

    def _give_up(self) -> None:
        """There is no word to hold the next one against."""
        chip = self._chip
        leap = self._heard_leap_q17
        chip[0] = chip[1] = chip[2] = chip[3] = 0
        leap[0] = leap[1] = leap[2] = 0

    def hear(self, sample: "Sample", turned_q17: "Vector", last: "Vector", waits: int) -> None:
        """The chip's word in a sample that was taken.

        ``turned_q17``: what was turned since the last beat. ``last``: the last reading as an angle
        as measured; ``waits``: it is not turned yet.
        """
        word = self._word
        word[0] = sample.qw
        word[1] = sample.qx
        word[2] = sample.qy
        word[3] = sample.qz
        leap = self._leap_q17
        heard = self._heard_leap_q17
        if _size(leap[0], leap[1], leap[2]) > _size(heard[0], heard[1], heard[2]):
            heard[0] = leap[0]
            heard[1] = leap[1]
            heard[2] = leap[2]
        leap[0] = leap[1] = leap[2] = 0
        reading = self._reading_q17
        at_word = self._at_word_q17
        for i in range(3):
            reading[i] = angle_q17 = _angle_q17(last[i])
            at_word[i] = turned_q17[i] + (angle_q17 if waits else 0)
        self._heard = 1

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

    def waits(self) -> int:
        """Whether something leapt that was not judged yet."""
        x, y, z = self._leap_q17
        u, v, w = self._heard_leap_q17
        return x | y | z | u | v | w

    def judge(self, witness: int, turned_q17: "Vector") -> int:
        """A beat ends: return 1 if something leapt before the last word, and not the chip with it.

        ``witness``: 1 where the chip may be asked. ``turned_q17``: what was turned in the beat.
        """
        if not self._heard:
            self._miss(turned_q17)
            return 0
        self._heard = self._missed = 0
        leap = self._heard_leap_q17
        wrong = 0
        if leap[0] | leap[1] | leap[2]:
            if witness and self._compare():
                wrong = self._is_wrong()
            leap[0] = leap[1] = leap[2] = 0
        self._hold(turned_q17)
        return wrong

    def _miss(self, turned_q17: "Vector") -> None:
        """The chip said nothing in this beat."""
        self._missed += 1
        if self._missed > _MISSED_MAX:
            self._give_up()
            self._missed = 0
        turned = self._turned_q17
        for i in range(3):
            turned[i] = clamp(turned[i] + turned_q17[i], -_MOST_Q17, _MOST_Q17)

    def _compare(self) -> int:
        """What the chip turned more from word to word; return 1 if that is known."""
        chip = self._chip
        if not chip[0] | chip[1] | chip[2] | chip[3]:
            return 0
        means = self._off_of_means
        moments = self._off_of_moments
        word = self._word
        between(means, chip, word[0], word[1], word[2], word[3])
        if not means[0] | means[1] | means[2]:
            return 0  # it stands still
        for i in range(3):
            means[i] -= self._turned_q17[i] + self._at_word_q17[i] - self._ahead_q17[i]
            moments[i] = means[i] + (self._reading_q17[i] - self._newest_q17[i] >> 1)
        return 1

    def _is_wrong(self) -> int:
        """Whether the chip contradicts the leap, of whichever kind the readings are."""
        leap = self._heard_leap_q17
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

    def _hold(self, turned_q17: "Vector") -> None:
        """The next word is held against this one, which came in a beat of ``turned_q17``."""
        chip = self._chip
        word = self._word
        chip[0] = word[0]
        chip[1] = word[1]
        chip[2] = word[2]
        chip[3] = word[3]
        for i in range(3):
            self._newest_q17[i] = self._reading_q17[i]
            self._ahead_q17[i] = self._at_word_q17[i]
            self._turned_q17[i] = turned_q17[i]


def _angle_q17(angle_q23: int) -> int:
    return clamp(angle_q23, -_FAR, _FAR) >> 6


def _size(x: int, y: int, z: int) -> int:
    return max(abs(x), abs(y), abs(z))


def _unlike(off: "Vector", leap: "Vector") -> int:
    """How far ``off`` is from a leap there, or from the one back."""
    x, y, z = off
    u, v, w = leap
    return min(_size(x + u, y + v, z + w), _size(x - u, y - v, z - w))
