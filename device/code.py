"""LeanCue's clip. Everything is in lib/leandevice; the board's wiring in leanboard.py."""

import leanboard
from leandevice.wiring import rescue

try:
    from leandevice.startup import program

    app = program(leanboard)
except Exception as error:
    rescue(error)  # in edit mode the host installs what starts
    raise
del program, rescue  # they were for the start only
app.run()
