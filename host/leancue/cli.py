"""The command line: which commands there are. What they do is in ``commands``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from leancore.messages import PROTOCOL

from leancue import __version__
from leancue.commands import (
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
)
from leancue.commands.clinic import clinic
from leancue.commands.cohort import cohort
from leancue.commands.demo import demo
from leancue.errors import EXIT_INTERRUPTED, LeanCueError

app = typer.Typer(
    help="LeanCue's desk tool: prescribe a running lean, fetch the runs, prove and report them.",
    epilog="Nothing at hand? `leancue demo` shows it all with a simulated clip.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help comes up in half the time
    pretty_exceptions_enable=False,
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo)
app.command()(install.install)
app.command()(install.uninstall)
app.command()(clips.devices)
app.command()(clips.info)
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
app.add_typer(settings.app, name="settings")
app.command()(clinic)
app.add_typer(clinic_key.app, name="clinic-key", no_args_is_help=True)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"leancue {__version__}, protocol {PROTOCOL}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_say_version, help="Say the version."),
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the command line; the one place where errors become words and exit codes."""
    try:
        app(prog_name="leancue")
    except LeanCueError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
