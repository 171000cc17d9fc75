"""The short way of a cargo with one report gives the same samples and counts as the parser's."""

from __future__ import annotations

import random
from typing import Any

import pytest
from leancore.numeric.ticks import PERIOD_MS
from leancore.sensor.sample import HAS_A, HAS_G
from leancore.sensor.shtp import ShtpParser
from shtp_rig import A, G, Q, base, cargo, feed, report

TICKS = 1000
ORDERS = ((A, G, Q), (G, A, Q), (Q, A, G))


class LongWay(ShtpParser):
    """Parses every cargo."""

    def _simply_added(self, *given: Any) -> int:
        return 0


class ShortWay(ShtpParser):
    """Counts the reports that go the short way."""

    added = 0

    def _add(self, *given: Any) -> int:
        self.added += 1
        return super()._add(*given)


def kept(parser: ShtpParser) -> dict[str, Any]:
    """All that a parser keeps from one cargo to the next."""
    apart = ("buf", "_int16s", "clock", "sample", "added")
    found = {name: value for name, value in vars(parser).items() if name not in apart}
    return found | {"clock": vars(parser.clock), "sample": vars(parser.sample)}


def cargos(chance: random.Random, order: tuple[int, ...], is_wrong: float) -> Any:
    """(bytes, time of reading) of single reports, now and then lost, late, cut or of two."""
    for tick in range(TICKS):
        body = b""
        for place, kind in enumerate(order):
            if kind == Q and tick % 5 or chance.random() < is_wrong:
                continue
            values = [chance.choice((tick, -tick, 20_000, 32767, -32768)) for _ in range(3)]
            values += [16384 - tick] * (kind == Q)
            delay_dms = chance.randrange(2000) if chance.random() < is_wrong else tick % 40
            body += report(kind, tick // 5 if kind == Q else tick, values, delay_dms)
            if chance.random() < is_wrong:
                continue  # two in a cargo
            base_dms = chance.choice((300, 70_000, 1 << 31)) if chance.random() < is_wrong else 30
            data = cargo(base(base_dms) + body)
            if chance.random() < is_wrong:
                data = bytearray(data)
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            body = b""
            yield bytes(data), (PERIOD_MS - 1000 + 8 * tick + place) % PERIOD_MS


@pytest.mark.parametrize("wanted", (HAS_A | HAS_G, HAS_A), ids=("worn", "standby"))
@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("is_wrong", (0.0, 0.001, 0.03))
def test_both_ways_are_alike(order: tuple[int, ...], is_wrong: float, wanted: int) -> None:
    short, long, samples = ShortWay(), LongWay(), 0
    for parser in (short, long):
        parser.granted_us |= {A: 8_000, G: 8_000, Q: 40_000}
        parser.wanted = wanted
        parser.restart()
    for data, read_ms in cargos(random.Random(str((order, is_wrong))), order, is_wrong):
        got = feed(short, data, read_ms)
        assert got == feed(long, data, read_ms)
        assert kept(short) == kept(long), data.hex()
        samples += len(got)
    assert samples > TICKS / 3
    assert is_wrong > 0.01 or short.added > TICKS / 4
