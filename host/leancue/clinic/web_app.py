"""The page as an application: addresses, static files, printing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from nicegui import ui

from leancue.basis.errors import LeanCueError
from leancue.clinic import (
    clip_page,
    compare_page,
    live_page,
    patient_page,
    patients_page,
    prescription_page,
    print_routes,
    run_page,
    settings_page,
)
from leancue.clinic.page_frame import ClinicContext, frame
from leancue.language.words import speak

RECONNECT_S = 30.0  # how long a page without connection is kept for its tab to return
_STATIC = Path(str(files("leancue.clinic"))) / "static"
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" '
    'rx="7" fill="#0072B2"/><path d="M12 26L18 8" stroke="white" stroke-width="4" '
    'stroke-linecap="round"/><circle cx="20.5" cy="6" r="3.5" fill="white"/></svg>'
)
ROUTES: dict[str, Callable[..., None]] = {
    "/": patients_page.patients,
    "/patient/{code}": patient_page.patient,
    "/patient/{code}/prescription": prescription_page.edit,
    "/run/{run_id}": run_page.run,
    "/clip": clip_page.clip,
    "/patient/{code}/compare": compare_page.compare,
    "/clinic": settings_page.settings,
    "/live": live_page.live,
}


def build(desk: ClinicContext) -> FastAPI:
    """Return the application; serve it behind ``request_guard.RequestGuard``."""
    logging.getLogger("nicegui").addFilter(_should_log)
    app = FastAPI(title="LeanCue", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.add_exception_handler(LeanCueError, _in_words)
    speak(desk.library.clinic.get().language)
    print_routes.add(app, desk)
    ui.run_with(
        app, root=partial(frame, desk, ROUTES), title="LeanCue", favicon=_ICON, language="en-US",
        tailwind=False, show_welcome_message=False, binding_refresh_interval=None,
        reconnect_timeout=RECONNECT_S, gzip_middleware_factory=None,
    )  # fmt: skip
    return app


def _should_log(record: logging.LogRecord) -> bool:
    """Whether to log it on the terminal: a LeanCueError is shown on the page."""
    return not (record.exc_info and isinstance(record.exc_info[1], LeanCueError))


def _in_words(_request: Request, error: Exception) -> Response:
    return PlainTextResponse(str(error), 404)
