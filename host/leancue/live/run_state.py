"""State of the demo's run at a moment, gathered from the clip's live frames."""

from __future__ import annotations

import time
from collections import Counter, deque
from typing import Any

from leancore.coaching import coach
from leancore.gait import activity

from leancue.language.words import _

CUE_WORDS = {
    coach.LEAN_MORE: "lean more",
    coach.EASE_OFF: "ease off",
    coach.CAP: "cap",
    coach.BACK_IN: "back in band",
}
CUE_FEELS = {
    coach.LEAN_MORE: "The clip gives short staggered pulses: lean more",
    coach.EASE_OFF: "The clip gives one long pulse: ease off",
    coach.CAP: "The clip gives two long pulses: much too far (this cue is always on)",
    coach.BACK_IN: "The clip gives one soft tick: back in band",
}
_CUE_SHOWN_MS = 3000
_LEAP_MS = 60_000  # a waiting view misses less than this
_KEPT = 20_000  # moments and cues: some three hours of them


class RunnerState:
    """Angles in centidegrees, times of the run in ms of running.

    ``history``: (time in ms, lean) while running; ``cues``: (time in ms, kind, duration in ms).
    """

    def __init__(self) -> None:
        self.lean_cdeg = self.cadence_cspm = self.run_ms = self.lost = 0
        self.low_cdeg = self.high_cdeg = self.cap_cdeg = 0
        self.activity = activity.STILL
        self.in_band = self.feedback = False
        self.history: deque[tuple[int, int]] = deque(maxlen=_KEPT)
        self.cues: deque[tuple[int, int, int]] = deque(maxlen=_KEPT)
        self.over: dict[str, Any] | None = None
        self._doubted_ms: int | None = None
        self._began_s = self._heard_s = time.monotonic()

    def take(self, frame: dict[str, int]) -> None:
        """Take a live frame: the fields of ``answers.Moment``, or some of them."""
        self.lean_cdeg = frame.get("lean", self.lean_cdeg)
        self.cadence_cspm = frame.get("cadence", self.cadence_cspm)
        self.activity = frame.get("activity", self.activity)
        self.in_band, self.feedback = bool(frame.get("band")), bool(frame.get("fb"))
        self.low_cdeg = frame.get("lo", self.low_cdeg)
        self.high_cdeg = frame.get("hi", self.high_cdeg)
        self.cap_cdeg = frame.get("cap", self.cap_cdeg)
        self.lost = frame.get("lost", self.lost)
        self._heard_s = time.monotonic()
        t_ms = frame.get("t", 0)
        if self._is_doubted(t_ms):
            return
        if t_ms < self.run_ms:
            if not (self.running and t_ms):
                return  # after its end the run's clock is back at zero
            self.history.clear()  # the next run has begun
            self.cues.clear()
        self.run_ms = t_ms
        if self.running:
            self.history.append((t_ms, self.lean_cdeg))
        if frame.get("cue"):
            self.cues.append((t_ms, frame["cue"], frame.get("ms", 0)))

    def _is_doubted(self, t_ms: int) -> bool:
        """Whether a time jumps back or far ahead; it counts only if the next one continues from it.

        Otherwise a single wrong one would clear the picture of the whole run.
        """
        doubted_ms, self._doubted_ms = self._doubted_ms, None
        if not self.history or _goes_on(self.run_ms, t_ms):
            return False
        if doubted_ms is not None and _goes_on(doubted_ms, t_ms):
            return False
        self._doubted_ms = t_ms
        return True

    @property
    def silent_s(self) -> float:
        """Time since the last frame of the clip."""
        return time.monotonic() - self._heard_s

    @property
    def running(self) -> bool:
        """Whether the runner runs at the moment."""
        return self.activity == activity.RUN

    @property
    def speed(self) -> float:
        """Simulated seconds per second."""
        if self.over:
            return float(self.over["simulated_s"]) / max(float(self.over["wall_s"]), 1e-3)
        return self.run_ms / 1000 / max(time.monotonic() - self._began_s, 1e-3)

    def pace(self) -> str:
        """Return the speed relative to real time, as text."""
        return f"{self.speed:.0f} × real time"

    def cue_counts(self) -> Counter[int]:
        """Return the number of cues of each kind."""
        return Counter(kind for _, kind, _ in self.cues)

    def sentence(self) -> str:
        """Return the current state in one sentence."""
        if self.over:
            return "The run is over and saved on the clip."
        if not self.running:
            return self._not_running()
        return f"Lean {self.lean_cdeg / 100:.1f}°, {self.place()}."

    def fresh_cue(self) -> tuple[int, int, int] | None:
        """Return the last cue, as in ``cues``, if it came within the last seconds."""
        if not self.running or not self.cues or self.cues[-1][1] not in CUE_FEELS:
            return None
        return self.cues[-1] if self.run_ms - self.cues[-1][0] < _CUE_SHOWN_MS else None

    def place(self) -> str:
        """Return where the lean is, relative to the band."""
        if self.lean_cdeg >= self.cap_cdeg:
            return _("beyond the cap")
        if self.lean_cdeg > self.high_cdeg:
            return _("above the band")
        return _("in the band") if self.lean_cdeg >= self.low_cdeg else _("below the band")

    def _not_running(self) -> str:
        if self.run_ms:
            return "A break from running: no cues."
        if self.activity == activity.WALK:
            return "The runner walks off."
        return "The runner presses, stands still and bows from the hips: the clip calibrates."


def _goes_on(before_ms: int, t_ms: int) -> bool:
    return 0 <= t_ms - before_ms < _LEAP_MS
