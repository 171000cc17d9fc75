"""LeanCue's clip. Everything is in lib/leandevice; the board's wiring in leanboard.py."""

import leanboard
from leandevice.wiring import rescue

try:
    from leandevice.startup import program

    app = program(leanboard)
except Exception as error:
    rescue(error)  # in edit mode the host can install a working program
    raise
del program, rescue  # needed for the start only
app.run()
