"""The simulated BNO08x against the manuals: transport, requests, reports, rates and times."""

from __future__ import annotations

import math

import pytest
from sim_rig import ACCELEROMETER, GAME, GYRO, Fixed, Rig, Tilting, vector

from boards.sim.sensor.sensor_reports import ENCODERS, granted_us
from boards.sim.sensor.sh2_messages import advertisement
from boards.sim.sensor.shtp_out import RUBBISH


def test_greeting_is_advertisement_reset_complete_and_initialize_response() -> None:
    channels_and_payloads = Rig().drain()
    assert [channel for channel, _ in channels_and_payloads] == [0, 1, 2]
    advert, complete, initialized = (payload for _, payload in channels_and_payloads)
    assert len(advert) == 272
    assert complete == b"\x01"
    assert initialized[:3] == b"\xf1\x00\x84" and len(initialized) == 16


def test_header_only_read_takes_nothing_and_the_rest_is_a_continuation() -> None:
    rig = Rig()
    assert rig.read(4) == bytes((0x14, 0x01, 0, 0))
    again = rig.read(276)
    assert again[:4] == bytes((0x14, 0x81, 0, 1))  # as captured from real parts
    assert again[4:] == advertisement()


def test_partial_reads_put_together_give_the_cargo() -> None:
    rig = Rig()
    parts, lengths, sequences = b"", [], []
    for _ in range(4):
        part = rig.read(104)
        lengths.append(int.from_bytes(part[:2], "little"))
        sequences.append(part[3])
        parts += part[4:]
        if len(parts) >= 272:
            break
    assert parts[:272] == advertisement()
    assert lengths == [276, 0x8000 | 176, 0x8000 | 76]
    assert sequences == [0, 1, 2]


def test_nothing_waiting_reads_as_a_length_of_zero_and_rubbish() -> None:
    rig = Rig()
    rig.drain()
    assert rig.read(12) == bytes(4) + 8 * RUBBISH


def test_product_id_request() -> None:
    rig = Rig()
    rig.drain()
    rig.write(2, b"\xf9\x00")
    channel, payload = rig.cargo()
    assert channel == 2 and len(payload) == 32
    assert payload[0] == payload[16] == 0xF8


def test_granted_rates_are_those_of_the_part() -> None:
    granted = Rig().enable(ACCELEROMETER, GYRO, GAME)
    assert granted == {ACCELEROMETER: 8000, GYRO: 10_000, GAME: 10_000}


@pytest.mark.parametrize(
    ("report_id", "asked_us", "given_us"),
    [(1, 50_000, 32_000), (1, 1, 2000), (2, 1, 2500), (8, 20_000, 20_000), (8, 0, 0), (0x40, 9, 0)],
)
def test_grant_is_never_slower_than_asked(report_id: int, asked_us: int, given_us: int) -> None:
    assert granted_us(report_id, asked_us) == given_us


def test_grants_knob_and_switching_off() -> None:
    rig = Rig()
    rig.chip.grants = {GAME: 9970}
    assert rig.enable(GAME) == {GAME: 9970}
    assert len(rig.run(1.0)) == pytest.approx(100, abs=2)
    assert rig.enable(GAME, interval_us=0) == {GAME: 0}
    assert rig.run(0.1) == []


def test_get_feature_says_what_is_in_force() -> None:
    rig = Rig()
    rig.enable(ACCELEROMETER)
    rig.write(2, bytes((0xFE, ACCELEROMETER)))
    answer = rig.cargo()[1]
    assert answer[:2] == bytes((0xFC, ACCELEROMETER)) and len(answer) == 17
    assert int.from_bytes(answer[5:9], "little") == 8000


def test_every_kind_of_report_has_its_length_and_id() -> None:
    rig = Rig()
    rig.enable(*ENCODERS)
    seen = {report[0]: len(report) for _, report in rig.run(0.1)}
    assert seen == {0x01: 10, 0x02: 10, 0x04: 10, 0x05: 14, 0x06: 10, 0x08: 12}


def test_sample_times_are_right_to_a_tenth_of_a_millisecond() -> None:
    rig = Rig()
    rig.chip.motion_start_us = start_us = rig.clock.now_us()
    rig.enable(ACCELEROMETER)
    reports = rig.run(5.0, poll_ms=37)
    assert len(reports) > 600
    # x of the motion counts its seconds, in Q8: exact to 2 ms; the grid of 8 ms tells the rest.
    first_us = reports[0][0]
    for index, (sampled_us, report) in enumerate(reports):
        assert abs(sampled_us - first_us - 8000 * index) <= 100
        assert abs((sampled_us - start_us) / 1e6 - vector(report)[0] / 256) < 0.0022


def test_interrupt_based_times_count_from_the_interrupt() -> None:
    rig = Rig()
    rig.chip.base_from_interrupt = True
    rig.enable(GAME)
    rig.clock.advance_us(14_000)  # sampled at 10 ms, ready at 12 ms
    payload = rig.cargo()[1]
    assert int.from_bytes(payload[1:5], "little") * 100 == rig.chip.latency_us


def test_slow_reader_gets_all_reports_in_order_in_a_bigger_cargo() -> None:
    rig = Rig()
    rig.enable(GAME, ACCELEROMETER, GYRO)
    rig.clock.advance_us(100_000)
    reports = rig.reports()
    assert len(reports) == pytest.approx(30, abs=3)
    times_us = [sampled_us for sampled_us, _ in reports]
    assert times_us == sorted(times_us)


def test_overflow_loses_the_oldest_with_their_numbers() -> None:
    rig = Rig()
    rig.enable(GAME)
    rig.clock.advance_us(2_005_000)
    reports = rig.reports() + rig.reports() + rig.reports()
    assert rig.chip.reports_lost == 200 - rig.chip.fifo_reports == 100
    numbers = [report[1] for _, report in reports]
    assert numbers == [100 + i for i in range(len(numbers))]


def test_delays_beyond_fourteen_bits_start_a_new_cargo() -> None:
    rig = Rig()
    rig.enable(GAME, interval_us=500_000)
    rig.clock.advance_us(3_100_000)
    anchor_us = rig.clock.now_us()
    first = rig.reports()
    second = rig.reports()
    assert [len(first), len(second)] == [4, 2]
    assert anchor_us - first[0][0] == pytest.approx(2_600_000, abs=10_000)
    assert second[0][0] - first[-1][0] == pytest.approx(500_000, abs=100)


def test_ranges_saturate() -> None:
    rig = Rig(Fixed(acceleration=(100.0, -200.0, 5.0), gyro=(40.0, -900.0, 1.0)))
    rig.enable(ACCELEROMETER, GYRO)
    values = {report[0]: vector(report) for _, report in rig.run(0.1)}
    eight_g_q8 = int(8 * 9.80665 * 256)
    assert values[ACCELEROMETER] == [eight_g_q8, -eight_g_q8, 1280]
    assert values[GYRO] == [17872, -17872, 512]


def test_gravity_and_linear_acceleration_add_up_to_the_specific_force() -> None:
    half = math.radians(30) / 2
    rig = Rig(Fixed(acceleration=(1.0, 2.0, 3.0), q=(math.cos(half), math.sin(half), 0.0, 0.0)))
    rig.enable(0x04, 0x06)
    values = {report[0]: vector(report) for _, report in rig.run(0.1)}
    # Turned by 30 degrees about x, up is seen at y = sin 30, z = cos 30.
    assert values[0x06] == [
        0,
        round(9.80665 * 0.5 * 256),
        round(9.80665 * math.cos(2 * half) * 256),
    ]
    total = [a + b for a, b in zip(values[0x04], values[0x06], strict=True)]
    assert total == pytest.approx([256, 512, 768], abs=1)


def test_accuracy_varies() -> None:
    rig = Rig()
    rig.enable(GAME)
    assert {report[2] & 3 for _, report in rig.run(3.0)} == {1, 2, 3}


def test_kinds_are_not_sampled_together() -> None:
    rig = Rig()
    rig.enable(GAME, GYRO)
    phases_us = {report[0]: sampled_us % 10_000 for sampled_us, report in rig.run(0.2)}
    assert phases_us[GAME] != phases_us[GYRO]


def test_motion_stands_still_before_its_start() -> None:
    rig = Rig(Tilting())
    rig.chip.motion_start_us = rig.clock.now_us() + 1_000_000
    rig.enable(ACCELEROMETER)
    assert {vector(report)[0] for _, report in rig.run(0.9)} == {0}
    assert vector(rig.run(0.6)[-1][1])[0] > 50


def test_motion_may_have_gaps() -> None:
    class Gapped(Tilting):
        def lost(self, t_s: float) -> bool:
            return 0.3 < t_s < 0.4

    rig = Rig(Gapped())
    rig.enable(GAME)
    numbers = [report[1] for _, report in rig.run(0.6)]
    steps = [b - a for a, b in zip(numbers, numbers[1:], strict=False)]
    assert sorted(set(steps)) == [1, 11] or sorted(set(steps)) == [1, 10]


def test_commands_are_answered() -> None:
    rig = Rig()
    rig.drain()
    rig.write(2, bytes((0xF2, 5, 7, 1, 1, 0, 0)) + bytes(5))
    answer = rig.cargo()[1]
    assert len(answer) == 16
    assert answer[0] == 0xF1 and answer[2:4] == bytes((7, 5)) and answer[5] == 0
    rig.write(2, bytes((0xF2, 6, 7, 0, 0, 0, 1)) + bytes(5))
    assert rig.cargo()[1][5:9] == bytes((0, 1, 1, 0))


def test_interrupt_line_follows_what_waits() -> None:
    rig = Rig()
    assert rig.chip.data_ready()
    rig.enable(GAME)
    assert not rig.chip.data_ready()
    rig.clock.advance_us(12_500)
    assert rig.chip.data_ready()
    rig.reports()
    assert not rig.chip.data_ready()
