"""Plausibility of the stand that a lean is relative to."""

from __future__ import annotations

from leancore.pipeline import LEAN_LEAST_CDEG, LEAN_MOST_CDEG

from leancue.language.formats import decimal
from leancue.language.words import _

# The clip's own limits.
_USUAL_DEG = (LEAN_MOST_CDEG + LEAN_LEAST_CDEG) / 200
_OFF_DEG = (LEAN_MOST_CDEG - LEAN_LEAST_CDEG) / 200


def doubt(mean_lean_deg: float | None, measured_from_stand: bool) -> str:
    """Return a warning about a mean running lean that no upright stand gives, or "".

    Args:
        mean_lean_deg: relative to standing; None: nobody ran.
        measured_from_stand: False: it is relative to the clip's own axes.
    """
    if mean_lean_deg is None or not measured_from_stand:
        return ""
    if abs(mean_lean_deg - _USUAL_DEG) <= _OFF_DEG:
        return ""
    return _(
        "The mean lean of {lean}° is more than {off}° from the usual running lean (about "
        "{usual}°). Perhaps the stand was not upright, or the clip was turned after it.",
        lean=decimal(mean_lean_deg, 0),
        off=decimal(_OFF_DEG, 0),
        usual=decimal(_USUAL_DEG, 0),
    )
