"""``leancue settings``: the clip's own numbers."""

from __future__ import annotations

from typing import Annotated

import typer
from leancore.schema import table
from leancore.schema.settings import SETTINGS

from leancue.basis import terminal
from leancue.commands.options import Device, Json, clip

_ROWS = table.rows(SETTINGS)
app = typer.Typer(help="List, read and change the settings of the clip.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name, as in `leancue settings list`.")]


@app.callback(invoke_without_command=True)
def settings(ctx: typer.Context, device: Device = None, json: Json = False) -> None:
    """List, read and change the settings of the clip. The default is list."""
    verb = ctx.invoked_subcommand
    if verb is None:
        list_(device, json)
        return
    source = ctx.get_parameter_source("device")
    if json or (source and source.name == "COMMANDLINE"):  # must not be ignored silently
        raise terminal.TypedError(
            "Options come after the verb.",
            way_out=f"Type `leancue settings {verb} … --device CLIP`.",
        )


@app.command("list")
def list_(device: Device = None, json: Json = False) -> None:
    """List all settings of the clip, with default and range."""
    with clip(device) as (client, hello):
        values = client.settings()
    if json:
        terminal.say_json(values)
        return
    changed = sum(values.get(str(row[table.NAME])) != row[table.DEFAULT] for row in _ROWS)
    terminal.say(
        f"{changed} of {len(_ROWS)} settings of {hello.uid} differ from their defaults."
    )
    header = ("NAME", "VALUE", "UNIT", "DEFAULT", "RANGE", "MEANING")
    terminal.say_table(header, [_row(row, values) for row in _ROWS])


@app.command("get")
def get_(name: Name, device: Device = None, json: Json = False) -> None:
    """Read one setting."""
    from leancue.clip.sending import check_setting_name

    check_setting_name(name)
    with clip(device) as (client, _hello):
        value = client.settings()[name]
    if json:
        terminal.say_json({name: value})
    else:
        terminal.say(f"{value} {_unit(name)}")


def _unit(name: str) -> str:
    """The unit of an existing setting."""
    return next(row[table.UNIT] for row in _ROWS if row[table.NAME] == name)


@app.command("set")
def set_(
    name: Name,
    value: Annotated[int, typer.Argument(metavar="VALUE", help="Value, in the setting's unit.")],
    device: Device = None,
    json: Json = False,
) -> None:
    """Change one setting, and read it back from the clip."""
    from leancue.clip.sending import check_settings

    check_settings({name: value})
    with clip(device) as (client, hello):
        after = client.set_settings({name: value})[name]
    if json:
        terminal.say_json({name: after})
    else:
        terminal.say(f"{name} is now {after} {_unit(name)} on the clip {hello.uid}.")


def _row(row: tuple[str | int, ...], values: dict[str, int]) -> tuple[object, ...]:
    name, unit, default, low, high, what = row
    value = values.get(str(name), "–")
    mark = "" if value == default else " *"
    return name, f"{value}{mark}", unit, default, f"{low} to {high}", what
