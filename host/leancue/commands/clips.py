"""``leancue devices`` and ``leancue info``: which clips there are, and how they are."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from leancore import faults
from leancore.prescription import UNMEASURED

from leancue import screen
from leancue.commands.options import Device, Json, clip
from leancue.errors import NoDevice

if TYPE_CHECKING:
    from leancue.answers import Hello, Info

FAULT_WORDS = 3  # column of the table of faults: what the therapist reads


def devices(json: Json = False) -> None:
    """List the clips that are plugged in."""
    from leancue.devices import scan

    found = scan()
    if json:
        clips = [{"port": clip.port, **asdict(clip.hello)} for clip in found.clips]
        screen.say_json({"clips": clips, "trouble": [str(error) for error in found.trouble]})
        return
    if not found.clips:
        raise found.trouble[0] if found.trouble else _nothing()
    screen.say(f"{screen.count(len(found.clips), 'clip')} plugged in.")
    rows = [(c.hello.uid, c.port, c.hello.patient, c.hello.board, c.hello.version)
            for c in found.clips]  # fmt: skip
    screen.say_table(("UID", "PORT", "PATIENT", "BOARD", "SOFTWARE"), rows)
    for error in found.trouble:
        screen.note(str(error))


def info(device: Device = None, json: Json = False) -> None:
    """Tell how the clip is.

    What it does, battery, memory, sessions, and what it noticed about itself.
    """
    with clip(device) as (client, hello):
        state = client.info()
    if json:
        screen.say_json({**asdict(hello), **asdict(state)})
        return
    screen.say(f"The clip {hello.uid} is {_doing(state.mode)}; its patient is {hello.patient}.")
    for name, text in _facts(hello, state):
        screen.say(f"  {name:<12}{text}")


def _doing(mode: str) -> str:
    return "in need of calibration: press, stand, bow" if mode == "needs calibration" else mode


def _facts(hello: Hello, state: Info) -> list[tuple[str, str]]:
    base = state.baseline_cdeg
    own = base is None or base == UNMEASURED
    facts = [
        ("software", f"{hello.version} on board {hello.board}"),
        ("battery", f"{state.battery_mv / 1000:.2f} V" if state.battery_mv else "unknown"),
        ("runs", f"{state.runs} kept; {_free(state)} of the memory is free"),
        ("sessions", f"{state.session} done"),
        ("own lean", "not measured yet" if own else f"{screen.degrees(base or 0)} at the back"),
    ]
    return facts + [("noticed", text) for text in _noticed(state.faults)]


def _free(state: Info) -> str:
    return f"{100 * state.free_pages // state.pages} %" if state.pages else "none"


def _noticed(counts: object) -> list[str]:
    """Faults in the therapist's words, with how often."""
    if not isinstance(counts, dict):
        return []
    lines = []
    for number, times in counts.items():
        row = faults.row(int(number)) if str(number).isdigit() else None
        words = row[FAULT_WORDS] if row else f"Fault {number}, unknown to this desk tool."
        lines.append(f"{words} ({screen.count(times, 'time')})")
    return lines


def _nothing() -> NoDevice:
    return NoDevice(
        "No clip is plugged in.",
        "It may be switched off, or the cable may carry power only.",
        "Try another cable and type `leancue devices` again; without hardware, `leancue demo`.",
    )
