"""The clinic's page in its own window (pywebview if available), else in the browser.

The window is a separate program, ``python -m leancue.desktop.page_window``: both the window and the
server need the main thread. The address comes on standard input, because every user of the computer
can see arguments.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from leancue.basis import program

LEFT_S = 120.0  # a browser without our page for so long has left
_LOOK_S = 2.0
_SIZE = (1280, 860)  # pixels; fits on a therapist's laptop


def open_page(
    address: str, in_browser: Callable[[str], None], anyone: Callable[[], bool],
    over: Callable[[], None], command: Sequence[str] | None = None,
) -> None:  # fmt: skip
    """Show the page without waiting for it.

    Args:
        address: what opens the page, once.
        in_browser: opens an address in the browser.
        anyone: whether a window or browser shows the page now.
        over: called once the page was closed.
        command: shows the window; None: pywebview, [] where there is none.
    """
    if command is None:
        command = program.module(__name__) if find_spec("webview") else []

    def show() -> None:
        if not command or not _shown_by(command, address):
            in_browser(address)
            wait_until_left(anyone, time.monotonic, time.sleep)
        over()

    threading.Thread(target=show, name="window", daemon=True).start()


def _shown_by(command: Sequence[str], address: str) -> bool:
    """Show a window until it is closed; return whether that was possible."""
    quiet = subprocess.DEVNULL
    done = subprocess.run(
        command, input=address, text=True, stdout=quiet, stderr=quiet, check=False
    )
    return done.returncode == 0


def wait_until_left(
    anyone: Callable[[], bool], now_s: Callable[[], float], sleep: Callable[[float], None]
) -> None:
    """Return once the page was shown and then not shown for ``LEFT_S``."""
    seen_s = None
    while seen_s is None or now_s() - seen_s < LEFT_S:
        sleep(_LOOK_S)
        if anyone():
            seen_s = now_s()


def main() -> int:
    """Show the window whose address comes on standard input; return when it is closed."""
    import webview

    address = sys.stdin.read().strip()
    width, height = _SIZE
    webview.settings["ALLOW_DOWNLOADS"] = True  # exports
    webview.create_window("LeanCue", address, width=width, height=height)
    webview.start()
    return 0


if __name__ == "__main__":
    sys.exit(main())
