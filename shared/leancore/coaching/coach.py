"""The coach: decides when the lean has left the band, and which cue to give.

Each detector is a one-sided sequential test (cumulative sum, Page 1954, doi
10.1093/biomet/41.1-2.100): each step adds the distance of its mean lean from the band, minus a
reference; the evidence never goes below zero; a cue is due when it exceeds a threshold. This reacts
quickly to a large exit and slowly to a small one. The threshold grows with the variance of the
runner's own steps, so that an unsteady runner is not nagged. The constant difference between left
and right steps is removed first. A single step never decides: its contribution is limited.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.fixed import clamp
from leancore.numeric.ticks import ticks_add, ticks_diff
from leancore.sensor.sample import GAP, HOPPED, SHAKEN

if TYPE_CHECKING:
    from leancore.coaching.session_plan import SessionPlan
    from leancore.gait.steps import Steps
    from leancore.gait.stride import Stride
    from leancore.hints import Settings

NO_CUE = const(0)
LEAN_MORE = const(1)
EASE_OFF = const(2)
CAP = const(3)
BACK_IN = const(4)
CUES = ("", "lean_more", "ease_off", "cap", "back_in")  # names by number

# Pulses of each cue: on ms (0 = the whole duration), off ms, strength percent.
PULSES = ((0, 0, 0), (120, 100, 100), (0, 0, 100), (600, 200, 100), (0, 0, 55))

_CAP_MS = const(1400)
_BACK_IN_MS = const(60)
_BACK_IN_STRIDES = const(3)
_UNFIT = SHAKEN | GAP | HOPPED
_SIDE_GAIN_MAX = const(16)
_MINUTE = const(7)  # parts of 10 s for the buzzing budget: a full minute and the current part
_PART_MS = const(10000)
_SHARE_MAX_CDEG = const(280)  # of one step
_VARIANCE_USUAL = const(10000)  # cdeg²: a step-to-step standard deviation of 1°
_VARIANCE_MAX = const(40000)
_VARIANCE_STEPS = const(160)  # with fewer the exits themselves would raise the threshold
# The estimate itself is off by a tenth: up to there a runner counts as usual, from twice that on
# the estimate counts.
_VARIANCE_UNCLEAR = const(12000)
_AGAIN_MAX = const(4)  # an unanswered cue repeats after 1, 2, 3, 4 pauses, to avoid nagging
_REGULAR_PERCENT = const(20)  # a step that differs more from the usual interval is a stumble


class Coach:
    """After ``step`` returned a cue: its ``duration_ms``. ``in_band`` refers to the stride."""

    FIELDS = (
        "in_band", "duration_ms", "_spell_ms", "_low", "_high", "_cap", "_side_cdeg", "_side_gain",
        "_sign", "_previous_cdeg", "_level_cdeg", "_variance", "_interval_ms", "_other_ms",
        "_cue_end_ms", "_cued", "_spent", "_part_ms", "_cued_kind", "_inside", "_again",
        "_pause_ms",
    )  # fmt: skip

    def __init__(self) -> None:
        self._spent = [0] * _MINUTE  # ms of buzzing, the part that has begun first
        self.configure(None)
        self.reset()

    def configure(self, settings: "Settings | None") -> None:
        """Take the settings (a dict as ``settings.checked`` makes it)."""
        if settings is None:
            return
        self.warmup_ms = settings["warmup_ms"]
        self.refractory_ms = settings["refractory_ms"]
        self.budget_ms = settings["budget_ms"]
        self.reference_cdeg = settings["exit_reference_cdeg"]
        self.threshold_cdeg = settings["exit_threshold_cdeg"]
        self.cap_threshold_cdeg = settings["cap_threshold_cdeg"]
        self.back_in_cue = settings["back_in_cue"]
        self.shortest_ms = (0, settings["lean_more_ms"], settings["ease_off_ms"])
        self.growth_ms = settings["cue_growth_ms"]
        self.longest_ms = settings["cue_max_ms"]

    def reset(self) -> None:
        """Begin a run."""
        self.in_band = self.duration_ms = 0
        self._cue_end_ms = self._cued = self._cued_kind = self._inside = 0
        for i in range(_MINUTE):
            self._spent[i] = 0
        self._part_ms = self._again = self._pause_ms = 0
        self.rest()

    def rest(self) -> None:
        """Begin a stretch of running: evidence from before a break does not count."""
        self._spell_ms = 0
        self._low = self._high = self._cap = 0
        self._side_cdeg = self._previous_cdeg = 0
        self._side_gain = 0
        self._sign = 1
        self._level_cdeg = 0
        self._variance = _VARIANCE_USUAL
        self._interval_ms = self._other_ms = 0  # usual for the last step's foot, for the other one

    def step(self, stride: "Stride", steps: "Steps", plan: "SessionPlan") -> int:
        """Judge one running step; return a cue or NO_CUE."""
        known = plan.known
        is_inside = known and plan.low_cdeg <= stride.stride_lean_cdeg <= plan.high_cdeg
        self.in_band = 1 if is_inside else 0
        interval_ms = steps.interval_ms
        self._spell_ms += interval_ms
        self._part_ms += interval_ms
        if self._part_ms >= _PART_MS:
            self._pass()
        self._sign = -self._sign
        regular = self._is_regular(interval_ms)
        if stride.flags & HOPPED:
            self._low = self._high = self._cap = 0
        if stride.flags & _UNFIT or not stride.whole or not regular:
            self._side_gain = 0
            return NO_CUE
        lean_cdeg = self._without_side(stride.step_cdeg)
        if self._spell_ms < self.warmup_ms or not known:
            return NO_CUE
        due_cdeg = self._evidence_due()
        self._gather(lean_cdeg, plan, due_cdeg)
        return self._choose(stride, steps.strike_ms, plan, due_cdeg)

    def _is_regular(self, interval_ms: int) -> bool:
        """Whether a step takes about as long as those of its foot before it: people may limp."""
        usual_ms = self._other_ms or interval_ms
        off_ms = interval_ms - usual_ms
        self._other_ms = self._interval_ms
        self._interval_ms = usual_ms + off_ms // 4
        most_off_ms = usual_ms * _REGULAR_PERCENT // 100
        return -most_off_ms <= off_ms <= most_off_ms

    def _evidence_due(self) -> int:
        """The threshold for the runner's variability, in centidegrees."""
        variance = min(self._variance, 2 * self._variance - _VARIANCE_UNCLEAR)
        if variance < _VARIANCE_USUAL:
            variance = _VARIANCE_USUAL
        elif variance > _VARIANCE_MAX:
            variance = _VARIANCE_MAX
        return self.threshold_cdeg * (variance >> 4) // (_VARIANCE_USUAL >> 4)

    def _gather(self, lean_cdeg: int, plan: "SessionPlan", due_cdeg: int) -> None:
        """Update the evidence at each edge; usually there is none and nothing to add."""
        share_cdeg = plan.low_cdeg - lean_cdeg - self.reference_cdeg
        if share_cdeg > 0 or self._low:
            self._low = _add(self._low, share_cdeg, due_cdeg)
        share_cdeg = lean_cdeg - plan.high_cdeg - self.reference_cdeg
        if share_cdeg > 0 or self._high:
            self._high = _add(self._high, share_cdeg, due_cdeg)
        share_cdeg = lean_cdeg - plan.cap_cdeg
        if share_cdeg > 0 or self._cap:
            self._cap = _add(self._cap, share_cdeg, self.cap_threshold_cdeg)

    def _pass(self) -> None:
        """Begin the next part of the minute of the buzzing budget."""
        self._part_ms -= _PART_MS
        spent = self._spent
        for i in range(_MINUTE - 1, 0, -1):
            spent[i] = spent[i - 1]
        spent[0] = 0

    def _without_side(self, step_cdeg: int) -> int:
        """The step's lean without the constant left-right difference."""
        gain = self._side_gain
        if gain:
            half_cdeg = self._sign * (step_cdeg - self._previous_cdeg) >> 1
            self._side_cdeg += (half_cdeg - self._side_cdeg) // gain
        if gain < _SIDE_GAIN_MAX:
            self._side_gain = gain + 1
        self._previous_cdeg = step_cdeg
        lean_cdeg = step_cdeg - self._sign * self._side_cdeg
        if gain == _SIDE_GAIN_MAX:
            self._spread(lean_cdeg - self._level_cdeg)
        self._level_cdeg = lean_cdeg
        return lean_cdeg

    def _spread(self, change_cdeg: int) -> None:
        """Update the variance of the steps with half the squared change between steps."""
        change_cdeg = clamp(change_cdeg, -600, 600)
        square = min(change_cdeg * change_cdeg >> 1, 4 * self._variance)
        self._variance += (square - self._variance) // _VARIANCE_STEPS

    def _choose(self, stride: "Stride", t_ms: int, plan: "SessionPlan", due_cdeg: int) -> int:
        pausing = self._cued and ticks_diff(t_ms, self._cue_end_ms) < self._pause_ms
        if self._cap > self.cap_threshold_cdeg and not (pausing and self._cued_kind == CAP):
            return self._cue(CAP, _CAP_MS, t_ms)  # no other cue delays it
        if pausing:
            return self._back_in(plan)
        if not plan.feedback:
            return NO_CUE
        if self._high > due_cdeg:
            return self._scaled(EASE_OFF, stride.stride_lean_cdeg - plan.high_cdeg, t_ms)
        if self._low > due_cdeg:
            return self._scaled(LEAN_MORE, plan.low_cdeg - stride.stride_lean_cdeg, t_ms)
        return self._back_in(plan)

    def _scaled(self, kind: int, error_cdeg: int, t_ms: int) -> int:
        """Give a cue whose duration grows with the error, within limit and budget."""
        ms = self.shortest_ms[kind] + self.growth_ms * max(error_cdeg, 0) // 100
        ms = min(ms, self.longest_ms)
        ms = fitting_ms(kind, ms)
        if sum(self._spent) + ms > self.budget_ms:
            return NO_CUE
        self._spent[0] += ms
        return self._cue(kind, ms, t_ms)

    def _cue(self, kind: int, duration_ms: int, t_ms: int) -> int:
        self.duration_ms = duration_ms
        self._cue_end_ms = ticks_add(t_ms, duration_ms)
        self._cued = 1
        self._again = min(self._again + 1, _AGAIN_MAX) if kind == self._cued_kind else 1
        self._pause_ms = self.refractory_ms * (1 if kind == CAP else self._again)
        self._cued_kind = kind
        self._inside = 0
        self._low = self._high = 0
        if kind == CAP:
            self._cap = 0
        return kind

    def _back_in(self, plan: "SessionPlan") -> int:
        """Give the confirming tick, once after a cue."""
        if not self._cued_kind or not self.back_in_cue or not plan.feedback:
            return NO_CUE
        self._inside = self._inside + 1 if self.in_band else 0
        if self._inside < _BACK_IN_STRIDES:
            return NO_CUE
        self._cued_kind = self._inside = 0
        self._low = self._high = 0
        self.duration_ms = _BACK_IN_MS
        return BACK_IN


def _add(evidence_cdeg: int, share_cdeg: int, due_cdeg: int) -> int:
    """Add to the evidence, limited: an exit that is over must not trigger a cue later."""
    evidence_cdeg += share_cdeg if share_cdeg < _SHARE_MAX_CDEG else _SHARE_MAX_CDEG
    if evidence_cdeg <= 0:
        return 0
    return evidence_cdeg if evidence_cdeg <= due_cdeg else due_cdeg + 1


def fitting_ms(kind: int, duration_ms: int) -> int:
    """Return the duration of a cue that fits into ``duration_ms``: at least two whole pulses."""
    on_ms, off_ms, _percent = PULSES[kind]
    if not on_ms:
        return duration_ms
    return max(duration_ms // (on_ms + off_ms), 2) * (on_ms + off_ms) - off_ms


def pulses(kind: int, duration_ms: int) -> tuple[int, int, int, int]:
    """Return (on_ms, off_ms, count, percent) of a cue, for the motor."""
    on_ms, off_ms, percent = PULSES[kind]
    if not on_ms:
        return duration_ms, 0, 1, percent
    return on_ms, off_ms, (duration_ms + off_ms) // (on_ms + off_ms), percent
