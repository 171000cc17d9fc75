"""Sizes and positions of parts in the case; one file per board.

A size is taken from a maker's drawing or assumed; each part says which.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SOLID, PLUG = "solid", "plug"


@dataclass(frozen=True)
class Block:
    """A box of a part, from the lower left corner of its underside. ``kind``: PLUG is space
    reserved for a cable's plug.
    """

    at: tuple[float, float, float]
    size: tuple[float, float, float]
    kind: str = SOLID


@dataclass(frozen=True)
class Part:
    """A bought part. The first block is its plate.

    ``read``: the maker's document and the sizes found in it; "" if none. ``assumed``: sizes not in
    it, to be measured on the part before printing. ``holes``: centres of screw holes in the plate;
    ``press``: where the lid may press it down.
    """

    name: str
    mass_g: float
    read: str
    assumed: str
    blocks: tuple[Block, ...]
    holes: tuple[tuple[float, float], ...] = ()
    press: tuple[tuple[float, float], ...] = ()
    usb: tuple[float, float] | None = None  # y and z of the middle of the USB socket

    @property
    def size(self) -> tuple[float, float, float]:
        """Of the plate."""
        return self.blocks[0].size


@dataclass(frozen=True)
class Place:
    """A part and the corner of its plate in the case; ``guided``: the case holds its corners."""

    part: Part
    at: tuple[float, float, float]
    guided: bool = True


@dataclass(frozen=True)
class Variant:
    """A case. ``inner``: its inner size. ``button_x``, ``switch_x``: centre of each in its wall
    (top, bottom). ``lid_slot``: over the charger's switch. ``chip``: for the cell's life.
    ``boards``: CircuitPython's ids of the boards that fit.
    """

    key: str
    name: str
    boards: tuple[str, ...]
    chip: str
    inner: tuple[float, float, float]
    places: dict[str, Place]
    button_x: float
    usb_opening: tuple[float, float]  # width and height: the plug's overmould must go in
    switch_x: float | None = None
    lid_slot: tuple[float, float] | None = None
    hook_y: tuple[float, float] = (1.5, 7.0)
    others: dict[str, Part] = field(default_factory=dict)
