"""Boards in their boot loader: identified by INFO_UF2.TXT, with their download page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from leancue.basis.errors import NotACircuitPython, SeveralDevices
from leancue.basis.files import read_at_most
from leancue.basis.plain_text import plain
from leancue.installer import boot_out
from leancue.language.words import N_, _

NAME = "INFO_UF2.TXT"
_BYTES_MOST = 4000
PAGES = "https://circuitpython.org/board/"
HOW = N_(
    "Start the board's boot loader. RP2040, RP2350: hold BOOT while plugging it in. nRF52840: "
    "press reset twice. Then try again."
)


class Kind(NamedTuple):
    """``chip``: as in ``uf2.FAMILIES``. ``ids``: prefixes of its Board-ID, by release of the
    loader.

    The loader of an RP2040 or RP2350 is in the chip and does not know the board; that of an
    nRF52840 comes from the board's maker (UF2_BOARD_ID of Adafruit's nRF52 boot loader).
    """

    chip: str
    ids: tuple[str, ...]


_RP2040, _RP2350 = Kind("RP2040", ("RPI-RP2",)), Kind("RP2350", ("RP2350",))
KINDS = {
    "adafruit_feather_rp2040": _RP2040,
    "adafruit_kb2040": _RP2040,
    "adafruit_qtpy_rp2040": _RP2040,
    "raspberry_pi_pico": _RP2040,
    "seeeduino_xiao_rp2040": _RP2040,
    "adafruit_feather_rp2350": _RP2350,
    "raspberry_pi_pico2": _RP2350,
    "seeeduino_xiao_rp2350": _RP2350,
    "sparkfun_pro_micro_rp2350": _RP2350,
    "feather_nrf52840_express": Kind("nRF52840", ("nRF52840-Feather-rev",)),
    "itsybitsy_nrf52840_express": Kind("nRF52840", ("nRF52840-ItsyBitsy-rev",)),
    "Seeed_XIAO_nRF52840_Sense": Kind(
        "nRF52840", ("Seeed_XIAO_nRF52840_Sense", "nRF52840-SeeedXiaoSense-")
    ),
}


@dataclass(frozen=True)
class Loader:
    """A boot loader's drive. ``says``: its Board-ID. ``model``: in its maker's words."""

    root: Path
    says: str
    model: str

    @property
    def boards(self) -> tuple[str, ...]:
        """The ids of the possible boards."""
        return tuple(board for board, kind in KINDS.items() if self.says.startswith(kind.ids))


def find(roots: Iterable[Path]) -> list[Loader]:
    """Return the boot loaders' drives among mounted ones."""
    found = []
    for root in roots:
        try:
            found.append(at(root))
        except NotACircuitPython:
            continue
    return found


def at(root: Path) -> Loader:
    """Return the boot loader at ``root``; NotACircuitPython if there is none."""
    try:
        text = read_at_most(root / NAME, _BYTES_MOST).decode("utf-8", "replace")
    except OSError as error:
        raise NotACircuitPython(
            _(
                "{drive} is not the drive of a boot loader: it has no readable {file} ({reason}).",
                drive=root,
                file=NAME,
                reason=error.strerror or error,
            ),
            _("The board may be running CircuitPython or another program."),
            _(HOW),
        ) from error
    lines = dict(re.findall(r"^([\w-]+):[ \t]*(.+?)\s*$", text, re.M))
    if "Board-ID" not in lines:
        raise NotACircuitPython(
            _("{file} names no board.", file=root / NAME), _("It was changed."), _(HOW)
        )
    return Loader(root, plain(lines["Board-ID"]), plain(lines.get("Model", "")))


def choose(folder: Path | None, roots: Iterable[Path]) -> Loader:
    """Return the loader at ``folder``, or the only one among mounted drives, without guessing.

    Raises:
        NotACircuitPython: there is none. SeveralDevices: more than one, none named.
    """
    if folder is not None:
        return at(folder)
    found = find(roots)
    if not found:
        raise NotACircuitPython(
            _("No board is in its boot loader."),
            _("A board accepts CircuitPython only in its boot loader."),
            _(HOW),
        )
    if len(found) > 1:
        listing = "; ".join(f"{loader.says} at {loader.root}" for loader in found)
        raise SeveralDevices(
            _("{number} boards are in their boot loader: {list}.", number=len(found), list=listing),
            _("This program does not guess which one you mean."),
            f"Name it: add `--drive {found[0].root}`.",
        )
    return found[0]


def page(board: str) -> str:
    """Return the download page of CircuitPython for ``board``."""
    return f"{PAGES}{board}/"


def what_to_get(loader: Loader, board: str | None = None) -> NotACircuitPython:
    """The error for a board without CircuitPython: which page, which file, which command."""
    boards = (board,) if board else loader.boards
    what = f"The board is in its boot loader ({loader.model or loader.says}), not in CircuitPython."
    if not boards:
        return NotACircuitPython(
            what, f"LeanCue does not know a board that calls itself {loader.says}.",
            "See boards/README.md for the boards it knows.",
        )  # fmt: skip
    pages = page(boards[0])
    if len(boards) > 1:
        pages = f"{PAGES}BOARD/, where BOARD is what you have: {', '.join(boards)}"
    return NotACircuitPython(
        what, "It does not have CircuitPython yet, or its boot button was held.",
        f"Download the .UF2 of CircuitPython {boot_out.NEWEST[0] - 1} from {pages}. Then "
        "type `leancue install --circuitpython FILE.uf2`: it copies the file and goes on.",
    )  # fmt: skip
