"""What a long run took is given back to the system once its page is left."""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD = -3  # glibc, malloc.h
_LARGE_BYTES = 1 << 20


def give_back_what_is_large() -> None:
    """Have blocks of 1 MB and more mapped each by itself, so that freed ones are gone.

    Left alone glibc raises that limit to 32 MB with the first run of hours that is shown: the next
    ones then lie between small things, and the program never becomes smaller again. Elsewhere
    nothing is done.
    """
    if not sys.platform.startswith("linux"):
        return
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is not None:
        tune(_M_MMAP_THRESHOLD, _LARGE_BYTES)
