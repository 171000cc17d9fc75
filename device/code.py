"""LeanCue's clip. Everything is in lib/leandevice; the board's wiring in leanboard.py."""

import leanboard
from leandevice import loading

app = loading.program(leanboard)
del loading  # it was for the start only
app.run()
