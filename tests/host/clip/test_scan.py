"""Scanning all ports at once: waiting times, and which ports stay open."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from fake_clip import FakeClip
from leancore.link import messages as m
from leancue.basis.errors import ConsolePort, PortBusy, ProtocolMismatch, SeveralDevices
from leancue.clip import devices
from leancue.clip.exchange import FIRST_HELLO_S, Timeouts
from leancue.installer import clip_restart
from leancue.transports import parallel_ports
from leancue.transports.addresses import open_transport
from leancue.transports.base import Transport
from scan_rig import HASTY, LONG, scanned, soon
from serial.tools import list_ports


@pytest.mark.parametrize("hello_s", [0.03, 0.2, 0.3, 0.9, 1.2, 2.0, FIRST_HELLO_S, 30.0])
def test_the_waits_for_a_hello_are_its_patience_in_all(hello_s: float) -> None:
    waits_s = Timeouts(hello_s=hello_s).hello_waits_s()
    assert sum(waits_s) == pytest.approx(hello_s) and min(waits_s) > 0
    assert len(waits_s) <= 5, "more do not fit into the buffer of a clip that is not listening yet"


def test_a_late_clip_is_found_and_asked_again_meanwhile(clips: list[FakeClip]) -> None:
    clips += [FakeClip(uid="A1", late_s=0.5)]
    client, hello = devices.connect(None)
    with client:
        assert hello.uid == "A1"
        assert client.info().session == 2, "the answers to the other hellos are in the way"
    assert clips[0].asked[m.HELLO] >= 2


def test_a_first_hello_that_is_lost_is_said_again(clips: list[FakeClip]) -> None:
    clips += [FakeClip(uid="A1", deaf_to={m.HELLO: 1})]
    with soon():
        assert [clip.hello.uid for clip in scanned(timeouts=LONG).clips] == ["A1"]


def test_silent_ports_are_waited_for_side_by_side(clips: list[FakeClip]) -> None:
    clips += [FakeClip(mute=True) for _ in range(8)]
    with soon(8 * HASTY.hello_s):
        assert len(scanned().others) == 8


def test_results_are_in_the_order_of_the_ports(clips: list[FakeClip]) -> None:
    clips += [FakeClip(uid="A1", late_s=0.3), FakeClip(mute=True), FakeClip(uid="B2"),
              FakeClip(mute=True)]  # fmt: skip
    found = scanned(timeouts=Timeouts(hello_s=1.5))
    assert [clip.hello.uid for clip in found.clips] == ["A1", "B2"]
    assert found.others == (clips[1].path, clips[3].path)


def test_the_port_stays_open_from_the_hello_on(
    clips: list[FakeClip],
    opened: Counter[str],
) -> None:
    """Closing a port drops DTR, which the clip sees: it may unload what it has just loaded."""
    clips += [FakeClip(uid="A1"), FakeClip(mute=True)]
    client, _hello = devices.connect(None, HASTY)
    with client:
        assert client.info().session == 2
        open_transport(clips[1].path).close()  # the other one was given back
    assert opened == {clip.path: 1 for clip in clips}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[devices.Scan]:
    """What was found, kept here: no port is closed only because nobody knows it any more."""
    kept: list[devices.Scan] = []
    scan = devices.scan

    def keeping(*words: Any, **names: Any) -> devices.Scan:
        kept.append(scan(*words, **names))
        return kept[-1]

    monkeypatch.setattr(devices, "scan", keeping)
    monkeypatch.setattr(clip_restart, "scan", keeping)
    return kept


def test_where_none_is_chosen_all_are_given_back(
    clips: list[FakeClip], kept: list[devices.Scan]
) -> None:
    clips += [FakeClip(uid="A1"), FakeClip(uid="B2")]
    with pytest.raises(SeveralDevices):
        devices.connect(None)
    assert len(kept[0].clips) == 2
    for clip in clips:
        open_transport(clip.path).close()


def test_the_installer_holds_the_port_of_its_clip_alone(
    clips: list[FakeClip], kept: list[devices.Scan]
) -> None:
    clips += [FakeClip(uid="A1"), FakeClip(uid="B2", late_s=0.3)]
    found = clip_restart.clip_with("B2")
    assert found is not None and len(kept[0].clips) == 2
    open_transport(clips[0].path).close()
    with found.client as client, pytest.raises(PortBusy):
        open_transport(client.transport.name)


@pytest.mark.parametrize("uid", ["B2C3", "b2c3"])
def test_who_is_named_in_full_is_enough(clips: list[FakeClip], uid: str) -> None:
    clips += [FakeClip(mute=True), FakeClip(uid="B2C3")]
    with soon():
        client, hello = devices.connect(uid, LONG)
    client.close()
    assert hello.uid == "B2C3"
    open_transport(clips[0].path).close()  # it is not still being asked


def test_a_whole_uid_is_no_beginning_of_another(clips: list[FakeClip]) -> None:
    clips += [FakeClip(uid="B2C3"), FakeClip(uid="B2", late_s=0.3)]
    client, hello = devices.connect("b2", HASTY)
    client.close()
    assert hello.uid == "B2"


def test_a_beginning_waits_for_all(clips: list[FakeClip]) -> None:
    clips += [FakeClip(uid="B2C4"), FakeClip(uid="B2C3", late_s=0.3)]
    with pytest.raises(SeveralDevices):
        devices.connect("B2", HASTY)


@pytest.mark.parametrize("noise", [b"\xaa" * 4096, b"$GPGGA,123519\r\n" * 200, b"\0\1\2" * 900])
def test_who_only_makes_noise_is_not_waited_for(clips: list[FakeClip], noise: bytes) -> None:
    clips += [FakeClip(spews=noise), FakeClip(uid="A1")]
    with soon():
        found = scanned(timeouts=LONG)
    assert [clip.hello.uid for clip in found.clips] == ["A1"]
    assert found.others == (clips[0].path,)


def test_a_clip_that_says_more_than_it_was_asked_is_no_noise(clips: list[FakeClip]) -> None:
    """The live stream of a desk that ended without a word still comes."""
    clips += [FakeClip(uid="A1", streams=[{"t": n} for n in range(1500)])]
    assert [clip.hello.uid for clip in scanned(timeouts=LONG).clips] == ["A1"]


@pytest.mark.parametrize("protocol", [0, 9])
def test_another_release_is_told_at_once(clips: list[FakeClip], protocol: int) -> None:
    clips += [FakeClip(hello={"protocol": protocol})]
    with soon():
        (error,) = scanned(timeouts=LONG).trouble
    assert isinstance(error, ProtocolMismatch)
    open_transport(clips[0].path).close()


def test_a_clip_that_refuses_even_a_hello_is_no_stranger(clips: list[FakeClip]) -> None:
    clips += [FakeClip(refuse={m.HELLO: "memory"})]
    found = scanned(timeouts=LONG)
    assert not found.others and "memory" in str(found.trouble[0])


def listed(device: str, uid: str, interface: str | None) -> SimpleNamespace:
    """A port as the system lists it."""
    return SimpleNamespace(device=device, serial_number=uid, vid=0x239A, interface=interface)


@pytest.fixture
def modem(clips: list[FakeClip], monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A silent port beside the data port of a clip; such ports are waited for 0.2 s only."""
    clips += [FakeClip(mute=True), FakeClip(uid="A1", late_s=0.4)]
    modem = listed(clips[0].path, "S0", None)
    data = listed(clips[1].path, "A1", "CircuitPython CDC2 control")
    monkeypatch.setattr(list_ports, "comports", lambda: [modem, data])
    monkeypatch.setattr(devices, "OTHER_HELLO_S", 0.2)
    return modem


def test_a_port_that_is_no_data_port_is_waited_for_less(
    clips: list[FakeClip], modem: SimpleNamespace
) -> None:
    with soon():
        found = scanned(timeouts=LONG)
    assert [clip.hello.uid for clip in found.clips] == ["A1"]
    assert found.others == (modem.device,)


def test_who_is_named_is_waited_for(clips: list[FakeClip], modem: SimpleNamespace) -> None:
    clips[0].mute, clips[0].late_s = False, 0.4
    assert not [clip for clip in scanned(timeouts=LONG).clips if clip.port == modem.device]
    clips[0].late_s = 0.4
    assert scanned([modem.device], LONG).clips
    clips[0].late_s = 0.4
    devices.connect(modem.device, LONG)[0].close()


def test_where_the_system_hides_the_names_all_are_waited_for(
    clips: list[FakeClip], modem: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "_NAMING_SYSTEMS", ())
    clips[0].mute, clips[0].late_s = False, 0.4
    assert len(scanned(timeouts=LONG).clips) == 2


def test_a_console_is_never_typed_into(
    clips: list[FakeClip],
    opened: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A hello there is a Ctrl-C to somebody's program, sooner or later."""
    clips += [FakeClip()]
    console = listed(clips[0].path, "A1", "CircuitPython CDC control")
    data = listed("COM9", "A1", "CircuitPython CDC2 control")
    monkeypatch.setattr(list_ports, "comports", lambda: [console, data])
    for ask in (lambda: devices.connect(None, LONG), lambda: devices.connect(console.device)):
        with pytest.raises(ConsolePort, match="--device COM9"):
            ask()
    assert not opened


def test_a_driver_that_hangs_keeps_nobody(
    clips: list[FakeClip],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clips += [FakeClip(uid="A1"), FakeClip(mute=True)]
    let_go = threading.Event()

    def hang(port: str) -> Transport:
        if port == clips[1].path:
            let_go.wait()
        return open_transport(port)

    monkeypatch.setattr(devices, "open_transport", hang)
    monkeypatch.setattr(devices, "_OPEN_S", 0.1)
    monkeypatch.setattr(parallel_ports, "_END_S", 0.1)
    with soon():
        found = scanned(timeouts=Timeouts(hello_s=0.3))
    let_go.set()
    assert [clip.hello.uid for clip in found.clips] == ["A1"]
    assert [type(error) for error in found.trouble] == [PortBusy]
    assert "did not open and answer" in str(found.trouble[0])


def test_a_fault_of_ours_is_not_swallowed_by_a_thread(
    clips: list[FakeClip],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clips += [FakeClip(uid="A1"), FakeClip(uid="B2")]

    def fail(port: str) -> Any:
        if port == clips[1].path:
            time.sleep(0.05)  # the first one has been found
            raise ZeroDivisionError
        return open_transport(port)

    monkeypatch.setattr(devices, "open_transport", fail)
    with pytest.raises(ZeroDivisionError):
        devices.scan(None, LONG)
    open_transport(clips[0].path).close()


def test_a_port_that_is_pulled_meanwhile_is_not_waited_for(clips: list[FakeClip]) -> None:
    clips += [FakeClip(mute=True)]
    path = clips[0].path
    pull = threading.Timer(0.2, clips[0].close)
    pull.start()
    with soon():
        assert scanned([path], LONG).others == (path,)
    pull.join()
    assert not os.path.exists(path)
