"""The legend of a run's chart: small pictures and their meaning."""

from __future__ import annotations

from leancue.language.words import N_, _
from leancue.report import sentences
from leancue.report.quality_ribbons import CHIP_FILL, moment_mark
from leancue.report.run_chart import BLUE, GREEN, HELD, PROBE, mark
from leancue.report.sheet import Key
from leancue.report.svg import tag
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.orientation_sources import CHIP_WORDS
from leancue.runs.run_figures import line_ms
from leancue.runs.run_timeline import DOUBTED, MOVED
from leancue.runs.run_view import RunView

_WIDTH, _HEIGHT = 22, 16
_HATCH = "".join(
    tag("line", x1=x, y1=_HEIGHT - 2, x2=x + 10, y2=2, stroke="#c3ccd4", stroke_width=1.4)
    for x in range(-4, 22, 6)
)

_NOT_JUDGED = {MOVED: N_("clip moved; not judged"), DOUBTED: N_("stand doubtful; not judged")}


def picture(content: str) -> str:
    """Return a small picture of ``content``."""
    return tag(
        "svg", content, xmlns="http://www.w3.org/2000/svg", width=_WIDTH, height=_HEIGHT,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}", aria_hidden="true",
    )  # fmt: skip


def box(fill: str, edge: str = "none", opacity: float = 1) -> str:
    """Return a box that fills the small picture."""
    return tag("rect", x=1, y=3, width=20, height=10, fill=fill, stroke=edge,
               fill_opacity=f"{opacity:g}")  # fmt: skip


def keys(view: RunView) -> tuple[Key, ...]:
    """Return the legend entries for the chart of this run."""
    given = {cue.kind for cue in view.decisions.cues}
    found = [
        Key(picture(mark(kind, 11, 8)), _(name))
        for kind, name in sentences.CUE_WORDS.items()
        if kind in given
    ]
    line = tag("line", x1=1, x2=21, y1=8, y2=8, stroke=BLUE, stroke_width=2.4)
    found.append(Key(picture(line), _("lean, median of {seconds} s", seconds=_line_s(view))))
    found.append(
        Key(
            picture(box(BLUE, opacity=0.13)),
            _("error of the method, {error}", error=sentences.error(view)),
        )
    )
    if view.judged:
        edges = "".join(
            tag("line", x1=1, x2=21, y1=y, y2=y, stroke=GREEN, stroke_width=1.5) for y in (3, 13)
        )
        found.append(Key(picture(box(GREEN, opacity=0.19) + edges), _("band")))
    if view.probes:
        found.append(Key(picture(box(PROBE, "#e0d8c6")), _("time without cues")))
    for why in sorted({hold.what for hold in view.holds}):
        found.append(Key(picture(box(HELD)), _(_NOT_JUDGED[why])))
    if any(spell.what != "run" for spell in view.spells):
        found.append(Key(picture(_HATCH), _("not running")))
    if any(spell.what == CHIP_WORDS for spell in view.sources.spells):
        chip = sentences.plus_minus(METHOD_ERROR.chip_deg)
        found.append(
            Key(
                picture(box(CHIP_FILL)),
                _("direction of up from the sensor chip, {chip}", chip=chip),
            )
        )
    if view.moments:
        found.append(Key(picture(moment_mark(11, 8)), _("the clip noticed something")))
    return tuple(found)


def _line_s(view: RunView) -> int:
    """The median window of the whole run's line, in seconds."""
    times_ms = view.decisions.step_t_ms
    return line_ms(int(times_ms[-1] - times_ms[0]) if len(times_ms) else 0) // 1000
