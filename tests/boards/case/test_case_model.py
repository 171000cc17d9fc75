"""The built cases keep every rule; and each check fails where its rule is broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip(
    "build123d", reason="the CAD library is not installed; type: pip install -e '.[case]'"
)

from build123d import Box, Part, Pos, Rotation  # noqa: E402 (skipped without it)

from boards.case import __main__ as command  # noqa: E402
from boards.case import checks, mesh, output, render  # noqa: E402
from boards.case.checks import Case  # noqa: E402
from boards.case.variants import VARIANTS  # noqa: E402

UP = (0.0, 0.0, 1.0)


BY_COMMAND = "xiao"  # which is built by the command, below


@pytest.mark.parametrize("key", [key for key in VARIANTS if key != BY_COMMAND])
def test_a_case_keeps_every_rule_and_the_page_says_what_it_measures(key: str) -> None:
    case = Case(VARIANTS[key])
    found = checks.report(case)
    assert checks.problems(found) == []
    kept = json.loads(command.MEASURED.read_text("utf-8"))[key]
    assert _rounded(found) == _rounded(kept), "type: python -m boards.case --write"
    assert all(len(one.solids()) == 1 and one.is_valid for one in case.printed.values())


def _rounded(found: dict[str, Any]) -> dict[str, Any]:
    """Without what another release of the CAD kernel may facet otherwise."""
    rounded = {key: found[key] for key in ("case_mm", "with_clip_mm", "sensor_tilt_deg")}
    return rounded | {"mass_g": round(found["mass_g"])}


def test_the_smallest_case_reaches_its_size() -> None:
    found = json.loads(command.MEASURED.read_text("utf-8"))["qtpy"]
    for side, most in zip(found["with_clip_mm"], (60.0, 45.0, 20.0), strict=True):
        assert side <= most


def test_a_thin_wall_is_found() -> None:
    hollow = Box(20, 20, 10) - Pos(0, 0, 0.8) * Box(18, 16, 10)
    assert mesh.thinnest_wall_mm(mesh.of(hollow)) == pytest.approx(0.8, abs=0.01)


def test_the_angle_of_an_overhang_is_found_and_the_bed_is_none() -> None:
    roof = Box(10, 10, 2) + Pos(0, 0, 10) * Rotation(0, 30, 0) * Box(10, 10, 1)
    assert mesh.steepest_overhang_deg(mesh.of(Box(5, 5, 5)), UP) == 0.0
    assert mesh.steepest_overhang_deg(mesh.of(roof), UP) == pytest.approx(60, abs=0.1)


def test_a_missing_triangle_is_an_open_edge() -> None:
    whole = mesh.of(Box(5, 5, 5))
    assert mesh.open_edges(whole) == 0
    assert mesh.open_edges(mesh.Mesh(whole.points, whole.triangles[1:])) == 3


def test_what_lies_in_another_part_or_too_near_is_named() -> None:
    case = Case.__new__(Case)
    case.variant = VARIANTS["qtpy"]
    one, other = Box(10, 10, 10), Pos(9, 0, 0) * Box(10, 10, 10)
    case.printed, case.bought = {"body": one}, {"cell": other}
    assert checks.collisions(case) == ["body and cell: 100.00 mm³"]
    assert checks.overlap_mm3(one, Pos(11, 0, 0) * Box(10, 10, 10)) == 0.0


BROKEN: dict[str, Any] = {
    "collisions": ["a and b"], "tight_places": ["a to b"], "mass_g": 61.0, "screw_bite_mm": 1.0,
    "hook_mm3": 0.0,
    "printed": {"lid": {"open_edges": 2, "wall_mm": 1.1, "overhang_deg": 50.0,
                        "bed_mm": [190.0, 20.0]}},
}  # fmt: skip


def test_each_rule_that_is_broken_is_said() -> None:
    assert len(checks.problems(BROKEN)) == 9


def test_a_part_lies_on_the_bed_as_its_overhangs_were_checked() -> None:
    tall: Part = Box(4, 6, 10)
    sizes = {name: output.on_bed(name, tall).bounding_box() for name in checks.UP}
    assert [round(sizes[name].max.Z) for name in ("body", "lid", "clip")] == [10, 10, 4]
    marked = tall + Pos(0, 0, 6) * Box(1, 1, 2)  # what looks at the lid's bed is at the bottom
    assert output.on_bed("lid", marked).faces().sort_by()[0].area == pytest.approx(1)
    side = tall + Pos(-3, 0, 0) * Box(2, 1, 1)
    assert output.on_bed("clip", side).faces().sort_by()[0].area == pytest.approx(1)


def test_a_picture_shows_the_nearer_part_and_where_each_is_seen() -> None:
    near, far = mesh.of(Pos(0, 0, 5) * Box(4, 4, 1)), mesh.of(Box(10, 10, 1))
    view = render.fitting([near, far], 0, 0, (60, 60))
    drawn, seen = render.picture([(near, "#ff0000"), (far, "#0000ff")], view)
    assert drawn.shape == (60, 60, 3)
    assert seen[30, 30] == 0 and seen[30, 8] == 1 and seen[1, 1] == -1
    assert drawn[30, 30, 0] > 100 > drawn[30, 30, 2]
    at = render.pointed_at(seen, 0)
    assert at is not None and np.allclose(at, (30, 30), atol=2)
    assert render.pointed_at(seen, 7) is None


def test_files_to_print_and_to_read_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([BY_COMMAND, "--out", str(tmp_path)]) == 0
    found = json.loads((tmp_path / "measured.json").read_text("utf-8"))[BY_COMMAND]
    kept = json.loads(command.MEASURED.read_text("utf-8"))[BY_COMMAND]
    assert checks.problems(found) == [] and _rounded(found) == _rounded(kept)
    assert "mm deep with the belt clip" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / BY_COMMAND).iterdir()}
    assert names == {"body.stl", "body.step", "lid.stl", "lid.step", "clip.stl", "clip.step",
                     "assembly.step", "xiao.svg", "xiao.pdf"}  # fmt: skip
    assert all(path.stat().st_size > 5000 for path in (tmp_path / BY_COMMAND).iterdir())


def test_an_unknown_case_is_said_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["teensy"])
    assert "there is no case teensy; there are feather, qtpy" in capsys.readouterr().err


def test_the_pictures_that_the_page_shows_are_there() -> None:
    for key in VARIANTS:
        for kind in ("closed.png", "exploded.png", "section.png", "steps.png", "drawing.svg"):
            assert (command.PICTURES / f"{key}_{kind}").stat().st_size > 10_000
