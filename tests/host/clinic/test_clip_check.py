"""Check this clip, on the page."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from clinic_rig import person, served
from leancue.basis.errors import DeviceGone
from leancue.clinic.clip_check import PageHands


def test_a_clip_is_checked_step_by_step(tmp_path: Path, browser: Any) -> None:
    with (
        served(tmp_path, "sim:bench") as page,
        person(browser, page) as me,
    ):
        me.go("/clip", ".card.clip")
        me.sees("never checked")
        me.press("Check this clip")
        me.sees("Lay the clip on the table")
        for barred in ("Pull runs", "Live view"):
            me.page.get_by_role("button", name=barred, exact=True, disabled=True).wait_for()
        me.press("It is done")
        me.sees("Press the button once")
        me.press("Leave it out")
        me.sees("it shows red, then green, then blue")
        me.press("Show it")
        me.press("red, green, blue")
        me.sees("Lay it on its edge")
        me.press("Leave it out")
        me.sees("Stand it up as it is worn")
        me.press("Leave it out")
        me.sees("is well, as far as was looked: axes, button")
        me.sees("not looked at: the clip was not turned over")
        me.sees("shakes the case with")
        me.press("Find")
        me.sees(": all well")


def test_an_answer_pressed_twice_is_none_to_the_next_question() -> None:
    hands = PageHands()
    hands.answer("It is done")
    seen: list[bool] = []
    asking = threading.Thread(target=lambda: seen.append(hands.lays("flat", "Lay it.")))
    asking.start()
    while not hands.shown[1]:
        time.sleep(0.001)
    hands.answer("Leave it out")
    asking.join(5)
    assert seen == [False]


def test_who_leaves_the_page_is_not_waited_for() -> None:
    hands = PageHands()
    hands.left = True
    with pytest.raises(DeviceGone, match="left before its end"):
        hands.lays("flat", "Lay it.")
