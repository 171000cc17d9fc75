"""Force and rate of a sample are of one time, whatever was lost before."""

from __future__ import annotations

from itertools import permutations

import pytest
from leancore.sensor.cargo import HEADER
from leancore.sensor.sample import GAP, HAS_A, HAS_G, HAS_Q
from leancore.sensor.shtp import ShtpParser
from shtp_rig import A, G, Q, base, cargo, report

PERIOD_MS = 8
VALUES = {A: 3, G: 3, Q: 4}
ORDERS = [*permutations((A, G)), *permutations((A, G, Q))]
TICKS = 60


def pairs(
    order: tuple[int, ...], begin: int, lost: tuple[int, int], apart_ms: int
) -> list[tuple[int, ...]]:
    """(flags, tick of the force, tick of the rate) of samples whose reports come one by one.

    From the ``begin``-th report of the first tick on; ``lost``: (tick, place in ``order``).
    ``apart_ms``: from one report to the next.
    """
    parser, got = ShtpParser(), []
    parser.granted_us |= {A: 8_000, G: 8_000, Q: 40_000}
    parser.period_ms = PERIOD_MS
    for tick in range(TICKS):
        for place, kind in enumerate(order):
            if (tick, place) < (0, begin) or (tick, place) == lost or kind == Q and tick % 5:
                continue
            number = tick // 5 if kind == Q else tick
            data = cargo(base(0) + report(kind, number, (tick,) * VALUES[kind]))
            parser.buf[HEADER : HEADER + len(data)] = data
            read_ms = 1000 + PERIOD_MS * tick + apart_ms * place
            whole = parser.next(len(data), read_ms)
            while whole > 0:
                sample = parser.sample
                got.append((sample.flags, sample.ax, sample.gx))
                whole = parser.next()
    return got


@pytest.mark.parametrize("apart_ms", (0, 1))
@pytest.mark.parametrize("begin", (0, 1))
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_one_lost_report_leaves_force_and_rate_of_one_time(
    order: tuple[int, ...], begin: int, apart_ms: int
) -> None:
    for lost in [(tick, place) for tick in (20, 21, 22) for place in range(len(order))]:
        got = pairs(order, begin, lost, apart_ms)
        paired = [(force, rate) for flags, force, rate in got if flags & HAS_A and flags & HAS_G]
        assert all(force == rate for force, rate in paired), lost
        assert len(paired) >= TICKS - 3 - begin
        rates = {rate for flags, _force, rate in got if flags & HAS_G}
        is_rate = order[lost[1]] == G
        assert set(range(2, TICKS - 1)) - rates == ({lost[0]} if is_rate else set()), lost
        assert len(got) >= TICKS - 3 - begin
        assert sum(bool(flags & HAS_Q) for flags, *_ in got) >= (Q in order) * (TICKS // 5 - 4)


@pytest.mark.parametrize(("order", "lost"), [((A, G), A), ((A, G), G), ((G, A), A), ((G, A), G)])
def test_a_lost_report_is_told_with_the_next_sample(order: tuple[int, ...], lost: int) -> None:
    got = pairs(order, 0, (20, order.index(lost)), 1)
    assert [rate for flags, _force, rate in got if flags & GAP] == [21]


def test_a_lost_orientation_is_no_gap_of_force_and_rate() -> None:
    got = pairs((Q, G, A), 0, (20, 0), 1)
    assert [rate for _flags, _force, rate in got] == list(range(TICKS))
    assert not any(flags & GAP for flags, *_ in got)
