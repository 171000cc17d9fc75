"""``leancue install --circuitpython``: a board that shows its boot loader becomes a clip."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_rig import Run, typed
from drive_rig import blank, what_starts
from leancue.clip import devices
from leancue.installer import boot_loaders, payload
from leancue.installer.uf2 import FAMILIES
from loader_rig import FEATHER, RP2040, RP2350, Board, block, firmware, written

Made = Callable[..., Board]
CASES = {
    "RP2040": (RP2040, "raspberry_pi_pico", FAMILIES["RP2040"]),
    "RP2350": (RP2350, "raspberry_pi_pico2", FAMILIES["RP2350"]),
    "nRF52840": (FEATHER, "feather_nrf52840_express", FAMILIES["nRF52840"]),
}


@pytest.fixture
def leancue(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(devices, "candidates", list)

    return typed(monkeypatch, capsys, "install")


@pytest.fixture
def shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Have a board show its boot loader, with the UF2 file beside it."""

    def make(info: str = RP2040, board: str = "raspberry_pi_pico", family: int = FAMILIES["RP2040"],
             *, version: str = "10.3.0", **behaviour: object) -> Board:  # fmt: skip
        made = Board(tmp_path, info, board, monkeypatch, version=version, **behaviour)  # type: ignore[arg-type]
        file = written(tmp_path / "cp.uf2", firmware(board, version, family))
        made.size = file.stat().st_size
        return made

    return make


def given(tmp_path: Path, *words: object) -> tuple[object, ...]:
    return ("--circuitpython", tmp_path / "cp.uf2", "--log-mb", "0.25", *words)


@pytest.mark.parametrize("chip", CASES)
@pytest.mark.parametrize("raises", [True, False])
def test_one_command_makes_a_clip_of_a_blank_board(
    leancue: Run, shows: Made, tmp_path: Path, chip: str, raises: bool
) -> None:
    info, board, family = CASES[chip]
    there = shows(info, board, family, raises=raises)
    answer = leancue(*given(tmp_path))
    assert answer.code == 0, answer.err
    assert there.got == (tmp_path / "cp.uf2").read_bytes()
    assert "CircuitPython 10.3.0" in answer.err and f"({board}) is installed" in answer.out
    assert what_starts(there.drive) is not None


def test_another_clip_that_is_plugged_in_is_left_alone(
    leancue: Run, shows: Made, tmp_path: Path
) -> None:
    there = shows()
    there.others.append(blank(tmp_path / "OTHER"))
    before = sorted(path.name for path in there.others[0].iterdir())
    assert leancue(*given(tmp_path)).code == 0
    assert sorted(path.name for path in there.others[0].iterdir()) == before


def test_a_look_writes_nothing(leancue: Run, shows: Made, tmp_path: Path) -> None:
    there = shows()
    answer = leancue(*given(tmp_path, "--check"))
    assert answer.code == 1 and "fits the board" in answer.out and not there.got
    told = json.loads(leancue(*given(tmp_path, "--check", "--json")).out)
    assert told["board"] == "raspberry_pi_pico" and told["circuitpython"] == "10.3.0"


REFUSED = {
    "another chip": (RP2350, firmware(), 59, "is for a board with RP2040; .* has RP2350"),
    "another board": (
        FEATHER, firmware("itsybitsy_nrf52840_express", family=FAMILIES["nRF52840"], name="Itsy "
                          "with nRF52840"), 59,
        "is for Itsy; this is a different board .*Feather.*python.org/board/feather_nrf52840",
    ),
    "unknown chip": (RP2040, firmware(family=0xDEADBEEF), 59, "another chip .*0xdeadbeef"),
    "no family": (RP2040, [b[:8] + bytes(4) + b[12:] for b in firmware()], 59, "another chip"),
    "too old": (RP2040, firmware(version="8.2.10"), 53, "is CircuitPython 8.2.10; .* 9 to"),
    "too new": (RP2040, firmware(version="11.0.0"), 53, "is CircuitPython 11.0.0"),
    "cut within a block": (RP2040, [*firmware()[:-1], firmware()[-1][:100]], 59, "incomplete"),
    "blocks missing": (RP2040, firmware()[:-3], 59, r"incomplete: it has \d+ of its \d+ blocks"),
    "a block twice": (RP2040, [*firmware()[:-1], firmware()[0]], 59, "incomplete"),
    "a damaged block": (
        RP2040, [*firmware()[:5], b"\0" * 512, *firmware()[6:]], 59, "damaged at byte 2560"
    ),
    "not a UF2": (RP2040, [b":020000041000EA\r\n" * 64], 59, "not a UF2 file"),
    "another program": (
        RP2040, [block(b"MicroPython", 0, 1, FAMILIES["RP2040"])], 59, "is not CircuitPython"
    ),
    "a board without wiring": (
        RP2040, firmware("pimoroni_tiny2040", name="Tiny with rp2040"), 52,
        "is for Tiny, a board that LeanCue does not know",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_does_not_fit_is_refused_before_anything_is_written(
    leancue: Run, shows: Made, tmp_path: Path, case: str
) -> None:
    info, blocks, code, words = REFUSED[case]
    there = shows(info)
    written(tmp_path / "cp.uf2", blocks)
    answer = leancue(*given(tmp_path))
    assert answer.code == code
    assert_says(words, answer.err)
    assert not there.got and sorted(p.name for p in there.root.iterdir()) == ["INFO_UF2.TXT"]


def assert_says(words: str, text: str) -> None:
    import re

    assert re.search(words, " ".join(text.split())), text


def test_a_board_of_another_name_is_wired_as_one_that_is_known(
    leancue: Run, shows: Made, tmp_path: Path
) -> None:
    there = shows(board="pimoroni_tiny2040")
    assert leancue(*given(tmp_path, "--board", "raspberry_pi_pico")).code == 0
    assert what_starts(there.drive) is not None


def test_the_block_for_an_erratum_of_the_rp2350_does_not_count(
    leancue: Run, shows: Made, tmp_path: Path
) -> None:
    shows(*CASES["RP2350"])
    blocks = firmware("raspberry_pi_pico2", family=FAMILIES["RP2350"])
    written(tmp_path / "cp.uf2", [block(b"\xef" * 256, 0, 2, 0xE48BFF57), *blocks])
    assert leancue(*given(tmp_path, "--check")).code == 1


def test_a_drive_that_goes_in_the_middle_and_never_comes_back(
    leancue: Run, shows: Made, tmp_path: Path
) -> None:
    shows(takes=40_000, comes=False)
    answer = leancue(*given(tmp_path))
    assert answer.code == 67
    assert_says(r"after 0 of \d+ kB. The cable may have been pulled", answer.err)


def test_a_board_that_took_all_and_never_comes_back(
    leancue: Run, shows: Made, tmp_path: Path
) -> None:
    shows(raises=False, comes=False)
    answer = leancue(*given(tmp_path))
    assert answer.code == 67
    assert_says("No CircuitPython drive appeared.*its drive did not appear here", answer.err)


def test_a_board_that_stays_in_its_boot_loader(leancue: Run, shows: Made, tmp_path: Path) -> None:
    shows(takes=10**9)
    answer = leancue(*given(tmp_path))
    assert answer.code == 67
    assert_says("still in its boot loader.*button", answer.err)


def test_a_boot_loader_that_takes_no_file(leancue: Run, shows: Made, tmp_path: Path) -> None:
    shows(fails=errno.ENOSPC)
    answer = leancue(*given(tmp_path))
    assert answer.code == 67
    assert_says("stopped accepting the file after 0 of", answer.err)


def test_a_board_that_comes_back_with_an_older_circuitpython_is_not_the_one(
    leancue: Run, shows: Made, tmp_path: Path
) -> None:
    there = shows()
    there.boot_out = there.boot_out.replace("10.3.0", "10.2.0")
    assert leancue(*given(tmp_path)).code == 67


def test_two_boot_loaders_are_not_guessed_between(
    leancue: Run, shows: Made, tmp_path: Path
) -> None:
    there = shows()
    second = tmp_path / "SECOND"
    second.mkdir()
    (second / "INFO_UF2.TXT").write_text(RP2350)
    there.others.append(second)
    answer = leancue(*given(tmp_path))
    assert answer.code != 0 and f"--drive {second}" in answer.err
    assert leancue(*given(tmp_path, "--drive", there.root)).code == 0


def test_without_a_boot_loader_the_words_say_how_to_have_it_shown(
    leancue: Run, shows: Made, tmp_path: Path
) -> None:
    there = shows()
    drive = blank(tmp_path / "CP")
    (there.root / "INFO_UF2.TXT").unlink()
    assert_says("hold BOOT while plugging it in.*press reset twice", leancue(*given(tmp_path)).err)
    assert_says("drive of a boot loader.*INFO_UF2", leancue(*given(tmp_path, "--drive", drive)).err)


@pytest.mark.parametrize(
    ("info", "words", "said"),
    [
        (FEATHER, (), "from https://circuitpython.org/board/feather_nrf52840_express/"),
        (RP2040, (), "circuitpython.org/board/BOARD/.* raspberry_pi_pico,"),
        (RP2350, ("--board", "raspberry_pi_pico2"), "circuitpython.org/board/raspberry_pi_pico2/"),
        ("Board-ID: SAMD21-x\n", (), "does not know a board that calls itself SAMD21-x"),
    ],
)
def test_without_a_file_the_words_name_the_page_and_the_command(
    leancue: Run, shows: Made, info: str, words: tuple[str, ...], said: str
) -> None:
    shows(info)
    answer = leancue(*words)
    assert answer.code == 51
    assert_says(said, answer.err)
    assert "SAMD21" in info or "leancue install --circuitpython FILE.uf2" in answer.err


def test_every_board_has_a_boot_loader() -> None:
    assert set(boot_loaders.KINDS) == set(payload.boards())
    assert {kind.chip for kind in boot_loaders.KINDS.values()} == set(FAMILIES)
