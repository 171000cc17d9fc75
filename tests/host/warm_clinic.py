"""``leancue clinic`` started at once: forked off a process that has read its modules before.

To read them takes over a second, whichever test starts it. What is forked is a process like any
other, with memory, signals and an end of its own; how it is started is tested elsewhere.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

HERE = sys.platform == "linux"
_FORKER = Path(__file__).with_name("clinic_forker.py")


class Program:
    """A running program, used as a ``subprocess.Popen``."""

    def __init__(self, told: socket.socket, stdout: IO[str]) -> None:
        self.stdout = stdout
        self.returncode: int | None = None
        self._told = told.makefile("rb", buffering=0)
        told.close()
        self.pid = int(self._told.readline())

    def poll(self) -> int | None:
        """How it ended, None while it runs."""
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self._ended()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("leancue clinic", timeout or 0)
            self._ended()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, sent: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sent)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _ended(self) -> None:
        with self._told as told:
            self.returncode = int(told.readline())


def start(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], before: str, err: IO[str]
) -> Program:
    """Start ``leancue`` with these words in ``folder``; ``before`` is Python that runs first."""
    ours, told = socket.socketpair()
    read, out = os.pipe()
    order = {"words": json.dumps(words), "environment": json.dumps(dict(environment)),
             "folder": str(folder), "before": before}  # fmt: skip
    socket.send_fds(_forker(), [json.dumps(order).encode()], [out, err.fileno(), told.fileno()])
    os.close(out)
    told.close()
    return Program(ours, os.fdopen(read))


@cache
def _forker() -> socket.socket:
    """What orders go to; it ends with us."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, str(_FORKER), str(theirs.fileno())],
        pass_fds=[theirs.fileno()], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    theirs.close()
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n", f"try it alone: {_FORKER}"
    process.stdout.close()
    return ours
