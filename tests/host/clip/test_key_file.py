"""The clinic's lock, from the desk's own client to the clip's own program."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import image_rig
import pytest
from leancore.coaching import prescription
from leancue import cli
from leancue.basis.errors import DeviceLocked
from leancue.clip import key_file
from leancue.clip.client import Client
from leancue.clip.exchange import Timeouts
from leancue.clip.key_file import KeyFileError
from wired import STILL, Wire

from boards.sim.board import SimBoard

PATIENT = Timeouts(answer_timeout_s=5.0, tries=3)
KEY = bytes(range(32))
WANTED = prescription.checked({"patient": "P02", "baseline_cdeg": 500})


@pytest.fixture
def wire(tmp_path: Path) -> Wire:
    (tmp_path / "drive").mkdir()
    return Wire(SimBoard(STILL, tmp_path / "drive", log_pages=32, code=image_rig.code()))


def desk(wire: Wire, key: bytes | None) -> Client:
    client = Client(wire, PATIENT, lambda: key)
    client.hello()
    return client


def test_the_clinic_s_desk_notices_nothing_of_the_lock(wire: Wire) -> None:
    client = desk(wire, KEY)
    client.set_key(KEY, reads=True)
    assert client.lock_state() == (True, True)
    assert client.set_prescription(WANTED) == WANTED
    assert client.set_settings({"motor_percent": 70})["motor_percent"] == 70
    assert client.runs() == []
    client.set_key(None)
    assert client.lock_state() == (False, False)


@pytest.mark.parametrize("key", [None, bytes(32)])
def test_another_desk_is_refused_with_the_way_out(wire: Wire, key: bytes | None) -> None:
    desk(wire, KEY).set_key(KEY, reads=True)
    other = desk(wire, key)
    for attempt in (
        lambda: other.set_prescription(WANTED),
        lambda: other.set_settings({"motor_percent": 70}),
        other.runs,
        lambda: list(other.erase(1)),
        lambda: other.set_key(None),
    ):
        with pytest.raises(DeviceLocked, match="hold the clip's button for 10 s"):
            attempt()
    assert other.prescription()["patient"] == "unnamed"


def test_a_lost_answer_does_not_use_up_the_proof(wire: Wire) -> None:
    client = Client(wire, Timeouts(answer_timeout_s=0.15, tries=8), lambda: KEY)
    client.hello()
    client.set_key(KEY)
    wire.lose = 0.3
    assert client.set_prescription(WANTED) == WANTED


def test_the_key_file_is_the_user_s_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(key_file.ENVIRONMENT, str(tmp_path / "k" / "clinic.key"))
    assert key_file.load() is None
    file = key_file.keep(KEY)
    assert key_file.load() == KEY
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["clinic.key"]
    for data, why in (
        (b"half a k", "a key is 64 hex digits"), (b"M\xfcller", "the file contains something else"),
        (b"z" * 64, "the file contains something else"),
    ):  # fmt: skip
        file.write_bytes(data)
        with pytest.raises(KeyFileError, match=f"key: {why}. A key is"):
            key_file.load()
    with pytest.raises(KeyFileError, match="key: Is a directory"):
        key_file.read(tmp_path)


def test_another_key_does_not_replace_one_silently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(key_file.ENVIRONMENT, str(tmp_path / "clinic.key"))
    key_file.keep(KEY)
    (tmp_path / "other").write_text(bytes(32).hex())
    for words, code in (([], 2), (["--yes"], 0)):
        monkeypatch.setattr(
            sys, "argv", ["leancue", "clinic-key", "import", str(tmp_path / "other"), *words]
        )
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert (stopped.value.code or 0) == code
        assert key_file.load() == (KEY if code else bytes(32))
    assert "leancue clinic-key import" in capsys.readouterr().err
