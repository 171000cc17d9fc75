"""The page: the answer first, then the numbers, the chart, what the clip noticed, the method."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from string import Template

from leancore import coach

from leancue.files import write_atomically
from leancue.replay import Replay
from leancue.report import words
from leancue.report.chart import HEIGHT, LEAN_TOP, WIDTH, Chart, mark
from leancue.report.figures import Figures, figures
from leancue.report.method import METHOD, METHOD_ERROR, PURPOSE
from leancue.report.svg import tag
from leancue.report.view import RunView, of_replay, of_run
from leancue.runlog import Run
from leancue.verify import Verification

_HERE = Path(__file__).parent


def build_report(source: Run | Replay | RunView, verification: Verification | None = None) -> str:
    """Return the report of a run as one HTML page that needs nothing else.

    Args:
        verification: the proof of the run's decisions, if it was made.

    Raises:
        LogError: where the run's log lacks its configuration.
    """
    view = _view(source)
    found = figures(view)
    template = Template((_HERE / "page.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(f"{view.patient}: {view.title}"),
        patient=escape(view.patient),
        when=escape(view.title),
        prescribed=escape(words.prescribed(view)),
        headline=escape(words.headline(view, found)),
        numbers=_cards(_numbers(view, found)),
        chart=_chart(view, found),
        noticed="".join(tag("li", escape(line)) for line in words.noticed(view)),
        method=escape(METHOD),
        error=escape(_method_error()),
        purpose=escape(PURPOSE),
        proof=escape(words.proof(verification)),
        details="".join(
            f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
            for name, value in view.details
        ),
    )


def write_report(
    path: str | Path, source: Run | Replay | RunView, verification: Verification | None = None
) -> None:
    """Write the report of a run to ``path``.

    Raises:
        LogError, OutputError.
    """
    write_atomically(path, build_report(source, verification))


def _view(source: Run | Replay | RunView) -> RunView:
    if isinstance(source, Run):
        return of_run(source)
    return of_replay(source) if isinstance(source, Replay) else source


def _cards(rows: list[tuple[str, str, str]]) -> str:
    cards = "".join(_card(*row) for row in rows)
    return f'<div class="numbers">{cards}</div>' if cards else ""


def _card(name: str, value: str, remark: str) -> str:
    return (
        f'<div class="number"><h3>{escape(name)}</h3><p class="value">{value}</p>'
        f"<p>{remark}</p></div>"
    )


def _numbers(view: RunView, found: Figures) -> list[tuple[str, str, str]]:
    """Return rows of name, value, remark; values and remarks are markup. None without steps."""
    if found.cadence_spm is None:
        return []
    no_band = "" if view.judged else "no band to judge by"
    with_cues = (
        f"of {words.minutes(found.with_cues_s)}" if found.with_cues_s else "no time with cues"
    )
    probes = f"of {words.minutes(found.without_cues_s)}: what stays"
    drift = "against the first two thirds" if found.drift_deg is not None else "too short to say"
    return [
        ("In band with cues", _percent(found.in_band_with_cues), no_band or with_cues),
        ("In band without cues", _percent(found.in_band_without_cues),
         no_band or (probes if view.probes else "no time without cues")),
        ("Mean lean", _lean(found.mean_lean_deg, words.number),
         f"at the lower back, {words.reference(view)}"),
        ("Drift in the last third", _lean(found.drift_deg, words.signed), drift),
        ("Cues", str(found.cues["all"] - found.cues["back_in"]), _cues(found)),
        ("Back in band after a cue", f"{found.back_s:.1f} s" if found.back_s else "–",
         _back(found)),
        ("Cadence", f"{found.cadence_spm:.0f} <small>steps/min</small>", "mean of the running"),
        ("Running", words.minutes(found.running_s), f"{view.plan.minutes} min planned"),
    ]  # fmt: skip


def _cues(found: Figures) -> str:
    kinds = (coach.LEAN_MORE, coach.EASE_OFF, coach.CAP)
    counts = [(found.cues[coach.NAMES[kind]], words.CUE_WORDS[kind]) for kind in kinds]
    listed = ", ".join(f"{count} {name}" for count, name in counts if count)
    return f"{found.cues_per_min:.1f} per min: {listed}" if listed else "none were given"


def _back(found: Figures) -> str:
    if not found.corrections:
        return "no cues to come back from"
    others = found.corrections - found.back
    return f"median of {found.back}; {others} of {found.corrections} not before the next cue"


def _percent(share: float | None) -> str:
    return "–" if share is None else words.percent(share)


def _lean(value: float | None, form: Callable[[float], str]) -> str:
    if value is None:
        return "–"
    return f"{form(value)}° <small>{words.error()}</small>"


def _chart(view: RunView, found: Figures) -> str:
    if not len(view.decisions.step_t_ms):
        return (
            '<p class="empty">There is no running in it, so there is nothing to draw. Check that '
            "the clip was on, calibrated (press, stand, bow) and worn at the lower back, then pull "
            "or replay another run.</p>"
        )
    chart = Chart(view)
    hover = {
        "rows": chart.hover(), "width": WIDTH, "height": HEIGHT, "top": LEAN_TOP,
        "error": words.error(),
    }  # fmt: skip
    return (
        f'<div class="chart">{chart.picture()}<p id="values" hidden></p></div>'
        f'<p class="legend">{_legend(view)}</p><p class="legend">{escape(words.quality(found))}</p>'
        f'<script type="application/json" id="hover">{json.dumps(hover)}</script>'
    )


def _legend(view: RunView) -> str:
    """Return the marks of the cues and what the shadings mean."""
    marks = "".join(
        f'<span><svg width="20" height="18" aria-hidden="true">{mark(kind, 10, 9)}</svg>'
        f"{name}</span>"
        for kind, name in words.CUE_WORDS.items()
    )
    swatches = '<span><i class="line"></i>lean, median of 5 s</span>'
    swatches += f'<span><i class="error"></i>error of the method, {words.error()}</span>'
    if view.judged:
        swatches += '<span><i class="band"></i>band</span>'
    if view.probes:
        swatches += '<span><i class="probe"></i>time without cues</span>'
    if view.holds:
        swatches += '<span><i class="held"></i>clip moved, not judged</span>'
    if any(spell.what != "run" for spell in view.spells):
        swatches += '<span><i class="break"></i>not running</span>'
    return marks + swatches


def _method_error() -> str:
    return (
        f"± {METHOD_ERROR.running_deg:.1f}° in running, ± {METHOD_ERROR.standing_deg:.1f}° in "
        f"standing ({METHOD_ERROR.source}). "
        "Differences within a run are surer than the lean itself."
    )
