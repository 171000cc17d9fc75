"""What the report says: sentences with units, and the error beside every measured lean."""

from __future__ import annotations

from leancore.coaching import coach
from leancore.coaching.session_plan import UNMEASURED
from leancore.schema import faults

from leancue.prescriptions.prescription_file import describe, describe_session
from leancue.recordings.stand_check import doubt
from leancue.runs.orientation_sources import ERROR_DEG
from leancue.runs.run_figures import Figures
from leancue.runs.run_view import RunView, fault_words
from leancue.runs.spans import clock, minutes
from leancue.runs.verify import Verification

CUE_WORDS = {
    coach.LEAN_MORE: "lean more",
    coach.EASE_OFF: "ease off",
    coach.CAP: "cap",
    coach.BACK_IN: "back in band",
}


def number(value: float, decimals: int = 1) -> str:
    """Return a number with a true minus sign; what rounds to nothing has none."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")


def signed(value: float) -> str:
    """Return a difference with its sign, to a tenth."""
    return ("+" if round(value, 1) > 0 else "") + number(value)


def plus_minus(error_deg: float) -> str:
    """Return an error as it stands behind a lean; never broken in two."""
    return f"±\u00a0{number(error_deg)}°"


def error(view: RunView) -> str:
    """Return the error of the run's mean lean."""
    return plus_minus(view.error_deg)


def reference(view: RunView) -> str:
    """Return what a lean is relative to."""
    return "relative to the clip's axes" if view.frame == "nominal" else "relative to standing"


def percent(share: float) -> str:
    """Return a share of 0 to 1 in percent."""
    return f"{100 * share:.0f} %"


def prescribed(view: RunView) -> str:
    """Return what was asked for."""
    if view.prescription["baseline_cdeg"] == UNMEASURED:
        return (
            f"Run as usual for {view.plan.minutes} minutes, without cues, "
            "so that the own lean can be measured."
        )
    session = describe_session(view.prescription, view.session)
    return f"{describe(view.prescription)} {session}"


def headline(view: RunView, found: Figures) -> str:
    """Return what happened, in one sentence."""
    if found.mean_lean_deg is None or found.cadence_spm is None:
        return "No running was found."
    ran = (
        f"Ran {minutes(found.running_s)} at {found.cadence_spm:.0f} steps/min with a mean lean of "
        f"{number(found.mean_lean_deg)}°\u00a0{error(view)}"
    )
    if found.in_band is None:
        return f"{ran}; {_why_unjudged(view)}."
    if found.in_band_with_cues is None or found.in_band_without_cues is None:
        return f"{ran}; in the band {percent(found.in_band)} of the time, {_cue_count(found)}."
    return (
        f"{ran}; in the band {percent(found.in_band_with_cues)} of the time with cues and "
        f"{percent(found.in_band_without_cues)} without, {_cue_count(found)}."
    )


def _why_unjudged(view: RunView) -> str:
    if faults.NOT_CALIBRATED in view.faults:
        return "the clip had not been calibrated, so no cues were given"
    if view.own_refused:
        return f"the own lean was to be measured and was not: {view.own_refused}"
    return "this is a baseline run: the own lean was measured, no cues were given"


def _cue_count(found: Figures) -> str:
    count = found.cues["all"] - found.cues["back_in"]
    return "no cues" if not count else f"{count} cue{'s' if count > 1 else ''}"


def noticed(view: RunView) -> list[str]:
    """Return what the clip noticed about itself."""
    lines = [view.worn]
    for fault, count in sorted(view.faults.items()):
        lines.append(f"{fault_words(fault)}{_when(view, fault, count)}")
    if not view.faults:
        lines.append("No faults.")
    return [*lines, *([who_said_up(view)] if view.running else ()), *view.notes]


def stand_doubt(view: RunView, found: Figures) -> list[str]:
    """Return what is to be said where the stand was perhaps no upright stand."""
    doubted = doubt(found.mean_lean_deg, view.frame != "nominal")
    return [doubted] if doubted else []


def _when(view: RunView, fault: int, count: int) -> str:
    """Return how often a fault was noticed, and when first; a fault before the run has no time."""
    times = f"{count} times" if count > 1 else ""
    first = next((clock(moment.t_ms) for moment in view.moments if moment.fault == fault), "")
    if first:
        first = f"first at {first}" if times else f"at {first}"
    said = ", ".join(part for part in (times, first) if part)
    return f" ({said})" if said else ""


def who_said_up(view: RunView) -> str:
    """Return whose orientation the leans rest on, and how much of the running each carried."""
    seconds = {what: view.sources.seconds(what, view.running) for what in ERROR_DEG}
    carried = {what: spent for what, spent in seconds.items() if spent}
    if not carried:
        return "Whose the direction of up was can be told by a replay of the run only."
    if len(carried) == 1:
        return f"The direction of up was {next(iter(carried))} throughout."
    whole = sum(carried.values())
    parts = (
        f"{what} for {small_percent(spent / whole)} ({minutes(spent)})"
        for what, spent in carried.items()
    )
    return f"The direction of up, while running, was {' and '.join(parts)}."


def quality(found: Figures) -> str:
    """Return how many of the steps could be judged, and why the others could not."""
    if found.fit_share is None:
        return ""
    parts = [f"{small_percent(found.fit_share)} of the steps were fit to be judged"]
    for share, why in (
        (found.shaken_share, "felt the motor"),
        (found.gap_share, "had gaps"),
        (found.clipped_share, "went beyond the sensor's range"),
    ):
        if share:
            parts.append(f"{small_percent(share)} {why}")
    return "; ".join(parts) + "."


def small_percent(share: float) -> str:
    """Return a share that may be very small."""
    return f"{100 * share:.1f} %" if share >= 0.001 else "under 0.1 %"


def proof(view: RunView, verification: Verification | None) -> str:
    """Return the proof line."""
    if not view.from_clip:
        return "Not a clip's log: the desk made these decisions itself from the recording."
    if verification is None:
        return "Not proved for this page; `leancue verify` does it."
    if verification.why_not:
        return str(verification)
    if verification.proved:
        how_far = "Proved in part" if verification.stopped else "Proved"
        return f"{how_far}: {verification} The desk came to the same decisions as the clip."
    return f"Not proved: {verification}"
