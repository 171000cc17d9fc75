"""Care for a chip's heap, which is small; a desktop's needs none, and a collection takes long."""

import gc

_IS_SMALL = hasattr(gc, "mem_free")


def collect() -> None:
    """Give garbage back, lest what is kept from here on parts the heap's one large piece."""
    if _IS_SMALL:
        gc.collect()
