"""``leancue cohort``: the library for a researcher."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import program, terminal
from leancue.basis.files import read_at_most
from leancue.commands.library import opened

if TYPE_CHECKING:
    from leancue.cohort.parameter_changes import Changes
    from leancue.cohort.reanalysis import Analysis

_KEY_FILE_BYTES_MOST = 10_000
_KEY_BYTES_LEAST = 16


def cohort(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The data set's folder, a new one.")],
    raw: Annotated[bool, typer.Option("--raw", help="The raw samples too.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Analyse every raw run anew, even if nothing changes.")
    ] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Analyse anew with this changed."),
    ] = None,
    orientation: Annotated[
        str, typer.Option(metavar="KIND", help="Analyse anew with chip, own or both.")
    ] = "",
    workers: Annotated[
        int, typer.Option(min=0, help="Processes of this machine; 0 = one for each processor.")
    ] = 0,
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="A Dask scheduler that does it instead.")
    ] = "",
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Key of the pseudonyms, made where it is not there; "
                     "without it two data sets cannot be linked."),
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="The example patient too.")] = False,
) -> None:  # fmt: skip
    """Write the library as a data set for research.

    It is Parquet, pseudonymous, and describes itself. With --set, --orientation or --again every
    raw run is analysed anew.
    """
    from leancue.cohort.parameter_changes import read

    changes = read(set_ or (), orientation)
    with opened(reading=True) as library:
        dataset = _dataset()
        members = dataset.Cohort(library, key_in(key), example=example)
        analyses = None
        if again or changes.prescription or changes.settings:
            analyses = _analyse(members.paths(), changes, workers, scheduler)
        with terminal.progress("writing") as progress:
            dataset.write(
                members, out, raw=raw, changes=None if analyses is None else changes,
                analyses=analyses or (), progress=progress,
            )  # fmt: skip
    patients = len({member.patient for member in members.members})
    terminal.say(
        f"{terminal.count(len(members.members), 'run')} of {terminal.count(patients, 'patient')} "
        f"are in {out}; its README.md says what stands where."
    )
    if analyses is not None:
        terminal.say(_analysis_words(analyses))


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


def _analyse(paths: list[Path], changes: Changes, workers: int, scheduler: str) -> list[Analysis]:
    from leancue.cohort import parallel_analysis

    with terminal.progress("analysing") as progress:
        if scheduler:
            return parallel_analysis.on_cluster(paths, changes, scheduler, progress)
        return parallel_analysis.locally(paths, changes, workers, progress)


def _analysis_words(analyses: list[Analysis]) -> str:
    done = [found for found in analyses if not found.why_not]
    same = sum(found.same for found in done)
    return (
        f"{terminal.count(len(done), 'run')} analysed anew, {same} with the decisions of the day; "
        f"{len(analyses) - len(done)} could not be (see why_not)."
    )


def key_in(path: Path | None) -> bytes:
    """Return the key in the file, made there for this user alone where it is not; b"" without."""
    if path is None:
        return b""
    try:
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(os.urandom(32).hex() + "\n")
        found = bytes.fromhex(read_at_most(path, _KEY_FILE_BYTES_MOST).decode("ascii").strip())
    except (OSError, ValueError) as error:
        raise terminal.TypedError(f"{path} holds no key: {error}.") from error
    if len(found) < _KEY_BYTES_LEAST:
        raise terminal.TypedError(f"{path} holds no key: it has {len(found)} bytes.")
    return found
