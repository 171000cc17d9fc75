"""Finds a shift of the gyroscope's bias, contradicted by accelerometer and chip.

The bias estimate follows slowly, so a gyroscope that is suddenly off by 2 °/s tilts our vertical by
6° for a minute. Then the chip's vertical moves away from ours, in the direction in which the force
pulls ours back: both contradict the gyroscope. A runner who speeds up pulls ours away from the
chip's instead, and a chip that drifts has no force on its side. The evidence is the product of both
summed over time (a cumulative sum, Page 1954, doi 10.1093/biomet/41.1-2.100).

The vertical and the bias are then led to the chip's for some seconds, as by a complementary filter
with integral feedback (Mahony et al. 2008, doi 10.1109/TAC.2008.923738).
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp

if TYPE_CHECKING:
    from leancore.attitude.own_orientation import OwnOrientation
    from leancore.hints import Vector

_AWAY_MAX_Q14 = const(1146)  # 4°: more is no more evidence
_OFF_MAX_Q14 = const(2860)  # 10°
# Evidence: angle Q14 × m/s³ Q10, at each look, some ten times a second. With the usual wander of
# the chip by 1 to 2° noise gathers no evidence above 0.4 ° m/s³, in 20 h of 20 runners but for one,
# whose chip is blamed too; with a chip that is off by more, so is the noise. A shift of 2 °/s has
# 1 ° m/s³ after two seconds.
_NOISE = const(117_200)  # 0.4 ° m/s³
_NOISE_WHILE_BLAMED = const(350_000)  # 1.2 ° m/s³
_SHIFTED = const(440_000)  # 1.5 ° m/s³, over ten looks: 0.15 in a second
_DOUBTFUL = const(_SHIFTED >> 2)
_LOOK_MAX = const(_SHIFTED >> 2)  # a single wrong orientation of the chip decides nothing
_UNKNOWN = const(2)  # no usual difference yet; 1: start it anew
_WAIT = const(80)  # looks: 8 s
_LEADS = const(50)  # looks: 5 s
_DISPUTED = const(20)  # looks since the chip was blamed: it may yet prove right
_NEAR_AFTER = const(20)  # looks: the vertical is right again
DOUBT_SAMPLES = const(60)  # pairs of samples: half a second to one; a look renews it


class BiasShift:
    """``usual_q14``: the chip's vertical minus ours over some seconds, before they diverged.

    ``in_doubt``: above 0 while a shift is likely, or is being corrected, and for two seconds after
    the chip was blamed: judge no step by the lean.
    Who asks counts it down, so that it ends even if the chip falls silent.
    """

    FIELDS = ("usual_q14", "in_doubt", "_evidence", "_leads", "_wait", "_anew", "_disputed")

    def __init__(self) -> None:
        self.usual_q14 = [0, 0, 0]
        self._off = [0, 0, 0]  # scratch
        self.in_doubt = self._evidence = self._leads = self._wait = self._disputed = 0
        self._anew = _UNKNOWN

    def rest(self) -> None:
        """The wearer gains or loses speed: what diverges then is no evidence."""
        self._evidence = self.in_doubt = 0
        self._wait = _WAIT

    def look(self, apart_q14: "Vector", own: "OwnOrientation", chip_is_blamed: int) -> int:
        """Look at the chip's vertical minus ours; return 1 if the bias has shifted."""
        usual = self.usual_q14
        off = self._off
        if self._anew and not chip_is_blamed:
            self._anew = self._evidence = self._leads = 0
            for i in range(3):
                usual[i] = apart_q14[i]
        if self._anew == _UNKNOWN:
            return 0
        self._anew = chip_is_blamed  # it may have another tilt afterwards
        self._disputed = max(self._disputed - 1, 0) if chip_is_blamed else _DISPUTED
        for i in range(3):
            off[i] = clamp(apart_q14[i] - usual[i], -_OFF_MAX_Q14, _OFF_MAX_Q14)
        own.lowpass.speed_change.look_at_chip(off)
        if chip_is_blamed:
            self._leads = 0  # do not follow a chip that has just jumped
        if self._leads:
            self._leads -= 1
            self.in_doubt = DOUBT_SAMPLES if self._leads > _LEADS - _NEAR_AFTER else 0
            own.lead(off)
            return 0
        if own.travelling:
            self._weigh(own.lowpass.rate_q22, chip_is_blamed)
        else:  # in a hand that circles, force and chip agree against a gyroscope that is right
            self._evidence = self.in_doubt = 0
        if self._evidence > _SHIFTED:
            self._evidence = 0
            self._leads = 0 if chip_is_blamed else _LEADS
            own.lowpass.coast()
            return 1
        if self._evidence <= 0 and not chip_is_blamed:
            for i in range(3):
                usual[i] += off[i] >> 6
        return 0

    def _weigh(self, rate_q22: "Vector", chip_is_blamed: int) -> None:
        """Update the evidence; ``rate_q22``: of the low-passed force, m/s³."""
        if self._wait and not chip_is_blamed:
            self._wait -= 1
            return
        off = self._off
        agreed = 0
        for i in range(3):
            agreed += clamp(off[i], -_AWAY_MAX_Q14, _AWAY_MAX_Q14) * (rate_q22[i] >> 12)
        noise = _NOISE_WHILE_BLAMED if chip_is_blamed else _NOISE
        agreed -= clamp(agreed, -noise, noise)
        evidence = self._evidence + min(agreed, _LOOK_MAX)
        self._evidence = max(evidence - (evidence >> 6), -_SHIFTED)
        disputed = chip_is_blamed and self._disputed
        self.in_doubt = DOUBT_SAMPLES if disputed or self._evidence > _DOUBTFUL else 0
