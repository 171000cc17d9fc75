"""LeanCue's clip. Everything is in lib/leandevice; the board's wiring in leanboard.py."""

import leanboard
from leandevice.wiring import Board

board = Board(leanboard)  # the motor is off from here on: what follows takes seconds to load

from leandevice.app import App  # noqa: E402
from leandevice.parts import Parts  # noqa: E402

App(Parts(board)).run()
