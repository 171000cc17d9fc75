"""The page of a run: the answer first, then numbers, chart, points to discuss, the method."""

from __future__ import annotations

from collections.abc import Callable

from leancore.coaching import coach
from leancore.coaching.coach import CUES

from leancue.language.formats import decimal
from leancue.language.words import N_, _
from leancue.report import sentences
from leancue.report.chart_legend import keys
from leancue.report.discussion_points import questions
from leancue.report.run_chart import HEIGHT, LEAN_TOP, WIDTH, Chart
from leancue.report.sheet import Card, Section, Sheet
from leancue.runs import pace
from leancue.runs.measurement_error import how_sure, method, purpose
from leancue.runs.run_figures import Figures, figures
from leancue.runs.run_view import RunView
from leancue.runs.spans import clock, minutes
from leancue.runs.verify import Verification

_EMPTY = N_(
    "This run contains no running, so there is nothing to draw. Check that the clip was on, "
    "calibrated (press, stand, bow) and worn at the lower back, then pull or replay another run."
)


def run_sheet(
    view: RunView, verification: Verification | None = None, *, drawn: bool = True
) -> Sheet:
    """Return the page of a run; ``verification``: if it was made.

    ``drawn``: with the chart; the clinic's page draws its own interactive one.
    """
    found = figures(view)
    has_steps = len(view.decisions.step_t_ms) > 0
    chart = Chart(view) if has_steps and drawn else None
    return Sheet(
        patient=view.patient,
        when=view.title,
        headline=sentences.headline(view, found),
        asked=sentences.prescribed(view),
        cards=_cards(view, found),
        charts=(chart.picture(),) if chart else (),
        empty=_(_EMPTY),
        keys=keys(view) if has_steps else (),
        under=sentences.quality(found),
        talk=Section(_("To talk about"), questions(view, found)),
        sections=(
            Section(
                _("What the clip noticed"),
                (*sentences.stand_doubt(view, found), *sentences.noticed(view)),
            ),
            *_pace(view),
            Section(_("How it was measured"), (method(),), listed=False),
            Section(_("How certain it is"), (how_sure(), purpose()), listed=False),
        ),
        origin=Section(_("Proof and origin"), (sentences.proof(view, verification),), listed=False),
        details=view.details,
        hover=_hover(chart) if chart else None,
    )


def _pace(view: RunView) -> tuple[Section, ...]:
    """Return the marked speed and incline, if any."""
    if not view.marks:
        return ()
    lines = []
    speed, incline = pace.means(view.stretches, view.running)
    for one in view.stretches:
        said = []
        if one.speed_mm_s is not None:
            said.append(pace.speed_words(one.speed_mm_s, view.speed_unit))
        if one.incline_permille is not None:
            said.append(_("incline {incline}", incline=pace.incline_words(one.incline_permille)))
        begin, end = clock(one.begin_ms), clock(one.end_ms)
        lines.append(_("{begin} to {end}: {said}.", begin=begin, end=end, said=", ".join(said)))
    if speed is not None and len(lines) > 1:
        lines.insert(0, _("Mean {speed}.", speed=pace.speed_words(speed, view.speed_unit)))
    lines += [f"{clock(mark.at_ms)}: {mark.words}." for mark in view.marks if mark.words]
    if words := pace.on_a_slope(incline):
        lines.insert(0, words)
    return (Section(_("Speed and incline, as marked"), tuple(lines)),)


def _hover(chart: Chart) -> dict[str, object]:
    return {"rows": chart.hover(), "width": WIDTH, "height": HEIGHT, "top": LEAN_TOP}


def _cards(view: RunView, found: Figures) -> tuple[Card, ...]:
    """Return the numbers of a run; none without steps, those of the band only if there was one."""
    if found.cadence_spm is None:
        return ()
    drift = (
        _("against the first two thirds")
        if found.drift_deg is not None
        else _("too short to measure")
    )
    return (
        *(_band_cards(view, found) if view.judged else ()),
        _lean(view, _("Mean lean"), found.mean_lean_deg, sentences.number,
              _("at the lower back, {reference}", reference=sentences.reference(view))),
        _lean(view, _("Drift in the last third"), found.drift_deg, sentences.signed, drift),
        *(_cue_cards(found) if view.judged or found.cues["all"] else ()),
        Card(_("Cadence"), decimal(found.cadence_spm, 0), _("steps/min"), _("mean of the running")),
        Card(_("Running"), minutes(found.running_s), "",
             _("{minutes} min planned", minutes=view.plan.minutes)),
    )  # fmt: skip


def _band_cards(view: RunView, found: Figures) -> tuple[Card, Card]:
    with_cues = (
        _("of {time}", time=minutes(found.with_cues_s))
        if found.with_cues_s
        else _("no time with cues")
    )
    probes = _("of {time}: what stays", time=minutes(found.without_cues_s))
    return (
        Card(_("In band with cues"), _percent(found.in_band_with_cues), "", with_cues),
        Card(_("In band without cues"), _percent(found.in_band_without_cues), "",
             probes if view.probes else _("no time without cues")),
    )  # fmt: skip


def _cue_cards(found: Figures) -> tuple[Card, Card]:
    return (
        Card(_("Cues"), str(found.cues["all"] - found.cues["back_in"]), "", _cues(found)),
        Card(_("Back in band after a cue"),
             _("{value} s", value=decimal(found.back_s)) if found.back_s else "–", "",
             _back(found)),
    )  # fmt: skip


def _cues(found: Figures) -> str:
    kinds = (coach.LEAN_MORE, coach.EASE_OFF, coach.CAP)
    counts = [(found.cues[CUES[kind]], sentences.CUE_WORDS[kind]) for kind in kinds]
    listed = ", ".join(f"{count} {_(name)}" for count, name in counts if count)
    return (
        _(
            "{cues} per min: {listed}",
            cues=decimal(found.cues_per_min),
            listed=listed,
        )
        if listed
        else _("no cues were given")
    )


def _back(found: Figures) -> str:
    if not found.corrections:
        return _("no correcting cues")
    others = found.corrections - found.back
    return _(
        "median of {back}; {others} of {corrections} not before the next cue",
        back=found.back,
        others=others,
        corrections=found.corrections,
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else sentences.percent(share)


def _lean(
    view: RunView, name: str, value: float | None, form: Callable[[float], str], remark: str
) -> Card:
    """Return a lean with its error."""
    if value is None:
        return Card(name, "–", "", remark)
    return Card(name, f"{form(value)}°", sentences.error(view), remark)
