"""Valid and invalid facts of a clip."""

from __future__ import annotations

from typing import Any

import pytest
from leancue.basis.errors import ProtocolMismatch
from leancue.clip import answers
from leancue.commissioning.facts import Bus, Button, Cell, Driver, Kept, SensorReadings, Written

GOOD: dict[type, dict[str, Any]] = {
    Bus: {"sda": 1, "scl": 1, "joined": 0, "found": [0x4A], "swapped": []},
    SensorReadings: {"n": 50, "ms": 500, "up": 1, "same": 0, "a": [0, 0, 2510], "shake": [1, 2, 3],
            "square": 4, "turn": [0, 0, 0], "turns": 50, "trouble": [0, 0, 0, 0, 0],
            "us": [10000, 8000, 10000]},
    Driver: {"driver": 1, "testing": 0, "errors": 0, "found": [1, 2, 3]},
    Button: {"ms": 600, "down": 0, "turns": 0, "short": -1},
    Cell: {"gauge": 1, "mv": 3900},
    Written: {"ms": 90, "pages": 2046, "step": 4096},
    Kept: {"kept": [1_795_900_000, 0, 150, 450, 900], "t": 5},
}  # fmt: skip
# A value that none may have there, for each kind of form.
WRONG = {
    "list": [[], [1, 2], "text", None, [1.5, 2, 3], list(range(500))],
    "int": [-99_999_999, 1 << 40, "1", None, 1.5],
}


@pytest.mark.parametrize("cls", GOOD, ids=lambda cls: cls.__name__)
def test_what_is_right_is_taken(cls: type) -> None:
    read: Any = answers.read(cls, GOOD[cls] | {"later": "a field of a later release"}, "check")
    assert {name: getattr(read, name) for name in GOOD[cls]} == GOOD[cls]


@pytest.mark.parametrize(
    ("cls", "name"), [(cls, name) for cls, values in GOOD.items() for name in values],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_name(cls: type, name: str) -> None:
    varies = name in ("found", "swapped", "kept")  # in its length
    kind = "list" if isinstance(GOOD[cls][name], list) else "int"
    for value in WRONG[kind]:
        if varies and value in ([], [1, 2]):
            continue
        with pytest.raises(ProtocolMismatch, match=name):
            answers.read(cls, GOOD[cls] | {name: value}, "check")
    if name != "t":
        with pytest.raises(ProtocolMismatch, match=f"`{name}` is missing"):
            answers.read(cls, {k: v for k, v in GOOD[cls].items() if k != name}, "check")
