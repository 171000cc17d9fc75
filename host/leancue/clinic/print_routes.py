"""Addresses that return a PDF or a picture for printing."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response

from leancue.clinic.compare_page import pictured
from leancue.language import formats
from leancue.language.words import LANGUAGES, _, current, speaking
from leancue.report.comparison_chart import as_png
from leancue.report.home_sheet import HomeSheet, home_sheet
from leancue.report.patient_sheet import patient_sheet
from leancue.report.printing import Letterhead, print_out
from leancue.report.sheet import Sheet
from leancue.report.typesetting import PAPERS

if TYPE_CHECKING:
    from leancue.clinic.page_frame import ClinicContext
    from leancue.library import Library

_LOCKED = 423  # HTTP: Locked


def add(app: FastAPI, desk: ClinicContext) -> None:
    """Add the addresses to the application."""
    app.get("/print/patient/{code}.pdf")(partial(_patient, desk))
    app.get("/print/run/{run_id}.pdf")(partial(_run, desk))
    app.get("/compare/{first}-{second}.{kind}")(partial(_comparison, desk))


def letterhead(library: Library) -> Letterhead:
    """Return the head and foot of every printed page, in the current language."""
    found = library.clinic.get()
    printed = formats.day(int(time.time()), "", formats.DAY_LONG)
    return Letterhead(found.name, found.contact, found.logo, printed)


def _patient(
    desk: ClinicContext, code: str, home: int = 0, report: int = 1, notes: int = 1,
    paper: str = "", language: str = "",
) -> Response:  # fmt: skip
    if desk.lock.locked:
        return _refused()
    library = desk.library
    with speaking(language if language in LANGUAGES else current()):
        chart = library.chart(code)
        parts: list[HomeSheet | Sheet] = []
        if home:
            parts.append(home_sheet(chart, library.options.get("sessions_per_week")))
        if report or not parts:
            parts.append(patient_sheet(chart, with_notes=bool(notes)))
        names = [_("patient's sheet")] * bool(home) + [_("report")] * bool(report)
        data = print_out(tuple(parts), letterhead(library), _paper(library, paper))
    library.audit.note("printed", code, ", ".join(names))
    return _pdf(data, f"LeanCue {code}")


def _run(desk: ClinicContext, run_id: str) -> Response:
    from leancue.clinic.run_page import number_of, view_of
    from leancue.report import sheet_of

    if desk.lock.locked:
        return _refused()
    number = number_of(run_id)
    sheet = sheet_of(view_of(desk, number))
    data = print_out((sheet,), letterhead(desk.library), _paper(desk.library, ""))
    return _pdf(data, f"LeanCue run {number}")


def _comparison(desk: ClinicContext, first: str, second: str, kind: str) -> Response:
    from leancue.clinic.run_page import number_of

    if desk.lock.locked:
        return _refused()
    picture, _found = pictured(desk.library, number_of(first), number_of(second))
    name = {"Content-Disposition": f'attachment; filename="LeanCue {first}-{second}.{kind}"'}
    if kind == "png":
        return Response(as_png(picture), media_type="image/png", headers=name)
    return Response(picture, media_type="image/svg+xml", headers=name)


def _paper(library: Library, asked: str) -> str:
    return asked if asked in PAPERS else library.clinic.get().paper


def _pdf(data: bytes, name: str) -> Response:
    shown = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(data, media_type="application/pdf", headers=shown)


def _refused() -> Response:
    return PlainTextResponse(_("The page is locked."), _LOCKED)
