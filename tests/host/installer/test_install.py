"""Installing: a clip from a blank drive, old or new at any failure, and all of it off again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from drive_rig import (
    BOARD,
    LOG_MB,
    BrokenDisk,
    QuickDisk,
    blank,
    digest,
    install,
    older,
    plan_for,
    small,
    starts_the_simulated_board,
    what_starts,
)
from leancore.runlog.pages import PAGE_BYTES
from leancue.basis.errors import (
    DriveFailed,
    DriveFull,
    InstallError,
    NotACircuitPython,
    WrongBoard,
    WrongFirmware,
)
from leancue.installer import boot_out, file_extents, logfile, manifest, payload
from leancue.installer.drive_files import DriveFiles
from leancue.installer.installation import uninstall
from leancue.installer.payload import SLOTS

KEPT = {"boot_out.txt", "leancue.log", "leancue_a.cfg", "leancue_b.cfg", "lib"}


@pytest.fixture(scope="module")
def whole() -> payload.Payload:
    """As source: that can be started here."""
    return payload.build(BOARD, form=payload.SOURCE)


@pytest.fixture(scope="module")
def compiled() -> payload.Payload:
    return payload.build(BOARD)


def test_a_blank_drive_becomes_a_clip_that_starts(tmp_path: Path, whole: payload.Payload) -> None:
    root = blank(tmp_path / "drive")
    install(root, whole)
    assert what_starts(root) == whole.program
    assert manifest.read(DriveFiles(root)).form == payload.SOURCE  # type: ignore[union-attr]
    for path, data in whole.starters.items():
        assert DriveFiles(root).read(path) == data
    started = starts_the_simulated_board(root)
    assert started.returncode == 0, started.stderr
    log = root / "leancue.log"
    assert log.stat().st_size == LOG_MB * (1 << 20)
    assert plan_for(root, whole).nothing_to_do


def test_the_compiled_program_is_few_files_of_the_format_of_circuitpython(
    compiled: payload.Payload,
) -> None:
    modules = {path: data for path, data in compiled.program.items() if path.endswith(".mpy")}
    assert {path for path in compiled.program if path.endswith(".py")} == {"leanboard.py"}
    assert len(modules) == 10  # seven units, three of the driver
    for path, data in modules.items():
        assert data[:2] == b"C\x06", path
        assert data[3] <= 31, path  # bits of a small integer: a clip's has no more
    assert sum(map(len, modules.values())) < 102_000  # 15 kB of it for the start or a check alone


@pytest.mark.parametrize("form", payload.FORMS)
def test_a_driver_chip_s_part_is_there_where_it_is_needed_alone(form: str) -> None:
    assert not [path for path in payload.build(BOARD, "pwm", form).program if "drv" in path]
    found = [path for path in payload.build(BOARD, "drv2605", form).program if "drv" in path]
    assert len(found) == 2  # ours and Adafruit's


def test_what_lands_on_the_clip_imports_nothing_it_has_not(whole: payload.Payload) -> None:
    """Only CircuitPython's own modules and those of the payload; typing only where it may fail."""
    import ast

    builtin = {"array", "binascii", "gc", "json", "os", "struct", "time", "collections", "sys",
               "micropython", "adafruit_bus_device", "__future__", "board", "busio", "digitalio",
               "microcontroller", "pwmio", "storage", "supervisor", "usb_cdc", "watchdog",
               "analogio", "neopixel_write", "hashlib", "traceback", "bitbangio"}  # fmt: skip
    ours = {path.split("/")[0].removesuffix(".py") for path in whole.program}
    ours |= {path.lstrip("/").removesuffix(".py") for path in whole.starters}
    optional = {"adafruit_drv2605", "lean_drv2605", "lean_halves"}
    files = {**whole.program, **whole.starters, "/code.py": whole.code}
    for path, data in files.items():
        tree = ast.parse(data)
        guarded = {
            node
            for attempt in ast.walk(tree)
            if isinstance(attempt, ast.Try) and path.startswith("adafruit")
            for node in ast.walk(attempt)
        }
        for node in ast.walk(tree):
            if node in guarded or not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
            for name in names:
                if name and not getattr(node, "level", 0):
                    assert name.split(".")[0] in builtin | ours | optional, (path, name)
    assert "adafruit_bno08x/uart.py" not in whole.program


def test_a_second_installation_writes_nothing(tmp_path: Path) -> None:
    root = blank(tmp_path / "drive")
    install(root, small())
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    planned = install(root, small())
    assert planned.nothing_to_do
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_an_update_changes_the_folder_and_leaves_one(tmp_path: Path) -> None:
    root = blank(tmp_path / "drive")
    install(root, older(small()))
    (root / "leancue.log").write_bytes(b"runs" * 65536)
    (root / "leancue_a.cfg").write_bytes(b"configuration")
    install(root, small())
    assert what_starts(root) == small().program
    assert [DriveFiles(root).real(slot).exists() for slot in SLOTS] == [False, True]
    assert (root / "leancue.log").read_bytes() == b"runs" * 65536, "runs must stay"
    assert (root / "leancue_a.cfg").read_bytes() == b"configuration"
    install(root, older(small()))
    assert what_starts(root) == older(small()).program
    assert plan_for(root, older(small())).nothing_to_do


def test_a_damaged_file_is_mended_alone(tmp_path: Path) -> None:
    root = blank(tmp_path / "drive")
    install(root, small())
    damaged = root / SLOTS[0].lstrip("/") / "leandevice" / "app.py"
    damaged.write_bytes(b"torn")
    (damaged.parent / "app.py.leancue-new").write_bytes(b"half")
    planned = install(root, small())
    assert [path for path, _ in planned.writes] == [f"{SLOTS[0]}/leandevice/app.py"]
    assert what_starts(root) == small().program
    assert plan_for(root, small()).nothing_to_do


def test_the_manifest_says_what_is_there(tmp_path: Path) -> None:
    root = blank(tmp_path / "drive")
    install(root, small())
    said = json.loads((root / "leancue.manifest.json").read_text())
    assert (said["board"], said["circuitpython"], said["slot"]) == (BOARD, "10.3.0", SLOTS[0])
    for path, row in said["files"].items():
        data = DriveFiles(root).read(path)
        assert data is not None
        assert (row["bytes"], row["sha256"]) == (len(data), payload.fingerprint(data))
    assert said["log"]["bytes"] == LOG_MB * (1 << 20)


def check_whole(root: Path, old: dict[str, bytes] | None, new: dict[str, bytes]) -> bool:
    """Assert that the old program starts or the new one, never a mix; return whether the new."""
    found = what_starts(root)
    assert found in (old, new)
    for name in ("boot.py", "safemode.py", "leanboard.py"):  # each is whole, old or new
        data = DriveFiles(root).read("/" + name)
        if data is None:
            assert old is None
            continue
        fresh = small().starters["/" + name]
        assert data in (fresh, older(small()).starters["/" + name])
    if old is None and found is None:
        assert not (root / "boot.py").exists(), "a blank drive was taken from the desk"
    return found == new


@pytest.mark.parametrize("start", ["blank", "older", "damaged"])
@pytest.mark.parametrize("for_ever", [True, False], ids=["cable pulled", "one error"])
def test_every_operation_may_fail(tmp_path: Path, start: str, for_ever: bool) -> None:
    """Old or new after each, and a second installation finishes."""
    new = small()
    template = blank(tmp_path / "template")
    if start != "blank":
        install(template, older(new) if start == "older" else new)
    old = what_starts(template)
    if start == "damaged":
        (template / SLOTS[0].lstrip("/") / "leandevice" / "app.py").unlink()
        old = what_starts(template)
    results = set()
    for at in range(10_000):
        root = tmp_path / "drive"
        shutil.copytree(template, root)
        disk = BrokenDisk(root, at, for_ever)
        try:
            install(root, new, disk)
        except DriveFailed as error:
            assert "leancue install" in str(error)
        else:
            break
        results.add(check_whole(root, old, new.program))
        install(root, new)
        assert what_starts(root) == new.program
        assert plan_for(root, new).nothing_to_do
        assert not list(root.rglob("*.leancue-new"))
        shutil.rmtree(root)
    assert at > 4, "operations were not counted"
    assert results == {False, True}, "failures before and after the switch were tried"


def test_after_a_failure_the_simulated_board_starts(tmp_path: Path, whole: payload.Payload) -> None:
    """A stride of failures of a real update; each state that differs is started once."""
    old = older(whole)
    template = blank(tmp_path / "template")
    install(template, old)
    started = set()
    counter = BrokenDisk(tmp_path / "count", 1 << 30)
    shutil.copytree(template, tmp_path / "count")
    install(tmp_path / "count", whole, counter)
    for at in [*range(0, counter.count, 23), *range(counter.count - 40, counter.count)]:
        root = tmp_path / "drive"
        shutil.copytree(template, root)
        with pytest.raises(DriveFailed):
            install(root, whole, BrokenDisk(root, at))
        found = what_starts(root)
        assert found is not None
        state = digest(found)
        assert state in (digest(old.program), digest(whole.program))
        if state not in started:
            started.add(state)
            done = starts_the_simulated_board(root)
            assert done.returncode == 0, done.stderr
        shutil.rmtree(root)
    assert len(started) == 2


def test_uninstalling_keeps_the_runs(tmp_path: Path) -> None:
    root = blank(tmp_path / "drive")
    (root / "lib" / "mine.py").write_text("")
    install(root, small())
    (root / "leancue_a.cfg").write_bytes(b"configuration")
    uninstall(QuickDisk(root), runs=False)
    left = {path.name for path in root.rglob("*")}
    assert left == {*KEPT, "mine.py"}
    uninstall(QuickDisk(root), runs=True)
    assert {path.name for path in root.rglob("*")} == {"boot_out.txt", "lib", "mine.py"}


def test_uninstalling_leaves_a_program_of_the_person(tmp_path: Path) -> None:
    root = blank(tmp_path / "drive")
    install(root, small())
    (root / "code.py").write_text("print('mine')")
    (root / "boot.py").write_text("# mine")
    uninstall(QuickDisk(root), runs=False)
    assert (root / "code.py").exists() and (root / "boot.py").exists()


def test_uninstalling_may_fail_at_every_operation(tmp_path: Path) -> None:
    template = blank(tmp_path / "template")
    install(template, small())
    for at in range(1000):
        root = tmp_path / "drive"
        shutil.copytree(template, root)
        try:
            uninstall(BrokenDisk(root, at), runs=False)
        except DriveFailed:
            if (root / "boot.py").exists():
                assert what_starts(root) == small().program
            uninstall(QuickDisk(root), runs=False)
            left = {path.name for path in root.rglob("*")}
            assert left == KEPT
            shutil.rmtree(root)
        else:
            break
    assert at > 5


@pytest.mark.parametrize(
    ("version", "fits"),
    [("8.2.10", False), ("9.0.0", True), ("10.3.0", True), ("10.4.0-beta.1", True), ("11.0.0", 0)],
)
def test_the_range_of_circuitpython_has_reasons(tmp_path: Path, version: str, fits: bool) -> None:
    found = boot_out.read(blank(tmp_path / "drive", version))
    assert found.version_text == version
    if fits:
        boot_out.check_version(found)
    else:
        with pytest.raises(WrongFirmware, match=f"{version}.*circuitpython.org"):
            boot_out.check_version(found)


def test_an_unknown_board_names_those_there_are() -> None:
    with pytest.raises(WrongBoard, match="raspberry_pi_pico2.*Did you mean adafruit_qtpy_rp2040"):
        payload.build("adafruit_qtpy_rp2350")


def test_a_folder_that_is_no_drive(tmp_path: Path) -> None:
    with pytest.raises(NotACircuitPython, match="--drive"):
        boot_out.read(tmp_path)
    (tmp_path / "boot_out.txt").write_text("UF2 Bootloader v3.0")
    with pytest.raises(NotACircuitPython):
        boot_out.read(tmp_path)


def test_the_haptic_driver_brings_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = ("no-such-distribution", *payload.DRV2605[1:])
    monkeypatch.setattr(payload, "DRV2605", absent)
    with pytest.raises(InstallError, match=r"pip install no-such-distribution==1\.3\.10"):
        payload.build(BOARD, "drv2605")
    other = ("adafruit-circuitpython-bno08x", "9.9", "adafruit_bno08x", ("i2c.py",))
    monkeypatch.setattr(payload, "DRV2605", other)
    with pytest.raises(InstallError, match="has version 1.3.3; the clip was tested with 9.9"):
        payload.build(BOARD, "drv2605")


def test_a_full_drive_says_how_much_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = blank(tmp_path / "drive")
    (root / "music.mp3").write_bytes(bytes(123_000))
    monkeypatch.setattr(DriveFiles, "free_bytes", lambda self: 200_000)
    with pytest.raises(DriveFull, match="kB more.*Other files take 123 kB"):
        plan_for(root, small())
    assert not (root / "leancue.log").exists()


def test_a_clip_that_is_up_to_date_may_be_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = blank(tmp_path / "drive")
    install(root, small())
    monkeypatch.setattr(DriveFiles, "free_bytes", lambda self: 0)
    planned = plan_for(root, small())
    assert planned.nothing_to_do and not planned.shorter_log_bytes


def test_the_log_is_as_long_as_fits_in_whole_pages() -> None:
    assert logfile.room_for((1 << 20) + 5, None) == 1 << 20
    assert logfile.room_for(20 << 20, None) == logfile.MOST_BYTES
    assert logfile.room_for(logfile.LEAST_BYTES - 1, None) == 0
    assert logfile.room_for(20 << 20, 2) == 2 << 20


@pytest.mark.parametrize(
    ("found", "aligned", "said"),
    [
        ([(8192, 12288)], True, "in one piece"),
        ([(8192 + 512, 12288)], True, "in one piece"),  # the clip measures where a sector begins
        ([(8192 + 512, 4096), (40960 + 512, 8192)], True, "none of which cuts"),
        ([(8192, 2048), (20480 + 2048, 10240)], True, "none of which cuts"),
        ([(8192, 4096), (20480 + 512, 8192)], False, "which CUT"),
        ([(8192, 2048), (20480, 10240)], False, "which CUT"),
    ],
)
def test_places_are_judged(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    found: file_extents.Pieces,
    aligned: bool,
    said: str,
) -> None:
    (tmp_path / "leancue.log").write_bytes(bytes(3 * PAGE_BYTES))
    monkeypatch.setattr(DriveFiles, "pieces", lambda self, path: found)
    place = logfile.place_of(DriveFiles(tmp_path))
    assert (place.pieces, place.aligned) == (len(found), aligned)
    assert said in str(place)


def test_pieces_are_joined_and_may_be_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert file_extents.joined([(8192, 4096), (12288, 8192), (0, 512)]) == [(8192, 12288), (0, 512)]

    def refused(_: Path) -> file_extents.Pieces:
        raise OSError(95, "not here")

    monkeypatch.setattr(file_extents, "_by_extents", refused)
    monkeypatch.setattr(file_extents, "_by_blocks", refused)
    (tmp_path / "leancue.log").write_bytes(bytes(3 * PAGE_BYTES))
    assert logfile.place_of(DriveFiles(tmp_path)) == logfile.Place(3 * PAGE_BYTES)
    with pytest.raises(OSError, match="leancue.log"):
        logfile.place_of(DriveFiles(tmp_path / "nowhere"))


def test_what_is_only_named_like_ours_stays(tmp_path: Path) -> None:
    root = blank(tmp_path / "drive")
    install(root, small())
    theirs = [root / "notes.leancue-new", root / "lib" / "mine.py.leancue-new"]
    ours = [root / "boot.py.leancue-new", root / "leancue.log.leancue-new"]
    for path in theirs + ours:
        path.write_bytes(bytes(9000))
    planned = install(root, small())
    assert set(planned.leftovers) == {f"/{path.name}" for path in ours}
    assert [path.exists() for path in theirs + ours] == [True, True, False, False]


def test_a_torn_manifest_counts_as_none(tmp_path: Path) -> None:
    root = blank(tmp_path / "drive")
    install(root, small())
    (root / "leancue.manifest.json").write_text('{"leancue": "0.')
    assert manifest.read(DriveFiles(root)) is None
    install(root, small())
    assert manifest.read(DriveFiles(root)) is not None
