"""The command line: the list of commands, which are implemented in ``commands``."""

from __future__ import annotations

import errno
import sys
from contextlib import suppress
from typing import Annotated

import typer
from leancore.link.messages import PROTOCOL

from leancue.basis import program, terminal
from leancue.basis.errors import EXIT_INTERRUPTED, LeanCueError, OutputError
from leancue.commands import (
    check,
    clinic_key,
    clips,
    desk,
    export,
    install,
    library_care,
    library_runs,
    live,
    prescribe,
    recorded,
    report,
    runs,
    settings,
    study,
)
from leancue.commands.clinic import clinic
from leancue.commands.cohort import cohort
from leancue.commands.demo import demo

app = typer.Typer(
    help=(
        "LeanCue's desk tool: prescribe a running lean, pull the runs, prove them and report on "
        "them."
    ),
    epilog="No clip at hand? `leancue demo` shows everything with a simulated one.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help is twice as fast
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo)
app.command()(install.install)
app.command()(install.uninstall)
app.command()(clips.devices)
app.command()(clips.info)
app.command()(check.check)
app.command()(live.calibrate)
app.command()(live.feel)
app.command()(live.live)
app.command()(desk.doctor)
app.add_typer(prescribe.app, name="prescribe", no_args_is_help=True)
app.add_typer(runs.app, name="runs", no_args_is_help=True)
app.command()(recorded.replay)
app.command()(recorded.verify)
app.command()(report.report)
app.command()(export.export)
app.add_typer(library_runs.app, name="library", no_args_is_help=True)
app.command()(library_care.erase)
app.command()(cohort)
app.add_typer(study.app, name="study", no_args_is_help=True)
app.add_typer(settings.app, name="settings")
app.command()(clinic)
app.add_typer(clinic_key.app, name="clinic-key", no_args_is_help=True)


def _say_version(wanted: bool) -> None:
    if wanted:
        terminal.say(f"{program.name()}, protocol {PROTOCOL}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_say_version, help="Show the version and its age."
        ),
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the command line; the only place that turns errors into text and exit codes."""
    terminal.begin()
    code = _run()
    untold = terminal.finish()
    sys.exit(code or (untold.exit_code if untold else 0))


def _run() -> int:
    """Run the typed command; return its exit code."""
    try:
        app(prog_name="leancue")
    except LeanCueError as error:
        return _tell(error)
    except OSError as error:
        return _tell(_refused(error))
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except SystemExit as end:  # typer's own
        return end.code if isinstance(end.code, int) else 0
    return 0


def _tell(error: LeanCueError) -> int:
    """Print an error; if that fails, there is only the exit code."""
    with suppress(OutputError):
        terminal.note(str(error))
    return error.exit_code


def _refused(error: OSError) -> LeanCueError:
    """The text for an error of the system that no command handled."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EPIPE):
        return OutputError(
            f"The system cannot write: {error.strerror or error}{where}.",
            "The disk may be full, or the program that reads the output has ended.",
            "Free some space or send the output elsewhere, then type the command again.",
        )
    return LeanCueError(
        f"The system refused: {error.strerror or error}{where}.",
        "A file, drive or folder cannot be read or written.",
        "Check what the message names, then type the command again.",
    )
