"""Tables of ``shared/docs/protocol.md`` and of the exit codes, generated from the code's tables."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from leancore.link import framing, messages
from leancore.runlog import log_reading, pages, raw_rows, records
from leancue.basis.errors import EXIT_CODES
from leancue.decoding.record_columns import UNITS

_MEASURED = Path(__file__).resolve().parents[1] / "measured"
_KINDS = {"B": "u8", "H": "u16", "h": "i16", "I": "u32", "i": "i32", "s": "bytes"}
_HEADER = ("magic `LCUE`", "layout version", "flags: 1 first, 2 last page of its run; 4 pulled "
           "index, 8 origin, 16 clock: of no run", "spare", "run", "number of the page in its run",
           "ms since the run began", "seconds since 1970, 0 = unknown", "bytes of raw samples",
           "bytes of records")  # fmt: skip
# Rows of raw samples: name, last byte, format, contents.
_ROWS = (
    ("narrow", f"{raw_rows.NARROW} to 255", raw_rows.NARROW_FORM,
     "three forces of 10 bits, x lowest, negative if late; three rates"),
    ("forces", f"{raw_rows.FORCES}, {raw_rows.FORCES + 1} if late", raw_rows.FORCES_FORM,
     "three forces, three rates"),
    ("all", f"{raw_rows.ALL}, {raw_rows.ALL + 1} if late", raw_rows.ALL_FORM,
     "three forces, three rates"),
    ("orientation", f"{raw_rows.ORIENTATION}, {raw_rows.ORIENTATION + 1} if it is an older one",
     raw_rows.ORIENTATION_FORM, "quaternion w, x, y, z, Q14, of the sample that follows"),
    ("time", f"{raw_rows.TIME}", raw_rows.TIME_FORM,
     "ms since the run began, of the sample that follows; least ms between samples from then on; "
     "flags from then on (`leancore/sensor/sample.py`)"),
)  # fmt: skip


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def layout(form: str, names: Sequence[str]) -> list[tuple[int, str, str]]:
    """Return (byte, kind, name) for each field of a struct's format; ValueError if they differ."""
    fields = []
    at = 0
    for count, kind in re.findall(r"(\d*)([a-zA-Z])", form.lstrip("<")):
        for _ in range(1 if kind == "s" else int(count or 1)):
            size = struct.calcsize("<" + (count + kind if kind == "s" else kind))
            fields.append((at, f"{size} bytes" if kind == "s" else _KINDS[kind]))
            at += size
    if len(fields) != len(names):
        raise ValueError(f"{form} has {len(fields)} fields, {len(names)} are named")
    return [(at, kind, name) for (at, kind), name in zip(fields, names, strict=True)]


def frame_table() -> str:
    """Return the contents of a frame before COBS."""
    rows = [
        ("0", "u8", "type"),
        ("1", "u8", "sequence number"),
        (
            "2",
            f"0 to {framing.MAX_PAYLOAD} bytes",
            f"payload; JSON of at most {framing.MAX_CONTROL}",
        ),
        ("last 4", "u32", "CRC-32"),
    ]
    return table(("byte", "kind", "what"), rows)


def message_table() -> str:
    """Return a row per message."""
    rows = [
        (f"0x{kind:02X}", f"`{name}`", _code(asked), _code(answered), since)
        for kind, name, asked, answered, since in messages.MESSAGES
    ]
    return table(("type", "name", "asked", "answered", "since protocol"), rows)


def page_table() -> str:
    """Return the header of a page and what follows it."""
    rows = layout(pages.HEADER, _HEADER)
    after = [
        (
            pages.HEADER_BYTES,
            "",
            "records, zeros, rows of raw samples, the first one last",
        ),
        (pages.PAGE_BYTES - 4, "u32", "CRC-32"),
    ]
    return table(("byte", "kind", "what"), [*rows, *after])


def raw_table() -> str:
    """Return a row per row of raw samples."""
    rows = [
        (name, last, struct.calcsize(form), _kinds_of(form), what)
        for name, last, form, what in _ROWS
    ]
    return table(("row", "last byte", "bytes", "fields", "what"), rows)


def _kinds_of(form: str) -> str:
    """Return the kinds of a format's fields: "3 i16, u8"."""
    parts = re.findall(r"(\d*)([a-zA-Z])", form.lstrip("<"))
    return ", ".join(f"{count} {_KINDS[kind]}".strip() for count, kind in parts)


def record_table() -> str:
    """Return a row per record with fields."""
    rows = [
        (kind, name, records.body_bytes(fields), ", ".join(row[records.NAME] for row in fields))
        for kind, (name, fields) in log_reading.RECORDS.items()
    ]
    return table(("type", "name", "bytes", "fields"), rows)


def field_table() -> str:
    """Return the fields of the records."""
    return table(("record", "byte", "field", "kind", "unit", "since", "what"), _field_rows())


def _field_rows() -> Iterator[tuple[object, ...]]:
    names: dict[Any, list[str]] = {}
    for name, fields in log_reading.RECORDS.values():
        names.setdefault(fields, []).append(name)
    for fields, told in names.items():
        at = 0
        for name, form, unit, since, *_, meaning in fields:
            yield ", ".join(told), at, name, _KINDS[form], _unit(unit), since, meaning
            at += struct.calcsize("<" + form)


def _unit(unit: str) -> str:
    told, scale = UNITS.get(unit, (unit, 1))
    return told if scale == 1 else f"1/{scale} {told}"


def flag_table() -> str:
    """Return the flags of a step."""
    rows = [(bit, name, since, what) for bit, name, since, _shown, what in records.FLAGS]
    return table(("bit", "name", "since", "what"), rows)


def code_table() -> str:
    """Return the codes of events and of device records."""
    rows = [
        (name, code, what, a, b, since)
        for name, codes in (("event", records.EVENTS), ("device", records.DEVICES))
        for code, what, a, b, since in codes
    ]
    return table(("record", "code", "what", "a", "b", "since"), rows)


def exit_table() -> str:
    """Return the exit codes of the command line."""
    return table(("exit code", "what it means"), [(code, title) for code, _, title in EXIT_CODES])


def cable_table() -> str:
    """Return the figures of `bench_wire.py` and `bench_desk.py`, each with its goal."""
    wire_found, desk = (json.loads((_MEASURED / f"{name}.json").read_text("utf-8"))
                        for name in ("wire", "desk"))  # fmt: skip
    fuzz, cut, rate = wire_found["fuzz"], wire_found["cut"], wire_found["rate"]
    frames = sum(score["frames"] for score in fuzz.values())
    harm = sum(score[name] for score in fuzz.values()
               for name in ("crashes", "undetected", "out_of_step"))  # fmt: skip
    usb, bare = rate["usb"], rate["bare"]
    rows = [
        (f"damaged frames ({frames:,}, both interpreters): crashes, undetected errors, times out "
         "of step", harm, 0, harm == 0),
        (f"a pull of {cut['bytes']:,} bytes cut at {cut['tried']:,} places: not identical after "
         "the resume", cut["wrong"], 0, cut["wrong"] == 0),
        (f"a pull over a line as quick as USB at full speed ({_mb(usb['raw_bytes_per_s'])}), of a "
         "raw copy's rate", f"{usb['share']:.0%}", "≥ 80 %", usb["share"] >= 0.8),
        ("the same over a bare pseudo terminal, far quicker than any clip's cable "
         f"({_mb(bare['pull_bytes_per_s'])} of {_mb(bare['raw_bytes_per_s'])})",
         f"{bare['share']:.0%}", "≥ 80 %", bare["share"] >= 0.8),
        ("an hour's raw log decoded", f"{desk['decode_s']:.2f} s", "≤ 0.1 s",
         desk["decode_s"] <= 0.1),
        ("`leancue --help`, CPU time", f"{desk['help_s']:.2f} s", "≤ 0.2 s", desk["help_s"] <= 0.2),
    ]  # fmt: skip
    return table(("what", "measured", "goal", "reached"),
                 [(*row[:3], "yes" if row[3] else "**no**") for row in rows])  # fmt: skip


def _mb(bytes_per_s: float) -> str:
    return f"{bytes_per_s / 1e6:.2g} MB/s"


def _code(text: str) -> str:
    return text.replace("|", "\\|")


TABLES = (
    ("shared/docs/protocol.md", "frame", frame_table),
    ("shared/docs/protocol.md", "messages", message_table),
    ("shared/docs/protocol.md", "page", page_table),
    ("shared/docs/protocol.md", "raw", raw_table),
    ("shared/docs/protocol.md", "records", record_table),
    ("shared/docs/protocol.md", "record fields", field_table),
    ("shared/docs/protocol.md", "flags", flag_table),
    ("shared/docs/protocol.md", "codes", code_table),
    ("host/README.md", "exit codes", exit_table),
    ("host/README.md", "cable", cable_table),
)
