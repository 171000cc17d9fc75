"""The desk itself, and what gets in the way of a port."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from drive_rig import UID, blank, install, small
from fake_clip import FakeClip
from leancue import doctor
from leancue.basis.errors import PortBusy
from leancue.clip import devices
from leancue.commands import clips
from leancue.installer import drives, payload
from leancue.installer.clip_survey import survey
from leancue.installer.image import mpy
from leancue.transports import port_errors, port_holders


@pytest.fixture(autouse=True)
def _no_drives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drives, "mount_points", list)
    monkeypatch.setattr(drives, "unmounted", lambda: None)


def states(folder: Path) -> dict[str, str]:
    return {finding.what: finding.state for finding in doctor.examine(folder)}


def test_a_fit_desk(tmp_path: Path) -> None:
    assert doctor.BAD not in states(tmp_path / "data").values()


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    assert states(tmp_path)["Packages are missing: no-such-package."] == doctor.BAD


def test_an_old_python_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PYTHON", (9, 0))
    assert doctor.examine(tmp_path)[0].state == doctor.BAD


def _absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload, "DRV2605", ("no-such-distribution", *payload.DRV2605[1:]))


def _not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> bytes:
        raise mpy.CompilerError("there is none for this computer")

    monkeypatch.setattr(payload.mpy, "compiled", fails)


def _no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload, "_base", lambda: Path("/nowhere"))


@pytest.mark.parametrize(
    ("lacks", "said"),
    [(_absent, "no-such-distribution"), (_not_compiled, "cannot be compiled"),
     (_no_files, "No such file")],
)  # fmt: skip
def test_what_a_clip_is_made_of_is_missed_before_a_clip_is_made(
    lacks: Callable[[pytest.MonkeyPatch], None], said: str, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    lacks(monkeypatch)
    found = next(f for f in doctor.examine(tmp_path) if "A clip" in f.what)
    assert found.state == doctor.BAD and said in found.what


def test_the_clip_s_program_is_not_made_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payload, "image", None)  # it takes seconds
    assert doctor.BAD not in states(tmp_path / "data").values()


def test_data_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    found = doctor.examine(tmp_path / "file" / "data")[-1]
    assert found.state == doctor.BAD and "cannot be written" in found.what
    monkeypatch.setattr(doctor, "_NEED_BYTES", 1 << 60)
    assert doctor.examine(tmp_path)[-1].state == doctor.WARN


def test_rights_are_told_with_the_real_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(doctor, "_own_groups", lambda: {"users"})
    monkeypatch.setattr(doctor, "_serial_group", lambda: "dialout")
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(doctor, "group_of", lambda node: "dialout")
    found = next(f for f in doctor.examine(tmp_path) if "serial ports" in f.what)
    assert found.state == doctor.BAD and "sudo usermod -aG dialout" in found.way_out


def process(root: Path, pid: int, name: str, *open_files: str) -> None:
    (root / str(pid) / "fd").mkdir(parents=True)
    (root / str(pid) / "comm").write_text(name + "\n")
    for number, target in enumerate(open_files):
        (root / str(pid) / "fd" / str(number)).symlink_to(target)


def test_who_holds_a_port_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_holders, "PROC", tmp_path)
    assert "Another program" in str(port_errors._busy("/dev/ttyACM9"))
    process(tmp_path, 7, "init")
    process(tmp_path, 41, "ModemManager")
    assert "Perhaps ModemManager" in str(port_errors._busy("/dev/ttyACM9"))
    process(tmp_path, 42, "screen", "/dev/null", "/dev/ttyACM9")
    assert "screen (process 42) is using /dev/ttyACM9" in str(port_errors._busy("/dev/ttyACM9"))
    assert port_holders.suspects() == ["ModemManager"]


def test_a_real_holder_is_found() -> None:
    """Another process of ours has the port open."""
    program = "import sys; f = open(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
    with FakeClip() as clip:
        other = subprocess.Popen(
            [sys.executable, "-c", program, clip.path],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == b"1\n"
            holder = port_holders.holder_of(clip.path)
        finally:
            other.kill()
            other.communicate()
    assert holder is not None and holder.pid == other.pid
    assert isinstance(port_errors._busy("/dev/null"), PortBusy)


def test_drive_and_port_are_paired_by_uid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = blank(tmp_path / "A", uid=UID)
    other = blank(tmp_path / "B", uid="AB12")
    monkeypatch.setattr(drives, "mount_points", lambda: [other, mine])
    with FakeClip(uid=UID.lower()) as clip, devices.scan([clip.path]) as found:
        seats = survey(found, *drives.look())
    assert [(seat.port, seat.drive) for seat in seats] == [(clip.path, mine), (None, other)]
    assert seats[0].info is not None and seats[0].mode == "ready"
    assert "leancue install --drive" in seats[1].notes[0]
    install(other, small())
    assert "does not answer" in survey(devices.Scan((), ()), *drives.look())[0].notes[0]


def test_a_clip_without_its_drive_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drives, "unmounted", lambda: Path("/dev/sdb1"))
    with FakeClip() as clip, devices.scan([clip.path]) as found:
        (seat,) = survey(found, *drives.look())
    assert "udisksctl mount -b /dev/sdb1" in seat.notes[0]
    assert clips._seat_row(seat)[6] == "–"
