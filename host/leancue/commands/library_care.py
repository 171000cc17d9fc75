"""``leancue library``: backups, upkeep, settings, the example; and ``leancue erase``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leancue import screen
from leancue.commands.library import app, opened
from leancue.commands.options import Yes


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where backups are kept.")],
) -> None:
    """Write a backup; every file is checked on the way."""
    with opened(reading=True) as library:
        made = library.backup(folder)
    screen.say(f"The backup is at {made}")
    screen.say("It holds health data: keep it as safe as the library.")
    _remember(made)


def _remember(made: Path) -> None:
    """Have the library remember the backup; one that can only be read cannot."""
    from leancue.errors import LibraryError

    try:
        with opened() as library:
            library.note_copy(made)
    except LibraryError as error:
        screen.note(f"Erasing a patient will not name this backup: {error}")


@app.command()
def restore(
    saved: Annotated[Path, typer.Argument(metavar="BACKUP", help="The backup's own folder.")],
    yes: Yes = False,
) -> None:
    """Bring a backup back; what is here is put aside."""
    from leancue.library import Library, places

    place = places.find()  # not opened: it may be damaged
    question = f"Make the library {place.name} what {saved} holds? The present one is put aside."
    if not screen.agrees(question, yes, f"Type `leancue library restore {saved} --yes`."):
        screen.note("Nothing was changed.")
        raise typer.Exit(1)
    aside = Library.restore(saved)
    screen.say(f"The library is what {saved} holds.")
    if aside:
        screen.say(f"What it was is at {aside}: delete it when it is not needed any more.")


@app.command()
def adopt(
    add_patients: Annotated[
        bool,
        typer.Option("--add-patients", help="Add the patients whom the logs name, too."),
    ] = False,
    yes: Yes = False,
) -> None:
    """Make the runs' files in the library's folder its own.

    For a library whose database was lost, or is another one.
    """
    from leancue.library import Library, places

    place = places.find()
    question = f"Make the files of runs in {place.files} part of the library {place.name}?"
    if not screen.agrees(question, yes, "Type `leancue library adopt --yes`."):
        screen.note("Nothing was changed.")
        raise typer.Exit(1)
    with screen.progress("reading") as progress:
        made = Library.adopt(add_patients=add_patients, progress=progress)
    screen.say(f"{screen.count(len(made.filings), 'run')} taken into the library {place.name}.")
    if made.patients:
        screen.say(f"Added: {', '.join(made.patients)}.")
    for path in made.unread:
        screen.note(f"Left alone, for it is no run: {path}")
    if made.aside:
        screen.note(f"What its database was is at {made.aside}.")
    if any(filing.run.question for filing in made.filings):
        screen.say("Some wait to be told whose they are: look with `leancue library inbox`.")
    screen.note("Prescriptions, notes and pain scores come back from a backup only.")


@app.command()
def check() -> None:
    """Say what is lost, damaged or open to others."""
    with opened(reading=True) as library, screen.progress("checking") as progress:
        found = library.check(progress)
        overdue, strangers = library.overdue(), library.strangers()
        name = library.place.name
    if strangers:
        screen.note(f"Left alone, for they are not LeanCue's: {_listed(strangers)}")
    if overdue:
        runs = screen.count(overdue, "run")
        screen.note(f"Raw samples of {runs} are past their time: type `leancue library tidy`.")
    if found:
        screen.say(f"{screen.count(len(found), 'problem')} in the library {name}.")
        for problem in found:
            screen.say(f"  {problem}")
        raise typer.Exit(1)
    screen.say(f"All is well in the library {name}.")


@app.command()
def tidy() -> None:
    """Give up raw samples past their time, empty the bin.

    A file that is needed no more lies in the bin for `bin_days` (`leancue library options`); what
    killed programs left goes there too. Figures of older versions are worked out anew.
    """
    with opened() as library, screen.progress("tidying") as progress:
        done = library.tidy(progress)
        bin_days = library.options.get("bin_days")
    screen.say(
        f"Raw samples of {screen.count(done.raw, 'run')} given up, "
        f"figures of {screen.count(done.summaries, 'run')} worked out anew."
    )
    if done.strays:
        screen.say(f"{screen.count(done.strays, 'file')} of killed imports put into the bin.")
    if done.emptied:
        days = screen.count(bin_days, "day")
        screen.say(f"{screen.count(done.emptied, 'file')} deleted after {days} in the bin.")
    if done.unread:
        runs = screen.count(done.unread, "run")
        screen.note(f"{runs} cannot be read: type `leancue library check`.")


@app.command()
def options(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]")] = None,
    value: Annotated[int | None, typer.Argument(metavar="[VALUE]")] = None,
) -> None:
    """Show the settings of the library, or change one."""
    from leancue.library.options import OPTIONS

    changes = name is not None and value is not None
    with opened(reading=not changes) as library:
        if name is not None and value is not None:
            library.options.set(name, value)
        for one in (name,) if name else tuple(OPTIONS):
            now = library.options.get(one)
            screen.say(f"{one} = {now} {OPTIONS[one].unit}: {OPTIONS[one].help}.")


@app.command()
def example(
    remove: Annotated[bool, typer.Option("--remove", help="Take it away again.")] = False,
) -> None:
    """Add an example patient, or take it away."""
    with opened() as library:
        if remove:
            library.remove_example()
            screen.say("The example patient is gone, with all that came with it.")
            return
        patient = library.add_example()
    screen.say(f"{patient.code} is in the library; `leancue library example --remove` removes it.")


def _listed(paths: list[Path], most: int = 5) -> str:
    more = f" and {len(paths) - most} more" if len(paths) > most else ""
    return ", ".join(map(str, paths[:most])) + more


def erase(
    patient: Annotated[str, typer.Option("--patient", metavar="CODE", help="Who is erased.")],
    yes: Yes = False,
) -> None:
    """Erase a patient for ever; it says first what goes."""
    with opened() as library:
        plan = library.erasure(patient)
        for sentence in plan.words:
            screen.note(sentence)
        way_out = f"If it is meant so, type `leancue erase --patient {plan.code} --yes`."
        if not screen.agrees(f"Erase {plan.code} for ever?", yes, way_out):
            screen.note("Nothing was erased.")
            raise typer.Exit(1)
        library.erase(plan)
    screen.say(f"{plan.code} is erased from the library.")
