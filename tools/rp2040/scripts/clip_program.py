# mypy: ignore-errors
"""Load the clip's program as the clip does; no other script here knows how."""

import gc
import sys
from array import array

import rig_job

DRIVER = "adafruit_bno08x"
sizes = array("i", bytes(4 * 5))  # of the units; the last: memory that the driver leaves in use


def in_use():
    """Return the heap in use in bytes, after a collection."""
    gc.collect()
    return gc.mem_alloc()


def load(first, end):
    """Load units one by one; ``sizes`` has the heap that each took."""
    units = rig_job.UNITS
    for i in range(first, min(end, len(units))):
        before = in_use()
        __import__(units[i])
        sizes[i] = in_use() - before


def program(make_board):
    """Return the clip's program (the app); the board is created first."""
    __import__("leanboard")  # code.py imports it
    load(0, 3)
    board = make_board()
    before = in_use()
    pass_by_driver()
    sizes[-1] = in_use() - before
    load(3, len(rig_job.UNITS))
    from leandevice.startup import made

    gc.collect()
    return made(board)


def pass_by_driver():
    """Load the sensor's driver, bring the sensor up, and unload the driver."""
    __import__(DRIVER + ".i2c")
    for name in list(sys.modules):
        if name.startswith(DRIVER):
            del sys.modules[name]
    gc.collect()
