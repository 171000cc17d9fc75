"""``leancue prescribe``: check a prescription, send it to a clip, read what is on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from leancore.coaching.prescription import default
from leancore.coaching.session_plan import UNMEASURED

from leancue.basis import terminal
from leancue.commands.options import Device, Json, Yes, clip

app = typer.Typer(help="Check a prescription, send it to a clip, read what is on it.")
_ONE_OF_TWO = (
    "The clip has either the former prescription or this one, never a mixture: `leancue prescribe "
    "get` shows which."
)
PrescriptionFile = Annotated[
    Path, typer.Argument(metavar="FILE.toml", help="The prescription of one patient.")
]


@app.command()
def check(file: PrescriptionFile, json: Json = False) -> None:
    """Check a prescription without sending it."""
    from leancue.prescriptions.prescription_file import load

    values = load(file)
    if json:
        terminal.say_json(values)
        return
    _say_prescription(values, "")
    terminal.say(f"Send it with `leancue prescribe set {file}`.")


@app.command("get")
def get_(
    device: Device = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.toml", help="Write it to this file.")
    ] = None,
    json: Json = False,
) -> None:
    """Read the prescription that is on the clip."""
    from leancue.basis.files import write_atomically
    from leancue.prescriptions.prescription_file import dump

    with clip(device) as (client, hello):
        values = client.prescription()
        own_cdeg = client.info().baseline_cdeg
    if json:
        terminal.say_json(values)
    else:
        _say_prescription(_measured(values, own_cdeg), f" (on the clip {hello.uid})")
    if out:
        write_atomically(out, dump(values))
        terminal.note(f"Written to {out}.")


@app.command("set")
def set_(
    file: PrescriptionFile,
    library: Annotated[
        bool, typer.Option("--library", help="Also save it in the patient's history.")
    ] = False,
    device: Device = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Send a prescription to the clip, and compare what the clip reads back."""
    from leancue.prescriptions.prescription_file import load

    values = load(file)
    with clip(device) as (client, hello):
        if not _same_patient(values["patient"], hello.patient, str(file), yes):
            terminal.note("Nothing was sent.")
            raise typer.Exit(1)
        kept = _keep(values) if library else None  # before sending: the patient must exist
        with terminal.if_stopped(_ONE_OF_TWO):
            after = client.set_prescription(values)
        if kept is not None:
            _note_sent(kept, hello.uid)
    if json:
        terminal.say_json(after)
        return
    _say_prescription(after, f": sent to the clip {hello.uid}, which reads back the same")


def _keep(values: dict[str, Any]) -> int:
    """Store a prescription in the library; return its number there."""
    from leancue.commands.library import opened

    with opened() as library:
        return library.prescriptions.add(values["patient"], values, "command line").id


def _note_sent(kept: int, uid: str) -> None:
    from leancue.commands.library import opened

    with opened() as library:
        library.prescriptions.sent(kept, uid)


def _same_patient(patient: str, on_clip: str, file: str, yes: bool) -> bool:
    """Take over another patient's clip only with a confirmation."""
    if on_clip in (patient, default()["patient"]):
        return True
    return terminal.agrees(
        f"The clip belongs to {on_clip}, but the prescription is for {patient}. Give the clip to "
        f"{patient}? Its session count starts again at 1; {on_clip}'s runs stay on it.",
        yes,
        f"To do this, type `leancue prescribe set {file} --yes`.",
    )


def _measured(values: dict[str, Any], own_cdeg: int | None) -> dict[str, Any]:
    """Return the prescription with the own lean measured by the clip, if none is given."""
    if values["baseline_cdeg"] == UNMEASURED and own_cdeg is not None:
        return {**values, "baseline_cdeg": own_cdeg}
    return values


def _say_prescription(values: dict[str, Any], more: str) -> None:
    from leancue.prescriptions.prescription_file import describe, describe_session

    terminal.say(f"{values['patient']}{more}. {describe(values)}")
    for session in range(values["sessions"]):
        terminal.say(f"  {describe_session(values, session)}")
