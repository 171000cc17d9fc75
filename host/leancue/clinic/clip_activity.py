"""Current actions on clips: one at a time per port, visible to every tab."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from leancue.basis.errors import PortBusy
from leancue.language.words import _


class ClipBusy(PortBusy):
    """The page is already doing something with a clip.

    Example: the live view runs, and someone presses Pull.
    """


class ClipActivity:
    """The ports in use, and their purpose. Thread-safe.

    Two actions on one port would mix their answers; on different ports they are independent.
    """

    def __init__(self, port_timeout_s: float) -> None:
        """``port_timeout_s``: how long to wait for a port that another tab is using."""
        self._port_timeout_s = port_timeout_s
        self._free = threading.Condition()
        self._doing: dict[str, str] = {}

    @contextmanager
    def alone(self, port: str, what: str) -> Iterator[None]:
        """Use the port exclusively; ``what`` is shown in other tabs. ClipBusy."""
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
        """Use the free ones among the ports; ignore the others."""
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
        """Return the purpose for which the port is in use, "" if it is free."""
        with self._free:
            return self._doing.get(port, "")

    def wait_until_idle(self, timeout_s: float) -> bool:
        """Wait until all actions have ended; return whether they did."""
        with self._free:
            return self._free.wait_for(lambda: not self._doing, timeout_s)
