"""``leancue runs``: list, fetch and (after a confirmation) erase runs of the clip."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leancue.basis import terminal, times
from leancue.commands.options import Device, Json, Yes, clip

if TYPE_CHECKING:
    from leancue.clip.answers import Hello, RunEntry
    from leancue.clip.client import Client
    from leancue.commissioning.motor_look import Look
    from leancue.library import Filing
    from leancue.runs.pull import Pulled

app = typer.Typer(help="List, pull and erase the runs on the clip.")
FOLDER = Path("runs")
_KEPT = "Pages already pulled are saved: type the command again to continue."
_ERASING = "Runs erased so far are gone, the others remain: `leancue runs list` shows them."
RunNumber = Annotated[int, typer.Argument(metavar="RUN", help="The run's number on the clip.")]


@app.command("list")
def list_(device: Device = None, json: Json = False) -> None:
    """List the runs on the clip."""
    with clip(device) as (client, hello):
        runs = client.runs()
        none = "" if runs else _none_words(client, hello)
    if json:
        terminal.say_json({"uid": hello.uid, "runs": [asdict(run) for run in runs]})
        return
    if not runs:
        terminal.say(none)
        return
    terminal.say(f"{terminal.count(len(runs), 'run')} on the clip {hello.uid}.")
    rows = [(run.run_id, _when(run), _lasted(run), "yes" if run.closed else "no") for run in runs]
    terminal.say_table(("RUN", "BEGAN", "LASTED", "ENDED"), rows)
    terminal.say("Pull them with `leancue runs pull`.")


@app.command()
def pull(
    run: Annotated[
        int | None, typer.Argument(metavar="[RUN]", help="The run's number; default: all runs.")
    ] = None,
    to: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", help="Folder to write to.")
    ] = FOLDER,
    again: Annotated[bool, typer.Option("--again", help="Pull every page again.")] = False,
    library: Annotated[
        bool, typer.Option("--library", help="Also file them in the library.")
    ] = False,
    patient: Annotated[
        str | None,
        typer.Option("--patient", metavar="CODE", help="The patient the clip should belong to."),
    ] = None,
    device: Device = None,
    json: Json = False,
) -> None:
    """Pull runs from the clip into a folder; nothing is erased.

    A pull that was cut off goes on where it stopped. Of a clip that was checked the motor runs for
    a moment: the desk says if it has grown weak since.
    """
    from leancue.commissioning import motor_look

    pulled = []
    with terminal.if_stopped(_KEPT), clip(device) as (client, hello):
        for entry in _chosen(client, hello, run):
            pulled.append(_pull_one(client, hello.uid, entry, to, again))
        none = "" if pulled else _none_words(client, hello)
        seen = motor_look.last_check(client)
        motor = motor_look.look(client, seen)
    filings: list[Filing] = []
    if library or patient:
        filings = _file(pulled, hello, patient)
        _keep_check(hello, seen, motor)
    if motor is not None and motor.words:
        terminal.note(motor.words)
    if json:
        rows = [_as_json(result) for result in pulled]
        for row, filing in zip(rows, filings, strict=False):
            row["filed"] = filing.outcome
        terminal.say_json(rows)
        _require_filed(filings)
        return
    new = sum(result.is_new for result in pulled)
    if not pulled:
        terminal.say(none)
    else:
        terminal.say(f"{terminal.count(new, 'run')} pulled, {len(pulled) - new} already here.")
    for result in pulled:
        terminal.say(f"  {result.path}")
        if result.missing:
            terminal.note(_missing_words(result))
        if result.not_noted:
            terminal.note(_not_noted_words(result))
    _require_filed(filings)


def _file(pulled: list[Pulled], hello: Hello, patient: str | None) -> list[Filing]:
    """File the pulled runs; one result for each."""
    from leancue.commands.library import opened
    from leancue.commands.library_runs import filing_words, keep_retention

    filings = []
    with opened() as library:
        library.devices.seen(hello.uid, hello.board, hello.version)
        for result in pulled:
            filings += library.file_run(result.path, patient=patient, uid=hello.uid)
        keep_retention(library)
    for filing in filings:
        terminal.note(filing_words(filing))
    return filings


def _keep_check(hello: Hello, kept: list[int], motor: Look | None) -> None:
    """Record the result of the clip's last check, and the motor's current state."""
    from leancue.commands.library import opened
    from leancue.commissioning import filed

    with opened() as library:
        known = library.devices.seen(hello.uid, hello.board, hello.version)
        new = filed.brought_up(known.check_json, kept, hello.board, motor, int(time.time()))
        if new is not None:
            library.devices.checked(hello.uid, new)


def _require_filed(filings: list[Filing]) -> None:
    if filings:
        from leancue.commands.library_runs import require_filed

        require_filed(filings)


@app.command()
def erase(run: RunNumber, device: Device = None, yes: Yes = False, json: Json = False) -> None:
    """Erase a run from the clip; pulled files are kept."""
    with clip(device) as (client, hello):
        (entry,) = _chosen(client, hello, run)
        if not terminal.agrees(_question(entry, hello.uid), yes, _way_out(run)):
            terminal.note("Nothing was erased.")
            raise typer.Exit(1)
        with terminal.if_stopped(_ERASING), terminal.progress(f"erasing run {run}") as progress:
            for left in client.erase(run):
                progress(entry.pages - left, entry.pages)
    if json:
        terminal.say_json({"uid": hello.uid, "erased": run})
    else:
        terminal.say(f"Run {run} is erased from the clip {hello.uid}.")


def _pull_one(client: Client, uid: str, entry: RunEntry, folder: Path, again: bool) -> Pulled:
    from leancue.runs.pull import pull as fetch

    began_s = time.monotonic()
    with terminal.progress(f"run {entry.run_id}") as progress:
        result = fetch(client, uid, entry, folder, progress, again)
    if result.is_new:
        took_s = time.monotonic() - began_s
        came_kb = result.fetched_bytes / 1000
        rate = f"{came_kb:.0f} kB in {took_s:.1f} s, {came_kb / max(took_s, 1e-3):.0f} kB/s"
        terminal.note(f"Run {entry.run_id}: {rate}.")
    return result


def _chosen(client: Client, hello: Hello, run: int | None) -> list[RunEntry]:
    runs = client.runs()
    chosen = runs if run is None else [entry for entry in runs if entry.run_id == run]
    if chosen or run is None:
        return chosen
    if not runs:
        raise terminal.TypedError(_none_words(client, hello))
    there = ", ".join(str(entry.run_id) for entry in runs)
    raise terminal.TypedError(
        f"There is no run {run} on the clip. Runs on the clip: {there}.",
        way_out="See them with `leancue runs list`.",
    )


def _none_words(client: Client, hello: Hello) -> str:
    """Say why the clip lists no run."""
    if client.info().runs_unread:
        return (
            f"The clip {hello.uid} is in edit mode, so its runs cannot be read. Unplug it and plug "
            "it in again."
        )
    return f"There is no run on the clip {hello.uid}."


def _question(run: RunEntry, uid: str) -> str:
    return f"Permanently erase run {run.run_id} ({_when(run)}, {_lasted(run)}) from the clip {uid}?"


def _way_out(run: int) -> str:
    return f"Pull it with `leancue runs pull {run}`, then type `leancue runs erase {run} --yes`."


def _when(run: RunEntry) -> str:
    return times.said(run.wall_s, "%Y-%m-%d %H:%M")


def _lasted(run: RunEntry) -> str:
    """Of a run that was cut off, or is going on, the clip knows only how far its pages go."""
    return ("" if run.closed else "at least ") + terminal.duration(run.seconds)


def _missing_words(result: Pulled) -> str:
    return (
        f"{result.path.name}: {terminal.count(len(result.missing), 'page')} of this run damaged or "
        "missing on the clip; some seconds of the run are missing."
    )


def _not_noted_words(result: Pulled) -> str:
    return (
        f"{result.path.name} is complete, but the clip could not note that it was pulled: "
        f"{result.not_noted}. Erase the run from the clip when its log is full."
    )


def _as_json(result: Pulled) -> dict[str, Any]:
    return {
        "path": str(result.path),
        "new": result.is_new,
        "missing_pages": list(result.missing),
    }
