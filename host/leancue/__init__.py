"""LeanCue's desk tool: prescribe, pull, prove and report."""

from leancore import __version__

__all__ = ["__version__"]
