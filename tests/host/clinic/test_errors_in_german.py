"""Errors appear in the language of the page, whatever their class and room."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from clinic_rig import served  # noqa: F401 (skips where nicegui is absent)
from host_runs import logged, runner
from leancore.coaching import prescription
from leancue.basis import files
from leancue.basis.errors import LeanCueError, NotConfirmed
from leancue.clinic import prescription_form
from leancue.clinic.page_frame import in_words
from leancue.clip import answers, sending
from leancue.installer import (
    boot_loaders,
    boot_out,
    circuitpython,
    clip_restart,
    installation,
    log_length,
    making,
    payload,
    preparation,
)
from leancue.installer.drive_files import DriveFiles, misread
from leancue.language.words import speaking
from leancue.library import Library
from leancue.runs import runlog

_ENGLISH = re.compile(r"\b(the|is|are|were|not|and|with|of|this|that|its|your|again|on|to)\b")
_BOOT = "Adafruit CircuitPython {} on 2026-01-01; Raspberry Pi Pico\nBoard ID:raspberry_pi_pico"


def damaged() -> bytes:
    """A log of which one page has a wrong checksum."""
    made = bytearray(b"".join(logged(runner(run_s=5))))
    made[100] ^= 1
    return bytes(made)


def record_out_of_range() -> None:
    answers.read(answers.Hello, {"protocol": 900}, "hello")


def inverted_band() -> None:
    asked = {"offset_low_cdeg": 1100, "offset_high_cdeg": 1000}
    sending.check_prescription({**prescription.default(), "patient": "K-1", **asked})


def unreadable_drive() -> None:
    with preparation.reading(Path("/drive")):
        raise misread("/code.py")


def failing_drive() -> None:
    raise installation._failed(DriveFiles(Path("/drive")), misread("/code.py"), "leancue install")


def not_back() -> None:
    raise NotConfirmed(clip_restart._("The clip {uid} did not come back after its restart.", uid=1))


def no_option(tmp_path: Path) -> None:
    with Library(tmp_path / "library") as library:
        library.options.set("lock_minutes", 10_000_000)


def bad_code(tmp_path: Path) -> None:
    with Library(tmp_path / "library") as library:
        library.patients.add("K 014")


def folder_that_is_there(tmp_path: Path) -> None:
    with files.new_folder(tmp_path):
        raise AssertionError("it was given")


ACTS: list[Callable[..., object]] = [
    record_out_of_range, inverted_band, unreadable_drive, failing_drive, not_back, no_option,
    bad_code, folder_that_is_there,
    lambda: boot_out.parse("", "/drive"),
    lambda: boot_out.read(Path("/nowhere")),
    lambda: boot_out.check_version(boot_out.parse(_BOOT.format("8.2.0"), "/drive")),
    lambda: boot_out.check_version(boot_out.parse(_BOOT.format("12.0.0"), "/drive")),
    lambda: boot_loaders.at(Path("/nowhere")),
    lambda: circuitpython.check(boot_loaders.Loader(Path("/d"), "RPI-RP2", ""), Path("/none.uf2")),
    lambda: (_ for _ in ()).throw(clip_restart.locked(Path("/drive"), "")),
    lambda: (_ for _ in ()).throw(payload._missing("adafruit_bno08x", "1.0")),
    lambda: (_ for _ in ()).throw(
        log_length._full(9000, log_length._(log_length._CANNOT), log_length._(log_length._REMOVE))
    ),
    lambda: payload._board_file("raspberry_pi_pic", None),
    lambda: making.make(making.PluggedIn(), None, lambda *_told: None),
    lambda: answers.read_run("nonsense"),
    lambda: runlog.runs_of(damaged()),
    lambda: runlog.runs_of(b""),
]  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_an_error_is_told_in_german(act: Callable[..., object], tmp_path: Path) -> None:
    needs_a_folder = bool(act.__code__.co_argcount)
    with speaking("de"), pytest.raises(LeanCueError) as caught:
        act(tmp_path) if needs_a_folder else act()
    with speaking("de"):
        told = in_words(caught.value).replace(str(tmp_path), "")
    assert _ENGLISH.findall(told.replace("http", "")) == [] and len(told) > 20


def test_a_wrong_band_is_told_in_german_at_the_form() -> None:
    draft = prescription_form.draft_of(prescription.checked({"baseline_cdeg": 620}))
    draft.texts["offset_low_cdeg"] = "11,5"
    with speaking("de"):
        (told,) = prescription_form.read(draft, "K-014").problems.values()
    assert told == (
        "Der Zielbereich ist verkehrt herum: der Anfang (11,5°) muss unter dem Ende (10°) liegen."
    )
