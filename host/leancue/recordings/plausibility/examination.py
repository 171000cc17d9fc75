"""What is known of a recording while it is looked at."""

from __future__ import annotations

from typing import NamedTuple

from leancue.recordings.plausibility.content import Content


class Problem(NamedTuple):
    """What was seen, what was probably done, what to do."""

    seen: str
    why: str
    way_out: str


class Examination:
    """A content, mended as far as its mistakes are known, and what was found of it.

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
        """Note what makes the recording useless."""
        self.problems.append(Problem(seen, why, way_out))

    def unchecked(self, what: str, why: str) -> None:
        """Note what could not be checked."""
        self.notes.append(f"Could not be checked: {what}, because {why}.")

    def doubt(self, words: str) -> None:
        """Note what is doubtful but may be."""
        self.notes.append(f"Doubtful: {words}.")
