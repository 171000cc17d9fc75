"""Measured requirements of a case: closed, walls, overhangs, clearances, mass, outer size."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from build123d import Part, Pos

from boards.case import layout, mesh, model
from boards.case.rules import GAP
from boards.case.shapes import block
from boards.case.sizes import Variant

PLASTIC_G_CM3 = 1.27  # PETG
SCREWS_G, WIRES_G = 4 * 0.3, 2.0
# The up direction on the print bed; the lid lies on its outer face, the clip on its side.
UP = {"body": (0.0, 0.0, 1.0), "lid": (0.0, 0.0, -1.0), "clip": (1.0, 0.0, 0.0)}
BED_MM = 180.0
# Intended contacts: the boards on their seats, the sensor between boss and post, lid on rim.
_TOUCH_MM3 = 0.05


class Case:
    """All solids of a variant, built once."""

    def __init__(self, variant: Variant) -> None:
        self.variant = variant
        self.printed = {name: make(variant) for name, make in model.PRINTED.items()}
        self.bought = model.bought(variant)
        self.meshes = {name: mesh.of(solid) for name, solid in self.printed.items()}


def overlap_mm3(one: Part, other: Part) -> float:
    """The volume that two solids share."""
    if not _near(one, other):
        return 0.0
    common = one & other
    return sum(float(part.volume) for part in common.solids()) if common else 0.0


def _near(one: Part, other: Part) -> bool:
    a, b = one.bounding_box(), other.bounding_box()
    return all(
        getattr(a.min, axis) < getattr(b.max, axis) and getattr(b.min, axis) < getattr(a.max, axis)
        for axis in "XYZ"
    )


def collisions(case: Case) -> list[str]:
    """Pairs of parts, printed or bought, that overlap."""
    solids = {**case.printed, **case.bought}
    return [
        f"{a} and {b}: {shared:.2f} mm³"
        for a, b in combinations(solids, 2)
        if (shared := overlap_mm3(solids[a], solids[b])) > _TOUCH_MM3
    ]


def tight_places(case: Case) -> list[str]:
    """Places where a bought part has less than GAP to a printed one at its sides, or to another."""
    found = []
    variant = case.variant
    for name, place in layout.places(variant).items():
        grown = [block(place, one, side=GAP - 0.01) for one in place.part.blocks]
        above = [block(place, one, above=GAP - 0.01) for one in place.part.blocks]
        for printed in ("body", "lid"):
            for one in grown if name not in ("motor", "button") else []:
                found += _said(name, printed, one, case.printed[printed])
        for one in above if name != "sensor" else []:
            found += _said(name, "lid", one, case.printed["lid"])
        for other, solid in case.bought.items():
            for one in grown if other != name else []:
                found += _said(name, other, one, solid)
    return found + _loose_lid(case)


def _said(name: str, other: str, one: Part, solid: Part) -> list[str]:
    shared = overlap_mm3(one, solid)
    return [f"{name} to {other}: {shared:.2f} mm³ within {GAP} mm"] if shared > _TOUCH_MM3 else []


def _loose_lid(case: Case) -> list[str]:
    """The lid may move by almost GAP in x and y, past the body; its hook only in y."""
    found = []
    for x, y in ((0, GAP - 0.02), (0, 0.02 - GAP), (GAP - 0.02, 0)):
        shared = overlap_mm3(Pos(x, y, 0.01) * case.printed["lid"], case.printed["body"])
        if shared > _TOUCH_MM3:
            found.append(f"lid to body, moved by {x}, {y} mm: {shared:.2f} mm³")
    return found


def hook_holds_mm3(case: Case) -> float:
    """Overlap when the lid is lifted by 1 mm without tilting it out."""
    return overlap_mm3(Pos(0, 0, 1.0) * case.printed["lid"], case.printed["body"])


def outer_mm(case: Case, with_clip: bool) -> tuple[float, float, float]:
    """Width, height, depth, to a tenth; without the button's end."""
    boxes = [case.printed[name].bounding_box() for name in ("body", "lid")]
    if with_clip:
        boxes.append(case.printed["clip"].bounding_box())
    sizes = []
    for axis in "XYZ":
        low = min(getattr(box.min, axis) for box in boxes)
        high = max(getattr(box.max, axis) for box in boxes)
        sizes.append(round(high - low, 1))
    return sizes[0], sizes[1], sizes[2]


def masses_g(case: Case) -> dict[str, float]:
    """Of each part, in g; printed ones solid."""
    found = {name: solid.volume / 1000 * PLASTIC_G_CM3 for name, solid in case.printed.items()}
    found |= {place.part.name: place.part.mass_g
              for place in layout.places(case.variant).values()}  # fmt: skip
    return found | {"screws": SCREWS_G, "wires, foam, glue": WIRES_G}


def bed_mm(case: Case, name: str) -> tuple[float, float]:
    """The print bed area of a printed part."""
    box = case.printed[name].bounding_box().size
    return {"body": (box.X, box.Y), "lid": (box.X, box.Y), "clip": (box.Y, box.Z)}[name]


def report(case: Case) -> dict[str, Any]:
    """All figures of a variant, as ``measured.json`` keeps them."""
    tilt, turn = layout.sensor_tilt_deg(case.variant)
    parts = {
        name: {
            "open_edges": mesh.open_edges(one),
            "wall_mm": round(mesh.thinnest_wall_mm(one), 2),
            "overhang_deg": round(mesh.steepest_overhang_deg(one, UP[name]), 1),
            "mass_g": round(case.printed[name].volume / 1000 * PLASTIC_G_CM3, 1),
            "bed_mm": [round(side, 1) for side in bed_mm(case, name)],
        }
        for name, one in case.meshes.items()
    }
    return {
        "case_mm": list(outer_mm(case, with_clip=False)),
        "with_clip_mm": list(outer_mm(case, with_clip=True)),
        "mass_g": round(sum(masses_g(case).values()), 1),
        "sensor_tilt_deg": round(tilt, 2),
        "sensor_turn_deg": round(turn, 2),
        "collisions": collisions(case),
        "tight_places": tight_places(case),
        "screw_bite_mm": round(layout.screw_bite_mm(case.variant), 1),
        "hook_mm3": round(hook_holds_mm3(case), 2),
        "printed": parts,
    }


# Figure of a printed part: name in the report, limit, whether it is a minimum, reason.
_LIMITS = (
    ("open_edges", 0, False, "a slicer needs a closed surface"),
    ("wall_mm", 1.2, True, "thinner walls break"),
    ("overhang_deg", 45.1, False, "steeper needs supports"),
)
MOST_G = 60.0
LEAST_BITE_MM, MOST_BITE_MM = 3.0, 4.6  # two diameters of plastic hold; the hole ends


def problems(found: dict[str, Any]) -> list[str]:
    """Each rule that a report breaks, as text."""
    said = [f"parts in the same room: {one}" for one in found["collisions"]]
    said += [f"less than {GAP} mm: {one}" for one in found["tight_places"]]
    for name, part in found["printed"].items():
        for key, limit, least, why in _LIMITS:
            value = part[key]
            if value < limit if least else value > limit:
                said.append(f"{name}: {key} is {value}, {'at least' if least else 'at most'} "
                            f"{limit} ({why})")  # fmt: skip
        if max(part["bed_mm"]) > BED_MM:
            said.append(f"{name}: {part['bed_mm']} mm does not fit a bed of {BED_MM:g} mm")
    if found["mass_g"] > MOST_G:
        said.append(f"{found['mass_g']} g, at most {MOST_G:g} g with the cell")
    if not LEAST_BITE_MM <= found["screw_bite_mm"] <= MOST_BITE_MM:
        said.append(f"the screws bite {found['screw_bite_mm']} mm, "
                    f"{LEAST_BITE_MM:g} to {MOST_BITE_MM:g} mm hold")  # fmt: skip
    if found["hook_mm3"] <= 0:
        said.append("the lid's hook holds nothing")
    return said
