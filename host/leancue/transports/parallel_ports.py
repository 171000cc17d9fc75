"""Several ports at once: a thread for each, bounded in number and time, cancellable."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterator
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")
Work = Callable[[str, Callable[[], bool]], T]

AT_ONCE = 16
_END_S = 1.5  # for threads to end: somewhat longer than a write to a port may take
_LOOK_S = 0.1  # Ctrl-C is handled between two polls, on every system


def side_by_side(
    work: Work[T], ports: Collection[str], most_s: float, discard: Callable[[T], None]
) -> Generator[tuple[str, Future[T]], None, None]:
    """Do ``work`` on each of ``ports``; yield (port, result) in the order of completion.

    Close the iterator to cancel the rest. A port with a hanging driver does not block: its thread
    is abandoned, and the program can end without it.

    Args:
        work: gets the port, and a function that is True once the port is given up.
        ports: any number; ``AT_ONCE`` of them at a time.
        most_s: what has not ended by then is left out.
        discard: gets each result that came too late to be yielded.
    """
    threads = _PortThreads(work, ports, discard)
    try:
        yield from threads.results(len(ports), time.monotonic() + most_s)
    finally:
        threads.end()


class _PortThreads(Generic[T]):
    """The threads; each takes the next port when it has finished one."""

    def __init__(self, work: Work[T], ports: Collection[str], discard: Callable[[T], None]) -> None:
        self._work, self._discard = work, discard
        self._over = threading.Event()
        self._done: queue.SimpleQueue[tuple[str, Future[T]]] = queue.SimpleQueue()
        self._todo: queue.SimpleQueue[str] = queue.SimpleQueue()
        for port in ports:
            self._todo.put(port)
        count = min(AT_ONCE, len(ports))
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def results(self, count: int, deadline_s: float) -> Iterator[tuple[str, Future[T]]]:
        while count and time.monotonic() < deadline_s:
            try:
                yield self._done.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            count -= 1

    def end(self) -> None:
        """Let the threads end, and wait for those that do."""
        self._over.set()
        deadline_s = time.monotonic() + _END_S
        for thread in self._threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        self._discard_rest()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                port = self._todo.get_nowait()
            except queue.Empty:
                return
            self._done.put((port, self._result(port)))
        self._discard_rest()  # results of an abandoned thread

    def _result(self, port: str) -> Future[T]:
        result: Future[T] = Future()
        try:
            result.set_result(self._work(port, self._over.is_set))
        except Exception as error:  # noqa: BLE001 (raised again by whoever asks for the result)
            result.set_exception(error)
        return result

    def _discard_rest(self) -> None:
        """Discard unused results, each exactly once."""
        while True:
            try:
                _port, result = self._done.get_nowait()
            except queue.Empty:
                return
            if not result.exception():
                self._discard(result.result())
