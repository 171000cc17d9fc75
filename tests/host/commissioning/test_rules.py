"""Rules on artificial facts: cases without a simulated mistake, and the limit of each rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from leancue.clip.exchange import Traffic
from leancue.commissioning import axes, result, rules
from leancue.commissioning.facts import (
    Bus,
    Button,
    Cell,
    Driver,
    Facts,
    Kept,
    SensorReadings,
    Written,
)

G = 2510  # 1 g in 1/256 m/s²
STILL = SensorReadings(
    n=50, ms=500, up=1, same=0, a=[0, 0, G], shake=[5, 5, 5], square=1, turn=[1, 1, 1],
    turns=50, trouble=[0, 0, 0, 0, 0], us=[10000, 8000, 10000],
)  # fmt: skip


def facts(**others: Any) -> Facts:
    """Return the facts of a correct clip, with changes."""

    def shake(mps2: float) -> SensorReadings:
        return replace(STILL, square=round((32 * mps2) ** 2))

    values: dict[str, Any] = {
        "bus": Bus(1, 1, 0, [0x4A], []),
        "still": STILL,
        "postures": {"flat": STILL, "side": replace(STILL, a=[G, 0, 0]),
                     "upright": replace(STILL, a=[0, G, 0])},
        "shakes": {40: shake(1.5), 70: shake(4.5), 100: shake(9.0)},
        "driver": Driver(0, 0, 0, []), "idle": Button(600, 0, 0, -1),
        "pressed": Button(600, 200, 2, 200), "lights": "y", "cell": Cell(1, 3900),
        "written": Written(95, 2046, 4096), "clock_off": 0.001, "answer_s": 0.05,
        "before": Kept([1_795_900_000, 0, 150, 450, 900]),
    }  # fmt: skip
    return Facts("A1", "board", **values | others)


def shakes(weak_mps2: float, full_mps2: float) -> dict[int, SensorReadings]:
    """At the weakest and at full strength."""
    return {percent: replace(STILL, square=round((32 * mps2) ** 2))
            for percent, mps2 in ((40, weak_mps2), (100, full_mps2))}  # fmt: skip


def keys(**others: Any) -> list[str]:
    return [one.key for one in rules.findings(facts(**others))]


def still(**others: Any) -> dict[str, Any]:
    return {"still": replace(STILL, **others)}


def test_all_is_well() -> None:
    assert keys() == []


# What holds, and what does just not.
EDGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "sensor_missing": ({"bus": Bus(1, 1, 0, [0x5A], []), "driver": Driver(1, 0, 0, [1, 2, 3])},
                       {"bus": Bus(1, 1, 0, [0x4B, 0x5A], []),
                        "driver": Driver(1, 0, 0, [1, 2, 3])}),
    "bus_noisy": (still(trouble=[1, 1, 0, 0, 0]), still(trouble=[0, 1, 0, 0, 0])),
    "sensor_resets": (still(trouble=[0, 0, 0, 1, 0]), still()),
    "rate_off": (still(n=42), still(n=43)),
    "no_gyro": (still(turns=0), still(turns=1)),
    "gyro_off": (still(turn=[0, 0, 27]), still(turn=[0, 0, 26])),
    "not_still": (still(shake=[0, 39, 0]), still(shake=[0, 38, 0])),
    "force_off": (still(a=[0, 0, 2350]), still(a=[0, 0, 2360])),
    "motor_grown_weak": ({"before": Kept([1, 0, 1290])}, {"before": Kept([1, 0, 1280])}),
    "button_bounces": ({"pressed": Button(600, 200, 6, 5)}, {"pressed": Button(600, 200, 6, 31)}),
    "cell_implausible": ({"cell": Cell(1, 2499)}, {"cell": Cell(0, 0)}),
    "cell_empty": ({"cell": Cell(1, 3299)}, {"cell": Cell(1, 3300)}),
    "memory_slow": ({"written": Written(401, 10, 4096)}, {"written": Written(400, 10, 4096)}),
    "memory_unaligned": ({"written": Written(95, 10, 8192)}, {"written": Written(95, 10, 4096)}),
    "clock_off": ({"clock_off": -0.021}, {"clock_off": 0.02}),
    "port_slow": ({"answer_s": 0.51}, {"answer_s": 0.5}),
    "sda_high": ({"bus": Bus(3, 1, 0, [], [])}, {"bus": Bus(1, 1, 0, [0x4A], [])}),
    "scl_high": ({"bus": Bus(1, 3, 0, [], [])}, {"bus": Bus(1, 1, 0, [0x4A], [])}),
    "motor_starts_late": ({"shakes": shakes(0.2, 9.0)}, {"shakes": shakes(0.4, 9.0)}),
    "button_inverted": ({"idle": Button(600, 400, 0, -1)},
                        {"idle": Button(600, 200, 0, -1)}),
    "button_stuck": ({"idle": Button(600, 600, 0, -1), "pressed": Button(600, 600, 0, -1)},
                     {"idle": Button(600, 300, 0, -1)}),
    "port_lossy": ({"traffic": Traffic(30, 1, 1)}, {"traffic": Traffic(30, 1, 0)}),
    "driver_not_calibrated": ({"driver": Driver(1, 0, 0, []),
                               "bus": Bus(1, 1, 0, [0x4A, 0x5A], [])},
                              {"driver": Driver(1, 0, 0, [1, 2, 3]),
                               "bus": Bus(1, 1, 0, [0x4A, 0x5A], [])}),
}  # fmt: skip


@pytest.mark.parametrize("key", EDGES)
def test_where_a_rule_begins_to_hold(key: str) -> None:
    wrong, well = EDGES[key]
    assert keys(**wrong) == [key]
    assert keys(**well) == []


def test_a_long_check_may_lose_a_few_on_the_port() -> None:
    assert keys(traffic=Traffic(200, 2, 2)) == []
    assert keys(traffic=Traffic(200, 3, 2)) == ["port_lossy"]
    assert keys(traffic=Traffic(0, 0, 0)) == []


def test_the_port_is_told_with_its_figures() -> None:
    said = dict(result.of(facts(traffic=Traffic(30, 1, 0))).lines())["port"]
    assert said == "well (answers in 50 ms; 1 of 30 requests repeated)"


def test_what_follows_from_a_cause_is_not_said_again() -> None:
    dead = facts(bus=Bus(0, 0, 0, [], []), still=replace(STILL, n=0), postures={}, shakes={})
    found, hidden = rules.judged(dead)
    assert [one.key for one in found] == ["sensor_unpowered"]
    assert {"sensor", "axes", "motor"} <= hidden
    judged = result.of(dead)
    assert judged.unseen["motor"] == "not checked until the bus is OK"
    assert ("bus", f"{found[0].what} {found[0].cause} {found[0].way_out}") in judged.lines()


def test_two_causes_are_both_said() -> None:
    both = facts(lights="n", cell=Cell(1, 3000))
    assert [one.key for one in rules.findings(both)] == ["light_dark", "cell_empty"]
    assert result.of(both).answer == "The clip A1 has 2 problems."


def _laid(**ups: list[int]) -> Facts:
    return facts(postures={name: replace(STILL, a=up) for name, up in ups.items()})


def test_a_sensor_that_lies_turned_is_told_by_its_arrows() -> None:
    turned = _laid(flat=[0, 0, -G], side=[-G, 0, 0], upright=[0, G, 0])
    assert [one.key for one in rules.findings(turned)] == ["axes_turned"]
    assert axes.words(turned) == "x to the wearer's left, y up, z forwards"


def test_a_turn_about_the_axis_through_its_label_is_told_but_no_mistake() -> None:
    turned = _laid(flat=[0, 0, G], side=[0, -G, 0], upright=[G, 0, 0])
    assert rules.findings(turned) == []
    said = dict(result.of(turned).lines())["axes"]
    assert "x up, y to the wearer's left, z backwards" in said
    assert dict(result.of(facts()).lines())["axes"] == "well"


def test_a_tilted_sensor_is_told_beyond_what_a_hand_does() -> None:
    for degrees_, wrong in ((10, []), (14, ["axes_tilted"])):
        across = round(G * {10: 0.1736, 14: 0.2419}[degrees_])
        along = round(G * {10: 0.9848, 14: 0.9703}[degrees_])
        laid = _laid(flat=[0, across, along], side=[G, 0, 0], upright=[0, G, 0])
        assert [one.key for one in rules.findings(laid)] == wrong
        assert axes.tilt_deg(laid) == pytest.approx(degrees_, abs=0.1)


def test_a_clip_that_was_not_turned_over_or_laid_on_the_other_edge_is_no_mistake() -> None:
    lazy = _laid(flat=[0, 0, G], side=[0, 0, G], upright=[0, G, 0])
    assert rules.findings(lazy) == [] and "same way twice" in result.of(lazy).unseen["axes"]
    other = _laid(flat=[0, 0, G], side=[-G, 0, 0], upright=[0, G, 0])
    assert (
        rules.findings(other) == []
        and "on the edge that was asked for" in result.of(other).unseen["axes"]
    )
    assert axes.words(other) == "" and axes.tilt_deg(other) == 0.0


def test_shake_and_noise_are_in_si_units() -> None:
    sense = replace(STILL, square=32 * 32 * 25, shake=[256, 0, 0], turn=[0, 0, 512])
    assert sense.shake_mps2 == 5.0 and sense.noise_mps2 == 1.0
    assert sense.turn_dps == pytest.approx(57.3, abs=0.01)
    assert sense.rate_hz == 100.0 and replace(sense, ms=0).rate_hz == 0.0


def test_what_is_kept_is_said_in_a_line() -> None:
    assert result.words(1_795_900_000, 0) == "checked 28 November 2026: all OK"
    assert result.words(1_795_900_000, 1).endswith(": 1 problem")
    assert result.words(0, 2) == "checked on an unknown day: 2 problems"
    assert result.checked_words([]) == "never checked"
    assert rules.full_shake_before_mps2(Kept([1, 0])) == 0.0
