"""Corrupted logs with valid page checksums, for every reader of a log."""

from __future__ import annotations

import binascii
import json
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from leancore.runlog import log_reading, pages, records
from leancore.runlog.page_layout import records_of

from tools import library_logs
from tools.fuzzing import hostile_values
from tools.fuzzing.desk import library_at, typed
from tools.fuzzing.trials import Trial

RUN_S = 10.0
_HEADER_FIELDS = (("<B", 4), ("<B", 5), ("<H", 6), ("<I", 8), ("<I", 12), ("<I", 16), ("<I", 20),
                  ("<H", 24), ("<H", 26))  # fmt: skip
_JSON_BLOBS = (records.INFO, records.SETTINGS, records.PRESCRIPTION)
Record = tuple[int, bytes]

# Command and how often it is tried.
COMMANDS = (
    ("verify {log}", 4), ("verify {log} --json", 1), ("report {log} --out {out}.html", 4),
    ("report {log} --out {out}.html --no-proof", 2), ("report {log} --out {out}.pdf --no-proof", 1),
    ("export {log} --format csv --out {out}.csv", 2),
    ("export {log} --format json --out {out}.json", 2), ("export {log} --format json --out -", 1),
    ("export {log} --format fit --out {out}.fit", 2),
    ("export {log} --format fit --out {out}.fit --began 2026-11-03T14:05", 1),
    ("library file {log}", 2),
)  # fmt: skip


@cache
def sound() -> tuple[list[bytes], ...]:
    """Return the pages of valid logs: of two runners, and of one clip with both of their runs."""
    made = [library_logs.raw_log(RUN_S + 2 * seed, seed) for seed in (1, 2)]
    made.append(made[0] + library_logs.stamped(made[1], 2, {}))
    return tuple(
        [log[at : at + pages.PAGE_BYTES] for at in range(0, len(log), pages.PAGE_BYTES)]
        for log in made
    )


def make(folder: Path) -> Trial:
    """Return the trial, after preparing the logs and a library to file them in."""
    sound()
    commands, weights = zip(*COMMANDS, strict=True)

    def trial(chance: Random, _folder: Path) -> bool:
        log = folder / "r.leanrun"
        log.write_bytes(mutated(chance))
        (command,) = chance.choices(commands, weights)
        words = command.format(log=log, out=folder / "out").split(" ")
        with library_at(folder / "library"):
            return typed(*words) == 0

    return trial


def mutated(chance: Random) -> bytes:
    """Return a log with some errors and valid checksums."""
    made = list(chance.choice(sound()))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        if not made:
            break
        chance.choice(MUTATIONS)(chance, made)
    return b"".join(made)


def checked(page: bytes | bytearray) -> bytes:
    """Return the page with a correct CRC."""
    whole = bytearray(page)
    struct.pack_into("<I", whole, pages.CRC_AT, binascii.crc32(memoryview(whole)[: pages.CRC_AT]))
    return bytes(whole)


def _whole(chance: Random, made: list[bytes]) -> int | None:
    """Return the index of a random page that is not truncated; None if there is none."""
    found = [at for at, page in enumerate(made) if len(page) == pages.PAGE_BYTES]
    return chance.choice(found) if found else None


def _header(chance: Random, made: list[bytes]) -> None:
    at = _whole(chance, made)
    if at is None:
        return
    page = bytearray(made[at])
    form, place = chance.choice(_HEADER_FIELDS)
    most = (1 << 8 * struct.calcsize(form)) - 1
    struct.pack_into(form, page, place, hostile_values.integer(chance) & most)
    made[at] = checked(page)


def _bytes(chance: Random, made: list[bytes]) -> None:
    at = _whole(chance, made)
    if at is None:
        return
    page = bytearray(made[at])
    for _ in range(chance.choice((1, 4, 40))):
        page[chance.randrange(pages.CRC_AT)] = chance.randrange(256)
    made[at] = checked(page)


def _fields(chance: Random, made: list[bytes]) -> None:
    """Change fields of records."""

    def change(kind: int, body: bytes) -> Iterator[Record]:
        if kind in log_reading.RECORDS and body and chance.random() < 0.1:
            data = bytearray(body)
            at = chance.choice((0, 4, 5, 7))
            size = min(chance.choice((1, 2, 4)), len(data) - at)
            if size > 0:
                number = hostile_values.integer(chance) & (1 << 8 * size) - 1
                data[at : at + size] = number.to_bytes(size, "little")
            body = bytes(data)
        yield kind, body

    _rewrite(chance, made, change)


def _records(chance: Random, made: list[bytes]) -> None:
    """Remove or duplicate records, or change their type or length."""

    def change(kind: int, body: bytes) -> Iterator[Record]:
        what = chance.randrange(12)
        if what == 0:
            return
        yield chance.randrange(256) if what == 1 else kind, body[:-1] if what == 2 else body
        if what == 3:
            yield kind, body

    _rewrite(chance, made, change)


def _no_decisions(chance: Random, made: list[bytes]) -> None:
    def change(kind: int, body: bytes) -> Iterator[Record]:
        if kind not in records.DECISIONS:
            yield kind, body

    for at in range(len(made)):
        _rewrite(chance, made, change, at)


def _json(chance: Random, made: list[bytes]) -> None:
    """Change the JSON in the run's first page."""
    wanted = chance.choice(_JSON_BLOBS)

    def make(blob: bytes) -> bytes:
        try:
            values: Any = json.loads(blob)
        except (ValueError, RecursionError):
            return blob
        return hostile_values.json_bytes(chance, values) if isinstance(values, dict) else blob

    _reblob(made, wanted, make)


def _state(chance: Random, made: list[bytes]) -> None:
    """Change the pipeline's state."""

    def make(blob: bytes) -> bytes:
        data = bytearray(blob)
        for _ in range(chance.choice((1, 3, 30, 300))):
            at = 4 * chance.randrange(max(len(data) // 4, 1))
            number = hostile_values.integer(chance) & (1 << 32) - 1
            data[at : at + 4] = number.to_bytes(4, "little")
        return bytes(data[: chance.choice((None, None, None, -4, 12))])

    _reblob(made, records.STATE, make)


def _pages(chance: Random, made: list[bytes]) -> None:
    """Remove, duplicate, swap, truncate or replace pages."""
    at = chance.randrange(len(made))
    what = chance.randrange(6)
    if what == 0:
        del made[at]
    elif what == 1:
        made.insert(chance.randrange(len(made)), made[at])
    elif what == 2:
        chance.shuffle(made)
    elif what == 3:
        made.insert(at, checked(chance.randbytes(pages.PAGE_BYTES)))
    elif what == 4:
        made[-1] = made[-1][: chance.randrange(pages.PAGE_BYTES)]
    else:
        del made[at:]


MUTATIONS = (_header, _bytes, _fields, _fields, _records, _no_decisions, _json, _json, _state,
             _pages)  # fmt: skip


def _rewrite(chance: Random, made: list[bytes], change: Any, at: int | None = None) -> None:
    """Rewrite the records of a page."""
    at = chance.randrange(len(made)) if at is None else at
    header = log_reading.header_of(made[at])
    if header is None:
        return
    try:
        found = list(log_reading.split(records_of(made[at], header)))
    except ValueError:
        return
    kept = [one for kind, body in found for one in change(kind, body)]
    made[at] = _page(made[at], header, kept)


def _page(page: bytes, header: pages.Header, found: list[Record]) -> bytes:
    """Return the page with other records, as many as fit, and its raw samples."""
    room = pages.ROOM_BYTES - header.raw_bytes
    data = b""
    for kind, body in found:
        record = bytes((kind, len(body))) + body
        if len(data) + len(record) > room:
            break
        data += record
    out = bytearray(page)
    out[pages.HEADER_BYTES : pages.HEADER_BYTES + room] = data.ljust(room, b"\0")
    struct.pack_into("<H", out, pages.HEADER_BYTES - 2, len(data))
    return checked(out)


def _reblob(made: list[bytes], wanted: int, make: Any) -> None:
    """Replace a blob of the first page."""
    header = log_reading.header_of(made[0])
    if header is None:
        return
    try:
        found = list(log_reading.split(records_of(made[0], header)))
    except ValueError:
        return
    head = struct.calcsize(records.BLOB_HEAD)
    blob, kept = b"", []
    for kind, body in found:
        if kind == records.BLOB and len(body) >= head and body[0] == wanted:
            blob += body[head:]
        else:
            kept.append((kind, body))
    blob = make(blob)[:60_000]
    pieces = [
        (records.BLOB, struct.pack(records.BLOB_HEAD, wanted, len(blob), at)
         + blob[at : at + records.BLOB_PIECE])
        for at in range(0, max(len(blob), 1), records.BLOB_PIECE)
    ]  # fmt: skip
    made[0] = _page(made[0], header, pieces + kept)
