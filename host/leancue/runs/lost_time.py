"""Missing parts of a run: duration and reason, reported conservatively."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leancore.coaching.session_plan import for_session
from leancore.runlog.pages import Header
from leancore.schema.faults import LOG_FULL

from leancue.language.formats import decimal
from leancue.language.words import _


def hole_s(headers: Sequence[Header]) -> float:
    """Return the approximate duration of missing pages between others, in seconds.

    A page's header has its start. The missing pages' share of a stretch is taken from their number.
    """
    lost_ms = 0.0
    for before, after in zip(headers, headers[1:], strict=False):
        missing = after.number - before.number - 1
        if missing > 0:
            lost_ms += (after.since_ms - before.since_ms) * missing / (missing + 1)
    return lost_ms / 1000


def planned_s(prescription: dict[str, Any], session: int) -> float:
    """Return the planned duration of the run, 0 if unknown."""
    if not isinstance(prescription.get("minutes"), list) or not prescription["minutes"]:
        return 0.0
    return 60.0 * for_session(prescription, "minutes", max(session, 0))


def end_words(logged_s: float, planned_s: float, *, full: bool) -> str:
    """Return a text about the end of an unclosed run."""
    why = (
        _("The clip's log was full")
        if full
        else _("The run was not completed: the clip lost power")
    )
    missing = max(planned_s - logged_s, 0.0)
    if missing < 10.0:
        return _("{why}. Up to 10 s at its end may be missing.", why=why)
    return _(
        "{why}. It ends after {logged} min of the {planned} min planned: up to {missing} min may "
        "be missing.",
        why=why,
        logged=decimal(logged_s / 60),
        planned=decimal(planned_s / 60, 0),
        missing=decimal(missing / 60),
    )


def was_full(faults: Sequence[int], raw_stopped: int | None, closed: bool) -> bool:
    """Whether an unclosed run ended because the clip's log was full.

    A full log has no space to record that, but it stopped raw samples for lack of space before.
    """
    return not closed and (raw_stopped is not None or LOG_FULL in faults)
