"""Check this clip, on the page."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from clinic_rig import person, served
from leancue.basis.errors import DeviceGone
from leancue.clinic.clip_check import PageOperator
from leancue.commissioning import guided_check
from leancue.language.words import LANGUAGES, _, speaking
from leancue.library import Library


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_clip_is_checked_step_by_step(tmp_path: Path, browser: Any, language: str) -> None:
    with Library(tmp_path / "library") as library:
        library.clinic.set(language=language)
    with (
        served(tmp_path, "sim:bench") as page,
        person(browser, page) as me,
        speaking(language),
    ):
        me.go("/clip", ".card.clip")
        me.sees(_("never checked"))
        me.press(_("Check this clip"))
        me.sees(_(guided_check.POSTURES["flat"][0]))
        for barred in (_("Pull runs"), _("Live view")):
            me.page.get_by_role("button", name=barred, exact=True, disabled=True).wait_for()
        me.press(_("Done"))
        me.sees(_(guided_check.PRESS))
        me.press(_("Skip"))
        me.sees(_(guided_check.LOOK))
        me.press(_("Show"))
        me.press(_(guided_check.LIGHTS["y"]))
        me.sees(_(guided_check.POSTURES["side"][0]))
        me.press(_("Skip"))
        me.sees(_(guided_check.POSTURES["upright"][0]))
        me.press(_("Skip"))
        parts = f"{_('axes')}, {_('button')}"
        whole = _("The clip {uid} is OK as far as it was checked. Not checked: {parts}.")
        begins = whole.partition("{uid}")[2].partition("{parts}")[0]
        me.sees(f"{begins.strip()} {parts}")  # the clock, too, where it all went quickly
        me.sees(_("not checked: {why}", why=_("the clip was not turned to its other sides")))
        me.sees(_("shakes the case with {shake} m/s² at full strength").split("{shake}")[0].strip())
        said = me.page.locator(".card.clip").inner_text()
        me.press(_("Find"))
        me.sees(f": {_('all OK')}")
    if language != "en":
        assert not ENGLISH.search(said), said


ENGLISH = re.compile(r"\b(the|clip is|not checked|samples|well|nobody|and)\b")


def test_an_answer_pressed_twice_is_none_to_the_next_question() -> None:
    hands = PageOperator()
    hands.answer("Done")
    seen: list[bool] = []
    asking = threading.Thread(target=lambda: seen.append(hands.lays("flat", "Lay it.")))
    asking.start()
    while not hands.shown[1]:
        time.sleep(0.001)
    hands.answer("Skip")
    asking.join(5)
    assert seen == [False]


def test_who_leaves_the_page_is_not_waited_for() -> None:
    hands = PageOperator()
    hands.left = True
    with pytest.raises(DeviceGone, match="stopped before its end"):
        hands.lays("flat", "Lay it.")
