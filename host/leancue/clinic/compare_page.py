"""Two runs of a patient on one axis: any two, or before and after."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from nicegui import ui

from leancue.basis.errors import LibraryError
from leancue.clinic.page_frame import ClinicContext, crumbs, title
from leancue.clinic.widgets import button, card, link, markup, path, row, say, table_box
from leancue.language import formats
from leancue.language.words import _
from leancue.report.comparison import Difference, answer, differences, side
from leancue.report.comparison_chart import picture
from leancue.runs.run_view import of_run

if TYPE_CHECKING:
    from leancue.library import Library, RunRow


def pictured(
    library: Library, first: int, second: int, *, told: bool = True
) -> tuple[str, list[Difference]]:
    """Return the picture of two runs (SVG), and their differences. LibraryError, LogError.

    ``told``: as for ``picture``.
    """
    before, after = (
        side(name_of(library.runs.get(run_id)), of_run(library.runs.log(run_id)))
        for run_id in (first, second)
    )
    found = differences(before, after)
    return picture(before, after, found, told=told), found


def name_of(run: RunRow) -> str:
    """Return a run's label in a choice: its day and session."""
    at = formats.moment(run.began_s)
    if run.summary is None:
        return at
    if run.summary.is_baseline:
        return _("{at}, own lean", at=at)
    return _("{at}, session {session}", at=at, session=run.summary.session + 1)


class ComparePage:
    """The page of one patient's comparisons."""

    def __init__(self, desk: ClinicContext, code: str) -> None:
        """Take the patient's runs. PatientError."""
        self.desk, self.code = desk, code
        self.runs = [run for run in desk.library.chart(code).runs if run.summary is not None]

    def build(self) -> None:
        """Build the page; before and after are shown first."""
        title(_("Compare runs of {code}", code=self.code))
        place = path("patient", self.code)
        crumbs((_("Patients"), "/"), (self.code, place), (_("Compare"), ""))
        self._says = say("", "h1").props("aria-live=polite")
        if len(self.runs) < 2:
            self._says.content = escape(_("There are no two runs to compare yet."))
            return
        names = {run.id: name_of(run) for run in self.runs}
        with ui.element("div").classes("stack"):
            self._controls(names)
            self._results()
        self._draw()

    def _controls(self, names: dict[int, str]) -> None:
        with row("compare"):
            self._chosen = [
                ui.select(names, value=run.id, label=label, on_change=self._draw)
                for label, run in ((_("First"), self.runs[-1]), (_("Second"), self.runs[0]))
            ]
            for chosen in self._chosen:
                chosen.props(f'outlined aria-label="{chosen.props["label"]}"')
            button(_("Before and after"), self._before_and_after)

    def _results(self) -> None:
        with card("", "wide comparison"):
            self._picture = markup("", "div", "chart scrolls compared").props(
                "tabindex=0 role=group"
            )
            self._picture.props["aria-label"] = _("Two runs on one axis")
            self._saves = markup("", "div", "row actions")
            with table_box(_("Differences")):
                self._table = markup("", "table", "list")
            say(_(
                "The errors of the two runs are taken as independent. Where no error is known, no "
                "difference is claimed."), classes="quiet")  # fmt: skip

    def _before_and_after(self) -> None:
        for chosen, run in zip(self._chosen, (self.runs[-1], self.runs[0]), strict=True):
            chosen.set_value(run.id)

    def _draw(self) -> None:
        first, second = (int(chosen.value) for chosen in self._chosen)
        svg, found = pictured(self.desk.library, first, second, told=False)
        self._says.content = escape(answer(found))
        self._picture.content = svg
        where = path("compare", f"{first}-{second}")
        self._saves.content = "".join(
            link(words, f"{where}.{kind}", "button", download="")
            for kind, words in (("png", _("Save as PNG")), ("svg", _("Save as SVG")))
        )
        self._table.content = _table(found)


def _table(found: list[Difference]) -> str:
    heads = (
        _("Measure"), _("First"), _("Second"), _("Difference"), _("Error"),
        _("Larger than the error?"),
    )  # fmt: skip
    head = "".join(f"<th>{escape(words)}</th>" for words in heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(one.name)}</th><td>{escape(one.first)}</td>'
        f"<td>{escape(one.second)}</td><td>{escape(one.change)}</td>"
        f"<td>{escape(one.error or '–')}</td>"
        f"<td>{escape(_('yes') if one.exceeds else _('no') if one.error else '–')}</td></tr>"
        for one in found
    )
    return f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"


def compare(desk: ClinicContext, code: str) -> None:
    """The page. PatientError if there is no such patient."""
    if not desk.library.patients.has(code):
        raise LibraryError(_("There is no patient {code}.", code=code))
    ComparePage(desk, code).build()
