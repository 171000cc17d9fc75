"""The list of patients: progress, retention without cues, and points to look at."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple

from nicegui import ui

from leancue.basis.errors import PatientError
from leancue.clinic import look_alikes, safety_card, unassigned_runs
from leancue.clinic.last_made import LastMade
from leancue.clinic.page_frame import ClinicContext, notice, off_loop, title
from leancue.clinic.sparkline import lean_line, sparkline
from leancue.clinic.widgets import (
    Field,
    ascii_of,
    button,
    card,
    day,
    home,
    link,
    markup,
    path,
    row,
    say,
)
from leancue.language.words import N_, _, current, n_
from leancue.library import PatientSummary
from leancue.report.sentences import percent
from leancue.report.trend_chart import older
from leancue.runs.trend import Point

_FIRST = 40  # rows shown at once; more on request or by search
Key = Callable[[PatientSummary], Any]
Share = Callable[[Point], float | None]


def _newest(points: tuple[Point, ...], share: Share) -> tuple[float | None, str]:
    """Return the newest known share, and the name of its session if it is an older one."""
    for point in reversed(points):
        value = share(point)
        if value is not None:
            return value, older(point, points[-1])
    return None, ""


def _with_cues(point: Point) -> float | None:
    return point.in_band_with_cues


def _without_cues(point: Point) -> float | None:
    return point.in_band_without_cues


# name of the column, sort key, whether the largest comes first
COLUMNS: tuple[tuple[str, Key | None, bool], ...] = (
    (N_("Patient"), lambda g: g.patient.code.lower(), False),
    (N_("Sessions"), lambda g: g.progress.done, True),
    (N_("Last run"), lambda g: g.progress.last_s or 0, True),
    (N_("Lean and share in band"), lambda g: _newest(g.points, _with_cues)[0] or 0.0, True),
    (N_("Look at"), lambda g: len(g.flags), True),
    ("", None, False),
)


_LOOK_AT = 4  # of ``COLUMNS``


class _Line(NamedTuple):
    """A patient in the list: keys for search and sorting, and its row as markup."""

    code: str
    keys: tuple[Any, ...]
    flagged: bool
    row: str


class PatientList:
    """The shown patients: all that match the search, in the chosen order."""

    def __init__(self, desk: ClinicContext) -> None:
        self.desk = desk
        self.notice = notice()
        self.search = ""
        self.all_rows = False
        self.column, self.backwards, self.archived = _LOOK_AT, False, False  # attention first
        self._look()

    def build(self) -> None:
        """Build the page."""
        title(_("Patients"))
        self._box = ui.element("div").classes("stack")
        with self._box:
            self._fill()

    def _fill(self) -> None:
        self._headline = say("", "h1")
        unassigned_runs.show(self.desk, self.reload)
        safety_card.reminder(self.desk)
        if not self.lines and not self.archived:
            self._headline.content = _("No patients yet.")
            self._first_run()
            return
        with card():
            with row("tools"):
                Field(_("Search"), self.search, self._searched, classes="search")
                self._adder()
                words = _("Hide archived") if self.archived else _("Show archived")
                button(words, self._toggle_archived)
                self._example_button()
            self._table = markup("").on("click", self._acted, js_handler=_ACT)
        self._draw()

    def reload(self) -> None:
        """Reload from the library."""
        self._look()
        self._box.clear()
        with self._box:
            self._fill()

    def _look(self) -> None:
        library = self.desk.library
        found = library.overview(archived=self.archived)
        self.lines = _LINES.of((home(), current(), found))
        self.example = any(patient.example for patient in library.patients.all(archived=True))

    def _first_run(self) -> None:
        with card(classes="empty"):
            say(_("Add the first patient by a code that the clinic chooses. It is never a name."))
            self._adder()
        with card(classes="empty"):
            say(_("Or explore first: an example patient with eight simulated runs."))
            with row():
                self._example_button("first")
                if not self.lines:
                    button(_("Show archived"), self._toggle_archived)

    def _adder(self) -> None:
        with ui.element("form").classes("adder").on("submit.prevent", self._ask_and_add):
            self._code = Field(_("Code of a new patient"), hidden_label=True)
            self._code.input.props["placeholder"] = _("code, like K-014")
            button(_("Add patient"), self._ask_and_add, "first")

    def _ask_and_add(self) -> None:
        if not self._code.text:
            self._code.complain(_("See above."))
            raise PatientError(_("Please type a code."), way_out=_("For example K-014."))
        if not look_alikes.ask_first(self.desk, self._code.text, self._add):
            self._add()

    def _add(self) -> None:
        try:
            patient = self.desk.library.patients.add(self._code.text)
        except Exception as error:
            self._code.complain(_("See above."))
            raise error
        ui.navigate.to(path("patient", patient.code))

    def _example_button(self, classes: str = "") -> None:
        if self.example:
            button(_("Remove the example"), self._remove_example, classes)
        else:
            button(_("Make an example patient"), self._make_example, classes)

    async def _make_example(self) -> None:
        await off_loop(self.desk.library.add_example)
        self.reload()
        self.notice.tell(
            _("The example patient is here. Remove it with one click when you are done.")
        )

    async def _remove_example(self) -> None:
        await off_loop(self.desk.library.remove_example)
        self.reload()
        self.notice.tell(_("The example patient and all its data are removed."))

    def _toggle_archived(self) -> None:
        self.archived = not self.archived
        self.reload()

    def _searched(self, text: str) -> None:
        self.search = text
        self._draw()

    def _acted(self, event: Any) -> None:
        act, what = event.args
        if act == "sort":
            column = int(what)
            self.backwards = column == self.column and not self.backwards
            self.column = column
            self._draw()
        elif act == "all":
            self.all_rows = True
            self._draw()
        elif act in ("archive", "restore"):
            self._archive(what, act == "archive")

    def _archive(self, code: str, archived: bool) -> None:
        self.desk.library.patients.archive(code, archived=archived)
        self.reload()
        words = (
            _("{code} is archived; nothing was erased.", code=code)
            if archived
            else _(
                "{code} is back.",
                code=code,
            )
        )
        self.notice.tell(words, lambda: self._archive(code, not archived))

    def _draw(self) -> None:
        wanted = self.search.lower()
        shown = [line for line in self.lines if wanted in line.code.lower()]
        largest_first = COLUMNS[self.column][2]
        shown.sort(key=lambda line: line.keys[self.column],
                   reverse=largest_first != self.backwards)  # fmt: skip
        self._headline.content = escape(_headline(self.lines, shown, self.search))
        self._table.content = ascii_of(self._markup(shown))

    def _markup(self, shown: list[_Line]) -> str:
        if not shown:
            words = _("No patient matches. Search for another part of the code.")
            return f"<p class=empty>{escape(words)}</p>"
        heads = "".join(self._head(i, column[0]) for i, column in enumerate(COLUMNS))
        first = shown if self.all_rows else shown[:_FIRST]
        rows = "".join(line.row for line in first)
        table = f'<table class="list"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        name = escape(_("Patients"))
        table = (
            f'<div class="table-box patients" tabindex="0" role="group" aria-label="{name}">'
            f"{table}</div>"
        )
        return table + ("" if len(first) == len(shown) else _more(len(first), len(shown)))

    def _head(self, i: int, name: str) -> str:
        if not name:
            return "<td></td>"
        if i != self.column:
            sort, arrow = "none", ""
        else:
            down = COLUMNS[i][2] != self.backwards
            sort, arrow = ("descending", " ▾") if down else ("ascending", " ▴")
        return (
            f'<th aria-sort="{sort}"><button type="button" data-act="sort" data-what="{i}">'
            f"{escape(_(name))}{arrow}</button></th>"
        )


_ACT = (
    "(e) => { const b = e.target.closest('[data-act]'); "
    "if (b) emit([b.dataset.act, b.dataset.what]); }"
)


def _line(summary: PatientSummary) -> _Line:
    keys = tuple(key(summary) if key else None for _name, key, _largest in COLUMNS)
    return _Line(summary.patient.code, keys, bool(summary.flags), ascii_of(_row(summary)))


def _lines(what: tuple[str, str, list[PatientSummary]]) -> list[_Line]:
    return [_line(summary) for summary in what[-1]]


# Shared by tabs that show the same: with many patients the rows are a megabyte.
_LINES = LastMade(_lines)


def _headline(lines: list[_Line], shown: list[_Line], search: str) -> str:
    if search:
        return n_("{shown} of {number} patient.", "{shown} of {number} patients.", len(lines),
                  shown=len(shown))  # fmt: skip
    flagged = sum(line.flagged for line in lines)
    look = _(", {flagged} to look at", flagged=flagged) if flagged else _(", nothing to look at")
    return n_("{number} patient{look}.", "{number} patients{look}.", len(lines), look=look)


def _more(first: int, shown: int) -> str:
    words = _("{first} of {shown} patients are shown. Search by a part of the code, or",
              first=first, shown=shown)  # fmt: skip
    return (
        f'<p class="row more-rows">{escape(words)} <button type="button" class="button" '
        f'data-act="all" data-what="">{escape(_("show all of them"))}</button></p>'
    )


def _row(summary: PatientSummary) -> str:
    patient, way = summary.patient, summary.progress
    code = escape(patient.code)
    done = _("{done} of {planned}", done=way.done, planned=way.planned)
    act, word = ("restore", _("Bring back")) if patient.archived_s else ("archive", _("Archive"))
    items = "".join(f"<li>{escape(flag.words)}</li>" for flag in summary.flags)
    flags = f'<ul class="flags">{items}</ul>' if items else "–"
    to, name = f"/clip?patient={patient.code}", _("Visit of {code}", code=patient.code)
    visit = link(_("Visit"), to, "button", aria_label=name) if not patient.archived_s else ""
    more = f'<span class="tag">{escape(_("archived"))}</span>' if patient.archived_s else ""
    more += f'<span class="tag">{escape(_("example"))}</span>' if patient.example else ""
    missed = (
        f'<br><span class="quiet">{_("{missed} missed", missed=way.missed)}</span>'
        if way.missed
        else ""
    )
    return (
        f"<tr><th scope=row>{link(patient.code, path('patient', patient.code))}{more}</th>"
        f'<td>{done}{missed}</td><td class="day">{day(way.last_s)}</td>'
        f'<td class="spark">{_shares(summary)}</td><td>{flags}</td>'
        f"<td>{visit} "
        f'<button type="button" class="button quiet" data-act="{act}" data-what="{code}" '
        f'aria-label="{word} {code}">{word}</button></td></tr>'
    )


def _shares(summary: PatientSummary) -> str:
    found = [(*_newest(summary.points, share), name) for share, name in
             ((_with_cues, _("with cues")), (_without_cues, _("without cues")))]  # fmt: skip
    words = [f"{percent(share)} {name}{where}" for share, where, name in found if share is not None]
    if not words:
        return f'<span class="quiet">{escape(_("no run with a band yet"))}</span>'
    drawn = f"{lean_line(summary.points)}{sparkline(summary.points)}"
    return f"{drawn}<span>{'<br>'.join(words)}</span>"


def patients(desk: ClinicContext) -> None:
    """The page."""
    PatientList(desk).build()
