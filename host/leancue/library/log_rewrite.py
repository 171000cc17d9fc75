"""A run's log written anew: without raw samples, or without a patient's code.

What the clip decided stays byte for byte; every page gets a checksum of its own.
"""

from __future__ import annotations

import binascii
import json
import struct
from dataclasses import replace

from leancore.runlog import records
from leancore.runlog.page_layout import records_at
from leancore.runlog.pages import FIRST, LAST, PAGE_BYTES, Page

from leancue.runs.runlog import Piece, Run

_CRC_AT = PAGE_BYTES - 4
_HEAD_BYTES = struct.calcsize(records.BLOB_HEAD)
_NAMING = (records.INFO, records.PRESCRIPTION)


def without_raw(run: Run) -> bytes:
    """Return the pages of ``run`` without its raw samples; a hole stays a hole."""
    page = Page()
    page.begin(run.run_id)
    written: list[bytes] = []
    before = run.pages[0].header.number - 1
    for piece in run.pages:
        if piece.header.number != before + 1:
            _close(page, piece, written, 0)
            page.number += 1  # one page is missing here too
        before = piece.header.number
        for kind, body in piece.records:
            record = bytes((kind, len(body))) + body
            if len(record) > page.free_bytes:
                _close(page, piece, written, 0)
            page.put(record, len(record))
    _close(page, run.pages[-1], written, LAST if run.closed else 0)
    return b"".join(written) + run.clock


def _close(page: Page, like: Piece, written: list[bytes], flags: int) -> None:
    """Complete the page with the times of ``like`` and begin the next one."""
    flags |= 0 if page.number else FIRST
    page.close(like.header.since_ms, like.header.wall_s, flags)
    written.append(bytes(page.buf))
    page.number += 1
    page.clear()


def without_code(run: Run, code: str) -> bytes:
    """Return the pages of ``run`` with the patient's ``code`` overwritten by as many `x`."""
    for kind, blob in ((kind, _blob(run, kind)) for kind in _NAMING):
        values = json.loads(blob) if blob else {}
        if values.get("patient") == code:
            old, new = json.dumps(code).encode(), json.dumps("x" * len(code)).encode()
            run = _replaced(run, kind, blob.replace(old, new))
    return b"".join(bytes(piece.page) for piece in run.pages) + run.clock


def _blob(run: Run, wanted: int) -> bytes:
    """Return the bytes of a blob, b"" where it is not whole."""
    parts, length = {}, 0
    for piece in run.pages:
        for kind, body in piece.records:
            if kind == records.BLOB and body[0] == wanted:
                _, length, offset = struct.unpack_from(records.BLOB_HEAD, body)
                parts[offset] = body[_HEAD_BYTES:]
    blob = b"".join(parts[offset] for offset in sorted(parts))
    return blob if len(blob) == length else b""


def _replaced(run: Run, wanted: int, blob: bytes) -> Run:
    """Put ``blob``, as long as the old one, in its place in the pages."""
    pages = []
    for piece in run.pages:
        page = bytearray(piece.page)
        at = records_at(piece.header)
        for kind, body in piece.records:
            if kind == records.BLOB and body[0] == wanted:
                _, _, offset = struct.unpack_from(records.BLOB_HEAD, body)
                begin = at + 2 + _HEAD_BYTES
                length = len(body) - _HEAD_BYTES
                page[begin : begin + length] = blob[offset : offset + length]
            at += 2 + len(body)
        struct.pack_into("<I", page, _CRC_AT, binascii.crc32(memoryview(page)[:_CRC_AT]))
        pages.append(piece._replace(page=memoryview(bytes(page))))
    return replace(run, pages=tuple(pages))
