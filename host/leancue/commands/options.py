"""Options shared by several commands, and the clip they use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leancue.basis import terminal

if TYPE_CHECKING:
    from leancue.clip.answers import Hello
    from leancue.clip.client import Client

Device = Annotated[
    str | None,
    typer.Option(
        "--device",
        envvar="LEANCUE_DEVICE",
        metavar="CLIP",
        help=(
            "The clip: its port, its UID, socket://host:port, or sim:short for a simulated one. "
            "Not needed if only one is plugged in."
        ),
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, for programs.")]
Yes = Annotated[bool, typer.Option("--yes", help="Answer yes to the question.")]
RunFile = Annotated[Path, typer.Argument(metavar="RUN", help="A pulled run (.leanrun).")]


@contextmanager
def clip(device: str | None) -> Iterator[tuple[Client, Hello]]:
    """Open the requested clip, and close it after use."""
    from leancue.clip.devices import connect

    with looking("Looking for the clip"):
        client, hello = connect(device)
    with client:
        yield client, hello


def looking(label: str) -> AbstractContextManager[None]:
    """Show on a terminal that a clip is being looked for."""
    from leancue.clip.exchange import FIRST_HELLO_S

    return terminal.waiting(label, FIRST_HELLO_S)
