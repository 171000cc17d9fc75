"""Means over a step and over a stride (two steps), so that the pelvis' swing cancels.

The strike is known some hundredths of a second after it was; the running sum of the lean is
therefore noted at each point that may turn out to be one.
"""

from leancore.steps import MARK, SLIDE, STRIKE

_RESET_MS = 2000


class Stride:
    """After a strike: ``step_cdeg``, ``stride_cdeg`` and ``whole`` (two steps stand behind it).

    ``flags``: the samples' flags, or-ed over the last two steps.
    """

    FIELDS = (
        "step_cdeg", "stride_cdeg", "whole", "flags",
        "_sum", "_ms", "_mark_sum", "_mark_ms", "_before_sum", "_before_ms", "_seen", "_step_flags",
        "_lean_cdeg",
    )  # fmt: skip

    def __init__(self):
        self.reset()

    def reset(self):
        """Begin anew."""
        self.step_cdeg = self.stride_cdeg = self.whole = self.flags = 0
        self._sum = self._ms = self._mark_sum = self._mark_ms = 0
        self._before_sum = self._before_ms = 0
        self._seen = self._step_flags = 0
        self._lean_cdeg = 0

    def step(self, lean_cdeg, dt_ms, flags, happened, slide_ms):
        """Add the last ``dt_ms`` (trapezoids); ``happened`` comes from ``Steps``."""
        if self._ms == 0 and self._before_ms == 0:  # the first sample has none before it
            self._lean_cdeg = lean_cdeg
        mean_cdeg = (lean_cdeg + self._lean_cdeg) >> 1
        self._lean_cdeg = lean_cdeg
        if happened & SLIDE:
            self._mark_sum = self._sum + mean_cdeg * slide_ms
            self._mark_ms = self._ms + slide_ms
        self._sum += mean_cdeg * dt_ms
        self._ms += dt_ms
        self._seen |= flags
        if happened & MARK:
            self._mark_sum = self._sum
            self._mark_ms = self._ms
        if happened & STRIKE:
            self._close()
        elif self._ms > _RESET_MS:
            self.reset()

    def _close(self):
        """A step ends at the mark; what came after it belongs to the next."""
        ms = self._mark_ms
        self.whole = 1 if ms > 0 and self._before_ms > 0 else 0
        self.flags = self._seen | self._step_flags
        if ms > 0:
            self.step_cdeg = self._mark_sum // ms
            self.stride_cdeg = (self._mark_sum + self._before_sum) // (ms + self._before_ms)
        self._before_sum = self._mark_sum
        self._before_ms = ms
        self._step_flags = self._seen
        self._seen = 0
        self._sum -= self._mark_sum
        self._ms -= ms
        self._mark_sum = self._mark_ms = 0
