"""Rewrites a run's log without raw samples, or without a patient's code.

The clip's decisions stay byte for byte; every page gets a new checksum.
"""

from __future__ import annotations

import binascii
import json
import struct
from dataclasses import replace

from leancore.runlog import records
from leancore.runlog.pages import FIRST, HEADER_BYTES, LAST, PAGE_BYTES, Page

from leancue.runs.runlog import BLOB_HEAD_BYTES, Piece, Run, blob_piece, blobs_of

_CRC_AT = PAGE_BYTES - 4
_NAMING = (records.INFO, records.PRESCRIPTION)


def without_raw(run: Run) -> bytes:
    """Return the pages of ``run`` without its raw samples; holes are kept."""
    page = Page()
    page.begin(run.run_id)
    written: list[bytes] = []
    before = run.pages[0].header.number - 1
    for piece in run.pages:
        if piece.header.number != before + 1:
            _close(page, piece, written, 0)
            page.number += 1  # keep the gap of a missing page
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
    for kind, blob in ((kind, blobs_of(run.pages).get(kind, b"")) for kind in _NAMING):
        values = json.loads(blob) if blob else {}
        if values.get("patient") == code:
            old, new = json.dumps(code).encode(), json.dumps("x" * len(code)).encode()
            run = _replaced(run, kind, blob.replace(old, new))
    return b"".join(bytes(piece.page) for piece in run.pages) + run.clock


def _replaced(run: Run, wanted: int, blob: bytes) -> Run:
    """Replace a blob in the pages by ``blob`` of the same length."""
    pages = []
    for piece in run.pages:
        page = bytearray(piece.page)
        at = HEADER_BYTES
        for kind, body in piece.records:
            part = blob_piece(kind, body)
            if part and (part.kind, part.length) == (wanted, len(blob)):
                begin = at + 2 + BLOB_HEAD_BYTES
                end = part.offset + len(part.data)
                page[begin : begin + len(part.data)] = blob[part.offset : end]
            at += 2 + len(body)
        struct.pack_into("<I", page, _CRC_AT, binascii.crc32(memoryview(page)[:_CRC_AT]))
        pages.append(piece._replace(page=memoryview(bytes(page))))
    return replace(run, pages=tuple(pages))
