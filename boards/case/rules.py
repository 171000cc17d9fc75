"""The rules that all cases keep, in mm. Nothing here needs the CAD library."""

from __future__ import annotations

WALL = 1.6
USB_WALL = 2.0  # the left one: the hook's groove leaves 1.2
RIB = 1.2  # the thinnest that is printed
GAP = 0.2  # between a printed part and what goes into it
CHAMFER = 1.4  # of the edges on the print bed
FOAM = 1.0  # on the lid's posts, and on the cell
FOOT, BELT, TONGUE = 2.6, 2.6, 1.8  # of the belt clip: on the lid, room for the belt, outside
