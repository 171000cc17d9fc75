"""“Keep and send”: what was pressed on the prescription is done once its clip is found.

The wish belongs to one browser tab and is taken once, so that no reload and no other tab sends.
"""

from __future__ import annotations

from nicegui import context

_WISH = "leancue_sends"


def make(code: str) -> None:
    """Wish that the newest prescription of ``code`` is sent on the next page of this tab."""
    setattr(context.client, _WISH, code)


def taken(code: str) -> bool:
    """Return whether that was wished for ``code``; from now on it is not."""
    wished = getattr(context.client, _WISH, "")
    setattr(context.client, _WISH, "")
    return bool(code) and wished == code
