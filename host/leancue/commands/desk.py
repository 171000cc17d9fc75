"""``leancue doctor``: is this desk fit?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from leancue.basis import terminal
from leancue.commands.options import Json


def doctor(json: Json = False) -> None:
    """Check this desk: Python, packages, rights, ports, room.

    Ends with 1 if something is in the way.
    """
    from platformdirs import user_data_dir

    from leancue import doctor as checks

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


def _answer(bad: int, warn: int) -> str:
    if bad:
        return f"{terminal.count(bad, 'thing')} on this desk in the way."
    return "This desk is fit." + (f" {terminal.count(warn, 'thing')} to look at." if warn else "")
