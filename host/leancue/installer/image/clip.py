"""The clip's program as an image: its modules, and their grouping into units.

There are few units, because each costs heap, but more than one, because temporary code frees its
heap: ``lean_base`` is the board's hardware and ``lean_startup_wiring`` creates it (also needed by
boot.py and safemode.py), ``lean_hold`` is for boot.py only (the button at power-on, the processor's
rate), ``lean_startup`` loads the rest and ``lean_startup_parts`` creates the parts; all that begin
with ``lean_startup`` are unloaded after the start. ``lean_check`` is
unloaded after a check by a host, and ``lean_main`` is the rest. As text each module is a separate
unit: a chip lacks the heap to compile more at a time.
"""

from __future__ import annotations

import ast
import binascii
import re
from collections.abc import Mapping
from pathlib import Path

from leancue.installer.image import build as builder
from leancue.installer.image import mpy
from leancue.installer.image.build import Image
from leancue.installer.image.compact import compact
from leancue.installer.image.link import linked_name
from leancue.installer.image.shorten import interned_first
from leancue.installer.image.source import parse
from leancue.installer.image.unit import NEEDS, grouped

ROOTS: dict[str, tuple[str, ...]] = {
    "lean_base": ("leandevice.wiring" + NEEDS, "leandevice.hardware"),
    "lean_startup_wiring": ("leandevice.wiring",),
    "lean_hold": ("leandevice.power.power_on_button", "leandevice.power.processor_rate"),
    "lean_main": ("leandevice.app", "leandevice.sensing.imu", "leandevice.parts" + NEEDS),
    "lean_drv2605": ("leandevice.feedback.drv2605",),
    "lean_check": ("leandevice.link.self_check", "leandevice.sensing.bus_look"),
    "lean_halves": ("leancore.numeric.int16_view",),
    "lean_startup": ("leandevice.startup",),
    "lean_startup_parts": (
        "leandevice.parts",
        "leandevice.storage.factory_reset",
        "leandevice.storage.log_scan",
        "leandevice.storage.log_origin",
        "leandevice.storage.sector_alignment",
    ),
}
SCRIPTS = ("boot", "code", "safemode")
STARTER = "code"  # the script that starts the program
LEAVING = "lean_startup"  # prefix of units that are unloaded after the start
_NOTE = "# LeanCue: made from device/%s.py by `leancue install`.\n"
_FOR_THE_DESK = re.compile(r"^(log|raw)_reading\.py$")  # not loaded on a clip
# Units not needed on a clip: for MicroPython, which cannot cast a buffer like CircuitPython.
ELSEWHERE = ("lean_halves",)
# Units selected by a board file: name, and the value that needs the unit.
ASKED_FOR = {"lean_drv2605": ("HAPTIC", "drv2605")}
MERGING = ("leancore",)  # packages whose methods may be inlined in another class
Files = dict[str, tuple[str, str]]


def source(packages: Mapping[str, Path], scripts: Path) -> Files:
    """Return the clip's modules: name → (file, text). OSError."""
    found = {}
    for package, folder in packages.items():
        for path in sorted(folder.rglob("*.py")):
            if not _FOR_THE_DESK.search(path.name):
                parts = (package, *path.relative_to(folder).with_suffix("").parts)
                name = ".".join(parts).removesuffix(".__init__")
                found[name] = ("/".join(parts) + ".py", path.read_text("utf-8"))
    for name in SCRIPTS:
        found[name] = (f"{name}.py", (scripts / f"{name}.py").read_text("utf-8"))
    return found


def fingerprint(files: Files) -> str:
    """Eight hex digits that identify a source."""
    crc = 0
    for name, (_file, text) in sorted(files.items()):
        crc = binascii.crc32(f"{name}\n{text}\n".encode(), crc)
    return f"{crc:08x}"


def image(files: Files, renames: bool = True) -> Image:
    """Return the image of the clip's program. SyntaxError, LinkError."""
    return builder.build(files, ROOTS, SCRIPTS, _values(files), renames, LEAVING, MERGING)


def image_by_module(files: Files) -> Image:
    """The same, each module a unit of its own."""
    return builder.build(files, roots_by_module(files), SCRIPTS, _values(files), leaving=LEAVING)


def left_out(board_file: str) -> set[str]:
    """Units not needed by a clip with this board file (its text). SyntaxError."""
    spec = _constants(board_file)
    unasked = {unit for unit, (name, value) in ASKED_FOR.items() if spec.get(name) != value}
    return unasked | set(ELSEWHERE)


def _constants(board_file: str) -> dict[str, object]:
    """The assignments of a board file: one name, or as many names as values."""
    found: dict[str, object] = {}
    for node in ast.parse(board_file).body:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            value = ast.literal_eval(node.value)
            if isinstance(target, ast.Tuple):
                found |= zip(map(ast.unparse, target.elts), value, strict=True)
            else:
                found[ast.unparse(target)] = value
    return found


def roots_by_module(files: Files) -> dict[str, tuple[str, ...]]:
    """``ROOTS`` by module; names of those unloaded after the start have the prefix."""
    roots: dict[str, tuple[str, ...]] = {}
    for unit in grouped(parse(files), ROOTS):
        for module in unit.modules:
            prefix = LEAVING if unit.name.startswith(LEAVING) else "lean"
            roots[f"{prefix}_{module.rpartition('.')[2]}"] = (module,)
    return roots


def _values(files: Files) -> dict[str, str]:
    return {linked_name("leandevice", "IMAGE"): fingerprint(files)}


def compiled(made: Image, begin: bytes, lines: bool = True) -> dict[str, bytes]:
    """Return the units' files by name, compiled. CompilerError."""
    return {
        f"{name}.mpy": mpy.compiled(text, name, begin, lines)
        for name, text in made.texts.items()
        if name not in SCRIPTS
    }


def texts(made: Image) -> dict[str, bytes]:
    """Return the units' files by name, as text."""
    return {f"{name}.py": compact(text).encode() for name, text in made.texts.items()
            if name not in SCRIPTS}  # fmt: skip


def scripts(made: Image) -> dict[str, bytes]:
    """Return the files that CircuitPython starts, which it reads only as text."""
    texts = {name: _NOTE % name + made.texts[name] for name in SCRIPTS}
    texts[STARTER] = _NOTE % STARTER + named_first(made) + made.texts[STARTER]
    return {f"{name}.py": text.encode() for name, text in texts.items()}


def named_first(made: Image) -> str:
    """A no-op first line of the first script, whose names are interned first."""
    first = interned_first(made.names)
    return f"if 0:{';'.join(first)}\n" if first else ""
