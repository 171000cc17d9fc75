"""The question before adding a patient whose code looks like another's, safe answer first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from leancue.clinic.page_frame import ClinicContext, ask
from leancue.clinic.widgets import path
from leancue.language.words import _, listed


def ask_first(desk: ClinicContext, code: str, add: Callable[[], Any]) -> bool:
    """Ask whether ``code`` is another patient; return whether there is anything to ask."""
    code = code.strip()
    library = desk.library
    if not code or library.patients.has(code):
        return False
    alike = library.patients.alike(code)
    if not alike:
        return False
    there = listed([
        _("{code} (archived)", code=one.code) if one.archived_s is not None else one.code
        for one in alike
    ])  # fmt: skip
    with ask(
        _("{there} already exists. Is {code} another patient?", there=there, code=code),
        _(
            "The codes differ only in upper and lower case, in - _ . or in characters that look "
            "alike, such as O and 0 or I and 1. Such patients are easily mixed up."),
    ) as answer:  # fmt: skip
        first = alike[0].code
        answer(_("Open {code}", code=first), lambda: ui.navigate.to(path("patient", first)),
               "first")  # fmt: skip
        answer(_("Choose another code"), None)
        answer(_("Add {code} as another patient", code=code), add)
    return True
