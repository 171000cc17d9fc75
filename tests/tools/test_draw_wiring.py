"""The pictures of the wiring: every wire there, every word legible, none stale."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from tools.wiring import battery, tables
from tools.wiring.forms import FORMS, edge_name, form_of
from tools.wiring.parts import COLOURS
from tools.wiring.scene import Scene

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
WIDTH_OF_A_LETTER = 0.6  # of its size; the widest of the fonts named is 0.61 on average
PICTURES = dict(tables.FILES)


def stub_pins(board: str) -> set[str]:
    spec = importlib.util.find_spec("board_definitions")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("circuitpython-stubs is not installed")
    stub = Path(next(iter(spec.submodule_search_locations))) / board / "__init__.pyi"
    return set(re.findall(r"^(\w+): microcontroller\.Pin", stub.read_text("utf-8"), re.MULTILINE))


def words(svg: str) -> list[tuple[str, float, float, float, float]]:
    """(words, left, top, right, bottom) of each text."""
    found = []
    for text in ET.fromstring(svg).iter(f"{SVG}text"):
        size, x, y = (float(text.attrib[key]) for key in ("font-size", "x", "y"))
        width = WIDTH_OF_A_LETTER * size * len(text.text or "")
        left = x - width * {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]]
        found.append((text.text or "", left, y - 0.75 * size, left + width, y + 0.2 * size))
    return found


@pytest.mark.parametrize("path", PICTURES)
def test_no_two_words_lie_over_each_other_and_none_leaves_the_page(path: str) -> None:
    svg = PICTURES[path]()
    width, height = (float(n) for n in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    boxes = words(svg)
    assert len(boxes) > 20
    over = [(a[0], b[0]) for a, b in combinations(boxes, 2)
            if a[1] < b[3] and b[1] < a[3] and a[2] < b[4] and b[2] < a[4]]  # fmt: skip
    assert over == []
    assert [b[0] for b in boxes if b[1] < 0 or b[3] > width or b[2] < 0 or b[4] > height] == []


@pytest.mark.parametrize("path", PICTURES)
def test_no_picture_is_stale(path: str) -> None:
    assert (ROOT / path).read_text("utf-8") == PICTURES[path]()


@pytest.mark.parametrize("board", tables.NAMES)
def test_every_terminal_of_every_part_has_its_wire(board: str) -> None:
    scene = Scene(board, tables.spec_of(board))
    layout = scene.layout
    ends = {points[-1] for _net, points in scene.routes.routes + scene.routes.taps}
    asked = {(layout.parts_x, top + down)
             for part, top in layout.placed for _, down in part.terminals}  # fmt: skip
    assert ends >= asked
    assert len(asked) >= 10
    assert {part.name for part, _ in layout.placed} == {"sensor", "motor", "button", "cell"}


@pytest.mark.parametrize("board", tables.NAMES)
def test_wires_begin_at_the_pins_of_the_board_file(board: str) -> None:
    spec = tables.spec_of(board)
    scene = Scene(board, spec)
    for net in ("MOTOR", "BUTTON"):
        (points,) = [points for name, points in scene.routes.routes if name == net]
        assert points[0] == scene.layout.pin_at(edge_name(board, getattr(spec, net)))[0]
    svg = scene.svg()
    for net in ("MOTOR", "BUTTON", "SDA", "SCL", "gnd", "3v3"):
        assert svg.count(f'stroke="{COLOURS[net]}"') >= 1, net


@pytest.mark.parametrize("board", FORMS)
def test_the_pins_at_a_board_s_edge_are_pins_of_that_board(board: str) -> None:
    form = FORMS[board]
    named = {pin for pin in (*form.left, *form.right) if not pin.islower()} - {"BAT", "USB"}
    assert named <= stub_pins(board) | {"AREF"}
    spec = tables.spec_of(board)
    single = (spec.MOTOR, spec.BUTTON) + (() if spec.SENSOR_PLUG else (spec.SDA, spec.SCL))
    assert {edge_name(board, pin) for pin in single} <= named


def test_a_board_of_which_nothing_is_known_is_drawn_with_the_pins_it_uses() -> None:
    like = vars(tables.spec_of("raspberry_pi_pico"))
    spec = cast(ModuleType, SimpleNamespace(**{**like, "MOTOR": "P7", "BUTTON": "P8"}))
    svg = Scene("some_new_board", spec).svg()
    shown = {word for word, *_ in words(svg)}
    assert {"P7", "P8", "GP4", "GP5", "3V3", "GND", "some_new_board"} <= shown
    assert form_of("some_new_board", spec).left == ()


def test_a_driver_whose_enable_is_not_wired_is_drawn_without_that_wire() -> None:
    like = vars(tables.spec_of("adafruit_feather_rp2040"))
    spec = cast(ModuleType, SimpleNamespace(**{**like, "MOTOR": None}))
    svg = Scene("adafruit_feather_rp2040", spec, "drv2605").svg()
    assert not {"motor", "motor D5 · button D6"} & {word for word, *_ in words(svg)}


def test_the_program_prints_a_picture_and_lists_them() -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, str(ROOT / "tools" / "draw_wiring.py"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert run().split() == list(PICTURES)
    board = tables.NAMES[0]
    assert run("--board", board) == PICTURES[f"boards/pictures/{board}.svg"]()
    assert "DRV2605L" in run("--board", board, "--haptic", "drv2605")


def test_the_battery_s_table_adds_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    measured: Any = tmp_path / "battery.json"
    measured.write_text('{"motor on percent": 5.0, "pulses": 10}')
    monkeypatch.setattr(battery, "MEASURED", measured)
    rows = [[cell.strip(" *") for cell in line.split("|")[1:-1]]
            for line in battery.table().splitlines()[2:]]  # fmt: skip
    for column in (1, 2):
        currents = [float(row[column].split()[0]) for row in rows[:-2] if row[column]]
        together = float(rows[-2][column].split()[0])
        assert 3.0 in currents  # 5 % of 60 mA
        assert together == pytest.approx(sum(currents), abs=0.2)
        assert float(rows[-1][column].split()[0]) == pytest.approx(320 / together, abs=0.06)
