"""Many runs analysed anew: by processes of this machine, or by the workers of a Dask cluster.

The work is the same function over the same bytes, and the answers stand in the order of the runs,
so both ways give the same result.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import repeat
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from leancore import __version__

from leancue.basis import program
from leancue.basis.errors import CohortError, InstallError
from leancue.cohort.parameter_changes import Changes
from leancue.cohort.reanalysis import UNREADABLE, Analysis, analyse

Progress = Callable[[int, int], None]
Keep = Callable[[int, Analysis], None]
_AHEAD = 3  # runs that wait at each worker of a cluster: their bytes are in its memory
_CONNECT_S = 15


def _nothing(*_: object) -> None:
    """Tell nobody, keep nothing."""


def locally(
    logs: Sequence[Path], changes: Changes, workers: int = 0, progress: Progress = _nothing,
    keep: Keep = _nothing,
) -> list[Analysis]:  # fmt: skip
    """Analyse the logs with processes of this machine.

    Args:
        logs: their files.
        changes: what is other than on the day.
        workers: processes; 0 = one for each processor.
        progress: is told how many are done, of how many.
        keep: gets each analysis as it comes, with its place in ``logs``.

    Raises:
        CohortError: where a process ended by itself.
    """
    workers = min(workers or os.cpu_count() or 1, max(len(logs), 1))
    found: dict[int, Analysis] = {}
    for number, answer in _answers(logs, changes, workers):
        found[number] = answer
        keep(number, answer)
        progress(len(found), len(logs))
    return [found[number] for number in range(len(logs))]


def _answers(
    logs: Sequence[Path], changes: Changes, workers: int
) -> Iterator[tuple[int, Analysis]]:
    """Yield place and analysis of each log as it is done."""
    if workers == 1:
        yield from enumerate(map(of_file, logs, repeat(changes)))
        return
    # Processes made anew: a fork would take over an open database.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent) as pool:
        numbers = {pool.submit(of_file, path, changes): i for i, path in enumerate(logs)}
        try:
            for future in as_completed(numbers):
                yield numbers[future], future.result()
        except BrokenProcessPool as error:
            raise CohortError(
                "A process that analysed runs ended unexpectedly.",
                "There may not be enough memory for so many processes, or somebody stopped it.",
                "Type the command again with fewer `--workers`: it continues where it stopped.",
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Let a worker end when the program that began it is killed, instead of waiting for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    ended = partial(_exit_after, parent.sentinel)
    threading.Thread(target=ended, daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def of_file(path: Path, changes: Changes) -> Analysis:
    """Analyse the log in a file; one that cannot be read says so in the answer."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return Analysis(why_not=f"{UNREADABLE}: {error.strerror or error}")
    return analyse(data, changes)


def on_cluster(
    logs: Sequence[Path], changes: Changes, scheduler: str, progress: Progress = _nothing,
    keep: Keep = _nothing,
) -> list[Analysis]:  # fmt: skip
    """Analyse the logs on a Dask cluster, whose workers need not reach this disk; as ``locally``.

    Raises:
        InstallError: Dask is not installed here.
        CohortError: the scheduler does not answer, has no workers, or they are of other versions.
    """
    client = _connect(scheduler)
    try:
        _check_workers(client, scheduler)
        return _spread(client, logs, changes, progress, keep)
    finally:
        client.close()


def _connect(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise InstallError(
            "Using a cluster needs Dask, which is not installed.",
            way_out=program.get_part("cohort"),
        ) from error
    try:
        return Client(scheduler, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CohortError(
            f"No scheduler answers at {scheduler}: {error}.",
            "It is not running, or a firewall blocks it.",
            "Start one with `dask scheduler`, and workers with `dask worker ADDRESS`.",
        ) from error


def _check_workers(client: Any, scheduler: str) -> None:
    versions = client.run(_version)
    if not versions:
        raise CohortError(
            f"The scheduler at {scheduler} has no workers.",
            way_out=f"Start one with `dask worker {scheduler}`.",
        )
    others = {found for found in versions.values() if found != __version__}
    if others:
        raise CohortError(
            f"Workers have LeanCue {', '.join(sorted(others))}, this desk has {__version__}.",
            "Different versions may give different decisions.",
            "Install the same version everywhere.",
        )


def _version() -> str:
    return __version__


def _spread(
    client: Any, logs: Sequence[Path], changes: Changes, tell: Progress, keep: Keep
) -> list[Analysis]:
    """Keep every worker busy without sending all runs at once."""
    from distributed import as_completed as as_they_come

    found: dict[int, Analysis] = {}
    numbers: dict[Any, int] = {}
    waiting = iter(enumerate(logs))
    going = as_they_come(loop=client.loop)

    def send() -> None:
        """Send the next run; one that cannot be read is answered here."""
        for number, path in waiting:
            try:
                data = path.read_bytes()
            except OSError:
                found[number] = of_file(path, changes)
                continue
            future = client.submit(analyse, data, changes, pure=False)
            numbers[future] = number
            going.add(future)
            return

    for _ in range(_AHEAD * len(client.scheduler_info(n_workers=-1)["workers"])):
        send()
    for future in going:
        number = numbers.pop(future)
        found[number] = future.result()
        keep(number, found[number])
        tell(len(found), len(logs))
        send()
    return [found[number] for number in range(len(logs))]
