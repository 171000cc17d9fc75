"""Before a patient is made whose code looks like another's: the question, the safe answer first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from leancue.clinic.page_frame import ClinicContext, ask
from leancue.clinic.widgets import path


def ask_first(desk: ClinicContext, code: str, add: Callable[[], Any]) -> bool:
    """Ask whether ``code`` is another patient; return whether there is anything to ask."""
    code = code.strip()
    library = desk.library
    if not code or library.patients.has(code):
        return False
    alike = library.patients.alike(code)
    if not alike:
        return False
    there = " and ".join(
        f"{one.code}{' (archived)' if one.archived_s is not None else ''}" for one in alike
    )
    with ask(
        f"There is {there}. Is {code} another patient?",
        "The codes differ only in case, in - _ . or in characters that look alike, as O and 0, I "
        "and 1: two such patients are easily mixed up.",
    ) as answer:
        first = alike[0].code
        answer(f"Open {first}", lambda: ui.navigate.to(path("patient", first)), "first")
        answer("Choose another code", None)
        answer(f"Add {code} as another patient", add)
    return True
