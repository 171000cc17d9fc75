"""What the rig runs: the clip's program as on its drive, and the requests of a host."""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leancore.link import framing
from leancore.link import messages as m
from leancore.runlog.pages import PAGE_BYTES
from leancue.installer import payload
from leancue.installer.image import build as builder
from leancue.installer.image import clip, mpy
from leancue.installer.image.build import Image

HERE = Path(__file__).resolve().parent
BOARD = "raspberry_pi_pico"
# In the clip's load order.
UNITS = ("lean_base", "lean_startup_wiring", "lean_startup", "lean_main")
# CircuitPython's memoryview can do this, MicroPython's cannot; the rig has it as a function.
_HALVES = "import emulator\n\n\ndef Int16View(buf):\n    return emulator.halves_of(buf)\n"
# Defaults of the scripts' options; see there.
_OPTIONS = {"ONLY_OWN": False, "CYCLES": 0, "MAP": False, "TOGETHER": False, "DESK": False,
            "FAST_PERMILLE": 0}  # fmt: skip
_SCRIPTS = ("clip_program", "emulated_board", "emulated_drive", "heap", "run", "calibration")
PULLED_PAGES = 3
OURS = ("leancore/", "leandevice/")  # folders of the clip's program

Request = tuple[int, dict[str, Any], int]  # kind, payload, frames of the answer
_GREETING: tuple[Request, ...] = ((m.HELLO, {"time_s": 1_800_000_000}, 1), (m.INFO, {}, 1),
                                  (m.RUNS, {"from": 0}, 1))  # fmt: skip
_PULL: tuple[Request, ...] = (
    (m.PAGES, {"run": 1, "from": 0, "count": PULLED_PAGES}, PULLED_PAGES + 1),
)
_SETTINGS: tuple[Request, ...] = ((m.SETTINGS_SET, {"motor_percent": 90}, 1),
                                  (m.SETTINGS_GET, {}, 1), (m.PRESCRIPTION_GET, {}, 1))  # fmt: skip


@dataclass(frozen=True)
class Program:
    """The files of the emulated drive, and the image of the program and the rig's script.

    ``source``: the modules that the image is made of.
    """

    files: dict[str, bytes]
    image: Image
    source: clip.Files

    def in_source(self, called: Iterable[str]) -> list[str]:
        """Return the functions' names in the source, ``lean_module:name`` or ``rig_module:name``.

        ``called``: as the emulator reports them, ``unit:name:line``; others are kept.
        """
        return [self._in_source(told) for told in called]

    def _in_source(self, told: str) -> str:
        unit, _, place = told.partition(":")
        if unit not in self.image.texts:
            return told
        node = innermost(self._tree(self.image.texts[unit]), int(place.rpartition(":")[2]))
        if node is None:
            return f"{unit}:<module>"
        file, line = self.image.origins[unit][node.lineno - 1][0]
        text = next(text for path, text in self.source.values() if path == file)
        there = innermost(self._tree(text), line)
        kind = "lean" if file.startswith(OURS) else "rig"
        return f"{kind}_{Path(file).stem}:{there.name if there else node.name}"

    @staticmethod
    @functools.cache
    def _tree(text: str) -> ast.Module:
        return ast.parse(text)


def innermost(tree: ast.Module, line: int) -> ast.FunctionDef | None:
    """Return the innermost function that contains a line."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
             and node.lineno <= line <= (node.end_lineno or 0)]  # fmt: skip
    return max(found, key=lambda node: node.lineno, default=None)


def made(script: str, options: dict[str, Any]) -> Program:
    """Return what the rig runs: the image that a clip gets, with the rig's script linked to it."""
    files = {
        **payload.source(),
        "leancore.numeric.int16_view": ("leancore/numeric/int16_view.py", _HALVES),
    }
    for name in _SCRIPTS:
        files[name] = (f"{name}.py", (HERE / "scripts" / f"{name}.py").read_text("utf-8"))
    files["clip_rig"] = ("clip_rig.py", _stand_in(options))
    files["desk_frames"] = ("desk_frames.py", desk_frames())
    job = {**_OPTIONS, **options, "UNITS": UNITS}
    values = "".join(f"{name} = {value!r}\n" for name, value in job.items())
    files["rig_job"] = ("rig_job.py", values)
    roots = {
        **clip.ROOTS,
        "rig_drive": ("emulated_drive",),
        "rig_main": (script.removesuffix(".py"),),
        "rig_board": ("emulated_board",),
    }
    image = builder.build(files, roots, clip.SCRIPTS, leaving=clip.LEAVING, merging=clip.MERGING)
    found = clip.compiled(image, mpy.MICROPYTHON)
    found["main.py"] = clip.named_first(image).encode() + b"import hardware\nimport rig_main\n"
    found["hardware.py"] = (HERE / "scripts" / "hardware.py").read_bytes()
    drive = payload.build(BOARD).program
    others = {path: data for path, data in drive.items() if not path.startswith("lean_")}
    return Program({**found, **as_micropython(others)}, image, files)


def _stand_in(options: dict[str, Any]) -> str:
    """Return the source of the stand-in board; ``SAMPLE_MS``: its sensor's sample interval."""
    text = (HERE.parent / "clip_rig.py").read_text("utf-8")
    if "SAMPLE_MS" not in options:
        return text
    return re.sub(r"^SAMPLE_MS = \d+", f"SAMPLE_MS = {options['SAMPLE_MS']}", text, flags=re.M)


def drive_files(log_pages: int) -> dict[str, int]:
    """Return the empty files that the installer allocates, with their sizes in bytes."""
    return {"/leancue.log": log_pages * PAGE_BYTES,
            "/leancue_a.cfg": 3 * PAGE_BYTES, "/leancue_b.cfg": 3 * PAGE_BYTES}  # fmt: skip


def as_micropython(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files in the form of the rig's interpreter."""
    return {name: mpy.MICROPYTHON + content[1:]
            if name.endswith(".mpy") and content[:1] == mpy.CIRCUITPYTHON else content
            for name, content in files.items()}  # fmt: skip


def desk_frames() -> str:
    """Return the source of a module with the host's requests and the number of answer frames.

    It also has the kinds of the requests that name a run; the script builds those itself.
    """
    parts = {"GREETING": _GREETING, "PULL": _PULL, "SETTINGS": _SETTINGS}
    lines = [f"{name} = {_frames(requests)!r}\n" for name, requests in parts.items()]
    numbers = {"PAGES": m.PAGES, "PULLED": m.PULLED, "PULLED_PAGES": PULLED_PAGES}
    return "".join([*lines, *(f"{name} = {number}\n" for name, number in numbers.items())])


def _frames(requests: Iterable[Request]) -> tuple[tuple[bytes, int], ...]:
    return tuple((framing.encode(kind, 1, json.dumps(payload).encode()), answers)
                 for kind, payload, answers in requests)  # fmt: skip
