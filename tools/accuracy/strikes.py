"""Pairing of detected foot strikes with the true ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from boards.sim.motion.quaternion import Floats
from tools.accuracy.statistics import Items

_SKIPPED = 2  # contacts at the beginning of a spell
_TAIL_S = 0.2  # a strike this close to the end may not be detected yet


@dataclass(frozen=True)
class Match:
    """Strikes of one spell: pairs (K, 2) of true and detected ones, in s, and those unpaired."""

    pairs: Floats
    missed: Floats
    invented: Floats
    count: int

    @property
    def cadence_error_percent(self) -> float:
        """Detected minus true cadence, between the first and the last matched strike."""
        if len(self.pairs) < 3:
            return float("nan")
        true_s, ours_s = self.pairs[-1] - self.pairs[0]
        return float(100 * (true_s / ours_s - 1))

    @property
    def wrong_s(self) -> Floats:
        """Times of missed and false strikes."""
        return np.concatenate([self.missed, self.invented])


def match(true_s: Floats, ours_s: Floats, end_s: float) -> Match:
    """Pair strikes that are nearest to each other and closer than half a step.

    A constant lag between contact and detected strike is corrected. The first contacts of the spell
    and strikes in its last moments are left out.
    """
    if len(true_s) < _SKIPPED + 2:
        return Match(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 0)
    half_s = float(np.median(np.diff(true_s))) / 2
    start_s, end_s = true_s[_SKIPPED] - half_s, end_s - _TAIL_S
    wanted = true_s[(true_s > start_s) & (true_s < end_s)]
    moved = ours_s - _lag_s(true_s, ours_s, half_s)
    partner = _partners(wanted, moved, half_s)
    spare = np.setdiff1d(np.arange(len(moved)), partner)
    inside = (moved[spare] > start_s) & (moved[spare] < end_s - half_s)
    paired = partner >= 0
    pairs = np.column_stack([wanted[paired], ours_s[partner[paired]]])
    return Match(pairs, wanted[~paired], moved[spare][inside], len(wanted))


def wrong_percent(items: Items) -> float:
    """Missed and false strikes as a share of all true ones; an item is a list of matches."""
    matches = [match for item in items for match in item]
    wrong = sum(len(match.wrong_s) for match in matches)
    return 100 * wrong / max(sum(match.count for match in matches), 1)


def _partners(wanted: Floats, moved: Floats, half_s: float) -> np.ndarray:
    """For each true strike the index of the detected one, or -1; none is used twice."""
    partner = np.full(len(wanted), -1)
    used: set[int] = set()
    for i, t_s in enumerate(wanted):
        near = int(np.argmin(np.abs(moved - t_s))) if len(moved) else -1
        if near >= 0 and near not in used and abs(moved[near] - t_s) < half_s:
            used.add(near)
            partner[i] = near
    return partner


def _lag_s(true_s: Floats, ours_s: Floats, half_s: float) -> float:
    """Median time from a true strike to the detected one."""
    if not len(ours_s):
        return 0.0
    lags = np.array([ours_s[np.argmin(np.abs(ours_s - t_s))] - t_s for t_s in true_s])
    close = lags[np.abs(lags) < half_s]
    return float(np.median(close)) if len(close) else 0.0
