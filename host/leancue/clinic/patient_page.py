"""One patient: one sentence, the trend, the runs; pain, notes, print, archive, erase."""

from __future__ import annotations

from datetime import date
from html import escape

from nicegui import ui

from leancue.basis.errors import LibraryError
from leancue.clinic import today, trend_charts
from leancue.clinic.page_frame import ClinicContext, ask, crumbs, notice, off_loop, title
from leancue.clinic.patient_words import clip_lines, next_words, prescribed_lines, sentence
from leancue.clinic.print_dialog import PrintDialog
from leancue.clinic.typed_work import TypedWork
from leancue.clinic.widgets import (
    Field,
    button,
    card,
    day,
    link,
    markup,
    moment,
    path,
    row,
    say,
    whole_of,
)
from leancue.language import formats
from leancue.language.words import _, n_
from leancue.library import Note, RunRow, Session
from leancue.library.drafts import NOTE
from leancue.report.plan_progress import plan_progress
from leancue.report.sentences import number, percent, plus_minus
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.spans import minutes

_RUNS_SHOWN = 12


class PatientPage:
    """The page of one patient."""

    def __init__(self, desk: ClinicContext, code: str) -> None:
        self.desk, self.code = desk, code
        self.notice = notice()
        self.all_runs = False
        self._note: ui.textarea | None = None

    def build(self) -> None:
        """Build the page. PatientError if there is no such patient."""
        self.desk.library.patients.get(self.code)
        title(self.code)
        crumbs((_("Patients"), "/"), (self.code, ""))
        self._typed = TypedWork(self.desk, self.code, NOTE, self._typed_note)
        self._box = ui.element("div").classes("stack")
        self.reload()

    def _typed_note(self) -> str:
        """The text in the note field."""
        return str(self._note.value or "") if self._note is not None else ""

    def reload(self) -> None:
        """Reload from the library; a half-typed note is kept."""
        if self._note is not None:
            self._typed.save()
            self._typed.found = self.desk.library.drafts.get(self.code, NOTE)
        self.chart = self.desk.library.chart(self.code)
        self._box.clear()
        with self._box:
            self._answer()
            self._trend()
            with ui.element("div").classes("two"):
                self._runs()
                with ui.element("div").classes("stack"):
                    self._pain()
                    self._notes()
            self._upkeep()

    def _answer(self) -> None:
        chart = self.chart
        say(sentence(chart), "h1")
        today.show(self.desk, self.code, self._said)
        if chart.flags:
            words = "".join(f"<li>{escape(flag.words)}</li>" for flag in chart.flags)
            markup(f"<strong>{escape(_('To look at'))}</strong><ul>{words}</ul>", "div", "look")
        place = path("patient", self.code)
        main = "first" if chart.prescription is None else ""
        words = _("Prescribe") if chart.prescription is None else _("Change the prescription")
        with row("actions"):
            markup(
                link(_("Visit with the clip"), f"/clip?patient={self.code}",
                     "button" if main else "button first")
                + link(words, f"{place}/prescription", f"button {main}")
                + link(_("Compare runs"), f"{place}/compare", "button"),
                "span", "row",
            )  # fmt: skip
            button(_("Print …"), PrintDialog(self.desk, self.code).open)
        with ui.element("div").classes("facts"):
            for heading, lines in (
                (_("So far"), plan_progress(chart)),
                (_("Prescribed"), prescribed_lines(chart)),
                (_("Next session"), (next_words(chart),)),
                (_("On the clip"), clip_lines(chart)),
            ):
                with card(heading):
                    for line in lines:
                        say(line)

    def _said(self) -> None:
        """Show today's answers with the pain when the page is rebuilt."""
        self.chart = self.desk.library.chart(self.code)

    def _trend(self) -> None:
        points = self.chart.points
        if not points:
            with card(classes="empty"):
                say(_("There are no runs yet."))
                step = _("write a prescription")
                if self.chart.prescription:
                    step = _("send it to the clip")
                say(_("Next: {step}; after the first run, pull it from the clip.", step=step))
            return
        with card(_("Lean against the band, over the sessions"), "wide"):
            markup(trend_charts.pictures(self.chart), "div", "small-charts")
            markup(_key(), "p", "legend")

    def _runs(self) -> None:
        runs = self.chart.runs
        with card(_("Runs ({number})", number=len(runs)), "runs"):
            if not runs:
                say(_("None yet. Pull them from the clip after a run."), classes="quiet")
                return
            shown = runs if self.all_runs else runs[:_RUNS_SHOWN]
            rows = "".join(_run_row(run) for run in shown)
            names = (
                _("Began"),
                _("Session"),
                _("Ran"),
                _("Mean lean"),
                _("In band with cues"),
                _("In band without cues"),
            )
            heads = "".join(f"<th>{escape(name)}</th>" for name in names)
            table = f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
            box = markup(f'<table class="list">{table}</table>', "div", "table-box")
            box.props("tabindex=0 role=group")
            box.props["aria-label"] = _("Runs ({number})", number=len(runs))
            for run in shown:
                if run.doubt:
                    say(_("Run {number}: {words}", number=run.number, words=run.doubt))
            if len(shown) < len(runs):
                button(n_("Show {number} run", "Show all {number} runs", len(runs)), self._show_all)

    def _show_all(self) -> None:
        self.all_runs = True
        self.reload()

    def _pain(self) -> None:
        sessions = self.chart.sessions[-3:][::-1]
        if not sessions:
            return
        with card(_("Pain, 0 to 10, as reported by the patient"), "pain"):
            markup(trend_charts.pain_picture(self.chart), "div", "small-charts one")
            for session in sessions:
                pain = "" if session.pain is None else str(session.pain)
                with row("pain-row"):
                    field = Field(_session_name(session), pain, classes="short")
                    button(_("Keep"), lambda s=session, f=field: self._keep_pain(s, f))

    def _keep_pain(self, session: Session, field: Field) -> None:
        text = field.text
        self.notice.clear()  # the last message is about something else
        if text and whole_of(text) is None:
            field.complain(_("A whole number from 0 to 10, or leave it empty."))
            return
        try:
            self.desk.library.sessions.set_pain(session.id, whole_of(text))
        except LibraryError as error:
            field.complain(error.why)
            return
        self.reload()
        self.notice.tell(_("The pain is kept: {session}.", session=_session_name(session)))

    def _notes(self) -> None:
        with card(_("Notes"), "notes"):
            self._note = ui.textarea(value=self._typed.found.text if self._typed.found else "")
            self._note.props("outlined autogrow")
            self._note.props["aria-label"] = _("New note")
            self._note.props["placeholder"] = _("What was said or seen")
            if self._typed.found:
                say(
                    _(
                        "Begun {written}, not saved yet.",
                        written=moment(self._typed.found.written_s),
                    ),
                    "p",
                    "quiet",
                )
            self._typed.show()
            button(_("Keep the note"), self._keep_note)
            for note in self.chart.notes:
                with row("note"):
                    who = f" ({note.written_by})" if note.written_by else ""
                    say(f"{day(note.written_s)}{who}: {note.text}")
                    remove = button(_("Remove"), lambda n=note: self._remove_note(n), "quiet")
                    remove.props["aria-label"] = _(
                        "Remove the note of {written}",
                        written=day(note.written_s),
                    )
            if not self.chart.notes:
                say(_("None yet. No names: the code is enough."), classes="quiet")

    def _keep_note(self) -> None:
        assert self._note is not None
        newest = self.chart.sessions[-1].id if self.chart.sessions else None
        self.desk.library.notes.add(self.code, str(self._note.value or ""), newest)
        self._note.value = ""
        self._typed.drop()
        self.reload()
        self.notice.tell(_("The note is kept."))

    def _remove_note(self, note: Note) -> None:
        self.desk.library.notes.remove(note.id)

        def undo() -> None:
            self.desk.library.notes.add(self.code, note.text, note.session_id)
            self.reload()
            self.notice.clear()

        self.reload()
        self.notice.tell(_("The note is removed."), undo)

    def _upkeep(self) -> None:
        with row("upkeep"):
            archived = self.chart.patient.archived_s is not None
            button(_("Bring back from the archive") if archived else _("Archive"),
                   lambda: self._archive(not archived))  # fmt: skip
            button(_("Erase …"), self._erase, "danger")

    def _archive(self, archived: bool) -> None:
        self.desk.library.patients.archive(self.code, archived=archived)
        self.reload()
        words = (
            _("{code} is archived; nothing was erased.", code=self.code)
            if archived
            else _("{code} is back in the list.", code=self.code)
        )
        self.notice.tell(words, lambda: self._archive(not archived))

    def _erase(self) -> None:
        plan = self.desk.library.erasure(self.code)

        async def erase() -> None:
            await off_loop(self.desk.library.erase, plan)
            self.notice.tell_there(_("{code} is permanently erased.", code=self.code))
            ui.navigate.to("/")

        with ask(_("Permanently erase {code}?", code=self.code), " ".join(plan.words)) as answer:
            answer(_("Keep everything"), None, "first")
            answer(_("Permanently erase {code}", code=self.code), erase, "danger")


def _session_name(session: Session) -> str:
    name = (
        _("Own lean")
        if session.number < 0
        else _(
            "Session {number}",
            number=session.number + 1,
        )
    )
    return f"{name}, {_day_words(session.day)}" if session.day else name


def _day_words(iso: str) -> str:
    return formats.date_words(date.fromisoformat(iso))


def _run_row(run: RunRow) -> str:
    began = link(moment(run.began_s), path("run", str(run.id)))
    found = run.summary
    if found is None:
        return f"<tr><td>{began}</td><td colspan=5>{escape(_('cannot be read'))}</td></tr>"
    session = _("own lean") if found.is_baseline else str(found.session + 1)
    lean = f"{number(found.mean_lean_deg)}° {_error()}" if found.mean_lean_deg is not None else "–"
    shares = "".join(
        f"<td>{percent(share) if share is not None else '–'}</td>"
        for share in (found.in_band_with_cues, found.in_band_without_cues)
    )
    return (
        f"<tr><td>{began}</td><td>{session}</td><td>{minutes(found.running_s)}</td>"
        f"<td>{lean}</td>{shares}</tr>"
    )


def _error() -> str:
    return plus_minus(METHOD_ERROR.own_deg)


def _key() -> str:
    marks = (
        ("dot", _("a session; with cues")), ("ring", _("the same session without cues")),
        ("error", _("error of the method, {error}", error=_error())), ("band", _("band")),
        ("cap", _("cap")), ("moved", _("the clip moved")), ("event", _("prescription")),
        ("noted", _("note")),
    )  # fmt: skip
    return "".join(f'<span><i class="{mark}"></i>{escape(words)}</span>' for mark, words in marks)


def patient(desk: ClinicContext, code: str) -> None:
    """The page."""
    PatientPage(desk, code).build()
