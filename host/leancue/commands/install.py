"""``leancue install`` and ``leancue uninstall``: from a blank board to a clip, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import terminal
from leancue.commands.options import Device, Json, Yes

if TYPE_CHECKING:
    from leancue.installer.drives import Drive
    from leancue.installer.installation_plan import Plan
    from leancue.installer.logfile import Place
    from leancue.installer.manifest import Manifest
    from leancue.installer.payload import Payload

_NOT_MIXED = (
    "What started before still starts, or the new program does; nothing is mixed. Type "
    "`leancue install` again to finish."
)
_CUT = (
    "The log's end makes room for the new program beside the old one; runs that no desk has "
    "fetched are not in it."
)
DriveDir = Annotated[
    Path | None,
    typer.Option(
        "--drive", metavar="DIR", help="The board's drive; not needed while one is mounted."
    ),
]


def install(
    drive: DriveDir = None,
    board: Annotated[
        str | None, typer.Option(metavar="ID", help="Wire it as this board, whatever it says.")
    ] = None,
    haptic: Annotated[
        str | None, typer.Option(metavar="KIND", help="The motor's driver: pwm or drv2605.")
    ] = None,
    log_mb: Annotated[
        float | None,
        typer.Option(min=0.125, max=64, metavar="MB", help="Room for runs; else 8 or what fits."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only look, and write nothing.")] = False,
    form: Annotated[
        str | None,
        typer.Option(metavar="FORM", help="The program compiled, or as source; else what fits."),
    ] = None,
    device: Device = None,
    json: Json = False,
) -> None:
    """Make a clip of a CircuitPython board, update it or mend it.

    Needs no network. The runs, the settings and the prescription on the clip stay.
    """
    from leancue.installer import payload as payloads
    from leancue.installer.drive_files import DriveFiles
    from leancue.installer.installation import carry_out

    if haptic is not None and haptic not in payloads.HAPTICS:
        raise terminal.TypedError(f"--haptic is pwm or drv2605, not {haptic}.")
    chosen = _drive(drive, device)
    if form not in (None, *payloads.FORMS):
        raise terminal.TypedError(f"--form is compiled or source, not {form}.")
    made, why = _built(chosen, board or chosen.boot.board, haptic or _haptic_now(chosen), form)
    if why and not json:
        terminal.note(why)
    plan = _plan(chosen, made, log_mb)
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
            _keep_lines(made)
        confirmed = _confirmed(chosen, plan)
    _say_done(chosen, made, plan, place, confirmed, json)


def _built(drive: Drive, board: str, haptic: str | None, form: str | None) -> tuple[Payload, str]:
    """What to install, in the form asked for or in the one that fits; why it is source."""
    from leancue.basis.errors import NotCompiled
    from leancue.installer import payload

    if form is not None:
        return payload.build(board, haptic, form), ""
    right, why = _form(drive)
    try:
        return payload.build(board, haptic, right), why
    except NotCompiled as error:
        return (
            payload.build(board, haptic, payload.SOURCE),
            f"{error.what} It is installed as source.",
        )


def _keep_lines(made: Payload) -> None:
    """So that an error which the clip tells of can be read, when this desk is newer than it."""
    from leancue.installer import clip_error, payload
    from leancue.installer.image import clip, traces

    traces.keep(payload.image(made.form), clip.fingerprint(payload.source()), clip_error.folder())


def uninstall(
    drive: DriveDir = None,
    runs: Annotated[
        bool, typer.Option("--runs", help="Erase the runs, settings and prescription too.")
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
        f"Erase all runs on {chosen.root} for ever?",
        yes,
        "Fetch them with `leancue runs pull`, then type `leancue uninstall --runs --yes`.",
    ):
        terminal.note("Nothing was removed.")
        raise typer.Exit(1)
    gone = take_off(DriveFiles(_writable(chosen).root), runs)
    if json:
        terminal.say_json({"drive": str(chosen.root), "removed": gone})
    elif gone:
        kept = "" if runs else " Runs, settings and prescription stay on it."
        terminal.say(f"LeanCue is off {chosen.root}.{kept}")
    else:
        terminal.say(f"There was no LeanCue on {chosen.root}.")


def _drive(folder: Path | None, device: str | None) -> Drive:
    from leancue.installer import boot_out, drives
    from leancue.transports.addresses import is_address

    uid = None if device is None or is_address(device) else device
    if folder:
        with _reading(folder):
            chosen = drives.at(folder)
    else:
        chosen = drives.choose(uid)
    boot_out.check_version(chosen.boot)
    return chosen


def _form(drive: Drive) -> tuple[str, str]:
    """Compiled or source, and in words why source."""
    from leancue.installer.image import mpy
    from leancue.installer.payload import COMPILED, SOURCE

    if not mpy.is_taken_by(drive.boot.version):
        return SOURCE, (
            f"CircuitPython {drive.boot.version_text} is not known to take compiled modules, so "
            "the program goes on as source: it starts more slowly and takes more memory."
        )
    old = _manifest(drive)
    if old and old.circuitpython == drive.boot.version_text:
        if old.form == SOURCE:
            return SOURCE, (
                "The program stays source, as it was installed before; `--form compiled` makes it "
                "small again."
            )
        if drive.boot.no_start:
            return SOURCE, (
                "The compiled program did not start on this board, so it is installed as source. "
                "Please report it, with boot_out.txt of the drive."
            )
    return COMPILED, ""


def _haptic_now(drive: Drive) -> str | None:
    """The motor's driver that was chosen at an earlier installation."""
    old = _manifest(drive)
    return old.haptic if old else None


def _manifest(drive: Drive) -> Manifest | None:
    from leancue.installer import manifest
    from leancue.installer.drive_files import DriveFiles

    with _reading(drive.root):
        return manifest.read(DriveFiles(drive.root))


def _plan(drive: Drive, made: Payload, log_mb: float | None) -> Plan:
    from leancue.installer import installation_plan
    from leancue.installer.drive_files import DriveFiles

    with _reading(drive.root):
        return installation_plan.make(DriveFiles(drive.root), drive.boot, made, log_mb)


@contextmanager
def _reading(root: Path) -> Iterator[None]:
    """DriveFailed where the system cannot read a drive."""
    try:
        yield
    except OSError as error:
        from leancue.basis.errors import DriveFailed

        raise DriveFailed(
            f"The drive {root} cannot be read: {error.strerror or error}.",
            way_out="Plug the clip in anew and repeat the command.",
        ) from error


def _writable(drive: Drive) -> Drive:
    if drive.writable:
        return drive
    from leancue.installer import clip_restart

    terminal.note("The drive is the clip's: asking it for edit mode.")
    with terminal.waiting("Waiting for its drive", clip_restart.BACK_TIMEOUT_S):
        return clip_restart.unlock(drive)


def _confirmed(drive: Drive, plan: Plan) -> bool | None:
    """Whether the clip itself reads what was written; None if there is no clip to ask."""
    from leancue.installer import clip_restart

    with terminal.waiting("Asking the clip", clip_restart.BACK_TIMEOUT_S):
        if not plan.nothing_to_do:
            clip = clip_restart.restart_and_confirm(drive.boot.uid, plan.files)
        elif (clip := clip_restart.clip_with(drive.boot.uid)) is not None:
            clip_restart.confirm(clip, plan.files)
    return None if clip is None else True


def _say_check(plan: Plan, json: bool) -> None:
    paths = [path for path, _ in plan.writes]
    if json:
        terminal.say_json({"up_to_date": plan.nothing_to_do, "to_write": paths, **_room(plan)})
    elif plan.nothing_to_do:
        terminal.say("The drive is as it should be.")
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
        terminal.say("  The clip itself reads every file as it was written.")
    elif not plan.nothing_to_do:
        terminal.say(
            "  Now eject the drive and press reset (or switch off and on): the light turns "
            "white, the motor ticks once."
        )
        terminal.say("  Then `leancue install` again asks the clip itself whether all is well.")


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
