"""Clock and I2C bus of the simulated board."""

from __future__ import annotations

import errno

import pytest
from sim_rig import Rig

from boards.sim.clock import Clock
from boards.sim.sensor.bno08x import ADDRESS


def test_ticks_wrap_after_65_seconds_and_power_on_time_does_not() -> None:
    clock = Clock()
    clock.sleep(64.999)
    assert clock.ticks_ms() == 2**29 - 1
    clock.advance_us(1000)
    assert clock.ticks_ms() == 0
    assert clock.now_ms() == 65_000
    assert clock.monotonic() == 65.0


def test_ticks_start_where_asked_and_time_never_goes_back() -> None:
    clock = Clock(start_ms=7)
    assert clock.ticks_ms() == 7
    with pytest.raises(ValueError, match="go back"):
        clock.advance_us(-1)


def test_transfers_need_the_lock() -> None:
    rig = Rig()
    with pytest.raises(RuntimeError, match="lock"):
        rig.bus.readfrom_into(ADDRESS, bytearray(4))
    assert rig.bus.try_lock()
    assert not rig.bus.try_lock()
    rig.bus.unlock()
    with pytest.raises(RuntimeError, match="lock"):
        rig.bus.unlock()


def test_scan_and_probe_find_the_chip_only() -> None:
    rig = Rig()
    rig.bus.try_lock()
    assert rig.bus.scan() == [ADDRESS]
    assert rig.bus.probe(ADDRESS) and not rig.bus.probe(0x4B)


def test_reads_cost_bus_time() -> None:
    rig = Rig()
    began_us = rig.clock.now_us()
    rig.read(276)
    assert rig.clock.now_us() - began_us == pytest.approx(277 * 9 / 0.4 + 50, abs=1)


def test_start_and_end_of_the_buffer_are_kept() -> None:
    rig = Rig()
    buffer = bytearray(b"\xaa" * 8)
    rig.bus.try_lock()
    rig.bus.readfrom_into(ADDRESS, buffer, start=2, end=6)
    assert buffer == b"\xaa\xaa\x14\x01\x00\x00\xaa\xaa"
    rig.bus.writeto_then_readfrom(ADDRESS, b"xx", buffer, out_end=0, in_start=7)
    assert buffer[7] == 0x14


def test_next_transactions_are_not_acknowledged() -> None:
    rig = Rig()
    rig.bus.nack_count = 2
    rig.bus.nack_errno = errno.EIO
    for _ in range(2):
        with pytest.raises(OSError) as raised:
            rig.read(4)
        assert raised.value.errno == errno.EIO
    assert rig.read(4)[0] == 0x14


def test_wedged_bus_costs_a_second_each() -> None:
    rig = Rig()
    rig.bus.wedged = True
    with pytest.raises(OSError) as raised:
        rig.read(4)
    assert raised.value.errno == errno.ETIMEDOUT
    assert rig.clock.monotonic() == 1.0


def test_all_ones_reads_as_ff() -> None:
    rig = Rig()
    rig.bus.all_ones = True
    assert rig.read(4) == b"\xff" * 4
