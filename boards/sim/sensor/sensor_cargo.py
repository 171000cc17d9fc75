"""One cargo of input reports: a base time, then each report with its own delay from it.

Source: SH-2 Reference Manual 1000-3625, sections 6.5.1 and 7.2.
"""

from __future__ import annotations

from collections import deque
from struct import Struct

from boards.sim.sensor.sensor_reports import UNDOCUMENTED
from boards.sim.sensor.sh2_messages import BASE_TIMESTAMP

CARGO_REPORTS = 40  # the most seen in one cargo
LONGEST_DELAY_TICKS = (1 << 14) - 1  # 14 bits of 100 us

#: Positions of report 0x7B, in turn. Users of real parts have seen it alone and without a base time
#: (adafruit/Adafruit_CircuitPython_BNO08x, issues 9 and 16); the other places are harder.
UNDOCUMENTED_PLACES = ("alone", "last", "first", "middle")
#: The 13 bytes after id and sequence number as posted in issue 16.
UNDOCUMENTED_DATA = bytes.fromhex("0000 00010402 009effb2 f68603")

#: A base time of -48 x 100 us, as posted.
BELOW_ZERO = bytes.fromhex("fb d0ffffff")

_BASE = Struct("<BI")


def fill(fifo: deque[tuple[int, bytes]], anchor_ticks: int) -> list[bytes]:
    """Take reports out of the FIFO, oldest first: the base time, then each report.

    `anchor_ticks`: the moment from which the host counts back, in 100 us like the FIFO's times. At
    most 40 reports; those too late for the 14 bits of delay stay for the next cargo.
    """
    base_ticks = fifo[0][0]
    parts = [_BASE.pack(BASE_TIMESTAMP, max(0, anchor_ticks - base_ticks))]
    while fifo and len(parts) <= CARGO_REPORTS:
        ticks, report = fifo[0]
        delay = ticks - base_ticks
        if delay > LONGEST_DELAY_TICKS:
            break
        fifo.popleft()
        parts.append(_delayed(report, delay) if delay else report)
    return parts


def _delayed(report: bytes, delay_ticks: int) -> bytes:
    """Write the delay: its high six bits next to the accuracy, its low eight after that."""
    status = report[2] | delay_ticks >> 8 << 2
    return report[:2] + bytes((status, delay_ticks & 0xFF)) + report[4:]


def undocumented(sequence: int) -> bytes:
    """Report 0x7B, 15 bytes, of unknown meaning."""
    return bytes((UNDOCUMENTED, sequence)) + UNDOCUMENTED_DATA


def with_undocumented(parts: list[bytes], place: str, report: bytes) -> list[bytes]:
    """The payloads to send with 0x7B: one, or two if it is sent separately."""
    if place == "alone":
        return [report, b"".join(parts)]
    index = {"first": 1, "middle": len(parts) // 2 + 1, "last": len(parts)}[place]
    return [b"".join(parts[:index] + [report] + parts[index:])]


def cut(payload: bytes, last_report: bytes) -> bytes:
    """The payload cut in the middle of its last report."""
    return payload[: len(payload) - len(last_report) // 2]
