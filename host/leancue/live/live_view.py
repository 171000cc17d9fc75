"""Two live views: a picture on a terminal, lines elsewhere."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from leancue.basis import terminal
from leancue.live.run_picture import clock, picture
from leancue.live.run_state import CUE_FEELS, RunnerState

_FRAME_S = 0.12


class TerminalView:
    """Shows the demo, or a live runner (``state_class``), with rich."""

    def __init__(self, state_class: type[RunnerState] = RunnerState) -> None:
        self._state_class = state_class
        self.state = state_class()
        self._live: Live | None = None
        self._drawn_s = 0.0

    def step(self, text: str) -> None:
        """A step is done."""
        Console(highlight=False).print(Text("✓ ", style="green") + Text(text))

    def began(self) -> None:
        """Open the live picture."""
        self.state = self._state_class()
        self._live = Live(console=Console(stderr=True), auto_refresh=False)
        self._live.start()

    def frame(self, frame: dict[str, int]) -> None:
        """Take a frame; redraw at a visible rate, not for each."""
        self.state.take(frame)
        if time.monotonic() - self._drawn_s >= _FRAME_S:
            self._draw()

    def ended(self, over: dict[str, Any]) -> None:
        """Leave the last picture on the screen."""
        self.state.over = over
        self._draw()
        self.close()

    def close(self) -> None:
        """Restore the terminal."""
        if self._live:
            self._live.stop()
            self._live = None

    def _draw(self) -> None:
        if self._live:
            self._live.update(picture(self.state, *self._live.console.size), refresh=True)
        self._drawn_s = time.monotonic()


class PlainView:
    """Shows the demo as lines: the steps as the answer, cues and changes beside it."""

    def __init__(self, state_class: type[RunnerState] = RunnerState) -> None:
        self._state_class = state_class
        self.state = state_class()
        self._told = ""
        self._running = False

    def step(self, text: str) -> None:
        """A step is done."""
        terminal.say(text)

    def began(self) -> None:
        """The wearer begins."""
        self.state = self._state_class()

    def frame(self, frame: dict[str, int]) -> None:
        """Print the cues, and events outside running."""
        state = self.state
        state.take(frame)
        cue = state.fresh_cue() if frame.get("cue") else None
        if cue:
            self._tell(f"{state.sentence()} {CUE_FEELS[cue[1]]} ({cue[2]} ms).")
        elif state.running != self._running or not state.running:
            self._tell(state.sentence())
        self._running = state.running

    def _tell(self, text: str) -> None:
        if text != self._told:
            terminal.note(f"{clock(self.state.run_ms)} {text}")
        self._told = text

    def ended(self, over: dict[str, Any]) -> None:
        """Print a summary."""
        self.state.over = over
        terminal.note(f"{self.state.sentence()} {self.state.pace()}.")

    def close(self) -> None:
        """Nothing to release."""
