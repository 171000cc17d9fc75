"""The result of a commissioning as text: part by part, and one line to store."""

from __future__ import annotations

from dataclasses import dataclass

from leancue.basis.times import known_s
from leancue.commissioning import axes
from leancue.commissioning.facts import Facts
from leancue.commissioning.rules import PARTS, Finding, judged
from leancue.language import formats
from leancue.language.formats import decimal
from leancue.language.words import N_, _, n_

WELL = N_("all OK")
NEVER = N_("never checked")


@dataclass(frozen=True)
class Result:
    """``found``: findings. ``unseen``: part → why it was not checked."""

    facts: Facts
    found: list[Finding]
    unseen: dict[str, str]

    @property
    def is_well(self) -> bool:
        """Nothing is wrong."""
        return not self.found

    @property
    def answer(self) -> str:
        """The first line."""
        if self.found:
            return n_("The clip {uid} has {number} problem.",
                      "The clip {uid} has {number} problems.", len(self.found),
                      uid=self.facts.uid)  # fmt: skip
        if self.unseen:
            parts = ", ".join(_(PARTS[part]) for part in self.unseen)
            return _("The clip {uid} is OK as far as it was checked. Not checked: {parts}.",
                     uid=self.facts.uid, parts=parts)  # fmt: skip
        return _("The clip {uid} is OK.", uid=self.facts.uid)

    def lines(self) -> list[tuple[str, str]]:
        """(part, text) in order."""
        said = []
        for part, name in PARTS.items():
            wrong = [one for one in self.found if one.part == part]
            if wrong:
                said += [(_(name), f"{one.what} {one.cause} {one.way_out}") for one in wrong]
            elif part in self.unseen:
                said.append((_(name), _("not checked: {why}", why=self.unseen[part])))
            else:
                measured = _measured(part, self.facts)
                said.append((_(name), f"{_('well')} ({measured})" if measured else _("well")))
        return said

    def shakes_cmps2(self) -> list[int]:
        """The stored motor result: its shake by strength, weakest first."""
        shakes = sorted(self.facts.shakes.items())
        return [round(100 * sense.shake_mps2) for _percent, sense in shakes]

    def filed(self, at_s: int) -> dict[str, object]:
        """The record for the library."""
        return {
            "s": known_s(at_s), "left": len(self.found), "found": [one.key for one in self.found],
            "shakes_cmps2": self.shakes_cmps2(), "board": self.facts.board,
        }  # fmt: skip


def of(facts: Facts) -> Result:
    """Judge the gathered facts."""
    found, hidden = judged(facts)
    unseen = dict(facts.skipped)
    unseen |= {
        part: _("not checked until the {part} is OK", part=_(PARTS[found[0].part]))
        for part in hidden
    }
    if "axes" not in unseen and axes.unturned(facts):
        unseen["axes"] = _("the clip was laid the same way twice")
    elif "axes" not in unseen and axes.mirrored(facts):
        unseen["axes"] = _("the clip was not laid on the edge that was asked for; check again")
    if facts.clock_off is None:
        unseen["clock"] = _("the check was too short")
    wrong = {one.part for one in found}
    in_order = {part: unseen[part] for part in PARTS if part in unseen and part not in wrong}
    return Result(facts, found, in_order)


def checked_words(kept: list[int]) -> str:
    """Return a clip's stored check as text: "checked 28 November 2026: all OK".

    ``kept``: as ``Kept.kept``.
    """
    return words(kept[0], kept[1]) if len(kept) >= 2 else _(NEVER)


def words(at_s: int, left: int) -> str:
    """The same, from its time and number of findings."""
    day = formats.day(at_s, _("on an unknown day"), formats.DAY_LONG)
    state = n_("{number} problem", "{number} problems", left) if left else _(WELL)
    return _("checked {day}: {state}", day=day, state=state)


def _measured(part: str, facts: Facts) -> str:
    """The measurement of a part without findings, "" if none."""
    still, full = facts.still, facts.shakes.get(100)
    if part == "sensor" and still is not None:
        return _("{rate} samples per second, noise {noise} m/s²",
                 rate=decimal(still.rate_hz, 0), noise=decimal(still.noise_mps2, 2))  # fmt: skip
    if part == "axes" and axes.is_turned_in_plane(facts):
        return _(
            "its arrows point {ways}; calibration takes this into account", ways=axes.words(facts)
        )
    if part == "motor" and full is not None:
        return _("shakes the case with {shake} m/s² at full strength",
                 shake=decimal(full.shake_mps2))  # fmt: skip
    if part == "cell" and facts.cell is not None:
        return f"{facts.cell.mv} mV" if facts.cell.gauge else _("this board does not measure it")
    if part == "memory" and facts.written is not None:
        return n_("{number} page aligned to flash sectors, written in {ms} ms",
                  "{number} pages aligned to flash sectors, {ms} ms to write one",
                  facts.written.pages, ms=facts.written.ms)  # fmt: skip
    if part == "clock" and facts.clock_off is not None:
        return _("{off} compared with this desk's",
                 off=formats.numbers(f"{facts.clock_off:+.1%}"))  # fmt: skip
    if part == "port" and facts.traffic is not None and facts.answer_s is not None:
        return _("answers in {ms} ms; {again} of {asked} requests repeated",
                 ms=f"{1000 * facts.answer_s:.0f}", again=facts.traffic.asked_again,
                 asked=facts.traffic.asked)  # fmt: skip
    return ""
