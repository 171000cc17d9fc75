"""State of the examination of a recording."""

from __future__ import annotations

from typing import NamedTuple

from leancue.recordings.plausibility.content import Content


class Problem(NamedTuple):
    """Observation, probable mistake, what to do."""

    seen: str
    why: str
    way_out: str


class Examination:
    """A content, corrected for its known mistakes, and the findings.

    ``problems`` make it useless, ``of_orientation`` only its orientation. ``has_gravity``: whether
    gravity is in the force. ``had_none``: its gyroscope is written as zeros, as a source that has
    none, and no orientation either, is to be written.
    """

    def __init__(self, content: Content) -> None:
        self.content = content
        self.problems: list[Problem] = []
        self.of_orientation: list[Problem] = []
        self.notes: list[str] = []
        self.has_gravity = True
        self.had_none = False

    def problem(self, seen: str, why: str, way_out: str) -> None:
        """Add a problem that makes the recording unusable."""
        self.problems.append(Problem(seen, why, way_out))

    def unchecked(self, what: str, why: str) -> None:
        """Add something that could not be checked."""
        self.notes.append(f"Not checked: {what}, because {why}.")

    def doubt(self, words: str) -> None:
        """Add something doubtful but possible."""
        self.notes.append(f"Doubtful: {words}.")
