"""Clips with mistakes of wiring: each is named as what it is, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from leancore.schema import faults
from leancue.basis.errors import DeviceRefused
from leancue.commissioning import result, rules

from tools.commissioning.mistakes import DRV, MISTAKES, Mistake
from tools.commissioning.trial import Bench


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_named_and_nothing_else(mistake: Mistake, tmp_path: Path) -> None:
    seen, found = mistake.bench(tmp_path / "clip").checked()
    assert [one.key for one in found] == [mistake.rule]
    judged = result.of(seen)
    assert judged.answer == f"The clip {seen.uid} has 1 problem."
    said = " ".join(text for _part, text in judged.lines())
    assert found[0].what in said and found[0].cause in said and found[0].way_out in said


@pytest.mark.parametrize("options", [{}, DRV], ids=["pwm", "drv2605"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_good_clip_is_well(options: dict[str, str], seed: int, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "clip", dict(options))
    bench.motion.reseed(seed)
    bench.starts()
    seen, found = bench.checked()
    assert found == []
    judged = result.of(seen)
    assert judged.is_well and judged.unseen == {}
    assert judged.answer == f"The clip {seen.uid} is OK."
    assert [name for name, _text in judged.lines()] == list(rules.PARTS.values())
    # The check itself is no fault; but on this bench a clip is turned over in no time.
    assert set(bench.board.app.recorder.faults) <= {faults.CHIP_JUMPED}
    assert not bench.board.coin.is_on


def test_the_sensor_may_be_at_its_other_address(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "clip", {"address": 0x4B})
    bench.starts()
    seen, found = bench.checked()
    assert found == [] and seen.bus is not None and seen.bus.found == [0x4B]


def test_a_linear_motor_is_well_where_the_board_file_says_so(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "clip", DRV | {"motor_kind": "lra"})
    assert bench.board.driver_chip is not None
    bench.board.driver_chip.motor_kind = "lra"
    bench.shaker.linear, bench.shaker.full_hz = True, 175.0
    bench.starts()
    seen, found = bench.checked()
    assert found == [] and seen.driver is not None and seen.driver.found != []


def test_what_was_not_done_is_not_called_well(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "clip", turns=False)
    bench.presses = lambda text: False  # type: ignore[method-assign]
    bench.sees = lambda text, show: None  # type: ignore[method-assign]
    bench.starts()
    seen, found = bench.checked()
    judged = result.of(seen)
    assert found == [] and set(judged.unseen) >= {"axes", "button", "light"}
    assert "is OK as far as it was checked. Not checked: axes, button, light" in judged.answer


def test_every_rule_has_a_mistake_or_a_test_of_its_own() -> None:
    by_hand = {"rate_off", "no_gyro", "motor_grown_weak", "memory_slow", "memory_unaligned",
               "port_slow"}  # fmt: skip
    made = {mistake.rule for mistake in MISTAKES}
    assert made | by_hand == {rule.key for rule in rules.RULES}
    assert not made & by_hand
    assert {rule.part for rule in rules.RULES} <= set(rules.PARTS)
    assert len({rule.key for rule in rules.RULES}) == len(rules.RULES)


def test_a_clip_in_edit_mode_is_not_called_broken(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "clip")
    bench.board.power_cycle(edit=True)
    with pytest.raises(DeviceRefused, match="edit mode"):
        bench.checked()


def test_the_clip_remembers_what_it_came_to(tmp_path: Path) -> None:
    from leancue.clip.client import Client
    from leancue.commissioning import guided_check

    from tools.commissioning.trial import Cable

    bench = Bench(tmp_path / "clip")
    bench.starts()
    seen, found = bench.checked()
    assert seen.before is not None and result.checked_words(seen.before.kept) == "never checked"
    with Client(Cable(bench.board)) as client:
        guided_check.keep(client, 1_795_900_000, len(found), result.of(seen).shakes_cmps2())
    bench.starts()
    later, found = bench.checked()
    assert found == []
    assert later.before is not None
    assert result.checked_words(later.before.kept) == "checked 28 November 2026: all OK"
    bench.shaker.health_percent = 60.0
    _seen, found = bench.checked()
    assert [one.key for one in found] == ["motor_grown_weak"]
