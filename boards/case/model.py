"""The three printed parts of a variant, and stand-ins for the bought parts."""

from __future__ import annotations

from build123d import (
    Cylinder,
    Part,
    Plane,
    Polyline,
    Pos,
    Sketch,
    ThreePointArc,
    extrude,
    make_face,
)

from boards.case import layout
from boards.case.rules import BELT, FOAM, FOOT, GAP, RIB, TONGUE, USB_WALL, WALL
from boards.case.shapes import Point, block, box, rod, room, teardrop, tray, wedge
from boards.case.sizes import SOLID, Place, Variant
from boards.case.sizes.common import BUTTON_ACTUATOR, BUTTON_BODY

_GUIDE = 4.0  # how much of each edge a corner guide holds
_SEAT = 2.0
_CELL_GUIDE = 4.3  # high: below the sensor
_LIP = 1.4
_HOOK_LOW, _HOOK_MIDDLE = 2.0, 1.2  # below the rim
_TONGUE_LONG, _CATCH = 34.0, 1.6
_CLIP_REACH = 14.0  # towards the middle of the case


def body(variant: Variant) -> Part:
    """The back wall, which the motor is glued to, with all part holders."""
    inner = variant.inner
    depth = inner[2]
    shell = tray(inner, -WALL, depth, "low") - room(inner, 0, 0, depth + 1)
    held = _trimmed(variant, _guides(variant)) + _pocket(layout.places(variant)["button"], 1.0, 3.0)
    if variant.switch_x is not None:
        held += _pocket(layout.places(variant)["switch"], -1.0, 3.0)
    held += _bosses(variant) + _motor_ring(variant.places["motor"])
    kept = held & room(inner, 0, 0, depth)
    return (shell + kept) - _holes(variant)


def lid(variant: Variant) -> Part:
    """Screwed over the sensor, hooked into the wall with the USB socket."""
    w, h, depth = variant.inner
    plate = tray(variant.inner, depth, depth + WALL, "high")
    lip = room(variant.inner, GAP, depth - _LIP, depth) - room(
        variant.inner, GAP + RIB, depth - _LIP, depth
    )
    solid = plate + _trimmed(variant, lip) + _hook(variant) + _tongues(variant)
    for at in layout.screws(variant):
        solid += rod(*at, depth - _post(variant), layout.POST, _post(variant))
    solid += _pressers(variant)
    for at in layout.screws(variant):
        solid -= rod(*at, 0, layout.THROUGH, depth + 2 * WALL)
    if variant.lid_slot is not None:
        x, y = variant.lid_slot
        solid -= box((x - 4.0, y - 2.0, depth - 3), (8.0, 4.0, 6.0))
    return solid


def clip(variant: Variant) -> Part:
    """The belt clip: one profile, printed on its side."""
    left, right = _clip_span(variant)
    solid = Pos(left, 0, 0) * extrude(_profile(variant), right - left, dir=(1, 0, 0))
    face = variant.inner[2] + WALL
    for x, y in layout.screws(variant):
        solid -= _along_z((x, y, face - 1), layout.THROUGH, FOOT + 2)
        solid -= _along_z((x, y, face + FOOT - layout.HEAD_HIGH), layout.HEAD_ACROSS + 0.4,
                          FOOT + BELT + 3)  # fmt: skip
    return solid


def bought(variant: Variant) -> dict[str, Part]:
    """Stand-ins of the bought parts, by name."""
    found = {}
    for name, place in layout.places(variant).items():
        boxes = [block(place, one) for one in place.part.blocks if one.kind == SOLID]
        solid, *rest = _round(name, place) if name in ("motor", "button") else boxes
        for one in rest:
            solid += one
        for x, y in place.part.holes:
            solid -= rod(place.at[0] + x, place.at[1] + y, place.at[2] - 1, 2.5, 4)
        found[name] = solid
    return found


def _round(name: str, place: Place) -> list[Part]:
    x, y, z = place.at
    if name == "motor":
        width, _depth, high = place.part.size
        return [rod(x + width / 2, y + width / 2, z, width, high)]
    across, long = BUTTON_ACTUATOR
    width, depth, high = BUTTON_BODY
    pin = Plane(origin=(x + width / 2, y + depth + long / 2, z + high / 2), z_dir=(0, 1, 0))
    return [block(place, place.part.blocks[0]), pin * Cylinder(across / 2, long)]


def _guides(variant: Variant) -> Part:
    """An angle at each corner of a board, with a seat under it."""
    solid: Part | None = None
    for name, place in variant.places.items():
        if place.guided:
            for one in _corners(place, variant, seat=name != "cell"):
                solid = one if solid is None else solid + one
    assert solid is not None
    return solid


def _corners(place: Place, variant: Variant, seat: bool) -> list[Part]:
    x, y, z = place.at
    w, d, high = place.part.size
    top = z + high + 0.6 if seat else _CELL_GUIDE
    gap = GAP + 0.01
    found = []
    for right in (False, True):
        for upper in (False, True):
            x0 = x + w - _GUIDE if right else x - gap - RIB
            y0 = y + d - _GUIDE if upper else y - gap - RIB
            size = _GUIDE + gap + RIB
            angle = box((x0, y0, 0), (size, size, top))
            cut = _between(place, variant, gap, top)
            corner = angle - cut
            if seat:
                sx = x + w - _SEAT if right else x
                sy = y + d - _SEAT if upper else y
                reach = gap + RIB
                corner += box((sx - (0 if right else reach), sy - (0 if upper else reach), 0),
                              (_SEAT + reach, _SEAT + reach, z))  # fmt: skip
            found.append(corner)
    return found


def _between(place: Place, variant: Variant, gap: float, top: float) -> Part:
    """The part with its gap; if a wall is too near for a rib, the wall itself guides it."""
    x, y, _z = place.at
    w, d, _high = place.part.size
    near = RIB + 2 * gap
    x0 = -1.0 if x < near else x - gap
    y0 = -1.0 if y < near else y - gap
    x1 = variant.inner[0] + 1 if variant.inner[0] - x - w < near else x + w + gap
    y1 = variant.inner[1] + 1 if variant.inner[1] - y - d < near else y + d + gap
    return box((x0, y0, -1), (x1 - x0, y1 - y0, top + 2))


def _trimmed(variant: Variant, solid: Part) -> Part:
    """Remove what would touch a part's side, its top, or the space of a plug."""
    for place in layout.places(variant).values():
        for one in place.part.blocks:
            solid -= block(place, one, side=GAP + 0.01, above=GAP)
    return solid


def _pocket(place: Place, inward: float, pillar: float) -> Part:
    """The holder of a button or switch: a pedestal, two cheeks, a pillar behind.

    ``inward``: +1 at the top wall, −1 at the bottom one; ``pillar``: its width.
    """
    x, y, z = place.at
    w, d, high = place.part.size
    top = z + high - 1.0
    solid = box((x - GAP - RIB, y, 0), (w + 2 * (GAP + RIB), d, z))
    solid += box((x - GAP - RIB, y, 0), (RIB, d, top)) + box((x + w + GAP, y, 0), (RIB, d, top))
    behind = y - GAP - RIB if inward > 0 else y + d + GAP
    solid += box((x + w / 2 - pillar / 2, behind, 0), (pillar, RIB, top))
    joint = y - GAP - RIB if inward > 0 else y + d
    return solid + box((x + w / 2 - pillar / 2, joint, 0), (pillar, GAP + RIB, z))


def _bosses(variant: Variant) -> Part:
    seat = variant.places["sensor"].at[2]
    first, *rest = [rod(*at, 0, layout.BOSS, seat) for at in layout.screws(variant)]
    for one in rest:
        first += one
    return first


def _motor_ring(place: Place) -> Part:
    x, y, _z = place.at
    width = place.part.size[0]
    middle = (x + width / 2, y + width / 2)
    return rod(*middle, 0, width + 0.6 + 2 * RIB, 1.2) - rod(*middle, 0, width + 0.6, 2)


def _holes(variant: Variant) -> Part:
    """Pilot holes, openings, drains, the groove of the hook."""
    w, _h, depth = variant.inner
    seat = variant.places["sensor"].at[2]
    low, high = variant.hook_y
    solid = wedge(0.0, depth - _HOOK_MIDDLE, 0.8, 0.8, (low - 0.4, high + 0.4))
    for at in layout.screws(variant):
        solid += rod(*at, -0.4, layout.PILOT, seat + 1.4)
    for x in (w * 0.12, w * 0.88):
        solid += teardrop((x, 0.5, 0.9), 1.6, WALL + 1, (0, -1, 0), (0, 0, 1))
    for wall, opening in _openings(variant):
        solid += _in_wall(variant, wall, opening, (opening.low, depth + 1), 0.0)
    return solid


def _tongues(variant: Variant) -> Part:
    """Tongues of the lid that close the openings above USB socket, button and lever."""
    depth = variant.inner[2]
    first, *rest = [
        _in_wall(variant, wall, opening, (opening.high, depth + 0.1), GAP)
        for wall, opening in _openings(variant)
    ]
    for one in rest:
        first += one
    return first


def _openings(variant: Variant) -> list[tuple[str, layout.Opening]]:
    found = [("left", layout.usb(variant)), ("top", layout.button_opening(variant))]
    lever = layout.lever(variant)
    return found if lever is None else [*found, ("bottom", lever)]


def _in_wall(variant: Variant, wall: str, opening: layout.Opening, z: tuple[float, float],
             gap: float) -> Part:  # fmt: skip
    """A box in a wall, as wide as an opening minus a gap on both sides and to the inside."""
    side, high = opening.width - 2 * gap, z[1] - z[0]
    start = opening.middle - side / 2
    thick = (USB_WALL if wall == "left" else WALL) - gap
    if wall == "left":
        return box((-USB_WALL, start, z[0]), (thick, side, high))
    y = variant.inner[1] + gap if wall == "top" else -WALL
    return box((start, y, z[0]), (side, thick, high))


def _hook(variant: Variant) -> Part:
    depth = variant.inner[2]
    low, high = variant.hook_y
    bar = box((GAP, low, depth - _HOOK_LOW), (RIB, high - low, _HOOK_LOW))
    return bar + wedge(GAP, depth - _HOOK_MIDDLE, 0.6, 0.6, (low, high))


def _post(variant: Variant) -> float:
    place = variant.places["sensor"]
    return variant.inner[2] - place.at[2] - place.part.size[2]


def _pressers(variant: Variant) -> Part:
    """Posts that press the boards down over foam."""
    depth = variant.inner[2]
    solid: Part | None = None
    for place in variant.places.values():
        top = place.at[2] + place.part.size[2] + FOAM
        for x, y in place.part.press:
            one = rod(place.at[0] + x, place.at[1] + y, top, 3.0, depth - top + 0.1)
            solid = one if solid is None else solid + one
    assert solid is not None
    return _trimmed(variant, solid)


def _clip_span(variant: Variant) -> tuple[float, float]:
    """Its sides in x: wider towards the middle, so that it hangs straighter."""
    w = variant.inner[0]
    x = variant.places["sensor"].at[0]
    width = variant.places["sensor"].part.size[0]
    left_room, right_room = x, w - x - width
    if left_room > right_room:
        return x - _CLIP_REACH, min(x + width + 2.0, w + WALL)
    return max(x - 2.0, -WALL), x + width + _CLIP_REACH


def _profile(variant: Variant) -> Sketch:
    """In the plane x = 0: foot on the lid, bend at the top, tongue with a catch at its end."""
    _w, h, depth = variant.inner
    z = depth + WALL
    top = h + WALL - (FOOT + BELT + TONGUE) / 2
    low = layout.screws(variant)[0][1] - 3.4
    tip = top - _TONGUE_LONG
    inside, outside = z + FOOT, z + FOOT + BELT
    end = outside + TONGUE
    line = Polyline((0, top, inside), (0, low, inside), (0, low, z), (0, top, z))
    line += ThreePointArc((0, top, z), (0, top + (end - z) / 2, (z + end) / 2), (0, top, end))
    line += Polyline((0, top, end), (0, tip, end), (0, tip, outside - _CATCH * 0.5),
                     (0, tip + 2.0, outside - _CATCH), (0, tip + 5.0, outside),
                     (0, top, outside))  # fmt: skip
    line += ThreePointArc((0, top, outside), (0, top + BELT / 2, inside + BELT / 2),
                          (0, top, inside))  # fmt: skip
    return make_face(line)


def _along_z(at: Point, across: float, length: float) -> Part:
    """A hole along z in a part that is printed on its left side."""
    return teardrop(at, across, length, (0, 0, 1), (1, 0, 0))


PRINTED = {"body": body, "lid": lid, "clip": clip}
