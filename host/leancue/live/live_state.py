"""State of a live runner, and its output for programs."""

from __future__ import annotations

import time
from typing import Any

from leancue.basis import terminal
from leancue.live.run_state import RunnerState


class LiveState(RunnerState):
    """As in the demo, with texts for a real person."""

    def _not_running(self) -> str:
        return f"Not running, no cues. Lean {self.lean_cdeg / 100:.1f}°."

    def pace(self) -> str:
        """Return nothing: this is real time."""
        return ""

    @property
    def seen_s(self) -> float:
        """Seconds since the view began."""
        return time.monotonic() - self._began_s


class JsonView:
    """One line of JSON on stdout for each moment, in the clip's own names and units."""

    def __init__(self) -> None:
        self.state: RunnerState = LiveState()

    def step(self, text: str) -> None:
        """Nothing: programs read only moments."""

    def began(self) -> None:
        """Nothing."""

    def frame(self, frame: dict[str, int]) -> None:
        """Print a moment."""
        terminal.say_json(frame, indent=None)

    def ended(self, over: dict[str, Any]) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing to release."""
