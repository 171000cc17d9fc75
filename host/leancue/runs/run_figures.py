"""The figures of a run for the therapist."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from leancore.coaching import coach
from leancore.runlog import records

from leancue.decoding.decisions import Decisions
from leancue.recordings.replay_summary import cue_counts, share, step_s
from leancue.runs.run_view import RunView
from leancue.runs.spans import Span, overlap_ms

_CORRECTING = (coach.LEAN_MORE, coach.EASE_OFF, coach.CAP)
_BACK_MOST_MS = 30_000
_LINE_MS = 5000  # median window of the line, or this part of the shown time if larger:
_LINE_PART = 360
_BREAK_MS = 2500  # no step for longer: the line is interrupted
_LINE_POINTS = 900
_UNFIT = records.STEP_GAP | records.STEP_SHAKEN

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Figures of a run, also stored in the library; None if not available.

    ``in_band*``: shares of the judged time, 0 to 1. ``back_s``: median time from a corrective cue
    to the first stride in band, over ``back`` of ``corrections`` such cues. ``drift_deg``: mean
    lean of the last third of the running minus that of the rest. ``fit_share``: share of steps that
    could be judged.
    """

    running_s: float
    mean_lean_deg: float | None
    cadence_spm: float | None
    in_band: float | None
    in_band_with_cues: float | None
    in_band_without_cues: float | None
    with_cues_s: float
    without_cues_s: float
    cues: dict[str, int]
    back_s: float | None
    back: int
    corrections: int
    drift_deg: float | None
    fit_share: float | None

    def numbers(self) -> dict[str, Any]:
        """Return these figures by name."""
        return {field.name: getattr(self, field.name) for field in fields(Numbers)}


@dataclass(frozen=True, kw_only=True)
class Figures(Numbers):
    """All figures of a run's report; shares are of its steps."""

    shaken_share: float
    gap_share: float
    clipped_share: float

    @property
    def cues_per_min(self) -> float:
        """Corrective cues per minute of running."""
        asked = self.cues["all"] - self.cues["back_in"]
        return asked / (self.running_s / 60) if self.running_s else 0.0


def figures(view: RunView) -> Figures:
    """Return the numbers of a run."""
    steps = view.decisions
    seconds = step_s(steps)
    judged = view.judged and len(seconds) > 0
    with_cues, without = steps.judged & steps.feedback, steps.judged & ~steps.feedback
    back_ms = _times_back_ms(steps)
    cadence = steps.cadence_cspm[steps.cadence_cspm > 0]
    return Figures(
        running_s=sum(spell.ms for spell in view.running) / 1000,
        mean_lean_deg=_mean_deg(steps.stride_lean_cdeg),
        cadence_spm=float(cadence.mean()) / 100 if len(cadence) else None,
        in_band=share(steps.in_band, steps.judged, seconds) if judged else None,
        in_band_with_cues=share(steps.in_band, with_cues, seconds) if judged else None,
        in_band_without_cues=share(steps.in_band, without, seconds) if view.probes else None,
        with_cues_s=float(seconds[with_cues].sum()),
        without_cues_s=sum(overlap_ms(probe, view.running) for probe in view.probes) / 1000,
        cues=cue_counts(steps),
        back_s=float(np.median([ms for ms in back_ms if ms])) / 1000 if any(back_ms) else None,
        back=sum(1 for ms in back_ms if ms),
        corrections=len(back_ms),
        drift_deg=_drift_deg(steps),
        fit_share=1 - _flag_share(steps, _UNFIT) if len(seconds) else None,
        shaken_share=_flag_share(steps, records.STEP_SHAKEN),
        gap_share=_flag_share(steps, records.STEP_GAP),
        clipped_share=_flag_share(steps, records.STEP_CLIPPED),
    )


def in_band(steps: Decisions, spell: Span) -> float | None:
    """Return the share of the judged time of ``spell`` in band; None without any."""
    within = (steps.step_t_ms >= spell.begin_ms) & (steps.step_t_ms < spell.end_ms)
    return share(steps.in_band, steps.judged & within, step_s(steps))


def _mean_deg(values: npt.NDArray[np.int64]) -> float | None:
    return float(values.mean()) / 100 if len(values) else None


def _flag_share(steps: Decisions, bits: int) -> float:
    return float((steps.flags & bits != 0).mean()) if len(steps.flags) else 0.0


def _times_back_ms(steps: Decisions) -> list[int]:
    """Return the time to return for each corrective cue; 0 = not before the next."""
    asked = [cue.t_ms for cue in steps.cues if cue.kind in _CORRECTING]
    inside = steps.step_t_ms[steps.in_band]
    found = []
    for i, t_ms in enumerate(asked):
        limit_ms = min(asked[i + 1] if i + 1 < len(asked) else 1 << 60, t_ms + _BACK_MOST_MS)
        at = int(np.searchsorted(inside, t_ms, "right"))
        back = at < len(inside) and inside[at] < limit_ms
        found.append(int(inside[at]) - t_ms if back else 0)
    return found


def _drift_deg(steps: Decisions) -> float | None:
    third = len(steps.stride_lean_cdeg) // 3
    if third < 30:
        return None
    early, late = steps.stride_lean_cdeg[: 2 * third], steps.stride_lean_cdeg[2 * third :]
    return float(late.mean() - early.mean()) / 100


def line_ms(shown_ms: int) -> int:
    """Return the median window of the line, longer if a long time is shown."""
    return max(_LINE_MS, shown_ms // _LINE_PART // 1000 * 1000)


def line(t_ms: npt.NDArray[np.int64], values: npt.NDArray[np.int64]) -> list[Floats]:
    """Return the median of ``values`` over ``line_ms`` as pieces [k, 2] of (time ms, value).

    A piece ends after a while without steps.
    """
    if not len(t_ms):
        return []
    grid_ms = max(int(t_ms[-1] - t_ms[0]) // _LINE_POINTS, 500)
    over_ms = line_ms(int(t_ms[-1] - t_ms[0]))
    breaks = np.flatnonzero(np.diff(t_ms) > _BREAK_MS) + 1
    return [
        _median_piece(t, v, grid_ms, over_ms)
        for t, v in zip(np.split(t_ms, breaks), np.split(values, breaks), strict=True)
        if len(t) > 1
    ]


def _median_piece(
    t_ms: npt.NDArray[np.int64], values: npt.NDArray[np.int64], grid_ms: int, over_ms: int
) -> Floats:
    at_ms = np.append(np.arange(t_ms[0], t_ms[-1], grid_ms), t_ms[-1])
    low = np.searchsorted(t_ms, at_ms - over_ms // 2)
    high = np.searchsorted(t_ms, at_ms + over_ms // 2, "right")
    medians = [float(np.median(values[i:j])) for i, j in zip(low, high, strict=True)]
    return np.column_stack([at_ms, medians])
