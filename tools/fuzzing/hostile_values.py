"""Values, texts and bytes that typically break programs, chosen by a seeded generator."""

from __future__ import annotations

import json
import struct
from random import Random
from typing import Any

INTEGERS = (
    0, 1, -1, 2, 3, 7, 77, 127, 128, 255, 256, -128, 32767, 32768, -32768, 65535, 65536,
    2**28 - 1, 2**28, 2**29, 2**31 - 1, 2**31, -(2**31), 2**32 - 1, 2**32, 2**53, 2**63, 2**64,
    10**12, -(10**12), 10**30, 10**400, 1_640_995_199, 4_102_444_800, 1_760_000_000,
)  # fmt: skip
TEXTS = (
    "", "x", "\x00", "\x1b[2J\x1b]0;owned\x07", "\x9b31m", "\r\n", "\ud800", "\udfff\ud800",
    "\u202e", "\u2028", "A" * 300, "../../etc/passwd", "<img src=x onerror=alert(1)>", "</script>",
    "NaN", "calibrate", "é", "日本", "٣", "1_000", "0x10", "=1+1", "%s%n", "{0}", "\\", '"', "'",
    "\ufeff",
)  # fmt: skip
FLOATS = (0.0, -0.0, 1.5, -1.5, 1e-300, 1e308, float("inf"), float("-inf"), float("nan"))


def integer(chance: Random) -> int:
    """Return an edge-case or a random integer."""
    if chance.random() < 0.3:
        return chance.randrange(-(1 << 33), 1 << 33)
    return chance.choice(INTEGERS)


def value(chance: Random, depth: int = 2) -> Any:
    """Return any value that JSON can hold."""
    kind = chance.randrange(8 if depth else 6)
    if kind < 2:
        return integer(chance)
    if kind == 2:
        return chance.choice(FLOATS)
    if kind == 3:
        return chance.choice(TEXTS)
    if kind in (4, 5):
        return chance.choice((None, True, False))
    if kind == 6:
        return [value(chance, depth - 1) for _ in range(chance.randrange(4))]
    return {chance.choice(TEXTS): value(chance, depth - 1) for _ in range(chance.randrange(4))}


def changed(chance: Random, values: dict[str, Any]) -> dict[str, Any]:
    """Return a copy with some values replaced, removed or added, at any depth."""
    made = json.loads(json.dumps(values))
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        place: Any = made
        while isinstance(place, dict | list) and place:
            key = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
            inner = place[key]
            if isinstance(inner, dict | list) and inner and chance.random() < 0.6:
                place = inner
                continue
            if chance.random() < 0.2:
                del place[key]
            else:
                place[key] = value(chance)
            break
    if chance.random() < 0.1:
        made[chance.choice(TEXTS)] = value(chance)
    return made


def json_bytes(chance: Random, values: dict[str, Any]) -> bytes:
    """Return JSON that may have a different structure, be nested too deep, truncated or invalid."""
    kind = chance.randrange(12)
    if kind == 0:
        return b"[" * chance.choice((10, 500, 4000))
    if kind == 1:
        return b'{"a":' * chance.choice((10, 500, 800))
    if kind == 2:
        return b'{"a":' + b"9" * chance.choice((500, 5000)) + b"}"
    if kind == 3:
        return chance.choice((b"", b"null", b"1", b'"x"', b"[]", b"{", b"NaN", b"\xff\xfe", b"\0"))
    if kind == 4:
        return damaged(chance, json.dumps(values).encode())
    return json.dumps(changed(chance, values)).encode()


def damaged(chance: Random, data: bytes) -> bytes:
    """Return the bytes with some flipped, removed, duplicated, inserted or cut off."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        if not out:
            break
        at = chance.randrange(len(out))
        kind = chance.randrange(7)
        if kind == 0:
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            out[at] = chance.choice((0, 1, 127, 128, 255, 9, 10, 13, 27))
        elif kind == 2:
            del out[at : at + chance.choice((1, 2, 9))]
        elif kind == 3:
            out[at:at] = out[at : at + chance.choice((1, 4, 64))]
        elif kind == 4:
            out[at:at] = chance.randbytes(chance.choice((1, 3, 20)))
        elif kind == 5:
            packed = struct.pack("<Q", integer(chance) & (1 << 64) - 1)
            size = chance.choice((1, 2, 4))
            out[at : at + size] = packed[:size]
        elif chance.random() < 0.3:
            del out[at:]
    return bytes(out)
