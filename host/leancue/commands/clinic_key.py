"""``leancue clinic-key``: lock clips, so that only this clinic changes their prescription."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leancue.basis import terminal
from leancue.commands.options import Device, Json, clip

app = typer.Typer(help="Lock a clip with the clinic's key, or unlock it.")


@app.command("set")
def set_(
    reads: Annotated[bool, typer.Option("--reads", help="Reading runs needs the key too.")] = False,
    device: Device = None,
    json: Json = False,
) -> None:
    """Lock a clip: its prescription changes with the clinic's key only.

    The key is made on first use and kept on this desk. It guards against mistakes and other desks,
    not against somebody who opens the clip's drive: see shared/docs/protocol.md.
    """
    from leancue.clip import key_file

    key = key_file.load()
    new = key is None
    if key is None:
        key = key_file.make()
        file = key_file.keep(key)  # before any clip has it: a lost key would lock it for ever
        terminal.note(f"A new key was made: {file}. Keep a copy where only the clinic has it.")
    with clip(device) as (client, hello):
        client.set_key(key, reads)
    if json:
        terminal.say_json({"uid": hello.uid, "locked": True, "reads": reads, "new_key": new})
    else:
        more = "; reading runs needs the key too" if reads else "; reading runs does not need it"
        terminal.say(f"The clip {hello.uid} is locked with the clinic's key{more}.")


@app.command()
def remove(device: Device = None, json: Json = False) -> None:
    """Unlock a clip that this clinic has locked."""
    with clip(device) as (client, hello):
        client.set_key(None)
    if json:
        terminal.say_json({"uid": hello.uid, "locked": False})
    else:
        terminal.say(f"The clip {hello.uid} is unlocked: any desk may prescribe.")


@app.command()
def status(device: Device = None, json: Json = False) -> None:
    """Show whether a clip is locked, and whether this desk has a key."""
    from leancue.clip import key_file

    here = key_file.load() is not None
    with clip(device) as (client, hello):
        locked, reads = client.lock_state()
    if json:
        terminal.say_json({"uid": hello.uid, "locked": locked, "reads": reads, "key_here": here})
        return
    state = "locked" + (", reading too" if reads else "") if locked else "open"
    terminal.say(f"The clip {hello.uid} is {state}; this desk has {'a' if here else 'no'} key.")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The key file of another desk.")],
    yes: Annotated[bool, typer.Option("--yes", help="Replace a key that is already here.")] = False,
) -> None:
    """Import the clinic's key from another desk."""
    from leancue.clip import key_file

    key = key_file.read(file)
    here = key_file.load()
    if here not in (None, key) and not terminal.agrees(
        "This desk has a different key. If you replace it, clips locked with it can no longer be "
        "changed from here. Replace it?",
        yes,
        f"Copy {key_file.path()} first, then type `leancue clinic-key import {file} --yes`.",
    ):
        raise typer.Exit(1)
    terminal.say(f"The clinic's key is saved in {key_file.keep(key)}.")
