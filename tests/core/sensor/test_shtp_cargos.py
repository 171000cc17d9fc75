"""The parser of the sensor's reports: cargos in pieces, unknown, damaged, and control."""

from __future__ import annotations

import random
import sys
from itertools import pairwise
from pathlib import Path
from types import CodeType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leancore import sensor
from leancore.sensor.cargo import ALL_CONFIRMED
from leancore.sensor.sample import HAS_A
from leancore.sensor.shtp import ShtpParser
from shtp_rig import (
    CONTINUATION,
    READ_MS,
    SIZE,
    UNDOCUMENTED,
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
    triple,
)

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


def test_granted_interval_is_the_answers() -> None:
    parser = ShtpParser()
    for kind, interval_us in ((A, 8000), (G, 1_000_000), (Q, 10000), (0x05, 7)):
        put(parser, cargo(feature_response(kind, interval_us), channel=2))
    assert parser.granted_us == {A: 8000, G: 1_000_000, Q: 10000}
    assert parser.period_ms == 1000  # a sample comes with each reading of the gyroscope


def test_an_interval_that_nobody_asked_for_changes_nothing_while_samples_come() -> None:
    parser = ShtpParser()
    for kind in (A, G, Q):
        put(parser, cargo(feature_response(kind, 8000), channel=2))
    put(parser, cargo(bytes((0xF1, 0, 7, 0, 0, 0)) + bytes(10), channel=2))
    assert parser.confirmed == ALL_CONFIRMED
    put(parser, cargo(feature_response(G, 10_000), channel=2))  # no samples yet: it may be so
    assert parser.granted_us[G] == 10_000 and parser.malformed == 0
    feed(parser, cargo(base(0) + triple(7)))
    for us, counted in ((10_000, 0), (40_000, 1), (2500, 2)):
        put(parser, cargo(feature_response(G, us), channel=2))
        assert (parser.granted_us[G], parser.period_ms, parser.malformed) == (10_000, 10, counted)
    parser.confirmed = 0  # asked again
    put(parser, cargo(feature_response(G, 40_000), channel=2))
    assert (parser.granted_us[G], parser.period_ms) == (40_000, 40)


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


@pytest.mark.parametrize("heard", [(ADVERTISEMENT, NOTICE), (NOTICE, ADVERTISEMENT)])
def test_a_reset_between_samples_is_one_by_its_second_cargo(heard: tuple[bytes, ...]) -> None:
    parser = ShtpParser()
    for number in range(1, 4):
        feed(parser, cargo(base(0) + triple(7)))
        put(parser, heard[0])
        assert (parser.resets, parser.malformed, parser.may_be_reset) == (number - 1, 1, True)
        put(parser, heard[1])
        assert (parser.resets, parser.malformed, parser.may_be_reset) == (number, 0, False)
    put(parser, heard[-1])
    assert parser.resets == 4  # again, before any sample


@pytest.mark.parametrize("half", [ADVERTISEMENT, NOTICE, cargo(b"\x01\x0e", channel=0)])
def test_half_a_reset_alone_changes_nothing_while_samples_come(half: bytes) -> None:
    """Two of them, from the same channel or the other, are no whole one if samples lie between."""
    parser, sound = ShtpParser(), ShtpParser()
    for one in (parser, sound):
        put(one, cargo(feature_response(G, 10_000), channel=2))
        feed(one, cargo(base(0) + triple(6)), READ_MS - 10)
    for number, message in enumerate((half, half, NOTICE, ADVERTISEMENT), start=7):
        put(parser, message)
        put(parser, message)
        assert parser.may_be_reset and parser.resets == 0
        t_ms = READ_MS + 10 * number
        (sample,) = feed(parser, cargo(base(0) + triple(number)), t_ms)
        assert [sample] == feed(sound, cargo(base(0) + triple(number)), t_ms)
        assert not parser.may_be_reset
        assert parser.malformed == number - 6


def test_half_a_reset_may_be_believed() -> None:
    parser = ShtpParser()
    feed(parser, cargo(base(0) + triple(7)))
    put(parser, NOTICE)
    parser.accept_reset()
    put(parser, ADVERTISEMENT)  # its other half, late
    assert (parser.resets, parser.malformed, parser.may_be_reset) == (1, 0, False)
    assert feed(parser, cargo(base(0) + triple(0)), READ_MS + 500) == [expected(0, READ_MS + 500)]


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
    put(parser, ADVERTISEMENT)
    put(parser, NOTICE)
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
        put(parser, ADVERTISEMENT)
        put(parser, NOTICE)
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
