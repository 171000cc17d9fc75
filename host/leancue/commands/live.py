"""``leancue live``, ``calibrate`` and ``feel``: the clip at work, on a cable."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from leancue import screen
from leancue.commands.options import Device, Json, clip

if TYPE_CHECKING:
    from leancue.client import Client
    from leancue.demo_view import PlainView, TerminalView
    from leancue.live_state import JsonView

    AnyView = PlainView | TerminalView | JsonView

_LOOK_S = 1.0
_CALIBRATION_S = 40.0


def live(
    device: Device = None,
    seconds: Annotated[
        float | None, typer.Option(min=0, help="Stop after so long; else with Ctrl-C.")
    ] = None,
    json: Json = False,
) -> None:
    """Watch lean, band, cadence and cues while somebody runs.

    Ends with Ctrl-C. With --json each moment is a line for a program.
    """
    from leancue.demo_view import PlainView, TerminalView
    from leancue.live_state import JsonView, LiveState

    view: AnyView
    if json:
        view = JsonView()
    elif screen.is_terminal(sys.stderr):
        view = TerminalView(LiveState)
    else:
        view = PlainView(LiveState)
    with clip(device) as (client, _hello):
        try:
            _watch(client, view, seconds)
        except KeyboardInterrupt:  # the ordinary end
            screen.note("")
        finally:
            view.close()
            client.live(False)
    if not json:
        state = view.state
        assert isinstance(state, LiveState)
        screen.say(f"{screen.count(len(state.cues), 'cue')} in {screen.duration(state.seen_s)}; "
                   f"{screen.count(state.lost, 'moment')} not shown for want of time.")  # fmt: skip


def _watch(client: Client, view: AnyView, seconds: float | None) -> None:
    began_s = time.monotonic()
    client.live(True)
    view.began()
    while seconds is None or time.monotonic() - began_s < seconds:
        for frame in client.stream(_LOOK_S):
            view.frame(frame)
            if seconds is not None and time.monotonic() - began_s >= seconds:
                return
        client.live(True)  # it was quiet: is it still there?


def calibrate(device: Device = None, json: Json = False) -> None:
    """Have the clip measure the standing runner now."""
    with clip(device) as (client, hello):
        client.command("calibrate")
        if not json:
            screen.note("Stand still until two ticks are felt, then bow from the hips.")
        mode = _wait_for_calibration(client)
    if json:
        screen.say_json({"uid": hello.uid, "mode": mode})
        return
    if mode == "ready":
        screen.say(f"The clip {hello.uid} is calibrated and ready.")
        return
    screen.say(f"The clip {hello.uid} is not calibrated: it is {mode}.")
    screen.note("Stand still, upright, the clip firmly in place, and type `leancue calibrate`.")
    raise typer.Exit(1)


def _wait_for_calibration(client: Client) -> str:
    """Wait until it has come to an end, well or not; return what the clip then is."""
    deadline_s = time.monotonic() + _CALIBRATION_S
    while True:
        mode = client.info().mode
        if mode != "calibrating" or time.monotonic() > deadline_s:
            return mode
        time.sleep(0.2)


def feel(device: Device = None, json: Json = False) -> None:
    """Have the clip give every cue in turn, weak to strong."""
    with clip(device) as (client, hello):
        client.command("feel")
    if json:
        screen.say_json({"uid": hello.uid, "done": "feel"})
    else:
        screen.say(
            f"The clip {hello.uid} gives every cue in turn: back in the band (one soft tick), "
            "lean more (short pulses), ease off (one long), cap (two very long)."
        )
