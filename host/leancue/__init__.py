"""LeanCue's desk tool: prescribe, pull, prove and report."""

from leancore import __version__

__all__ = ["RELEASED", "__version__"]

#: The day of this version, as CITATION.cff has it; of what is unreleased, the day it was begun.
RELEASED = "2026-11-29"
