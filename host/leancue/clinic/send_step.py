"""The visit's step that sends: what would be sent, the clip's owner, what was read back."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from nicegui import ui

from leancue.basis.errors import PatientError, PrescriptionChanged
from leancue.clinic.page_frame import ask
from leancue.clinic.visit_steps import SEND
from leancue.clinic.widgets import link, markup, say, uid_words, when
from leancue.language.words import _
from leancue.library import Chart, Prescription
from leancue.library.codes import NOBODY
from leancue.prescriptions.prescription_file import describe
from leancue.runs.own_lean import effective

if TYPE_CHECKING:
    from leancue.clinic.clip_card import ClipCard


class SendStep:
    """Sends exactly what was shown, or nothing."""

    def __init__(self, card: ClipCard) -> None:
        self.card = card
        self._shown: Prescription | None = None

    def build(self) -> None:
        """Build the choice, the button, and the preview."""
        codes = [patient.code for patient in self.card.desk.library.patients.all()]
        first = self.card.page.patient or self.card.clip.hello.patient
        if not codes:
            markup(link(_("Add a patient first"), "/"), "p")
            return
        self._chosen = ui.select(codes, value=first if first in codes else None,
                                 label=_("Prescription of"), on_change=self._chose)  # fmt: skip
        self._chosen.props(f'outlined aria-label="{_("Prescription of")}"')
        self.card.act(_("Send the prescription"), self.ask_and_send)
        self._sends = say("", "p", "sends")
        self._chose()

    def _chose(self) -> None:
        """Show the preview: exactly that is sent, or nothing."""
        code = str(self._chosen.value or "")
        self._shown = self.card.current(code) if code else None
        if self._shown is None:
            words = _("There is no prescription for {code} yet.", code=code) if code else ""
        else:
            chart = self.card.desk.library.chart(code)
            words = f"{describe(chart.asked or self._shown.values)} {self._difference(chart)}"
        self._sends.content = escape(words)

    def _difference(self, chart: Chart) -> str:
        mine = [words for one, words in zip(chart.on_clips, chart.clip_words(when), strict=True)
                if one.uid == self.card.clip.hello.uid]  # fmt: skip
        return mine[0].words if mine else _("This prescription is not on this clip yet.")

    async def ask_and_send(self) -> None:
        """Send; another patient's clip is asked about first. PatientError, PrescriptionChanged."""
        code = str(self._chosen.value or "")
        if not code:
            raise PatientError(_("No patient is chosen."), way_out=_("Choose one from the list."))
        made = self.card.desk.library.prescriptions.current(code)
        if made is None:
            raise PatientError(
                _("There is no prescription for {code} yet.", code=code),
                way_out=_("Write the prescription on the patient's page first."),
            )
        if self._shown is None or made.id != self._shown.id:
            self._chose()
            raise PrescriptionChanged(
                _(
                    "{code}'s prescription was changed after this page showed it: {changes}.",
                    code=code,
                    changes=made.changes,
                ),
                _("It was saved in another tab or on another computer. Nothing was sent."),
                _("The newest prescription is shown now. Check it, then send it."),
            )
        owner = self.card.clip.hello.patient
        if owner in (code, NOBODY):
            await self._send(made)
            return
        with ask(
            _("This clip belongs to {owner}. Give it to {code}?", owner=owner, code=code),
            _(
                "The prescription is for {code}. If you give the clip to {code}, its session count "
                "starts again at 1. {owner}'s runs stay on the clip until they are pulled.",
                code=code,
                owner=owner,
            ),
        ) as answer:
            answer(_("Leave it with {owner}, send nothing", owner=owner), None, "first")
            answer(_("Give the clip to {code}", code=code), lambda: self._send(made))

    async def _send(self, made: Prescription) -> None:
        library = self.card.desk.library
        after = await self.card.do(
            _("Sending …"), self.card.page.clips.send, self.card.clip, library, made
        )
        sent = library.prescriptions.current(made.patient)
        assert sent is not None
        chart = library.chart(made.patient)
        said = describe(effective(after, chart.own_lean))
        self.card.log.note(SEND, _("Sent and read back at {sent}.", sent=when(sent.sent_s)))
        await self.card.look()
        self.card.page.notice.tell(
            _(
                "Sent. The clip {uid} read back at {sent}: {patient}. {said}",
                uid=uid_words(self.card.clip.hello.uid),
                sent=when(sent.sent_s),
                patient=after["patient"],
                said=said,
            )
        )
