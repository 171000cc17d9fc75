"""The live stream, which a host shows while someone runs with the cable plugged in."""

from leancore.gait.activity import RUN
from leancore.hints import TYPE_CHECKING
from leancore.numeric.ticks import ticks_diff

if TYPE_CHECKING:
    from leancore.pipeline import Pipeline

    from leandevice.link.framed_link import FramedLink

PERIOD_MS = 500


class LiveStream:
    """Offers a frame to the link twice a second, and at once after an event."""

    def __init__(self, link: "FramedLink", pipeline: "Pipeline") -> None:
        self._link = link
        self._pipeline = pipeline
        self._sent_ms = 0
        self._due = True
        self._cue = 0

    def news(self, cue: int = 0) -> None:
        """Note that the activity changed, or ``cue`` was given."""
        self._due = True
        if cue:
            self._cue = cue

    def step(self, now_ms: int) -> None:
        """Send a frame if due, while the host has requested the stream."""
        if self._due or ticks_diff(now_ms, self._sent_ms) >= PERIOD_MS:
            self._due = False
            self._sent_ms = now_ms
            self._link.stream(self._frame())

    def _frame(self) -> "dict[str, int]":
        pipeline = self._pipeline
        plan = pipeline.plan
        runs = pipeline.activity.now == RUN
        frame = {
            "t": plan.run_ms,
            "lean": pipeline.stride.stride_lean_cdeg if runs else pipeline.angles_cdeg()[0],
            "cadence": pipeline.steps.cadence_cspm, "activity": pipeline.activity.now,
            "band": pipeline.coach.in_band, "fb": plan.feedback,
            "lo": plan.low_cdeg, "hi": plan.high_cdeg, "cap": plan.cap_cdeg,
        }  # fmt: skip
        if self._cue:
            frame["cue"] = self._cue
            frame["ms"] = pipeline.coach.duration_ms
            self._cue = 0
        return frame
