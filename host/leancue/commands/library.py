"""``leancue library``: the patients and runs of this desk or clinic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leancue import screen
from leancue.commands.options import Json, Yes

if TYPE_CHECKING:
    from leancue.library import Filing, Library, RunRow
    from leancue.trend import Point

app = typer.Typer(
    help="Patients, runs and notes of the clinic, on this computer. LEANCUE_LIBRARY names another "
    "folder, or the URL of a PostgreSQL database."
)
Code = Annotated[str, typer.Argument(metavar="CODE", help="The patient's code.")]
RunId = Annotated[int, typer.Argument(metavar="RUN", help="The run's number in the library.")]


@contextmanager
def opened() -> Iterator[Library]:
    """Open the library; InstallError where its packages are not installed."""
    try:
        from leancue.library import Library
    except ImportError as error:
        from leancue.errors import InstallError

        raise InstallError(
            f"The library needs packages that are not installed ({error.name}).",
            way_out="Type `pip install 'leancue[library]'` and repeat the command.",
        ) from error
    with Library() as library:
        yield library


@app.command()
def patients(
    archived: Annotated[bool, typer.Option("--archived", help="Those archived too.")] = False,
    json: Json = False,
) -> None:
    """List the patients: sessions done, last run, time in the band, what to look at."""
    with opened() as library:
        found = library.overview(archived=archived)
    if json:
        screen.say_json([asdict(glance) for glance in found])
        return
    if not found:
        screen.say("No patient is in the library.")
        screen.say("Add one with `leancue library add CODE`, or try `leancue library example`.")
        return
    screen.say(f"{screen.count(len(found), 'patient')}.")
    rows = [
        (glance.patient.code, f"{glance.progress.done} of {glance.progress.planned}",
         _day(glance.progress.last_s), *_shares(glance.points),
         "; ".join(flag.words for flag in glance.flags) or "–")
        for glance in found
    ]  # fmt: skip
    screen.say_table(("PATIENT", "DONE", "LAST RUN", "WITH CUES", "WITHOUT", "LOOK AT"), rows)


@app.command()
def show(code: Code, json: Json = False) -> None:
    """Show a patient: the way through the plan, the sessions, the notes."""
    with opened() as library:
        chart = library.chart(code)
    if json:
        screen.say_json(asdict(chart))
        return
    way = chart.progress
    missed = f", {way.missed} missed" if way.missed else ""
    screen.say(f"{code}: {way.done} of {way.planned} sessions done{missed}.")
    for flag in chart.flags:
        screen.say(f"  Look at: {flag.words}")
    if chart.points:
        header = ("SESSION", "DAY", "RAN", "LEAN", "WITH CUES", "WITHOUT", "CUES/MIN",
                  "BACK AFTER", "DRIFT", "STEPS/MIN", "PAIN")  # fmt: skip
        screen.say_table(header, [_session_line(point) for point in chart.points])
    for note in chart.notes:
        screen.say(f"  {_day(note.written_s)}  {note.text}")


@app.command()
def pain(
    code: Code,
    score: Annotated[int, typer.Argument(metavar="SCORE", help="0 to 10, as the patient says.")],
    day: Annotated[
        str, typer.Option("--day", metavar="YYYY-MM-DD", help="Of the session; else the last one.")
    ] = "",
) -> None:
    """Keep the pain score of a patient's session."""
    with opened() as library:
        sessions = [s for s in library.sessions.of(code) if day in ("", s.day)]
        if not sessions:
            raise screen.TypedError(
                f"{code} has no session{f' of {day}' if day else ''}.",
                way_out=f"See them with `leancue library show {code}`.",
            )
        library.sessions.set_pain(sessions[-1].id, score)
    screen.say(f"{code}, session of {sessions[-1].day or 'an unknown day'}: pain {score} of 10.")


@app.command()
def note(code: Code, text: Annotated[str, typer.Argument(metavar="TEXT")]) -> None:
    """Write a note on a patient."""
    with opened() as library:
        library.notes.add(code, text)
    screen.say(f"Noted on {code}.")


@app.command()
def add(code: Code) -> None:
    """Add a patient by code: letters, digits and - _ . ; never a name."""
    with opened() as library:
        patient = library.patients.add(code)
    screen.say(f"{patient.code} is in the library.")


@app.command()
def archive(
    code: Code,
    undo: Annotated[bool, typer.Option("--undo", help="Bring the patient back.")] = False,
) -> None:
    """Take a patient out of the lists; nothing is lost."""
    with opened() as library:
        library.patients.archive(code, archived=not undo)
    screen.say(f"{code} is {'back in the lists' if undo else 'archived'}.")


@app.command()
def runs(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]")] = None, json: Json = False
) -> None:
    """List the runs of a patient, or of all."""
    with opened() as library:
        codes = [code] if code else [p.code for p in library.patients.all(archived=True)]
        found = [run for one in codes for run in library.runs.of(one)]
    if json:
        screen.say_json([asdict(run) for run in found])
        return
    screen.say(f"{screen.count(len(found), 'run')}.")
    if found:
        header = ("RUN", "PATIENT", "BEGAN", "SESSION", "RAN", "LEAN", "IN BAND", "CLIP")
        screen.say_table(header, [_run_line(run) for run in found])


@app.command()
def file(
    logs: Annotated[list[Path], typer.Argument(metavar="RUN…", help="Pulled runs (.leanrun).")],
    patient: Annotated[
        str | None, typer.Option("--patient", metavar="CODE", help="Whose they are meant to be.")
    ] = None,
    json: Json = False,
) -> None:
    """Bring pulled runs into the library; each is kept once, and nothing is filed in doubt."""
    with opened() as library:
        filings = [one for log in logs for one in library.file_run(log, patient=patient)]
    if json:
        screen.say_json([asdict(filing) for filing in filings])
    else:
        for filing in filings:
            screen.say(filing_words(filing))
    demand_filed(filings)


@app.command()
def inbox(json: Json = False) -> None:
    """List the runs that wait to be told whose they are."""
    with opened() as library:
        found = library.runs.inbox()
    if json:
        screen.say_json([asdict(run) for run in found])
        return
    if not found:
        screen.say("No run waits.")
        return
    screen.say(f"{screen.count(len(found), 'run')} in the inbox.")
    for run in found:
        screen.say(f"  {run.id}  {_when(run)}  {run.words}")
    screen.say("Say whose with `leancue library move RUN --to CODE`.")


@app.command()
def move(
    run: RunId, to: Annotated[str, typer.Option("--to", metavar="CODE", help="Whose it is.")]
) -> None:
    """File a run with a patient: out of the inbox, or from another patient."""
    with opened() as library:
        library.runs.move(run, to)
    screen.say(f"Run {run} is {to}'s.")


@app.command()
def remove(run: RunId, yes: Yes = False) -> None:
    """Take a run out of the library for ever."""
    with opened() as library:
        row = library.runs.get(run)
        whose = f"of {row.patient}" if row.patient else "in the inbox"
        question = f"Remove run {run} {whose} ({_when(row)}) from the library for ever?"
        if not screen.agrees(question, yes, f"Type `leancue library remove {run} --yes`."):
            screen.note("Nothing was removed.")
            raise typer.Exit(1)
        library.runs.remove(run)
    screen.say(f"Run {run} is removed; it may still be on the clip {row.uid}.")


@app.command()
def path(run: RunId) -> None:
    """Say where a run's file is, for `leancue verify`, `report` and `export`."""
    with opened() as library:
        screen.say(str(library.runs.path(run)))


@app.command()
def history(code: Code, json: Json = False) -> None:
    """List a patient's prescriptions, newest first, and what changed."""
    from leancue.prescription_file import describe

    with opened() as library:
        found = library.prescriptions.history(code)
    if json:
        screen.say_json([asdict(made) for made in found])
        return
    screen.say(f"{screen.count(len(found), 'prescription')} of {code}.")
    for made in found:
        screen.say(f"  {_day(made.made_s)}, {made.made_by}: {describe(made.values)}")
        screen.say(f"      changed: {made.changes}")


@app.command()
def prescribe(
    code: Code,
    toml: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The prescription.")],
) -> None:
    """Keep a prescription as the patient's present one; nothing is sent."""
    from leancue.prescription_file import describe, load

    with opened() as library:
        made = library.prescriptions.add(code, load(toml), "command line")
    screen.say(f"{code}: {describe(made.values)}")
    screen.say(f"Send it with `leancue prescribe set {toml}`.")


def filing_words(filing: Filing) -> str:
    """Return what became of a run that was brought."""
    run = filing.run
    what = f"run {run.number} of the clip {run.uid}"
    return {
        "filed": f"Filed with {run.patient}: {what}.",
        "already": f"Here already: {what}.",
        "grown": f"Here already, now with more pages: {what}.",
        "questioned": f"In the inbox as {run.id}: {what}. {run.words}",
    }[filing.outcome]


def demand_filed(filings: list[Filing]) -> None:
    """RunQuestioned where a run waits in the inbox; it is kept all the same."""
    waiting = [filing.run for filing in filings if filing.run.question]
    if waiting:
        from leancue.errors import RunQuestioned

        raise RunQuestioned(
            f"{screen.count(len(waiting), 'run')} in the inbox.",
            "It is not clear whose; nothing is filed by guessing.",
            f"Look with `leancue library inbox`, then type "
            f"`leancue library move {waiting[0].id} --to CODE`.",
        )


def _run_line(run: RunRow) -> tuple[str, ...]:
    found = run.summary
    begun = (str(run.id), run.patient or "–", _when(run))
    if found is None:
        return (*begun, "–", "–", "–", "–", run.uid)
    return (*begun, _session(found.session), screen.duration(found.running_s),
            _figure(found.mean_lean_deg, "°"), _percent(found.in_band), run.uid)  # fmt: skip


def _session_line(point: Point) -> tuple[str, ...]:
    return (
        _session(point.number), _day(point.began_s), screen.duration(point.running_s),
        _figure(point.mean_lean_deg, "°"), _percent(point.in_band_with_cues),
        _percent(point.in_band_without_cues), _figure(point.cues_per_min, ""),
        _figure(point.back_s, " s"), _figure(point.drift_deg, "°"),
        "–" if point.cadence_spm is None else f"{point.cadence_spm:.0f}",
        "–" if point.pain is None else str(point.pain),
    )  # fmt: skip


def _session(number: int) -> str:
    return "baseline" if number < 0 else str(number + 1)


def _figure(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{value:.1f}{unit}".replace("-", "−")


def _shares(points: tuple[Point, ...]) -> tuple[str, str]:
    """In the band with and without cues, in the last session that had either."""
    pairs = [(p.in_band_with_cues, p.in_band_without_cues) for p in points]
    known = [pair for pair in pairs if pair != (None, None)]
    return (_percent(known[-1][0]), _percent(known[-1][1])) if known else ("–", "–")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _day(at_s: int | None) -> str:
    return "–" if at_s is None else f"{datetime.fromtimestamp(at_s):%Y-%m-%d}"


def _when(run: RunRow) -> str:
    if run.began_s is None:
        return "time unknown"
    return f"{datetime.fromtimestamp(run.began_s):%Y-%m-%d %H:%M}"
