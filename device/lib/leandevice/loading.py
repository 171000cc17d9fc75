"""Loads the clip's program module by module, what others need first, and tidies the heap between.

Compiling a module takes several times the heap that it keeps. Loaded by way of each other's
imports, all would leave their waste among what stays, and no room of a page's size between.
"""

import gc

import micropython

# What makes the board comes first: the motor is off from there on, and the rest takes seconds.
ORDER = """
leancore.const leancore.ticks leancore.sample leancore.pages leandevice.signals
leandevice.haptic leandevice.led
leandevice.memory leandevice.drive leandevice.sensor leandevice.wiring
leancore.fixed leancore.faults leancore.coach leancore.activity leancore.frame leancore.lean
leancore.opening leancore.rotation leancore.gyro_bias leancore.lowpass leancore.orientation
leancore.chip leancore.referee leancore.calibration leancore.plan leancore.shift leancore.steps
leancore.stride leancore.trainer leancore.shtp leancore.records leancore.snapshot
leandevice.door leandevice.imu leandevice.guard leandevice.journal leandevice.lookout
leandevice.button leandevice.person leandevice.rest leandevice.runs leandevice.voice
leandevice.wall leandevice.app leandevice.battery leandevice.config leandevice.restarts
leandevice.ledger leandevice.marks leandevice.slots leandevice.store
leancore.table leancore.settings leancore.prescription leancore.page_parts
leandevice.anchor leandevice.survey leandevice.forgetting leandevice.parts
"""
BOARD = "leandevice.wiring"  # the last of what makes the board
STARTERS = (  # unloaded when all has started; the desk's part brings some of it back
    "leancore.table", "leancore.settings", "leancore.prescription", "leancore.page_parts",
    "leandevice.anchor", "leandevice.survey", "leandevice.forgetting", "leandevice.parts",
    "leandevice.loading",
)  # fmt: skip


def load(first, last):
    """Load from after ``first`` to ``last``; None is the beginning or the end."""
    names = ORDER.split()
    begin = names.index(first) + 1 if first else 0
    end = names.index(last) + 1 if last else len(names)
    for name in names[begin:end]:
        gc.collect()
        __import__(name)


def program(spec):
    """Return the clip's program (``app.App``) on the board of ``spec``, a board file."""
    if hasattr(micropython, "opt_level"):  # on the clip; not in the stand-in of a computer
        micropython.opt_level(3)  # without line numbers: 4 kB of heap, for what nobody reads
    load(None, BOARD)
    from leandevice.wiring import Board

    board = Board(spec)
    board.sensor.prepare()
    load(BOARD, None)
    return made(board)


def made(board):
    """Return the clip's program on ``board``; what only a start needs gives its heap back."""
    from leandevice.app import App
    from leandevice.door import let_go
    from leandevice.parts import Parts

    app = App(Parts(board))
    let_go(STARTERS)
    return app
