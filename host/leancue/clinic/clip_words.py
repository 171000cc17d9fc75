"""Texts of a clip's card: owner, state, faults, result of a pull."""

from __future__ import annotations

from leancore.coaching.session_plan import UNMEASURED
from leancore.schema import faults

from leancue.clinic.clip_records import ClipReading, PulledRuns
from leancue.commissioning.result import checked_words
from leancue.language.words import N_, _, n_
from leancue.library import Chart, Filing
from leancue.library.codes import NOBODY
from leancue.prescriptions.prescription_file import describe
from leancue.report.sentences import number, plus_minus
from leancue.runs.measurement_error import METHOD_ERROR

# Texts for a clip's ``mode``; an unknown one is shown as it is.
MODES = (
    N_("asleep"), N_("edit mode"), N_("running"), N_("paused"), N_("calibrating"), N_("ready"),
    N_("needs calibration"),
)  # fmt: skip
_THERAPIST = 3  # column of the fault table


def has_a_band(clip: ClipReading) -> bool:
    """Whether the clip knows the own lean, and with it the band."""
    return clip.info is not None and clip.info.baseline_cdeg not in (None, UNMEASURED)


def own_lean_words(chart: Chart) -> str:
    """Return the result of a baseline run: the band used from now on, or why there is none."""
    own = chart.own_lean
    if own.refused and own.measured_cdeg is None:
        return _(
            "The runner's own lean was not measured: {refused}. The next run measures it.",
            refused=own.refused,
        )
    if chart.asked is None or own.cdeg is None:
        return ""
    how = _(
        "Own lean {lean}° {error}, {source}.",
        lean=number(own.cdeg / 100),
        error=plus_minus(METHOD_ERROR.own_deg),
        source=_(own.source),
    )
    return f"{how} {describe(chart.asked)}"


def owner_words(owner: str) -> str:
    """Whose clip it is."""
    return (
        _("Not assigned to a patient yet") if owner == NOBODY else _("{owner}'s clip", owner=owner)
    )


def title_of(clip: ClipReading, name: str) -> str:
    """Whose clip it is, and what the clinic calls it."""
    owner = owner_words(clip.hello.patient)
    return _("{owner}: {name}", owner=owner, name=name) if name else owner


def facts_of(clip: ClipReading) -> list[tuple[str, str]]:
    """The clip's state: (name, value)."""
    hello, info = clip.hello, clip.info
    facts = [(_("clip"), f"{hello.uid}, {_('simulated') if clip.simulated else hello.board}")]
    if info is None:
        return [*facts, (_("state"), _("it did not answer"))]
    battery = (
        _("{volts} V", volts=number(info.battery_mv / 1000, 2)) if info.battery_mv else _("unknown")
    )
    own = info.baseline_cdeg
    lean = _("not measured yet")
    if own is not None and own != UNMEASURED:
        lean = f"{number(own / 100)}° {plus_minus(METHOD_ERROR.own_deg)}"
    free = (
        _(", {percent} % of the memory free", percent=100 * info.free_pages // info.pages)
        if info.pages
        else ""
    )
    runs = _("not read in edit mode") if info.runs_unread else f"{info.runs}{free}"
    return [
        *facts, (_("state"), _(info.mode)), (_("battery"), battery),
        (_("runs on the clip"), runs), (_("sessions done"), str(info.session)),
        (_("own lean"), lean), (_("check"), checked_words(info.check)),
    ]  # fmt: skip


def noticed(clip: ClipReading) -> list[str]:
    """The clip's faults, as text."""
    counts = clip.info.faults if clip.info else {}
    rows = [(faults.row(number_), times) for number_, times in counts.items()]
    return [
        f"{_(str(found[_THERAPIST]))} ({n_('{number} time', '{number} times', times)})"
        for found, times in rows
        if found
    ]


def _none_words(clip: ClipReading) -> str:
    if clip.info and clip.info.runs_unread:
        return _(
            "The clip is in edit mode, so its runs cannot be read. Unplug it and plug it in again."
        )
    return _("There is no run on the clip yet.") if clip.info else _("No run was found.")


def pulled_words(pulled: PulledRuns, clip: ClipReading) -> str:
    """Return the results of the pulled runs, as text."""
    came = [filing for filing in pulled.filings if filing.outcome != "already"]
    new = [filing for filing in came if not filing.run.question]
    asked = len(came) - len(new)
    here = pulled.here + sum(1 for filing in pulled.filings if filing.outcome == "already")
    if not (new or asked or here):
        return _none_words(clip)
    owners = ", ".join(dict.fromkeys(str(filing.run.patient) for filing in new))
    parts = []
    if new:
        parts.append(
            n_(
                "{number} run pulled and filed with {owners}",
                "{number} runs pulled and filed with {owners}",
                len(new),
                owners=owners,
            )
        )
    if asked:
        parts.append(
            n_(
                "{number} run pulled; its patient is not clear, see below",
                "{number} runs pulled; their patients are not clear, see below",
                asked,
            )
        )
    if here:
        parts.append(_("{here} already here", here=here))
    parts += _doubtful(came)
    if pulled.missing_pages:
        parts.append(
            n_(
                "{number} page damaged on the clip",
                "{number} pages damaged on the clip",
                pulled.missing_pages,
            )
        )
    return "; ".join(parts) + "."


def _doubtful(came: list[Filing]) -> list[str]:
    """Number of runs with a doubtful date."""
    number = sum(bool(filing.run.doubt) for filing in came)
    words = n_(
        "the date of {number} run is doubtful, its page says why",
        "the dates of {number} runs are doubtful, their pages say why",
        number,
    )
    return [words] if number else []
