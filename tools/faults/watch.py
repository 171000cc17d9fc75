"""External observation of a simulated clip: motor, timing, wearer."""

from __future__ import annotations

from typing import Any

from leancore import pipeline
from leancore.numeric.ticks import ticks_diff

from boards.sim.board import SimBoard
from boards.sim.motion.track import Truth

LATE_MS = 50  # a pulse ends in the next pass, which may have much to read


class Watch:
    """External observer of a clip's motor: let the clip run, then read the attributes.

    ``late_ends``: pulses that ended more than ``LATE_MS`` too late.
    ``judge_lean``: compare the lean of each step with the truth from now on.
    """

    def __init__(self, board: SimBoard, truth: Truth | None = None) -> None:
        self.board = board
        self.truth = truth
        self.judge_lean = False
        self.cues = 0
        self.oldest_cue_ms = 0
        self.longest_pulse_ms = 0
        self.overrun_ms = 0
        self.late_ends = 0
        self.lean_off_cdeg = 0
        self._is_cue = False
        self._on_ms = 0  # length of the requested pulses
        self._asked_ms = self._began_ms = 0
        app: Any = board.app  # its methods are wrapped
        self._cue, self._happened = app._cue, app._happened
        self._play, self._pulse = app.haptic.play, app.feedback.pulse
        self._set = board.motor.set
        app._cue, app._happened = self.cue, self.happened
        app.haptic.play, app.feedback.pulse = self.play, self.pulse
        vars(board.motor)["set"] = self.set
        if hasattr(board.motor, "cut"):
            self._cut = board.motor.cut
            vars(board.motor)["cut"] = self.cut

    def cue(self, sample: Any, now_ms: int) -> None:
        """Observe a cue requested by the pipeline; the clip may withhold it."""
        asked = self._asked_ms
        self._cue(sample, now_ms)
        if self._asked_ms != asked:
            self.cues += 1
            age_ms = ticks_diff(self.board.clock.ticks_ms(), sample.t_ms)
            self.oldest_cue_ms = max(self.oldest_cue_ms, age_ms)

    def happened(self, bits: int, sample: Any, now_ms: int) -> None:
        """Observe the pipeline's events for a sample."""
        self._happened(bits, sample, now_ms)
        if bits & pipeline.STEP and self.judge_lean and self.truth is not None:
            off_cdeg = abs(
                self.board.app.pipeline.stride.stride_lean_cdeg - self._true_cdeg(self.truth)
            )
            self.lean_off_cdeg = max(self.lean_off_cdeg, off_cdeg)

    def pulse(self, *arguments: int) -> None:
        """Observe a pulse that is not a cue."""
        self._pulse(*arguments)
        self._is_cue = False

    def play(self, now_ms: int, on_ms: int, off_ms: int, count: int, percent: int) -> None:
        """Observe the start of a pattern."""
        self._close()
        self._is_cue = True
        self._on_ms = on_ms
        self._asked_ms = self._began_ms = self._now_ms()
        self._play(now_ms, on_ms, off_ms, count, percent)

    def set(self, percent: int) -> None:
        """Observe the motor being switched."""
        if percent and not self.board.coin.is_on:
            self._began_ms = self._now_ms()
        if not percent:
            self._close()
        self._set(percent)

    def cut(self) -> None:
        """Observe the motor being stopped by its pin."""
        self._close()
        self._cut()

    def _true_cdeg(self, truth: Truth) -> int:
        """Return the true mean lean of the stride that ended with the last foot strike."""
        board = self.board
        since_ms = ticks_diff(board.clock.ticks_ms(), board.app.pipeline.steps.strike_ms)
        end_s = board.worn_s - since_ms / 1000
        stride_s = 2 * board.app.pipeline.steps.interval_ms / 1000
        return round(100 * truth.mean_lean_deg(end_s - stride_s, end_s))

    def _close(self) -> None:
        """Record the end of a pulse, if the motor is on."""
        if not self.board.coin.is_on:
            return
        length_ms = self._now_ms() - self._began_ms
        self.longest_pulse_ms = max(self.longest_pulse_ms, length_ms)
        self.overrun_ms = max(self.overrun_ms, length_ms - self._on_ms)
        self.late_ends += length_ms - self._on_ms > LATE_MS
        if self._is_cue:
            newest_ms = self.board.chip.newest_us // 1000
            self.oldest_cue_ms = max(self.oldest_cue_ms, self._now_ms() - newest_ms)

    def _now_ms(self) -> int:
        return self.board.sim_clock.now_ms()
