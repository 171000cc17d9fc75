"""The chart of a run: cues, lean against the band, cadence and quality on one time axis."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import numpy as np
from leancore.coaching import coach
from leancore.coaching.session_plan import UNMEASURED

from leancue.language.words import _
from leancue.report import quality_ribbons
from leancue.report.sentences import CUE_WORDS, error, number, percent, plus_minus, reference
from leancue.report.svg import FONTS, Point, Scale, dots, points, px, tag, text
from leancue.runs.run_figures import Floats, in_band, line
from leancue.runs.run_view import RunView
from leancue.runs.spans import Span, clock

# Okabe & Ito 2008, https://jfly.uni-koeln.de/color/: distinguishable with colour blindness.
BLUE, GREEN, ORANGE, VERMILION, PURPLE = "#0072B2", "#009E73", "#E69F00", "#D55E00", "#CC79A7"
INK, QUIET, FAINT, PROBE, HELD = "#1d2733", "#5b6875", "#e3e8ed", "#f7f2e6", "#f3dfe9"

WIDTH = 1000
LEFT, RIGHT = 70, 886
CUES_Y, BACK_Y = 12, 33
LEAN_TOP, LEAN_END = 74, 364
CADENCE_TOP, CADENCE_END = 400, 468
QUALITY_TOP, QUALITY_END = 498, 518
UP_TOP, UP_END = 548, 564
HEIGHT = 618

_NOTHING = np.zeros(1)
_STYLE: dict[str, Any] = {"font_size": 15, "fill": QUIET}

# Each kind of cue has its own shape as well as colour.
CUE_COLOURS = {
    coach.LEAN_MORE: ORANGE,
    coach.EASE_OFF: PURPLE,
    coach.CAP: VERMILION,
    coach.BACK_IN: GREEN,
}


def mark(kind: int, x: float, y: float) -> str:
    """Return the mark of a cue around a point."""
    colour = CUE_COLOURS[kind]
    if kind == coach.BACK_IN:
        return tag("circle", cx=x, cy=y, r=3.6, fill="white", stroke=colour, stroke_width=2)
    corners = {
        coach.LEAN_MORE: ((0, -7), (7, 6), (-7, 6)),
        coach.EASE_OFF: ((0, 7), (7, -6), (-7, -6)),
        coach.CAP: ((0, -8), (8, 0), (0, 8), (-8, 0)),
    }[kind]
    return tag("polygon", points=points((x + dx, y + dy) for dx, dy in corners), fill=colour)


class Chart:
    """Draws one run; ``picture`` is SVG, ``hover`` the values along the lean's line."""

    def __init__(self, view: RunView) -> None:
        self.view = view
        steps = view.decisions
        self.lean = line(steps.step_t_ms, steps.stride_lean_cdeg)
        self.cadence = line(steps.step_t_ms, steps.cadence_cspm)
        self.time = Scale(0, max(view.end_ms, 1000) / 1000, LEFT, RIGHT)
        self.degrees = Scale(*self._lean_range(), LEAN_END, LEAN_TOP)
        self.spm = Scale(*self._cadence_range(), CADENCE_END, CADENCE_TOP)

    def _lean_range(self) -> tuple[float, float]:
        """Return the whole degrees that show the line, its error, the band and the cap."""
        view = self.view
        values = [piece[:, 1] / 100 for piece in self.lean] or [
            view.decisions.stride_lean_cdeg / 100
        ]
        low, high = np.percentile(np.concatenate(values), [0.5, 99.5]).tolist()
        low, high = low - view.error_deg, high + view.error_deg
        if view.judged:
            low = min(low, view.plan.low_cdeg / 100 - 2)
            high = max(high, view.plan.cap_cdeg / 100 + (3 if view.probes else 1))
        return float(np.floor(low)), float(np.ceil(high))

    def _cadence_range(self) -> tuple[float, float]:
        if not self.cadence:
            return 150.0, 190.0
        values = np.concatenate([piece[:, 1] for piece in self.cadence]) / 100
        middle = float(np.median(values))
        reach = max(float(np.abs(values - middle).max()), 8.0)
        return float(np.floor((middle - reach) / 5) * 5), float(np.ceil((middle + reach) / 5) * 5)

    def picture(self) -> str:
        """Return the picture."""
        parts = [
            self._clip(), self._time_lines(), self._spells(), self._time_axis(), self._lean_axis(),
            self._band(), self._lean(), self._cues(), self._cadence(), self._ribbons(),
            tag("g", id="pointer"),
        ]  # fmt: skip
        label = _("Lean at the lower back over time, with band, cues, cadence, quality and source")
        return tag(
            "svg", "".join(parts), id="chart", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img",
            aria_label=label, font_family=FONTS, xmlns="http://www.w3.org/2000/svg",
        )  # fmt: skip

    @staticmethod
    def _clip() -> str:
        area = tag("rect", x=LEFT, y=LEAN_TOP, width=RIGHT - LEFT, height=LEAN_END - LEAN_TOP)
        lines = tag("path", d="M0 8L8 0", stroke="#c3ccd4", stroke_width=1.4)
        hatch = tag("pattern", lines, id="hatch", width=8, height=8, patternUnits="userSpaceOnUse")
        return tag("defs", tag("clipPath", area, id="lean-area") + hatch)

    def _spells(self) -> str:
        """Shade times without cues and hatch breaks, through all charts."""
        return "".join(self._column(*column) for column in self._columns())

    def _columns(self) -> Iterator[tuple[Span, str, str]]:
        """Yield spans, their fill, and their label."""
        for probe in self.view.probes:
            share = in_band(self.view.decisions, probe)
            held = "" if share is None else _("in band {share}", share=percent(share))
            yield probe, PROBE, held
        for hold in self.view.holds:
            yield hold, HELD, ""
        for spell in self.view.spells:
            if spell.what != "run" and spell.begin_ms < self.view.end_ms:
                yield spell, "url(#hatch)", ""

    def _edges(self, spell: Span) -> tuple[float, float]:
        """Return where a span begins, and how wide it is."""
        x = self.time.held(spell.begin_ms / 1000)
        return x, self.time.held(spell.end_ms / 1000) - x

    def _column(self, spell: Span, fill: str, more: str) -> str:
        x, width = self._edges(spell)
        if width <= 0:
            return ""
        words = _(spell.what)
        said = ", ".join(filter(None, (words, f"{spell.ms / 1000:.0f} s", more)))
        title = tag("title", escape(said))
        height = CADENCE_END - LEAN_TOP
        out = tag("rect", title, x=x, y=LEAN_TOP, width=width, height=height, fill=fill)
        for row, label in enumerate((words, more)):
            if label and width > 8 * len(label):
                out += text(x + width / 2, LEAN_TOP + 16 + 17 * row, label, text_anchor="middle",
                            font_size=14, fill=QUIET)  # fmt: skip
        return out

    def _time_scale(self) -> tuple[Scale, str]:
        """Return the scale of the time in its unit, and the unit."""
        unit, per = ("min", 60.0) if self.time.high > 150 else ("s", 1.0)
        return Scale(self.time.low / per, self.time.high / per, LEFT, RIGHT), unit

    def _time_lines(self) -> str:
        """Draw the grid below everything else, so that it does not cross the labels of columns."""
        scale, _unit = self._time_scale()
        return "".join(
            tag("line", x1=scale(value), x2=scale(value), y1=LEAN_TOP, y2=CADENCE_END, stroke=FAINT)
            for value in scale.ticks(10)
        )

    def _time_axis(self) -> str:
        scale, unit = self._time_scale()
        parts = []
        for value in scale.ticks(10):
            words = f"{value:.2f}".rstrip("0").rstrip(".")
            parts.append(text(scale(value), UP_END + 22, words, text_anchor="middle", **_STYLE))
        middle = (LEFT + RIGHT) / 2
        name = _("time since the run began, {unit}", unit=unit)
        parts.append(text(middle, HEIGHT - 8, name, text_anchor="middle", **_STYLE))
        return "".join(parts)

    def _level(self, cdeg: int, words: str, colour: str, dash: str = "") -> str:
        y = self.degrees(cdeg / 100)
        if not LEAN_TOP <= y <= LEAN_END:
            return ""
        rule = tag("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, stroke=colour, stroke_width=1.5,
                   stroke_dasharray=dash or "none")  # fmt: skip
        return rule + text(RIGHT + 8, y + 5, words, font_size=15, fill=INK)

    def _band(self) -> str:
        view = self.view
        parts = []
        own = view.prescription["baseline_cdeg"]
        if own != UNMEASURED:
            parts.append(self._level(own, f"own {number(own / 100)}°", "#9aa5af", "2 5"))
        if view.judged:
            low, high = view.plan.low_cdeg, view.plan.high_cdeg
            top, end = self.degrees.held(high / 100), self.degrees.held(low / 100)
            parts.append(
                tag("rect", x=LEFT, y=top, width=RIGHT - LEFT, height=end - top, fill=GREEN,
                    fill_opacity=0.16)
            )  # fmt: skip
            parts.append(self._level(high, f"{number(high / 100)}°", GREEN))
            parts.append(self._level(low, f"{number(low / 100)}°", GREEN))
            cap = view.plan.cap_cdeg
            parts.append(
                self._level(cap, _("cap {lean}°", lean=number(cap / 100)), VERMILION, "9 5")
            )
        return "".join(parts)

    def _lean_axis(self) -> str:
        name = _(
            "lean at the lower back, {reference}, {error}",
            reference=reference(self.view),
            error=error(self.view),
        )
        parts = [text(LEFT, LEAN_TOP - 8, name, font_size=15, fill=INK)]
        for value in self.degrees.ticks(7):
            y = self.degrees(value)
            parts.append(tag("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, stroke=FAINT))
            words = f"{number(value, 0)}°"
            parts.append(text(LEFT - 8, y + 5, words, text_anchor="end", **_STYLE))
        return "".join(parts)

    def _lean(self) -> str:
        """Every step as a light dot, the median as a line, the error of the method around it."""
        steps = self.view.decisions
        strides = np.column_stack(
            [
                self.time.each(steps.step_t_ms / 1000),
                self.degrees.each(steps.stride_lean_cdeg / 100),
            ]
        )
        parts = [self._error_area(piece) for piece in self.lean]
        parts.append(tag("path", d=dots(strides), stroke=BLUE, stroke_width=2.6, fill="none",
                         stroke_linecap="round", stroke_opacity=0.3))  # fmt: skip
        for piece in self.lean:
            where = points(self._on_chart(piece, _NOTHING))
            parts.append(tag("polyline", points=where, fill="none", stroke=BLUE,
                             stroke_width=2.4, stroke_linejoin="round"))  # fmt: skip
        return tag("g", "".join(parts), clip_path="url(#lean-area)")

    def _on_chart(self, piece: Floats, more_deg: Floats) -> list[Point]:
        rows = np.column_stack([piece[:, 0] / 1000, piece[:, 1] / 100 + more_deg]).tolist()
        return [(self.time(t_s), self.degrees(deg)) for t_s, deg in rows]

    def _error_area(self, piece: Floats) -> str:
        errors_deg = self.view.sources.errors_deg(piece[:, 0])
        above = self._on_chart(piece, errors_deg)
        below = self._on_chart(piece, -errors_deg)
        where = points(above + below[::-1])
        return tag("polygon", points=where, fill=BLUE, fill_opacity=0.10)

    def _cues(self) -> str:
        """Corrective cues in the upper row, the confirming tick in the lower."""
        parts = []
        for y, name in ((CUES_Y, _("cues")), (BACK_Y, _("back in"))):
            parts.append(text(LEFT - 8, y + 5, name, text_anchor="end", **_STYLE))
            parts.append(tag("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, stroke=FAINT))
        for cue in self.view.decisions.cues:
            words = _(
                "{cue} at {at}, {duration} ms, lean {lean}° {error}",
                cue=_(CUE_WORDS[cue.kind]),
                at=clock(cue.t_ms),
                duration=cue.duration_ms,
                lean=number(cue.stride_lean_cdeg / 100),
                error=self._error_at(cue.t_ms),
            )
            y = BACK_Y if cue.kind == coach.BACK_IN else CUES_Y
            shape = mark(cue.kind, self.time(cue.t_ms / 1000), y)
            parts.append(tag("g", tag("title", escape(words)) + shape))
        return "".join(parts)

    def _cadence(self) -> str:
        parts = [text(LEFT, CADENCE_TOP - 8, _("cadence, steps/min"), font_size=15, fill=INK)]
        for value in self.spm.ticks(3):
            y = self.spm(value)
            parts.append(tag("line", x1=LEFT, x2=RIGHT, y1=y, y2=y, stroke=FAINT))
            parts.append(text(LEFT - 8, y + 5, px(value), text_anchor="end", **_STYLE))
        for piece in self.cadence:
            where = ((self.time(t / 1000), self.spm.held(v / 100)) for t, v in piece.tolist())
            parts.append(tag("polyline", points=points(where), fill="none", stroke=INK,
                             stroke_width=1.8, stroke_linejoin="round"))  # fmt: skip
        return "".join(parts)

    def _ribbons(self) -> str:
        view = self.view
        parts = []
        for end, top, name in (
            (QUALITY_END, QUALITY_TOP, _("steps that could be judged, 0 to 100 %")),
            (UP_END, UP_TOP, self._sources_name()),
        ):
            parts.append(text(LEFT, top - 6, name, font_size=15, fill=INK))
            parts.append(tag("line", x1=LEFT, x2=RIGHT, y1=end, y2=end, stroke=QUIET))
        return "".join((
            quality_ribbons.fit(view.decisions, self.time, QUALITY_TOP, QUALITY_END), *parts,
            quality_ribbons.up(view, self.time, UP_TOP, UP_END),
        ))  # fmt: skip

    def _sources_name(self) -> str:
        """The label of the lowest ribbon by its content: it may be empty, or hold only crosses."""
        if self.view.sources.spells:
            return _("direction of up: thin = LeanCue's own, thick = the sensor chip's")
        return _("noticed by the clip") if self.view.moments else ""

    def _error_at(self, t_ms: float) -> str:
        return plus_minus(float(self.view.sources.errors_deg(np.array([t_ms]))[0]))

    def hover(self) -> list[list[float]]:
        """Return rows of (x px, y px, seconds, lean °, cadence steps/min, error °) of the line."""
        rows = []
        for lean, cadence in zip(self.lean, self.cadence, strict=True):
            errors_deg = self.view.sources.errors_deg(lean[:, 0]).tolist()
            for (t_ms, cdeg), (_t_ms, cspm), error_deg in zip(
                lean.tolist(), cadence.tolist(), errors_deg, strict=True
            ):
                rows.append([
                    round(self.time(t_ms / 1000), 1), round(self.degrees.held(cdeg / 100), 1),
                    round(t_ms / 1000, 1), round(cdeg / 100, 1), round(cspm / 100), error_deg,
                ])  # fmt: skip
        return rows
