"""What is said of a clip's prescription: as here, another's, another one, and what differs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from leancore.coaching import prescription
from leancore.coaching.session_plan import UNMEASURED
from leancue.prescriptions.differences import changes_in_words, same
from leancue.prescriptions.on_clip_words import Holding, differences, history_status, on_clip

BASE = prescription.checked({"patient": "K-014", "baseline_cdeg": 620})
OPEN = {**BASE, "baseline_cdeg": UNMEASURED}


def when(time_s: int | None) -> str:
    return f"<{time_s}>"


def holding(values: dict | None = BASE, **facts: int | None) -> Holding:
    usual = {"own_lean_cdeg": None, "since_s": 11, "read_s": 22, "sending_s": None}
    return Holding("A1B2", values, **{**usual, **facts})


@pytest.mark.parametrize(
    ("held", "newest", "is_same", "words"),
    [
        (holding(), BASE, True,
         "On the clip A1B2 since <11>, read back at <22>: as prescribed here."),
        (holding(), None, False,
         "On the clip A1B2 since <11>, read back at <22>; this library has no prescription for "
         "this patient."),
        (holding(None), BASE, False, "The clip A1B2 has another patient's prescription."),
        (holding(None, sending_s=33), BASE, False,
         "A prescription was being sent to the clip A1B2 at <33>, but the clip did not read it "
         "back. It has either the old or the new one. Plug it in, and the desk will check."),
        (holding({**BASE, "offset_low_cdeg": 600}), BASE, False,
         "The clip A1B2 does not have the newest prescription (read back at <22>): on the clip → "
         "here: band begins 6° → 7°. Send it."),
    ],
)  # fmt: skip
def test_what_is_on_the_clip(held: Holding, newest: dict | None, is_same: bool, words: str) -> None:
    assert on_clip(held, newest, None, when) == (words, is_same)


@pytest.mark.parametrize(
    ("clip_cdeg", "own_cdeg", "told"),
    [
        (620, 620, []),
        (625, 620, []),
        (615, 620, []),
        (626, 620, ["it uses 6.3° as the runner's own lean, here it is 6.2°"]),
        (614, 620, ["it uses 6.1° as the runner's own lean, here it is 6.2°"]),
        (
            None,
            620,
            [
                "it has not measured the runner's own lean yet; its next run, without cues, "
                "does that"
            ],
        ),
        (620, None, []),
        (None, None, []),
    ],
)
def test_the_own_lean_is_compared_where_the_prescription_leaves_it_to_the_clip(
    clip_cdeg: int | None, own_cdeg: int | None, told: list[str]
) -> None:
    assert differences(holding(OPEN, own_lean_cdeg=clip_cdeg), OPEN, own_cdeg) == told
    assert differences(holding(own_lean_cdeg=clip_cdeg), BASE, own_cdeg) == []


def test_two_things_that_differ_are_both_told() -> None:
    found = on_clip(holding({**OPEN, "raw": 0}, own_lean_cdeg=None), OPEN, 620, when)
    assert "raw samples 0 → 1; it has not measured the runner's own lean" in found.words


@dataclass
class Case:
    to: str | None
    held_by: list[str]
    newest: bool
    words: str


@pytest.mark.parametrize(
    "case",
    [
        Case(None, ["A", "B"], True, "current; on the clip A, B, sent <5>"),
        Case("C", [], True, "current; read back by the clip C at <5>"),
        Case(None, [], True, "current; not sent"),
        Case("C", ["A"], False, "replaced, but still on the clip A, sent <5>"),
        Case("C", [], False, "replaced; sent to the clip C at <5>"),
        Case(None, [], False, "replaced; never sent"),
    ],
    ids=lambda case: f"{'newest' if case.newest else 'older'}-{case.to}-{len(case.held_by)}",
)
def test_where_a_prescription_of_the_history_is(case: Case) -> None:
    assert history_status(case.to, 5, case.held_by, newest=case.newest, when=when) == case.words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"baseline_cdeg": UNMEASURED}, "own lean 6.2° → not measured"),
        ({"offset_low_cdeg": 750}, "band begins 7° → 7.5°"),
        ({"offset_high_cdeg": 1100}, "band ends 10° → 11°"),
        ({"cap_offset_cdeg": 1500}, "cap 14° → 15°"),
        ({"gain_permille": 1250}, "trunk angle over clip angle 1 → 1.25"),
        ({"ramp_sessions": 3}, "sessions until the full offset 0 → 3"),
        ({"raw": 0}, "raw samples 1 → 0"),
        ({"sessions": 7}, "sessions 8 → 7"),
        ({"minutes": [20, 30]}, "minutes 15, 17, 19, 21, 23, 26, 28, 30 min → 20, 30 min"),
        ({"feedback_percent": [50]}, "time with cues 100, 100, 100, 100, 75, 50, 25, 10 % → 50 %"),
        ({}, "nothing"),
    ],
    ids=lambda value: next(iter(value), "none") if isinstance(value, dict) else "",
)  # fmt: skip
def test_each_value_that_differs_is_told_with_its_unit(change: dict, words: str) -> None:
    assert changes_in_words(BASE, {**BASE, **change}) == words
    assert (words == same()) == (not change)


def test_a_prescription_from_nothing_is_told_whole_in_the_order_of_the_tables() -> None:
    changed = {**BASE, "cap_offset_cdeg": 1500, "offset_low_cdeg": 600}
    assert changes_in_words(BASE, changed) == "band begins 7° → 6°; cap 14° → 15°"
