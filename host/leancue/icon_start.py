"""``leancue-clinic``: started by a double click; errors open as a page."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Callable
from html import escape
from pathlib import Path

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>LeanCue</title>
<style>body{{font:18px/1.5 sans-serif;max-width:40em;margin:3em auto;padding:0 1em}}</style>
<h1>LeanCue did not start</h1><p>{words}</p>
<p>Type <code>leancue doctor</code> in a terminal to have this computer looked at.</p></html>
"""
_COMMAND = ["leancue", "clinic", "--window"]


def main() -> None:
    """Open the clinic's page in its window; if it fails, show the reason in the browser."""
    from platformdirs import user_log_dir

    from leancue.cli import main as command_line

    sys.exit(start(Path(user_log_dir("leancue", appauthor=False)), command_line, webbrowser.open))


def start(folder: Path, command_line: Callable[[], None], show: Callable[[str], object]) -> int:
    """Run the command line for the icon; return its exit code.

    Args:
        folder: where the output is stored, since there is no terminal.
        command_line: ends with SystemExit.
        show: opens an address.
    """
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / "clinic-page.txt"
    sys.argv = list(_COMMAND)
    before = sys.stdout, sys.stderr
    with said.open("w", encoding="utf-8", buffering=1) as file:
        sys.stdout = sys.stderr = file
        try:
            command_line()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            sys.stdout, sys.stderr = before
    if code:
        page = folder / "clinic-page.html"
        page.write_text(_PAGE.format(words=escape(said.read_text("utf-8"))), "utf-8")
        show(page.as_uri())
    return code


if __name__ == "__main__":
    main()
