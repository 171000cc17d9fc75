"""The client against a peer that speaks the protocol on a real pseudo terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fake_clip import UID, FakeClip, pages_of
from leancore.coaching import prescription
from leancore.link import messages as m
from leancore.schema import table
from leancore.schema.settings import SETTINGS
from leancue.basis.errors import (
    DeviceGone,
    DeviceRefused,
    NotALeanCue,
    PrescriptionError,
    ProtocolMismatch,
    SettingsError,
)
from leancue.clip import exchange
from leancue.clip.client import Client
from leancue.clip.exchange import Timeouts
from leancue.transports.addresses import open_transport
from scan_rig import LONG, soon

PATIENT = Timeouts(answer_timeout_s=5.0, tries=3)  # an answer is due, however busy the machine
HASTY = Timeouts(answer_timeout_s=0.1, tries=3, hello_s=0.3)  # no answer is due
Connect = Callable[..., tuple[FakeClip, Client]]


@pytest.fixture
def connect() -> Iterator[Connect]:
    with ExitStack() as stack:

        def make(timeouts: Timeouts = PATIENT, **knobs: Any) -> tuple[FakeClip, Client]:
            clip = stack.enter_context(FakeClip(**knobs))
            return clip, stack.enter_context(Client(open_transport(clip.path), timeouts))

        yield make


def test_hello_says_who_is_there(connect: Connect) -> None:
    _clip, client = connect()
    hello = client.hello()
    assert (hello.uid, hello.board, hello.patient) == (UID, "fake", "unnamed")


def test_silence_is_no_leancue(connect: Connect) -> None:
    clip, client = connect(HASTY, mute=True)
    with pytest.raises(NotALeanCue, match="Nothing answers"):
        client.hello()
    assert clip.asked == {}


def test_a_hello_that_is_given_up_is_over(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the middle of a long wait."""
    monkeypatch.setattr(exchange, "_HELLO_AT_S", (0.0,))
    clip, client = connect(LONG, mute=True)
    with soon(), pytest.raises(NotALeanCue, match="Nothing answers"):
        client.hello(clip.heard_something.is_set)


def test_babble_is_no_leancue(connect: Connect) -> None:
    _clip, client = connect(HASTY, babble=b"\r\n>>> hello\x00world\x00")
    with pytest.raises(NotALeanCue, match="Something answers"):
        client.hello()


def test_other_protocol_names_both_versions(connect: Connect) -> None:
    _clip, client = connect(hello={"protocol": 9, "version": "7.7"})
    with pytest.raises(ProtocolMismatch, match=r"protocol 9 \(its software is 7.7\).*7\.7"):
        client.hello()


@pytest.mark.parametrize("changes", [{"uid": 5}, {"uid": None}])
def test_answer_of_another_shape_is_refused(connect: Connect, changes: dict[str, Any]) -> None:
    _clip, client = connect(hello=changes)
    with pytest.raises(ProtocolMismatch, match="`uid`"):
        client.hello()


@pytest.mark.parametrize("payload", [b"", b"[1]", b"{", b"\xff\xfe"])
def test_answer_that_is_no_json_object_is_refused(connect: Connect, payload: bytes) -> None:
    _clip, client = connect(raw_answer={m.INFO: payload})
    with pytest.raises(ProtocolMismatch, match="`info`"):
        client.info()


def test_an_unanswered_request_is_sent_again(connect: Connect) -> None:
    clip, client = connect(HASTY, deaf_to={m.INFO: 2})
    assert client.info().session == 2
    assert clip.asked[m.INFO] == 3


def test_silence_after_all_tries_is_a_clip_gone(connect: Connect) -> None:
    clip, client = connect(HASTY, deaf_to={m.INFO: 3})
    with pytest.raises(DeviceGone, match="`info`"):
        client.info()
    assert clip.asked[m.INFO] == 3


def test_refusal_carries_the_reason_of_the_clip(connect: Connect) -> None:
    clip, client = connect(refuse={m.PRESCRIPTION_SET: "a run is being recorded"})
    with pytest.raises(DeviceRefused, match="a run is being recorded"):
        client.set_prescription({"patient": "K-17"})
    assert clip.asked[m.PRESCRIPTION_SET] == 1


def test_stream_frames_do_not_disturb_answers_and_are_kept(connect: Connect) -> None:
    _clip, client = connect(streams=[{"t": 1}, {"t": 2}])
    client.live(True)
    assert client.info().session == 2
    assert [frame["t"] for frame in client.stream(0.02)] == [1, 2, 1, 2]


def test_live_and_command(connect: Connect) -> None:
    clip, client = connect()
    client.live(True)
    assert clip.live == 1
    assert client.command("feel") == "feel"
    assert clip.done == ["feel"]


def test_settings_come_in_slices(connect: Connect) -> None:
    clip, client = connect()
    assert client.settings() == clip.settings
    assert clip.asked[m.SETTINGS_GET] > 1


def test_all_settings_can_be_set_at_once(connect: Connect) -> None:
    clip, client = connect()
    highest = dict(zip(SETTINGS[table.NAME], SETTINGS[table.MAX], strict=True))
    assert client.set_settings(highest) == highest == clip.settings
    assert clip.asked[m.SETTINGS_SET] > 1


def test_a_slice_that_does_not_help_ends_the_question(connect: Connect) -> None:
    _clip, client = connect(raw_answer={m.SETTINGS_GET: b'{"from":0,"total":3,"values":{}}'})
    with pytest.raises(ProtocolMismatch, match="nothing new after 0 of 3"):
        client.settings()


def test_wrong_settings_are_not_sent(connect: Connect) -> None:
    clip, client = connect()
    with pytest.raises(SettingsError, match="Did you mean `stand_ms`"):
        client.set_settings({"stand_sm": 2000})
    with pytest.raises(SettingsError, match="out of range"):
        client.set_settings({"stand_ms": 60})
    assert not clip.asked


def test_a_setting_that_was_not_kept_is_told(connect: Connect) -> None:
    _clip, client = connect(forgets={"stand_ms": 2000})
    with pytest.raises(DeviceRefused, match="`stand_ms` reads back as 2000, not 1500"):
        client.set_settings({"stand_ms": 1500})


def test_prescription_is_sent_whole_and_read_back(connect: Connect) -> None:
    clip, client = connect()
    after = client.set_prescription({"patient": "K-17", "baseline_cdeg": 620})
    assert after == prescription.checked({"patient": "K-17", "baseline_cdeg": 620})
    assert client.prescription() == clip.prescription == after


def test_wrong_prescription_is_not_sent(connect: Connect) -> None:
    clip, client = connect()
    with pytest.raises(PrescriptionError, match="inverted"):
        client.set_prescription({"offset_low_cdeg": 1100})
    assert not clip.asked


def test_a_prescription_that_was_not_kept_is_told(connect: Connect) -> None:
    _clip, client = connect(forgets={"gain_permille": 900})
    with pytest.raises(DeviceRefused, match="`gain_permille` reads back as 900, not 1000"):
        client.set_prescription({"patient": "K-17"})


def test_runs_come_in_slices(connect: Connect) -> None:
    _clip, client = connect(runs={i: [b""] * i for i in range(1, 20)})
    assert [(run.run_id, run.pages) for run in client.runs()] == [(i, i) for i in range(1, 20)]


def test_pages_come_in_order_and_whole(connect: Connect) -> None:
    run = pages_of(3, 40)
    clip, client = connect(runs={3: run}, streams=[{"t": 5}])
    assert list(client.pages(3, 0, 40)) == list(enumerate(run))
    assert list(client.pages(3, 17, 2)) == [(17, run[17]), (18, run[18])]
    assert clip.pages_sent[20] == 1


def test_lost_and_damaged_pages_are_asked_for_again(connect: Connect) -> None:
    run = pages_of(3, 20)
    clip, client = connect(
        runs={3: run}, lose_frames={2: 1, 15: 2, 19: 1}, spoil_pages={7: 2, 16: 1}
    )
    assert sorted(client.pages(3, 0, 20)) == list(enumerate(run))
    assert clip.pages_sent[7] == 3


def test_a_page_the_clip_has_not_whole_is_left_out(connect: Connect) -> None:
    run = pages_of(3, 20)
    _clip, client = connect(runs={3: [*run[:4], b"", *run[5:]]}, spoil_pages={9: 99})
    expected = [(i, page) for i, page in enumerate(run) if i not in (4, 9)]
    assert list(client.pages(3, 0, 20)) == expected


def test_pages_end_when_the_clip_goes(connect: Connect) -> None:
    _clip, client = connect(HASTY, runs={3: pages_of(3, 20)}, dies_after_pages=18)
    got = []
    with pytest.raises(DeviceGone, match="leancue runs pull 3"):
        got.extend(client.pages(3, 0, 20))
    assert [number for number, _ in got] == list(range(18))


def test_erase_goes_on_until_nothing_is_left(connect: Connect) -> None:
    clip, client = connect(runs={3: pages_of(3, 10), 4: pages_of(4, 1)})
    assert list(client.erase(3)) == [6, 2, 0]
    assert list(clip.runs) == [4]


def test_an_erase_that_does_not_get_on_ends(connect: Connect) -> None:
    _clip, client = connect(raw_answer={m.ERASE: b'{"run":3,"left":5}'})
    with pytest.raises(ProtocolMismatch, match="5 pages remain, as before"):
        list(client.erase(3))


def test_an_answer_to_another_request_is_not_taken(connect: Connect) -> None:
    """A late answer to the first try of an older request must not be read as this one's."""
    clip, client = connect()
    client.info()
    clip._send(m.INFO | m.ANSWER, (client._exchange._sequence + 9) & 0xFF, b'{"mode": "stale"}')
    clip._send(m.HELLO | m.ANSWER, (client._exchange._sequence + 1) & 0xFF, b"{}")
    assert client.info().mode == "ready"
