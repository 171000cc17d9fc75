"""Initial plans, above the plan: a preset, or another patient's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from leancue.clinic.page_frame import ClinicContext
from leancue.clinic.widgets import button, row
from leancue.language.words import _
from leancue.prescriptions.presets import PRESETS

Take = Callable[[list[int], list[int]], Any]


def show(desk: ClinicContext, code: str, take: Take) -> None:
    """Offer the plans; ``take`` gets minutes and percent with cues, one entry per session."""
    prescriptions = desk.library.prescriptions
    others = [
        patient.code
        for patient in desk.library.patients.all()
        if patient.code != code and prescriptions.current(patient.code) is not None
    ]

    def copy(other: str | None) -> None:
        made = prescriptions.current(other) if other else None
        if made is not None:
            take(made.values["minutes"], made.values["feedback_percent"])

    with row("presets"):
        for preset in PRESETS:
            plan = list(preset.minutes), list(preset.feedback_percent)
            button(_(preset.name), lambda plan=plan: take(*plan), "small")
        if others:
            words = _("Copy the plan of")
            chosen = ui.select(others, label=words, on_change=lambda event: copy(event.value))
            chosen.props("outlined dense").classes("preset-choice")
            chosen.props["aria-label"] = words
