"""Today: the patient's answers, asked first; one click each, saved at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from itertools import count
from typing import Any

from leancue.clinic.page_frame import ClinicContext, notice
from leancue.clinic.widgets import card, markup, row, say
from leancue.language.words import N_, _
from leancue.library.visits import FELT, WENT
from leancue.report.svg import tag

_PAIN: dict[str, str] = {"": N_("not asked"), **{str(n): str(n) for n in range(11)}}
_QUESTIONS = (
    ("pain", N_("Pain before, 0 to 10"), _PAIN),
    ("felt", N_("Were the cues felt?"), FELT),
    ("went", N_("How was it?"), WENT),
)
_CHOSEN = "(e) => emit(e.target.value)"
_groups = count()  # radio buttons are grouped by a unique name


def show(desk: ClinicContext, code: str, then: Callable[[], Any] | None = None) -> None:
    """Show the three questions; ``then``: called after an answer is saved."""
    said = desk.library.visits.today(code)
    answers: dict[str, Any] = {"pain": said.pain, "felt": said.felt, "went": said.went}
    line = notice()

    def keep(name: str, value: str) -> None:
        answers[name] = (int(value) if value else None) if name == "pain" else value
        desk.library.visits.say(code, **answers)
        kept.content = escape(_("Kept."))
        line.clear()
        if then is not None:
            then()

    with card(_("Today"), "today"):
        with row("questions"):
            for name, words, options in _QUESTIONS:
                now = answers[name]
                asked = markup(_radios(words, options, "" if now is None else str(now)), "fieldset")
                asked.on("change", lambda e, name=name: keep(name, str(e.args)),
                         js_handler=_CHOSEN)  # fmt: skip
        kept = say("", "p", "quiet").props("role=status")


def _radios(words: str, options: Mapping[str, str], now: str) -> str:
    """Return a question with an answer to each press, as markup."""
    name = f"today-{next(_groups)}"
    answers = "".join(_chip(name, key, _(answer), key == now) for key, answer in options.items())
    return tag("legend", escape(_(words))) + tag("div", answers, class_="chips")


def _chip(group: str, key: str, answer: str, chosen: bool) -> str:
    """Return one answer; a dash means "not asked", with a text for screen readers."""
    checked = " checked" if chosen else ""
    named = f' aria-label="{escape(answer)}"' if not key else ""
    field = f'<input type="radio" name="{group}" value="{key}"{named}{checked}>'
    shown = escape(answer) if key else "–"
    return f'<label class="chip" title="{escape(answer)}">{field}<span>{shown}</span></label>'
