"""A drive that may not be looked at is in nobody's way, and is told of."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from drive_rig import blank
from leancue import cli
from leancue.basis.errors import NotACircuitPython
from leancue.clip import devices
from leancue.installer import drives, manifest
from leancue.installer.drive_files import DriveFiles

NUMBERS = [errno.EPERM, errno.EACCES, errno.EIO, errno.ENOTCONN, errno.ESTALE]
Typed = Callable[..., tuple[int, str]]


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


def bar(folder: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look into ``folder`` fails."""
    real = os.stat

    def stat(path: Any, *arguments: Any, **options: Any) -> os.stat_result:
        if str(path).startswith(str(folder)):
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", stat)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_clip_beside_it_is_found(
    number: int, tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, other = blank(tmp_path / "CIRCUITPY"), tmp_path / "OTHER"
    monkeypatch.setattr(drives, "mount_points", lambda: [other, clip])
    bar(other, number, monkeypatch)
    assert [drive.root for drive in drives.find()] == [clip]
    code, said = typed("install", "--check")
    assert code == 1 and "to write" in said
    for command in ("devices", "doctor"):
        code, said = typed(command)
        assert code == 0 and str(clip) in said
        assert f"{other} may not be looked at: {os.strerror(number)}." in said


@pytest.mark.parametrize("number", NUMBERS)
def test_alone_it_is_the_likely_reason(
    number: int, tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "CIRCUITPY"
    monkeypatch.setattr(drives, "mount_points", lambda: [other])
    bar(other, number, monkeypatch)
    code, said = typed("install", "--check")
    assert code == NotACircuitPython.exit_code
    assert os.strerror(number) in said and str(other) in said


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
