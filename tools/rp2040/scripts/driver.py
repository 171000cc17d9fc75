# mypy: ignore-errors
"""Heap that the sensor's driver takes: known on CircuitPython, so it tells how far to trust us."""

import gc

import hardware  # noqa: F401 (before the driver)

gc.collect()
before = gc.mem_alloc()
import adafruit_bno08x.i2c  # noqa: E402, F401

gc.collect()
print(gc.mem_alloc() - before)  # noqa: T201 (its answer)
