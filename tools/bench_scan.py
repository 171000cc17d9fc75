"""Time to find a clip, by the duration of its first hello, also next to other devices.

Usage: python tools/bench_scan.py [--hello-s 0.02 0.1 1 2 3.5] [--checkout DIR] Each command runs as
a separate process, against a newly started simulated clip and with a given list of ports; otherwise
it runs as typed. Prints a table; exits with 1 if a clip was not found or another device was taken
for one. With --checkout the desk tool of another checkout is measured.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("shared", "device/lib", "host", ".")
sys.path[:0] = [str(ROOT / room) for room in ROOMS]

from leancue.basis.errors import SeveralDevices  # noqa: E402 (found only through the paths above)
from leancue.basis.terminal import say_table  # noqa: E402
from leancue.transports.simulator_process import Simulator  # noqa: E402

from tools.foreign_devices import FOREIGN_DEVICES, ForeignDevice  # noqa: E402

HELLO_S = (0.02, 0.1, 1.0, 2.0, 3.5)
ANOTHER_CLIP = "another clip"
HEADER = ("FIRST HELLO", "BESIDE IT", "COMMAND", "LOOKED FOR", "TOOK", "EXIT", "RIGHT", "SAID")
TIMEOUT_S = 60.0
SAID_LETTERS = 60
CHILD = """
import sys, time
from leancue import cli
from leancue.clip import devices
ports, look = sys.argv.pop(1).split(","), devices.scan
devices.candidates = lambda: ports
def timed(*words, **names):
    began_s = time.monotonic()
    try:
        return look(*words, **names)
    finally:
        sys.stderr.write("looked for %.3f s\\n" % (time.monotonic() - began_s))
devices.scan = timed
cli.main()
"""


@dataclass(frozen=True)
class Case:
    """``hello_s``: of the clip, None without one.

    ``beside``: the other device that is plugged in, or "". ``listed``, ``used``: the correct exit
    codes of `devices` and of `info`, which uses the only clip.
    """

    hello_s: float | None
    beside: str = ""
    listed: int = 0
    used: int = 0


def cases(hello_s: Sequence[float]) -> Iterator[Case]:
    """A clip alone, each foreign device alone, and the first clip beside each of them."""
    yield from map(Case, hello_s)
    for name, (_manner, code) in FOREIGN_DEVICES.items():
        yield Case(None, name, code, code)
    for name in FOREIGN_DEVICES:
        yield Case(hello_s[0], name)
    yield Case(hello_s[0], ANOTHER_CLIP, used=SeveralDevices.exit_code)


@contextmanager
def plugged(case: Case) -> Iterator[list[str]]:
    """The ports of the devices that are plugged in."""
    with ExitStack() as stack:
        ports = []
        if case.hello_s is not None:
            clip = stack.enter_context(Simulator("short", hello_s=case.hello_s))
            ports.append(clip.port)
        if case.beside == ANOTHER_CLIP:
            ports.append(stack.enter_context(Simulator("short", uid="B2")).port)
        elif case.beside:
            ports.append(stack.enter_context(ForeignDevice(case.beside)).path)
        yield ports


@dataclass(frozen=True)
class CommandResult:
    """Result of a command: exit code, time of the search for clips and in all, output."""

    code: int
    looked_s: float
    took_s: float
    said: str


def typed(word: str, ports: Sequence[str], checkout: Path) -> CommandResult:
    """Type ``leancue WORD`` on a host with ``ports``."""
    environment = {k: v for k, v in os.environ.items() if k != "LEANCUE_DEVICE"}
    environment["PYTHONPATH"] = os.pathsep.join(str(checkout / room) for room in ROOMS)
    began_s = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, ",".join(ports), word],
        env=environment, capture_output=True, text=True, timeout=TIMEOUT_S,
    )  # fmt: skip
    took_s = time.monotonic() - began_s
    looked = re.match(r"looked for ([\d.]+) s\n", done.stderr)
    if looked is None:
        raise SystemExit(done.stderr)
    said = (done.stdout or done.stderr[looked.end() :]).splitlines()[0]
    return CommandResult(done.returncode, float(looked[1]), took_s, said)


def row(case: Case, word: str, got: CommandResult, right: bool) -> tuple[object, ...]:
    """A line of the table."""
    takes = "no clip" if case.hello_s is None else f"{case.hello_s:g} s"
    return (
        takes, case.beside or "nothing", word, f"{got.looked_s:.2f} s", f"{got.took_s:.2f} s",
        got.code, "yes" if right else "NO", got.said[:SAID_LETTERS],
    )  # fmt: skip


def main() -> int:
    """Measure everything and print it; 0 if every result was correct."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hello-s", type=float, nargs="+", default=HELLO_S)
    parser.add_argument("--checkout", type=Path, default=ROOT, help="whose desk tool is measured")
    options = parser.parse_args()
    rows, wrong = [], 0
    for case in cases(options.hello_s):
        for word, expected in (("devices", case.listed), ("info", case.used)):
            with plugged(case) as ports:
                got = typed(word, ports, options.checkout)
            wrong += got.code != expected
            rows.append(row(case, word, got, got.code == expected))
    say_table(HEADER, rows)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
