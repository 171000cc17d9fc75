"""Many runs analysed anew: by processes of this machine, or by the workers of a Dask cluster.

The work is the same function over the same bytes, and the answers stand in the order of the runs,
so both ways give the same result.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

from leancore import __version__

from leancue.basis import program
from leancue.basis.errors import CohortError, InstallError
from leancue.cohort.parameter_changes import Changes
from leancue.cohort.reanalysis import Analysis, analyse

Progress = Callable[[int, int], None]
_CHUNK = 4  # runs that a process takes at once
_AHEAD = 3  # runs that wait at each worker of a cluster: their bytes are in its memory
_CONNECT_S = 15


def locally(
    logs: Sequence[Path], changes: Changes, workers: int = 0, progress: Progress | None = None
) -> list[Analysis]:
    """Analyse the logs with processes of this machine; ``workers`` 0 = one for each processor."""
    workers = min(workers or os.cpu_count() or 1, max(len(logs), 1))
    tell = progress or (lambda done, total: None)
    found: list[Analysis] = []
    if workers == 1:
        return _told(map(of_file, logs, repeat(changes)), found, len(logs), tell)
    # Processes made anew: a fork would take over an open database.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        answers = pool.map(of_file, logs, repeat(changes), chunksize=_CHUNK)
        return _told(answers, found, len(logs), tell)


def _told(answers: Any, found: list[Analysis], total: int, tell: Progress) -> list[Analysis]:
    for answer in answers:
        found.append(answer)
        tell(len(found), total)
    return found


def of_file(path: Path, changes: Changes) -> Analysis:
    """Analyse the log in a file; one that cannot be read says so in the answer."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return Analysis(why_not=f"the file cannot be read: {error.strerror or error}")
    return analyse(data, changes)


def on_cluster(
    logs: Sequence[Path], changes: Changes, scheduler: str, progress: Progress | None = None
) -> list[Analysis]:
    """Analyse the logs on a Dask cluster, whose workers need no access to this disk.

    Raises:
        InstallError: Dask is not installed here.
        CohortError: the scheduler does not answer, has no workers, or they are of other versions.
    """
    client = _connect(scheduler)
    try:
        _check_workers(client, scheduler)
        return _spread(client, logs, changes, progress or (lambda done, total: None))
    finally:
        client.close()


def _connect(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise InstallError(
            "A cluster needs Dask, which is not installed.",
            way_out=program.get_part("cohort"),
        ) from error
    try:
        return Client(scheduler, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CohortError(
            f"No scheduler answers at {scheduler}: {error}.",
            "It is not running, or a firewall is between.",
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
            "Other versions may decide otherwise.",
            "Install the same version everywhere.",
        )


def _version() -> str:
    return __version__


def _spread(client: Any, logs: Sequence[Path], changes: Changes, tell: Progress) -> list[Analysis]:
    """Keep every worker busy without sending all runs at once."""
    from distributed import as_completed

    found: dict[int, Analysis] = {}
    numbers: dict[Any, int] = {}
    waiting = iter(enumerate(logs))
    going = as_completed(loop=client.loop)

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
        found[numbers.pop(future)] = future.result()
        tell(len(found), len(logs))
        send()
    return [found[number] for number in range(len(logs))]
