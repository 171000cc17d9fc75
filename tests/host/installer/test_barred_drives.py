"""An unreadable drive is reported and does not block others."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from drive_rig import blank
from leancue import cli
from leancue.basis.errors import DeviceGone, DriveFailed, NoDevice, NotACircuitPython
from leancue.clip import devices
from leancue.clip.answers import Hello
from leancue.clip.scan_result import Found, Scan
from leancue.installer import clip_survey, drives, manifest
from leancue.installer.drive_files import DriveFiles

NUMBERS = [errno.EPERM, errno.EACCES, errno.EIO, errno.ENOTCONN, errno.ESTALE]
Typed = Callable[..., tuple[int, str]]
Shut = Callable[[Path, int, pytest.MonkeyPatch], None]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    monkeypatch.setattr(devices, "candidates", list)
    monkeypatch.setattr(devices, "_usb_ports", lambda: ([], []))

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["leancue", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out + said.err

    return run


def lock(folder: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are listed, and none of them can be opened."""
    real = io.open

    def opened(path: Any, *arguments: Any, **options: Any) -> Any:
        if str(path).startswith(str(folder)):
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(io, "open", opened)  # what ``Path.open`` calls


def bar(folder: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look into ``folder`` fails."""
    real = os.stat

    def stat(path: Any, *arguments: Any, **options: Any) -> os.stat_result:
        if str(path).startswith(str(folder)):
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", stat)


@pytest.mark.parametrize("shut", [bar, lock])
@pytest.mark.parametrize("number", NUMBERS)
def test_the_clip_beside_it_is_found(
    number: int, shut: Shut, tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, other = blank(tmp_path / "CIRCUITPY"), blank(tmp_path / "OTHER")
    monkeypatch.setattr(drives, "mount_points", lambda: [other, clip])
    shut(other, number, monkeypatch)
    assert [drive.root for drive in drives.find()] == [clip]
    code, said = typed("install", "--check")
    assert code == 1 and "to write" in said
    for command in ("devices", "doctor"):
        code, said = typed(command)
        assert code == 0 and str(clip) in said
        assert f"{other} cannot be read: {os.strerror(number)}." in said
        assert "unlock it or allow access in the system settings" in " ".join(said.split())
    code, said = typed("devices", "--json")
    (told,) = json.loads(said)["trouble"]
    assert code == 0 and told == f"{other} cannot be read: {os.strerror(number)}."


@pytest.mark.parametrize("shut", [bar, lock])
@pytest.mark.parametrize("number", NUMBERS)
def test_alone_it_is_the_likely_reason(
    number: int, shut: Shut, tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = blank(tmp_path / "CIRCUITPY")
    monkeypatch.setattr(drives, "mount_points", lambda: [other])
    shut(other, number, monkeypatch)
    code, said = typed("install", "--check")
    assert code == NotACircuitPython.exit_code
    assert os.strerror(number) in said and str(other) in said
    code, said = typed("devices")
    assert code == NoDevice.exit_code and f"{other} cannot be read" in said


@pytest.mark.parametrize("number", NUMBERS)
def test_named_it_cannot_be_read(
    number: int, tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = blank(tmp_path / "CIRCUITPY")
    lock(drive, number, monkeypatch)
    code, said = typed("install", "--check", "--drive", str(drive))
    assert code == DriveFailed.exit_code
    assert f"cannot be read: {os.strerror(number)}." in " ".join(said.split())


def test_a_clip_whose_drive_may_not_be_looked_at(tmp_path: Path) -> None:
    """It is not said to be unmounted, for that is not known."""
    hello = Hello(1, "UID", "1", "board", "hash", "K-1")
    clip = Found("port", hello, Mock(info=Mock(side_effect=DeviceGone("gone"))))
    closed = [drives.UnreadableDrive(tmp_path, "locked")]
    (seat,) = clip_survey.survey(Scan((clip,), ()), [], closed)
    assert f"or it is {tmp_path}, which cannot be read" in seat.notes[-1]
    (seat,) = clip_survey.survey(Scan((clip,), ()), [], [])
    assert "may not" not in seat.notes[-1]


def test_what_stands_on_a_drive_is_taken_only_in_its_form(tmp_path: Path) -> None:
    root = blank(tmp_path / "A")
    good = (
        b'{"leancue": "1", "board": "b", "haptic": "pwm", "circuitpython": "10", "slot": "/lib/a",'
        b' "files": {"/code.py": {"bytes": 3}}, "log": {}}'
    )
    path = root / manifest.PATH.lstrip("/")
    path.write_bytes(good)
    assert manifest.read(DriveFiles(root)) is not None
    for old, new in (
        (b'"pwm"', rb'"\\\\1"'), (b'"pwm"', b"7"), (b'{"/code.py": {"bytes": 3}}', b"[]"),
        (b'{"bytes": 3}', b"3"), (b'"b"', b"[" * 2000), (b'"log": {}', b'"log": 1'),
    ):  # fmt: skip
        path.write_bytes(good.replace(old, new))
        assert manifest.read(DriveFiles(root)) is None
