"""What is being done with which clip: one thing at a time on a port, seen by every tab."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from leancue.basis.errors import PortBusy
from leancue.language.words import _


class ClipBusy(PortBusy):
    """This page itself is doing something with a clip.

    Example: the live view runs, and somebody presses Pull.
    """


class ClipActivity:
    """The ports that are in use, and what for. Safe from every thread.

    Two things at once on one port would mix their answers; on two ports they do not meet.
    """

    def __init__(self, port_timeout_s: float) -> None:
        """``port_timeout_s``: how long one waits for a port that another tab is using."""
        self._port_timeout_s = port_timeout_s
        self._free = threading.Condition()
        self._doing: dict[str, str] = {}

    @contextmanager
    def alone(self, port: str, what: str) -> Iterator[None]:
        """Have the port to oneself; ``what`` is told to the other tabs. ClipBusy."""
        with self._free:
            if not self._free.wait_for(lambda: port not in self._doing, self._port_timeout_s):
                raise ClipBusy(
                    _("The page is still busy with a clip."),
                    _(
                        "It is {get}.",
                        get=self._doing.get(port, what),
                    ),
                )
            self._doing[port] = what
        try:
            yield
        finally:
            with self._free:
                del self._doing[port]
                self._free.notify_all()

    @contextmanager
    def those_free(self, ports: list[str], what: str) -> Iterator[list[str]]:
        """Have those of the ports that are free; the others are left alone."""
        with self._free:
            mine = [port for port in dict.fromkeys(ports) if port not in self._doing]
            self._doing.update(dict.fromkeys(mine, what))
        try:
            yield mine
        finally:
            with self._free:
                for port in mine:
                    del self._doing[port]
                self._free.notify_all()

    def doing(self, port: str) -> str:
        """Return what the port is in use for, "" where it is free."""
        with self._free:
            return self._doing.get(port, "")

    def wait_until_idle(self, timeout_s: float) -> bool:
        """Wait until nothing is being done; return whether that came."""
        with self._free:
            return self._free.wait_for(lambda: not self._doing, timeout_s)
