"""Introductory text of a patient's page: prescription, its date, and content of the clips."""

from __future__ import annotations

from leancue.clinic.widgets import day, moment, uid_words
from leancue.commissioning import filed
from leancue.language.words import _, n_
from leancue.library import Chart
from leancue.prescriptions.prescription_file import describe, describe_next
from leancue.report.sentences import number, plus_minus
from leancue.runs.measurement_error import METHOD_ERROR


def sentence(chart: Chart) -> str:
    """Return the prescription in one sentence, as the clip uses it."""
    values = chart.asked
    if values is None:
        return _("There is no prescription for {code} yet.", code=chart.patient.code)
    return f"{describe(values)} {next_words(chart)}"


def next_words(chart: Chart) -> str:
    """Return what the next run is."""
    values = chart.asked
    if values is None:
        return _("Write a prescription first.")
    if chart.progress.done >= values["sessions"]:
        return n_("The {number} session is done.", "All {number} sessions are done.",
                  values["sessions"])  # fmt: skip
    return describe_next(values, min(chart.progress.done, values["sessions"] - 1))


def prescribed_lines(chart: Chart) -> tuple[str, ...]:
    """Return the date of the prescription, and the source of the own lean."""
    made, own = chart.prescription, chart.own_lean
    if made is None:
        return (_("Nothing yet."),)
    lines = [_("Made {made}.", made=moment(made.made_s))]
    if own.cdeg is not None:
        how = _("entered")
        if own.source != "entered":
            how = _("measured {day}", day=day(own.measured_s))
        lines.append(
            _(
                "Own lean {lean}° {error}, {how}.",
                lean=number(own.cdeg / 100),
                error=plus_minus(METHOD_ERROR.own_deg),
                how=how,
            )
        )
    if own.refused:
        lines.append(
            _(
                "The last run did not measure the own lean: {refused}.",
                refused=own.refused,
            )
        )
    return tuple(lines)


def clip_lines(chart: Chart) -> tuple[str, ...]:
    """Return the current content of the clips, as they reported it."""
    lines = [one.words for one in chart.clip_words(moment)]
    made = chart.prescription
    if not lines and made and made.sent_s and made.sent_to:
        lines = [_(
            "The clip {sent_to} read it back at {sent}. It was not checked since.",
            sent_to=uid_words(made.sent_to), sent=moment(made.sent_s),
        )]  # fmt: skip
    lines = lines or [_("No clip has a prescription for this patient.")]
    checked = [
        _("The clip {clip}: {check}.", clip=uid_words(one.uid), check=filed.words(one.check_json))
        for one in chart.devices
    ]
    return (*lines, *checked)
