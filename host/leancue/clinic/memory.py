"""Returns the memory of a long run to the system after its page is left."""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD = -3  # glibc, malloc.h
_LARGE_BYTES = 1 << 20


def give_back_what_is_large() -> None:
    """Map blocks of 1 MB and more separately, so that freed ones return to the system.

    By default glibc raises that limit to 32 MB with the first long run that is shown: later ones
    are then placed between small objects, and the program never shrinks. No effect elsewhere.
    """
    if not sys.platform.startswith("linux"):
        return
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is not None:
        tune(_M_MMAP_THRESHOLD, _LARGE_BYTES)
