"""The live stream: what the desk shows while somebody runs on a cable."""

from leancore.gait.activity import RUN
from leancore.numeric.ticks import ticks_diff

PERIOD_MS = 500


class LiveStream:
    """Offers a frame to the link twice a second, and at once when something happened."""

    def __init__(self, link, tr):
        self._link = link
        self._trainer = tr
        self._sent_ms = 0
        self._due = True
        self._cue = 0

    def news(self, cue=0):
        """The activity changed, or ``cue`` was given."""
        self._due = True
        if cue:
            self._cue = cue

    def step(self, now_ms):
        """While the desk looks."""
        if self._due or ticks_diff(now_ms, self._sent_ms) >= PERIOD_MS:
            self._due = False
            self._sent_ms = now_ms
            self._link.stream(self._frame())

    def _frame(self):
        tr = self._trainer
        runs = tr.activity.now == RUN
        frame = {
            "t": tr.plan.run_ms,
            "lean": tr.stride.stride_lean_cdeg if runs else tr.angles_cdeg()[0],
            "cadence": tr.steps.cadence_cspm, "activity": tr.activity.now,
            "band": tr.coach.in_band, "fb": tr.plan.feedback,
            "lo": tr.plan.low_cdeg, "hi": tr.plan.high_cdeg, "cap": tr.plan.cap_cdeg,
        }  # fmt: skip
        if self._cue:
            frame["cue"] = self._cue
            frame["ms"] = tr.coach.duration_ms
            self._cue = 0
        return frame
