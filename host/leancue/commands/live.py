"""``leancue live``, ``calibrate`` and ``feel``: the clip at work, on a cable."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import terminal
from leancue.commands.options import Device, Json, clip

if TYPE_CHECKING:
    from leancue.clip.client import Client
    from leancue.live.live_state import JsonView
    from leancue.live.live_view import PlainView, TerminalView

    AnyView = PlainView | TerminalView | JsonView

_LOOK_S = 1.0
_CALIBRATION_S = 40.0


def live(
    device: Device = None,
    seconds: Annotated[
        float | None, typer.Option(min=0, help="Stop after this time; default: stop with Ctrl-C.")
    ] = None,
    json: Json = False,
) -> None:
    """Watch lean, band, cadence and cues while somebody runs.

    Ends with Ctrl-C. With --json each moment is a line for a program.
    """
    from leancue.live.live_state import JsonView, LiveState
    from leancue.live.live_view import PlainView, TerminalView

    view: AnyView
    if json:
        view = JsonView()
    elif terminal.is_terminal(sys.stderr):
        view = TerminalView(LiveState)
    else:
        view = PlainView(LiveState)
    with clip(device) as (client, _hello):
        try:
            _watch(client, view, seconds)
        except KeyboardInterrupt:  # the normal end
            terminal.note("")
        finally:
            view.close()
            client.live(False)
    if not json:
        state = view.state
        assert isinstance(state, LiveState)
        terminal.say(
            f"{terminal.count(len(state.cues), 'cue')} in {terminal.duration(state.seen_s)}; "
            f"{terminal.count(state.lost, 'moment')} not shown because the display was too slow."
        )


def _watch(client: Client, view: AnyView, seconds: float | None) -> None:
    began_s = time.monotonic()
    client.live(True)
    view.began()
    while seconds is None or time.monotonic() - began_s < seconds:
        for frame in client.stream(_LOOK_S):
            view.frame(frame)
            if seconds is not None and time.monotonic() - began_s >= seconds:
                return
        client.live(True)  # after silence: check whether it is still there


def calibrate(device: Device = None, json: Json = False) -> None:
    """Have the clip measure the standing runner now."""
    with clip(device) as (client, hello):
        client.command("calibrate")
        if not json:
            terminal.note("Stand still until two ticks are felt, then bow from the hips.")
        mode = _wait_for_calibration(client)
    if json:
        terminal.say_json({"uid": hello.uid, "mode": mode})
        return
    if mode == "ready":
        terminal.say(f"The clip {hello.uid} is calibrated and ready.")
        return
    terminal.say(f"The clip {hello.uid} is not calibrated: it is {mode}.")
    terminal.note(
        "Check that the clip sits firmly, stand upright and still, and type `leancue calibrate`."
    )
    raise typer.Exit(1)


def _wait_for_calibration(client: Client) -> str:
    """Wait for the end of the calibration; return the clip's mode."""
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
        terminal.say_json({"uid": hello.uid, "done": "feel"})
    else:
        terminal.say(
            f"The clip {hello.uid} gives every cue in turn: back in the band (one soft tick), "
            "lean more (short pulses), ease off (one long), cap (two very long)."
        )
