"""The building blocks of pages: text, links, buttons, fields, cards.

Markup is created only here, with escaped text, so that input never becomes markup.
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

_DIGITS_MOST = 18  # of a number that fits every database
_SHARE = re.compile(r"(?<=\d) %")


def markup(content: str, kind: str = "div", classes: str = "") -> ui.html:
    """Put markup on the page; the caller has escaped all text."""
    return ui.html(ascii_of(plain_lines(content)), tag=kind, sanitize=False).classes(classes)


def ascii_of(content: str) -> str:
    """Return markup with non-ASCII characters as references.

    A single one, such as a minus or a dash, would make every character of a chart take two bytes or
    more while a page holds it.
    """
    return content.encode("ascii", "xmlcharrefreplace").decode("ascii")


def say(words: str, kind: str = "p", classes: str = "") -> ui.html:
    """Put text on the page; a share stays on one line with its sign."""
    return markup(escape(_SHARE.sub("\u00a0%", words)), kind, classes)


def button(words: str, on_click: Callable[..., Any], classes: str = "", **props: str) -> ui.html:
    """Put a button on the page; ``classes``: "first" for the main one, "danger" for the last."""
    made = markup(escape(words), "button", f"button {classes}").on("click", on_click)
    made.props["type"] = "button"
    made.props.update(props)
    return made


def bar(made: ui.html, barred: bool) -> None:
    """Enable or disable a button."""
    if made.props.get("disabled", False) != barred:
        made.props["disabled"] = barred
        made.update()


def link(words: str, to: str, classes: str = "", **attributes: str) -> str:
    """Return a link as markup; ``to`` is a path of this page."""
    return tag("a", escape(words), href=home() + to, class_=classes, **attributes)


def home() -> str:
    """Return the prefix of every address of the page, for the browser."""
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
    """Elements side by side."""
    with ui.element("div").classes(f"row {classes}") as made:
        yield made


def table_box(name: str) -> ui.element:
    """A box in which a wide table scrolls separately, also by keyboard; ``name``: its label."""
    made = ui.element("div").classes("table-box").props("tabindex=0 role=region")
    made.props["aria-label"] = name
    return made


def whole_of(text: str) -> int | None:
    """Return the typed integer, None if it is invalid or too large."""
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
        """The text in it."""
        return str(self.input.value or "").strip()

    def complain(self, words: str) -> None:
        """Show an error; "" = none."""
        self.box.classes(add="wrong" if words else "", remove="" if words else "wrong")
        self.input.props["aria-invalid"] = "true" if words else "false"
        self.input.update()
        self._says.content = escape(plain_lines(words or self._hint))

    def explain(self, words: str) -> None:
        """Show another hint, if there is no error."""
        if words != self._hint:
            self._hint = words
            if self.input.props.get("aria-invalid") != "true":
                self._says.content = escape(plain_lines(words))

    def _changed(self, _value: object) -> None:
        if self._on_change:
            self._on_change(self.text)


def when(t_s: int | None) -> str:
    """Return a time in the desk's local time: ``3 November 2026, 14:05``."""
    return formats.moment(t_s, length=formats.DAY_LONG)


def moment(t_s: int | None) -> str:
    """Return a time in short: ``3 Nov 2026, 14:05``."""
    return formats.moment(t_s)


def day(t_s: int | None) -> str:
    """Return a day: ``3 Nov 2026``."""
    return formats.day(t_s, "–")


def uid_words(uid: str) -> str:
    """Return the end of a clip's UID, which can be compared at a glance."""
    return clip_name(uid)
