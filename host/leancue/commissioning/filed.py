"""A clip's check as stored in the library, and its text."""

from __future__ import annotations

import json
from typing import Any

from leancue.basis.times import known_s
from leancue.commissioning import result
from leancue.commissioning.motor_look import Look
from leancue.language.words import _


def read(check_json: str) -> dict[str, Any]:
    """Return the stored check, empty if the clip was never checked."""
    kept: dict[str, Any] = json.loads(check_json or "{}")
    return kept


def brought_up(check_json: str, kept: list[int], board: str,
               look: Look | None, now_s: int) -> dict[str, Any] | None:  # fmt: skip
    """Return the record to store after reading the clip; None if nothing is new.

    ``kept``: as ``Info.check``; another desk's check is taken over, but one with an implausible
    time does not replace a dated one. ``look``: at its motor.
    """
    if len(kept) < 2:
        return None
    filed = before = read(check_json)
    is_dated = known_s(kept[0]) or not known_s(filed.get("s"))
    if is_dated and filed.get("s") != kept[0]:
        filed = {"s": kept[0], "left": kept[1], "shakes_cmps2": kept[2:], "board": board}
    if look is not None and look.mps2 is not None:
        motor = {"s": now_s, "cmps2": round(100 * look.mps2), "weak": look.is_weak}
        filed = {**filed, "motor": motor}
    return None if filed == before else filed


def words(check_json: str) -> str:
    """Return one line: "checked 28 November 2026: all OK; the motor has become weak since then"."""
    filed = read(check_json)
    if "s" not in filed:
        return _(result.NEVER)
    said = result.words(int(filed["s"]), int(filed["left"]))
    weak = bool(filed.get("motor", {}).get("weak"))
    return _("{check}; the motor has become weak since then", check=said) if weak else said
