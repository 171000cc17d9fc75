"""The order of conditions for a participant: permuted blocks of random length, from a secret key.

Blocks keep the two conditions balanced at any time; with a random length the last place of a block
cannot be guessed (Schulz & Grimes 2002, Lancet 359:515, doi 10.1016/S0140-6736(02)07683-3). The
same key and code give the same order on every computer and with every version of Python.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import NamedTuple

from leancore.coaching.prescription import MAX_SESSIONS

from leancue.basis.errors import StudyError

CUES, NO_CUES = "cues", "no cues"
#: Conditions, and the percent of the running time with cues that each prescribes.
FEEDBACK_PERCENT = {CUES: 100, NO_CUES: 0}
BLOCK_SIZES = (2, 4)
_WORD_BITS = 64


class Design(NamedTuple):
    """The common design: lead-in sessions with cues, then randomised ones."""

    sessions: int
    lead_in: int = 0
    minutes: int = 20

    @property
    def total(self) -> int:
        """Number of sessions of a participant."""
        return self.lead_in + self.sessions


class Place(NamedTuple):
    """A session of the order: its condition, and its block (0 = the lead-in)."""

    condition: str
    block: int


def checked(design: Design) -> Design:
    """Return a valid design; StudyError."""
    if design.sessions < 2 or design.sessions % 2:
        raise StudyError(
            f"{design.sessions} sessions cannot be split evenly between two conditions.",
            way_out="Choose an even number, at least 2.",
        )
    if design.lead_in < 0 or design.total > MAX_SESSIONS or not 1 <= design.minutes <= 120:
        raise StudyError(
            f"{design.total} sessions of {design.minutes} min do not fit into a clip's plan.",
            way_out=(
                f"Choose at most {MAX_SESSIONS} sessions, including the lead-in, of 1 to 120 min."
            ),
        )
    return design


def order(key: bytes, code: str, design: Design) -> tuple[Place, ...]:
    """Return the order of a participant's sessions.

    Args:
        key: the secret of the study.
        code: the participant's.
        design: as ``checked``.
    """
    numbers = _numbers(key, code)
    found = [Place(CUES, 0)] * design.lead_in
    left, block = design.sessions, 0
    while left:
        block += 1
        sizes = [size for size in BLOCK_SIZES if size <= left]
        size = sizes[_below(len(sizes), numbers)]
        half = [CUES] * (size // 2) + [NO_CUES] * (size // 2)
        found += [Place(condition, block) for condition in _shuffled(half, numbers)]
        left -= size
    return tuple(found)


def fingerprint(key: bytes) -> str:
    """Return the public fingerprint of a key, so that it cannot be exchanged afterwards."""
    return hashlib.sha256(b"leancue study key:" + key).hexdigest()


def _numbers(key: bytes, code: str) -> Iterator[int]:
    """Yield random numbers of 64 bits: HMAC-SHA256 of a counter."""
    count = 0
    while True:
        made = hmac.new(key, f"{code}:{count}".encode(), hashlib.sha256).digest()
        for at in range(0, len(made), _WORD_BITS // 8):
            yield int.from_bytes(made[at : at + _WORD_BITS // 8], "big")
        count += 1


def _below(most: int, numbers: Iterator[int]) -> int:
    """Return a uniform random number from 0 to ``most`` - 1, by rejection."""
    fair = (1 << _WORD_BITS) // most * most
    return next(number for number in numbers if number < fair) % most


def _shuffled(items: list[str], numbers: Iterator[int]) -> list[str]:
    """Return the items in a random order (Fisher & Yates), each order as likely."""
    found = list(items)
    for last in range(len(found) - 1, 0, -1):
        other = _below(last + 1, numbers)
        found[last], found[other] = found[other], found[last]
    return found
