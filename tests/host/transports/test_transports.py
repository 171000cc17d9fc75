"""Transports on real ports of the operating system, and what is said when they fail."""

from __future__ import annotations

import errno
import os
import socket
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial
from fake_clip import FakeClip
from leancue.basis.errors import DeviceGone, LeanCueError, NoDevice, PortBusy, PortDenied
from leancue.transports import base, port_errors
from leancue.transports.addresses import is_address, open_transport
from leancue.transports.base import Transport
from leancue.transports.serial_port import SerialTransport
from leancue.transports.tcp_socket import SocketTransport


@pytest.fixture
def pty() -> Iterator[tuple[int, str]]:
    """The other end of a pseudo terminal, and its name."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(master)
    os.close(slave)


def read_all(transport: Transport, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = transport.read(1.0)
        assert more, f"only {len(data)} of {count} bytes came"
        data += more
    return data


def test_a_pty_carries_bytes_both_ways_in_blocks(pty: tuple[int, str]) -> None:
    master, path = pty
    with open_transport(path) as transport:
        transport.write(b"\0\3\xff\r\n")
        assert os.read(master, 100) == b"\0\3\xff\r\n"
        sent = bytes(range(256)) * 4
        os.write(master, sent)
        blocks = []
        while sum(map(len, blocks)) < len(sent):
            blocks.append(transport.read(5.0))
            assert blocks[-1], "the rest did not come"
        assert b"".join(blocks) == sent
        assert len(blocks) < len(sent) // 10, "byte by byte"
        assert transport.read(0.01) == b""


def test_a_held_port_is_busy(pty: tuple[int, str]) -> None:
    _master, path = pty
    with open_transport(path), pytest.raises(PortBusy, match=path):
        open_transport(path)
    open_transport(path).close()


def test_a_write_that_nobody_takes_is_lost_not_fatal(pty: tuple[int, str]) -> None:
    _master, path = pty
    with SerialTransport(path, write_timeout_s=0.05) as transport:
        transport.write(bytes(100_000))
        assert transport.read(0.01) == b""


def test_an_unplugged_pty_is_a_clip_gone() -> None:
    clip = FakeClip()
    with open_transport(clip.path) as transport:
        clip.close()
        with pytest.raises(DeviceGone, match="was lost"):
            for _ in range(3):
                transport.read(0.05)


def test_a_port_that_is_not_there_is_no_device() -> None:
    with pytest.raises(NoDevice, match="there is no such port.*leancue devices"):
        open_transport("/dev/ttyACM99")


def test_a_file_is_no_serial_port(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(NoDevice, match="not a serial port"):
        open_transport(str(tmp_path / "notes.txt"))


@pytest.mark.parametrize(
    ("group", "way_out"),
    [("dialout", r"sudo usermod -aG dialout \$USER"), ("root", "sudo chmod a"), ("", "ls -l")],
)
def test_denied_names_what_helps_with_the_group_of_the_node(
    pty: tuple[int, str], monkeypatch: pytest.MonkeyPatch, group: str, way_out: str
) -> None:
    """Root may open everything: pyserial is made to say what it says to others."""
    _master, path = pty

    def deny(*_args: object, **_options: object) -> None:
        raise serial.SerialException(errno.EACCES, f"could not open port {path}")

    monkeypatch.setattr(serial, "Serial", deny)
    monkeypatch.setattr(port_errors, "group_of", lambda path: group)
    with pytest.raises(PortDenied, match=way_out):
        open_transport(path)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (errno.EACCES, PortDenied),
        (errno.EPERM, PortDenied),
        (errno.EBUSY, PortBusy),
        (errno.EAGAIN, PortBusy),
        (errno.ENOENT, NoDevice),
        (errno.EIO, NoDevice),
    ],
)
def test_what_the_system_says_in_words(code: int, expected: type[LeanCueError]) -> None:
    error = port_errors.explain("/dev/ttyACM0", OSError(code, os.strerror(code)))
    assert type(error) is expected
    assert "/dev/ttyACM0" in str(error)
    assert "`" in error.way_out


def test_a_socket_carries_bytes_both_ways() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        name = f"socket://127.0.0.1:{server.getsockname()[1]}"
        with open_transport(name) as transport:
            peer, _ = server.accept()
            with peer:
                transport.write(b"abc")
                assert peer.recv(10) == b"abc"
                peer.sendall(bytes(5000))
                assert read_all(transport, 5000) == bytes(5000)
                assert transport.read(0.01) == b""
                assert transport.read(0.0) == b""
            with pytest.raises(DeviceGone, match="connection closed"):
                transport.read(1.0)


def test_a_socket_write_that_nobody_takes_is_lost_not_fatal() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        name = f"socket://127.0.0.1:{server.getsockname()[1]}"
        with SocketTransport(name, write_timeout_s=0.05) as transport:
            transport.write(bytes(50_000_000))


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NoDevice, match="nothing answers"):
        open_transport(f"socket://127.0.0.1:{port}")


@pytest.mark.parametrize(
    "name", ["socket://", "socket://host", "socket://host:x", "socket://h:1e9"]
)
def test_an_address_mistyped(name: str) -> None:
    with pytest.raises(NoDevice, match="is not an address"):
        open_transport(name)


def test_what_is_an_address() -> None:
    assert all(map(is_address, ("/dev/ttyACM0", "COM5", "com12", "socket://x:1", "sim:short")))
    assert not any(map(is_address, ("51C0DE01", "C0FFEE", "COMB0")))


def test_threads_are_not_left_behind() -> None:
    before = threading.active_count()
    with FakeClip() as clip, open_transport(clip.path):
        pass
    assert threading.active_count() == before


def test_a_new_kind_needs_its_class_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "SCHEMES", dict(base.SCHEMES))

    class Carrier(Transport):
        SCHEME = "pigeon:"

        def __init__(self, address: str) -> None:
            self.name = address

        def write(self, data: bytes) -> None:
            """Away."""

        def read(self, timeout_s: float) -> bytes:
            return b""

        def close(self) -> None:
            """Home."""

    assert isinstance(base.opened("pigeon:post"), Carrier)


def test_a_class_without_a_scheme_is_none_of_them() -> None:
    class Wrapped(Transport):
        """Around another one."""

    assert Wrapped not in base.SCHEMES.values()
    assert sorted(base.SCHEMES) == ["", "sim:", "socket://"]
