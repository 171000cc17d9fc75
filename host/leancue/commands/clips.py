"""``leancue devices`` and ``leancue info``: list clips, and show their state."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from leancore.coaching.session_plan import UNMEASURED
from leancore.schema import faults

from leancue.basis import terminal
from leancue.commands.options import Device, Json, clip, looking

if TYPE_CHECKING:
    from leancue.clip.answers import Hello, Info
    from leancue.installer.clip_survey import PortAndDrive

FAULT_WORDS = 3  # column of the fault table: the therapist's text


def devices(json: Json = False) -> None:
    """List the clips plugged in, and what is wrong."""
    from leancue.clip.devices import scan
    from leancue.clip.scan_result import nothing
    from leancue.installer.clip_survey import survey
    from leancue.installer.drives import look

    with looking("Looking for clips"), scan() as found:
        mounted, closed = look()
        seats = survey(found, mounted, closed)
    if json:
        terminal.say_json({
            "clips": [_seat_json(seat) for seat in seats if seat.hello],
            "boards": [_seat_json(seat) for seat in seats if not seat.hello],
            "trouble": [*map(str, found.trouble), *map(str, closed)],
            "others": list(found.others),
        })  # fmt: skip
        return
    for drive in closed:
        terminal.note(f"{drive} {drive.way_out}")
    if not seats:
        raise found.trouble[0] if found.trouble else nothing(found.others)
    clips = sum(seat.hello is not None for seat in seats)
    terminal.say(f"{terminal.count(clips, 'clip')} plugged in.")
    header = ("UID", "PORT", "PATIENT", "MODE", "BATTERY", "RUNS", "DRIVE", "BOARD", "CHECK")
    terminal.say_table(header, [_seat_row(seat) for seat in seats])
    for seat in seats:
        for text in seat.notes:
            terminal.note(f"{seat.uid}: {text}")
    for error in found.trouble:
        terminal.note(str(error))
    for port in found.others:
        terminal.note(f"{port}: another device, not a clip.")


def _seat_row(seat: PortAndDrive) -> tuple[str, ...]:
    from leancue.commissioning import result

    info = seat.info
    battery = f"{info.battery_mv / 1000:.2f} V" if info and info.battery_mv else "–"
    return (
        seat.uid, seat.port or "–", seat.hello.patient if seat.hello else "–", seat.mode, battery,
        str(info.runs) if info else "–", str(seat.drive or "–"), seat.board,
        result.checked_words(info.check) if info else "–",
    )  # fmt: skip


def _seat_json(seat: PortAndDrive) -> dict[str, object]:
    return {
        "uid": seat.uid, "board": seat.board, "port": seat.port,
        "drive": str(seat.drive) if seat.drive else None, "mode": seat.mode,
        **(asdict(seat.hello) if seat.hello else {}), **(asdict(seat.info) if seat.info else {}),
        "notes": list(seat.notes),
    }  # fmt: skip


def info(device: Device = None, json: Json = False) -> None:
    """Tell how the clip is.

    What it does, battery, memory, sessions, and what it noticed about itself.
    """
    from leancue.installer import clip_error

    with clip(device) as (client, hello):
        state = client.info()
        error = clip_error.of(client, state)
    if json:
        terminal.say_json({**asdict(hello), **asdict(state), "error": error})
        return
    terminal.say(f"The clip {hello.uid} is {_doing(state.mode)}; its patient is {hello.patient}.")
    for name, text in _facts(hello, state):
        terminal.say(f"  {name:<12}{text}")
    if error:
        terminal.say("  its last internal error, with the lines of the source:")
        for line in error.strip().splitlines():
            terminal.say(f"    {line.strip()}")


def _doing(mode: str) -> str:
    if mode == "edit mode":
        return "in edit mode: the desk may write to its drive"
    return "not calibrated: press, stand, bow" if mode == "needs calibration" else mode


def _facts(hello: Hello, state: Info) -> list[tuple[str, str]]:
    from leancue.commissioning import result

    base = state.baseline_cdeg
    own = base is None or base == UNMEASURED
    facts = [
        ("software", f"{hello.version} on board {hello.board}"),
        ("battery", f"{state.battery_mv / 1000:.2f} V" if state.battery_mv else "unknown"),
        ("runs", _kept(state)),
        ("sessions", f"{state.session} done"),
        ("check", result.checked_words(state.check)),
        ("own lean", "not measured yet" if own else f"{terminal.degrees(base or 0)} at the back"),
    ]
    return facts + [("noticed", text) for text in _noticed(state.faults)]


def _kept(state: Info) -> str:
    if not state.pages:
        return "not read in edit mode" if state.runs_unread else "the clip has no log to store them"
    return f"{state.runs} kept; {100 * state.free_pages // state.pages} % of the memory is free"


def _noticed(counts: dict[int, int]) -> list[str]:
    """Faults in the therapist's words, with counts."""
    lines = []
    for number, times in counts.items():
        row = faults.row(number)
        words = row[FAULT_WORDS] if row else f"Fault {number}, unknown to this desk tool."
        lines.append(f"{words} ({terminal.count(times, 'time')})")
    return lines
