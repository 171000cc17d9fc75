"""The prescription: numbers beside a runner who leans with them, the plan, warnings, history."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

from leancore.coaching import prescription
from leancore.coaching.session_plan import UNMEASURED
from nicegui import ui

from leancue.basis.errors import PrescriptionChanged, PrescriptionError
from leancue.clinic import pending_send, plan_presets, posture_figure, prescription_form
from leancue.clinic.page_frame import ClinicContext, ask, crumbs, notice, title
from leancue.clinic.plan_table import PlanTable
from leancue.clinic.prescription_form import PrescriptionForm, Reading
from leancue.clinic.prescription_words import before_sending, history
from leancue.clinic.typed_work import TypedWork
from leancue.clinic.widgets import (
    Field,
    button,
    card,
    markup,
    path,
    row,
    say,
    when,
)
from leancue.language.formats import as_written
from leancue.language.words import N_, _
from leancue.library import Chart
from leancue.library.drafts import PRESCRIPTION
from leancue.prescriptions.prescription_file import describe, describe_next
from leancue.prescriptions.prescription_values import BY_CORE
from leancue.report.sentences import number, plus_minus
from leancue.runs.measurement_error import METHOD_ERROR
from leancue.runs.own_lean import effective

MADE_BY = "clinic page"
KEEP, KEEP_AND_GO, KEEP_AND_SEND = range(3)  # next action: nothing, the clip page, sending
_STEP_DEG = 0.5
_LOOK_S = 1.5  # interval of checking for changes by another tab or desk
_MAIN = ("baseline_cdeg", "offset_low_cdeg", "offset_high_cdeg", "cap_offset_cdeg")
_MORE = ("ramp_sessions", "gain_permille")
_HINTS = {
    "baseline_cdeg": N_("empty: the next run, without cues, measures it"),
    "ramp_sessions": N_("0: the full offset from the first session"),
    "gain_permille": N_("1: trunk and clip tilt equally"),
}


class Editor:
    """The page of one patient's prescription."""

    def __init__(self, desk: ClinicContext, code: str) -> None:
        """Take the present prescription, or the default. PatientError."""
        self.desk, self.code = desk, code
        self.notice = notice()
        self.chart: Chart = desk.library.chart(code)
        current = self.chart.prescription
        values = current.values if current else prescription.checked({"patient": code})
        self.before: dict[str, Any] | None = current.values if current else None
        self.seen = current.id if current else None
        self._kept_text = prescription_form.as_text(prescription_form.draft_of(values))
        self.typed = TypedWork(desk, code, PRESCRIPTION, self._unkept, self.seen)
        self.draft: PrescriptionForm = prescription_form.draft_of(values)
        if self.typed.found is not None:
            self.draft = prescription_form.of_text(self.typed.found.text) or self.draft
        self.reading: Reading = prescription_form.read(self.draft, code)
        self.good: dict[str, Any] = dict(values)  # the last valid values
        self.fields: dict[Any, Field] = {}

    def build(self) -> None:
        """Build the page."""
        title(_("Prescription of {code}", code=self.code))
        crumbs(
            (_("Patients"), "/"), (self.code, path("patient", self.code)), (_("Prescription"), "")
        )
        self._sentence = say("", "h1")
        self._found_box = ui.element("div")
        self._show_draft()
        self._changed = markup("", "div", "changed").props("role=alert")
        ui.timer(_LOOK_S, self._look)
        with ui.element("div").classes("editor"):
            with card(_("Lean")):
                self._numbers()
            with card("", "figure"):
                self._figure = markup("")
        with card(_("Plan"), "wide"):
            plan_presets.show(self.desk, self.code, lambda *plan: self._plan.take(*plan))
            self._plan = PlanTable(self)
        with ui.element("div").classes("two"):
            with card(_("Before sending")):
                self._says = markup("", "div").props("aria-live=polite")
            with card(_("History")):
                self._history_box = ui.element("div")
                with self._history_box:
                    history(self.chart)
        with row("bar"):
            self._ways_to_keep()
            button(_("Undo all changes"), self._start_anew)
        self.show()

    def _ways_to_keep(self) -> None:
        """Buttons to save; with the patient's clip on the desk, saving and sending is one click."""
        if self.desk.clips.is_theirs(self.code):
            button(_("Keep and send"), lambda: self._keep(KEEP_AND_SEND), "first")
        else:
            button(_("Keep and go to the clip"), lambda: self._keep(KEEP_AND_GO), "first")
        button(_("Keep"), lambda: self._keep(KEEP))

    def _unkept(self) -> str:
        """The typed text, "" if it equals the saved one."""
        text = prescription_form.as_text(self.draft)
        return "" if text == self._kept_text else text

    def _show_draft(self) -> None:
        """Say that the shown values are an unsaved draft."""
        found = self.typed.found
        if found is None:
            return
        self.typed.show()
        words = _(
            "These are your changes from {written}. They are not saved yet.",
            written=when(found.written_s),
        )
        if found.base_id != self.seen and self.chart.prescription is not None:
            made = self.chart.prescription
            words += (_(
                " Since then, {made}, the prescription was changed: {changes}.",
                made=when(made.made_s), changes=made.changes,
            ))  # fmt: skip
        with self._found_box, row("look"):
            say(words)
            button(_("Discard them"), self._start_anew)

    def _look(self) -> None:
        """Check whether someone else has changed the prescription."""
        now = self.desk.library.prescriptions.current(self.code)
        if now is None or now.id == self.seen:
            return
        words = escape(
            _(
                "{code}'s prescription was changed in the meantime, {made}, by {made_by}: "
                "{changes}. Your draft is based on the one before.",
                code=self.code,
                made=when(now.made_s),
                made_by=now.made_by,
                changes=now.changes,
            )
        )
        self._changed.content = f'<div class="look">{words}</div>'

    def _numbers(self) -> None:
        for name in _MAIN:
            self._field(name)
        self._measured()
        with ui.element("details").classes("more"):
            say(_("More"), "summary")
            for name in _MORE:
                self._field(name)
            words = _("Record raw samples, so that a run can be proved")
            ui.checkbox(words, value=self.draft.raw, on_change=lambda e: self._set_raw(e.value))

    def _field(self, name: str) -> None:
        key = BY_CORE[name]
        hint = prescription_form.range_words(name)
        if name in _HINTS:
            hint += f"; {_(_HINTS[name])}"
        self.fields[name] = Field(_(key.label), self.draft.texts[name],
                                  partial(self._typed, name), unit=key.sign, hint=hint)  # fmt: skip
        if name in _MAIN:
            self._steppers(name)

    def _steppers(self, name: str) -> None:
        """Buttons to change by half a degree, next to the field."""
        label = _(BY_CORE[name].label)
        entry = self.fields[name].input.parent_slot
        assert entry is not None
        with entry.parent, ui.element("span").classes("steppers"):
            for sign, step, words in (("−", -_STEP_DEG, _("less")), ("+", _STEP_DEG, _("more"))):
                made = button(sign, partial(self._by, name, step))
                made.props["aria-label"] = f"{label}: {words}"

    def _by(self, name: str, step_deg: float) -> None:
        """Change a typed angle by a step, if it is a number."""
        field = self.fields[name]
        try:
            value = float(field.text.replace(",", ".").replace("−", "-"))
        except ValueError:
            return
        field.input.set_value(as_written(f"{value + step_deg:.2f}".rstrip("0").rstrip(".")))

    def _absolute(self) -> None:
        """Show the absolute lean next to each offset, if the own lean is known."""
        asked = self._asked()
        own = asked["baseline_cdeg"]
        for name in _MAIN[1:]:
            found = prescription_form.range_words(name)
            if own != UNMEASURED:
                found = f"= {number((own + asked[name]) / 100)}°; {found}"
            self.fields[name].explain(found)

    def _measured(self) -> None:
        """Offer the result of a baseline run, by the clip's own rule, or say why there is none."""
        own = self.chart.own_lean
        if own.measured_cdeg is not None:
            lean = f"{own.measured_cdeg / 100:.1f}"
            error = plus_minus(METHOD_ERROR.own_deg)
            words = _(
                "Use the measured own lean, {lean}° {error}",
                lean=number(float(lean)),
                error=error,
            )
            button(
                words,
                lambda: self.fields["baseline_cdeg"].input.set_value(as_written(lean)),
                "small",
            )
        if own.refused:
            say(
                _("The last run did not measure the own lean: {refused}.", refused=own.refused),
                "p",
                "quiet",
            )

    def _asked(self) -> dict[str, Any]:
        """The last valid values, as the clip will use them."""
        return effective(self.good, self.chart.own_lean)

    def _typed(self, name: str, text: str) -> None:
        self.draft.texts[name] = text
        self.show()

    def _set_raw(self, value: bool) -> None:
        self.draft.raw = value
        self.show()

    def show(self) -> None:
        """Parse the input and update everything: sentence, figure, bars, warnings."""
        self.reading = prescription_form.read(self.draft, self.code)
        for place, field in self.fields.items():
            field.complain(self.reading.problems.get(place, ""))
        if self.reading.values is not None:
            self.good = self.reading.values
            self._absolute()
            asked = self._asked()
            said = f"{describe(asked)} {describe_next(asked, self._session())}"
            self._sentence.content = escape(said)
            self._figure.content = posture_figure.draw(posture_figure.posture(asked))
            self._plan.draw(self.good["minutes"], self.good["feedback_percent"])
        self._says.content = before_sending(
            self.reading, self.before, self.chart.own_lean.measured_cdeg
        )

    def _session(self) -> int:
        return min(self.chart.progress.done, self.good["sessions"] - 1)

    def _keep(self, then: int) -> None:
        values = self.reading.values
        if values is None:
            raise PrescriptionError(
                _("The prescription is not saved. Please correct the marked values.")
            )
        try:
            made = self.desk.library.prescriptions.add(self.code, values, MADE_BY, seen=self.seen)
        except PrescriptionChanged as error:
            self._ask_whose(error, then)
            return
        self.seen = made.id
        self._kept_text = prescription_form.as_text(self.draft)
        self.typed.drop()
        self._found_box.clear()
        self._changed.content = ""
        if then != KEEP:
            if then == KEEP_AND_SEND:
                pending_send.make(self.code)
            ui.navigate.to(f"/clip?patient={self.code}")
            return
        self.before = made.values
        self._history_box.clear()
        with self._history_box:
            history(self.desk.library.chart(self.code))
        self.show()
        self.notice.tell(_("The prescription is kept. It is not on the clip until it is sent."))

    def _ask_whose(self, error: PrescriptionChanged, then: int) -> None:
        """Someone else has saved another one: show it before saving anything."""
        now = self.desk.library.prescriptions.current(self.code)

        def on_top() -> None:
            self.seen = now.id if now else None
            self._keep(then)

        with ask(
            error.what, _("Nothing was saved here. What you typed stays as a draft.")
        ) as answer:
            answer(_("Show the newer one"), self._look_at_newer, "first")
            answer(_("Save mine instead"), on_top)

    def _look_at_newer(self) -> None:
        self.typed.save()
        self.typed.hide()
        ui.navigate.reload()

    def _start_anew(self) -> None:
        self.draft = prescription_form.of_text(self._kept_text) or self.draft
        self.typed.drop()
        ui.navigate.reload()


def edit(desk: ClinicContext, code: str) -> None:
    """The page."""
    Editor(desk, code).build()
