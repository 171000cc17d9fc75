"""Check that all imports between rooms point down, and that there are no cycles.

Usage: python tools/check_arrows.py. Reads the imports from the code without running it. Exits with
1 if a rule below is broken, or if files or the rooms of a package import each other in a cycle
(``tools/arrows/circles.py``).
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.arrows.circles import circles, for_types  # noqa: E402 (found only through the path above)

HARDWARE = {
    "alarm", "analogio", "bitbangio", "board", "busio", "digitalio", "microcontroller",
    "neopixel_write", "pwmio", "storage", "supervisor", "traceback", "usb_cdc", "watchdog",
    "adafruit_drv2605", "adafruit_bus_device",
}  # fmt: skip
ROOMS = {"leancore", "leandevice", "boards", "leancue", "tests", "tools"}
# CircuitPython has them.
ON_THE_CLIP = {
    "array", "binascii", "gc", "hashlib", "json", "micropython", "os", "struct", "sys", "time",
}  # fmt: skip
# Modules that any file may import below `if TYPE_CHECKING`, which no interpreter runs.
FOR_TYPES = {"collections", "typing"}


@dataclass(frozen=True)
class Rule:
    """`files` (globs) may import only `allowed`, or anything except `forbidden`.

    `lazily`: modules that may be imported inside a function only.
    """

    files: tuple[str, ...]
    allowed: frozenset[str] | None = None
    forbidden: frozenset[str] = frozenset()
    lazily: frozenset[str] = frozenset()


def _rooms_but(*names: str) -> frozenset[str]:
    return frozenset(ROOMS - set(names))


RULES = (
    Rule(("shared/leancore/**/*.py",), frozenset({"leancore", "struct", "binascii", "json"})),
    Rule(("boards/*.py",), frozenset()),
    Rule(
        ("device/lib/leandevice/wiring.py", "device/lib/leandevice/hardware.py",
         "device/lib/leandevice/sensing/bus_look.py",
         "device/boot.py", "device/safemode.py"),
        frozenset({"leancore", "leandevice", "leanboard", "leanstart", "adafruit_bno08x"})
        | HARDWARE
        | ON_THE_CLIP,
    ),  # fmt: skip
    Rule(
        ("device/lib/leandevice/feedback/drv2605.py",),
        frozenset({"leancore", "leandevice", "adafruit_drv2605", "adafruit_bus_device"}),
        lazily=frozenset({"adafruit_drv2605", "adafruit_bus_device"}),
    ),
    Rule(
        ("device/lib/leandevice/**/*.py", "device/code.py", "device/leanstart.py"),
        frozenset({"leancore", "leandevice", "leanboard", "adafruit_bno08x"}) | ON_THE_CLIP,
    ),
    # Sizes, parts and steps need no CAD library; the model built from them does.
    Rule(
        ("boards/case/sizes/*.py", "boards/case/rules.py", "boards/case/layout.py",
         "boards/case/parts.py", "boards/case/steps.py", "boards/case/variants.py"),
        frozenset({"__future__", "boards", "collections", "dataclasses", "math"}),
    ),  # fmt: skip
    Rule(("boards/case/*.py",), forbidden=_rooms_but("boards")),
    Rule(("boards/sim/**/*.py",), forbidden=_rooms_but("leancore", "leandevice", "boards")),
    Rule(
        ("host/leancue/transports/simulator_process.py",),
        forbidden=_rooms_but("leancore", "leancue", "boards"),
        lazily=frozenset({"boards"}),
    ),
    Rule(("host/examples/*.py",), forbidden=_rooms_but("leancue")),
    Rule(("host/leancue/**/*.py",), forbidden=_rooms_but("leancore", "leancue")),
    Rule(("tests/**/*.py", "tools/**/*.py"), forbidden=frozenset()),
)


def imports(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Yield (line, top-level module, whether inside a function) of each import.

    Imports for type checkers of the modules in ``FOR_TYPES`` are left out.
    """
    typed = for_types(tree)
    for node, module, lazy in _all_imports(tree):
        if node not in typed or module not in FOR_TYPES:
            yield node.lineno, module, lazy


def _all_imports(tree: ast.Module) -> Iterator[tuple[ast.stmt, str, bool]]:
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name.split(".")[0], node in inside
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node, node.module.split(".")[0], node in inside


def problems(root: Path) -> Iterator[str]:
    """Yield each broken rule as text."""
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        if relative.parts[0].startswith((".", "build", "dist")):
            continue
        rule = _first_rule(relative)
        if rule is None:
            yield f"{relative}: no rule says what this file may import"
            continue
        for line, module, lazy in imports(ast.parse(path.read_text("utf-8"))):
            if not _may(rule, module, lazy):
                yield f"{relative}:{line}: must not import {module}"
            if module == "tools" and relative.parts[0] not in ("tools", "tests"):
                yield f"{relative}:{line}: nothing imports tools"
    yield from circles(root)


def _first_rule(relative: Path) -> Rule | None:
    for rule in RULES:
        for pattern in rule.files:
            folder, _, name = pattern.rpartition("/")
            deep = folder.endswith("/**") or folder == "**"
            base = folder.removesuffix("/**")
            parent = relative.parent.as_posix()
            in_folder = parent == base or (deep and (parent + "/").startswith(base + "/"))
            if in_folder and relative.match(name):
                return rule
    return None


def _may(rule: Rule, module: str, lazy: bool) -> bool:
    if module in rule.lazily and not lazy:
        return False
    if rule.allowed is not None:
        return module in rule.allowed
    return module not in rule.forbidden


def main() -> int:
    """Print the broken rules; return 0 if there are none."""
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    found = list(problems(ROOT))
    for line in found:
        sys.stdout.write(line + "\n")
    sys.stdout.write(f"arrows: {len(found)} wrong\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
