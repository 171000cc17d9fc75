"""The chart of a run or part of it: zoomed in, each point covers fewer steps."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from leancue.decoding.decisions import Decisions
from leancue.report.run_chart import LEFT, RIGHT, Chart
from leancue.report.svg import Scale
from leancue.runs.run_figures import line
from leancue.runs.run_view import RunView
from leancue.runs.spans import Span

LEAST_S = 10.0


class Window(NamedTuple):
    """A part of the run, in seconds on its axis."""

    begin_s: float
    end_s: float

    def moved(self, share: float, whole_s: float) -> Window:
        """Return it moved by a share of its length, within the run."""
        length = self.end_s - self.begin_s
        begin = min(max(self.begin_s + share * length, 0.0), whole_s - length)
        return Window(begin, begin + length)

    def scaled(self, factor: float, whole_s: float) -> Window:
        """Return it longer or shorter about its middle, within the run."""
        length = min(max((self.end_s - self.begin_s) * factor, LEAST_S), whole_s)
        middle = (self.begin_s + self.end_s) / 2
        begin = min(max(middle - length / 2, 0.0), whole_s - length)
        return Window(begin, begin + length)


class ZoomedChart(Chart):
    """Part of a run with the scales of the whole run, so that only time changes."""

    def __init__(self, whole: Chart, window: Window) -> None:
        """``whole``: the chart of the whole run."""
        self.view = part_of(whole.view, window)
        steps = self.view.decisions
        self.lean = line(steps.step_t_ms, steps.stride_lean_cdeg)
        self.cadence = line(steps.step_t_ms, steps.cadence_cspm)
        self.time = Scale(window.begin_s, window.end_s, LEFT, RIGHT)
        self.degrees, self.spm = whole.degrees, whole.spm


def part_of(view: RunView, window: Window) -> RunView:
    """Return what lies in the window."""
    return replace(
        view,
        decisions=_decisions(view.decisions, window),
        spells=_cut(view.spells, window),
        probes=_cut(view.probes, window),
        holds=_cut(view.holds, window),
        moments=tuple(m for m in view.moments if _inside(m.t_ms, window)),
    )


def _decisions(whole: Decisions, window: Window) -> Decisions:
    t_s = whole.step_t_ms / 1000
    inside = (t_s >= window.begin_s) & (t_s <= window.end_s)
    cues = tuple(cue for cue in whole.cues if _inside(cue.t_ms, window))
    return replace(whole.part(inside), cues=cues)


def _inside(t_ms: float, window: Window) -> bool:
    return window.begin_s <= t_ms / 1000 <= window.end_s


def _cut(spells: tuple[Span, ...], window: Window) -> tuple[Span, ...]:
    begin_ms, end_ms = round(window.begin_s * 1000), round(window.end_s * 1000)
    cut = (replace(s, begin_ms=max(s.begin_ms, begin_ms), end_ms=min(s.end_ms, end_ms))
           for s in spells)  # fmt: skip
    return tuple(spell for spell in cut if spell.ms > 0)
