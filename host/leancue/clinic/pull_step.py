"""The visit's step that pulls runs: owners, progress, meaning for the band."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from nicegui import ui

from leancue.clinic import clip_words
from leancue.clinic.clip_records import Progress, PulledRuns
from leancue.clinic.page_frame import ask
from leancue.clinic.visit_steps import PULL
from leancue.clinic.widgets import link, path, say
from leancue.language.words import _, n_
from leancue.library.codes import NOBODY

if TYPE_CHECKING:
    from leancue.clinic.clip_card import ClipCard

_LOOK_S = 0.2


class PullStep:
    """Each run is filed with the patient named in it."""

    def __init__(self, card: ClipCard) -> None:
        self.card = card

    def build(self) -> None:
        """Build the button, with the number of new runs."""
        self.card.act(_("Pull runs"), self._pull)
        if self.card.clip.new_runs:
            say(
                n_(
                    "{number} run on the clip is not here yet.",
                    "{number} runs on the clip are not here yet.",
                    self.card.clip.new_runs,
                ),
                "p",
                "quiet",
            )

    async def _pull(self) -> None:
        owner, wanted = self.card.clip.hello.patient, self.card.page.patient
        if not wanted or owner in (wanted, NOBODY):
            await self._pull_now()
            return
        with ask(
            _(
                "This clip belongs to {owner}, not {wanted}. Pull its runs anyway?",
                owner=owner,
                wanted=wanted,
            ),
            _("Each run is filed with the patient that its log names."),
        ) as answer:
            answer(_("Pull nothing"), None, "first")
            answer(_("Pull its runs"), self._pull_now)

    async def _pull_now(self) -> None:
        words, more = await self.pull()
        self.card.page.notice.tell(words, more=more)

    async def pull(self) -> tuple[str, str]:
        """Pull the clip's runs; return the result, and a link to the newest. DeviceError."""
        progress = Progress(_("reading the list of runs"))

        def tell() -> None:
            self.card.working.content = escape(progress.words())

        timer = ui.timer(_LOOK_S, tell)
        try:
            pulled = await self.card.do(
                _("Pulling …"),
                self.card.page.clips.pull,
                self.card.clip,
                self.card.desk.library,
                progress,
            )
        finally:
            timer.cancel()
            if not self.card.box.is_deleted:
                self.card.page.show_inbox()
        words = clip_words.pulled_words(pulled, self.card.clip)
        self.card.log.note(PULL, words)
        more = _look_at(pulled)  # the link needs the slot, which is replaced below
        await self.card.look()
        own = " ".join(self._own_leans(pulled))
        return " ".join(filter(None, (words, own, pulled.motor))), more

    def _own_leans(self, pulled: PulledRuns) -> list[str]:
        """Show the effect of new baseline runs on the band."""
        new = [f.run for f in pulled.filings if f.outcome != "already" and f.run.patient]
        codes = dict.fromkeys(
            str(run.patient) for run in new if run.summary and run.summary.is_baseline
        )
        return [clip_words.own_lean_words(self.card.desk.library.chart(code)) for code in codes]


def _look_at(pulled: PulledRuns) -> str:
    """Return a link to the newest of the pulled runs, "" if there are none."""
    new = [f.run for f in pulled.filings if f.outcome != "already" and f.run.patient]
    if not new:
        return ""
    newest = max(new, key=lambda run: run.began_s or 0)
    return link(_("Show the run"), path("run", str(newest.id)), "button first")
