"""Files of a case: to print (STL, STEP), to read (drawings, pictures, figures)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from build123d import Compound, Part, Pos, Rotation, export_step, export_stl

from boards.case import checks, drawings, mesh, pictures
from boards.case.checks import Case
from boards.case.sizes import Variant

# From the assembly to the print bed.
_TURNED = {"body": Rotation(0, 0, 0), "lid": Rotation(180, 0, 0), "clip": Rotation(0, -90, 0)}


def build(variant: Variant, out: Path, with_pictures: bool) -> dict[str, Any]:
    """Write all files of a variant below ``out``; return the measured figures."""
    case = Case(variant)
    folder = out / variant.key
    folder.mkdir(parents=True, exist_ok=True)
    for name, solid in case.printed.items():
        export_stl(on_bed(name, solid), str(folder / f"{name}.stl"), *mesh.FINE)
        export_step(on_bed(name, solid), str(folder / f"{name}.step"))
    whole = [*case.printed.values(), *case.bought.values()]
    export_step(Compound(children=whole), str(folder / "assembly.step"))
    drawings.save(case, folder)
    if with_pictures:
        pictures.save_all(case, folder)
    return checks.report(case)


def on_bed(name: str, solid: Part) -> Part:
    """A printed part oriented for the print bed, its lowest corner at the origin."""
    turned = _TURNED[name] * solid
    low = turned.bounding_box().min
    return Pos(-low.X, -low.Y, -low.Z) * turned


def sentence(report: dict[str, Any]) -> str:
    """The summary for a person."""
    width, height, depth = report["case_mm"]
    with_clip = report["with_clip_mm"][2]
    walls = min(one["wall_mm"] for one in report["printed"].values())
    return (
        f"{width:g} × {height:g} × {depth:g} mm, {with_clip:g} mm deep with the belt clip; "
        f"{report['mass_g']:g} g with the cell; thinnest wall {walls:.2f} mm; "
        f"sensor parallel to the back within {report['sensor_tilt_deg']:g}°"
    )


def keep(found: dict[str, Any], measured: Path, out: Path, folder: Path) -> None:
    """Copy figures and pictures to where the documents use them."""
    before = json.loads(measured.read_text("utf-8")) if measured.exists() else {}
    measured.write_text(json.dumps({**before, **found}, indent=1) + "\n", "utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for key in found:
        for path in sorted((out / key).glob("*.png")):
            shutil.copyfile(path, folder / path.name)
        shutil.copyfile(out / key / f"{key}.svg", folder / f"{key}_drawing.svg")
