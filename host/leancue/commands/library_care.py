"""``leancue library``: backups, upkeep, settings, the example; and ``leancue erase``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leancue.basis import terminal
from leancue.commands.library import app, opened
from leancue.commands.options import Yes


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder for backups.")],
    close: Annotated[
        bool,
        typer.Option("--close", help="Ask for a passphrase and encrypt the backup with it (age)."),
    ] = False,
) -> None:
    """Write a backup; every file is checked."""
    passphrase = _passphrase("Passphrase of the backup: ") if close else ""
    with opened(reading=not close) as library:
        made = library.backup(folder)
        if close:
            made = library.safety.seal(made, passphrase)
    terminal.say(f"The backup is at {made}")
    terminal.say("It holds health data: keep it as safe as the library.")
    if not close:
        _remember(made)


def _passphrase(question: str) -> str:
    """Ask for a passphrase; TypedError if nobody is present to type it."""
    import getpass
    import sys

    if not terminal.is_terminal(sys.stdin):
        raise terminal.TypedError(
            "A passphrase must be typed, not given in a command, where others could read it.",
            way_out="Type the command in a terminal.",
        )
    return getpass.getpass(question)


def _remember(made: Path) -> None:
    """Record the backup in the library, unless it is read-only."""
    from leancue.basis.errors import LibraryError

    try:
        with opened() as library:
            library.note_copy(made)
    except LibraryError as error:
        terminal.note(f"When a patient is erased, this backup will not be mentioned: {error}")


@app.command()
def restore(
    saved: Annotated[
        Path, typer.Argument(metavar="BACKUP", help="The backup's folder, or its .tar.age file.")
    ],
    yes: Yes = False,
) -> None:
    """Say what a backup holds, then bring it back.

    What is here is put aside.
    """
    from leancue.library import Library, locations
    from leancue.library.safety_copies import opened_copy
    from leancue.library.sealed_backup import ENDING

    place = locations.find()  # not opened, since it may be damaged
    passphrase = _passphrase("Passphrase of the backup: ") if saved.name.endswith(ENDING) else ""
    _say_what_it_would_do(saved, passphrase)
    question = (
        f"Replace the library {place.name} by the backup {saved}? The present one is kept "
        "in another folder."
    )
    if not terminal.agrees(question, yes, f"Type `leancue library restore {saved} --yes`."):
        terminal.note("Nothing was changed.")
        raise typer.Exit(1)
    if passphrase:
        with opened_copy(saved, passphrase) as folder:
            aside = Library.restore(folder)
    else:
        aside = Library.restore(saved)
    terminal.say(f"The library was restored from {saved}.")
    if aside:
        terminal.say(f"What it was is at {aside}: delete it when it is not needed any more.")


def _say_what_it_would_do(saved: Path, passphrase: str) -> None:
    """Read the whole backup and describe it; an unreadable current library is not described."""
    from leancue.basis.errors import LeanCueError

    try:
        with opened(reading=True) as library:
            words = library.safety.trial(saved, passphrase).words
    except LeanCueError as error:
        terminal.note(f"The changes cannot be shown: {error}")
        return
    for line in words:
        terminal.note(line)


@app.command()
def adopt(
    add_patients: Annotated[
        bool,
        typer.Option("--add-patients", help="Also add the patients that the logs name."),
    ] = False,
    yes: Yes = False,
) -> None:
    """Make the runs' files in the library's folder its own.

    For a library whose database was lost, or is another one.
    """
    from leancue.library import Library, locations

    place = locations.find()
    question = f"Make the files of runs in {place.files} part of the library {place.name}?"
    if not terminal.agrees(question, yes, "Type `leancue library adopt --yes`."):
        terminal.note("Nothing was changed.")
        raise typer.Exit(1)
    with terminal.progress("reading") as progress:
        made = Library.adopt(add_patients=add_patients, progress=progress)
    terminal.say(f"{terminal.count(len(made.filings), 'run')} taken into the library {place.name}.")
    if made.patients:
        terminal.say(f"Added: {', '.join(made.patients)}.")
    for path in made.unread:
        terminal.note(f"Not touched, because it is not a run: {path}")
    if made.aside:
        terminal.note(f"The former database is at {made.aside}.")
    if any(filing.run.question for filing in made.filings):
        terminal.say("Some runs wait to be assigned to a patient: see `leancue library inbox`.")
    terminal.note("Prescriptions, notes and pain scores can only be restored from a backup.")


@app.command()
def check() -> None:
    """Report what is lost, damaged or readable by others."""
    with opened(reading=True) as library, terminal.progress("checking") as progress:
        found = library.check(progress)
        overdue, strangers = library.overdue(), library.strangers()
        name = library.place.name
    if strangers:
        terminal.note(f"Not touched, because they are not LeanCue's: {_listed(strangers)}")
    if overdue:
        runs = terminal.count(overdue, "run")
        terminal.note(
            f"Raw samples of {runs} are older than their limit: type `leancue library tidy`."
        )
    if found:
        terminal.say(f"{terminal.count(len(found), 'problem')} in the library {name}.")
        for problem in found:
            terminal.say(f"  {problem}")
        raise typer.Exit(1)
    terminal.say(f"The library {name} is OK.")


@app.command()
def tidy() -> None:
    """Give up raw samples past their time, empty the bin.

    A file that is needed no more lies in the bin for `bin_days` (`leancue library options`); what
    killed programs left goes there too. Figures of older versions are worked out anew.
    """
    with opened() as library, terminal.progress("tidying") as progress:
        done = library.tidy(progress)
        bin_days = library.options.get("bin_days")
    terminal.say(
        f"Raw samples of {terminal.count(done.raw, 'run')} removed, figures of "
        f"{terminal.count(done.summaries, 'run')} recalculated."
    )
    if done.strays:
        terminal.say(
            f"{terminal.count(done.strays, 'file')} of interrupted imports moved to the bin."
        )
    if done.emptied:
        days = terminal.count(bin_days, "day")
        terminal.say(f"{terminal.count(done.emptied, 'file')} deleted after {days} in the bin.")
    if done.unread:
        runs = terminal.count(done.unread, "run")
        terminal.note(f"{runs} cannot be read: type `leancue library check`.")


@app.command()
def options(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]")] = None,
    value: Annotated[int | None, typer.Argument(metavar="[VALUE]")] = None,
) -> None:
    """Show the settings of the library, or change a setting."""
    from leancue.library.library_settings import OPTIONS

    changes = name is not None and value is not None
    with opened(reading=not changes) as library:
        if name is not None and value is not None:
            library.options.set(name, value)
        for one in (name,) if name else tuple(OPTIONS):
            now = library.options.get(one)
            terminal.say(f"{one} = {now} {OPTIONS[one].unit}: {OPTIONS[one].help}.")


@app.command()
def example(
    remove: Annotated[bool, typer.Option("--remove", help="Remove it again.")] = False,
) -> None:
    """Add an example patient, or remove it."""
    with opened() as library:
        if remove:
            library.remove_example()
            terminal.say("The example patient and all its data are removed.")
            return
        patient = library.add_example()
    terminal.say(
        f"{patient.code} is in the library; `leancue library example --remove` removes it."
    )


def _listed(paths: list[Path], most: int = 5) -> str:
    more = f" and {len(paths) - most} more" if len(paths) > most else ""
    return ", ".join(map(str, paths[:most])) + more


def erase(
    patient: Annotated[str, typer.Option("--patient", metavar="CODE", help="Patient to erase.")],
    yes: Yes = False,
) -> None:
    """Erase a patient for ever; it says first what goes."""
    with opened() as library:
        plan = library.erasure(patient)
        for sentence in plan.words:
            terminal.note(sentence)
        way_out = f"To erase the patient, type `leancue erase --patient {plan.code} --yes`."
        if not terminal.agrees(f"Permanently erase {plan.code}?", yes, way_out):
            terminal.note("Nothing was erased.")
            raise typer.Exit(1)
        library.erase(plan)
    terminal.say(f"{plan.code} is erased from the library.")
