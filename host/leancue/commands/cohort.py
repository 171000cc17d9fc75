"""``leancue cohort``: the library for a researcher."""

from __future__ import annotations

import binascii
import os
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import program, terminal
from leancue.basis.files import read_at_most, reason_of
from leancue.commands.library import opened

if TYPE_CHECKING:
    from leancue.cohort.parallel_analysis import Keep
    from leancue.cohort.parameter_changes import Changes
    from leancue.cohort.reanalysis import Analysis

_KEY_FILE_BYTES_MOST = 10_000
_KEY_BYTES_LEAST = 16


def cohort(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new folder for the data set.")],
    raw: Annotated[bool, typer.Option("--raw", help="Include the raw samples.")] = False,
    again: Annotated[
        bool, typer.Option(
            "--again", help="Analyse every run with raw samples again, even if nothing changes.")
    ] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Analyse again with this change."),
    ] = None,
    orientation: Annotated[
        str, typer.Option(metavar="KIND", help=("Analyse again with the orientation chip, own or "
                                               "both."))
    ] = "",
    workers: Annotated[
        int, typer.Option(min=0, help="Processes on this computer; 0 = one per processor.")
    ] = 0,
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Use this Dask scheduler instead.")
    ] = "",
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=(
            "Key file of the pseudonyms, created if missing. Without it, two data sets cannot be "
            "linked.")),
    ] = None,
    example: Annotated[bool, typer.Option(
        "--example", help="Include the example patient.")] = False,
) -> None:  # fmt: skip
    """Write the library as a data set for research.

    It is Parquet, pseudonymous, and describes itself. With --set, --orientation or --again every
    raw run is analysed anew. Stopped or killed, it goes on where it was when typed again.
    """
    from leancue.cohort.parameter_changes import read

    changes = read(set_ or (), orientation)
    dataset = _dataset()
    from leancue.cohort.unfinished import Unfinished

    again = bool(again or changes.prescription or changes.settings)
    stays = "Type the command again: it continues where it stopped."
    with (
        opened(reading=True) as library, Unfinished(out) as unfinished, terminal.if_stopped(stays)
    ):  # fmt: skip
        members = dataset.Cohort(library, unfinished.key(key_in(key)), example=example)
        analyses, before = None, 0
        if again:
            journal = unfinished.journal(changes)
            before = journal.before
            with terminal.progress("analysing", "runs") as progress:
                work = partial(_analyse, changes, workers, scheduler, progress, before)
                analyses = dataset.analysed(members, journal, work)
        with terminal.progress("writing", "runs") as progress:
            dataset.write_on(
                unfinished, members, raw=raw, changes=changes if again else None,
                analyses=analyses or (), progress=progress,
            )  # fmt: skip
    patients = len({member.patient for member in members.members})
    terminal.say(
        f"{terminal.count(len(members.members), 'run')} of {terminal.count(patients, 'patient')} "
        f"are in {out}; its README.md says what stands where."
    )
    if analyses is not None:
        terminal.say(_analysis_words(analyses, before))


def _dataset() -> ModuleType:
    try:
        from leancue.cohort import dataset
    except ImportError as error:
        from leancue.basis.errors import InstallError

        raise InstallError(
            f"A data set needs packages that are not installed ({error.name}).",
            way_out=program.get_part("cohort"),
        ) from error
    return dataset


def _analyse(
    changes: Changes, workers: int, scheduler: str, progress: terminal.Progress, before: int,
    paths: list[Path], keep: Keep,
) -> None:  # fmt: skip
    """Analyse the rest; the progress includes what was done ``before``."""
    from leancue.cohort import parallel_analysis

    def tell(done: int, total: int) -> None:
        progress(before + done, before + total)

    if scheduler:
        parallel_analysis.on_cluster(paths, changes, scheduler, tell, keep)
    else:
        parallel_analysis.locally(paths, changes, workers, tell, keep)


def _analysis_words(analyses: list[Analysis], before: int) -> str:
    done = [found for found in analyses if not found.why_not]
    same = sum(found.same for found in done)
    earlier = f" ({before} of them before it was stopped)" if before else ""
    return (
        f"{terminal.count(len(done), 'run')} analysed anew{earlier}, {same} with the decisions of "
        f"the day; {len(analyses) - len(done)} could not be (see why_not)."
    )


def key_in(path: Path | None) -> bytes:
    """Return the key in the file, created for this user if missing; b"" without a file."""
    if path is None:
        return b""
    try:
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(os.urandom(32).hex() + "\n")
        found = binascii.unhexlify(read_at_most(path, _KEY_FILE_BYTES_MOST).strip())
    except (OSError, ValueError) as error:
        raise terminal.TypedError(f"{path} does not contain a key: {reason_of(error)}.") from error
    if len(found) < _KEY_BYTES_LEAST:
        raise terminal.TypedError(f"{path} does not contain a key: it has {len(found)} bytes.")
    return found
