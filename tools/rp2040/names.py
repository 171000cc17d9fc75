"""Names that CircuitPython has in its flash: those of its modules, read from their stubs.

A name of the program that is among them takes no heap. The rig's own interpreter has few modules,
so it is given the names of the others. Type names, and modules that no RP2040 has, are left out.
This finds 2 of 3 of the names that the program shares with CircuitPython 10.3; 2 in 100 are wrong.
"""

from __future__ import annotations

import importlib.metadata
import tokenize
import typing
from collections.abc import Iterator
from pathlib import Path

from tools.rp2040.emulator import EmulatorError

STUBS = "circuitpython-stubs"
NOT_ON_RP2040 = frozenset((
    "_bleio", "_eve", "_pew", "_stage", "camera", "canio", "dotclockframebuffer", "dualbank",
    "espcamera", "espidf", "espnow", "espulp", "frequencyio", "gnss", "hostnetwork", "is31fl3741",
    "mcp4822", "mdns", "mipidsi", "picogame", "ps2io", "rclcpy", "samd", "socketpool",
    "spitarget", "ssl", "uheap", "ustack", "videocore", "wifi",
))  # fmt: skip
_OF_TYPES = frozenset(typing.__all__) | {"typing", "TYPE_CHECKING"}


def in_flash() -> list[str]:
    """Return the names; EmulatorError without the stubs."""
    found: set[str] = set()
    for path in _stubs():
        with path.open("rb") as file:
            found.update(token.string for token in tokenize.tokenize(file.readline)
                         if token.type == tokenize.NAME)  # fmt: skip
    return sorted(found - _OF_TYPES)


def as_header(names: list[str]) -> str:
    """Return the names as a header for MicroPython's build."""
    return "".join(f"Q({name})\n" for name in names)


def _stubs() -> Iterator[Path]:
    try:
        files = importlib.metadata.files(STUBS) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise EmulatorError(f"{STUBS} is not installed: pip install -e '.[dev]'") from error
    for file in files:
        module = file.parts[0].removesuffix("-stubs")
        if file.suffix == ".pyi" and module not in NOT_ON_RP2040:
            yield Path(str(file.locate()))
