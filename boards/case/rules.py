"""Rules for all cases, in mm. Nothing here needs the CAD library."""

from __future__ import annotations

WALL = 1.6
USB_WALL = 2.0  # the left wall: the hook's groove leaves 1.2
RIB = 1.2  # the thinnest printed wall
GAP = 0.2  # between a printed part and a part in it
CHAMFER = 1.4  # of the edges on the print bed
FOAM = 1.0  # on the lid's posts, and on the cell
FOOT, BELT, TONGUE = 2.6, 2.6, 1.8  # of the belt clip: on the lid, room for the belt, outside
