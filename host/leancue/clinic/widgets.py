"""The small parts that pages are made of: text, links, buttons, fields, cards.

Markup comes from here only: words are escaped, so that nothing a person typed becomes markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any
from urllib.parse import quote

from nicegui import context, ui

from leancue.basis.plain_text import plain_lines
from leancue.language import formats
from leancue.library.overview import clip_name
from leancue.report.svg import tag

_DIGITS_MOST = 18  # of a number that every database can hold
_SHARE = re.compile(r"(?<=\d) %")


def markup(content: str, kind: str = "div", classes: str = "") -> ui.html:
    """Put markup on the page; whoever calls has escaped what is not."""
    return ui.html(ascii_of(plain_lines(content)), tag=kind, sanitize=False).classes(classes)


def ascii_of(content: str) -> str:
    """Return markup with characters beyond ASCII as references.

    One of them, a minus or a dash, would make each character of a chart take two bytes and more
    for as long as a page holds it.
    """
    return content.encode("ascii", "xmlcharrefreplace").decode("ascii")


def say(words: str, kind: str = "p", classes: str = "") -> ui.html:
    """Put words on the page; a share stays on one line with its sign."""
    return markup(escape(_SHARE.sub("\u00a0%", words)), kind, classes)


def button(words: str, on_click: Callable[..., Any], classes: str = "", **props: str) -> ui.html:
    """Put a button on the page; ``classes``: "first" for the main one, "danger" for the last."""
    made = markup(escape(words), "button", f"button {classes}").on("click", on_click)
    made.props["type"] = "button"
    made.props.update(props)
    return made


def bar(made: ui.html, barred: bool) -> None:
    """Let a button be pressed, or not."""
    if made.props.get("disabled", False) != barred:
        made.props["disabled"] = barred
        made.update()


def link(words: str, to: str, classes: str = "", **attributes: str) -> str:
    """Return a link as markup; ``to`` is a path of this page."""
    return tag("a", escape(words), href=home() + to, class_=classes, **attributes)


def home() -> str:
    """Return what every address of the page begins with, for the browser."""
    return str(context.client.request.headers.get("x-forwarded-prefix", ""))


def path(*parts: str) -> str:
    """Return a path of this page: ``path("patient", "K-014")``."""
    return "/" + "/".join(quote(part, safe="") for part in parts)


@contextmanager
def card(title: str = "", classes: str = "") -> Iterator[ui.element]:
    """A white card with a heading."""
    with ui.element("section").classes(f"card {classes}") as made:
        if title:
            say(title, "h2")
        yield made


@contextmanager
def row(classes: str = "") -> Iterator[ui.element]:
    """Things beside each other."""
    with ui.element("div").classes(f"row {classes}") as made:
        yield made


def table_box(name: str) -> ui.element:
    """A box in which a wide table scrolls by itself, by the keyboard too; ``name``: what it is."""
    made = ui.element("div").classes("table-box").props("tabindex=0 role=region")
    made.props["aria-label"] = name
    return made


def whole_of(text: str) -> int | None:
    """Return the whole number that was typed, None where it is none, or beyond any use."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS_MOST else None


class Field:
    """A labelled line to type into, with its unit, its range, and what is wrong with it."""

    _count = 0

    def __init__(
        self, label: str, value: str = "", on_change: Callable[[str], Any] | None = None, *,
        unit: str = "", hint: str = "", classes: str = "", hidden_label: bool = False,
    ) -> None:  # fmt: skip
        Field._count += 1
        name = f"field-{Field._count}"
        with ui.element("div").classes(f"field {classes}") as self.box:
            shown = say(label, "label", "unseen" if hidden_label else "")
            shown.props["for"] = name
            with ui.element("div").classes("entry"):
                self.input = ui.input(value=value, on_change=lambda e: self._changed(e.value))
                self.input.props(f'outlined dense for={name} aria-describedby="{name}-says"')
                if unit:
                    say(unit, "span", "unit")
            says = escape(hint)
            self._says = markup(says, "p", "hint").props(f"id={name}-says aria-live=polite")
        self._hint, self._on_change = hint, on_change

    @property
    def text(self) -> str:
        """What stands in it."""
        return str(self.input.value or "").strip()

    def complain(self, words: str) -> None:
        """Say what is wrong with it; "" = nothing."""
        self.box.classes(add="wrong" if words else "", remove="" if words else "wrong")
        self.input.props["aria-invalid"] = "true" if words else "false"
        self.input.update()
        self._says.content = escape(plain_lines(words or self._hint))

    def explain(self, words: str) -> None:
        """Say another hint, where nothing is wrong with it."""
        if words != self._hint:
            self._hint = words
            if self.input.props.get("aria-invalid") != "true":
                self._says.content = escape(plain_lines(words))

    def _changed(self, _value: object) -> None:
        if self._on_change:
            self._on_change(self.text)


def when(t_s: int | None) -> str:
    """Return a time as the desk's clock has it: ``3 November 2026, 14:05``."""
    return formats.moment(t_s, length=formats.DAY_LONG)


def moment(t_s: int | None) -> str:
    """Return a time in short: ``3 Nov 2026, 14:05``."""
    return formats.moment(t_s)


def day(t_s: int | None) -> str:
    """Return a day: ``3 Nov 2026``."""
    return formats.day(t_s, "–")


def uid_words(uid: str) -> str:
    """Return the end of a clip's UID: what one can compare with a glance."""
    return clip_name(uid)
