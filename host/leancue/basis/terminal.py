"""Output and questions of the command line: answers to stdout, everything else to stderr.

All output is filtered (``plain``). A stream that cannot take it (full, closed by its reader) is an
OutputError, never a silent partial answer.
"""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import typer

from leancue.basis.errors import EXIT_USAGE, LeanCueError, OutputError
from leancue.basis.plain_text import SPELT, plain_lines

Progress = Callable[[int, int], None]

_SHOWN_AFTER_S = 0.5  # shorter work would only flicker
_LOOK_S = 0.1


class TypedError(LeanCueError):
    """The command cannot be carried out as typed.

    Example: ``leancue runs erase 3`` in a script, without ``--yes``; a run that is not there.
    """

    exit_code = EXIT_USAGE
    title = "the command cannot be run as typed"


def say(text: str = "") -> None:
    """Print part of the answer; the first line is the answer itself."""
    _put(text)


def note(text: str) -> None:
    """Print something that is not the answer, to stderr."""
    _put(text, err=True)


def say_json(value: Any, indent: int | None = 2) -> None:
    """Print the answer as JSON, for a program."""
    _put(json.dumps(value, indent=indent, ensure_ascii=False))


def say_bytes(data: bytes) -> None:
    """Write the answer as bytes, such as a file's."""
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        out = typer.get_binary_stream("stdout")
        out.write(data)
        out.flush()
    except OSError as error:
        raise _not_said(error) from error


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a person is present; None is a stream that was closed before the start."""
    return stream is not None and stream.isatty()


def _put(text: str, err: bool = False, end: bool = True) -> None:
    try:
        if sys.stdout is None and not err:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        typer.echo(plain_lines(text), err=err, nl=end)
    except OSError as error:
        raise _not_said(error) from error


def _not_said(error: OSError) -> OutputError:
    if error.errno in (errno.EPIPE, errno.EINVAL):  # Windows: a pipe without reader
        return OutputError(
            "The output was not read to its end.",
            "The program that read the output has ended.",
            "Type the command again without that program, or let it read everything.",
        )
    return OutputError(
        f"The output cannot be written: {error.strerror or error}.",
        "The disk may be full, or the terminal was closed.",
        "Send the output elsewhere and type the command again.",
    )


def begin() -> None:
    """Set up the streams: characters missing in their character set are spelt out.

    Undecodable input is not an answer, but not an error either.
    """
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=SPELT)


def finish() -> OutputError | None:
    """Flush the streams; return an error, and keep Python from trying again."""
    found = None
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError) as error:  # ValueError: it is closed
            found = _not_said(error) if isinstance(error, OSError) else found
            _empty(stream)
    return found


def _empty(stream: Any) -> None:
    """Redirect a broken stream to nowhere."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):  # not backed by a file descriptor
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, number)
    os.close(nothing)


def say_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows in columns."""
    table = [tuple(str(cell) for cell in row) for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        say(_cropped("  ".join(cells).rstrip()))


def _cropped(line: str) -> str:
    """Crop a row at the terminal's edge, which is easier to read than a wrapped one."""
    width = shutil.get_terminal_size().columns
    return line[: width - 1] + "…" if is_terminal(sys.stdout) and len(line) > width else line


def agrees(question: str, yes: bool, way_out: str) -> bool:
    """Ask ``question``; anything but a typed yes is no. ``yes``: already answered.

    Raises:
        TypedError: nobody is present to answer.
    """
    if yes:
        return True
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise TypedError(
            f"This question needs an answer, but this is not a terminal: {question}",
            way_out=way_out,
        )
    _put(f"{question} [No/yes] ", err=True, end=False)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def typed(question: str) -> str | None:
    """Return the line typed in answer to ``question``; None if nobody is present."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return None
    _put(question + " ", err=True, end=False)
    return sys.stdin.readline().strip().lower()


@contextmanager
def if_stopped(text: str) -> Iterator[None]:
    """On Ctrl-C print the state and how to continue, then end the command."""
    try:
        yield
    except KeyboardInterrupt:
        note(f"Stopped. {text}")
        raise


@contextmanager
def progress(label: str, things: str = "") -> Iterator[Progress]:
    """Show progress: a bar with amount, rate and time left, on a terminal only.

    ``things``: the counted items; "" = bytes.
    """
    if not is_terminal(sys.stderr):
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import (
        Progress as Bar,
    )

    rate = TextColumn("{task.fields[rate]}")
    amount = (MofNCompleteColumn(), rate) if things else (DownloadColumn(), TransferSpeedColumn())
    columns = (TextColumn("{task.description}"), BarColumn(), *amount, TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, rate="")

        def tell(done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            said = f"{speed:.1f} {things}/s" if speed else ""
            bar.update(task, completed=done, total=total, rate=said)

        yield tell


@contextmanager
def waiting(label: str, most_s: float) -> Iterator[None]:
    """Show the waiting time, of at most ``most_s``: on a terminal, after a delay."""
    if not is_terminal(sys.stderr):
        yield
        return
    over = threading.Event()
    painter = threading.Thread(target=_show_time, args=(label, most_s, over), daemon=True)
    painter.start()
    try:
        yield
    finally:
        over.set()
        painter.join()


def _show_time(label: str, most_s: float, over: threading.Event) -> None:
    began_s = time.monotonic()
    if over.wait(_SHOWN_AFTER_S):
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    amount = TextColumn("{task.completed:.0f} of at most {task.total:.0f} s")
    columns = (TextColumn("{task.description}"), BarColumn(), amount)
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=most_s)
        while not over.wait(_LOOK_S):
            bar.update(task, completed=min(time.monotonic() - began_s, most_s))


def duration(seconds: float) -> str:
    """Return a duration as text: ``21 min 07 s``."""
    minutes, rest_s = divmod(round(seconds), 60)
    return f"{minutes} min {rest_s:02d} s" if minutes else f"{rest_s} s"


def count(number: int, thing: str) -> str:
    """Return ``1 run`` or ``3 runs``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def degrees(cdeg: int) -> str:
    """Return an angle in degrees: ``6.2°``."""
    return f"{cdeg / 100:.1f}°"
