"""The sentences of the report, with units, and the error next to every measured lean."""

from __future__ import annotations

from leancore.coaching import coach
from leancore.coaching.session_plan import UNMEASURED
from leancore.schema import faults

from leancue.language.formats import decimal
from leancue.language.words import N_, _, listed, n_
from leancue.prescriptions.prescription_file import describe, describe_session
from leancue.recordings.stand_check import doubt
from leancue.runs.orientation_sources import ERROR_DEG
from leancue.runs.run_figures import Figures
from leancue.runs.run_view import RunView, fault_words
from leancue.runs.spans import clock, minutes
from leancue.runs.verify import Verification

CUE_WORDS = {
    coach.LEAN_MORE: N_("lean more"),
    coach.EASE_OFF: N_("ease off"),
    coach.CAP: N_("cap"),
    coach.BACK_IN: N_("back in band"),
}


def number(value: float, decimals: int = 1) -> str:
    """Return a number with a true minus sign, but none before a zero."""
    return decimal(value, decimals)


def signed(value: float) -> str:
    """Return a difference with its sign, to a tenth."""
    return ("+" if round(value, 1) > 0 else "") + number(value)


def plus_minus(error_deg: float) -> str:
    """Return an error as shown after a lean, without a line break."""
    return f"±\u00a0{number(error_deg)}°"


def error(view: RunView) -> str:
    """Return the error of the run's mean lean."""
    return plus_minus(view.error_deg)


def reference(view: RunView) -> str:
    """Return what a lean is relative to."""
    return (
        _("relative to the clip's axes") if view.frame == "nominal" else _("relative to standing")
    )


def percent(share: float) -> str:
    """Return a share of 0 to 1 in percent."""
    return _("{share} %", share=decimal(100 * share, 0))


def prescribed(view: RunView) -> str:
    """Return the prescription as a sentence."""
    if view.prescription["baseline_cdeg"] == UNMEASURED:
        return _(
            "Run as usual for {minutes} minutes, without cues, to measure the runner's own lean.",
            minutes=view.plan.minutes,
        )
    session = describe_session(view.prescription, view.session)
    return f"{describe(view.prescription)} {session}"


def headline(view: RunView, found: Figures) -> str:
    """Return the result in one sentence."""
    if found.mean_lean_deg is None or found.cadence_spm is None:
        return _("No running was found.")
    ran = _(
        "Ran {running} at {cadence} steps/min with a mean lean of {mean_lean}°\u00a0{error}",
        running=minutes(found.running_s),
        cadence=decimal(found.cadence_spm, 0),
        mean_lean=number(found.mean_lean_deg),
        error=error(view),
    )
    if found.in_band is None:
        return f"{ran}; {_why_unjudged(view)}."
    if found.in_band_with_cues is None or found.in_band_without_cues is None:
        return _(
            "{ran}; in the band {in_band} of the time, {cue_count}.",
            ran=ran,
            in_band=percent(found.in_band),
            cue_count=_cue_count(found),
        )
    return _(
        "{ran}; in the band {in_band_with_cues} of the time with cues and "
        "{in_band_without_cues} without, {cue_count}.",
        ran=ran,
        in_band_with_cues=percent(found.in_band_with_cues),
        in_band_without_cues=percent(found.in_band_without_cues),
        cue_count=_cue_count(found),
    )


def _why_unjudged(view: RunView) -> str:
    if faults.NOT_CALIBRATED in view.faults:
        return _("the clip had not been calibrated, so no cues were given")
    if view.own_refused:
        return _(
            "the runner's own lean was to be measured but was not: {why}", why=view.own_refused
        )
    return _("this is a baseline run: the runner's own lean was measured, no cues were given")


def _cue_count(found: Figures) -> str:
    count = found.cues["all"] - found.cues["back_in"]
    return n_("{number} cue", "{number} cues", count) if count else _("no cues")


def noticed(view: RunView) -> list[str]:
    """Return the clip's faults as sentences."""
    lines = [view.worn]
    for fault, count in sorted(view.faults.items()):
        lines.append(f"{fault_words(fault)}{_when(view, fault, count)}")
    if not view.faults:
        lines.append(_("No faults."))
    return [*lines, *([who_said_up(view)] if view.running else ()), *view.notes]


def stand_doubt(view: RunView, found: Figures) -> list[str]:
    """Return a warning if the stand may not have been upright."""
    doubted = doubt(found.mean_lean_deg, view.frame != "nominal")
    return [doubted] if doubted else []


def _when(view: RunView, fault: int, count: int) -> str:
    """Return the count of a fault, and its first time; a fault before the run has no time."""
    times = n_("{number} time", "{number} times", count) if count > 1 else ""
    first = next((clock(moment.t_ms) for moment in view.moments if moment.fault == fault), "")
    if first:
        first = _("first at {first}", first=first) if times else _("at {first}", first=first)
    said = ", ".join(part for part in (times, first) if part)
    return f" ({said})" if said else ""


def who_said_up(view: RunView) -> str:
    """Return the sources of the vertical, with their shares of the running."""
    seconds = {what: view.sources.seconds(what, view.running) for what in ERROR_DEG}
    carried = {what: spent for what, spent in seconds.items() if spent}
    if not carried:
        return _("To see which sensor gave the direction of up, prove the run.")
    if len(carried) == 1:
        return _("The direction of up was {whose} throughout.", whose=_(next(iter(carried))))
    whole = sum(carried.values())
    parts = [
        _("{whose} for {share} ({time})", whose=_(what), share=small_percent(spent / whole),
          time=minutes(spent))
        for what, spent in carried.items()
    ]  # fmt: skip
    return _("The direction of up, while running, was {parts}.", parts=listed(parts))


def quality(found: Figures) -> str:
    """Return how many steps could be judged, and why the others could not."""
    if found.fit_share is None:
        return ""
    parts = [
        _(
            "{share} of the steps could be judged",
            share=small_percent(found.fit_share),
        )
    ]
    for share, why in (
        (found.shaken_share, _("were shaken by the motor")),
        (found.gap_share, _("had gaps")),
        (found.clipped_share, _("exceeded the sensor's range")),
    ):
        if share:
            parts.append(f"{small_percent(share)} {why}")
    return "; ".join(parts) + "."


def small_percent(share: float) -> str:
    """Return a share that may be very small."""
    if share < 0.001:
        return _("under {share} %", share=decimal(0.1))
    return _("{share} %", share=decimal(100 * share))


def proof(view: RunView, verification: Verification | None) -> str:
    """Return the verification line."""
    if not view.from_clip:
        return _("This is not a clip's log: the desk computed these decisions from a recording.")
    if verification is None:
        return _("Not proved for this page. Type leancue verify to prove the run.")
    if verification.why_not:
        return str(verification)
    if verification.proved:
        how_far = _("Proved in part") if verification.stopped else _("Proved")
        return _(
            "{how_far}: {verification} The desk came to the same decisions as the clip.",
            how_far=how_far,
            verification=verification,
        )
    return _("Not proved: {verification}", verification=verification)
