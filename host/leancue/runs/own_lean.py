"""The runner's own lean from a baseline run, by the clip's own rule, and its source.

The rule is the clip's (``leandevice.session_count``): a run without a baseline counts if it lasted
``baseline_ms`` and standing had been measured. The log has the result at the end of the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from leancore.coaching.session_plan import UNMEASURED
from leancore.runlog import records

from leancue.decoding.decisions import Decisions
from leancue.language.words import N_

REFUSED = {
    "short": N_("the run was too short: {ran} of running, the clip needs {needs}"),
    "frame": N_("standing was not measured before the run, so the lean had no zero"),
    "cut": N_("the run was not ended and saved"),
}


def taken_cdeg(
    decisions: Decisions, running_s: float, frame: str, needs_ms: int
) -> tuple[int | None, str]:
    """Return (the own lean taken by the clip, "") or (None, a key of ``REFUSED``).

    Args:
        decisions: of a baseline run.
        running_s: running time.
        frame: how the clip's axes were found, one of ``mount_detection.FRAMES``.
        needs_ms: the setting ``baseline_ms`` of the run.
    """
    ended = [event.a for event in decisions.events if event.code == records.RUN_ENDED]
    if not ended:
        return None, "cut"
    if frame == "nominal":
        return None, "frame"
    if running_s * 1000 < needs_ms:
        return None, "short"
    return ended[-1], ""


@dataclass(frozen=True)
class OwnLean:
    """The one own lean of a patient. ``cdeg``: None = not known yet; measured, to a tenth of 1°.

    ``source``: "entered" in the prescription, "measured" in a run, or "" where it is not known.
    ``measured_cdeg``: of the last run that measured it, None where none did; ``measured_s``: when.
    ``refused``: why the last run that should have measured it did not, in words, or "".
    """

    cdeg: int | None = None
    source: str = ""
    measured_cdeg: int | None = None
    measured_s: int | None = None
    refused: str = ""


@dataclass(frozen=True)
class BaselineRun:
    """A run that should measure the own lean, and its result; newest first in lists."""

    began_s: int
    own_cdeg: int | None
    refused: str
    ran: str
    needs: str


def own_lean(values: Mapping[str, Any] | None, runs: Sequence[BaselineRun]) -> OwnLean:
    """Return the patient's own lean from the current prescription and the baseline runs.

    An entered value has priority; otherwise the clip takes the first valid run, and keeps it until
    it gets another patient's prescription. Another clip measures again, so the newest measurement
    is that of the clip in use.
    """
    taken = next((run for run in runs if run.own_cdeg is not None), None)
    refused = ""
    if runs and runs[0].own_cdeg is None:
        words = REFUSED.get(runs[0].refused, "")
        refused = words.format(ran=runs[0].ran, needs=runs[0].needs)
    cdeg = _to_a_tenth(taken.own_cdeg) if taken else None
    measured = OwnLean(
        cdeg, N_("measured") if taken else "", cdeg, taken.began_s if taken else None, refused
    )
    entered = UNMEASURED if values is None else values["baseline_cdeg"]
    if entered == UNMEASURED:
        return measured
    return replace(measured, cdeg=entered, source=N_("entered"))


def _to_a_tenth(cdeg: int | None) -> int | None:
    """Round to a tenth, the meaningful resolution, so that the lean reads the same everywhere."""
    return None if cdeg is None else round(cdeg / 10) * 10


def effective(values: Mapping[str, Any], own: OwnLean) -> dict[str, Any]:
    """Return a prescription as the clip uses it: with the measured lean if none was entered."""
    measured = own.measured_cdeg
    if values["baseline_cdeg"] != UNMEASURED or measured is None:
        return dict(values)
    return {**values, "baseline_cdeg": measured}
