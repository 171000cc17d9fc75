"""The server behind the page: one loopback socket, the guard, NiceGUI, and the browser."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

from leancue.basis.errors import PageError
from leancue.clinic.unused_clients import left_out

if TYPE_CHECKING:
    from fastapi import FastAPI

    from leancue.clinic.access_keys import AccessKeys
    from leancue.library import Library

HOST = "127.0.0.1"
END_WITHIN_S = 5.0  # from the request to end, whatever a clip or a browser does


@dataclass(frozen=True)
class Address:
    """The page's address, and the entry that opens it."""

    port: int
    keys: AccessKeys

    @property
    def url(self) -> str:
        """The page's address, without secrets."""
        return f"http://{HOST}:{self.port}/"

    @property
    def entry(self) -> str:
        """The one-time entry: the first to open it may read everything."""
        return f"{self.url}?token={self.keys.token}"


def listen(port: int) -> socket.socket:
    """Return a socket on the loopback only; port 0 = any that is free. PageError."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # ignore a page that has just ended
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
        sock.listen()  # only this makes sure that the port is ours
    except OSError as error:
        sock.close()
        raise PageError(
            f"The page cannot use port {port}: {error.strerror or error}.",
            "Another program, perhaps another `leancue clinic`, uses it.",
            "Type `leancue clinic` without `--port`: it takes a free one.",
        ) from error
    return sock


def run(
    port: int, where: str | None, devices: Sequence[str], ready: Callable[[Address], None]
) -> None:
    """Serve the page until Ctrl-C.

    Args:
        port: 0 = any that is free.
        where: the library, as ``leancue.library.Library`` takes it.
        devices: the clips, as ``Clips`` takes them.
        ready: called once the page answers.

    Raises:
        PageError, LibraryError: before anything is served.
    """
    with closing(listen(port)) as sock:
        with _no_garbage(), left_out():
            from leancue.clinic.access_keys import AccessKeys
            from leancue.clinic.connected_clips import Clips
            from leancue.clinic.memory import give_back_what_is_large
            from leancue.clinic.page_frame import ClinicContext
            from leancue.clinic.web_app import build
            from leancue.library import Library

        give_back_what_is_large()
        address = Address(sock.getsockname()[1], AccessKeys())
        with Library(where) as library, closing(Clips(devices)) as clips, tidying(library):
            _serve(build(ClinicContext(library, clips)), sock, address, ready)


class _LeftError(Exception):
    """The page is being closed."""


@contextmanager
def tidying(library: Library) -> Iterator[None]:
    """Tidy the library in the background; on leaving it stops after the current run."""
    over = threading.Event()

    def go_on(done: int, total: int) -> None:
        if over.is_set():
            raise _LeftError

    def work() -> None:
        with suppress(_LeftError):
            library.tidy(go_on)

    worker = threading.Thread(target=work, name="tidy")
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Freeze imported objects: skipping their garbage collection starts the page a sixth faster."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _serve(
    app: FastAPI, sock: socket.socket, address: Address, ready: Callable[[Address], None]
) -> None:
    import uvicorn

    from leancue.clinic.request_guard import RequestGuard

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready(address)

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # Not uvicorn's own: at a second Ctrl-C that breaks off the end that the first began.
            _cut_short_after(END_WITHIN_S)
            self.should_exit = True

    config = uvicorn.Config(
        RequestGuard(app, address.keys, address.port), log_level=logging.WARNING,
        server_header=False, ws_max_size=1 << 20, timeout_graceful_shutdown=2,
    )  # fmt: skip
    # Also before and after uvicorn runs: a signal or Ctrl-C ends with everything cleaned up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):  # it came before uvicorn handled signals
        Server(config).run(sockets=[sock])


def _cut_short_after(seconds: float) -> None:
    """End the program after ``seconds`` if its normal end is blocked.

    The library tolerates this at any moment.
    """
    timer = threading.Timer(seconds, os._exit, (0,))
    timer.daemon = True
    timer.start()


def open_browser(url: str, failed: Callable[[], None] = lambda: None) -> None:
    """Open ``url`` in the user's browser, without waiting for it.

    Every user of the computer can see ``url`` in the process list. ``failed`` is called if no
    browser is found.
    """

    def show() -> None:
        if not webbrowser.open(url):
            failed()

    threading.Thread(target=show, daemon=True).start()
