"""``leancue clinic``: the therapist's page, on this computer only."""

from __future__ import annotations

import _thread
import os
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from typing import Annotated

import typer

from leancue.basis import program, terminal
from leancue.basis.errors import InstallError

_OPENED = (
    "It opens in your browser, on this computer only. End it with Ctrl-C.\n"
    "If no browser opens, `leancue clinic --no-browser` prints an address to paste."
)
_NO_BROWSER = (
    "No browser was found on this computer. Install one, or type `leancue clinic --no-browser`: it "
    "prints an address to paste."
)
_TO_PASTE = (
    "The address opens the page once, on this computer only. Paste it into your browser: if it is "
    "opened as a link, other users of this computer may see it. Ctrl-C ends the page."
)


def clinic(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page; 0 = any free port.")
    ] = 0,
    library: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help=("Folder or PostgreSQL URL of the library; default: LEANCUE_LIBRARY."),
        ),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    window: Annotated[
        bool,
        typer.Option(
            "--window", help="Open the page in its own window; closing the window ends the page."
        ),
    ] = False,
    device: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CLIP",
            help=(
                "A clip's port or address, or sim:short for a simulated one; may be repeated. "
                "Default: every clip that is plugged in."
            ),
        ),
    ] = None,
) -> None:
    """Open the clinic's page: patients, runs, the clip.

    It answers on this computer only, to the browser that is opened. Ends with Ctrl-C.
    """
    if find_spec("nicegui") is None:
        raise InstallError(
            "The clinic's page needs packages that are not installed.",
            way_out=program.get_part("clinic"),
        )
    from leancue.clinic.access_keys import entry_file
    from leancue.clinic.server import Address, open_browser, run
    from leancue.desktop.page_window import open_page

    def show(url: str) -> None:
        open_browser(url, lambda: terminal.note(_NO_BROWSER))

    with ExitStack() as until_end:

        def ready(address: Address) -> None:
            terminal.say(f"The page is at {address.url if browser else address.entry}")
            terminal.note(_OPENED if browser else _TO_PASTE)
            if browser:
                file = until_end.enter_context(entry_file(address.entry))
                if window:
                    open_page(file.as_uri(), show, _shown, _thread.interrupt_main)
                else:
                    show(file.as_uri())

        run(port, library, device or [], ready)
    _end()


def _shown() -> bool:
    """Whether a browser shows the page."""
    from nicegui import Client

    return any(client.has_socket_connection for client in list(Client.instances.values()))


def _end() -> None:
    """Exit now: everything is cleaned up, but a clip may block a thread indefinitely."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
