"""What comes from a clip piece by piece must get on: a clip that dawdles does not hold the host."""

from __future__ import annotations

import time

from leancue.basis.errors import DeviceGone
from leancue.language.words import _

GRACE_S = 4.0  # a few answers may be lost on the way, each costs a second


class ProgressGuard:
    """Counts the pieces of a long answer; ``pieces_per_s`` is the least, on average."""

    def __init__(self, request: str, pieces_per_s: float, grace_s: float = GRACE_S) -> None:
        self._request = request
        self._pieces_per_s = pieces_per_s
        self._deadline_s = time.monotonic() + grace_s

    def made(self, pieces: int) -> None:
        """So many new pieces have come; DeviceGone where they come too slowly to ever end."""
        self._deadline_s += pieces / self._pieces_per_s
        if time.monotonic() > self._deadline_s:
            raise DeviceGone(
                _(
                    "The clip answers to `{request}` too slowly to wait for its end.",
                    request=self._request,
                ),
                _("Its program may hang in part, or the cable may be bad."),
                "Plug it in anew, perhaps with another cable, and type the command again.",
            )
