"""Today: what the patient says, asked before anything else; kept as it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from leancue.clinic.page_frame import ClinicContext, notice
from leancue.clinic.widgets import card, row, say
from leancue.language.words import N_, _
from leancue.library.visits import FELT, WENT

_PAIN: dict[int | None, str] = {None: N_("not asked"), **{n: str(n) for n in range(11)}}


def show(desk: ClinicContext, code: str, then: Callable[[], Any] | None = None) -> None:
    """Show the three questions; ``then``: called once an answer is kept."""
    said = desk.library.visits.today(code)
    answers: dict[str, Any] = {"pain": said.pain, "felt": said.felt, "went": said.went}
    line = notice()

    def keep(name: str, value: Any) -> None:
        answers[name] = value
        desk.library.visits.say(code, **answers)
        kept.content = _("Kept.")
        line.clear()
        if then is not None:
            then()

    with card(_("Today"), "today"):
        with row("questions"):
            for name, words, options in (
                ("pain", _("Pain before, 0 to 10"), _PAIN),
                ("felt", _("Were the cues felt?"), FELT),
                ("went", _("How was it?"), WENT),
            ):
                chosen = ui.select(
                    {key: _(said) for key, said in options.items()}, value=answers[name],
                    label=words, on_change=lambda event, name=name: keep(name, event.value),
                )  # fmt: skip
                chosen.props(f'outlined aria-label="{words}"').classes("today-choice")
        kept = say("", "p", "quiet").props("role=status")
