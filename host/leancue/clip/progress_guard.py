"""Minimum rate of a long answer, so that a slow clip does not block the host."""

from __future__ import annotations

import time

from leancue.basis.errors import DeviceGone
from leancue.language.words import _

GRACE_S = 4.0  # a few answers may be lost, at a second each


class ProgressGuard:
    """Counts the pieces of a long answer; ``pieces_per_s`` is the minimum average."""

    def __init__(self, request: str, pieces_per_s: float, grace_s: float = GRACE_S) -> None:
        self._request = request
        self._pieces_per_s = pieces_per_s
        self._deadline_s = time.monotonic() + grace_s

    def made(self, pieces: int) -> None:
        """Count new pieces; DeviceGone if they arrive too slowly."""
        self._deadline_s += pieces / self._pieces_per_s
        if time.monotonic() > self._deadline_s:
            raise DeviceGone(
                _(
                    "The clip answers `{request}` too slowly, so the desk stopped waiting.",
                    request=self._request,
                ),
                _("Part of its program may hang, or the cable may be bad."),
                "Plug it in again, perhaps with another cable, and type the command again.",
            )
