"""``leancue clinic``: the therapist's page, on this computer only."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from leancue import screen
from leancue.errors import InstallError


def clinic(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page; 0 = any that is free.")
    ] = 0,
    library: Annotated[
        str | None,
        typer.Option(
            metavar="PATH", help="Folder or PostgreSQL URL of the library; else LEANCUE_LIBRARY."
        ),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    device: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CLIP",
            help="A clip's port or address, or sim:short for a simulated one; may be repeated. "
            "Without it whatever is plugged in.",
        ),
    ] = None,
) -> None:
    """Open the clinic's page: patients, runs, the clip.

    It answers on this computer only, to whoever has the address with its token. Ends with Ctrl-C.
    """
    if find_spec("nicegui") is None:
        raise InstallError(
            "The clinic's page needs packages that are not installed.",
            way_out="Type `pip install 'leancue[clinic]'` and repeat the command.",
        )
    from leancue.clinic.server import Address, open_browser, run

    def ready(address: Address) -> None:
        screen.say(f"The page is at {address.url}")
        screen.note("It answers on this computer only. Ctrl-C ends it.")
        if browser:
            open_browser(address.url)

    run(port, library, device or [], ready)
