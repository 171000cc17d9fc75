"""Detects a motor that has become weak since the check, whenever runs are pulled.

It takes one and a half seconds and is felt: the motor runs at full strength, as in the check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leancue.basis.errors import DeviceRefused
from leancue.clip import answers
from leancue.clip.client import Client
from leancue.commissioning import rules
from leancue.commissioning.facts import Kept, SensorReadings
from leancue.language.formats import decimal
from leancue.language.words import _

_SHORT_MS, _SENSE_MS = 200, 500
_FULL_PERCENT = 100
_TRIES = 2  # the stronger one counts: a hand on the clip only makes it weaker


@dataclass(frozen=True)
class Look:
    """``mps2``: shake of the case at full strength, ``before_mps2``: at the check.

    ``mps2`` None: it could not be measured, because the clip did not lie still or was busy.
    """

    before_mps2: float
    mps2: float | None = None

    @property
    def is_weak(self) -> bool:
        """Whether it is clearly weaker than it was."""
        return self.mps2 is not None and self.mps2 < rules.GROWN_WEAK_SHARE * self.before_mps2

    @property
    def words(self) -> str:
        """The warning, "" if there is none."""
        if not self.is_weak or self.mps2 is None:
            return ""
        return _(
            "The motor has become weak: it shakes the case with {now} m/s², compared with {before} "
            "m/s² at the last check. Cues may be hard to feel. Charge the clip, lay it on a table "
            "and check it. If the motor stays weak, it is loose or worn.",
            now=decimal(self.mps2), before=decimal(self.before_mps2),
        )  # fmt: skip


def last_check(client: Client) -> list[int]:
    """Return the check result stored on the clip; [] if unknown. DeviceGone."""
    try:
        return client.info().check
    except DeviceRefused:  # runs are pulled anyway
        return []


def look(client: Client, kept: list[int]) -> Look | None:
    """Measure the motor of a clip at rest; None if no check has measured it. DeviceGone.

    ``kept``: as ``last_check``.
    """
    before_mps2 = rules.full_shake_before_mps2(Kept(kept))
    if before_mps2 <= 0:
        return None
    try:
        return Look(before_mps2, _measured(client, before_mps2))
    except DeviceRefused:  # busy, or part of the program is missing: see `leancue check`
        return Look(before_mps2)


def _measured(client: Client, before_mps2: float) -> float | None:
    """The shake in m/s²; None if the clip does not lie still."""
    first = _sense(client, ms=_SHORT_MS)
    rest = _sense(client, ms=_SENSE_MS, about=first.a)
    found = None
    if rest.n and rest.noise_mps2 <= rules.NOISE_MOST_MPS2:
        found = 0.0
        for _again in range(_TRIES):
            full = _sense(client, ms=_SENSE_MS, about=rest.a, percent=_FULL_PERCENT)
            found = max(found, full.shake_mps2)
            if not Look(before_mps2, found).is_weak:
                break
    client.check("done")
    return found


def _sense(client: Client, **values: Any) -> SensorReadings:
    return answers.read(SensorReadings, client.check("sense", **values), "check sense")
