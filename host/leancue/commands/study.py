"""``leancue study``: sessions with and without cues in random order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import terminal, times
from leancue.commands.cohort import key_in
from leancue.commands.library import opened
from leancue.commands.options import Json, Yes

if TYPE_CHECKING:
    from leancue.library import Library
    from leancue.study.outcomes import Outcome
    from leancue.study.retention import Estimate, Retention
    from leancue.study.study_file import Study

app = typer.Typer(
    help=(
        "Plan and analyse a study of retention. Sessions with and without cues come in a random "
        "order, which is concealed until it is unlocked."
    )
)
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The study's folder.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="The participant's code.")]
Key = Annotated[
    Path | None,
    typer.Option(
        "--key", metavar="FILE", help="The study's key file, if it is not in the study's folder."
    ),
]
_DAY = "%Y-%m-%d"


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the study.")],
    sessions: Annotated[
        int, typer.Option(help=("Number of randomised sessions per participant (even)."))
    ] = 8,
    lead_in: Annotated[
        int, typer.Option(help=("Number of sessions with cues before them, to learn."))
    ] = 0,
    minutes: Annotated[int, typer.Option(help="Running time of each session, in minutes.")] = 20,
    seed: Annotated[str, typer.Option(metavar="TEXT", help="Seed, instead of a random key.")] = "",
    key: Key = None,
) -> None:
    """Start a study."""
    from leancue.study import study_file
    from leancue.study.allocation import Design

    design = Design(sessions, lead_in, minutes)
    made = study_file.make(folder, design, int(time.time()), seed, key)
    terminal.say(
        f"{made.name}: {design.total} sessions of {minutes} min each; {sessions} of them "
        "randomised, half with cues."
    )
    terminal.say(
        f"  The key is {key or folder / study_file.KEY_FILE}: whoever has it can see the order. "
        "You may give it to somebody else to keep.")  # fmt: skip
    terminal.say(f"  Next: `leancue study enrol {folder} CODE`.")


@app.command()
def enrol(folder: Folder, codes: Annotated[list[str], typer.Argument(metavar="CODE...")]) -> None:
    """Enrol patients of the library."""
    from leancue.study import steps

    with _opened(folder) as (study, library):
        new_ones = [code for code in codes if steps.enrol(study, library, code, int(time.time()))]
    terminal.say(
        f"{terminal.count(len(new_ones), 'patient')} more, {len(study.participants)} in all, take "
        f"part in {study.name}."
    )


@app.command("next")
def next_(
    folder: Folder,
    code: Code,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.toml", help="File to write the prescription to."),
    ] = None,
    key: Key = None,
) -> None:
    """Show the next session of a participant, and save its prescription."""
    from leancue.basis.files import write_atomically
    from leancue.prescriptions.prescription_file import dump
    from leancue.study import steps, study_file

    with _opened(folder) as (study, library):
        secret = study_file.read_key(study, folder, key)
        found = steps.show_next(study, library, code, secret, int(time.time()))
    terminal.say(
        f"{code}, session {found.session + 1} of {study.design.total}: {study.design.minutes} min, "
        f"{found.place.condition}."
    )
    if out:
        write_atomically(out, dump(found.values))
        terminal.say(f"  Send it with `leancue prescribe set {out}`.")
    else:
        terminal.say("  It is in the library: send it from the clinic's page.")


@app.command()
def skip(
    folder: Folder,
    code: Code,
    session: Annotated[int, typer.Argument(metavar="SESSION", help="Its number, from 1.")],
    why: Annotated[
        str, typer.Argument(metavar="WHY", help=("The reason; it becomes part of the data."))
    ],
) -> None:
    """Skip a session that was shown and has no run."""
    from leancue.study import steps

    with _opened(folder) as (study, library):
        steps.skip(study, library, code, session - 1, why)
    terminal.say(f"{code}, session {session} is skipped: {why}")


@app.command()
def show(folder: Folder, json: Json = False) -> None:
    """Show who takes part and how far they are; no conditions."""
    from leancue.study import steps

    with _opened(folder, reading=True) as (study, library):
        done = steps.progress(study, library)
    if json:
        people = [{"code": code, "shown": n, "run": m} for code, (n, m) in done.items()]
        terminal.say_json({"study": study.name, **study.design._asdict(),
                           "unlocked_s": study.unlocked_s, "participants": people})  # fmt: skip
        return
    state = "concealed" if study.unlocked_s is None else (
        f"unlocked on {times.said(study.unlocked_s, _DAY)}"
    )  # fmt: skip
    terminal.say(f"{study.name}: {terminal.count(len(done), 'participant')}; the order is {state}.")
    rows = [(code, shown, run, study.design.total) for code, (shown, run) in done.items()]
    if rows:
        terminal.say_table(("PARTICIPANT", "SHOWN", "RUN", "PLANNED"), rows)


@app.command()
def unlock(folder: Folder, yes: Yes = False, key: Key = None) -> None:
    """Reveal the order; nobody can enrol afterwards."""
    from leancue.study import steps, study_file

    way_out = f"Type `leancue study unlock {folder} --yes`."
    with _opened(folder) as (study, _library):
        study_file.read_key(study, folder, key)
        if not terminal.agrees(f"Permanently unlock the order of {study.name}?", yes, way_out):
            terminal.say("Nothing was unlocked.")
            return
        steps.unlock(study, int(time.time()))
    terminal.say(f"The order of {study.name} is unlocked. Next: `leancue study analyse {folder}`.")


@app.command()
def analyse(folder: Folder, key: Key = None, json: Json = False) -> None:
    """Show how much is retained without cues, with its 95 % interval."""
    _study, found, analysed = _analysed(folder, key)
    if json:
        terminal.say_json({**asdict(analysed), "sessions": [asdict(one) for one in found]})
        return
    for line in _words(analysed):
        terminal.say(line)


@app.command()
def export(
    folder: Folder,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new folder for the data set.")],
    key: Key = None,
    pseudonyms: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Key of the pseudonyms, as of `leancue cohort --key`."),
    ] = None,
) -> None:
    """Write the study as a data set: CSV, with a data dictionary."""
    from leancue.cohort.pseudonyms import Pseudonyms
    from leancue.study import study_export

    study, found, analysed = _analysed(folder, key)
    study_export.write(study, found, analysed, Pseudonyms(key_in(pseudonyms)).of, out)
    terminal.say(
        f"{terminal.count(len(found), 'session')} of "
        f"{terminal.count(len(analysed.people), 'participant')} are in {out}; its README.md says "
        "what stands where."
    )


@contextmanager
def _opened(folder: Path, *, reading: bool = False) -> Iterator[tuple[Study, Library]]:
    """Open a study with the library; changes are saved on success."""
    from leancue.study import study_file

    study = study_file.load(folder)
    with opened(reading=reading) as library:
        yield study, library
    if not reading:
        study_file.save(study, folder)


def _analysed(folder: Path, key: Path | None) -> tuple[Study, list[Outcome], Retention]:
    from leancue.study import outcomes, steps, study_file
    from leancue.study.retention import retention

    with _opened(folder, reading=True) as (study, library):
        steps.need_unlocked(study)
        found = outcomes.outcomes(study, library, study_file.read_key(study, folder, key))
    return study, found, retention(found)


def _words(found: Retention) -> Iterator[str]:
    from leancue.study.retention import FEW

    if not found.counted:
        yield "No randomised session has a run yet."
        return
    yield f"In the band without cues: {_share(found.without_cues)}."
    yield f"  With cues: {_share(found.with_cues)}."
    yield f"  Without minus with: {_share(found.difference, 'points')}."
    people = terminal.count(len(found.people), "participant")
    yield (
        f"  {people}; {found.counted} of {found.planned} randomised sessions have a run; "
        f"{found.remarks} not as planned.")  # fmt: skip
    for one in found.people:
        within = _share(one.difference, "points")
        yield f"  {one.code}: without minus with cues, within blocks {within}."
    yield ("  Shares of the judged running time; 95 % intervals by Student's t over participants, "
           "or over the blocks of one (doi 10.1093/biomet/6.1.1).")  # fmt: skip
    if 1 < found.difference.n < FEW:
        yield (
            f"  With only {found.difference.n} values the interval assumes a roughly normal "
            "distribution, which so few values cannot show. Look at "
            "each participant.")  # fmt: skip


def _share(found: Estimate, unit: str = "%") -> str:
    """Return a mean with its interval, in percent or, of a difference, percentage points."""
    if found.mean is None:
        return "no value"
    if found.low is None or found.high is None:
        return f"{100 * found.mean:.0f} {unit} (one value, no interval)"
    return f"{100 * found.mean:.0f} {unit} ({100 * found.low:.0f} to {100 * found.high:.0f})"
