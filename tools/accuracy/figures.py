"""The bench's output: figures with their 95 % interval, goal, and whether it is reached."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from tools.accuracy.case import Case
from tools.accuracy.statistics import Items, Statistic, bootstrap, poisson_interval


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    `key`: for programs; `name`: for people. `at_most` or `at_least`: the goal; neither: for
    information. `value` None: no data; `note` says why. `low`, `high`: 95 %
    interval over seeds.
    """

    part: str
    key: str
    name: str
    value: float | None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None without goal or value."""
        if self.value is None or (self.at_most is None and self.at_least is None):
            return None
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most
        return low <= self.value <= high

    def as_dict(self) -> dict[str, Any]:
        """For JSON; values that are not numbers become null."""
        row: dict[str, Any] = {**asdict(self), "reached": self.reached}
        for key in ("value", "low", "high"):
            number = row[key]
            row[key] = round(number, 5) if number is not None and math.isfinite(number) else None
        return row


@dataclass(frozen=True)
class Worst:
    """A case for a person to look at: `case()` makes it again, `t_s` is where to look."""

    title: str
    case: Callable[[], Case]
    t_s: float
    span_s: float = 2.5


@dataclass
class Result:
    """What one part of the bench found; `worst` are drawn on request, `details` go into a file."""

    figures: list[Figure] = field(default_factory=list)
    worst: list[Worst] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)


class Sheet:
    """Collects the figures of one part."""

    def __init__(self, part: str) -> None:
        self.part, self.result = part, Result()

    def plain(
        self, key: str, name: str, value: float | None, unit: str = "", /, **more: Any
    ) -> None:
        """A figure without an interval."""
        self.result.figures.append(Figure(self.part, key, name, value, unit, **more))

    def over_seeds(
        self,
        key: str,
        name: str,
        items: Items,
        statistic: Statistic,
        unit: str = "",
        /,
        **more: Any,
    ) -> None:
        """A figure whose interval comes from resampling the seeds (one item each)."""
        if not len(items):
            self.plain(key, name, None, unit, **{**more, "note": "no data"})
            return
        low, high = bootstrap(items, statistic)
        self.plain(key, name, statistic(items), unit, low=low, high=high, **more)

    def rate(self, key: str, name: str, count: int, size: float, unit: str, /, **more: Any) -> None:
        """Events per size (hours), with the interval of a Poisson count."""
        low, high = (edge / size for edge in poisson_interval(count))
        self.plain(key, name, count / size, unit, low=low, high=high, **more)

    def total(self, key: str, name: str, items: Items, unit: str, /, **more: Any) -> None:
        """A total; the goal is 0 unless another one is given."""
        goal = {"at_most": 0.0, **more}
        self.over_seeds(key, name, items, lambda some: float(sum(some)), unit, **goal)

    def worst(self, title: str, case: Callable[[], Case], t_s: float, span_s: float = 2.5) -> None:
        """Mark a case to be drawn."""
        self.result.worst.append(Worst(title, case, t_s, span_s))
