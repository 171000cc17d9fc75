"""A simulated clip on a bench, a simulated operator, and its commissioning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leancue.clip.client import Client
from leancue.commissioning import guided_check, rules
from leancue.commissioning.facts import Facts
from leancue.commissioning.guided_check import BRIGHT
from leancue.transports.base import Transport

from boards.sim.board import SimBoard
from boards.sim.motion.bench_motion import OnTheBench
from boards.sim.shaker import Shaker

_PASS_S = 0.02
_SETTLE_S = 1.0


class Cable(Transport):
    """To a board in memory; its time goes on while the desk waits, and only then."""

    name = "a cable in memory"

    def __init__(self, board: SimBoard) -> None:
        self._board = board

    def write(self, data: bytes) -> None:
        """See Transport."""
        self._board.port.host_write(data)

    def read(self, timeout_s: float) -> bytes:
        """See Transport."""
        self._board.forward(_PASS_S)
        return bytes(self._board.port.host_read())

    def close(self) -> None:
        """Nothing to give back."""


@dataclass
class Bench:
    """A clip, what it lies on, and its motor. ``options``: of `SimBoard`.

    ``turns``: whether the person turns it over; ``finger``: whether they press.
    """

    folder: Path
    options: dict[str, Any] = field(default_factory=dict)
    motion: OnTheBench = field(default_factory=OnTheBench)
    shaker: Shaker = field(default_factory=Shaker)
    turns: bool = True
    finger: bool = True

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.board = SimBoard(self.motion, self.folder, shaker=self.shaker, **self.options)
        self.board.on_usb = True

    def starts(self) -> None:
        """Power on, with whatever was changed meanwhile."""
        self.board.power_cycle()
        self.board.forward(2.0)

    # As ``guided_check.Operator``.

    def told(self, text: str) -> None:
        """Nobody reads it."""

    def lays(self, posture: str, text: str) -> bool:
        """Turn it over."""
        if not self.turns:
            return False
        self.motion.posture = posture
        self.board.forward(_SETTLE_S)
        return True

    def presses(self, text: str) -> bool:
        """Press in a moment."""
        if self.finger:
            self.board.press(0.3, 0.2)
        return True

    def sees(self, text: str, show: Callable[[], None]) -> str | None:
        """Tell what was lit."""
        seen = len(self.board.light.changes)
        show()
        lit = [light[1:] for light in self.board.light.changes[seen:]]
        shown = [light.index(BRIGHT) for light in lit if sorted(light) == [0, 0, BRIGHT]]
        if not shown:
            return "n"
        return "y" if shown[:3] == [0, 1, 2] else "o"

    def checked(self) -> tuple[Facts, list[rules.Finding]]:
        """The whole check."""
        with Client(Cable(self.board)) as client:
            hello = client.hello()
            facts = guided_check.gathered(
                client, self, hello.uid, hello.board, self.board.sim_clock.monotonic
            )
        return facts, rules.findings(facts)
