"""The parser of the sensor's cargos, fed with cargos built here from the manuals."""

from __future__ import annotations

import random
import struct
import sys
from itertools import pairwise
from pathlib import Path
from types import CodeType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leancore import sensor
from leancore.numeric.ticks import PERIOD_MS
from leancore.sensor.cargo import HEADER
from leancore.sensor.reports import ACCELEROMETER, GAME_ROTATION_VECTOR, GYROSCOPE
from leancore.sensor.sample import CLIPPED, GAP, HAS_A, HAS_G, HAS_Q
from leancore.sensor.shtp import ShtpParser

A, G, Q = ACCELEROMETER, GYROSCOPE, GAME_ROTATION_VECTOR
ALL = HAS_Q | HAS_A | HAS_G
READ_MS = 5000
CONTINUATION = 0x8000
UNDOCUMENTED = bytes.fromhex("7b 05 0000 00010402 009effb2 f68603")  # as posted by users
SIZE = 512


def report(kind: int, sequence: int, values, delay_dms: int = 0, accuracy: int = 3) -> bytes:
    """One input report; ``delay_dms`` in 100 µs."""
    status = (delay_dms >> 8) << 2 | accuracy
    head = struct.pack("<BBBB", kind, sequence & 0xFF, status, delay_dms & 0xFF)
    return head + struct.pack(f"<{len(values)}h", *values)


def base(delta_dms: int) -> bytes:
    return struct.pack("<BI", 0xFB, delta_dms)


def rebase(delta_dms: int) -> bytes:
    return struct.pack("<Bi", 0xFA, delta_dms)


def cargo(body: bytes, channel: int = 3, flag: int = 0, whole: int | None = None) -> bytes:
    """Header and body; ``whole``: the length of the body that the header tells."""
    length = (len(body) if whole is None else whole) + 4
    return struct.pack("<HBB", length | flag, channel, 0) + body


def triple(n: int, delay_dms: int = 0) -> bytes:
    """The three reports of sample ``n``: gyroscope, accelerometer, quaternion."""
    return (
        report(G, n, (n, -n, 7), delay_dms)
        + report(A, n, (100 + n, -100 - n, 2511), delay_dms)
        + report(Q, n, (n, 2 * n, -3 * n, 16384 - n), delay_dms)
    )


def expected(n: int, t_ms: int, flags: int = ALL):
    """The sample that ``triple(n)`` makes."""
    q = (16384 - n, n, 2 * n, -3 * n)
    return (t_ms, flags, *q, 100 + n, -100 - n, 2511, n, -n, 7)


def drain(parser: ShtpParser, got: int) -> list[tuple[int, ...]]:
    samples = []
    while got > 0:
        s = parser.sample
        samples.append(
            (s.t_ms, s.flags, s.qw, s.qx, s.qy, s.qz, s.ax, s.ay, s.az, s.gx, s.gy, s.gz)
        )
        got = parser.next()
    return samples


def put(parser: ShtpParser, data: bytes, t_ms: int = READ_MS) -> int:
    """Do what a read does: the bytes into the buffer, header first, and their count."""
    data = data[:SIZE]
    parser.buf[HEADER : HEADER + len(data)] = data
    return parser.next(len(data), t_ms)


def feed(parser: ShtpParser, data: bytes, t_ms: int = READ_MS) -> list[tuple[int, ...]]:
    return drain(parser, put(parser, data, t_ms))


def times(samples) -> list[int]:
    return [sample[0] for sample in samples]


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
    assert parser.misdated == 1
    (sample,) = feed(parser, cargo(base(0) + triple(1)))
    assert (sample[0], sample[1]) == (READ_MS, HAS_Q | HAS_A | HAS_G | GAP)
    (sample,) = feed(parser, cargo(base(0) + triple(2)))
    assert sample[1] == HAS_Q | HAS_A | HAS_G


def test_one_wrong_sample_in_a_cargo_takes_no_other_with_it() -> None:
    parser = ShtpParser()
    body = base(400) + triple(0, 200) + triple(1, 16383) + triple(2, 400)
    assert times(feed(parser, cargo(body))) == [READ_MS - 20, READ_MS]
    assert (parser.misdated, parser.lost) == (1, 0)


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


# Cargos cut in pieces.

BODY = base(400) + triple(0) + rebase(3) + triple(1, 100) + triple(2, 300)


def pieces(body: bytes, *cuts: int) -> list[bytes]:
    """The reads of one cargo: each tells how much is left, all but the first with the bit."""
    edges = (0, *cuts, len(body))
    return [
        cargo(body[at:end], flag=CONTINUATION if i else 0, whole=len(body) - at)
        for i, (at, end) in enumerate(pairwise(edges))
    ]


def fed_in_pieces(body: bytes, *cuts: int) -> list[tuple[int, ...]]:
    parser = ShtpParser()
    samples = []
    for i, piece in enumerate(pieces(body, *cuts)):
        samples += feed(parser, piece, READ_MS + i)
    assert (parser.lost, parser.unknown, parser.malformed) == (0, 0, 0)
    return samples


def test_cut_at_every_byte_gives_the_same_samples() -> None:
    whole = feed(ShtpParser(), cargo(BODY))
    assert len(whole) == 3
    for cut in range(len(BODY) + 1):
        assert fed_in_pieces(BODY, cut) == whole, cut


def test_cut_twice_anywhere_gives_the_same_samples() -> None:
    whole = feed(ShtpParser(), cargo(BODY))
    for first in range(0, len(BODY), 3):
        for second in range(first, len(BODY)):
            assert fed_in_pieces(BODY, first, second) == whole, (first, second)


def test_byte_by_byte_gives_the_same_samples() -> None:
    assert fed_in_pieces(BODY, *range(1, len(BODY))) == feed(ShtpParser(), cargo(BODY))


def test_whole_cargo_with_the_continuation_bit_is_a_new_cargo() -> None:
    """After a read of the header alone the part repeats the whole cargo with the bit set."""
    parser = ShtpParser()
    for n in range(4):
        t_ms = READ_MS + 10 * n
        (sample,) = feed(parser, cargo(base(0) + triple(n), flag=CONTINUATION), t_ms)
        assert sample == expected(n, t_ms)


def test_header_alone_and_then_everything() -> None:
    parser = ShtpParser()
    body = base(0) + triple(3)
    assert feed(parser, cargo(b"", whole=len(body))) == []
    assert feed(parser, cargo(body, flag=CONTINUATION), READ_MS) == [expected(3, READ_MS)]


@pytest.mark.parametrize("cut", [0, 5, 9, 20, 37])
def test_new_cargo_after_a_lost_rest_is_not_glued_to_the_old_one(cut: int) -> None:
    """The rest never came (bus error); the next cargo carries the bit of its header's read."""
    parser = ShtpParser()
    feed(parser, cargo(base(0) + triple(0)))
    feed(parser, pieces(base(0) + triple(1) + triple(2), cut)[0])
    later_ms = READ_MS + 50
    samples = feed(parser, cargo(base(0) + triple(3), flag=CONTINUATION), later_ms)
    assert samples[-1][0] == later_ms
    assert samples[-1][2:] == expected(3, later_ms)[2:]
    assert all(sample[1] & HAS_A == 0 for sample in samples[:-1])


def test_report_of_another_channel_between_the_pieces_ends_the_cargo() -> None:
    parser = ShtpParser()
    first, rest = pieces(BODY, 30)
    feed(parser, first)
    put(parser, cargo(b"\xf8" + bytes(15), channel=2))
    feed(parser, rest)  # may be given up, may not raise
    assert feed(parser, cargo(base(0) + triple(9)), READ_MS + 90)[-1][2:] == expected(9, 0)[2:]


# Unknown reports.


@pytest.mark.parametrize("place", range(10))
def test_unknown_report_at_every_place_costs_no_sample(place: int) -> None:
    """Sequence numbers are known from the cargo before, so the reports behind it are found."""
    parser = ShtpParser()
    feed(parser, cargo(base(0) + triple(40)))
    numbers = (41, 42, 43)
    reports = [triple(n)[at:end] for n in numbers for at, end in ((0, 10), (10, 20), (20, 32))]
    reports.insert(place, UNDOCUMENTED)
    samples = feed(parser, cargo(base(0) + b"".join(reports)), READ_MS + 10)
    assert samples == [expected(n, READ_MS + 10) for n in numbers]
    assert parser.unknown == 1
    assert parser.lost == 0


@pytest.mark.parametrize("before", [0, 3])
def test_unknown_report_alone_in_a_cargo(before: int) -> None:
    """Its own bytes hold `01 04`, and accelerometer report 4 may be due."""
    parser = ShtpParser()
    feed(parser, cargo(base(0) + triple(before)))
    assert feed(parser, cargo(UNDOCUMENTED)) == []
    assert (parser.unknown, parser.lost) == (1, 0)
    samples = feed(parser, cargo(base(0) + triple(before + 1)), READ_MS + 10)
    assert samples == [expected(before + 1, READ_MS + 10)]
    assert parser.lost == 0


def test_every_unknown_id_is_survived() -> None:
    for kind in set(range(256)) - {A, G, Q}:
        parser = ShtpParser()
        feed(parser, cargo(base(0) + triple(0)))
        odd = bytes((kind, 200)) + bytes((0xEE,)) * 11
        feed(parser, cargo(base(0) + odd), READ_MS + 10)
        samples = feed(parser, cargo(base(0) + triple(1)), READ_MS + 20)
        assert samples and samples[-1][2:6] == expected(1, 0)[2:6], hex(kind)


def test_rest_of_a_cargo_that_was_given_up_makes_no_false_sample() -> None:
    """The piece behind an unknown report begins in the middle of one: nothing may be guessed.

    The values look like ids of reports.
    """
    chance = random.Random(8)
    words = (0x0101, 0x0202, 0x0808, 0x0102, 0x0801, 0x0002, 0x0100)
    head = base(0)
    for _ in range(60):
        vectors = {kind: [tuple(chance.choices(words, k=3)) for _ in range(4)] for kind in (A, G)}
        vectors[Q] = [tuple(chance.choices(words, k=4)) for _ in range(4)]
        reports = [report(k, 90 + n, vectors[k][n]) for n in range(4) for k in (G, A, Q)]
        body = head + b"".join(reports[3:6]) + UNDOCUMENTED + b"".join(reports[6:])
        for cut in range(len(head) + 32, len(body)):
            parser = ShtpParser()
            feed(parser, cargo(head + b"".join(reports[:3])))
            for piece in pieces(body, cut):
                for sample in feed(parser, piece, READ_MS + 10):
                    w, *xyz = sample[2:6]
                    assert (*xyz, w) in vectors[Q], cut
                    assert sample[6:9] in vectors[A], cut
                    assert sample[9:12] in vectors[G], cut


# Cargos that make no sense.


def test_cargo_that_ends_inside_a_report_is_counted() -> None:
    parser = ShtpParser()
    body = base(0) + triple(0) + triple(1)
    samples = feed(parser, cargo(body[:-6]))
    assert samples == [expected(0, READ_MS)]
    assert parser.malformed == 1
    assert feed(parser, cargo(base(0) + triple(2)), READ_MS + 20)[-1][2:] == expected(2, 0)[2:]


@pytest.mark.parametrize(
    "header",
    [b"\xff\xff\x03\x00", b"\xff\x7f\x03\x00", b"\x03\x00\x03\x00", b"\x20\x00\x06\x00"],
)
def test_header_that_makes_no_sense_is_refused(header: bytes) -> None:
    parser = ShtpParser()
    assert put(parser, header + triple(0)) == -1
    assert parser.malformed == 1


def test_a_read_shorter_than_a_header_is_refused() -> None:
    parser = ShtpParser()
    assert put(parser, b"\x20\x00\x03") == -1


def test_bus_of_ones_is_no_data() -> None:
    parser = ShtpParser()
    assert put(parser, b"\xff" * SIZE) == -1


def test_zeros_are_no_report_on_any_channel() -> None:
    parser = ShtpParser()
    for channel in range(6):
        assert put(parser, cargo(b"\x00" * 8, channel=channel)) == 0


# Control.


def feature_response(kind: int, interval_us: int) -> bytes:
    return struct.pack("<BBBHIII", 0xFC, kind, 0, 0, interval_us, 0, 0)


def test_granted_interval_is_the_answers() -> None:
    parser = ShtpParser()
    for kind, interval_us in ((A, 8000), (G, 1_000_000), (Q, 10000), (0x05, 7)):
        put(parser, cargo(feature_response(kind, interval_us), channel=2))
    assert parser.granted_us == {A: 8000, G: 1_000_000, Q: 10000}
    assert parser.period_ms == 1000  # a sample comes with each reading of the gyroscope


def test_a_reset_is_counted_once_for_its_three_cargos() -> None:
    parser = ShtpParser()
    feed(parser, cargo(base(0) + triple(7)))
    put(parser, cargo(bytes(272), channel=0))
    put(parser, cargo(b"\x01", channel=1))
    put(parser, cargo(b"\xf1\x00\x84" + bytes(13), channel=2))
    assert parser.resets == 1
    (sample,) = feed(parser, cargo(base(0) + triple(0)), READ_MS + 500)
    assert sample == expected(0, READ_MS + 500)  # numbered from 0 again: no gap
    assert parser.lost == 0


ADVERTISEMENT, NOTICE = cargo(bytes(272), channel=0), cargo(b"\x01", channel=1)


@pytest.mark.parametrize("heard", [(ADVERTISEMENT,), (NOTICE,), (NOTICE, ADVERTISEMENT)])
def test_a_reset_of_which_half_is_heard_is_one_too(heard: tuple[bytes, ...]) -> None:
    parser = ShtpParser()
    for number in range(1, 4):
        feed(parser, cargo(base(0) + triple(7)))
        for data in heard:
            put(parser, data)
        assert parser.resets == number
    put(parser, heard[-1])
    assert parser.resets == 4  # again, before any sample


def test_an_advertisement_in_pieces_is_one() -> None:
    parser = ShtpParser()
    feed(parser, cargo(base(0) + triple(7)))
    put(parser, cargo(bytes(15), channel=0, whole=272))
    put(parser, cargo(bytes(257), channel=0, flag=CONTINUATION))
    put(parser, NOTICE)
    assert parser.resets == 1
    assert feed(parser, cargo(base(0) + triple(0))) == [expected(0, READ_MS)]


def test_reset_forgets_half_a_sample() -> None:
    parser = ShtpParser()
    feed(parser, cargo(base(0) + triple(0)))
    feed(parser, cargo(base(0) + report(A, 1, (1, 1, 1))), READ_MS + 10)
    put(parser, cargo(b"\x01", channel=1))
    body = base(0) + report(G, 0, (0, 0, 0)) + report(Q, 0, (0, 0, 0, 16384))
    assert feed(parser, cargo(body), READ_MS + 300) == []


# Whatever comes.


@given(st.lists(st.tuples(st.binary(max_size=90), st.booleans(), st.integers(3, 4)), max_size=6))
def test_random_bodies_never_raise_and_never_run_over(parts) -> None:
    parser = ShtpParser(size=SIZE)
    size = len(parser.buf)
    for body, continued, channel in parts:
        feed(parser, cargo(body, channel, CONTINUATION if continued else 0))
    assert len(parser.buf) == size


@given(st.binary(max_size=SIZE))
def test_random_bytes_never_raise(data: bytes) -> None:
    parser = ShtpParser()
    feed(parser, cargo(base(0) + triple(0)))
    feed(parser, data)


def test_damaged_cargos_never_raise_and_the_next_good_one_is_read() -> None:
    chance = random.Random(3)
    for _ in range(400):
        parser = ShtpParser()
        feed(parser, cargo(base(0) + triple(0)))
        data = bytearray(cargo(BODY))
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        feed(parser, bytes(data), READ_MS + 10)
        put(parser, cargo(b"\x01", channel=1))
        assert feed(parser, cargo(base(0) + triple(4)), READ_MS + 99) == [expected(4, READ_MS + 99)]


def _is_parser(code: CodeType) -> bool:
    return Path(code.co_filename).parent == Path(sensor.__file__).parent


def lines_run(parser: ShtpParser, data: bytes) -> int:
    """How many lines of the parser run for one cargo."""
    count = 0

    def local(_frame, event, _arg):
        nonlocal count
        count += event == "line"
        return local

    before = sys.gettrace()
    sys.settrace(lambda frame, _event, _arg: local if _is_parser(frame.f_code) else None)
    try:
        feed(parser, data)
    finally:
        sys.settrace(before)
    return count


def test_work_is_bounded_whatever_the_cargo() -> None:
    """The worst found: an unknown id and many places where known reports seem to go on."""
    tail = bytes((0x10, 0, 0, 0, 0)) * 92 + b"\x7b"
    traps = [
        b"\x7b" + bytes((G, 1)) * 5 + bytes((A, 1)) * 5 + bytes((Q, 1)) * 6 + tail,
        b"\x7b" * 508,
        b"\x7b" + bytes((A, 1)) * 253,
        b"\x7b" + bytes((A, 1, Q, 1, G, 1)) * 84,
        bytes(508),
    ]
    for trap in traps:
        parser = ShtpParser()
        feed(parser, cargo(base(0) + triple(0)))
        assert lines_run(parser, cargo(trap[:508])) < 25_000
