"""``leancue clinic-key``: lock clips, so that only this clinic changes their prescription."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leancue import screen
from leancue.commands.options import Device, Json, clip

app = typer.Typer(help="Lock a clip with the clinic's key, or open it.")


@app.command("set")
def set_(
    reads: Annotated[
        bool, typer.Option("--reads", help="Reading runs needs the key too.")
    ] = False,
    device: Device = None,
    json: Json = False,
) -> None:
    """Lock a clip: its prescription changes with the clinic's key only.

    The key is made on first use and kept on this desk. It guards against mistakes and other desks,
    not against somebody who opens the clip's drive: see PROTOCOL.md.
    """
    from leancue import clinic_key

    key = clinic_key.load()
    new = key is None
    if key is None:
        key = clinic_key.make()
        file = clinic_key.keep(key)  # before any clip has it: a key that is lost locks for ever
        screen.note(f"A new key was made: {file}. Keep a copy where only the clinic has it.")
    with clip(device) as (client, hello):
        client.set_key(key, reads)
    if json:
        screen.say_json({"uid": hello.uid, "locked": True, "reads": reads, "new_key": new})
    else:
        more = "; reading runs needs the key too" if reads else "; reading runs stays free"
        screen.say(f"The clip {hello.uid} is locked with the clinic's key{more}.")


@app.command()
def remove(device: Device = None, json: Json = False) -> None:
    """Open a clip that this clinic has locked."""
    with clip(device) as (client, hello):
        client.set_key(None)
    if json:
        screen.say_json({"uid": hello.uid, "locked": False})
    else:
        screen.say(f"The clip {hello.uid} is open: any desk may prescribe.")


@app.command()
def status(device: Device = None, json: Json = False) -> None:
    """Say whether a clip is locked, and whether this desk has a key."""
    from leancue import clinic_key

    here = clinic_key.load() is not None
    with clip(device) as (client, hello):
        locked, reads = client.lock_state()
    if json:
        screen.say_json({"uid": hello.uid, "locked": locked, "reads": reads, "key_here": here})
        return
    state = "locked" + (", reading too" if reads else "") if locked else "open"
    screen.say(f"The clip {hello.uid} is {state}; this desk has {'a' if here else 'no'} key.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The key file of another desk.")],
    yes: Annotated[bool, typer.Option("--yes", help="Replace a key that is here.")] = False,
) -> None:
    """Take the clinic's key from another desk."""
    from leancue import clinic_key

    key = clinic_key.read(file)
    here = clinic_key.load()
    if here not in (None, key) and not screen.agrees(
        "This desk has another key; clips locked with it can no longer be changed from here. "
        "Replace it?",
        yes,
        f"Copy {clinic_key.path()} first, then type `leancue clinic-key import {file} --yes`.",
    ):
        raise typer.Exit(1)
    screen.say(f"The clinic's key is kept at {clinic_key.keep(key)}.")
