"""“Keep and send”: the prescription is sent once its clip is found.

The request belongs to one browser tab and is taken once, so that no reload and no other tab sends.
"""

from __future__ import annotations

from nicegui import context

_WISH = "leancue_sends"


def make(code: str) -> None:
    """Request that the next page of this tab sends the newest prescription of ``code``."""
    setattr(context.client, _WISH, code)


def taken(code: str) -> bool:
    """Return whether sending was requested for ``code``, and clear the request."""
    wished = getattr(context.client, _WISH, "")
    setattr(context.client, _WISH, "")
    return bool(code) and wished == code
