"""The last minute of a runner with the cable: lean against the band, and the cues."""

from __future__ import annotations

from leancore.coaching import coach

from leancue.language.formats import decimal
from leancue.language.words import _
from leancue.live.live_state import LiveState
from leancue.report.run_chart import BLUE, FAINT, GREEN, INK, QUIET, VERMILION, mark
from leancue.report.sentences import number, plus_minus
from leancue.report.svg import Scale, points, tag, text
from leancue.runs.measurement_error import METHOD_ERROR

_SHOWN_MS = 60_000
_LEFT, _RIGHT, _TOP, _END, _WIDTH, _HEIGHT = 52, 872, 52, 268, 960, 308


def draw(state: LiveState, has_band: bool) -> str:
    """Return the picture; ``has_band``: whether the own lean, and with it the band, is known."""
    now_ms = max(state.run_ms, _SHOWN_MS)
    time = Scale((now_ms - _SHOWN_MS) / 1000, now_ms / 1000, _LEFT, _RIGHT)
    degrees = Scale(0.0, max(state.cap_cdeg / 100 + 4, 20.0), _END, _TOP)
    parts = [_axis(degrees), _line(state, time, degrees)]
    if has_band:
        parts.insert(1, _band(state, degrees))
    parts += [
        mark(kind, time(t_ms / 1000), 14)
        for t_ms, kind, _ms in state.cues
        if t_ms >= now_ms - _SHOWN_MS and kind in (coach.LEAN_MORE, coach.EASE_OFF, coach.CAP,
                                                   coach.BACK_IN)
    ]  # fmt: skip
    parts.append(text((_LEFT + _RIGHT) / 2, _HEIGHT - 8, _("the last 60 s"), text_anchor="middle",
                      font_size=15, fill=QUIET))  # fmt: skip
    name = _("lean at the lower back, {own}", own=plus_minus(METHOD_ERROR.own_deg))
    parts.append(text(_LEFT, _TOP - 4, name, font_size=15, fill=INK))
    return tag("svg", "".join(parts), viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img",
               aria_label=_("Lean of the last minute against the band"))  # fmt: skip


def _axis(degrees: Scale) -> str:
    rows = []
    for value in degrees.ticks(5):
        y = degrees(value)
        rows.append(tag("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, stroke=FAINT))
        rows.append(text(_LEFT - 8, y + 5, f"{number(value, 0)}°", text_anchor="end", font_size=15,
                         fill=QUIET))  # fmt: skip
    return "".join(rows)


def _band(state: LiveState, degrees: Scale) -> str:
    if not state.high_cdeg:
        return ""
    low, high, cap = (degrees.held(v / 100) for v in
                      (state.low_cdeg, state.high_cdeg, state.cap_cdeg))  # fmt: skip
    box = tag("rect", x=_LEFT, y=high, width=_RIGHT - _LEFT, height=low - high, fill=GREEN,
              fill_opacity=0.18)  # fmt: skip
    rule = tag("line", x1=_LEFT, x2=_RIGHT, y1=cap, y2=cap, stroke=VERMILION, stroke_width=1.6,
               stroke_dasharray="9 5")  # fmt: skip
    words = ((high, number(state.high_cdeg / 100) + "°"), (low, number(state.low_cdeg / 100) + "°"),
             (cap, _("cap {lean}°", lean=number(state.cap_cdeg / 100))))  # fmt: skip
    labels = "".join(text(_RIGHT + 8, y + 5, w, font_size=15, fill=INK) for y, w in words)
    return box + rule + labels


def _line(state: LiveState, time: Scale, degrees: Scale) -> str:
    shown = [(t, lean) for t, lean in list(state.history)[-1200:] if t / 1000 >= time.low]
    where = [(time(t / 1000), degrees.held(lean / 100)) for t, lean in shown]
    if not where:
        return ""
    x, y = where[-1]
    return tag("polyline", points=points(where), fill="none", stroke=BLUE, stroke_width=2.4) + tag(
        "circle", cx=x, cy=y, r=6, fill=BLUE, stroke="white", stroke_width=2
    )


def words(state: LiveState, has_band: bool) -> str:
    """Return the moment in one sentence; ``has_band`` as in ``draw``."""
    if not state.running:
        return f"{state.sentence()[:-1]} {plus_minus(METHOD_ERROR.own_deg)}."
    if not has_band:
        return _(
            "Lean {lean}° {own}; {cadence_cspm} steps/min; measuring the runner's own lean, no "
            "cues.",
            lean=number(state.lean_cdeg / 100),
            own=plus_minus(METHOD_ERROR.own_deg),
            cadence_cspm=decimal(state.cadence_cspm / 100, 0),
        )
    cues = _("cues on") if state.feedback else _("without cues: what stays")
    return _(
        "Lean {lean}° {own}, {place}; {cadence_cspm} steps/min; {cues}.",
        lean=number(state.lean_cdeg / 100),
        own=plus_minus(METHOD_ERROR.own_deg),
        place=state.place(),
        cadence_cspm=decimal(state.cadence_cspm / 100, 0),
        cues=cues,
    )
