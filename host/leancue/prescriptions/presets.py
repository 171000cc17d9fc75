"""Preset plans: as published, and a shorter one. Minutes, and percent of them with cues."""

from __future__ import annotations

from typing import NamedTuple

from leancore.coaching import prescription

from leancue.language.words import N_


class Preset(NamedTuple):
    """A plan by its name."""

    name: str
    minutes: tuple[int, ...]
    feedback_percent: tuple[int, ...]


_PUBLISHED = prescription.default()
PRESETS = (
    # Davis 2020 (PMC7083994): 15 to 30 min, cues all the time for four sessions, then faded.
    Preset(N_("8 sessions, as published"), tuple(_PUBLISHED["minutes"]),
           tuple(_PUBLISHED["feedback_percent"])),
    # Ours: the same in half as many sessions, for runners who already know the lean.
    Preset(N_("4 sessions, to refresh"), (15, 18, 21, 24), (100, 75, 50, 25)),
)  # fmt: skip
