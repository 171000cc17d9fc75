"""The order of conditions: balanced, by chance alone, the same everywhere, concealed by its key."""

from __future__ import annotations

from collections import Counter

import pytest
from leancue.basis.errors import StudyError
from leancue.study.allocation import CUES, NO_CUES, Design, checked, fingerprint, order

KEY = b"a key for tests"
PEOPLE = [f"P-{i}" for i in range(3000)]


def signs(code: str, design: Design, key: bytes = KEY) -> str:
    return "".join("+" if place.condition == CUES else "-" for place in order(key, code, design))


def test_the_order_is_the_same_on_every_computer() -> None:
    design = Design(8, lead_in=2)
    assert [signs(code, design) for code in ("K-014", "K-015")] == ["+++--+-++-", "+++-+--+-+"]
    assert signs("K-014", design, b"another") != signs("K-014", design)


@pytest.mark.parametrize("sessions", [2, 4, 6, 8, 12])
def test_every_block_is_balanced_and_the_lead_in_has_cues(sessions: int) -> None:
    for code in PEOPLE[:200]:
        places = order(KEY, code, Design(sessions))
        assert len(places) == sessions
        for block in {place.block for place in places}:
            there = [place.condition for place in places if place.block == block]
            assert len(there) in (2, 4) and Counter(there)[CUES] == Counter(there)[NO_CUES]
    lead = order(KEY, "K-014", Design(sessions=2, lead_in=4))[:4]
    assert {(place.condition, place.block) for place in lead} == {(CUES, 0)}


def test_chance_alone_decides() -> None:
    found = Counter(signs(code, Design(4)) for code in PEOPLE)
    # Half are one block of four (each of six orders as likely), half two blocks of two.
    expected = {"++--": 1 / 12, "--++": 1 / 12}
    expected |= dict.fromkeys(("+-+-", "+--+", "-+-+", "-++-"), 1 / 12 + 1 / 8)
    assert set(found) == set(expected)
    for signs_, share in expected.items():
        sd = (share * (1 - share) / len(PEOPLE)) ** 0.5
        assert found[signs_] / len(PEOPLE) == pytest.approx(share, abs=4 * sd)


def test_the_fingerprint_tells_keys_apart_and_is_not_the_key() -> None:
    assert fingerprint(b"a") != fingerprint(b"b") and "61" * 8 not in fingerprint(b"a" * 8)


@pytest.mark.parametrize(
    "design", [Design(3), Design(0), Design(12, 2), Design(4, -1), Design(4, 0, 0)]
)
def test_a_design_that_cannot_be_is_refused(design: Design) -> None:
    with pytest.raises(StudyError):
        checked(design)
    assert checked(Design(8, 4)) == Design(8, 4)
