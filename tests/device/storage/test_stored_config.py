"""The configuration: two copies, of which one is always whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from device_rig import clip
from leancore.runlog.pages import PAGE_BYTES
from leancore.schema import faults
from leandevice.storage.drive import SMALL_BYTES, Drive
from leandevice.storage.stored_config import FILES, StoredConfig, _crc

from boards.sim.flash import Flash


@pytest.fixture
def flash(tmp_path: Path) -> Flash:
    return Flash(tmp_path)


def opened(flash: Flash, writable: bool = True) -> StoredConfig:
    return StoredConfig(Drive(flash.open, flash.stat_size, writable, flash.sector_offset_of))


def saved(flash: Flash, *sessions: int) -> StoredConfig:
    config = opened(flash)
    for count in sessions:
        config.sessions = count
        config.save()
    return config


def raw(flash: Flash, path: str) -> bytes:
    return flash.real_path(path).read_bytes()


def content(flash: Flash, path: str) -> dict[str, Any]:
    return json.loads(Drive(flash.open, flash.stat_size).read(path)[:-9])


def spoil(flash: Flash, path: str, data: bytes | None = None) -> None:
    """Damage the page that holds the content; a cut tears nothing else."""
    real = flash.real_path(path)
    text = bytearray(real.read_bytes())
    text[PAGE_BYTES + 100] ^= 1
    if data is not None:
        text[PAGE_BYTES : PAGE_BYTES + len(data)] = data
    real.write_bytes(bytes(text))


def newest(flash: Flash) -> str:
    written = [path for path in FILES if flash.exists(path)]
    return max(written, key=lambda path: content(flash, path)["generation"])


def test_a_new_clip_has_the_defaults_and_no_fault(flash: Flash) -> None:
    config = opened(flash)
    assert config.settings["rate_hz"] == 100
    assert not config.found
    assert config.damaged == 0


def test_what_was_saved_is_there_after_a_restart(flash: Flash) -> None:
    config = opened(flash)
    config.settings["motor_percent"] = 60
    config.prescription["patient"] = "P07"
    config.sessions, config.baseline_cdeg, config.last_run = 3, 612, 17
    config.save()
    again = opened(flash)
    assert again.settings["motor_percent"] == 60
    assert again.prescription["patient"] == "P07"
    assert (again.sessions, again.baseline_cdeg, again.last_run) == (3, 612, 17)
    assert again.effective_prescription()["baseline_cdeg"] == 612


@pytest.mark.parametrize(
    "data", [None, b"x", b"\xff" * 4096, bytes(range(256)) * 16, b"LCFG\xff\xff\xff\xff"]
)
def test_a_damaged_copy_falls_back_to_the_other(flash: Flash, data: bytes | None) -> None:
    saved(flash, 1, 2)
    spoil(flash, newest(flash), data)
    config = opened(flash)
    assert (config.sessions, config.damaged, config.found) == (1, 1, True)
    config.sessions = 9
    config.save()  # over the damaged one
    assert opened(flash).sessions == 9
    assert opened(flash).damaged == 0


def test_both_damaged_give_defaults_and_the_clip_says_so(tmp_path: Path) -> None:
    board = clip(tmp_path)
    board.app.config.save()
    for path in FILES:
        spoil(board.flash, path)
    board.boot()
    assert board.app.config.prescription["patient"] == "unnamed"
    assert list(board.app.recorder.faults) == [faults.CONFIG_LOST]
    board.app.config.save()
    spoil(board.flash, FILES[1])
    board.app.config.save()
    spoil(board.flash, newest(board.flash))
    board.boot()
    assert set(board.app.recorder.faults) <= {faults.CONFIG_DAMAGED, faults.CONFIG_LOST}


def test_values_of_another_release_do_not_stop_the_clip(flash: Flash) -> None:
    values = {"generation": 7, "settings": {"of_tomorrow": 3, "motor_percent": 70}, "sessions": 2}
    drive = Drive(flash.open, flash.stat_size)
    text = json.dumps(values).encode()
    drive.write(FILES[0], text + _crc(text))
    config = opened(flash)
    assert (config.settings["motor_percent"], config.sessions) == (70, 2)
    text = json.dumps({**values, "settings": {"motor_percent": 7000}}).encode()
    drive.write(FILES[0], text + _crc(text))
    assert (opened(flash).damaged, opened(flash).sessions) == (1, 0)


def test_a_write_that_fails_keeps_the_old_copy(flash: Flash) -> None:
    config = saved(flash, 1, 2)
    config.sessions = 3
    flash.fail_writes = True
    with pytest.raises(OSError):
        config.save()
    flash.fail_writes = False
    assert opened(flash).sessions == 2
    config.save()
    assert opened(flash).sessions == 3


def test_a_copy_that_reads_back_otherwise_does_not_count(flash: Flash) -> None:
    saved(flash, 1)

    class Forgetful(Drive):
        def write(self, path: str, data: bytes) -> None:
            super().write(path, data[:-20])

    config = StoredConfig(Forgetful(flash.open, flash.stat_size))
    config.sessions = 5
    with pytest.raises(ValueError, match="reads back"):
        config.save()
    assert opened(flash).sessions == 1


def test_in_edit_mode_nothing_is_written(flash: Flash) -> None:
    saved(flash, 4)
    config = opened(flash, writable=False)
    with pytest.raises(OSError, match="edit mode"):
        config.save()
    assert config.sessions == 4


def test_only_the_page_in_the_middle_of_a_copy_is_ever_written(flash: Flash) -> None:
    saved(flash, *range(1, 7))
    for path in FILES:
        assert flash.stat_size(path) == SMALL_BYTES
        assert set(raw(flash, path)[:PAGE_BYTES] + raw(flash, path)[2 * PAGE_BYTES :]) == {0}
        allocating = PAGE_BYTES // 1024
        assert flash.page_erases[path, 0] == allocating
        assert flash.page_erases[path, 1] == allocating + 3  # six saves, one erase each


@pytest.mark.parametrize("before", [b"x" * 2000, None])
def test_nothing_of_what_stood_there_stays(flash: Flash, before: bytes | None) -> None:
    """A key may have stood there; of a page that is damaged nobody knows how much."""
    drive = Drive(flash.open, flash.stat_size)
    drive.write(FILES[0], before or b"x" * 3000)
    if before is None:
        spoil(flash, FILES[0], b"torn")
    drive.write(FILES[0], b"short")
    assert drive.read(FILES[0]) == b"short"
    assert b"x" not in raw(flash, FILES[0])


@pytest.mark.parametrize("torn", [False, True])
def test_a_save_needs_no_page_of_heap(flash: Flash, torn: bool) -> None:
    """Beside the largest log there is no room for one."""
    saved(flash, 1, 2)
    if torn:
        spoil(flash, FILES[1 - FILES.index(newest(flash))], b"torn")
    config, most = opened(flash), 0
    written = flash.open

    def watched(path: str, mode: str) -> Any:
        file = written(path, mode)
        write = file.write

        def measured(data: bytes) -> Any:
            nonlocal most
            assert len(data) % 512 == 0  # else a part waits in the file's own buffer
            most = max(most, len(data))
            return write(data)

        file.write = measured
        return file

    config._drive = Drive(watched, flash.stat_size)
    config.save()
    assert 0 < most <= PAGE_BYTES // 2


def test_a_copy_that_was_allocated_and_never_written_is_no_damage(flash: Flash) -> None:
    for path in FILES:
        flash.real_path(path).write_bytes(bytes(SMALL_BYTES))
    config = opened(flash)
    assert (config.damaged, config.found) == (0, False)
    config.save()
    assert opened(flash).found


def test_a_file_that_takes_too_long_to_read_between_two_passes_is_refused(flash: Flash) -> None:
    drive = Drive(flash.open, flash.stat_size)
    flash.real_path("/leancue.log").write_bytes(bytes(1 << 20))
    flash.real_path("/a.py").write_bytes(b"print(1)")
    assert drive.fingerprint("/a.py") == (8, 0xED90A708)
    with pytest.raises(OSError, match="at once"):
        drive.fingerprint("/leancue.log")


def test_more_than_a_page_is_refused(flash: Flash) -> None:
    with pytest.raises(OSError, match="more than a page"):
        Drive(flash.open, flash.stat_size).write(FILES[0], bytes(PAGE_BYTES))


@pytest.mark.parametrize(
    "wrong",
    [
        {"sessions": -1}, {"sessions": 1.5}, {"sessions": "3"}, {"sessions": 1 << 40},
        {"last_run": 0xFFFFFFFF}, {"last_run": -1}, {"baseline_cdeg": 9001},
        {"clinic": {"key": 7}}, {"clinic": {"key": "no hex"}}, {"clinic": {"counter": -1}},
        {"clinic": {"reads": "x"}}, {"clinic": []}, {"motor": ["x"]}, {"settings": {"rate_hz": 7}},
    ],
)  # fmt: skip
def test_a_copy_with_a_value_that_cannot_be_is_damaged(flash: Flash, wrong: dict[str, Any]) -> None:
    """Its checksum may be right: another program wrote it, or ours with a fault."""
    saved(flash, 3)
    held = [path for path in FILES if flash.exists(path)]
    other = FILES[1 - FILES.index(held[0])]
    text = json.dumps({"generation": 9, **wrong}).encode()
    Drive(flash.open, flash.stat_size).write(other, text + _crc(text))
    again = opened(flash)
    assert (again.damaged, again.found, again.sessions) == (1, True, 3)
