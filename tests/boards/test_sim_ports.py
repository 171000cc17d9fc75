"""Ports of the simulated board, from the side of the device and from that of a host."""

from __future__ import annotations

import os
import select
import socket
import sys
from collections.abc import Callable, Iterator

import pytest

from boards.sim.os_ports import PtyPort, TcpPort
from boards.sim.ports import MemoryPort, Port

WAIT_S = 5.0  # the kernel's, at most; select() returns as soon as bytes are there


def readable(file: int | socket.socket | Port) -> bool:
    return bool(select.select([file], [], [], WAIT_S)[0])


def test_writes_and_reads_are_short() -> None:
    port = MemoryPort()
    assert port.write(bytes(1000)) == 256
    assert port.out_waiting == len(port.host_read()) == 256
    port.host_write(bytes(600))
    assert port.in_waiting == 256
    assert [len(port.read(1000)) for _ in range(4)] == [256, 256, 88, 0]
    port.max_read = 5
    port.host_write(b"one by one")
    assert [port.read(100), port.read(100)] == [b"one b", b"y one"]


def test_readinto_fills_the_front() -> None:
    port = MemoryPort()
    port.host_write(b"abc")
    buffer = bytearray(b"....")
    assert port.readinto(buffer) == 3 and buffer == b"abc."
    assert port.readinto(memoryview(buffer)[1:]) == 0


def test_full_stalled_or_unplugged_host_takes_nothing() -> None:
    port = MemoryPort(room=300)
    assert [port.write(bytes(256)) for _ in range(3)] == [256, 44, 0]
    port.host_read()
    port.stalled = True
    assert port.write(b"x") == 0
    port.stalled = False
    port.plugged = False
    assert not port.connected and port.write(b"x") == 0


def test_a_busy_program_hears_nothing_and_loses_nothing() -> None:
    port = MemoryPort()
    port.host_write(b"hello")
    port.unheard = True
    assert (port.in_waiting, port.read(10), port.buffered) == (0, b"", 5)
    port.unheard = False
    assert port.read(10) == b"hello"


def test_reset_input_buffer_leaves_what_waits_at_the_host() -> None:
    port = MemoryPort()
    port.host_write(bytes(256) + b"later")
    port.reset_input_buffer()
    assert port.read(10) == b"later"


@pytest.mark.parametrize("knob", ["drop", "corrupt"])
def test_spoiled_bytes_are_counted_as_sent_and_repeatable(knob: str) -> None:
    outcomes = []
    for _ in range(2):
        port = MemoryPort(seed=7)
        setattr(port, knob, 0.1)
        assert port.write(bytes(200)) == 200
        outcomes.append(port.host_read())
    assert outcomes[0] == outcomes[1]
    lost, changed = 200 - len(outcomes[0]), sum(map(bool, outcomes[0]))
    assert (lost if knob == "drop" else changed) in range(5, 40)
    assert (changed if knob == "drop" else lost) == 0


@pytest.fixture
def pty() -> Iterator[PtyPort]:
    port = PtyPort()
    yield port
    port.close()


posix = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals on Windows")


@posix
def test_pty_passes_every_byte_both_ways_and_outlives_a_host(pty: PtyPort) -> None:
    every = bytes(range(256))
    for _ in range(2):  # a second host comes after the first has closed
        host = os.open(pty.path, os.O_RDWR | os.O_NOCTTY)
        os.write(host, every)
        assert readable(pty)
        assert pty.read(500) == every
        assert pty.read(1) == b""
        assert pty.write(every) == 256
        assert readable(host)
        assert os.read(host, 500) == every
        os.close(host)
        assert pty.in_waiting == 0 and pty.connected


@posix
def test_pty_write_gives_zero_when_the_host_never_reads(pty: PtyPort) -> None:
    sent = 0
    while (count := pty.write(bytes(1000))) and sent < 1 << 20:
        assert count <= 256
        sent += count
    assert count == 0


@pytest.fixture
def tcp() -> Iterator[TcpPort]:
    port = TcpPort()
    yield port
    port.close()


def until(true: Callable[[], bool], port: TcpPort) -> bool:
    return any(true() or not readable(port) for _ in range(10)) and true()


def test_tcp_serves_one_host_after_another(tcp: TcpPort) -> None:
    assert not tcp.connected and tcp.write(b"x") == 0 and tcp.read(1) == b""
    for _ in range(2):
        with socket.create_connection((tcp.host, tcp.port)) as host:
            assert readable(tcp) and tcp.connected
            host.sendall(b"hello")
            assert readable(tcp)
            assert tcp.read(100) == b"hello"
            assert tcp.write(bytes(1000)) == 256
            assert readable(host)
            assert len(host.recv(1000)) == 256
        assert until(lambda: not tcp.connected, tcp)


def test_tcp_url_is_for_pyserial(tcp: TcpPort) -> None:
    assert tcp.url == f"socket://127.0.0.1:{tcp.port}"


def test_tcp_survives_a_host_that_never_reads(tcp: TcpPort) -> None:
    with socket.create_connection((tcp.host, tcp.port)):
        assert readable(tcp)
        tcp.max_write = 1 << 16
        for _ in range(1000):
            if tcp.write(bytes(1 << 16)) == 0:
                break
        assert tcp.write(b"x" * 65536) == 0
        assert tcp.connected
