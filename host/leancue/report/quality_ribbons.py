"""Ribbons under the chart of a run: quality of the steps, and source of the vertical."""

from __future__ import annotations

from html import escape

import numpy as np
from leancore.runlog.records import STEP_GAP, STEP_SHAKEN

from leancue.decoding.decisions import Decisions
from leancue.language.formats import decimal
from leancue.language.words import _
from leancue.report.svg import Scale, tag
from leancue.runs.orientation_sources import CHIP_WORDS
from leancue.runs.run_view import RunView, fault_words
from leancue.runs.spans import Moment, clock

OWN_FILL, CHIP_FILL, FIT_FILL, INK = "#8fa3b3", "#E69F00", "#8fa3b3", "#1d2733"
_BIN_MS = 5000
_THIN = 0.4  # of the ribbon's height, while ours is the source


def fit(steps: Decisions, time: Scale, top: float, end: float) -> str:
    """Return a ribbon with the share of usable steps as its height, every 5 s."""
    bins = steps.step_t_ms // _BIN_MS
    good = steps.flags & (STEP_GAP | STEP_SHAKEN) == 0
    path: list[tuple[str, float]] = []
    numbers, which = np.unique(bins, return_inverse=True)
    shares = np.bincount(which, good) / np.bincount(which)
    for number, share in zip(numbers.tolist(), shares.tolist(), strict=True):
        y = end - share * (end - top)
        begin, over = (time.held((number + i) * _BIN_MS / 1000) for i in (0, 1))
        joined = bool(path) and path[-1][1] == begin
        path.append(
            (f"L{begin:.1f} {y:.1f}" if joined else f"V{end}M{begin:.1f} {end}V{y:.1f}", over)
        )
    edges = "".join(f"{edge}H{over:.1f}" for edge, over in path).removeprefix(f"V{end}")
    return tag("path", d=f"{edges}V{end}", fill=FIT_FILL) if edges else ""


def up(view: RunView, time: Scale, top: float, end: float) -> str:
    """Return the source of the vertical: thin for ours, high for the chip.

    With a cross for every fault of the clip.
    """
    parts = []
    for spell in view.sources.spells:
        chip = spell.what == CHIP_WORDS
        x = time.held(spell.begin_ms / 1000)
        width = time.held(spell.end_ms / 1000) - x
        if width <= 0:
            continue
        high = (end - top) * (1 if chip else _THIN)
        title = tag(
            "title",
            escape(
                _(
                    "direction of up: {whose}, {seconds} s",
                    whose=_(spell.what),
                    seconds=decimal(spell.ms / 1000, 0),
                )
            ),
        )
        parts.append(tag("rect", title, x=x, y=end - high, width=max(width, 1.5) if chip else width,
                         height=high, fill=CHIP_FILL if chip else OWN_FILL))  # fmt: skip
    middle = (top + end) / 2
    parts += [_moment(moment, time.held(moment.t_ms / 1000), middle) for moment in view.moments]
    return "".join(parts)


def _moment(moment: Moment, x: float, y: float) -> str:
    words = tag("title", escape(f"{clock(moment.t_ms)}: {fault_words(moment.fault)}"))
    return tag("g", words + moment_mark(x, y))


def moment_mark(x: float, y: float) -> str:
    """Return the cross of a fault."""
    path = "".join(f"M{x - 5:.1f} {y + side * 5:.1f}L{x + 5:.1f} {y - side * 5:.1f}" for side in
                   (1, -1))  # fmt: skip
    back = tag("path", d=path, stroke="white", stroke_width=4.5, fill="none")
    return back + tag("path", d=path, stroke=INK, stroke_width=2, fill="none")
