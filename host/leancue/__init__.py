"""LeanCue's desk tool: prescribe, pull, verify and report."""

from leancore import __version__

__all__ = ["RELEASED", "__version__"]

#: The date of this version, as in CITATION.cff; for an unreleased version, the day it was begun.
RELEASED = "2026-11-29"
