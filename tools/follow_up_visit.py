"""A follow-up visit on the clinic's page as a person does it, with each press counted and timed.

The times of the hand are those of the keystroke-level model (Card, Moran & Newell 1980,
Commun ACM 23(7):396, doi 10.1145/358886.358895); those of the page are measured. Used by
``tools/time_visit.py`` and by the test of the number of presses.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leancue.clip.client import Client
from leancue.language.words import _, speaking
from leancue.library import Library
from leancue.transports.addresses import open_transport
from leancue.transports.simulator_process import Simulator

KEY_S = 0.28  # an average typist
POINT_S = 1.10  # to the target, with a mouse
CLICK_S = 0.20  # down and up
THINK_S = 1.35  # before each deliberate action


@dataclass
class Step:
    """A step of the visit; ``page_s``: time from the press until the page shows the result."""

    name: str
    clicks: int = 0
    keys: int = 0
    hand_s: float = 0.0
    page_s: float = 0.0


@dataclass
class Walk:
    """The steps of a visit, with their presses and times."""

    steps: list[Step] = field(default_factory=list)

    @property
    def presses(self) -> int:
        """Number of clicks and keys."""
        return sum(step.clicks + step.keys for step in self.steps)

    @property
    def lasted_s(self) -> float:
        """Total time for a person at this pace, without reading."""
        return sum(step.hand_s + step.page_s for step in self.steps)

    def click(self, name: str, on: Any, then: Callable[[], Any]) -> None:
        """Click ``on`` and wait until ``then`` has seen the result."""
        on.wait_for()
        began_s = time.perf_counter()
        on.click()
        then()
        spent_s = time.perf_counter() - began_s
        self.steps.append(Step(name, clicks=1, hand_s=THINK_S + POINT_S + CLICK_S, page_s=spent_s))


def prepare(place: Path, code: str, clip: Simulator, uid: str, language: str) -> None:
    """Create a clinic's library at ``place``; its patient returns with a run on the clip."""
    with Library(place) as library:
        library.clinic.set(language=language)
        library.patients.add(code)
        values = {"baseline_cdeg": 620, "minutes": [1] * 8}
        made = library.prescriptions.add(code, values, "visit")
        with Client(open_transport(clip.port)) as client:
            client.hello()
            client.set_prescription(made.values)
            if not client.info().runs:
                clip.go()
                clip.wait_until_over()
        library.prescriptions.sent(made.id, uid)


def follow_up(page: Any, home: str, code: str, language: str) -> Walk:
    """Go through the visit of a patient whose clip is plugged in with a run; return the steps.

    Today's three answers, pull, look, change by one step, send, print.
    """
    walk = Walk()
    with speaking(language):
        page.goto(f"{home}/")
        page.get_by_text(code).first.wait_for()
        walk.click("visit", _link(page, _("Visit of {code}", code=code)),
                   page.locator(".card.clip .step.next").wait_for)  # fmt: skip
        kept = page.locator(".today [role=status]", has_text=_("Kept."))
        for question, answer in (
            ("Pain before, 0 to 10", "2"), ("Were the cues felt?", "some"), ("How was it?", "fair"),
        ):  # fmt: skip
            group = page.get_by_role("group", name=_(question))
            walk.click(question, group.get_by_text(_(answer), exact=True), kept.wait_for)
        look = _link(page, _("Show the run"))
        walk.click("pull", _button(page, _("Pull runs")), look.wait_for)
        walk.click("look", look, page.locator(".run-chart svg").wait_for)
        walk.click("to the prescription", _link(page, _("Change the prescription")),
                   page.locator(".posture-figure").wait_for)  # fmt: skip
        more = f"{_('Band ends above the own lean')}: {_('more')}"
        walk.click(
            "change",
            _button(page, more),
            lambda: page.locator(".unsaved").wait_for(state="attached"),
        )
        walk.click("send", _button(page, _("Keep and send")),
                   page.locator(".notice", has_text=_read_back()).wait_for)  # fmt: skip
        with page.context.expect_page() as opened:
            walk.click("print", _link(page, _("Print the sheet for home")), lambda: None)
        opened.value.close()
    return walk


def _read_back() -> str:
    """Return the start of the page's message after the clip has read back what was sent."""
    whole = _("Sent. The clip {uid} read back at {sent}: {patient}. {said}")
    return whole.split("{uid}")[0].strip()


def _link(page: Any, words: str) -> Any:
    return page.get_by_role("link", name=words, exact=True).first


def _button(page: Any, words: str) -> Any:
    return page.get_by_role("button", name=words, exact=True).first
