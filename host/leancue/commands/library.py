"""``leancue library``: the patients of this desk or clinic; their runs: ``library_runs``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import program, terminal, times
from leancue.commands.options import Json

if TYPE_CHECKING:
    from leancue.library import Library
    from leancue.runs.trend import Point

app = typer.Typer(
    help=(
        "Patients, runs and notes of the clinic, on this computer. To use another folder or a "
        "PostgreSQL database, set LEANCUE_LIBRARY to the folder or URL."
    )
)
Code = Annotated[str, typer.Argument(metavar="CODE", help="The patient's code.")]


@contextmanager
def opened(*, reading: bool = False) -> Iterator[Library]:
    """Open the library; InstallError if its packages are not installed.

    ``reading``: nothing is written, and it must exist.
    """
    try:
        from leancue.library import Library
    except ImportError as error:
        from leancue.basis.errors import InstallError

        raise InstallError(
            f"The library needs packages that are not installed ({error.name}).",
            way_out=program.get_part("library"),
        ) from error
    with Library(reading=reading) as library:
        if library.is_new:
            terminal.note(f"A new library was made at {library.place.name}.")
        yield library


@app.command()
def patients(
    archived: Annotated[
        bool, typer.Option("--archived", help="Include archived patients.")
    ] = False,
    json: Json = False,
) -> None:
    """List the patients, and what needs attention."""
    with opened(reading=True) as library:
        found = library.overview(archived=archived)
    if json:
        terminal.say_json([asdict(summary) for summary in found])
        return
    if not found:
        terminal.say("The library has no patients.")
        terminal.say("Add one with `leancue library add CODE`, or try `leancue library example`.")
        return
    terminal.say(f"{terminal.count(len(found), 'patient')}.")
    rows = [
        (summary.patient.code, f"{summary.progress.done} of {summary.progress.planned}",
         _day(summary.progress.last_s), *_shares(summary.points),
         "; ".join(flag.words for flag in summary.flags) or "–")
        for summary in found
    ]  # fmt: skip
    terminal.say_table(("PATIENT", "DONE", "LAST RUN", "WITH CUES", "WITHOUT", "LOOK AT"), rows)


@app.command()
def show(code: Code, json: Json = False) -> None:
    """Show a patient: sessions, notes, what needs attention."""
    with opened(reading=True) as library:
        chart = library.chart(code)
    if json:
        terminal.say_json(asdict(chart))
        return
    way = chart.progress
    missed = f", {way.missed} missed" if way.missed else ""
    terminal.say(f"{code}: {way.done} of {way.planned} sessions done{missed}.")
    for flag in chart.flags:
        terminal.say(f"  Look at: {flag.words}")
    if chart.points:
        header = ("SESSION", "DAY", "RAN", "LEAN", "WITH CUES", "WITHOUT", "CUES/MIN",
                  "BACK AFTER", "DRIFT", "STEPS/MIN", "PAIN")  # fmt: skip
        terminal.say_table(header, [_session_line(point) for point in chart.points])
    for note in chart.notes:
        terminal.say(f"  {_day(note.written_s)}  {note.text}")


@app.command()
def pain(
    code: Code,
    score: Annotated[
        int, typer.Argument(metavar="SCORE", help=("0 to 10, as reported by the patient."))
    ],
    day: Annotated[
        str,
        typer.Option(
            "--day", metavar="YYYY-MM-DD", help="Day of the session; default: the last one."
        ),
    ] = "",
) -> None:
    """Record the pain score of a patient's session."""
    with opened() as library:
        sessions = [s for s in library.sessions.of(code) if day in ("", s.day)]
        if not sessions:
            raise terminal.TypedError(
                f"{code} has no session{f' on {day}' if day else ''}.",
                way_out=f"See them with `leancue library show {code}`.",
            )
        library.sessions.set_pain(sessions[-1].id, score)
    terminal.say(f"{code}, session of {sessions[-1].day or 'an unknown day'}: pain {score} of 10.")


@app.command()
def note(code: Code, text: Annotated[str, typer.Argument(metavar="TEXT")]) -> None:
    """Write a note on a patient."""
    with opened() as library:
        library.notes.add(code, text)
    terminal.say(f"Noted on {code}.")


@app.command()
def add(code: Code) -> None:
    """Add a patient by code, never by name."""
    with opened() as library:
        patient = library.patients.add(code)
    terminal.say(f"{patient.code} is in the library.")


@app.command()
def archive(
    code: Code,
    undo: Annotated[bool, typer.Option("--undo", help="Bring the patient back.")] = False,
) -> None:
    """Archive a patient; nothing is lost."""
    with opened() as library:
        library.patients.archive(code, archived=not undo)
    terminal.say(f"{code} is {'back in the lists' if undo else 'archived'}.")


@app.command()
def history(code: Code, json: Json = False) -> None:
    """List a patient's prescriptions, and what changed."""
    from leancue.prescriptions.prescription_file import describe

    with opened(reading=True) as library:
        found = library.prescriptions.history(code)
    if json:
        terminal.say_json([asdict(made) for made in found])
        return
    terminal.say(f"{terminal.count(len(found), 'prescription')} of {code}.")
    for made in found:
        terminal.say(f"  {_day(made.made_s)}, {made.made_by}: {describe(made.values)}")
        terminal.say(f"      changed: {made.changes}")


@app.command()
def prescribe(
    code: Code,
    toml: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The prescription.")],
) -> None:
    """Save a prescription; nothing is sent."""
    from leancue.prescriptions.prescription_file import describe, load

    with opened() as library:
        made = library.prescriptions.add(code, load(toml), "command line")
    terminal.say(f"{code}: {describe(made.values)}")
    terminal.say(f"Send it with `leancue prescribe set {toml}`.")


def _session_line(point: Point) -> tuple[str, ...]:
    return (
        session(point.number), point.day or _day(point.began_s), terminal.duration(point.running_s),
        figure(point.mean_lean_deg, "°"), percent(point.in_band_with_cues),
        percent(point.in_band_without_cues), figure(point.cues_per_min, ""),
        figure(point.back_s, " s"), figure(point.drift_deg, "°"),
        "–" if point.cadence_spm is None else f"{point.cadence_spm:.0f}",
        "–" if point.pain is None else str(point.pain),
    )  # fmt: skip


def session(number: int) -> str:
    """Return a session's number counted from 1."""
    return "baseline" if number < 0 else str(number + 1)


def figure(value: float | None, unit: str) -> str:
    """Return a number to a tenth with its unit, a dash where there is none."""
    return "–" if value is None else f"{round(value, 1) + 0.0:.1f}{unit}".replace("-", "−")


def _shares(points: tuple[Point, ...]) -> tuple[str, str]:
    """Shares in the band with and without cues, of the last session that has them."""
    pairs = [(p.in_band_with_cues, p.in_band_without_cues) for p in points]
    known = [pair for pair in pairs if pair != (None, None)]
    return (percent(known[-1][0]), percent(known[-1][1])) if known else ("–", "–")


def percent(share: float | None) -> str:
    """Return a share in percent, a dash where there is none."""
    return "–" if share is None else f"{100 * share:.0f} %"


def _day(at_s: int | None) -> str:
    return times.said(at_s, "%Y-%m-%d", "–")
