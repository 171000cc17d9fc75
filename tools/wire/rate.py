"""Transfer rate of a run over a pseudo terminal, compared with a raw copy of as many bytes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from leancore.runlog.pages import PAGE_BYTES
from leancue.clip.client import Client
from leancue.runs.pull import pull
from leancue.transports.addresses import open_transport
from leancue.transports.simulator_process import Simulator

from tools.wire.made import write_log

ROOT = Path(__file__).resolve().parents[2]


def raw_bytes_per_s(pages: int, cable_bytes_per_s: float) -> float:
    """Return the rate of a plain copy between two processes, with the ports of board and host."""
    size = pages * PAGE_BYTES
    with _program("tools.wire.raw_source", size) as source, _cable(
        source[1], cable_bytes_per_s
    ) as path, open_transport(path) as desk:  # fmt: skip
        began_s = time.monotonic()
        source[0].write("go\n")
        source[0].flush()
        got = 0
        while got < size:
            got += len(desk.read(1.0))
        return size / (time.monotonic() - began_s)


def pull_bytes_per_s(pages: int, cable_bytes_per_s: float) -> float:
    """Return the bytes of log per second: requested, framed, checked, written and renamed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_log(folder / "drive", pages)
        with Simulator("short", folder=str(folder / "drive")) as clip, _cable(
            clip.port, cable_bytes_per_s
        ) as path, Client(open_transport(path)) as client:  # fmt: skip
            uid = client.hello().uid
            (run,) = client.runs()
            began_s = time.monotonic()
            done = pull(client, uid, run, folder / "runs")
            took_s = time.monotonic() - began_s
        if done.missing or done.not_noted or done.path.stat().st_size != pages * PAGE_BYTES:
            raise ValueError(f"the pull is not whole: {done}")
    return pages * PAGE_BYTES / took_s


@contextmanager
def _cable(port: str, bytes_per_s: float) -> Iterator[str]:
    """Yield the port itself or, if a rate is given, the far end of a cable with it."""
    if not bytes_per_s:
        yield port
        return
    with _program("tools.wire.cable", port, bytes_per_s) as (_stdin, path):
        yield path


@contextmanager
def _program(module: str, *arguments: object) -> Iterator[tuple[IO[str], str]]:
    """Run a program that prints its port; yield its standard input and the port."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        assert process.stdin is not None and process.stdout is not None
        yield process.stdin, process.stdout.readline().strip()
        process.stdin.close()
