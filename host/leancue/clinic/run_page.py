"""One run: the answer, the numbers, the zoomable chart, the clip's faults."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from typing import Any

from nicegui import ui

from leancue.clinic import pace_card
from leancue.clinic.page_frame import ClinicContext, crumbs, notice, title
from leancue.clinic.proof import Proof
from leancue.clinic.widgets import (
    ascii_of,
    bar,
    button,
    card,
    link,
    markup,
    path,
    row,
    say,
    whole_of,
)
from leancue.clinic.zoom_chart import Window, ZoomedChart
from leancue.language.words import N_, _
from leancue.library import RunRow
from leancue.library.run_marks import on_axis
from leancue.library.run_rows import no_run
from leancue.report.run_chart import LEAN_TOP, LEFT, RIGHT, UP_END, WIDTH, Chart
from leancue.report.run_sheet import run_sheet
from leancue.report.sheet import Card, Section, Sheet
from leancue.runs.run_figures import line_ms
from leancue.runs.run_view import RunView, of_run
from leancue.runs.runlog import Run
from leancue.runs.spans import clock
from leancue.runs.verify import Verification

_STEP, _CLOSER = 0.5, 0.5
_NAME_MOST = 40  # characters of an address in a message
_KEYS = N_(
    "Drag across the chart to zoom, or use keys: + zoom in, − zoom out, ← → values, Shift ← → "
    "move, 0 whole run."
)


class RunPage:
    """The page of one run."""

    def __init__(self, desk: ClinicContext, run_id: int) -> None:
        """Read the run. LibraryError, LogError."""
        self.desk = desk
        self.notice = notice()
        self.row: RunRow = desk.library.runs.get(run_id)
        self.verification: Verification | None = None
        log = self._log()
        self.has_raw = log.has_raw
        self.show(_with_pace(of_run(log), desk, run_id))

    def _log(self) -> Run:
        """Read the run; not cached, because a long one with raw samples is large."""
        return self.desk.library.runs.log(self.row.id)

    def show(self, view: RunView) -> None:
        """Set the content."""
        self.view = view
        self.sheet: Sheet = run_sheet(view, self.verification, drawn=False)
        self.whole = Chart(view) if len(view.decisions.step_t_ms) else None
        self.whole_s = max(view.end_ms, 1000) / 1000
        self.window = Window(0.0, self.whole_s)

    def build(self) -> None:
        """Build the page."""
        code = self.row.patient or _("Not filed")
        title(f"{code}, {self.view.title}")
        where = path("patient", code) if self.row.patient else "/"
        crumbs((_("Patients"), "/"), (code, where), (self.view.title, ""))
        self._neighbours()
        self._box = ui.element("div").classes("stack")
        with self._box:
            self._fill()

    def _neighbours(self) -> None:
        """Links to the patient's previous and next run."""
        if not self.row.patient:
            return
        ids = [run.id for run in self.desk.library.runs.of(self.row.patient)][::-1]
        at = ids.index(self.row.id)
        links = []
        if at > 0:
            links.append(link(_("◀ Run before"), path("run", str(ids[at - 1]))))
        if at + 1 < len(ids):
            links.append(link(_("Next run ▶"), path("run", str(ids[at + 1]))))
        if links:
            markup("".join(links), "nav", "row neighbours").props["aria-label"] = _("Runs")

    def _fill(self) -> None:
        sheet = self.sheet
        say(sheet.headline, "h1")
        say(sheet.asked, classes="quiet")
        if self.row.doubt:
            say(self.row.doubt)
        markup("".join(_card(one) for one in sheet.cards), "div", "numbers")
        self._ways_on()
        self._chart()
        pace_card.show(self.desk, self.row, self.view, self._anew)
        first, *folded = (sheet.talk, *sheet.sections, self._origin())
        with ui.element("div").classes("two"):
            for section in (first, folded[0]):
                _section(section)
        with ui.element("details").classes("folded card"):
            say(_("How it was measured, proof and origin"), "summary")
            self._folded(folded[1:])

    def _ways_on(self) -> None:
        """Links to the next actions."""
        code = self.row.patient
        if not code:
            return
        change = link(_("Change the prescription"), path("patient", code, "prescription"), "button")
        visit = link(_("Visit with the clip"), f"/clip?patient={code}", "button")
        markup(change + visit, "div", "row actions")

    def _folded(self, sections: list[Section]) -> None:
        """Technical details, collapsed."""
        with ui.element("div").classes("three"):
            for section in sections:
                _section(section)
        sheet = self.sheet
        rows = "".join(
            f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
            for name, value in sheet.details
        )
        markup(rows, "dl", "details")

    def _anew(self) -> None:
        """Rebuild the page with the marks."""
        self.row = self.desk.library.runs.get(self.row.id)
        self._show_anew()

    def _show_anew(self) -> None:
        self.show(_with_pace(of_run(self._log(), self.verification), self.desk, self.row.id))
        self._box.clear()
        with self._box:
            self._fill()

    def _origin(self) -> Section:
        """Return the state of the verification, as text."""
        if self.verification is not None:
            return self.sheet.origin
        words = _("Not proved yet. Press Prove the run, below the chart.")
        if not self.has_raw:
            words = _("No raw samples were recorded, so the run cannot be proved.")
        return Section(self.sheet.origin.title, (words,), listed=False)

    def _chart(self) -> None:
        if self.whole is None:
            with card(classes="empty"):
                say(self.sheet.empty)
            return
        with card(_("Lean over time"), "wide"):
            with row("tools"):
                button(_("Closer"), lambda: self._look(self.window.scaled(_CLOSER, self.whole_s)))
                button(
                    _("Wider"), lambda: self._look(self.window.scaled(1 / _CLOSER, self.whole_s))
                )
                button(_("◀ Earlier"), lambda: self._look(self.window.moved(-_STEP, self.whole_s)))
                button(_("Later ▶"), lambda: self._look(self.window.moved(_STEP, self.whole_s)))
                button(_("Whole run"), self._look_at_all)
                self._where = say("", "span", "quiet").props("aria-live=polite")
            self._picture = markup("", "div", "chart run-chart").props("tabindex=0 role=group")
            self._picture.props["aria-label"] = _("Lean over time. {keys}", keys=_(_KEYS))
            self._picture.on("zoomed", self._zoomed, js_handler="(e) => emit(e.detail)")
            say(_(_KEYS), classes="quiet keys-hint")
            keys = "".join(f"<span>{key.mark}{escape(key.words)}</span>"
                           for key in self.sheet.keys)  # fmt: skip
            markup(keys, "p", "legend")
            say(self.sheet.under, classes="quiet")
            self._actions()
        self._draw()

    def _actions(self) -> None:
        with row("actions"):
            pdf = f"{path('print', 'run', str(self.row.id))}.pdf"
            markup(link(_("Print (PDF)"), pdf, "button", target="_blank", rel="noopener"), "span")
            if self.verification is None and self.has_raw:
                self._prover = button(_("Prove the run"), self._prove)
        self._proof_box = ui.element("div")

    async def _prove(self) -> None:
        bar(self._prover, True)
        with self._proof_box:
            self.verification = await Proof(self._log()).run()
        if self._box.is_deleted:
            return
        self._show_anew()
        proved = self.verification and self.verification.proved
        self.notice.tell(
            _("Proved: this computer reached the same decisions as the clip.")
            if proved
            else _("Not proved. {why}", why=self.verification)
        )

    def _zoomed(self, event: Any) -> None:
        wish: dict[str, float] = event.args
        if "factor" in wish:
            self._look(self.window.scaled(float(wish["factor"]), self.whole_s))
        elif "move" in wish:
            self._look(self.window.moved(float(wish["move"]), self.whole_s))
        elif "begin" in wish:
            begin, end = sorted((float(wish["begin"]), float(wish["end"])))
            self._look(Window(begin, end).scaled(1.0, self.whole_s))
        else:
            self._look_at_all()

    def _look_at_all(self) -> None:
        self._look(Window(0.0, self.whole_s))

    def _look(self, window: Window) -> None:
        self.window = window
        self._draw()

    def _draw(self) -> None:
        assert self.whole is not None
        begin_s, end_s = self.window
        all_of_it = end_s - begin_s >= self.whole_s
        chart = self.whole if all_of_it else ZoomedChart(self.whole, self.window)
        data = {
            "rows": chart.hover(), "width": WIDTH, "top": LEAN_TOP, "foot": UP_END,
            "left": LEFT, "right": RIGHT, "begin": begin_s, "end": end_s,
        }  # fmt: skip
        self._picture.content = ascii_of(
            f"{chart.picture()}<p class=values hidden role=status></p>"
            f'<span hidden data-chart="{escape(json.dumps(data))}"></span>'
        )
        part = _("{begin} to {end}", begin=clock(begin_s * 1000), end=clock(end_s * 1000))
        self._where.content = (
            _("Shown: the whole run")
            if all_of_it
            else _("Shown: {part}; the line is a median of {seconds} s", part=part,
                   seconds=line_ms(round(1000 * (end_s - begin_s))) // 1000)
        )  # fmt: skip


def view_of(desk: ClinicContext, run_id: int) -> RunView:
    """Return the view of a run of the library, with its marks. LibraryError."""
    return _with_pace(of_run(desk.library.runs.log(run_id)), desk, run_id)


def _with_pace(view: RunView, desk: ClinicContext, run_id: int) -> RunView:
    """Return the view with the marked speeds and inclines."""
    marks = tuple(on_axis(desk.library.marks.of_run(run_id), view))
    return replace(view, marks=marks, speed_unit=desk.library.options.get("speed_unit"))


def _card(one: Card) -> str:
    unit = f" <small>{escape(one.unit)}</small>" if one.unit else ""
    return (
        f'<div class="number"><h2>{escape(one.name)}</h2><p class="value">{escape(one.value)}'
        f"{unit}</p><p>{escape(one.remark)}</p></div>"
    )


def _section(section: Section) -> None:
    with card(section.title):
        if section.listed:
            lines = "".join(f"<li>{escape(line)}</li>" for line in section.lines)
            markup(lines, "ul")
        else:
            for line in section.lines:
                say(line)


def number_of(run_id: str) -> int:
    """Return the run's number in an address. LibraryError if it is none, or too large for one."""
    number = whole_of(run_id)
    if number is None:
        raise no_run(run_id[:_NAME_MOST])
    return number


def run(desk: ClinicContext, run_id: str) -> None:
    """The page. LibraryError if there is no such run."""
    RunPage(desk, number_of(run_id)).build()
