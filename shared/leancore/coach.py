"""The coach: says when the lean has left the band, and with which cue.

Each detector is a one-sided sequential test (cumulative sum, Page 1954,
doi 10.1093/biomet/41.1-2.100): a step adds how far its mean lean lies outside the band, less a
reference; evidence below zero is forgotten; a cue is due when it exceeds a threshold. Quick on
a large exit, patient on a small one. Left and right steps differ; their lasting difference is
taken out before.
"""

from leancore.fixed import clamp
from leancore.sample import CLIPPED, GAP, SHAKEN
from leancore.ticks import ticks_add, ticks_diff

NO_CUE, LEAN_MORE, EASE_OFF, CAP, BACK_IN = range(5)
NAMES = ("", "lean_more", "ease_off", "cap", "back_in")

# Pulses of each cue: on ms (0 = the whole duration), off ms, strength percent.
PULSES = ((0, 0, 0), (120, 100, 100), (0, 0, 100), (600, 200, 100), (0, 0, 55))

_CAP_MS = 1400
_BACK_IN_MS = 60
_BACK_IN_STRIDES = 3
_UNFIT = SHAKEN | GAP
_SIDE_GAIN_MAX = 16
_EVIDENCE_MAX_CDEG = 20000


class Coach:
    """After ``step`` returned a cue: ``duration_ms`` of it. ``in_band`` speaks of the stride."""

    FIELDS = (
        "in_band", "duration_ms", "_spell_ms", "_low", "_high", "_cap", "_side_cdeg", "_side_gain",
        "_sign", "_previous_cdeg", "_cue_end_ms", "_cued", "_budget_ms", "_cued_kind", "_inside",
    )  # fmt: skip

    def __init__(self):
        self.configure(None)
        self.reset()

    def configure(self, settings):
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

    def reset(self):
        """Begin a run."""
        self.in_band = self.duration_ms = 0
        self._cue_end_ms = self._cued = self._cued_kind = self._inside = 0
        self._budget_ms = 0
        self.rest()

    def rest(self):
        """Begin a running spell: what was felt before a break does not count."""
        self._spell_ms = 0
        self._low = self._high = self._cap = 0
        self._side_cdeg = self._previous_cdeg = 0
        self._side_gain = 0
        self._sign = 1

    def step(self, stride, steps, plan):
        """Judge one running step; return a cue or NO_CUE."""
        self.in_band = 1 if plan.low_cdeg <= stride.stride_cdeg <= plan.high_cdeg else 0
        if not plan.known:
            self.in_band = 0
        interval_ms = steps.interval_ms
        self._spell_ms += interval_ms
        self._budget_ms = min(
            self._budget_ms + interval_ms * self.budget_ms // 60000, self.budget_ms
        )
        self._sign = -self._sign
        if stride.flags & _UNFIT or not stride.whole:
            self._side_gain = 0
            return NO_CUE
        lean_cdeg = self._without_side(stride.step_cdeg)
        if self._spell_ms < self.warmup_ms or not plan.known:
            return NO_CUE
        self._weigh(lean_cdeg, plan)
        return self._choose(stride, steps.strike_ms, plan)

    def _without_side(self, step_cdeg):
        """The step's lean without the lasting difference of left and right."""
        if self._side_gain:
            half_cdeg = self._sign * (step_cdeg - self._previous_cdeg) >> 1
            self._side_cdeg += (half_cdeg - self._side_cdeg) // self._side_gain
        if self._side_gain < _SIDE_GAIN_MAX:
            self._side_gain += 1
        self._previous_cdeg = step_cdeg
        return step_cdeg - self._sign * self._side_cdeg

    def _weigh(self, lean_cdeg, plan):
        reference = self.reference_cdeg
        self._low = clamp(self._low + plan.low_cdeg - lean_cdeg - reference, 0, _EVIDENCE_MAX_CDEG)
        self._high = clamp(
            self._high + lean_cdeg - plan.high_cdeg - reference, 0, _EVIDENCE_MAX_CDEG
        )
        self._cap = clamp(self._cap + lean_cdeg - plan.cap_cdeg, 0, _EVIDENCE_MAX_CDEG)

    def _choose(self, stride, t_ms, plan):
        if self._cued and ticks_diff(t_ms, self._cue_end_ms) < self.refractory_ms:
            return self._back_in(t_ms, plan)
        if self._cap > self.cap_threshold_cdeg:
            return self._cue(CAP, _CAP_MS, t_ms)
        if not plan.feedback:
            return NO_CUE
        if self._high > self.threshold_cdeg:
            return self._scaled(EASE_OFF, stride.stride_cdeg - plan.high_cdeg, t_ms)
        if self._low > self.threshold_cdeg:
            return self._scaled(LEAN_MORE, plan.low_cdeg - stride.stride_cdeg, t_ms)
        return self._back_in(t_ms, plan)

    def _scaled(self, kind, error_cdeg, t_ms):
        """A cue that lasts longer the larger the error is, within the limit and the budget."""
        ms = self.shortest_ms[kind] + self.growth_ms * max(error_cdeg, 0) // 100
        ms = min(ms, self.longest_ms)
        on_ms, off_ms, _strength = PULSES[kind]
        if on_ms:  # whole pulses only
            ms = max(ms // (on_ms + off_ms), 2) * (on_ms + off_ms) - off_ms
        if ms > self._budget_ms:
            return NO_CUE
        self._budget_ms -= ms
        return self._cue(kind, ms, t_ms)

    def _cue(self, kind, duration_ms, t_ms):
        self.duration_ms = duration_ms
        self._cue_end_ms = ticks_add(t_ms, duration_ms)
        self._cued = 1
        self._cued_kind = kind
        self._inside = 0
        self._low = self._high = self._cap = 0
        return kind

    def _back_in(self, t_ms, plan):
        """The small sign that it worked, once after a cue."""
        if not self._cued_kind or not self.back_in_cue or not plan.feedback:
            return NO_CUE
        self._inside = self._inside + 1 if self.in_band else 0
        if self._inside < _BACK_IN_STRIDES:
            return NO_CUE
        self._cued_kind = self._inside = 0
        self.duration_ms = _BACK_IN_MS
        return BACK_IN


def pulses(kind, duration_ms):
    """Return (on_ms, off_ms, count, percent) of a cue, for the motor."""
    on_ms, off_ms, percent = PULSES[kind]
    if not on_ms:
        return duration_ms, 0, 1, percent
    return on_ms, off_ms, (duration_ms + off_ms) // (on_ms + off_ms), percent
