"""Pull the runs of all clips at once, with a separate result for each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from leancue.basis.errors import LeanCueError
from leancue.clinic.page_frame import in_words
from leancue.clinic.widgets import markup, say, uid_words
from leancue.language.words import _

if TYPE_CHECKING:
    from nicegui import ui

    from leancue.clinic.clip_card import ClipCard


async def pull_all(cards: Sequence[ClipCard], box: ui.element) -> None:
    """Pull from all free clips at the same time, and show the results in ``box``.

    A clip that fails does not delay the others: its error is shown next to its name.
    """
    told = await asyncio.gather(*(_pulled(card) for card in cards))
    if box.is_deleted:
        return
    box.clear()
    with box:
        say(_("Pulled from all clips"), "h2")
        lines = "".join(
            f"<li{'' if fine else ' class=failed'}><strong>{escape(name)}</strong>: "
            f"{escape(words)}</li>"
            for name, words, fine in told
        )
        markup(lines, "ul", "pulled").props("role=status")


async def _pulled(card: ClipCard) -> tuple[str, str, bool]:
    """Return the clip's name, the result, and whether it succeeded."""
    name = " ".join(filter(None, (card.name, uid_words(card.clip.hello.uid))))
    if card.busy or card.watching:
        return name, _("Nothing was pulled: the clip is busy."), False
    try:
        with card.box:  # a separate task, which has no slot on the page yet
            words, _more = await card.pull.pull()
    except LeanCueError as error:
        return name, in_words(error), False
    return name, words, True
