"""Work distributed over processes; results are in the order of the items."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")


class Jobs:
    """A pool of `count` processes (1: none, everything here)."""

    def __init__(self, count: int) -> None:
        self._pool = None
        if count > 1:
            forked = multiprocessing.get_context("fork")
            self._pool = ProcessPoolExecutor(count, mp_context=forked)

    def map(self, work: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
        """`work` of each item; a worker's exception is raised here."""
        if self._pool is None:
            return [work(item) for item in items]
        return list(self._pool.map(work, items))

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown()
