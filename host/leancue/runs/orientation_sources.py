"""The source of a run's orientation: LeanCue's own, or the sensor chip's as a fallback.

The log of a run does not contain it; the verification does, because it runs the selector again
(``shared/docs/orientation.md``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from leancore.attitude.orientation_selector import BOTH, CHIP, OWN

from leancue.language.words import N_
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.spans import Span, overlap_ms

Floats = npt.NDArray[np.float64]
Change = tuple[int, int]

OWN_WORDS, CHIP_WORDS = N_("LeanCue's own"), N_("the sensor chip's")
_NAMES = {OWN: OWN_WORDS, CHIP: CHIP_WORDS}
_ALWAYS_MS = 1 << 40
ERROR_DEG = {OWN_WORDS: METHOD_ERROR.own_deg, CHIP_WORDS: METHOD_ERROR.chip_deg}


@dataclass(frozen=True)
class Sources:
    """The source of the vertical. ``spells``: times on the run's axis, in order, each with
    ``OWN_WORDS`` or ``CHIP_WORDS``; other times are unknown.
    """

    spells: tuple[Span, ...] = ()

    def seconds(self, what: str, running: Sequence[Span]) -> float:
        """Return the running time with source ``what``."""
        mine = [spell for spell in self.spells if spell.what == what]
        return sum(overlap_ms(spell, running) for spell in mine) / 1000

    def error_deg(self, running: Sequence[Span]) -> float:
        """Return the error of a mean lean: each source's error, weighted by its time."""
        seconds = {what: self.seconds(what, running) for what in ERROR_DEG}
        whole = sum(seconds.values())
        if not whole:
            return METHOD_ERROR.own_deg
        return sum(ERROR_DEG[what] * seconds[what] for what in seconds) / whole

    def errors_deg(self, t_ms: npt.NDArray[np.float64] | npt.NDArray[np.int64]) -> Floats:
        """Return the error of the lean at each time [n]."""
        errors = np.full(len(t_ms), METHOD_ERROR.own_deg)
        for spell in self.spells:
            errors[(t_ms >= spell.begin_ms) & (t_ms < spell.end_ms)] = ERROR_DEG[spell.what]
        return errors


def sources(mode: int, changes: Sequence[Change], until_ms: int) -> Sources:
    """Return the sources of a run.

    Args:
        mode: the setting ``orientation``; only ``BOTH`` lets them change.
        changes: (ms, source from then on); empty = not known.
        until_ms: end of the known changes.
    """
    if mode != BOTH:
        return Sources((Span(-_ALWAYS_MS, _ALWAYS_MS, _NAMES[mode]),))
    ends_ms = [at_ms for at_ms, _source in changes[1:]] + [until_ms]
    return Sources(
        tuple(
            Span(at_ms, end_ms, _NAMES[source])
            for (at_ms, source), end_ms in zip(changes, ends_ms, strict=False)
        )
    )


def changes_of(t_ms: npt.NDArray[np.int64], source: npt.NDArray[np.int64]) -> list[Change]:
    """Return the changes of ``source`` [n], as (ms, source from then on)."""
    if not len(t_ms):
        return []
    first = np.concatenate(([0], np.flatnonzero(np.diff(source)) + 1))
    return list(zip(t_ms[first].tolist(), source[first].tolist(), strict=True))
