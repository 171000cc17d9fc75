"""The clinic's name for a clip, such as the colour of its band, entered on its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

from leancue.clinic.widgets import Field, button, row, say
from leancue.language.words import _

if TYPE_CHECKING:
    from leancue.clinic.clip_card import ClipCard

NAME_MOST = 24


def show(card: ClipCard) -> None:
    """Show a collapsed field to name the card's clip."""
    with ui.element("details").classes("clip-name"):
        say(_("Name this clip"), "summary")
        with row():
            hint = _("For example “blue”. To tell clips apart, press Feel the cues.")
            field = Field(_("Name of the clip"), card.name, classes="short", hint=hint)
            button(_("Keep the name"), lambda: _keep(card, field))


def _keep(card: ClipCard, field: Field) -> None:
    if len(field.text) > NAME_MOST:
        field.complain(_("At most {most} characters.", most=NAME_MOST))
        return
    hello, devices = card.clip.hello, card.desk.library.devices
    devices.seen(hello.uid, hello.board, hello.version)
    devices.name(hello.uid, field.text)
    card.named()
    card.page.notice.tell(_("The name is kept."))
