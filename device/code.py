"""LeanCue's clip. Everything is in lib/leandevice; the board's wiring in leanboard.py."""

import leanboard
from leandevice.wiring import Board

board = Board(leanboard)  # the motor is off from here on: what follows takes seconds
board.sensor.prepare()

from leandevice.loading import program  # noqa: E402

program(board).run()
