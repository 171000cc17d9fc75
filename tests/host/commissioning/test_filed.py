"""What the library keeps of a clip's check: the newest that is dated, whichever desk made it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from leancue.commissioning import filed, guided_check, result
from leancue.commissioning.facts import Facts

AT_S = 1_760_000_000
FILED = {"s": AT_S, "left": 0, "found": [], "shakes_cmps2": [100, 200, 300], "board": "pico"}


def brought_up(kept: list[int], before: dict[str, Any] = FILED) -> dict[str, Any] | None:
    return filed.brought_up(json.dumps(before) if before else "", kept, "pico", None, AT_S)


def test_a_check_that_another_desk_made_comes_along() -> None:
    assert brought_up([AT_S, 0, 100, 200, 300]) is None
    newer = brought_up([AT_S + 60, 2, 90])
    assert newer is not None
    assert (newer["s"], newer["left"], newer["shakes_cmps2"]) == (AT_S + 60, 2, [90])


@pytest.mark.parametrize("at_s", [0, 5, 2**32 - 1])
def test_a_check_of_a_time_that_cannot_be_takes_no_dated_one_s_place(at_s: int) -> None:
    assert brought_up([at_s, 2, 90]) is None
    alone = brought_up([at_s, 2, 90], {})
    assert alone is not None and alone["left"] == 2
    assert "on an unknown day" in filed.words(json.dumps(alone))


@pytest.mark.parametrize(("now_s", "told_s"), [(-3, 0), (5, 0), (AT_S, AT_S), (2**32 + 5, 0)])
def test_a_desk_whose_clock_was_never_set_leaves_no_date(now_s: int, told_s: int) -> None:
    class Clip:
        def check(self, _do: str, **values: Any) -> dict[str, Any]:
            return {"kept": [values["s"], values["left"], *values["shake"]], "t": 1}

    clip: Any = Clip()
    assert guided_check.keep(clip, now_s, 1, [90]).kept == [told_s, 1, 90]
    assert result.of(Facts("A1", "pico")).filed(now_s)["s"] == told_s
