"""Reads logs into runs: pages as pulled from a clip (``.leanrun``), or a whole flash.

No directory is needed: each page has its run and number. Of two valid pages with the same run and
number the fuller one counts, if it continues the other.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

from leancore.runlog import log_reading, records
from leancore.runlog.page_layout import fullness, records_of
from leancore.runlog.pages import (
    CLOCK,
    HOUSEKEEPING,
    LAST,
    MAGIC,
    PAGE_BYTES,
    Header,
    crc_ok,
)
from leancore.runlog.raw_reading import raw_of
from leancore.schema import faults

from leancue.basis.errors import LogError
from leancue.basis.files import read_at_most
from leancue.basis.times import known_s
from leancue.clip.answers import PAGES_MOST, RUN_ID_MOST
from leancue.language.formats import decimal
from leancue.language.reasons import said
from leancue.language.words import _
from leancue.runs import lost_time, raw_samples
from leancue.runs.raw_columns import Raw
from leancue.runs.run_start import AGAIN, info_of, prescription_of, settings_of

_BLOCK_BYTES = 512
_FILE_BYTES_MOST = (PAGES_MOST + 256) * PAGE_BYTES
_MOST_DAMAGE, _MOST_HOLES = 3, 8  # maximum number reported of each
RUN_MS_MOST = 1 << 28  # three days: the clip's ticks cannot measure a longer run
BLOB_HEAD_BYTES = struct.calcsize(records.BLOB_HEAD)

Fields = dict[str, int]


class Damage(NamedTuple):
    """An unusable page: its position in the file, and the reason."""

    page: int
    offset: int
    why: str

    def __str__(self) -> str:
        return _("page {page} (byte {offset}) {why}", page=self.page, offset=self.offset,
                 why=self.why)  # fmt: skip


class Piece(NamedTuple):
    """The content of a run's page: header, records as (type, body); ``page``: all its bytes."""

    header: Header
    records: list[tuple[int, bytes]]
    page: memoryview


@dataclass(frozen=True)
class Run:
    """One run of a log. ``wall_s`` is 0 where the clip did not know the time.

    ``holes``: numbers of missing pages. ``closed``: the last page is there. ``decisions``: the
    pipeline's records as bytes, in order; ``device`` and ``inputs``: the other records by field.
    ``raw_stopped``: number of the page from which on no raw samples were kept for want of room.
    ``info``, ``settings``, ``prescription``, ``state``: what was written at the start; empty
    where it is missing. ``damaged``: pages of the same file that could not be used. ``clock``: the
    page by which the host dated the run, b"" where the clip did; it stands behind ``pages``.
    """

    run_id: int
    wall_s: int
    pages: tuple[Piece, ...]
    holes: tuple[int, ...]
    closed: bool
    decisions: bytes
    device: tuple[Fields, ...]
    inputs: tuple[Fields, ...]
    info: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, int] = field(default_factory=dict)
    prescription: dict[str, Any] = field(default_factory=dict)
    state: bytes = b""
    damaged: tuple[Damage, ...] = ()
    raw_stopped: int | None = None
    clock: bytes = b""

    @property
    def patient(self) -> str:
        """The patient's code, or "" if unknown."""
        return self.prescription.get("patient") or self.info.get("patient", "")

    @cached_property
    def raw(self) -> Raw:
        """The raw samples, decoded on first use, since a long run has many."""
        return raw_samples.decoded((page.page, page.header) for page in self.pages)

    @property
    def has_raw(self) -> bool:
        """Whether raw samples were recorded, without decoding them."""
        return any(raw_samples.count(page.page, page.header) for page in self.pages)

    @property
    def logged_s(self) -> float:
        """Time of the last record."""
        times_ms = [raw_samples.last_ms([(page.page, page.header) for page in self.pages])]
        times_ms += [piece.header.since_ms for piece in self.pages[-1:]]
        return max(times_ms) / 1000

    @property
    def hole_s(self) -> float:
        """Approximate duration of the missing pages between others."""
        return lost_time.hole_s([piece.header for piece in self.pages])

    @property
    def was_full(self) -> bool:
        """Whether the run ended because the clip's log was full."""
        met = [one["a"] for one in self.device if one["code"] == records.DEV_FAULT]
        return lost_time.was_full(met, self.raw_stopped, self.closed)

    @property
    def is_whole(self) -> bool:
        """Whether no page is missing or damaged, up to the end of the recording."""
        return not self.holes and not self.damaged

    def lacks(self) -> tuple[str, ...]:
        """Return the missing parts of the run, a sentence each."""
        said = []
        if self.holes:
            pages = ", ".join(str(number) for number in self.holes[:_MOST_HOLES])
            pages += " …" if len(self.holes) > _MOST_HOLES else ""
            about = (
                _("about {minutes} min", minutes=decimal(self.hole_s / 60))
                if self.hole_s >= 6
                else _("a few seconds")
            )
            said.append(
                _(
                    "The log has gaps: page {pages} missing, {about}. What was there is not shown.",
                    pages=pages,
                    about=about,
                )
            )
        if not self.closed:
            planned = lost_time.planned_s(self.prescription, self.info.get("session", 0))
            said.append(lost_time.end_words(self.logged_s, planned, full=self.was_full))
        said.extend(
            _("In the same file: {damage}.", damage=damage)
            for damage in self.damaged[:_MOST_DAMAGE]
        )
        if more := self.damaged[_MOST_DAMAGE:]:
            said.append(
                _("{number} more pages of the same file could not be used.", number=len(more))
            )
        return tuple(said)

    def before_hole(self) -> tuple[int, bytes]:
        """Return (raw samples, decision bytes) of the verifiable pages.

        They end at the first hole, or where the clip stopped storing raw samples.
        """
        first = self.holes[0] if self.holes else self.pages[-1].header.number + 1
        if self.raw_stopped is not None:
            first = min(first, self.raw_stopped)
        whole = [page for page in self.pages if page.header.number < first]
        return sum(raw_samples.count(page.page, page.header) for page in whole), _decisions(whole)


def read_runs(path: str | Path, damaged: Literal["raise", "skip"] = "raise") -> list[Run]:
    """Read all runs of a file of pages, by run id.

    With ``damaged="skip"`` unusable pages are skipped and listed in the runs; an unreadable run is
    skipped too if the file holds another.

    Raises:
        LogError: naming the page, its place and the way out.
    """
    path = Path(path)
    return runs_of(log_bytes(path), str(path), damaged)


def log_bytes(path: Path) -> bytes:
    """Return the content of a log's file, of a longer one than any log a part; LogError."""
    try:
        return read_at_most(path, _FILE_BYTES_MOST)
    except OSError as error:
        raise LogError(
            _("Cannot read the log {path}: {reason}.", path=path, reason=error.strerror or error),
            _("The name may be misspelt, or you may not have the right to read it."),
            "Type `leancue runs list` to see the runs that were pulled.",
        ) from error


def runs_of(data: bytes, name: str = "", damaged: Literal["raise", "skip"] = "raise") -> list[Run]:
    """Like ``read_runs``, from ``data``; ``name`` is used in messages, "" = the log."""
    name = name or _("The log")
    if len(data) > _FILE_BYTES_MOST:
        raise LogError(
            _(
                "{name} is larger than any clip's log ({most} MB).",
                name=name,
                most=_FILE_BYTES_MOST >> 20,
            ),
            _("It is a different kind of file."),
            AGAIN,
        )
    found: dict[int, dict[int, Piece]] = {}
    clocks: dict[int, bytes] = {}
    bad: list[Damage] = []
    for at in range(_first_page(data), len(data), PAGE_BYTES):
        page = memoryview(data)[at : at + PAGE_BYTES]
        if _blank(page):
            continue
        try:
            piece = _checked(page)
        except ValueError as error:
            bad.append(Damage(at // PAGE_BYTES, at, said(error)))
            continue
        if piece.header.flags & CLOCK:
            clocks[piece.header.run_id] = bytes(page)
        if piece.header.flags & HOUSEKEEPING:
            continue
        numbers = found.setdefault(piece.header.run_id, {})
        try:
            numbers[piece.header.number] = _newer(numbers.get(piece.header.number), piece)
        except ValueError as error:
            bad.append(Damage(at // PAGE_BYTES, at, said(error)))
    if bad and damaged == "raise":
        listed = "; ".join(str(damage) for damage in bad[:5])
        raise LogError(
            _(
                "{name} is damaged: {listed}{more}.",
                name=name,
                listed=listed,
                more=" …" if len(bad) > 5 else "",
            ),
            _("The file was changed or cut short after the pull, or a power cut damaged a page."),
            AGAIN,
        )
    if not found:
        raise LogError(
            _("{name} does not contain a run.", name=name),
            _("It is empty, or not a LeanCue log."),
            AGAIN,
        )
    runs, troubles = [], []
    for run_id in sorted(found):
        try:
            runs.append(_run(run_id, found[run_id], tuple(bad), clocks.get(run_id, b"")))
        except LogError as error:
            troubles.append(error)
    if troubles and (damaged == "raise" or not runs):
        raise troubles[0]
    return runs


def _first_page(data: bytes) -> int:
    """Offset of the first page, which may not be 0 in a copy of a clip's whole log.

    The clip aligns its pages to flash sectors, at a multiple of 512 bytes.
    """
    if _count_pages(data, 0) == len(data) // PAGE_BYTES:
        return 0  # a pulled run: no other offset can have more
    places = range(0, PAGE_BYTES, _BLOCK_BYTES)
    return max(places, key=lambda first: _count_pages(data, first))


def _count_pages(data: bytes, first: int) -> int:
    return sum(data.startswith(MAGIC, at) for at in range(first, len(data), PAGE_BYTES))


def _blank(page: memoryview) -> bool:
    """Whether a page was never written, or erased."""
    return page[0] in (0, 0xFF) and page == bytes((page[0],)) * len(page)


def _newer(here: Piece | None, piece: Piece) -> Piece:
    """Return the newer of two pages of one number; ValueError where neither goes on the other.

    A clip only adds to a page: such two are of two runs of one number, of two clips perhaps.
    """
    if here is None:
        return piece
    less, more = sorted((here, piece), key=lambda one: fullness(one.header))
    found, others = (records_of(one.page, one.header) for one in (less, more))
    rows, more_rows = (raw_of(one.page, one.header) for one in (less, more))
    if not others.startswith(found) or not more_rows.endswith(rows):
        raise ValueError(
            _("holds something else than another page {number} of this run",
              number=piece.header.number)
        )  # fmt: skip
    return here if fullness(here.header) == fullness(more.header) else more


def _checked(page: memoryview) -> Piece:
    if len(page) < PAGE_BYTES:
        raise ValueError(
            _(
                "is cut short after {number} of {page_bytes} bytes",
                number=len(page),
                page_bytes=PAGE_BYTES,
            )
        )
    if not crc_ok(page):
        raise ValueError(_("has a wrong CRC"))
    header = Header(page)
    if header.flags & HOUSEKEEPING:
        return Piece(header, [], page)
    if header.number >= PAGES_MOST:
        raise ValueError(_("claims to be page {number} of its run", number=header.number))
    if header.since_ms > RUN_MS_MOST:
        hours = header.since_ms / 3_600_000
        raise ValueError(_("claims that its run began {hours} h earlier", hours=f"{hours:.0f}"))
    if header.run_id > RUN_ID_MOST:
        raise ValueError(_("claims to belong to run {run_id}", run_id=header.run_id))
    found = list(log_reading.split(records_of(page, header)))
    for kind, body in found:
        log_reading.check(kind, body)
    raw_samples.check(page, header, RUN_MS_MOST)
    return Piece(header, found, page)


def _run(run_id: int, numbered: dict[int, Piece], damaged: tuple[Damage, ...], clock: bytes) -> Run:
    pages = tuple(numbered[number] for number in sorted(numbered))
    blobs = blobs_of(pages)
    info = _told(blobs, records.INFO, info_of)
    clock_s = known_s(Header(clock).wall_s) if clock else 0
    return Run(
        run_id=run_id,
        wall_s=info.get("wall_s") or clock_s or _told_later(pages),
        pages=pages,
        holes=tuple(number for number in range(max(numbered)) if number not in numbered),
        closed=any(page.header.flags & LAST for page in pages),
        decisions=_decisions(pages),
        device=_fields(pages, records.DEVICE),
        inputs=_fields(pages, records.INPUT),
        info=info,
        settings=_told(blobs, records.SETTINGS, settings_of),
        prescription=_told(blobs, records.PRESCRIPTION, prescription_of),
        state=blobs.get(records.STATE, b""),
        damaged=damaged,
        raw_stopped=next((page.header.number for page in pages if _stops_raw(page)), None),
        clock=clock,
    )


def _stops_raw(page: Piece) -> bool:
    """Whether the clip recorded in this page that it stopped storing raw samples."""
    noted = _fields((page,), records.DEVICE)
    return any(
        fields["code"] == records.DEV_FAULT and fields["a"] == faults.RAW_STOPPED
        for fields in noted
    )


def _fields(pages: Iterable[Piece], wanted: int) -> tuple[Fields, ...]:
    """Return the fields of the records of one type, without those of an unknown layout."""
    found = (
        log_reading.unpack(kind, body)
        for page in pages
        for kind, body in page.records
        if kind == wanted
    )
    return tuple(fields for fields in found if fields is not None)


class BlobPiece(NamedTuple):
    """A piece of a blob of ``length`` bytes, from byte ``offset`` on."""

    kind: int
    length: int
    offset: int
    data: bytes


def blob_piece(kind: int, body: bytes) -> BlobPiece | None:
    """Return a record's piece of a blob; None for another or a truncated record."""
    if kind != records.BLOB or len(body) < BLOB_HEAD_BYTES:
        return None
    blob, length, offset = struct.unpack_from(records.BLOB_HEAD, body)
    return BlobPiece(blob, length, offset, body[BLOB_HEAD_BYTES:])


def blobs_of(pages: Iterable[Piece]) -> dict[int, bytes]:
    """Return the complete blobs, by kind."""
    parts: dict[tuple[int, int], dict[int, bytes]] = {}
    for page in pages:
        for kind, body in page.records:
            if part := blob_piece(kind, body):
                parts.setdefault((part.kind, part.length), {})[part.offset] = part.data
    joined = {
        key: b"".join(data for _at, data in sorted(part.items())) for key, part in parts.items()
    }
    return {blob: data for (blob, length), data in joined.items() if len(data) == length}


def _told_later(pages: tuple[Piece, ...]) -> int:
    """The start by the first page with a time, accurate to some seconds; 0 = unknown."""
    begins_s = (
        known_s(page.header.wall_s - page.header.since_ms // 1000)
        for page in pages
        if known_s(page.header.wall_s)
    )
    return next(begins_s, 0)


def _decisions(pages: Iterable[Piece]) -> bytes:
    """Return the pipeline's records, types and lengths included, as the clip wrote them."""
    return b"".join(
        bytes((kind, len(body))) + body
        for page in pages
        for kind, body in page.records
        if kind in records.DECISIONS
    )


def _told(
    blobs: dict[int, bytes], kind: int, read: Callable[[bytes], dict[str, Any]]
) -> dict[str, Any]:
    """The content of a blob; empty if missing, LogError if invalid."""
    try:
        return read(blobs[kind]) if kind in blobs else {}
    except ValueError as error:
        raise LogError(
            _("The run's first page cannot be read: {error}.", error=said(error)), "", AGAIN
        ) from error
