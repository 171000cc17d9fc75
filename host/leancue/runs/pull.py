"""Fetches a run from the clip into a file of log pages; received pages are not fetched again.

The run grows in ``NAME.leanrun.part`` and is renamed when it is complete. Nothing is erased,
neither on the clip nor here: a file with another run under the same name stays, and the new one
gets a number.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from leancore.runlog.log_reading import header_of
from leancore.runlog.page_layout import records_of
from leancore.runlog.pages import CLOCK, HOUSEKEEPING, LAST, PAGE_BYTES, Header, Page
from leancore.runlog.raw_reading import raw_of

from leancue.basis.errors import DeviceRefused, LogError, OutputError
from leancue.basis.files import PRIVATE_FOLDER, make_private, read_at_most, write_atomically
from leancue.basis.times import known_s
from leancue.clip.answers import PAGES_MOST, RunEntry
from leancue.clip.client import Client
from leancue.language.words import _

SUFFIX = ".leanrun"
PART = ".part"
_FILE_BYTES = (PAGES_MOST + 1) * PAGE_BYTES  # of a run, and the page that dates it
_CODE_LETTERS = 40  # of a code in a file name: some systems allow 255 bytes in total
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Pulled:
    """A pulled run. ``missing``: numbers of pages that the clip itself does not have intact.

    ``is_new`` is False if the complete file already existed. ``not_noted``: why the clip could not
    record that the host has the run; such a run does not free space on a full clip.
    ``fetched_bytes``: size of the pages fetched now, without those of an earlier pull.
    """

    path: Path
    missing: tuple[int, ...]
    is_new: bool
    not_noted: str = ""
    fetched_bytes: int = 0


def pull(
    client: Client,
    uid: str,
    run: RunEntry,
    folder: Path,
    progress: Progress | None = None,
    again: bool = False,
) -> Pulled:
    """Pull ``run`` of the clip ``uid`` to ``folder``, resuming an interrupted pull.

    Args:
        client: the clip, after its hello.
        uid: the clip's.
        run: as ``client.runs`` lists it.
        folder: made if it is not there.
        progress: called with (bytes done, bytes in all).
        again: fetch every page again; local pages that the clip has lost are kept.

    Raises:
        DeviceGone: the clip fell silent; what came stays in the ``.part``.
        LogError: the clip has no whole page of this run.
        OutputError: the folder cannot be written.
    """
    first = dict(client.pages(run.run_id, 0, 1)).get(0, b"")
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        name = file_name(_patient_in(first), uid, run.run_id)
        path = _place_for(folder, name, first)
        if again:
            _part_of(path).unlink(missing_ok=True)
        return _pull_to(path, client, run, first, progress or (lambda done, total: None), again)
    except OSError as error:
        raise OutputError(
            _("Cannot write to {folder}: {reason}.", folder=folder, reason=error.strerror or error),
            _("The disk may be full or the folder read-only."),
            f"Choose another folder: `leancue runs pull {run.run_id} --to FOLDER`.",
        ) from error


def file_name(patient: str, uid: str, run_id: int) -> str:
    """Return the file name of a pulled run; both codes are external input."""
    code = re.sub(r"[^A-Za-z0-9_.-]", "_", patient)[:_CODE_LETTERS] or "unnamed"
    clip = re.sub(r"[^A-Za-z0-9]", "", uid)[:_CODE_LETTERS] or "clip"
    return f"{code}_{clip}_{run_id}{SUFFIX}"


def _patient_in(first: bytes) -> str:
    """The patient in the run's first page; "" if it is unreadable."""
    from leancue.runs.runlog import runs_of

    try:
        return runs_of(first)[0].patient if first else ""
    except LogError:  # pull it anyway; reading the file will report the problem
        return ""


def _pull_to(
    path: Path, client: Client, run: RunEntry, first: bytes, progress: Progress, again: bool
) -> Pulled:
    part = _part_of(path)
    here = _held(path)
    held = {} if again else {**_held(part), **here}
    _forget_unfinished(held)
    if first:
        held[0] = first
    _write_part(part, held)
    here_before = len(held) - bool(first)
    with part.open("ab") as file:
        progress(len(held) * PAGE_BYTES, run.pages * PAGE_BYTES)
        for start, count in _gaps(held, run.pages):
            for number, page in client.pages(run.run_id, start, count):
                held[number] = page
                file.write(page)
                file.flush()
                progress(len(held) * PAGE_BYTES, run.pages * PAGE_BYTES)
    fetched_bytes = (len(held) - here_before) * PAGE_BYTES
    whole = {**here, **held}
    if not whole:
        part.unlink()
        raise _nothing_whole(run)
    if whole != here:
        content = b"".join(page for _, page in sorted(whole.items()))
        write_atomically(path, content + _clock(run, whole))
    make_private(path)  # an earlier release may have written it with other rights
    part.unlink()
    missing = tuple(number for number in range(run.pages) if number not in whole)
    not_noted = _note(client, run) if run.closed and not missing and _is_closed(whole) else ""
    return Pulled(path, missing, whole != here, not_noted, fetched_bytes)


def _clock(run: RunEntry, pages: dict[int, bytes]) -> bytes:
    """A page that dates a run which began before a host set the clip's time, else nothing."""
    if not run.wall_s or known_s(Header(pages[min(pages)]).wall_s):
        return b""
    page = Page()
    page.begin(run.run_id)
    page.close(0, run.wall_s, CLOCK)
    return bytes(page.buf)


def _is_closed(pages: dict[int, bytes]) -> bool:
    """Whether the last page itself is marked as last; the clip's list alone is not enough."""
    return bool(Header(pages[max(pages)]).flags & LAST)


def _note(client: Client, run: RunEntry) -> str:
    """Mark the run as pulled on the clip; return the reason of a failure, or ""."""
    try:
        client.mark_pulled(run.run_id)
    except DeviceRefused as error:  # the run was pulled anyway
        return error.why
    return ""


def _place_for(folder: Path, name: str, first: bytes) -> Path:
    """The file for this run: an existing one with the same start, or a new one."""
    stem = name.removesuffix(SUFFIX)
    number = 1
    while True:
        path = folder / (stem + (f"-{number}" if number > 1 else "") + SUFFIX)
        fronts = [_held(p, PAGE_BYTES).get(0) for p in (path, _part_of(path))]
        if all(front is None or _same_start(front, first) for front in fronts):
            return path
        number += 1


def _same_start(a: bytes, b: bytes) -> bool:
    """Whether two first pages are of the same run; one may be an earlier, incomplete copy."""
    if not b:
        return False
    of_a, of_b = Header(a), Header(b)
    length = min(of_a.record_bytes, of_b.record_bytes)
    less, more = sorted((raw_of(a, of_a), raw_of(b, of_b)), key=len)
    return more.endswith(less) and records_of(a, of_a)[:length] == records_of(b, of_b)[:length]


def _part_of(path: Path) -> Path:
    return path.with_name(path.name + PART)


def _held(path: Path, at_most: int = _FILE_BYTES) -> dict[int, bytes]:
    """The valid pages at the start of a file from an earlier pull, by number."""
    if not path.exists():
        return {}
    held = {}
    data = read_at_most(path, at_most)[:at_most]
    for at in range(0, len(data), PAGE_BYTES):
        page = data[at : at + PAGE_BYTES]
        header = header_of(page)
        if header is None:
            break  # the write was cut here
        if not header.flags & HOUSEKEEPING:
            held[header.number] = page
    return held


def _forget_unfinished(held: dict[int, bytes]) -> None:
    """Drop the last page of a run that was still going on: it may have grown since."""
    if held and not Header(held[max(held)]).flags & LAST:
        del held[max(held)]


def _write_part(part: Path, held: dict[int, bytes]) -> None:
    """Write exactly ``held`` to the ``.part``, without a torn end."""
    data = b"".join(held.values())
    there = read_at_most(part, _FILE_BYTES) if part.exists() else None
    if there is not None and there.startswith(data):
        os.truncate(part, len(data))
        make_private(part)
    else:
        write_atomically(part, data)


def _gaps(held: dict[int, bytes], count: int) -> list[tuple[int, int]]:
    """The stretches of page numbers below ``count`` not in ``held``, as (first, how many)."""
    gaps: list[tuple[int, int]] = []
    for number in range(count):
        if number in held:
            continue
        if gaps and sum(gaps[-1]) == number:
            gaps[-1] = (gaps[-1][0], gaps[-1][1] + 1)
        else:
            gaps.append((number, 1))
    return gaps


def _nothing_whole(run: RunEntry) -> LogError:
    return LogError(
        _("Run {run_id} has no complete page on the clip.", run_id=run.run_id),
        _("The memory may be damaged, or the power failed when the run began."),
        "See the other runs with `leancue runs list`.",
    )
