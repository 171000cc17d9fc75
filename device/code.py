"""LeanCue's clip. Everything is in lib/leandevice; the board's wiring in leanboard.py."""

import leanboard
from leandevice.app import App
from leandevice.parts import Parts
from leandevice.wiring import Board

App(Parts(Board(leanboard))).run()
