"""The live view of one clip, shared by all watching tabs; it ends with the last one.

It owns the port while it runs; its thread sends other requests between two frames, so that a
calibration and the view do not disturb each other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from leancue.basis.errors import DeviceError
from leancue.clip.client import Client
from leancue.language.words import _
from leancue.live.live_state import LiveState

_LOOK_S = 0.5
# The clip sends a moment twice a second. A request costs up to a second if it is lost, during which
# the view would freeze: so only a clip that is silent for longer is asked.
_QUIET_S = 1.5
Question = tuple[Callable[[Client], Any], "Future[Any]"]


class LiveFeed:
    """The live data of one clip; ``state`` is written by the listening thread."""

    def __init__(self) -> None:
        self.state = LiveState()
        self.error: DeviceError | None = None
        self._watchers: set[object] = set()
        self._questions: list[Question] = []
        self._lock = threading.Lock()
        self._over = threading.Event()

    def join(self, watcher: object) -> bool:
        """Join; return whether the feed still runs."""
        with self._lock:
            if not self._over.is_set():
                self._watchers.add(watcher)
            return not self._over.is_set()

    def leave(self, watcher: object) -> None:
        """Leave; without watchers the feed ends."""
        with self._lock:
            self._watchers.discard(watcher)
            if not self._watchers:
                self._over.set()

    def end(self) -> None:
        """End it for all."""
        self._over.set()

    def wait(self, watcher: object) -> None:
        """Wait until the feed ends, or ``watcher`` leaves."""
        while not self._over.wait(_LOOK_S):
            with self._lock:
                if watcher not in self._watchers:
                    return

    @property
    def watchers(self) -> int:
        """Number of watchers."""
        with self._lock:
            return len(self._watchers)

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._over.is_set()

    def ask(self, question: Callable[[Client], Any]) -> Any:
        """Let the listening thread ask the clip something; return the answer. DeviceError."""
        answer: Future[Any] = Future()
        with self._lock:
            if self._over.is_set():
                raise DeviceError(_("The live view has just ended."), way_out=_("Press it again."))
            self._questions.append((question, answer))
        return answer.result()

    def listen(self, client: Client) -> None:
        """Read the live stream until there are no watchers. DeviceError if the clip is lost."""
        try:
            while not self._over.is_set():
                self._answer(client)
                client.live(True)  # repeated after silence, to check that it is still there
                for frame in client.stream(_QUIET_S):
                    self.state.take(frame)
                    if self._over.is_set() or self._questions:
                        break
            client.live(False)
        except DeviceError as error:
            self.error = error
            raise
        finally:
            self._over.set()
            self._refuse()

    def _answer(self, client: Client) -> None:
        with self._lock:
            waiting, self._questions = self._questions, []
        if waiting:
            client.live(False)
        for question, answer in waiting:
            try:
                answer.set_result(question(client))
            except Exception as error:  # noqa: BLE001 (it belongs to whoever asked)
                answer.set_exception(error)

    def _refuse(self) -> None:
        with self._lock:
            waiting, self._questions = self._questions, []
        for _question, answer in waiting:
            answer.set_exception(
                DeviceError(_("The live view ended before the clip could be asked."))
            )
