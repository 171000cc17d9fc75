"""Manually changed log pages, with valid checksums."""

from __future__ import annotations

import binascii
import json
import struct
from collections.abc import Iterable
from typing import Any

from leancore.runlog import log_reading, pages, records
from leancore.runlog.page_layout import records_of

_FIELDS = {"layout": ("<B", 4), "flags": ("<B", 5), "run_id": ("<I", 8), "number": ("<I", 12),
           "since_ms": ("<I", 16), "wall_s": ("<I", 20), "raw_units": ("<H", 24),
           "record_bytes": ("<H", 26)}  # fmt: skip
Record = tuple[int, bytes]


def with_crc(page: bytes | bytearray) -> bytes:
    """The page with its right CRC."""
    data = bytearray(page)
    struct.pack_into("<I", data, pages.CRC_AT, binascii.crc32(data[: pages.CRC_AT]))
    return bytes(data)


def with_header(page: bytes, **fields: int) -> bytes:
    """The page with other values in its header."""
    data = bytearray(page)
    for name, value in fields.items():
        form, at = _FIELDS[name]
        struct.pack_into(form, data, at, value)
    return with_crc(data)


def records_in(page: bytes) -> list[Record]:
    """The records of a page."""
    return list(log_reading.split(records_of(page, pages.Header(page))))


def with_records(page: bytes, found: Iterable[Record]) -> bytes:
    """The page with these records instead of its own; its raw samples stay where there is room."""
    data = b"".join(bytes((kind, len(body))) + body for kind, body in found)
    room = pages.ROOM_BYTES - pages.Header(page).raw_bytes
    if len(data) > room:
        page, room = with_header(page, raw_units=0), pages.ROOM_BYTES
    assert len(data) <= room
    whole = bytearray(page)
    whole[pages.HEADER_BYTES : pages.HEADER_BYTES + room] = data.ljust(room, b"\0")
    return with_header(bytes(whole), record_bytes=len(data))


def with_blob(page: bytes, wanted: int, blob: bytes) -> bytes:
    """The first page of a run with another blob of one kind."""
    others = [
        (kind, body) for kind, body in records_in(page) if kind != records.BLOB or body[0] != wanted
    ]
    pieces = [
        (records.BLOB, struct.pack(records.BLOB_HEAD, wanted, len(blob), at)
         + blob[at : at + records.BLOB_PIECE])
        for at in range(0, max(len(blob), 1), records.BLOB_PIECE)
    ]  # fmt: skip
    if len(blob) > 2000:
        others = []  # what stands in the way of a long one
    return with_records(page, pieces + others)


def with_json(page: bytes, wanted: int, **changes: Any) -> bytes:
    """The first page of a run with other values in one of its JSON blobs."""
    head = struct.calcsize(records.BLOB_HEAD)
    blob = b"".join(
        body[head:] for kind, body in records_in(page) if kind == records.BLOB and body[0] == wanted
    )
    return with_blob(page, wanted, json.dumps({**json.loads(blob), **changes}).encode())
