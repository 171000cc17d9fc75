"""``leancue library``: runs: importing, listing, assigning."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import terminal, times
from leancue.commands.library import app, figure, opened, percent, session
from leancue.commands.options import Json, Yes

if TYPE_CHECKING:
    from leancue.library import Filing, Library, RunRow

RunId = Annotated[
    int,
    typer.Argument(
        metavar="RUN", help="The run's number in the library.", min=0, max=(1 << 31) - 1
    ),
]


@app.command()
def clips(json: Json = False) -> None:
    """List the known clips and their last checks."""
    from leancue.commissioning import filed

    with opened(reading=True) as library:
        found = library.devices.all()
    if json:
        rows = [asdict(one) | {"check": filed.read(one.check_json)} for one in found]
        terminal.say_json([{k: v for k, v in row.items() if k != "check_json"} for row in rows])
        return
    terminal.say(f"{terminal.count(len(found), 'clip')} in the library.")
    if found:
        header = ("UID", "NAME", "PATIENT", "SEEN", "BOARD", "CHECK")
        terminal.say_table(header, [
            (one.uid, one.name or "–", one.patient or "–", times.said(one.seen_s, "%Y-%m-%d", "–"),
             one.board or "–", filed.words(one.check_json))
            for one in found
        ])  # fmt: skip


@app.command()
def runs(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]")] = None, json: Json = False
) -> None:
    """List the runs of one patient, or of all patients."""
    with opened(reading=True) as library:
        codes = [code] if code else [p.code for p in library.patients.all(archived=True)]
        found = [run for one in codes for run in library.runs.of(one)]
    if json:
        terminal.say_json([asdict(run) for run in found])
        return
    terminal.say(f"{terminal.count(len(found), 'run')}.")
    if found:
        header = ("RUN", "PATIENT", "BEGAN", "SESSION", "RAN", "LEAN", "IN BAND", "CLIP")
        terminal.say_table(header, [_run_line(run) for run in found])
        for run in found:
            if run.doubt:
                terminal.note(f"{run.id}: {run.doubt}")


@app.command()
def file(
    logs: Annotated[list[Path], typer.Argument(metavar="RUN…", help="Pulled runs (.leanrun).")],
    patient: Annotated[
        str | None,
        typer.Option("--patient", metavar="CODE", help="The patient they should belong to."),
    ] = None,
    json: Json = False,
) -> None:
    """Bring pulled runs into the library.

    Each is kept once, and nothing is filed in doubt.
    """
    with opened() as library:
        filings = [one for log in logs for one in library.file_run(log, patient=patient)]
        keep_retention(library)
    if json:
        terminal.say_json([asdict(filing) for filing in filings])
    else:
        for filing in filings:
            terminal.say(filing_words(filing))
    require_filed(filings)


@app.command()
def inbox(json: Json = False) -> None:
    """List the runs that wait to be assigned to a patient."""
    with opened(reading=True) as library:
        found = library.runs.inbox()
    if json:
        terminal.say_json([asdict(run) for run in found])
        return
    if not found:
        terminal.say("No runs are waiting.")
        return
    terminal.say(f"{terminal.count(len(found), 'run')} in the inbox.")
    for run in found:
        terminal.say(f"  {run.id}  {_when(run)}  {run.words} {run.doubt}".rstrip())
    terminal.say("Assign a run with `leancue library move RUN --to CODE`.")


@app.command()
def move(
    run: RunId,
    to: Annotated[str, typer.Option("--to", metavar="CODE", help="The patient it belongs to.")],
) -> None:
    """Assign a run to a patient."""
    with opened() as library:
        library.runs.move(run, to)
    terminal.say(f"Run {run} is {to}'s.")


@app.command()
def remove(run: RunId, yes: Yes = False) -> None:
    """Permanently remove a run from the library."""
    with opened() as library:
        row = library.runs.get(run)
        whose = f"of {row.patient}" if row.patient else "in the inbox"
        question = f"Permanently remove run {run} {whose} ({_when(row)}) from the library?"
        if not terminal.agrees(question, yes, f"Type `leancue library remove {run} --yes`."):
            terminal.note("Nothing was removed.")
            raise typer.Exit(1)
        library.runs.remove(run)
    terminal.say(f"Run {run} is removed; it may still be on the clip {row.uid}.")


@app.command()
def path(run: RunId) -> None:
    """Show where a run's file is.

    For `leancue verify`, `report` and `export`.
    """
    with opened(reading=True) as library:
        terminal.say(str(library.runs.path(run)))


def filing_words(filing: Filing) -> str:
    """Return the result of importing a run, as text."""
    run = filing.run
    what = f"run {run.number} of the clip {run.uid}"
    words = {
        "filed": f"Filed with {run.patient}: {what}.",
        "already": f"Already here: {what}.",
        "grown": f"Already here, now with more pages: {what}.",
        "questioned": f"In the inbox as {run.id}: {what}. {run.words}",
    }[filing.outcome]
    return f"{words} {run.doubt}".rstrip()


def keep_retention(library: Library) -> None:
    """Delete expired raw samples whenever runs are imported."""
    if library.overdue():
        with terminal.progress("tidying") as progress:
            done = library.tidy(progress)
        terminal.note(
            f"Raw samples of {terminal.count(done.raw, 'run')} were older than their limit and "
            "were moved to the bin."
        )


def require_filed(filings: list[Filing]) -> None:
    """Raise RunQuestioned if a run waits in the inbox; it is stored anyway."""
    waiting = [filing.run for filing in filings if filing.run.question]
    if waiting:
        from leancue.basis.errors import RunQuestioned

        raise RunQuestioned(
            f"{terminal.count(len(waiting), 'run')} in the inbox.",
            "It is not clear to whom they belong, and nothing is filed by guessing.",
            f"See `leancue library inbox`, then type `leancue library move {waiting[0].id} --to "
            "CODE`.",
        )


def _run_line(run: RunRow) -> tuple[str, ...]:
    found = run.summary
    begun = (str(run.id), run.patient or "–", _when(run))
    if found is None:
        return (*begun, "–", "–", "–", "–", run.uid)
    return (*begun, session(found.session), terminal.duration(found.running_s),
            figure(found.mean_lean_deg, "°"), percent(found.in_band), run.uid)  # fmt: skip


def _when(run: RunRow) -> str:
    return times.said(run.began_s, "%Y-%m-%d %H:%M")
