"""Errors inside a clip's program, with the source lines, for developers."""

from __future__ import annotations

from pathlib import Path

from leancore.schema import faults

from leancue.basis.errors import DeviceRefused
from leancue.clip.answers import Info
from leancue.clip.client import Client
from leancue.installer import payload
from leancue.installer.image import traces

_TELLING = (faults.PROGRAM, faults.NO_MEMORY)  # faults with an error text


def of(client: Client, state: Info) -> str:
    """Return the last internal error of a clip, "" if it has had none."""
    counts = state.faults if isinstance(state.faults, dict) else {}
    if not any(str(number) in counts for number in _TELLING):
        return ""
    try:
        told = client.trace()
    except DeviceRefused:  # an older clip
        return ""
    known = traces.origins(told.image, payload.source(), folder()) if told.image else None
    return traces.translated(told.error, known) if known else told.error


def folder() -> Path:
    """The folder with the line tables of the images installed from this host."""
    from platformdirs import user_data_dir

    return Path(user_data_dir("leancue", appauthor=False)) / "images"
