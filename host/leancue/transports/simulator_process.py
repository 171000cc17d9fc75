"""The simulated board in a separate process: start, go, wait, end."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from typing import Any, Self

from leancue.basis import program
from leancue.basis.errors import DeviceGone, NoDevice

START_TIMEOUT_S = 15.0
END_TIMEOUT_S = 3.0
OVER_TIMEOUT_S = 600.0
_STARTERS_LAST = "[PYI-"  # the frozen program's starter does not give the reason of a failure
WEARER = "demo"  # the default wearer


class Simulator:
    """A running simulated board: ``port`` to open, ``uid``.

    It stays at its time 0 until ``go``; then its wearer follows the plan.
    """

    def __init__(
        self,
        wearer: str = WEARER,
        *,
        seed: int | None = None,
        speed: float | None = None,
        folder: str | None = None,
        uid: str | None = None,
        hello_s: float | None = None,
        command: Sequence[str] | None = None,
        start_timeout_s: float = START_TIMEOUT_S,
    ) -> None:
        """Start it. NoDevice if it does not come up.

        Args:
            wearer: a named plan, or a recording (CSV).
            seed: of the wearer's chances.
            speed: times real time; 0 = as fast as the host can.
            folder: where its flash is kept; without it nothing outlives it.
            uid: its UID, where there are several.
            hello_s: how long its first answer takes.
            command: the program to start instead of ``python -m boards.sim``.
            start_timeout_s: how long it may take to come up.
        """
        self.wearer = wearer
        options = {"--wearer": wearer, "--seed": seed, "--speed": speed, "--folder": folder}
        options |= {"--uid": uid, "--hello-s": hello_s}
        options["--port"] = "tcp" if sys.platform == "win32" else "pty"
        arguments = [str(x) for pair in options.items() if pair[1] is not None for x in pair]
        self._said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._over: dict[str, Any] | None = None
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed in close)
        self._process = subprocess.Popen(
            [*(command or program.module("boards.sim")), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "PYTHONIOENCODING": "utf-8",  # whatever ours is: its output is JSON
            },
            start_new_session=True,  # Ctrl-C is for us; the board ends when stdin closes
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self.port, self.uid = self._await_port(start_timeout_s)

    def go(self) -> None:
        """Start or restart the wearer. DeviceGone."""
        self._over = None
        self.say("go")

    def say(self, line: str) -> None:
        """Send ``line`` to the simulator, such as ``press`` or ``fault NAME``. DeviceGone."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._stopped() from error

    def over(self) -> dict[str, Any] | None:
        """Return ``{over, simulated_s, wall_s}`` once the plan is over, None before. DeviceGone."""
        with contextlib.suppress(queue.Empty):
            while self._over is None:
                self._over = self._heard(self._said.get_nowait())
        return self._over

    def wait_until_over(self, timeout_s: float = OVER_TIMEOUT_S) -> dict[str, Any]:
        """Wait for the end of the plan; return like ``over``. DeviceGone."""
        deadline_s = time.monotonic() + timeout_s
        while self._over is None:
            try:
                line = self._said.get(timeout=max(0.0, deadline_s - time.monotonic()))
            except queue.Empty:
                raise DeviceGone(f"The simulated run did not end in {timeout_s:.0f} s.") from None
            self._over = self._heard(line)
        return self._over

    def close(self) -> None:
        """End the simulated board; idempotent."""
        process = self._process
        with contextlib.suppress(OSError):  # it may have ended before us
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._complaints.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _listen(self) -> None:
        """Parse its output into objects; None at the end."""
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                try:
                    said = json.loads(line)
                except ValueError:
                    continue  # output of a library
                if isinstance(said, dict):
                    self._said.put(said)
        self._said.put(None)

    def _await_port(self, timeout_s: float) -> tuple[str, str]:
        try:
            first = self._said.get(timeout=timeout_s) or {}
            how = "It ended at once." if not first else "It did not report its port and UID."
        except queue.Empty:
            first, how = {}, f"It sent nothing for {timeout_s:.0f} s."
        if {"port", "uid"} <= set(first):
            return str(first["port"]), str(first["uid"])
        error = self._not_started(how)
        self.close()
        raise error

    def _heard(self, said: dict[str, Any] | None) -> dict[str, Any] | None:
        if said is None:
            raise self._stopped()
        return said if said.get("over") else None

    def _not_started(self, how: str) -> NoDevice:
        return NoDevice(
            f"The simulated board did not start. {how}",
            self._last_words(),
            f"Try it alone with `{shlex.join(program.module('boards.sim'))} --wearer short`.",
        )

    def _stopped(self) -> DeviceGone:
        return DeviceGone("The simulated board stopped.", self._last_words())

    def _last_words(self) -> str:
        """The last line of its error output, if any."""
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").splitlines()
        lines = [line for line in said if line.strip() and not line.startswith(_STARTERS_LAST)]
        return f"Its last output: {lines[-1].strip()}" if lines else ""
