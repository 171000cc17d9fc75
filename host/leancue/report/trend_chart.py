"""The chart of a patient: lean against the band over the sessions, and small ones below it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from leancore.schema.faults import CLIP_MOVED

from leancue.language import formats
from leancue.language.words import N_, _, p_
from leancue.report.run_chart import BLUE, FAINT, GREEN, INK, ORANGE, QUIET, VERMILION
from leancue.report.sentences import number, plus_minus
from leancue.report.svg import FONTS, Scale, points, px, tag, text
from leancue.report.trend_events import TrendEvent, drawn
from leancue.runs import pace
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.pace import KMH
from leancue.runs.run_summary import BASELINE
from leancue.runs.trend import Point

WIDTH = 1000
_SIZE = 15
Value = Callable[[Point], float | None]


@dataclass(frozen=True)
class Line:
    """One line of a panel: the value of a session, its colour; ``open``: rings and dashes."""

    name: str
    value: Value
    colour: str = BLUE
    open: bool = False


@dataclass(frozen=True)
class Panel:
    """A small chart: title with unit, axis at least from ``low`` to ``high``.

    ``name``: of the catalogue.
    """

    name: str
    lines: tuple[Line, ...]
    low: float
    high: float

    @property
    def title(self) -> str:
        """Its title, in the current language."""
        return _(self.name, error=plus_minus(METHOD_ERROR.own_deg))


def _percent(value: Value) -> Value:
    def percent(point: Point) -> float | None:
        share = value(point)
        return None if share is None else 100 * share

    return percent


def _coached(value: Value) -> Value:
    """Whether a session had cues: a baseline run has none."""
    return lambda point: None if point.number == BASELINE else value(point)


def speed_panel(unit: int) -> Panel:
    """Return the panel of the speed in one of the units of ``pace``."""

    def speed(point: Point) -> float | None:
        mps = point.speed_mps
        return None if mps is None else pace.speed_in(round(1000 * mps), unit)

    name, low, high = _SPEEDS[unit]
    return Panel(name, (Line("", speed),), low, high)


# of each unit of ``pace``: the title, and what is shown at least
_SPEEDS = (
    (N_("speed, km/h, as marked"), 8, 14), (N_("pace, min/km, as marked"), 4, 8),
    (N_("speed, mph, as marked"), 5, 9),
)  # fmt: skip
WITH_CUES = Line(N_("with cues"), _percent(lambda p: p.in_band_with_cues))
WITHOUT_CUES = Line(N_("without cues"), _percent(lambda p: p.in_band_without_cues), VERMILION, True)

PAIN = Panel(N_("pain, 0 to 10, as reported"), (Line("", lambda p: p.pain),), 0, 10)
PANELS = (
    Panel(N_("in band, % of the time"), (WITH_CUES, WITHOUT_CUES), 0, 100),
    Panel(N_("back in band after a cue, s"), (Line("", lambda p: p.back_s),), 0, 3),
    Panel(N_("cues per minute"), (Line("", _coached(lambda p: p.cues_per_min)),), 0, 3),
    Panel(N_("drift in the last third, ° ({error})"), (Line("", lambda p: p.drift_deg),), -2, 2),
    Panel(N_("cadence, steps/min"), (Line("", lambda p: p.cadence_spm),), 160, 180),
    PAIN,
)  # fmt: skip
_INCLINE = Panel(N_("incline, %, as marked"), (Line("", lambda p: p.incline_percent),), 0, 3)
_ACROSS, _TOP, _ROW = 3, 352, 150  # panels per row; top of the first row, px; height of a row, px


def name_of(point: Point) -> str:
    """Return a session's label on the axis: 1 for the first, "own" for the baseline."""
    return p_("a session", "own") if point.number == BASELINE else str(point.number + 1)


def older(point: Point, last: Point) -> str:
    """Return the session of a number if it is not the last one: `` (session 3)``."""
    if (point.number, point.began_s) == (last.number, last.began_s):
        return ""
    if point.number == BASELINE:
        return " (" + _("the run that measured the own lean") + ")"
    return " (" + _("session {session}", session=name_of(point)) + ")"


def day_of(point: Point) -> str:
    """Return the local day on which a session began: ``3 Nov``."""
    return formats.day_of(point.day, point.began_s, "", formats.DAY_SHORT)


class Frame:
    """A rectangle of the picture with the sessions along it, at equal distances."""

    def __init__(self, left: float, right: float, top: float, end: float, count: int) -> None:
        """Take the corners in px and the number of sessions."""
        self.left, self.right, self.top, self.end = left, right, top, end
        room = (right - left) / max(count, 1)
        self.at = [left + room * (i + 0.5) for i in range(count)]
        self.every = -(-count // max(int((right - left) // 62), 1))

    def axis(self, scale: Scale, most: int, unit: str = "") -> str:
        """Return lines and numbers of the values."""
        parts = []
        for value in scale.ticks(most):
            y = scale(value)
            parts.append(tag("line", x1=self.left, x2=self.right, y1=y, y2=y, stroke=FAINT))
            words = px(value).replace("-", "−") + unit
            parts.append(text(self.left - 7, y + 5, words, text_anchor="end", font_size=_SIZE,
                              fill=QUIET))  # fmt: skip
        return "".join(parts)

    def names(self, rows: Sequence[Sequence[str]]) -> str:
        """Return the labels below the axis, in rows."""
        return "".join(
            text(self.at[i], self.end + 19 + 18 * row, name, text_anchor="middle",
                 font_size=_SIZE, fill=QUIET)
            for row, names in enumerate(rows)
            for i, name in enumerate(names)
            if i % self.every == 0
        )  # fmt: skip


def all_panels(unit: int) -> tuple[Panel, ...]:
    """Return all panels; ``unit``: of the speed."""
    return (*PANELS, speed_panel(unit), _INCLINE)


def panels_of(sessions: Sequence[Point], unit: int = KMH) -> tuple[Panel, ...]:
    """Return the panels to show: speed and incline only if marked."""
    marked = (speed_panel(unit), _INCLINE)
    return PANELS + tuple(
        panel for panel in marked if any(panel.lines[0].value(p) is not None for p in sessions)
    )


def height(panels: Sequence[Panel]) -> int:
    """Return the height of the picture in px."""
    return _TOP + _ROW * -(-len(panels) // _ACROSS) - 12


def picture(
    sessions: Sequence[Point], unit: int = KMH, events: Sequence[TrendEvent] = ()
) -> str:
    """Return the chart of the sessions, in order of time.

    ``unit``: of the speed, as ``pace`` numbers them; ``events``: what happened between them.
    """
    parts = [lean(sessions, Frame(62, 886, 36, 262, len(sessions)), events)]
    panels = panels_of(sessions, unit)
    for i, panel in enumerate(panels):
        left, top = 62 + 322 * (i % _ACROSS), _TOP + _ROW * (i // _ACROSS)
        parts.append(small(panel, sessions, Frame(left, left + 284, top, top + 84, len(sessions))))
    box = f"0 0 {WIDTH} {height(panels)}"
    return tag(
        "svg", "".join(parts), viewBox=box, role="img", font_family=FONTS,
        aria_label=_("Lean against the band over the sessions, with small charts"),
        xmlns="http://www.w3.org/2000/svg",
    )  # fmt: skip


def _title(frame: Frame, words: str) -> str:
    return text(frame.left, frame.top - 11, words, font_size=_SIZE, fill=INK)


def lean(sessions: Sequence[Point], frame: Frame, events: Sequence[TrendEvent] = ()) -> str:
    """Return the mean lean of each session against its band, as marks on a picture."""
    error_deg = METHOD_ERROR.own_deg
    scale = Scale(*_lean_range(sessions), frame.end, frame.top)
    words = _(
        "mean lean at the lower back, relative to standing, {error}",
        error=plus_minus(error_deg),
    )
    parts = [_title(frame, words), frame.axis(scale, 6, "°")]
    parts.append(frame.names(([name_of(p) for p in sessions], [day_of(p) for p in sessions])))
    parts.append(text(frame.left - 7, frame.end + 19, _("session"), text_anchor="end",
                      font_size=_SIZE, fill=QUIET))  # fmt: skip
    half = min((frame.right - frame.left) / max(len(sessions), 1) / 2 - 3, 30)
    for x, point in zip(frame.at, sessions, strict=True):
        parts.append(_band(point, x, half, scale))
    for x, point in zip(frame.at, sessions, strict=True):
        if point.mean_lean_deg is not None:
            low, high = point.mean_lean_deg - error_deg, point.mean_lean_deg + error_deg
            parts.append(tag("line", x1=x, x2=x, y1=scale(low), y2=scale(high), stroke=BLUE,
                             stroke_width=6, stroke_opacity=0.22))  # fmt: skip
    parts.append(
        _drawn(Line(_("mean lean"), lambda p: p.mean_lean_deg), sessions, frame, scale, "°")
    )
    parts.append(_said(sessions, frame, scale))
    parts.append(drawn(events, sessions, frame))
    parts += [_moved(x, frame.end - 9, p) for x, p in zip(frame.at, sessions, strict=True)]
    return "".join(parts)


def moved_mark(x: float, y: float, inside: str = "") -> str:
    """Return the sign of a clip that moved: a triangle with a foot."""
    corners = points([(x, y - 7), (x + 7, y + 6), (x - 7, y + 6)])
    return tag("polygon", inside, points=corners, fill=ORANGE, stroke=INK, stroke_width=1)


def _moved(x: float, y: float, point: Point) -> str:
    if CLIP_MOVED not in point.faults:
        return ""
    words = _("session {session}, {day}: the clip moved and cues stopped", session=name_of(point),
              day=day_of(point))  # fmt: skip
    return moved_mark(x, y, tag("title", escape(words)))


def _lean_range(sessions: Sequence[Point]) -> tuple[float, float]:
    error_deg = METHOD_ERROR.own_deg
    leans = [p.mean_lean_deg for p in sessions if p.mean_lean_deg is not None]
    ends = [value for p in sessions for value in (p.low_deg, p.cap_deg) if value is not None]
    values = [lean + side * error_deg for lean in leans for side in (-1, 1)] + ends
    return math.floor(min(values, default=0.0)) - 1, math.ceil(max(values, default=20.0)) + 1


def _band(point: Point, x: float, half: float, scale: Scale) -> str:
    if point.low_deg is None or point.high_deg is None or point.cap_deg is None:
        return ""
    top, end, cap = (scale(value) for value in (point.high_deg, point.low_deg, point.cap_deg))
    words = _(
        "band {low} to {high}°, cap {cap}°",
        low=number(point.low_deg),
        high=number(point.high_deg),
        cap=number(point.cap_deg),
    )
    box = tag("rect", tag("title", escape(words)), x=x - half, y=top, width=2 * half,
              height=end - top, fill=GREEN, fill_opacity=0.2)  # fmt: skip
    edges = "".join(
        tag("line", x1=x - half, x2=x + half, y1=y, y2=y, stroke=GREEN, stroke_width=1.5)
        for y in (top, end)
    )
    return box + edges + tag("line", x1=x - half, x2=x + half, y1=cap, y2=cap, stroke=VERMILION,
                             stroke_width=1.5, stroke_dasharray="9 5")  # fmt: skip


def _said(sessions: Sequence[Point], frame: Frame, scale: Scale) -> str:
    """Return the last lean, band and cap as numbers, on the right."""
    last = sessions[-1] if sessions else None
    if last is None or last.low_deg is None or last.high_deg is None or last.cap_deg is None:
        return ""
    rows = (
        (last.high_deg, f"{number(last.high_deg)}°"), (last.low_deg, f"{number(last.low_deg)}°"),
        (last.cap_deg, _("cap {lean}°", lean=number(last.cap_deg))),
    )  # fmt: skip
    return "".join(
        text(frame.right + 8, scale(value) + 5, words, font_size=_SIZE, fill=INK)
        for value, words in rows
    )


def small(panel: Panel, sessions: Sequence[Point], frame: Frame, *, titled: bool = True) -> str:
    """Return one panel, as marks on a picture; not ``titled`` if text is next to it."""
    values = [v for line in panel.lines for p in sessions if (v := line.value(p)) is not None]
    low, high = min([panel.low, *values]), max([panel.high, *values])
    scale = Scale(math.floor(low), math.ceil(high), frame.end, frame.top)
    parts = [_title(frame, panel.title) if titled else "", frame.axis(scale, 3)]
    parts.append(frame.names(([name_of(p) for p in sessions],)))
    if not values:
        middle = (frame.left + frame.right) / 2, (frame.top + frame.end) / 2
        parts.append(text(*middle, _("not known"),
                          text_anchor="middle", font_size=_SIZE, fill=QUIET))  # fmt: skip
    parts += [_drawn(line, sessions, frame, scale, "") for line in panel.lines]
    return "".join(parts)


def _drawn(line: Line, sessions: Sequence[Point], frame: Frame, scale: Scale, unit: str) -> str:
    """Return a line through the sessions that have a value, and a mark at each."""
    known = [
        (x, scale(value), point, value)
        for x, point in zip(frame.at, sessions, strict=True)
        if (value := line.value(point)) is not None
    ]
    parts = [tag("polyline", points=points((x, y) for x, y, _, _ in known), fill="none",
                 stroke=line.colour, stroke_width=1.8,
                 stroke_dasharray="5 4" if line.open else "none")]  # fmt: skip
    for x, y, point, value in known:
        words = _("session {session}, {day}: {value} {name}", session=name_of(point),
                  day=day_of(point), value=number(value) + unit,
                  name=_(line.name) if line.name else "")  # fmt: skip
        parts.append(tag("circle", tag("title", escape(words.strip())), cx=x, cy=y, r=4.2,
                         fill="white" if line.open else line.colour, stroke=line.colour,
                         stroke_width=2))  # fmt: skip
    return "".join(parts)
