"""``leancue install`` as it is typed: the drive found, the clip asked, what it says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_rig import Run, typed
from drive_rig import BOARD, UID, blank, what_starts
from fake_clip import FakeClip
from leancue.clip import devices
from leancue.installer import clip_restart, drives
from leancue.installer.drive_files import DriveFiles
from leancue.installer.logfile import holds


@pytest.fixture
def leancue(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(clip_restart, "_LOOK_S", 0.01)
    monkeypatch.setattr(clip_restart, "BACK_TIMEOUT_S", 0.1)

    return typed(monkeypatch, capsys)


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A blank drive that is mounted; no clip is on any port."""
    root = blank(tmp_path / "CIRCUITPY")
    monkeypatch.setattr(drives, "mount_points", lambda: [root])
    monkeypatch.setattr(devices, "candidates", list)
    return root


@pytest.fixture
def clip(drive: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeClip]:
    """The clip of that drive on a port."""
    with FakeClip(uid=UID, drive=drive) as fake:
        monkeypatch.setattr(devices, "candidates", lambda: [fake.path])
        yield fake


def quick(*words: object) -> tuple[object, ...]:
    return ("install", "--log-mb", "0.25", *words)


def test_one_command_from_blank_to_clip(leancue: Run, drive: Path) -> None:
    answer = leancue(*quick())
    assert answer.code == 0, answer.err
    assert answer.out.startswith(f"The clip at {drive} ({BOARD}) is installed")
    assert "press reset" in answer.out
    assert what_starts(drive)
    assert leancue(*quick()).out == f"The clip at {drive} ({BOARD}) was up to date.\n"
    assert leancue("uninstall").out.startswith(f"LeanCue is removed from {drive}.")
    assert not what_starts(blank(drive.parent / "other"))


def test_it_says_what_is_kept_free_and_why(
    leancue: Run, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = leancue(*quick())
    log_bytes = (drive / "leancue.log").stat().st_size
    assert f"room for runs: {log_bytes / 1e6:.2f} MB, {holds(log_bytes)}" in answer.out
    assert "kept free:" in answer.out and "until it has replaced this one" in answer.out
    said = json.loads(leancue(*quick("--json")).out)
    assert said["free_bytes"] > said["next_release_bytes"] > 80_000
    assert said["log_cut_to_bytes"] is None
    (drive / "leanstart.py").write_text("torn")
    monkeypatch.setattr(DriveFiles, "free_bytes", lambda self: 90_000)
    answer = leancue(*quick())
    assert "free: 90 kB; the next release needs" in answer.out
    assert "before you update" in answer.out


def test_it_says_when_the_log_makes_room(
    leancue: Run, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leancue(*quick())
    (drive / "leanstart.py").write_text("torn")
    with (drive / "leancue.log").open("ab") as log:
        log.write(bytes(1 << 20))
    monkeypatch.setattr(DriveFiles, "free_bytes", lambda self: 1000)
    answer = leancue(*quick("--check"))
    assert answer.code == 1 and "The log is shortened to make space" in answer.out
    answer = leancue(*quick())
    assert answer.code == 0 and "No runs are lost that were not pulled yet" in answer.out
    size = (drive / "leancue.log").stat().st_size
    assert size < 1.25 * (1 << 20)
    assert json.loads((drive / "leancue.manifest.json").read_text())["log"]["bytes"] == size


def test_check_writes_nothing(leancue: Run, drive: Path) -> None:
    answer = leancue(*quick("--check"))
    assert answer.code == 1 and "to write" in answer.out
    assert not (drive / "boot.py").exists()
    leancue(*quick())
    assert leancue(*quick("--check")).code == 0


def test_the_clip_itself_confirms(leancue: Run, drive: Path, clip: FakeClip) -> None:
    answer = leancue(*quick())
    assert "has read back every file correctly" in answer.out
    assert clip.done == ["reset"]
    assert json.loads(leancue(*quick("--json")).out)["confirmed_by_clip"] is True
    assert clip.done == ["reset"], "nothing was written: no restart"


def test_a_clip_that_takes_long_to_come_back_is_waited_for(
    leancue: Run, clip: FakeClip, opened: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clip_restart, "BACK_TIMEOUT_S", 10.0)

    def restart(_do: str) -> None:
        clip.late_s = 0.4
        opened.clear()

    clip.on_command = restart
    assert "has read back every file correctly" in leancue(*quick()).out
    assert opened == {clip.path: 1}, "its files are asked for on the port that the hello opened"


def test_a_clip_that_reads_something_else_is_told(
    leancue: Run, drive: Path, clip: FakeClip
) -> None:
    clip.drive = drive.parent
    answer = leancue(*quick())
    assert answer.code == 57
    assert "differ from what was written" in answer.err and "Eject" in answer.err


def test_a_drive_of_the_clip_s_is_asked_for(
    leancue: Run, drive: Path, clip: FakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drives, "is_writable", lambda root: "edit" in clip.done)
    assert leancue(*quick()).code == 0
    assert clip.done == ["edit", "reset"]


def test_a_locked_drive_without_a_clip_says_what_to_press(
    leancue: Run, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drives, "is_writable", lambda root: False)
    answer = leancue(*quick())
    assert answer.code == 54
    assert "hold its button while switching on until the light is blue" in answer.err
    assert not (drive / "boot.py").exists()


def test_a_clip_that_never_gives_its_drive(
    leancue: Run, drive: Path, clip: FakeClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drives, "is_writable", lambda root: False)
    answer = leancue(*quick())
    assert answer.code == 54 and "is still read-only" in answer.err


def test_two_drives_are_never_guessed(
    leancue: Run, drive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = blank(drive.parent / "CIRCUITPY1", board="raspberry_pi_pico", uid="AB12")
    monkeypatch.setattr(drives, "mount_points", lambda: [drive, other])
    answer = leancue(*quick())
    assert answer.code == 25 and f"--drive {drive}" in answer.err
    assert leancue(*quick("--device", "ab1")).code == 0
    assert what_starts(other) and not (drive / "boot.py").exists()


def test_no_drive_at_all(leancue: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drives, "mount_points", list)
    monkeypatch.setattr(drives, "unmounted", lambda: None)
    answer = leancue("install")
    assert answer.code == 51 and "charge-only" in answer.err
    monkeypatch.setattr(drives, "unmounted", lambda: Path("/dev/sdb1"))
    assert "udisksctl mount -b /dev/sdb1" in leancue("install").err


def test_a_boot_loader_is_told_from_circuitpython(
    leancue: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "RPI-RP2").mkdir()
    (tmp_path / "RPI-RP2" / "INFO_UF2.TXT").write_text("Board-ID: RPI-RP2\n")
    monkeypatch.setattr(drives, "mount_points", lambda: [tmp_path / "RPI-RP2"])
    monkeypatch.setattr(drives, "unmounted", lambda: None)
    assert "boot loader (RPI-RP2)" in leancue("install").err


def test_uninstalling_runs_is_asked(leancue: Run, drive: Path) -> None:
    leancue(*quick())
    answer = leancue("uninstall", "--runs")
    assert answer.code == 2 and "leancue runs pull" in answer.err
    assert (drive / "leancue.log").exists()
    assert leancue("uninstall", "--runs", "--yes").code == 0
    assert not (drive / "leancue.log").exists()


def test_mount_tables_are_read() -> None:
    table = (
        "proc /proc proc rw 0 0\n/dev/sdb1 /media/a/CIRCUIT\\040PY vfat rw 0 0\n"
        "/dev/sda1 / ext4 rw 0 0\n"
    )
    assert drives._fat_mounts(table) == [Path("/media/a/CIRCUIT PY")]
