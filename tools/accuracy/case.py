"""One run: the clip's signals, the truth, and the pipeline's output."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from boards.sim.motion.quaternion import Floats
from boards.sim.motion.track import Track, Truth
from tools.accuracy.feed import PipelineOutput

_SPAN_MAX_S = 1.2  # longer than any two running steps, so there was a pause


@dataclass(frozen=True)
class LeanTruth:
    """True lean `lean_deg` (N,) at `t_s` (N,); means over any spell by its running integral."""

    t_s: Floats
    lean_deg: Floats

    def means_deg(self, start_s: Floats, end_s: Floats) -> Floats:
        """Mean lean of each spell."""
        pieces = np.diff(self.t_s) * (self.lean_deg[1:] + self.lean_deg[:-1]) / 2
        total = np.concatenate([[0.0], np.cumsum(pieces)])
        whole = np.interp(end_s, self.t_s, total) - np.interp(start_s, self.t_s, total)
        return np.asarray(whole / (end_s - start_s))


@dataclass(frozen=True)
class Case:
    """`track`: what the clip reported; `strikes_s`: true foot strikes; `truth`: None where the
    recording has none."""

    track: Track
    lean: LeanTruth
    strikes_s: Floats
    heard: PipelineOutput
    truth: Truth | None = None

    @classmethod
    def synthetic(cls, track: Track, truth: Truth, heard: PipelineOutput) -> Case:
        """A case whose truth is complete."""
        return cls(track, LeanTruth(truth.t_s, truth.lean_deg), truth.strikes_s, heard, truth)

    def lean_errors_deg(self) -> tuple[Floats, Floats]:
        """Times of the logged steps, and their lean minus the truth over the same two steps."""
        t_s, lean_deg = self.heard.steps[:, 0], self.heard.steps[:, 1]
        if len(t_s) < 3:
            return np.zeros(0), np.zeros(0)
        start_s, end_s = t_s[:-2], t_s[2:]
        whole = end_s - start_s < _SPAN_MAX_S
        true_deg = self.lean.means_deg(start_s[whole], end_s[whole])
        return end_s[whole], lean_deg[2:][whole] - true_deg
