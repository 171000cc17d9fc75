"""Loads the clip's program module by module, what others need first, and tidies the heap between.

Compiling a module takes several times the heap that it keeps. Loaded by way of each other's
imports, all would leave their waste among what stays, and no room of a page's size between.
"""

import gc

import micropython

CORE = """ticks sample fixed table faults messages settings prescription coach activity frame lean
opening rotation gyro_bias lowpass orientation chip referee calibration plan shift steps stride
trainer hmac256 lock shtp records state snapshot pages wire"""
DEVICE = """signals clinic desk imu guard journal link live lookout button person rest runs voice
wall app battery config memory forgetting haptic led restarts ledger marks slots survey store
parts"""


def load():
    """Load all of it."""
    if hasattr(micropython, "opt_level"):  # on the clip; not in the stand-in of a computer
        micropython.opt_level(3)  # without line numbers: 4 kB of heap, for what nobody reads
    for room, names in (("leancore.", CORE), ("leandevice.", DEVICE)):
        for name in names.split():
            gc.collect()
            __import__(room + name)


def program(board):
    """Return the clip's program (``app.App``) for ``board`` (as ``wiring.Board``)."""
    load()
    from leandevice.app import App
    from leandevice.parts import Parts

    return App(Parts(board))
