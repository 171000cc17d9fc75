"""The parser of the sensor's reports: samples, their times, flags and rates."""

from __future__ import annotations

from itertools import pairwise

import pytest
from leancore.numeric.ticks import PERIOD_MS
from leancore.sensor.sample import CLIPPED, GAP, HAS_A, HAS_G, HAS_Q
from leancore.sensor.shtp import ShtpParser
from shtp_rig import (
    ALL,
    READ_MS,
    SIZE,
    A,
    G,
    Q,
    base,
    cargo,
    expected,
    feature_response,
    feed,
    put,
    rebase,
    report,
    times,
    triple,
)

# Samples and their times.


def test_samples_come_in_order_with_their_values() -> None:
    body = base(0) + b"".join(triple(n) for n in range(5))
    assert feed(ShtpParser(), cargo(body)) == [expected(n, READ_MS) for n in range(5)]


def test_wake_channel_is_like_the_input_channel() -> None:
    assert feed(ShtpParser(), cargo(base(0) + triple(1), channel=4)) == [expected(1, READ_MS)]


def test_extremes_of_the_numbers() -> None:
    least, most = -32768, 32767
    body = base(0) + report(G, 0, (least, most, -1)) + report(A, 0, (most, least, 0))
    body += report(Q, 0, (least, most, -1, 1))
    (sample,) = feed(ShtpParser(), cargo(body))
    assert sample[2:] == (1, least, most, -1, most, least, 0, least, most, -1)


@pytest.mark.parametrize("place", range(4))
def test_numbers_on_odd_places_are_the_same(place: int) -> None:
    """Behind a report of odd length; the last one ends the cargo."""
    least, most = -32768, 32767
    reports = [report(G, 0, (least, most, -1)), report(Q, 0, (least, most, -1, 1)),
               report(A, 0, (most, least, 0))]  # fmt: skip
    reports.insert(place, bytes((0x10, 0, 0, 0, 0)))
    (sample,) = feed(ShtpParser(size=SIZE), cargo(base(0) + b"".join(reports)))
    assert sample[2:] == (1, least, most, -1, most, least, 0, least, most, -1)


def test_time_is_the_read_less_the_base_plus_the_delay() -> None:
    body = base(400) + triple(0, 0) + triple(1, 100) + triple(2, 205)
    assert times(feed(ShtpParser(), cargo(body))) == [READ_MS - 40, READ_MS - 30, READ_MS - 19]


def test_delay_has_fourteen_bits_and_accuracy_is_no_part_of_it() -> None:
    for delay_dms in (0, 255, 256, 1000, 16383):
        body = base(delay_dms + 5000) + triple(0, delay_dms)
        (t_ms,) = times(feed(ShtpParser(), cargo(body)))
        assert t_ms == READ_MS - 500


@pytest.mark.parametrize(("base_dms", "delay_dms"), [(0, 16383), (0, 300), (10100, 0), (60000, 0)])
def test_a_sample_of_another_time_is_left_out_and_counted(base_dms: int, delay_dms: int) -> None:
    """From the future, or a second old: a wrong bit. The sample behind it says that one is gone."""
    parser = ShtpParser()
    assert feed(parser, cargo(base(base_dms) + triple(0, delay_dms))) == []
    assert parser.misdated == 3  # force, orientation, and the sample, which has the rate's time
    (sample,) = feed(parser, cargo(base(0) + triple(1)))
    assert (sample[0], sample[1]) == (READ_MS, HAS_Q | HAS_A | HAS_G | GAP)
    (sample,) = feed(parser, cargo(base(0) + triple(2)))
    assert sample[1] == HAS_Q | HAS_A | HAS_G


def test_one_wrong_sample_in_a_cargo_takes_no_other_with_it() -> None:
    parser = ShtpParser()
    body = base(400) + triple(0, 200) + triple(1, 16383) + triple(2, 400)
    assert times(feed(parser, cargo(body))) == [READ_MS - 20, READ_MS]
    assert (parser.misdated, parser.lost) == (3, 0)


@pytest.mark.parametrize("kind", [Q, A])
@pytest.mark.parametrize(("base_dms", "delay_dms"), [(0, 16383), (0, 300), (10100, 0), (60000, 0)])
def test_one_impossible_time_is_counted_whoever_has_it(
    kind: int, base_dms: int, delay_dms: int
) -> None:
    """Force and orientation come with a rate whose time is right."""
    parser = steady()
    for one in (G, kind) if kind == A else (kind, G, A):
        times_dms = (base_dms, delay_dms) if one == kind else (0, 0)
        body = base(times_dms[0]) + report(one, 20, (1, 2, 3, 4)[:VALUES[one]], times_dms[1])
        got = feed(parser, cargo(body), READ_MS + 160)
    (sample,) = got
    assert (sample[0], sample[1] & ~HAS_Q) == (READ_MS + 160, HAS_A | HAS_G)
    assert (parser.misdated, parser.lost) == (1, 0)


def test_where_every_time_is_impossible_all_are_used_and_counted() -> None:
    """Bases 21 ms below zero, as a part had them: the numbers tell the time."""
    parser = steady()
    for n in range(20, 60):
        (sample,) = feed(parser, cargo(base((1 << 32) - 213) + triple(n)), READ_MS + 8 * n)
        assert sample[1] & HAS_Q and abs(sample[0] - READ_MS - 8 * n) <= 1
    assert parser.misdated >= 40 and parser.lost == 0


VALUES = {G: 3, A: 3, Q: 4}


def steady() -> ShtpParser:
    """Behind twenty samples of force and rate, 8 ms from one to the next."""
    parser = ShtpParser()
    parser.clock.begin(8000)
    for n in range(20):
        body = base(0) + report(G, n, (1, 2, 3)) + report(A, n, (1, 2, 3))
        feed(parser, cargo(body), READ_MS + 8 * n)
    return parser


@pytest.mark.parametrize("us", [0xFFFFFFFF, 1 << 24, 10_000_001])
def test_an_interval_that_no_part_grants_changes_nothing(us: int) -> None:
    parser = ShtpParser()
    before = parser.period_ms, dict(parser.granted_us)
    put(parser, cargo(feature_response(Q, us), channel=2))
    assert (parser.period_ms, parser.granted_us) == before
    assert parser.malformed == 1


def test_rebase_moves_the_reports_behind_it_both_ways() -> None:
    body = base(500) + triple(0) + rebase(100) + triple(1, 50) + rebase(-20) + triple(2, 100)
    start_ms = READ_MS - 50
    assert times(feed(ShtpParser(), cargo(body))) == [start_ms, start_ms + 15, start_ms + 18]


def test_without_a_base_the_time_is_the_read() -> None:
    assert times(feed(ShtpParser(), cargo(triple(0)))) == [READ_MS]


def test_times_run_through_the_wrap() -> None:
    parser = ShtpParser()
    found = times(feed(parser, cargo(base(200) + triple(0) + triple(1, 100) + triple(2, 200)), 10))
    assert found == [PERIOD_MS - 10, 0, 10]


def test_a_base_that_cannot_be_is_counted_and_not_believed() -> None:
    parser = ShtpParser()
    (sample,) = feed(parser, cargo(base(1 << 31) + triple(0)))
    assert parser.malformed == 1
    assert sample[0] == READ_MS


# Flags.


def test_lost_reports_are_counted_and_flagged_once() -> None:
    parser = ShtpParser()
    feed(parser, cargo(base(0) + triple(250)))
    (gap,) = feed(parser, cargo(base(0) + triple(253)), READ_MS + 30)
    assert gap == expected(253, READ_MS + 30, ALL | GAP)
    assert parser.lost == 6  # two of each of three kinds
    (fine,) = feed(parser, cargo(base(0) + triple(254)), READ_MS + 40)
    assert fine == expected(254, READ_MS + 40)


def test_sequence_numbers_wrap_without_a_gap() -> None:
    parser = ShtpParser()
    for n in range(250, 262):
        (sample,) = feed(parser, cargo(base(0) + triple(n)), READ_MS + 10 * n)
        assert sample[1] == ALL
    assert parser.lost == 0


@pytest.mark.parametrize("kind", [A, G])
def test_end_of_the_range_is_flagged(kind: int) -> None:
    for value, flag in ((-20090, CLIPPED), (20090, CLIPPED), (15000, 0)):
        body = b"".join(
            report(k, 0, (0, value if k == kind else 0, 0, 16384)[: 4 if k == Q else 3])
            for k in (G, A, Q)
        )
        (sample,) = feed(ShtpParser(), cargo(base(0) + body))
        assert sample[1] == ALL | flag


# Kinds that are missing or come at their own rate.


def test_a_kind_that_stays_away_does_not_stop_the_others() -> None:
    parser = ShtpParser()
    feed(parser, cargo(base(0) + triple(0)))
    samples = []
    for n in range(1, 21):
        body = base(0) + report(A, n, (n, 0, 0)) + report(Q, n, (0, 0, 0, 16384))
        samples += feed(parser, cargo(body), READ_MS + 10 * n)
    assert len(samples) >= 4
    assert {sample[1] for sample in samples} == {HAS_A | HAS_Q}
    assert max(later - t for t, later in pairwise(times(samples))) <= 50


def test_nothing_is_given_out_before_the_first_whole_sample() -> None:
    parser = ShtpParser()
    parser.clock.begin(8000)
    for n in range(20):
        body = base(0) + report(A, n, (n, 0, 0))
        assert feed(parser, cargo(body), READ_MS + 10 * n) == []


def test_wanted_kinds_alone_make_a_sample_whole() -> None:
    parser = ShtpParser(wanted=HAS_Q | HAS_A)
    body = base(0) + report(A, 0, (1, 2, 3)) + report(Q, 0, (0, 0, 0, 16384))
    assert [sample[1] for sample in feed(parser, cargo(body))] == [HAS_Q | HAS_A]


def test_rates_of_125_and_100_hz_side_by_side() -> None:
    parser = ShtpParser()
    due = [(8 * n, A, n) for n in range(250)]
    due += [(10 * n, k, n) for n in range(200) for k in (G, Q)]
    samples = []
    for t_ms, kind, n in sorted(due):
        values = (n, 0, 0, 16384)[: 4 if kind == Q else 3]
        samples += feed(parser, cargo(base(0) + report(kind, n, values)), READ_MS + t_ms)
    assert all(later > t for t, later in pairwise(times(samples)))
    assert len(samples) >= 195  # as often as the slower kind
    assert parser.lost == 0
    assert all(sample[1] == ALL for sample in samples)


def quarter(kinds: tuple[int, ...], late_ms: int = 0):
    """A parser behind 40 samples of ``kinds`` in this order, each report in a cargo of its own.

    The orientation comes with every fourth of them, read ``late_ms`` after the others. Also what
    the parser gave out: (ms after the sample, its row).
    """
    seen: list[tuple[int, tuple[int, ...]]] = []
    parser = ShtpParser()
    for kind, interval_us in ((A, 10000), (G, 10000), (Q, 40000)):
        put(parser, cargo(feature_response(kind, interval_us), channel=2))
    for n in range(40):
        for kind in kinds:
            number = n // 4 if kind == Q else n
            if kind != Q or n % 4 == 2:
                read_ms = READ_MS + 10 * n + (late_ms if kind == Q else 0)
                values = (n, 0, 0, 16384)[: 4 if kind == Q else 3]
                body = base(10 * late_ms if kind == Q else 0) + report(kind, number, values)
                rows = feed(parser, cargo(body), read_ms)
                seen += [(read_ms - READ_MS - 10 * n, row) for row in rows]
    return parser, seen


@pytest.mark.parametrize("kinds", [(A, G, Q), (Q, A, G), (A, Q, G), (G, A, Q)])
@pytest.mark.parametrize("late_ms", [0, 3])
def test_an_orientation_of_every_fourth_sample_is_that_sample_s(kinds, late_ms: int) -> None:
    parser, seen = quarter(kinds, late_ms)
    rows = [row for _waited_ms, row in seen][8:]
    oriented = [row for row in rows if row[1] & HAS_Q]
    assert len(oriented) >= 7 and len(rows) >= 30
    assert all(row[3] == row[6] for row in oriented)  # of one sample: numbered alike
    assert {later - t for t, later in pairwise(times(rows))} == {10}
    assert parser.lost == 0
    waited_ms = [waited for waited, row in seen[8:] if not row[1] & HAS_Q]
    assert max(waited_ms) == 0


def test_an_orientation_that_no_longer_comes_is_waited_for_once() -> None:
    parser, _seen = quarter((A, G, Q))
    given = [0, 0]  # behind the accelerometer's report, and behind the gyroscope's
    for n in range(40, 60):
        for at, kind in enumerate((A, G)):
            body = base(0) + report(kind, n, (n, 0, 0))
            given[at] += len(feed(parser, cargo(body), READ_MS + 10 * n))
    assert given == [1, 19]  # the late one when the next sample begins
