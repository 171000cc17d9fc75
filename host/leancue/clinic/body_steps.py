"""The visit's steps with the patient: stand and bow, and feeling the cues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leancue.clinic.visit_steps import FEEL, STAND
from leancue.language.words import _

if TYPE_CHECKING:
    from leancue.clinic.clip_card import ClipCard


class StandStep:
    """The clip calibrates itself while the patient stands and bows."""

    def __init__(self, card: ClipCard) -> None:
        self.card = card

    def build(self) -> None:
        """Build the button."""
        self.card.act(_("Calibrate"), self._calibrate, while_live=True)
        self._told = self.card.told

    async def _calibrate(self) -> None:
        self._told.content = _("Stand still until two ticks are felt, then bow from the hips.")
        mode = await self.card.do(
            _("Calibrating …"), self.card.page.clips.calibrate, self.card.clip
        )
        ready = mode == "ready"
        self.card.log.note(
            STAND, _("The clip is calibrated and ready.") if ready else
            _(
                "The clip is not calibrated. Check that it sits firmly, stand upright and still, "
                "then press Calibrate again."
            ),
        )  # fmt: skip
        await self.card.look()


class FeelStep:
    """The clip gives every cue in turn."""

    def __init__(self, card: ClipCard) -> None:
        self.card = card

    def build(self) -> None:
        """Build the button."""
        self.card.act(_("Feel the cues"), self._feel, while_live=True)

    async def _feel(self) -> None:
        await self.card.do(
            _("Asking the clip …"), self.card.page.clips.command, self.card.clip, "feel"
        )
        self.card.log.note(FEEL, _("The clip gives every cue in turn. Ask which was which."))
        self.card.fill_unless_live()
