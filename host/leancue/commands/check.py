"""``leancue check``: find wiring mistakes in a newly built clip."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import terminal
from leancue.commands.library import opened
from leancue.commands.options import Device, Json, clip

if TYPE_CHECKING:
    from leancue.clip.answers import Hello
    from leancue.clip.client import Client
    from leancue.commissioning.levelling import Level
    from leancue.commissioning.result import Result


def check(
    device: Device = None,
    level: Annotated[
        bool,
        typer.Option(
            "--level", help=("Then set the strength of the motor, so that cues feel the same on "
                            "every clip.")),
    ] = False,
    target: Annotated[
        float | None,
        typer.Option(
            "--target", min=2, max=20, metavar="M/S2",
            help="For --level: how strongly the case should shake; default: the library's setting.",
        ),
    ] = None,
    library: Annotated[
        bool, typer.Option("--library", help="Save the result in the library.")
    ] = False,
    label: Annotated[
        Path | None,
        typer.Option("--label", metavar="FILE", help="Write a label: .svg, .pdf or .png."),
    ] = None,
    json: Json = False,
) -> None:
    """Say what is wired wrong in a clip that was just built.

    Bus, sensor, motor, button, light, cell, memory, clock: takes two minutes, and leads through
    it. The clip remembers what it came to. Ends with 1 if something is wrong.
    """  # fmt: skip
    from leancue.commissioning import guided_check
    from leancue.commissioning import label as labels
    from leancue.commissioning import result as results
    from leancue.transports.simulated_board import SimTransport, wearer_of

    if label is not None:
        labels.form_of(label)  # reject it before two minutes of work
    if device is not None and device.startswith(SimTransport.SCHEME):
        guided_check.require_unworn(wearer_of(device))
    with clip(device) as (client, hello):
        operator = TerminalOperator()
        facts = guided_check.gathered(client, operator, hello.uid, hello.board, time.monotonic)
        result = results.of(facts)
        now_s = int(time.time())
        guided_check.keep(client, now_s, len(result.found), result.shakes_cmps2())
        reached = _levelled(client, result, _target_mps2(target, library)) if level else None
        guided_check.done(client)
    if library:
        _file(hello, result, now_s)
    if label is not None:
        labels.write(label, hello.uid, hello.board, results.words(now_s, len(result.found)))
    if json:
        terminal.say_json({
            "uid": hello.uid, "board": hello.board, "well": result.is_well,
            "findings": [asdict(one) for one in result.found], "not_looked_at": result.unseen,
            "shakes_mps2": {p: s.shake_mps2 for p, s in facts.shakes.items()},
            "level": asdict(reached) if reached else None,
        })  # fmt: skip
    else:
        _say(result, reached, label)
    if result.found:
        raise typer.Exit(1)


class TerminalOperator:
    """The person at the terminal; without one, manual steps are skipped."""

    def told(self, text: str) -> None:
        """Print the current step."""
        terminal.note(f"{text} …")

    def lays(self, posture: str, text: str) -> bool:
        """Ask for the posture, and wait until it is done."""
        return terminal.typed(f"{text} Then press Enter.") is not None

    def presses(self, text: str) -> bool:
        """Ask for a press; the clip detects it."""
        return terminal.typed(f"Press Enter, then within five seconds: {text}") is not None

    def sees(self, text: str, show: Callable[[], None]) -> str | None:
        """Show the light, then ask what was seen."""
        from leancue.commissioning.guided_check import LIGHTS

        if terminal.typed(f"{text} Press Enter to begin.") is None:
            return None
        show()
        choices = ", ".join(f"{key} = {seen}" for key, seen in LIGHTS.items())
        while True:
            answer = terminal.typed(f"What did the light show? {choices}:")
            if answer is None or answer in LIGHTS:
                return answer


def _say(result: Result, reached: Level | None, label: Path | None) -> None:
    terminal.say(result.answer)
    for part, text in result.lines():
        terminal.say(f"  {part:<14}{text}")
    if reached is not None:
        terminal.say(f"  {'strength':<14}{_level_words(reached)}")
    if label is not None:
        terminal.note(f"The label is in {label}.")


def _level_words(reached: Level) -> str:
    short = "" if reached.reached else ", less than requested"
    return (
        f"set to {reached.percent} %: the case shakes with {reached.mps2:.1f} m/s²{short}; "
        f"with {reached.soft_mps2:.1f} m/s² at the softest cue"
    )


def _levelled(client: Client, result: Result, target_mps2: float) -> Level | None:
    """Set the strength if the motor is fine. DeviceLocked without the clinic's key."""
    from leancue.commissioning import guided_check, levelling

    if "motor" in result.unseen or any(one.part == "motor" for one in result.found):
        terminal.note("The strength was not changed: repair the motor first.")
        return None
    terminal.note("Let go of the clip: its motor's strength is being set …")
    reached = levelling.level(guided_check.shakes(client), target_mps2)
    client.set_settings({"motor_percent": reached.percent})
    return reached


def _target_mps2(target: float | None, library: bool) -> float:
    from leancue.commissioning.levelling import TARGET_CMPS2

    if target is not None:
        return target
    if not library:
        return TARGET_CMPS2 / 100
    with opened() as there:
        return there.options.get("motor_target_cmps2") / 100


def _file(hello: Hello, result: Result, now_s: int) -> None:
    with opened() as there:
        there.devices.seen(hello.uid, hello.board, hello.version)
        there.devices.checked(hello.uid, result.filed(now_s))
