"""One visit from new patient to home sheet, in each language, with all that may go wrong on it.

Two clips, two tabs, a cable pulled while sending and while pulling, the program ended and begun
again: what the page says is in the person's language, and nothing is lost or mixed up.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from clinic_rig import NOTHING_WORKS, Person, Served, person, served, sync_api, until
from leancue.clip.client import Client
from leancue.language.words import LANGUAGES, N_, _, n_, speaking
from leancue.library import Library
from leancue.transports.addresses import open_transport
from leancue.transports.simulator_process import Simulator

from tools.cable import Cable

NEW, OTHER = "K-500", "K-400"
CLIP_A, CLIP_B = "51C0DE00000005AA", "51C0DE00000005BB"
_A_PRESCRIPTION_BYTES = 200  # no other question to a clip is as long
_READ_BACK = N_("Sent. The clip {uid} read back at {sent}: {patient}. {said}")


@dataclass
class Desk:
    """A clinic's desk: a library, the new patient's clip on a cable, and another patient's."""

    folder: Path
    mine: Simulator
    theirs: Simulator
    cable: Cable

    @contextmanager
    def opened(self, browser: Any) -> Iterator[tuple[Served, Person]]:
        with (
            served(self.folder, self.cable.address, self.theirs.port) as page,
            person(browser, page) as me,
        ):
            yield page, me

    @property
    def library(self) -> Library:
        return Library(self.folder / "library", reading=True)


@pytest.fixture(params=sorted(LANGUAGES))
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


@pytest.fixture
def desk(language: str, tmp_path: Path) -> Iterator[Desk]:
    with (
        Simulator("short", seed=3, uid=CLIP_A) as mine,
        Simulator("short", seed=4, uid=CLIP_B) as theirs,
    ):
        with Library(tmp_path / "library") as library:
            library.clinic.set(language=language)
            library.patients.add(OTHER)
            made = library.prescriptions.add(OTHER, {"baseline_cdeg": 500}, "test")
        with Client(open_transport(theirs.port)) as client:
            client.hello()
            client.set_prescription(made.values)
        cable = Cable(mine.port)
        yield Desk(tmp_path, mine, theirs, cable)
        cable.close()


def card(me: Person, uid: str) -> Any:
    found = me.page.locator(".card.clip", has_text=uid)
    found.wait_for()
    return found


def at_the_clips(me: Person) -> None:
    me.go(f"/clip?patient={NEW}", ".card.clip")


def beginning(words: str) -> str:
    """What a sentence of the page begins with, before its first value."""
    return words.split("{")[0].strip()


def cap_of(me: Person) -> Any:
    return me.page.get_by_label(_("Cap above the own lean"), exact=True)


def failed(me: Person) -> str:
    notice = me.page.locator(".notice.failed")
    notice.wait_for()
    return str(notice.inner_text())


def prescribe_in_two_tabs(browser: Any, me: Person, page: Served) -> None:
    """The second tab keeps first; the first one is told before it keeps anything."""
    me.prescribe(NEW)
    with person(browser, page) as second:
        second.go(f"/patient/{NEW}/prescription", ".posture-figure")
        cap_of(second).fill("15")
        second.press(_("Keep"))
        second.told(_("The prescription is kept. It is not on the clip until it is sent."))
    me.page.locator(".changed .look").wait_for()
    cap_of(me).fill("16")
    me.press(_("Keep"))
    me.press(_("Show the newer one"), within=me.page.get_by_role("alertdialog"))
    me.press(_("Discard them"))
    me.page.wait_for_function("!document.querySelector('.unsaved')")
    sync_api.expect(cap_of(me)).to_have_value(re.compile(r"15(\.0)?"))


def let_the_others_clip_blink(me: Person) -> None:
    """Which of the two is on the desk at the left? It says so, and is free again."""
    theirs = card(me, CLIP_B)
    me.press(_("Blink this one"), within=theirs)
    words = _("{clip}: its light blinks white, its motor ticks.").partition("{clip}")[2]
    theirs.locator(".working", has_text=words).wait_for()
    me.page.wait_for_function(NOTHING_WORKS)
    assert not me.page.locator(".notice.failed").count()


def leave_the_others_clip(me: Person, desk: Desk) -> None:
    """The other patient's clip is asked about, and left alone by the safe answer."""
    me.press(_("Send the prescription"), within=card(me, CLIP_B))
    me.page.get_by_role("alertdialog").get_by_role("button").first.click()
    me.page.get_by_role("alertdialog").wait_for(state="detached")
    with Client(open_transport(desk.theirs.port)) as client:
        assert client.hello().patient == OTHER


def send_over_a_cable_that_is_pulled(me: Person, desk: Desk) -> None:
    """Broken off, nobody knows; asked again, the clip says what it holds."""
    desk.cable.cut_when_asked = _A_PRESCRIPTION_BYTES
    me.press(_("Send the prescription"), within=card(me, CLIP_A))
    assert _(
        "Plug the clip in again and press Find. Pulling continues where it stopped."
    ) in failed(me)
    with desk.library as library:
        (held,) = library.on_clips.of(NEW)
        assert held.sending_s is not None
    me.find_again()
    card(me, CLIP_A).get_by_text(_("{owner}'s clip", owner=NEW)).wait_for()
    with desk.library as library:
        (held,) = library.on_clips.of(NEW)
        assert held.sending_s is None and held.values["cap_offset_cdeg"] == 1500
    me.press(_("Send the prescription"), within=card(me, CLIP_A))
    me.told(beginning(_(_READ_BACK)))


def half_a_note(me: Person, desk: Desk) -> None:
    me.go(f"/patient/{NEW}", ".today")
    me.page.get_by_label(_("New note")).fill("left knee")

    def is_there() -> bool:
        with desk.library as library:
            return library.drafts.get(NEW, "note") is not None

    until(is_there, "no draft of the note")


def pull_over_a_cable_that_is_pulled(me: Person, desk: Desk) -> None:
    desk.mine.go()
    desk.mine.wait_until_over()
    at_the_clips(me)
    card(me, CLIP_A)
    desk.cable.cut_after = 60_000
    me.press(_("Pull runs"), within=card(me, CLIP_A))
    failed(me)
    with desk.library as library:
        assert library.runs.of(NEW) == []
    desk.cable.carried = 0
    me.find_again()
    me.press(_("Pull runs"), within=card(me, CLIP_A))
    me.told(n_("{number} run pulled and filed with {owners}",
               "{number} runs pulled and filed with {owners}", 1, owners=NEW))  # fmt: skip
    with desk.library as library:
        (run,) = library.runs.of(NEW)
        assert run.uid == CLIP_A and run.log_bytes > desk.cable.carried, "it went on"


def printed(me: Person, page: Served, folder: Path) -> str:
    where = me.page.get_by_role("link", name=_("Print the sheet for home")).get_attribute("href")
    answer = me.page.request.get(page.origin + str(where))
    assert answer.status == 200
    (folder / "home.pdf").write_bytes(answer.body())
    words = ["pdftotext", "-layout", str(folder / "home.pdf"), "-"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_a_visit_with_all_that_may_go_wrong(browser: Any, desk: Desk, language: str) -> None:
    with desk.opened(browser) as (page, me):
        me.add(NEW)
        prescribe_in_two_tabs(browser, me, page)
        at_the_clips(me)
        let_the_others_clip_blink(me)
        leave_the_others_clip(me, desk)
        send_over_a_cable_that_is_pulled(me, desk)
        me.press(_("Feel the cues"), within=card(me, CLIP_A))
        me.sees(_("The clip gives every cue in turn. Ask which was which."))
        half_a_note(me, desk)
    with desk.opened(browser) as (page, me):  # the program was ended and begun again
        me.go(f"/patient/{NEW}", ".today")
        assert me.page.get_by_label(_("New note")).input_value() == "left knee"
        me.press(_("Keep the note"))
        me.told(_("The note is kept."))
        pull_over_a_cable_that_is_pulled(me, desk)
        me.follow(_("Show the run"))
        me.page.locator(".run-chart svg").wait_for()
        assert "±" in me.page.locator("h1").first.inner_text()
        me.follow(_("Change the prescription"))
        me.page.locator(".posture-figure").wait_for()
        cap_of(me).fill("14,5" if language == "de" else "14.5")
        me.press(_("Keep and send"))
        me.told(beginning(_(_READ_BACK)))
        paper = printed(me, page, desk.folder)
        assert _("Your plan") in paper and _("Stop and call us") in paper and NEW in paper
    with Client(open_transport(desk.mine.port)) as client:
        client.hello()
        assert client.prescription()["cap_offset_cdeg"] == 1450
    with Client(open_transport(desk.theirs.port)) as client:
        assert client.hello().patient == OTHER, "the other's clip was never touched"
