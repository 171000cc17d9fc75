"""What is missing of a run: how long it is, and why. Told as it is, not as one would like it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leancore.coaching.session_plan import for_session
from leancore.runlog.pages import Header
from leancore.schema.faults import LOG_FULL

from leancue.language.formats import decimal
from leancue.language.words import _


def hole_s(headers: Sequence[Header]) -> float:
    """Return how many seconds the missing pages between others held, about.

    A page's header says when it begins. Of a stretch with pages missing the share that they held
    is taken to be that of their number.
    """
    lost_ms = 0.0
    for before, after in zip(headers, headers[1:], strict=False):
        missing = after.number - before.number - 1
        if missing > 0:
            lost_ms += (after.since_ms - before.since_ms) * missing / (missing + 1)
    return lost_ms / 1000


def planned_s(prescription: dict[str, Any], session: int) -> float:
    """Return how long the run was planned to be, 0 where that is not known."""
    if not isinstance(prescription.get("minutes"), list) or not prescription["minutes"]:
        return 0.0
    return 60.0 * for_session(prescription, "minutes", max(session, 0))


def end_words(logged_s: float, planned_s: float, *, full: bool) -> str:
    """Return what is to be said of the end of a run that was not closed."""
    why = _("The clip's log was full") if full else _("The run was not closed: its power was cut")
    missing = max(planned_s - logged_s, 0.0)
    if missing < 10.0:
        return _("{why}. Up to 10 s at its end may be missing.", why=why)
    return _(
        "{why}. It ends after {logged} min of {planned} min planned: up to {missing} min are "
        "missing.",
        why=why,
        logged=decimal(logged_s / 60),
        planned=decimal(planned_s / 60, 0),
        missing=decimal(missing / 60),
    )


def was_full(faults: Sequence[int], raw_stopped: int | None, closed: bool) -> bool:
    """Whether a run that is not closed ended because the clip's log was full.

    A full log has no room to say so: that raw samples were given up for want of room tells it.
    """
    return not closed and (raw_stopped is not None or LOG_FULL in faults)
