"""How the lean is measured and how far it may be off: the figures that every report shows."""

from __future__ import annotations

from typing import NamedTuple


class MethodError(NamedTuple):
    """How far a lean may be off, in degrees, and where the figure comes from."""

    standing_deg: float
    running_deg: float
    source: str


# The maker's figures for tilt of the game rotation vector. Figures measured by the project itself
# are to replace them; until then nothing better is claimed.
METHOD_ERROR = MethodError(
    1.5, 2.5, "CEVA BNO08x data sheet 1000-3927, game rotation vector, tilt error"
)

METHOD = (
    "The lean is the angle between the clip and the direction of gravity, forward from where the "
    "clip was in quiet standing, averaged over the last two steps so that the swing of the pelvis "
    "cancels. It is lean at the lower back: the trunk above may lean differently, and hills of "
    "5° change it."
)
PURPOSE = "LeanCue coaches running posture; it makes no diagnosis and treats nothing."
