"""One patient: one sentence, the trend, the runs; pain, notes, print, archive, erase."""

from __future__ import annotations

from datetime import datetime
from html import escape

from nicegui import ui

from leancue.basis.errors import LibraryError
from leancue.clinic import today, trend_charts
from leancue.clinic.page_frame import ClinicContext, ask, crumbs, notice, off_loop, title
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
    uid_words,
)
from leancue.library import Chart, Note, RunRow, Session
from leancue.library.drafts import NOTE
from leancue.prescriptions.prescription_file import describe, describe_next
from leancue.report.sentences import number, percent, plus_minus
from leancue.report.so_far import so_far
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.spans import minutes

_ERROR = plus_minus(METHOD_ERROR.own_deg)
_RUNS_SHOWN = 12


class PatientPage:
    """The page of one patient."""

    def __init__(self, desk: ClinicContext, code: str) -> None:
        self.desk, self.code = desk, code
        self.notice = notice()
        self.all_runs = False
        self._note: ui.textarea | None = None

    def build(self) -> None:
        """Build the page. PatientError where there is no such patient."""
        self.desk.library.patients.get(self.code)
        title(self.code)
        crumbs(("Patients", "/"), (self.code, ""))
        self._typed = TypedWork(self.desk, self.code, NOTE, self._typed_note)
        self._box = ui.element("div").classes("stack")
        self.reload()

    def _typed_note(self) -> str:
        """What stands in the field for a note."""
        return str(self._note.value or "") if self._note is not None else ""

    def reload(self) -> None:
        """Look into the library anew; a half-typed note stays."""
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
            markup(f"<strong>To look at</strong><ul>{words}</ul>", "div", "look")
        place = path("patient", self.code)
        main = "first" if chart.prescription is None else ""
        words = "Prescribe" if chart.prescription is None else "Change the prescription"
        markup(
            link("Visit with the clip", f"/clip?patient={self.code}",
                 "button" if main else "button first")
            + link(words, f"{place}/prescription", f"button {main}")
            + link("Print (PDF)", f"{path('print', 'patient', self.code)}.pdf", "button",
                   target="_blank", rel="noopener"),
            "div", "row actions",
        )  # fmt: skip
        with ui.element("div").classes("facts"):
            for heading, lines in (
                ("So far", so_far(chart)),
                ("Prescribed", prescribed_lines(chart)),
                ("Next session", (next_words(chart),)),
                ("On the clip", clip_lines(chart)),
            ):
                with card(heading):
                    for line in lines:
                        say(line)

    def _said(self) -> None:
        """What was said today is shown with the pain, once the page is built anew."""
        self.chart = self.desk.library.chart(self.code)

    def _trend(self) -> None:
        points = self.chart.points
        if not points:
            with card(classes="empty"):
                say("There are no runs yet.")
                step = "send it to the clip" if self.chart.prescription else "write a prescription"
                say(f"Next: {step}; after the first run, pull it from the clip.")
            return
        with card("Lean against the band, over the sessions", "wide"):
            markup(trend_charts.pictures(points), "div", "small-charts")
            markup(_KEY, "p", "legend")

    def _runs(self) -> None:
        runs = self.chart.runs
        with card(f"Runs ({len(runs)})", "runs"):
            if not runs:
                say("None yet. Pull them from the clip after a run.", classes="quiet")
                return
            shown = runs if self.all_runs else runs[:_RUNS_SHOWN]
            rows = "".join(_run_row(run) for run in shown)
            table = (
                "<thead><tr><th>Began</th><th>Session</th><th>Ran</th><th>Mean lean</th>"
                f"<th>In band: cues / none</th></tr></thead><tbody>{rows}</tbody>"
            )
            markup(f'<table class="list">{table}</table>', "div", "table-box").props(
                'tabindex=0 role=group aria-label="Runs"'
            )
            if len(shown) < len(runs):
                button(f"Show all {len(runs)} runs", self._show_all)

    def _show_all(self) -> None:
        self.all_runs = True
        self.reload()

    def _pain(self) -> None:
        sessions = self.chart.sessions[-3:][::-1]
        if not sessions:
            return
        with card("Pain, 0 to 10, as the patient says", "pain"):
            markup(trend_charts.pain_picture(self.chart.points), "div", "small-charts one")
            for session in sessions:
                pain = "" if session.pain is None else str(session.pain)
                with row("pain-row"):
                    field = Field(_session_name(session), pain, classes="short")
                    button("Keep", lambda s=session, f=field: self._keep_pain(s, f))

    def _keep_pain(self, session: Session, field: Field) -> None:
        text = field.text
        if text and not text.isdecimal():
            field.complain("A whole number from 0 to 10, or nothing.")
            return
        try:
            self.desk.library.sessions.set_pain(session.id, int(text) if text else None)
        except LibraryError as error:
            field.complain(error.why)
            return
        self.reload()
        self.notice.tell(f"Pain of {_session_name(session).lower()} is kept.")

    def _notes(self) -> None:
        with card("Notes", "notes"):
            self._note = ui.textarea(value=self._typed.found.text if self._typed.found else "")
            self._note.props('outlined autogrow aria-label="New note"'
                             ' placeholder="What was said or seen"')  # fmt: skip
            if self._typed.found:
                say(f"Begun {moment(self._typed.found.written_s)}, not kept yet.", "p", "quiet")
            self._typed.show()
            button("Keep the note", self._keep_note)
            for note in self.chart.notes:
                with row("note"):
                    say(f"{day(note.written_s)}: {note.text}")
                    remove = button("Remove", lambda n=note: self._remove_note(n), "quiet")
                    remove.props["aria-label"] = f"Remove the note of {day(note.written_s)}"
            if not self.chart.notes:
                say("None yet. No names: the code is enough.", classes="quiet")

    def _keep_note(self) -> None:
        assert self._note is not None
        newest = self.chart.sessions[-1].id if self.chart.sessions else None
        self.desk.library.notes.add(self.code, str(self._note.value or ""), newest)
        self._note.value = ""
        self._typed.drop()
        self.reload()
        self.notice.tell("The note is kept.")

    def _remove_note(self, note: Note) -> None:
        self.desk.library.notes.remove(note.id)

        def undo() -> None:
            self.desk.library.notes.add(self.code, note.text, note.session_id)
            self.reload()
            self.notice.clear()

        self.reload()
        self.notice.tell("The note is removed.", undo)

    def _upkeep(self) -> None:
        with row("upkeep"):
            archived = self.chart.patient.archived_s is not None
            button("Bring back from the archive" if archived else "Archive",
                   lambda: self._archive(not archived))  # fmt: skip
            button("Erase …", self._erase, "danger")

    def _archive(self, archived: bool) -> None:
        self.desk.library.patients.archive(self.code, archived=archived)
        self.reload()
        words = "is archived; nothing was erased." if archived else "is back in the list."
        self.notice.tell(f"{self.code} {words}", lambda: self._archive(not archived))

    def _erase(self) -> None:
        plan = self.desk.library.erasure(self.code)

        async def erase() -> None:
            await off_loop(self.desk.library.erase, plan)
            ui.navigate.to("/")

        with ask(f"Erase {self.code} for ever?", " ".join(plan.words)) as answer:
            answer("Keep everything", None, "first")
            answer(f"Erase {self.code} for ever", erase, "danger")


def sentence(chart: Chart) -> str:
    """Return what is asked for, in one breath, as the clip uses it."""
    values = chart.asked
    if values is None:
        return f"Nothing is prescribed for {chart.patient.code} yet."
    return f"{describe(values)} {next_words(chart)}"


def next_words(chart: Chart) -> str:
    """Return what the next run is."""
    values = chart.asked
    if values is None:
        return "Write a prescription first."
    if chart.progress.done >= values["sessions"]:
        return f"All {values['sessions']} sessions are done."
    return describe_next(values, min(chart.progress.done, values["sessions"] - 1))


def prescribed_lines(chart: Chart) -> tuple[str, ...]:
    """Return when it was prescribed, and where the own lean comes from."""
    made, own = chart.prescription, chart.own_lean
    if made is None:
        return ("Nothing yet.",)
    lines = [f"Made {moment(made.made_s)}."]
    if own.cdeg is not None:
        how = "entered" if own.source == "entered" else f"measured {day(own.measured_s)}"
        lines.append(f"Own lean {number(own.cdeg / 100)}° {_ERROR}, {how}.")
    if own.refused:
        lines.append(f"The last run did not measure the own lean: {own.refused}.")
    return tuple(lines)


def clip_lines(chart: Chart) -> tuple[str, ...]:
    """Return what is on the clips now, as they said themselves."""
    lines = [one.words for one in chart.clip_words(moment)]
    made = chart.prescription
    if not lines and made and made.sent_s and made.sent_to:
        lines = [f"The clip {uid_words(made.sent_to)} read it back at {moment(made.sent_s)}; it "
                 "was not asked since."]  # fmt: skip
    return tuple(lines) or ("No clip holds a prescription of this patient's.",)


def _session_name(session: Session) -> str:
    name = "Own lean" if session.number < 0 else f"Session {session.number + 1}"
    return f"{name}, {_day_words(session.day)}" if session.day else name


def _day_words(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%d %b %Y}".lstrip("0")


def _run_row(run: RunRow) -> str:
    began = link(moment(run.began_s), path("run", str(run.id)))
    found = run.summary
    if found is None:
        return f"<tr><td>{began}</td><td colspan=4>cannot be read</td></tr>"
    session = "own lean" if found.is_baseline else str(found.session + 1)
    lean = f"{number(found.mean_lean_deg)}° {_ERROR}" if found.mean_lean_deg is not None else "–"
    shares = " / ".join(
        percent(share) if share is not None else "–"
        for share in (found.in_band_with_cues, found.in_band_without_cues)
    )
    return (
        f"<tr><td>{began}</td><td>{session}</td><td>{minutes(found.running_s)}</td>"
        f"<td>{lean}</td><td>{shares}</td></tr>"
    )


_KEY = (
    '<span><i class="dot"></i>a session; with cues</span>'
    '<span><i class="ring"></i>the same without cues</span>'
    f'<span><i class="error"></i>error of the method, {_ERROR}</span>'
    '<span><i class="band"></i>band</span><span><i class="cap"></i>cap</span>'
    '<span><i class="moved"></i>the clip moved</span>'
)


def patient(desk: ClinicContext, code: str) -> None:
    """The page."""
    PatientPage(desk, code).build()
