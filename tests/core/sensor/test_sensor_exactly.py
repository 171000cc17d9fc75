"""The parser's state, and each of its bounds at the value itself and one next to it."""

from __future__ import annotations

from typing import Any

import pytest
from leancore.numeric.ticks import PERIOD_MS
from leancore.sensor import cargo as cargos
from leancore.sensor.reports import are_known
from leancore.sensor.sample import CLIPPED, GAP, HAS_A, HAS_G, HAS_Q
from leancore.sensor.sample_clock import SampleClock, is_possible
from leancore.sensor.shtp import ShtpParser
from shtp_rig import READ_MS, SIZE, A, G, Q, base, cargo, feed, put, report, triple

COUNTERS = {"malformed": 0, "resets": 0, "confirmed": 0, "lost": 0, "unknown": 0, "_misdated": 0,
            "period_ms": 10, "_reset_channel": -1, "_doubted_ms": 0}  # fmt: skip
OF_A_CARGO = {"more": False, "_pos": 0, "_end": 0, "_carry": 0, "_left": 0, "_channel": 0,
              "_lost_place": 0, "_read_ms": 0, "_base_dms": 0, "_running": 0, "_doubts": 0,
              "_have": 0, "_marks": 0, "_emitted_ms": -5, "_pairing": 16, "_without": 0,
              "_awaits": 0}  # fmt: skip


def fields(parser: ShtpParser, names: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(parser, name) for name in names}


def test_a_new_parser_knows_nothing() -> None:
    parser = ShtpParser()
    assert fields(parser, COUNTERS | OF_A_CARGO) == COUNTERS | OF_A_CARGO
    assert all(type(getattr(parser, name)) is int for name in COUNTERS)
    assert parser.granted_us == {A: 0, G: 0, Q: 0}
    assert parser.wanted == HAS_A | HAS_G
    assert (parser.misdated, parser.may_be_reset) == (0, False)
    assert parser._expected == [-1] * 9
    assert len(parser.buf) == cargos.HEADER + SIZE + 1 + cargos.NUMBERS_BYTES
    odd = ShtpParser(511)
    assert odd._apart % 2 == parser._apart % 2 == 0
    assert len(odd.buf) == odd._apart + 8


def test_a_restart_forgets_the_cargo_and_keeps_the_counters() -> None:
    parser = ShtpParser()
    parser.granted_us.update({A: 5000, G: 5000, Q: 20_000})
    for name in COUNTERS | OF_A_CARGO:
        setattr(parser, name, 7)
    parser._expected[:] = [7] * 9
    parser.restart()
    assert fields(parser, OF_A_CARGO) == OF_A_CARGO
    for name, value in OF_A_CARGO.items():
        assert type(getattr(parser, name)) is type(value), name
    assert fields(parser, COUNTERS) == dict.fromkeys(COUNTERS, 7)
    assert [parser._expected[kind] for kind in (A, G, Q)] == [-1] * 3
    assert parser.clock._granted_q10 == 5000 * 128 // 125


@pytest.mark.parametrize(
    ("count", "length", "channel", "taken"),
    [(4, 4, 0, True), (3, 4, 0, False), (4, 3, 0, False), (8, 0x7FFF, 3, False),
     (8, 0x7FFE, 3, True), (8, 8, 5, True), (8, 8, 6, False)],
)
def test_which_headers_make_sense(count: int, length: int, channel: int, taken: bool) -> None:
    parser = ShtpParser()
    parser.buf[cargos.HEADER : cargos.HEADER + 4] = bytes((length & 255, length >> 8, channel, 0))
    parser._carry = parser._left = 3
    assert parser._take(count, READ_MS) is taken
    assert parser.malformed == 1 - taken
    if not taken:
        assert (parser._carry, parser._left, parser.more) == (0, 0, False)
        assert type(parser._carry) is int


@pytest.mark.parametrize("channel", [3, 4])
def test_reports_come_on_two_channels(channel: int) -> None:
    parser = ShtpParser()
    put(parser, cargo(b"", channel))
    assert parser._take(4, READ_MS) is True
    assert parser.more is True
    assert (parser._pos, parser._end) == (cargos.BODY, cargos.HEADER + 4)
    assert parser._left == 0


def test_more_bytes_than_the_cargo_has_are_not_its_own() -> None:
    parser = ShtpParser()
    data = cargo(base(0) + triple(1))
    parser.buf[cargos.HEADER : cargos.HEADER + len(data)] = data
    assert parser._take(len(data) + 20, READ_MS) is True
    assert (parser._end, parser._left) == (cargos.HEADER + len(data), 0)


def known(data: bytes, due: tuple[int, int, int], start: int = 0) -> bool:
    numbers = [-1] * 9
    numbers[A], numbers[G], numbers[Q] = due
    return are_known(bytearray(data), start, len(data), numbers)


def test_a_chain_has_known_reports_with_the_numbers_that_are_due() -> None:
    three = triple(255) + triple(256)  # the second with the numbers 0
    assert known(three, (255, 255, 255))
    for due in ((0, 255, 255), (255, 0, 255), (255, 255, 0)):
        assert not known(three, due)
    assert known(b"xyz" + three, (255, 255, 255), 3)
    assert not known(three[:-1], (255, 255, 255))  # cut
    assert not known(three + b"\x01", (1, 1, 1))
    assert not known(three + b"\xee" * 5, (255, 255, 255))  # no report
    assert known(base(3) + triple(4), (4, 4, 4))
    assert known(b"", (0, 0, 0))
    assert not known(triple(1) + triple(3), (1, 1, 1))


@pytest.mark.parametrize(("ahead_ms", "stale"), [(5, False), (6, True)])
@pytest.mark.parametrize("have", [HAS_A, HAS_G])
def test_a_report_of_half_an_interval_before_is_stale(
    have: int, ahead_ms: int, stale: bool
) -> None:
    parser = ShtpParser()
    parser.sample.t_ms = PERIOD_MS - 2
    t_ms = (PERIOD_MS - 2 + ahead_ms) % PERIOD_MS
    other = HAS_A | HAS_G ^ have
    for is_lost in (False, True):
        assert parser._is_stale(other & ~have, have, t_ms, is_lost) is stale
        assert parser._is_stale(have, have, t_ms, is_lost) is False
        assert parser._is_stale(HAS_Q, have, t_ms, is_lost) is False
        assert parser._is_stale(have, 0, t_ms, is_lost) is False
        assert parser._is_stale(HAS_G, HAS_Q, t_ms, is_lost) is (stale or is_lost)


@pytest.mark.parametrize(
    ("since_ms", "read_ms", "running", "overdue"),
    [(30, 130, 1, False), (31, 131, 1, True), (31, 131, 0, False), (31, 5000, 1, False)],
)
def test_a_kind_that_comes_again_after_30_ms_is_overdue(
    since_ms: int, read_ms: int, running: int, overdue: bool
) -> None:
    parser = ShtpParser()
    parser._emitted_ms, parser._running = 100, running
    for bit in (HAS_A, HAS_Q):
        assert bool(parser._is_overdue(bit, 100 + since_ms, read_ms)) is overdue
    assert parser._is_overdue(HAS_G, 100 + since_ms, read_ms) == running  # no rotation is lost


@pytest.mark.parametrize(
    ("gyroscope_us", "rotation_us", "awaits"),
    [(10_000, 40_000, 3), (10_000, 10_000, 0), (10_000, 34_999, 2), (10_000, 35_000, 3),
     (8000, 32_000, 3), (10_000, 0, -1)],
)
def test_how_many_samples_come_before_one_that_waits_for_its_orientation(
    gyroscope_us: int, rotation_us: int, awaits: int
) -> None:
    parser = ShtpParser()
    parser.granted_us.update({G: gyroscope_us, Q: rotation_us})
    parser._emitted_ms, parser._without = 1000, 3
    assert parser._is_behind(1005) is False
    assert (parser._without, parser._awaits) == (3, 0)
    assert parser._is_behind(1004) is True
    assert (parser._without, parser._awaits) == (0, awaits)
    assert type(parser._awaits) is int


def test_without_granted_intervals_it_waits_for_none() -> None:
    parser = ShtpParser()
    parser._emitted_ms = 1000
    assert parser._is_behind(1000) is True
    assert parser._awaits == 0


def emitted(have: int, **values: int) -> ShtpParser:
    parser = ShtpParser()
    for name, value in values.items():
        setattr(parser, name, value)
    parser.sample.t_ms = READ_MS
    parser._emit(parser.sample, have, READ_MS)
    return parser


def test_a_sample_that_is_given_out() -> None:
    parser = emitted(HAS_A | HAS_G, _marks=GAP, _have=5, _without=1, _awaits=4)
    assert parser.sample.flags == HAS_A | HAS_G | GAP
    assert (parser._have, parser._marks, parser._pairing) == (0, 0, 15)
    assert (parser._emitted_ms, parser._running, parser._without) == (READ_MS, 1, 2)
    assert parser._awaits == 4
    assert parser.more is False
    assert emitted(HAS_A, _pairing=0)._pairing == 0
    assert emitted(HAS_A | HAS_Q, _without=9, _awaits=4)._without == 0


@pytest.mark.parametrize(("without", "awaits"), [(3, 4), (4, 1 << 20)])
def test_an_orientation_that_does_not_come_is_waited_for_no_more(
    without: int, awaits: int
) -> None:
    assert emitted(HAS_A, _without=without, _awaits=4)._awaits == awaits


def test_after_a_loss_sixteen_samples_are_paired_anew() -> None:
    parser = ShtpParser()
    parser._pairing = 0
    parser._miss(G, 9)  # the first of its kind
    assert (parser._pairing, parser.lost, parser._marks) == (0, 0, 0)
    parser._expected[G] = 250
    parser._miss(G, 3)
    assert (parser._pairing, parser.lost, parser._marks) == (16, 9, GAP)
    parser._marks = CLIPPED
    parser._miss(G, 251)
    assert (parser.lost, parser._marks) == (10, CLIPPED | GAP)


def test_what_is_left_of_a_cargo_is_gone_on_with() -> None:
    parser = ShtpParser()
    for pos, end, more in ((30, 31, True), (31, 31, False)):
        parser._leave(pos, end, 77, -8)
        assert (parser._pos, parser._end, parser._read_ms, parser._base_dms) == (pos, end, 77, -8)
        assert parser.more is more


def test_a_report_that_is_cut_is_kept_before_the_header() -> None:
    parser = ShtpParser()
    parser._left = 5
    parser.buf[100:104] = b"abcd"
    parser._cut(100, 104)
    assert parser._carry == 4
    assert parser.buf[cargos.HEADER - 4 : cargos.HEADER] == b"abcd"
    assert parser.malformed == 0
    parser._go_on()
    assert parser.buf[cargos.BODY - 4 : cargos.BODY] == b"abcd"
    assert (parser._pos, parser._carry) == (cargos.BODY - 4, 0)
    parser._left = 0
    parser._cut(100, 104)
    assert (parser.malformed, parser._carry) == (1, 0)


@pytest.mark.parametrize(
    ("delay_dms", "base_dms", "t_ms"),
    [(0, 0, 0), (4, 0, 0), (5, 0, 1), (14, 0, 1), (15, 0, 2), (100, -4, 10), (100, -6, 9),
     (0, -5, 0), (0, -6, -1), (0x3FFF, 0, 1638)],
)
def test_the_time_of_a_report_is_rounded(delay_dms: int, base_dms: int, t_ms: int) -> None:
    """100 µs: the delay has 14 bits, and shares a byte with the accuracy."""
    parser = ShtpParser()
    parser.buf[60:70] = report(A, 0, (1, 2, 3), delay_dms)
    assert parser._time_of(parser.buf, 60, READ_MS, base_dms) == READ_MS + t_ms
    at_the_wrap = parser._time_of(parser.buf, 60, PERIOD_MS - 1, base_dms)
    assert at_the_wrap == (PERIOD_MS - 1 + t_ms) % PERIOD_MS


def test_undated_samples_are_counted_and_leave_a_gap() -> None:
    parser = ShtpParser()
    parser.sample.t_ms = READ_MS - 2000
    assert parser._is_undated(HAS_A, READ_MS) is True
    assert (parser._misdated, parser._marks, parser.misdated) == (1, GAP, 1)
    assert parser._is_undated(HAS_A, READ_MS - 1500) is False
    parser.clock.runs = 1
    assert parser._is_undated(HAS_G, READ_MS) is False  # dated by its number
    assert parser._is_undated(HAS_A, READ_MS) is True
    assert parser.misdated == 2


@pytest.mark.parametrize(("before_ms", "possible"), [(-20, True), (-21, False), (0, True),
                                                     (1000, True), (1001, False)])  # fmt: skip
def test_which_times_a_sample_can_have(before_ms: int, possible: bool) -> None:
    for read_ms in (READ_MS, 5):
        assert is_possible((read_ms - before_ms) % PERIOD_MS, read_ms) is possible


@pytest.mark.parametrize(("granted_us", "q10"), [(100_000, 102_400), (100_001, 0), (10_000, 10_240),
                                                 (0, 0)])  # fmt: skip
def test_the_clock_begins_at_the_granted_interval(granted_us: int, q10: int) -> None:
    clock = SampleClock()
    clock.odd = clock.t_ms = clock.runs = 3
    clock.begin(granted_us)
    assert (clock._granted_q10, clock._interval_q10) == (q10, q10)
    assert (clock.odd, clock.t_ms, clock.runs) == (3, 3, 0)
    for name in ("_rest_q10", "_reported_ms", "_read_ms", "_number", "_doubts", "_doubt_ms"):
        assert getattr(clock, name) == 0
        assert type(getattr(clock, name)) is int
    new = SampleClock()
    assert (new.t_ms, new.odd, new._granted_q10) == (0, 0, 0)


@pytest.mark.parametrize(("back_ms", "begins_at"), [(-1, 0), (0, 1), (99, 100), (100, 0)])
def test_a_clock_that_begins_anew_does_not_go_back_by_little(
    back_ms: int, begins_at: int
) -> None:
    clock = SampleClock()
    clock.begin(10_000)
    clock.runs, clock.t_ms = 1, (50 + back_ms) % PERIOD_MS
    assert clock._begin_at(50) == 50 + begins_at
    assert clock.t_ms == 50 + begins_at


def test_one_of_each_kind_makes_a_sample() -> None:
    parser = ShtpParser()
    samples = feed(parser, cargo(base(0) + triple(1)))
    assert len(samples) == 1
    assert (parser.lost, parser.malformed, parser.unknown) == (0, 0, 0)
