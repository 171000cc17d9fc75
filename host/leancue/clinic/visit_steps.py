"""The visit in five steps: the patient's action, the felt signals, and the next step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from leancue.language.words import N_

SEND, STAND, FEEL, RUN, PULL = range(5)


class VisitStep(NamedTuple):
    """A step of the visit: its name, the patient's action, the felt signals."""

    name: str
    does: str
    felt: str


NOTHING = N_("Nothing.")
STEPS = (
    VisitStep(
        N_("Send the prescription"), N_("Nothing yet: the clip is connected by cable."), NOTHING
    ),
    VisitStep(
        N_("Stand and bow"),
        N_(
            "Clips it on firmly at the lower back, stands upright and still, then bows from the "
            "hips."
        ),
        N_(
            "One tick at the start, two when the stand is measured, three for the bow. One long "
            "rough buzz: repeat, and stand still."
        ),
    ),
    VisitStep(
        N_("Feel the cues"),
        N_("Stands, and names each cue after feeling it."),
        N_(
            "In turn, weak to strong: one soft tick (back in the band), short pulses (lean "
            "more), one long pulse (ease off), two very long ones (cap)."
        ),
    ),
    VisitStep(
        N_("Run"),
        N_(
            "Runs as usual, on the cable for the live view or without it. Holds the button "
            "for 2 s at the end."
        ),
        N_(
            "One soft tick when the clip detects running; cues as planned; two soft ticks when the "
            "run is saved."
        ),
    ),
    VisitStep(
        N_("Pull the runs"), N_("Returns the clip; it is connected by cable again."), NOTHING
    ),
)


@dataclass
class VisitLog:
    """Actions with one clip since this program started: text by step, shared by all tabs."""

    happened: dict[int, str] = field(default_factory=dict)

    def note(self, step: int, words: str) -> None:
        """Record a step's result; later steps become open again."""
        for later in range(step, len(STEPS)):
            self.happened.pop(later, None)
        self.happened[step] = words


def next_step(*, as_prescribed: bool, ready: bool, new_runs: int, log: VisitLog) -> int:
    """Return which step is next.

    Args:
        as_prescribed: whether the clip holds the newest prescription of the patient.
        ready: whether the clip is calibrated.
        new_runs: runs on the clip that are not here yet: they come first, so that none is lost.
        log: the actions of this visit.
    """
    if new_runs:
        return PULL
    if not as_prescribed:
        return SEND
    if not ready:
        return STAND
    return RUN if FEEL in log.happened or RUN in log.happened else FEEL
