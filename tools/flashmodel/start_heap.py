"""Print the heap in bytes that the store of a log takes. For MicroPython: start_heap.py LOG"""

import gc
import os
import sys

from leandevice.storage import log_origin, log_scan  # noqa: F401 (before: a start unloads them again)
from leandevice.storage.drive import Drive
from leandevice.storage.run_store import RunStore


def main(path: str) -> object:
    """Measure and print."""
    with open(path, "r+b") as file:
        drive = Drive(lambda name, mode: file, lambda name: os.stat(path)[6])
        gc.collect()
        before = gc.mem_alloc()  # type: ignore[attr-defined]
        store = RunStore(drive)
        gc.collect()
        held = gc.mem_alloc() - before  # type: ignore[attr-defined]
        print(held)  # noqa: T201 (the answer)
        return store


if __name__ == "__main__":
    kept = main(sys.argv[1])
