"""Parser rules one by one: limits to the bit, and what is not a valid sensor response."""

from __future__ import annotations

import pytest
from leancore.sensor.cargo import CALIBRATION_CONFIRMED
from leancore.sensor.sample import A_LIMIT_Q8, CLIPPED, G_LIMIT_Q9, HAS_A, Sample
from leancore.sensor.sample_clock import SampleClock
from leancore.sensor.shtp import ShtpParser
from shtp_rig import (
    READ_MS,
    A,
    G,
    Q,
    base,
    cargo,
    feature_response,
    feed,
    put,
    report,
    times,
    triple,
)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("kind", "limit"), [(A, A_LIMIT_Q8), (G, G_LIMIT_Q9)])
@pytest.mark.parametrize(("off", "is_clipped"), [(0, True), (1, True), (-1, False)])
def test_a_reading_at_the_end_of_its_own_range_is_clipped(
    axis: int, sign: int, kind: int, limit: int, off: int, is_clipped: bool
) -> None:
    values = {A: [0, 0, 0], G: [0, 0, 0], Q: [0, 0, 0, 16384]}
    values[kind][axis] = sign * (limit + off)
    body = base(0) + b"".join(report(one, 1, values[one]) for one in (G, A, Q))
    (sample,) = feed(ShtpParser(), cargo(body))
    assert bool(sample[1] & CLIPPED) is is_clipped


def command_response(command: int, status: int) -> bytes:
    return bytes((0xF1, 0, command, 0, 0, status, *[0] * 10))


@pytest.mark.parametrize(
    ("command", "status", "is_confirmed"), [(7, 0, True), (7, 1, False), (2, 0, False)]
)
def test_calibration_is_confirmed_by_its_own_answer_that_it_is_done(
    command: int, status: int, is_confirmed: bool
) -> None:
    parser = ShtpParser()
    put(parser, cargo(command_response(command, status), channel=2))
    assert bool(parser.confirmed & CALIBRATION_CONFIRMED) is is_confirmed


@pytest.mark.parametrize("kind", [0xFD, 0xF1, 0xF9])
def test_no_other_message_of_that_length_grants_an_interval(kind: int) -> None:
    parser = ShtpParser()
    before = dict(parser.granted_us), parser.confirmed
    put(parser, cargo(bytes((kind,)) + feature_response(G, 5000)[1:], channel=2))
    assert (dict(parser.granted_us), parser.confirmed) == before
    put(parser, cargo(feature_response(G, 5000), channel=2))
    assert parser.granted_us[G] == 5000


@pytest.mark.parametrize("dms", [100_001, 0x00FF_FFFF - 100_001, 0x0100_0000, 1 << 31])
def test_each_base_time_that_cannot_be_is_counted_and_moves_nothing(dms: int) -> None:
    parser = ShtpParser()
    samples = feed(parser, cargo(base(dms) + triple(0) + base(dms) + triple(1)))
    assert times(samples) == [READ_MS, READ_MS]
    assert parser.malformed == 2


def test_a_force_without_a_rate_has_the_time_that_it_tells() -> None:
    """In standby: the clock of the samples numbers rates, and has no say in it."""
    parser = ShtpParser()
    put(parser, cargo(feature_response(G, 10_000), channel=2))
    for n in range(20):
        feed(parser, cargo(base(0) + triple(n)), READ_MS + 10 * n)
    parser.wanted = HAS_A
    found = []
    for n in range(20, 26):
        read_ms = READ_MS + 10 * n + 3 * (n % 2)
        found += times(feed(parser, cargo(base(0) + report(A, n, (1, 2, 3))), read_ms))
    assert found == [READ_MS + 10 * n + 3 * (n % 2) for n in range(20, 26)]


def test_a_new_sample_is_level_at_time_0_and_has_nothing() -> None:
    assert vars(Sample()) == {
        "t_ms": 0, "flags": 0, "qw": 16384, "qx": 0, "qy": 0, "qz": 0,
        "ax": 0, "ay": 0, "az": 0, "gx": 0, "gy": 0, "gz": 0,
    }  # fmt: skip


def running_clock(granted_us: int = 10_000) -> SampleClock:
    clock = SampleClock()
    clock.begin(granted_us)
    for n in range(20):
        assert clock.date(1000 + 10 * n, n, 1000 + 10 * n) == 1000 + 10 * n
    assert (clock.runs, clock.odd) == (1, 0)
    return clock


def test_one_wrong_number_is_counted_once_and_changes_no_time() -> None:
    clock = running_clock()
    assert clock.date(1200, 27, 1200) == 1200
    assert clock.odd == 1


@pytest.mark.parametrize(("every_ms", "interval_q10"), [(10.4, 10_240), (12.0, 12_288)])
def test_eight_times_that_fit_no_number_begin_anew_with_their_interval(
    every_ms: float, interval_q10: int
) -> None:
    """The granted one where theirs is within an eighth of it."""
    clock = running_clock()
    for i in range(8):
        reported_ms = 1300 + round(every_ms * i)
        dated_ms = clock.date(reported_ms, 20 + i, reported_ms)
    assert dated_ms == reported_ms and clock.odd == 8
    assert clock._interval_q10 == pytest.approx(interval_q10, abs=1)
