"""``leancue doctor``: is this desk fit?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from leancue.basis import terminal
from leancue.commands.options import Json, Yes

_GROUP = "For remote work (ssh), type `%s`, then log out and in again."


def doctor(
    mend: Annotated[
        bool,
        typer.Option(
            "--mend", help="Give the user of this computer the right to open ports (Linux)."
        ),
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Check this desk: Python, packages, rights, ports, room.

    Ends with 1 if something is in the way.
    """
    from platformdirs import user_data_dir

    from leancue import doctor as checks

    if mend:
        _mend(yes, json)
        return
    findings = checks.examine(Path(user_data_dir("leancue", appauthor=False)))
    bad = [finding for finding in findings if finding.state == checks.BAD]
    if json:
        terminal.say_json({"fit": not bad, "findings": [asdict(finding) for finding in findings]})
    else:
        terminal.say(_answer(len(bad), sum(f.state == checks.WARN for f in findings)))
        for finding in findings:
            way_out = f" {finding.way_out}" if finding.way_out else ""
            terminal.say(f"  {finding.state:<4}  {finding.what}{way_out}")
    if bad:
        raise typer.Exit(1)


def _mend(yes: bool, json: bool) -> None:
    """Install the port rule, after a question; print what is left to do. NeedsRoot."""
    from leancue import doctor as checks
    from leancue.desktop import port_rights

    if not port_rights.needed():
        _say_mended("There is nothing to repair: everybody may open ports on this system.", json)
        return
    there = port_rights.installed()
    if there is not None:
        more = "" if checks.may_open_ports() else f" {_GROUP % _group_command()}"
        _say_mended(f"The rule for the ports already exists: {there}.{more}", json)
        return
    port_rights.require_root()
    question = (
        f"Write {port_rights.PLACE}, so that the user of this computer may open a clip's ports?"
    )
    if not terminal.agrees(question, yes, f"Type `{port_rights.command()} doctor --mend --yes`."):
        terminal.note("Nothing was changed.")
        raise typer.Exit(1)
    told = port_rights.install()
    when = "Plug the clip in again." if told else "It takes effect after a restart of the computer."
    _say_mended(f"{port_rights.PLACE} is written. {when} {_GROUP % _group_command()}", json)


def _group_command() -> str:
    from leancue import doctor as checks
    from leancue.desktop import port_rights

    return port_rights.group_command(checks.ports_group())


def _say_mended(words: str, json: bool) -> None:
    from leancue.desktop import port_rights

    if json:
        rule = port_rights.installed() if port_rights.needed() else None
        terminal.say_json({"rule": str(rule) if rule else None, "said": words})
    else:
        terminal.say(words)


def _answer(bad: int, warn: int) -> str:
    if bad:
        return f"{terminal.count(bad, 'problem')} on this desk."
    return "This desk is ready." + (f" {terminal.count(warn, 'warning')}." if warn else "")
