"""``leancue install`` and ``leancue uninstall``: from a blank board to a clip, and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import terminal
from leancue.commands import blank_board
from leancue.commands.options import Device, Json, Yes

if TYPE_CHECKING:
    from leancue.installer.drives import Drive
    from leancue.installer.installation_plan import Plan
    from leancue.installer.logfile import Place
    from leancue.installer.payload import Payload

_NOT_MIXED = (
    "The clip starts either its old program or the new one, never a mixture. Type `leancue "
    "install` again to finish."
)
_CUT = (
    "The log is shortened to make space for the new program beside the old one. No runs are lost "
    "that were not pulled yet."
)
DriveDir = Annotated[
    Path | None,
    typer.Option(
        "--drive", metavar="DIR", help="The board's drive; not needed if only one is mounted."
    ),
]


def install(
    drive: DriveDir = None,
    board: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help=("Use the wiring of this board, whatever the board calls itself.")
        ),
    ] = None,
    haptic: Annotated[
        str | None, typer.Option(metavar="KIND", help="The motor's driver: pwm or drv2605.")
    ] = None,
    log_mb: Annotated[
        float | None,
        typer.Option(
            min=0.125, max=64, metavar="MB", help=("Space for runs; default: 8, or what fits.")
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only check; write nothing.")] = False,
    form: Annotated[
        str | None,
        typer.Option(metavar="FORM", help="Program form: compiled or source; default: what fits."),
    ] = None,
    circuitpython: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.uf2", help="First install this CircuitPython on a board that has none."
        ),
    ] = None,
    device: Device = None,
    json: Json = False,
) -> None:
    """Make a clip of a CircuitPython board, update it or mend it.

    Needs no network. The runs, the settings and the prescription on the clip stay.
    """
    from leancue.installer import payload as payloads
    from leancue.installer import preparation
    from leancue.installer.drive_files import DriveFiles
    from leancue.installer.installation import carry_out

    if haptic is not None and haptic not in payloads.HAPTICS:
        raise terminal.TypedError(f"--haptic is pwm or drv2605, not {haptic}.")
    if form not in (None, *payloads.FORMS):
        raise terminal.TypedError(f"--form is compiled or source, not {form}.")
    if circuitpython is None:
        chosen = _drive(drive, device, board)
    elif check:
        blank_board.look(circuitpython, drive, board, json)
        return
    else:
        chosen = blank_board.made_ready(circuitpython, drive, board)
    made, why = preparation.built(chosen, board, haptic, form)
    if why and not json:
        terminal.note(why)
    plan = preparation.plan_for(chosen, made, log_mb)
    if check:
        _say_check(plan, json)
        return
    place = None
    with terminal.if_stopped(_NOT_MIXED):
        if not plan.nothing_to_do:
            chosen = _writable(chosen)
            with terminal.progress("installing") as progress:
                place, free_bytes = carry_out(plan, DriveFiles(chosen.root), progress)
            plan = replace(plan, free_bytes=free_bytes)
            preparation.keep_lines(made)
        confirmed = _confirmed(chosen, plan)
    _say_done(chosen, made, plan, place, confirmed, json)


def uninstall(
    drive: DriveDir = None,
    runs: Annotated[
        bool, typer.Option("--runs", help="Also erase the runs, settings and prescription.")
    ] = False,
    yes: Yes = False,
    device: Device = None,
    json: Json = False,
) -> None:
    """Take LeanCue off a board's drive; the runs stay unless --runs."""
    from leancue.installer.drive_files import DriveFiles
    from leancue.installer.installation import uninstall as take_off

    chosen = _drive(drive, device)
    if runs and not terminal.agrees(
        f"Permanently erase all runs on {chosen.root}?",
        yes,
        "Pull them with `leancue runs pull`, then type `leancue uninstall --runs --yes`.",
    ):
        terminal.note("Nothing was removed.")
        raise typer.Exit(1)
    gone = take_off(DriveFiles(_writable(chosen).root), runs)
    if json:
        terminal.say_json({"drive": str(chosen.root), "removed": gone})
    elif gone:
        kept = "" if runs else " Its runs, settings and prescription are kept."
        terminal.say(f"LeanCue is removed from {chosen.root}.{kept}")
    else:
        terminal.say(f"There was no LeanCue on {chosen.root}.")


def _drive(folder: Path | None, device: str | None, board: str | None = None) -> Drive:
    from leancue.installer import boot_out, drives, preparation
    from leancue.transports.addresses import is_address

    uid = None if device is None or is_address(device) else device
    if folder:
        with preparation.reading(folder):
            chosen = drives.at(folder)
    else:
        chosen = drives.choose(uid, board)
    boot_out.check_version(chosen.boot)
    return chosen


def _writable(drive: Drive) -> Drive:
    if drive.writable:
        return drive
    from leancue.installer import clip_restart

    terminal.note("The drive is in log mode: switching the clip to edit mode.")
    with terminal.waiting("Waiting for its drive", clip_restart.BACK_TIMEOUT_S):
        return clip_restart.unlock(drive)


def _confirmed(drive: Drive, plan: Plan) -> bool | None:
    """Whether the clip itself reads what was written; None if no clip answers."""
    from leancue.installer import clip_restart

    with terminal.waiting("Asking the clip", clip_restart.BACK_TIMEOUT_S):
        return clip_restart.asked(drive.boot.uid, plan)


def _say_check(plan: Plan, json: bool) -> None:
    paths = [path for path, _ in plan.writes]
    if json:
        terminal.say_json({"up_to_date": plan.nothing_to_do, "to_write": paths, **_room(plan)})
    elif plan.nothing_to_do:
        terminal.say("The drive is OK.")
    else:
        size = sum(len(data) for _, data in plan.writes) + plan.log_bytes
        terminal.say(f"{terminal.count(len(paths), 'file')} to write, {size / 1000:.0f} kB.")
        if plan.shorter_log_bytes:
            terminal.say(f"  {_CUT}")
    if not plan.nothing_to_do:
        raise typer.Exit(1)


def _say_done(
    drive: Drive, made: Payload, plan: Plan, place: Place | None, confirmed: bool | None, json: bool
) -> None:
    if json:
        terminal.say_json({
            "drive": str(drive.root), "uid": drive.boot.uid, "board": made.board,
            "written": [path for path, _ in plan.writes], "confirmed_by_clip": confirmed,
            "log": place.as_json() if place else None, **_room(plan),
        })  # fmt: skip
        return
    what = "was up to date" if plan.nothing_to_do else _what_was_done(plan)
    terminal.say(f"The clip at {drive.root} ({made.board}) {what}.")
    if place:
        terminal.say(f"  room for runs: {place}")
        if plan.shorter_log_bytes:
            terminal.say(f"  {_CUT}")
        terminal.say(f"  {_kept_free(plan)}")
    if confirmed:
        terminal.say("  The clip has read back every file correctly.")
    elif not plan.nothing_to_do:
        terminal.say(
            "  Now eject the drive and press reset (or switch off and on): the light turns white "
            "and the motor ticks once."
        )
        terminal.say("  Then type `leancue install` again: it checks the files on the clip.")


def _room(plan: Plan) -> dict[str, int | None]:
    return {
        "free_bytes": plan.free_bytes,
        "next_release_bytes": plan.next_bytes,
        "log_cut_to_bytes": plan.shorter_log_bytes or None,
    }


def _kept_free(plan: Plan) -> str:
    free_kb, next_kb = plan.free_bytes // 1000, plan.next_bytes // 1000
    if plan.free_bytes >= plan.next_bytes:
        return (
            f"kept free: {free_kb} kB, of which the next release takes {next_kb} kB until it has "
            "replaced this one"
        )
    return (
        f"free: {free_kb} kB; the next release needs {next_kb} kB beside this one. Remove what you "
        "do not need from the drive before you update"
    )


def _what_was_done(plan: Plan) -> str:
    count = terminal.count(len(plan.writes), "file")
    if plan.before is None:
        return f"is installed, {count} written and read back"
    how = "mended" if plan.before == plan.slot else "updated"
    return f"is {how}, {count} written and read back"
