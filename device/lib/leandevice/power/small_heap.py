"""Heap collection on the device; skipped on a desktop, where it is slow and unnecessary."""

import gc

_IS_SMALL = hasattr(gc, "mem_free")


def collect() -> None:
    """Collect, so that objects kept from here on do not split the one large free block."""
    if _IS_SMALL:
        gc.collect()
