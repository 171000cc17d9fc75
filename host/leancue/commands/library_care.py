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
    with opened() as library:
        made = library.backup(folder)
    screen.say(f"The backup is at {made}")
    screen.say("It holds health data: keep it as safe as the library.")


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
def check() -> None:
    """Say what is lost, damaged or open to others."""
    with opened() as library, screen.progress("checking") as progress:
        found = library.check(progress)
        overdue = library.overdue()
        name = library.place.name
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
    """Give up raw samples past their time.

    Figures of older versions are worked out anew.
    """
    with opened() as library, screen.progress("tidying") as progress:
        done = library.tidy(progress)
    screen.say(
        f"Raw samples of {screen.count(done.raw, 'run')} given up, "
        f"figures of {screen.count(done.summaries, 'run')} worked out anew."
    )


@app.command()
def options(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]")] = None,
    value: Annotated[int | None, typer.Argument(metavar="[VALUE]")] = None,
) -> None:
    """Show the settings of the library, or change one."""
    from leancue.library.options import OPTIONS

    with opened() as library:
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
