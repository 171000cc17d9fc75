"""Sizes, layout, parts and steps of the cases: what needs no CAD library."""

from __future__ import annotations

from itertools import combinations

import pytest
from leancue.installer import payload

from boards.case import layout, parts, steps
from boards.case.rules import GAP, WALL
from boards.case.sizes import Block, Place, Variant
from boards.case.variants import VARIANTS
from tools import case_tables

Box = tuple[tuple[float, float], ...]
EACH = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)


def spans(place: Place, block: Block) -> Box:
    """Low and high of a block in the case, per axis."""
    return tuple((p + b, p + b + s) for p, b, s in zip(place.at, block.at, block.size, strict=True))


@EACH
def test_no_two_parts_nor_their_plugs_take_the_same_room(variant: Variant) -> None:
    placed = layout.places(variant)
    for (_, a), (_, b) in combinations(placed.items(), 2):
        for one in a.part.blocks:
            for other in b.part.blocks:
                pairs = list(zip(spans(a, one), spans(b, other), strict=True))
                apart = [max(p[0] - q[1], q[0] - p[1]) for p, q in pairs]
                assert max(apart) >= 0, (a.part.name, b.part.name)
                if one.kind == other.kind == "solid" and max(apart[2:]) < 0:
                    assert max(apart) >= GAP - 1e-9, (a.part.name, b.part.name)


@EACH
def test_parts_lie_inside_but_for_sockets_and_levers(variant: Variant) -> None:
    for name, place in variant.places.items():
        for (low, high), room in zip(
            spans(place, place.part.blocks[0]), variant.inner, strict=True
        ):
            assert low >= 0 and high <= room, name
        assert place.part.assumed and place.part.mass_g > 0, name


@EACH
def test_the_motor_is_on_the_wall_that_touches_the_back_and_under_the_sensor(
    variant: Variant,
) -> None:
    motor, sensor = variant.places["motor"], variant.places["sensor"]
    assert motor.at[2] == 0.0
    assert motor.part.size[2] + 0.5 < sensor.at[2]
    for axis in (0, 1):
        middles = [p.at[axis] + p.part.size[axis] / 2 for p in (motor, sensor)]
        assert abs(middles[0] - middles[1]) < 0.1


@EACH
def test_the_usb_socket_reaches_its_opening_and_the_button_the_outside(variant: Variant) -> None:
    board = variant.places["board"]
    assert board.part.usb is not None
    usb = layout.usb(variant)
    z = board.at[2] + board.part.usb[1]
    assert usb.low + 2.5 < z < usb.high - 2.5
    assert board.at[0] + board.part.blocks[1].at[0] < 0  # its front lies in the wall
    out = spans(layout.button(variant), layout.button(variant).part.blocks[1])[1][1]
    assert out - variant.inner[1] - WALL == pytest.approx(layout.BUTTON_OUT)


@EACH
def test_the_sensor_s_angle_and_the_screws(variant: Variant) -> None:
    tilt, turn = layout.sensor_tilt_deg(variant)
    assert tilt < 0.5 and turn < 1.5
    assert 3.0 <= layout.screw_bite_mm(variant) <= variant.places["sensor"].at[2]
    assert len(layout.screws(variant)) == 4


def test_every_variant_stands_for_boards_that_there_are() -> None:
    assert {board for v in VARIANTS.values() for board in v.boards} <= set(payload.boards())
    assert len(VARIANTS) == 4


@EACH
def test_each_part_of_the_case_is_in_the_list_of_parts(variant: Variant) -> None:
    listed = parts.of(variant, case_tables.spec(variant).CELL, case_tables.plugged(variant))
    assert {name for name in layout.places(variant)} <= {item.stands_for for item, _n in listed}
    assert all(count > 0 and item.number and item.else_ for item, count in listed)


@EACH
def test_the_steps_name_this_board_s_pins_and_leave_no_brace(variant: Variant) -> None:
    spec = case_tables.spec(variant)
    found = list(case_tables.steps_of(variant))
    text = " ".join(does + check for _n, does, check in found)
    assert "{" not in text and spec.MOTOR in text and spec.BUTTON in text
    assert ("slide switch into its pocket" in text) == (variant.switch_x is not None)
    assert ("charger's 5V" in text) == ("charger" in variant.places)
    assert all(does and check for _n, does, check in found)


@EACH
def test_the_pictures_of_the_steps_show_every_part_once(variant: Variant) -> None:
    shown = [name for _number, step in steps.of(variant) for name in step.shown]
    assert sorted(shown) == sorted([*layout.places(variant), "body", "lid", "clip"])
    assert [number for number, _step in steps.of(variant)] == list(range(1, len(steps.STEPS)))


@EACH
def test_the_sum_of_currents_is_that_of_the_battery_table(variant: Variant) -> None:
    from tools.wiring import battery

    assert variant.chip in battery.CHIPS
    hours = battery.hours(variant.chip)
    assert f"{hours:.1f} h" in battery.table()
    assert battery.milliamps(variant.chip) * hours == pytest.approx(320, abs=0.01)
