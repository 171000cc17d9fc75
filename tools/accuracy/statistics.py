"""Statistics over seeds: an item is the result of one seed, a number or a list of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from boards.sim.motion.quaternion import Floats

Items = Sequence[Any] | Floats
Statistic = Callable[[Items], float]
_RESAMPLES = 1000


def bootstrap(items: Items, statistic: Statistic) -> tuple[float, float]:
    """95 % percentile interval of a statistic over resampled items; nan for fewer than two."""
    if len(items) < 2:
        return math.nan, math.nan
    rng = np.random.default_rng(20)
    values = [
        statistic([items[i] for i in rng.integers(0, len(items), len(items))])
        for _ in range(_RESAMPLES)
    ]
    low, high = np.percentile(values, [2.5, 97.5], method="nearest")
    return float(low), float(high)


def pooled(items: Items) -> Floats:
    """All numbers of all seeds."""
    if not len(items):
        return np.zeros(0)
    return np.concatenate([np.atleast_1d(np.asarray(item, float)) for item in items])


def rms(items: Items) -> float:
    """Root of the mean square over all numbers of all seeds."""
    return float(np.sqrt(np.mean(pooled(items) ** 2)))


def mean(items: Items) -> float:
    """Mean over all numbers of all seeds."""
    return float(np.mean(pooled(items)))


def percentile(share: float) -> Statistic:
    """A percentile of numbers that may be infinite (for events that never happened)."""

    def statistic(items: Items) -> float:
        return float(np.percentile(pooled(items), share, method="higher"))

    return statistic


def share_within(limit: float) -> Statistic:
    """Percentage of the numbers that are at most `limit`."""
    return lambda items: float(100 * np.mean(pooled(items) <= limit))


def poisson_interval(count: int) -> tuple[float, float]:
    """95 % interval of a Poisson mean (Garwood 1936, doi 10.1093/biomet/28.3-4.437)."""
    low = _solve(lambda mean: 0.975 - poisson_cdf(count - 1, mean)) if count else 0.0
    return low, _solve(lambda mean: 0.025 - poisson_cdf(count, mean))


def poisson_cdf(count: int, mean: float) -> float:
    """Probability of at most `count` events."""
    logs = [k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(count + 1)]
    return min(sum(map(math.exp, logs)), 1.0)


def _solve(rising: Callable[[float], float]) -> float:
    """Zero of a function that rises; its argument is positive."""
    low, high = 1e-9, 1.0
    while rising(high) < 0:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return high


def longest(wrong: npt.NDArray[np.bool_]) -> int:
    """Place in the middle of the longest spell of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], wrong, [False]]))).reshape(-1, 2)
    if not len(edges):
        return 0
    first, end = edges[np.argmax(edges[:, 1] - edges[:, 0])]
    return int((first + end) // 2)
