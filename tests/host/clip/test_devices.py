"""The choice of a clip, without guessing."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
from adafruit_board_toolkit import circuitpython_serial
from fake_clip import FakeClip
from leancue.basis.errors import (
    NoDevice,
    NotALeanCue,
    PortBusy,
    PortDenied,
    ProtocolMismatch,
    SeveralDevices,
)
from leancue.clip import devices
from leancue.transports.addresses import open_transport
from scan_rig import HASTY, scanned
from serial.tools import list_ports


def uid_of(device: str | None) -> str:
    client, hello = devices.connect(device, HASTY)
    client.close()
    return hello.uid


def test_the_only_clip_needs_no_name(clips: list[FakeClip]) -> None:
    clips += [FakeClip(mute=True), FakeClip(uid="A1"), FakeClip(babble=b"ok\r\n")]
    assert uid_of(None) == "A1"


def test_several_are_listed_never_chosen(clips: list[FakeClip]) -> None:
    clips += [FakeClip(uid="A1"), FakeClip(uid="B2")]
    with pytest.raises(SeveralDevices, match=r"A1 on /dev.*B2 on /dev.*--device A1"):
        devices.connect(None, HASTY)


@pytest.mark.parametrize("name", ["B2C3", "b2c3", "b2"])
def test_a_uid_chooses(clips: list[FakeClip], name: str) -> None:
    clips += [FakeClip(uid="A1"), FakeClip(uid="B2C3")]
    assert uid_of(name) == "B2C3"


def test_a_beginning_that_fits_two_chooses_none(clips: list[FakeClip]) -> None:
    clips += [FakeClip(uid="B2A"), FakeClip(uid="B2C")]
    with pytest.raises(SeveralDevices):
        devices.connect("B2", HASTY)


def test_a_port_chooses_without_asking_the_others(clips: list[FakeClip]) -> None:
    clips += [FakeClip(uid="A1"), FakeClip(uid="B2")]
    assert uid_of(clips[1].path) == "B2"
    assert not clips[0].asked


def test_a_named_port_that_is_no_clip(clips: list[FakeClip]) -> None:
    clips += [FakeClip(mute=True)]
    with pytest.raises(NotALeanCue):
        devices.connect(clips[0].path, HASTY)
    open_transport(clips[0].path).close()  # it was given back


def test_an_unknown_uid_says_who_is_there(clips: list[FakeClip]) -> None:
    clips += [FakeClip(uid="A1")]
    with pytest.raises(NoDevice, match="No clip called B2.*Plugged in: A1"):
        devices.connect("B2", HASTY)


def test_nothing_plugged_in(clips: list[FakeClip]) -> None:
    with pytest.raises(NoDevice, match="leancue demo"):
        devices.connect(None, HASTY)


def test_a_port_in_trouble_is_worth_more_than_nothing_found(clips: list[FakeClip]) -> None:
    clips += [FakeClip()]
    with open_transport(clips[0].path), pytest.raises(PortBusy):
        devices.connect(None, HASTY)


def test_a_program_that_reads_along_is_named(clips: list[FakeClip]) -> None:
    """Another program has the port open without a lock: what a clip says may go there."""
    clips += [FakeClip(mute=True)]
    code = "import sys, time; port = open(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", code, clips[0].path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
        assert reader.stdout is not None and reader.stdout.readline() == b"open\n"
        try:
            assert [type(error) for error in scanned().trouble] == [PortBusy]
            with pytest.raises(PortBusy, match=rf"process {reader.pid}\) also has it open"):
                devices.connect(clips[0].path, HASTY)
        finally:
            reader.kill()
    assert scanned().others == (clips[0].path,)


def test_a_board_with_python_only_is_told_to_be_installed(
    clips: list[FakeClip], monkeypatch: pytest.MonkeyPatch
) -> None:
    clips += [FakeClip(mute=True)]
    console = SimpleNamespace(device=clips[0].path, serial_number="A1")
    monkeypatch.setattr(circuitpython_serial, "repl_comports", lambda: (console,))
    monkeypatch.setattr(circuitpython_serial, "data_comports", lambda: ())
    with pytest.raises(NotALeanCue, match="leancue install"):
        devices.connect(None, HASTY)


@pytest.mark.parametrize(("protocol", "way_out"), [(0, "leancue install"), (9, "pip install --up")])
def test_of_two_releases_the_older_is_to_be_updated(
    clips: list[FakeClip], protocol: int, way_out: str
) -> None:
    clips += [FakeClip(hello={"protocol": protocol})]
    with pytest.raises(ProtocolMismatch, match=way_out):
        devices.connect(None, HASTY)


def test_trouble_on_one_port_does_not_hide_another(clips: list[FakeClip]) -> None:
    clips += [FakeClip(), FakeClip(uid="A1"), FakeClip(hello={"protocol": 9})]
    with open_transport(clips[0].path):
        found = scanned()
    assert [clip.hello.uid for clip in found.clips] == ["A1"]
    assert [type(error) for error in found.trouble] == [PortBusy, ProtocolMismatch]


def test_denied_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(name: str) -> None:
        raise PortDenied(name)

    monkeypatch.setattr(devices, "open_transport", deny)
    assert [type(error) for error in scanned(["/dev/ttyACM0"]).trouble] == [PortDenied]


def test_data_ports_first_and_consoles_of_the_same_board_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def port(device: str, serial_number: str | None, vid: int | None = 0x239A) -> SimpleNamespace:
        return SimpleNamespace(device=device, serial_number=serial_number, vid=vid)

    data = port("/dev/ttyACM1", "A1")
    everything = [
        port("/dev/ttyACM0", "A1"), data, port("/dev/ttyACM2", "B2"), port("/dev/ttyS0", None, None)
    ]  # fmt: skip
    monkeypatch.setattr(circuitpython_serial, "data_comports", lambda: (data,))
    monkeypatch.setattr(list_ports, "comports", lambda: everything)
    assert devices.candidates() == ["/dev/ttyACM1", "/dev/ttyACM2"]
