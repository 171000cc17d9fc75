"""All faults of the simulated BNO08x."""

from __future__ import annotations

import errno

import pytest
from sim_rig import ACCELEROMETER, GAME, GYRO, Rig, split, vector


def gaps(reports: list[tuple[int, bytes]], report_id: int) -> list[int]:
    numbers = [report[1] for _, report in reports if report[0] == report_id]
    return [(b - a) & 0xFF for a, b in zip(numbers, numbers[1:], strict=False)]


def test_dropped_reports_leave_a_gap_in_the_sequence() -> None:
    rig = Rig()
    rig.enable(GAME)
    before = rig.run(0.1)
    rig.chip.drop_next(3)
    after = rig.run(0.2)
    assert sorted(gaps(before + after, GAME))[-2:] == [1, 4]
    assert rig.chip.reports_lost == 3


def test_self_reset_loses_features_and_greets_again() -> None:
    rig = Rig()
    rig.enable(GAME)
    rig.run(0.1)
    rig.chip.self_reset()
    with pytest.raises(OSError, match="not acknowledged") as raised:
        rig.read(4)
    assert raised.value.errno == errno.ENODEV
    rig.clock.advance_us(100_000)
    assert [channel for channel, _ in rig.drain()] == [0, 1, 2]
    assert rig.run(0.1) == []
    assert rig.enable(GAME) == {GAME: 10_000}
    assert rig.run(0.1)[0][1][1] == 0  # numbered anew


def test_self_reset_in_the_middle_of_a_cargo_begins_a_new_one() -> None:
    rig = Rig()
    rig.read(100)
    rig.chip.self_reset()
    rig.clock.advance_us(100_000)
    assert rig.read(4) == bytes((0x14, 0x01, 0, 0))


def test_frozen_orientation_while_the_rest_goes_on() -> None:
    rig = Rig()
    rig.enable(GAME, ACCELEROMETER)
    rig.run(1.0)
    rig.chip.freeze_orientation = True
    values = [(report[0], tuple(vector(report, 4))) for _, report in rig.run(1.0)]
    assert len({value for kind, value in values if kind == GAME}) == 1
    assert len({value for kind, value in values if kind == ACCELEROMETER}) > 50
    rig.chip.freeze_orientation = False
    values = [tuple(vector(report, 4)) for _, report in rig.run(1.0) if report[0] == GAME]
    assert len(set(values)) > 50


def test_zero_and_non_unit_orientation() -> None:
    rig = Rig()
    rig.enable(GAME)
    rig.chip.non_unit = True
    length = sum(part**2 for part in vector(rig.run(0.1)[-1][1], 4)) ** 0.5 / 16384
    assert length == pytest.approx(0.6, abs=0.001)
    rig.chip.zero_orientation = True
    assert vector(rig.run(0.1)[-1][1], 4) == [0, 0, 0, 0]


def test_tilt_error_turns_only_the_game_rotation_vector() -> None:
    rig = Rig()
    rig.chip.motion_start_us = 1 << 40  # standing at identity
    rig.chip.tilt_error = lambda t_s: (0.8, 0.0, 0.6, 0.0)
    rig.enable(GAME, 0x05)
    values = {report[0]: vector(report, 4) for _, report in rig.run(0.1)}
    assert values[GAME] == [0, round(0.6 * 16384), 0, round(0.8 * 16384)]
    assert values[0x05] == [0, 0, 0, 16384]


def test_mute_acknowledges_and_says_nothing() -> None:
    rig = Rig()
    rig.chip.mute = True
    rig.write(2, b"\xf9\x00")
    assert rig.read(8) == bytes(8)
    assert not rig.chip.data_ready()


def test_absent_does_not_acknowledge() -> None:
    rig = Rig()
    rig.chip.absent = True
    with pytest.raises(OSError):
        rig.read(4)
    with pytest.raises(OSError):
        rig.write(2, b"\xf9\x00")


def test_flood_is_one_big_cargo_of_the_moment() -> None:
    rig = Rig()
    rig.enable(GAME, GYRO)
    rig.run(0.1)
    rig.chip.flood(30)
    reports = rig.reports()
    assert len(reports) >= 30
    assert len({sampled_us for sampled_us, _ in reports[-30:]}) == 1
    reports += rig.run(0.05, poll_ms=1)
    assert set(gaps(reports, GAME)) == {1}
    times_us = [sampled_us for sampled_us, _ in reports]
    assert times_us == sorted(times_us)


def test_held_reports_come_in_one_cargo_of_at_most_forty() -> None:
    rig = Rig()
    rig.enable(GAME, ACCELEROMETER, GYRO)
    rig.chip.batch_hold_ms = 100
    sizes = []
    for _ in range(100):
        rig.clock.advance_us(10_000)
        sizes.append(len(rig.reports()))
    assert sizes.count(0) > 80
    assert max(sizes) > 25
    rig.chip.batch_hold_ms = 1000
    sizes = []
    for _ in range(100):
        rig.clock.advance_us(10_000)
        sizes.append(len(rig.reports()))
    assert max(sizes) == 40


def test_short_cargo_ends_within_a_report_and_only_once() -> None:
    rig = Rig()
    rig.enable(GAME)
    rig.chip.short_cargo = True
    rig.clock.advance_us(15_000)
    payload = rig.cargo()[1]
    assert 5 < len(payload) < 5 + 12
    rig.clock.advance_us(10_000)
    assert len(split(rig.cargo()[1], 0)) == 1


def test_refused_feature_gets_no_answer_and_no_reports() -> None:
    rig = Rig()
    rig.drain()
    rig.chip.refuse_feature = True
    rig.write(2, bytes((0xFD, GAME, 0, 0, 0)) + (10_000).to_bytes(4, "little") + bytes(8))
    rig.clock.advance_us(100_000)
    assert rig.cargo() == (0, b"")


def test_undocumented_report_comes_alone_first_in_the_middle_and_last() -> None:
    rig = Rig()
    rig.chip.unknown_every = 20
    rig.enable(GAME, ACCELEROMETER, GYRO)
    shapes = set()
    for _ in range(100):
        rig.clock.advance_us(20_000)
        for _, payload in rig.drain():
            if payload[0] == 0x7B:
                assert len(payload) == 15
                shapes.add("alone")
                continue
            kinds = [report[0] for _, report in split(payload, 0)]
            if 0x7B in kinds:
                index = kinds.index(0x7B)
                last = len(kinds) - 1
                shapes.add("first" if index == 0 else "last" if index == last else "middle")
    assert shapes == {"alone", "first", "middle", "last"}


def test_undocumented_report_comes_by_default() -> None:
    rig = Rig()
    rig.chip.unknown_every = 700
    rig.enable(GAME, ACCELEROMETER, GYRO)
    payloads = []
    for _ in range(300):
        rig.clock.advance_us(10_000)
        payloads += [payload for _, payload in rig.drain()]
    assert sum(payload[0] == 0x7B for payload in payloads) == 1
