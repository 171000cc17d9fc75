"""The plan of a session: its duration, the windows with cues, and the ramp.

Feedback is given in windows of running time, spread evenly: the prescribed share of windows has
cues, and those without are the retention probes. The share falls over the sessions (Davis 2020,
PMC7083994; Crowell & Davis 2011: all the time for four sessions, then faded). The cap cue is
independent of the plan.
"""

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from leancore.hints import Prescription

UNMEASURED = -32768  # the baseline is unknown: the next run measures it, without cues


class SessionPlan:
    """Today's numbers, from a prescription and the count of sessions done.

    ``low_cdeg``, ``high_cdeg``, ``cap_cdeg``: today's band and cap, as lean at the lower back
    relative to standing. ``feedback``: 1 while cues are given. ``known``: 0 in a baseline run.
    """

    FIELDS = (
        "known", "low_cdeg", "high_cdeg", "cap_cdeg", "minutes", "feedback_percent", "window_ms",
        "run_ms", "window", "feedback",
    )  # fmt: skip

    def __init__(self) -> None:
        self.known = self.low_cdeg = self.high_cdeg = self.cap_cdeg = 0
        self.minutes = self.feedback_percent = 0
        self.window_ms = 60000
        self.run_ms = self.window = self.feedback = 0

    def begin(
        self, prescription: "Prescription", session: int, window_ms: int, allowance_cdeg: int
    ) -> None:
        """Prepare session number ``session`` (0 = first)."""
        baseline_cdeg = prescription["baseline_cdeg"]
        self.known = 0 if baseline_cdeg == UNMEASURED else 1
        if not self.known:
            baseline_cdeg = 0
        short_cdeg = self._ramp(prescription, session)
        today_cdeg = baseline_cdeg - short_cdeg
        self.low_cdeg = today_cdeg + prescription["offset_low_cdeg"] - allowance_cdeg
        self.high_cdeg = today_cdeg + prescription["offset_high_cdeg"] + allowance_cdeg
        self.cap_cdeg = baseline_cdeg + prescription["cap_offset_cdeg"]
        self.minutes = for_session(prescription, "minutes", session)
        self.feedback_percent = for_session(prescription, "feedback_percent", session)
        self.window_ms = window_ms
        self.run_ms = self.window = 0
        self._open_window()

    def hold(self) -> None:
        """No cues and no band: the lean cannot be judged."""
        self.known = self.feedback = 0

    def resume(self, prescription: "Prescription") -> None:
        """The lean can be judged again."""
        self.known = 0 if prescription["baseline_cdeg"] == UNMEASURED else 1
        self._open_window()

    @staticmethod
    def _ramp(prescription: "Prescription", session: int) -> int:
        """The part of the offset not yet applied today, in centidegrees."""
        sessions: int = prescription["ramp_sessions"]
        if session + 1 >= sessions:
            return 0
        whole_cdeg: int = prescription["offset_low_cdeg"]
        return whole_cdeg * (sessions - session - 1) // sessions

    def run(self, dt_ms: int) -> int:
        """Count running time; return 1 if feedback was switched on or off."""
        self.run_ms += dt_ms
        if self.run_ms < (self.window + 1) * self.window_ms:
            return 0
        self.window += 1
        before = self.feedback
        self._open_window()
        return 1 if self.feedback != before else 0

    def _open_window(self) -> None:
        """Open window i, with cues if the even spread of the share puts one there."""
        percent = self.feedback_percent
        i = self.window
        spread = (i + 1) * percent // 100 > i * percent // 100
        self.feedback = 1 if self.known and spread else 0


def for_session(prescription: "Prescription", name: str, session: int) -> int:
    """Return the entry of a list of the plan for ``session`` (0 = first); the last one repeats."""
    entries: list[int] = prescription[name]
    return entries[min(session, len(entries) - 1)]
