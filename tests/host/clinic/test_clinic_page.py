"""The whole visit in a browser: patient, prescription, clip, run, pull, trend, print."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clinic_rig import TABLET, WIDE, Person, Served, person, served, sync_api
from leancue.library import Library
from leancue.transports.simulator_process import Simulator

from tools.cable import Cable

CLIP_A, CLIP_B = "51C0DE00000000AA", "51C0DE00000000BB"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page with two simulated clips, and an empty library."""
    clips = (f"sim:short,uid={CLIP_A}", f"sim:short,seed=2,uid={CLIP_B}")
    with served(tmp_path_factory.mktemp("clinic"), *clips) as page:
        yield page


@pytest.fixture
def me(browser: Any, clinic: Served) -> Iterator[Person]:
    """Somebody at that page."""
    with person(browser, clinic) as somebody:
        yield somebody


def card(me: Person, uid: str) -> Any:
    """The clip's card, once the clips are found."""
    found = me.page.locator(".card.clip", has_text=uid)
    found.wait_for()
    return found


def choose(me: Person, within: Any, code: str) -> None:
    """Choose a patient's prescription on a clip's card."""
    within.get_by_label("Prescription of").click()
    me.page.get_by_role("option", name=code, exact=True).click()


def words_in(pdf: bytes, folder: Path) -> str:
    """What is printed, as poppler reads it."""
    file = folder / "page.pdf"
    file.write_bytes(pdf)
    words = ["pdftotext", "-layout", str(file), "-"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def hand_over(me: Person, uid: str, code: str) -> None:
    """Make the clip this patient's, whosever it was."""
    me.go(f"/clip?patient={code}", ".card.clip")
    me.press("Send the prescription", within=card(me, uid))
    told = me.page.locator(".notice", has_text="read back at")
    give = me.page.get_by_role("button", name=f"Give the clip to {code}")
    told.or_(give).first.wait_for()
    if give.count():
        give.click()
    told.wait_for()


def test_the_whole_visit(me: Person, clinic: Served, tmp_path: Path) -> None:
    me.add("K-014")
    assert "There is no prescription for K-014 yet." in me.heading("K-014")
    me.prescribe("K-014")
    me.press("Keep and go to the clip")
    card(me, CLIP_A)
    hand_over(me, CLIP_A, "K-014")
    said = me.told("read back at")
    assert "Lean 7 to 10° farther forward than the own 6.2°" in said
    me.press("Let the simulated runner run", within=card(me, CLIP_A))
    me.told("The simulated run has ended")
    me.press("Pull runs", within=card(me, CLIP_A))
    me.told("1 run pulled and filed with K-014")

    me.go("/patient/K-014", ".small-charts")
    assert "Session 2 of 8" in me.heading("Lean 7 to 10°")
    me.page.locator("a[href*='/run/']").first.click()
    assert "±" in me.heading("Ran")
    me.press("Prove the run")
    me.told("Proved: this computer reached the same decisions as the clip.")

    me.press("Closer")
    me.sees("Shown: 0:")
    pdf = me.page.request.get(f"{clinic.home}/print/patient/K-014.pdf")
    assert pdf.status == 200
    printed = words_in(pdf.body(), tmp_path)
    assert "K-014" in printed and "13.2" in printed
    me.go("/")
    assert "1 of 8" in me.page.locator("tr", has_text="K-014").inner_text()
    assert all(url.startswith((clinic.origin, "ws://127.0.0.1:", "data:")) for url in me.asked)


def test_two_patients_and_two_clips_are_not_mixed_up(me: Person, clinic: Served) -> None:
    for code, own in (("K-021", "6"), ("K-022", "5")):
        me.add(code)
        me.prescribe(code, own=own)
    hand_over(me, CLIP_B, "K-022")
    hand_over(me, CLIP_A, "K-021")
    hand_over(me, CLIP_B, "K-021")  # now both are K-021's
    me.go("/clip?patient=K-022", ".card.clip")
    me.heading("None belongs to K-022")
    theirs = card(me, CLIP_A)
    me.press("Send the prescription", within=theirs)
    question = me.page.get_by_role("alertdialog")
    question.wait_for()
    answers = question.get_by_role("button")
    assert answers.first.inner_text() == "Leave it with K-021, send nothing"
    me.page.wait_for_function("document.activeElement.textContent.startsWith('Leave it')")
    me.page.keyboard.press("Enter")
    question.wait_for(state="hidden")
    assert "K-021's clip" in card(me, CLIP_A).inner_text()

    me.press("Send the prescription", within=card(me, CLIP_B))
    me.press("Give the clip to K-022")
    me.told("K-022. Lean 7 to 10° farther forward than the own 5°")
    for uid in (CLIP_B, CLIP_A):
        me.press("Let the simulated runner run", within=card(me, uid))
        me.told("The simulated run has ended")
        me.press("Close")
    me.press("Pull runs", within=card(me, CLIP_B))
    me.told("1 run pulled and filed with K-022")
    me.press("Close")
    me.press("Pull runs", within=card(me, CLIP_A))
    me.page.get_by_role("alertdialog").wait_for()
    me.press("Pull its runs")
    me.told("filed with K-021")
    with Library(clinic.library) as library:
        assert {run.uid for run in library.runs.of("K-022")} == {CLIP_B}
        assert {run.uid for run in library.runs.of("K-021")} == {CLIP_A}


def fresh_example(library: Library) -> None:
    """Add the example patient anew, whichever tests ran before."""
    if library.patients.has("EXAMPLE"):
        library.erase(library.erasure("EXAMPLE"))
    library.add_example()


def test_a_run_of_nobody_known_is_a_question(me: Person, clinic: Served) -> None:
    with Library(clinic.library) as library:
        fresh_example(library)
        data = library.runs.data(library.runs.of("EXAMPLE")[0].id)
        library.remove_example()
        (filing,) = library.file_run(data)
        assert filing.outcome == "questioned"
    me.go("/")
    me.sees("who is not in the library")
    me.press("Whose is it?")
    answers = me.page.get_by_role("alertdialog").get_by_role("button")
    assert answers.first.inner_text() == "Decide later"
    me.press("Add EXAMPLE and file it there")
    me.told("The run now belongs to EXAMPLE.")
    assert me.page.get_by_text("waits to be assigned").count() == 0


# The simulated run may last a second only: what is said meanwhile is written down in the page.
HEAR_LIVE = """() => {
  window.said = [];
  const hear = () => document.querySelectorAll(".live-words")
    .forEach(words => window.said.push(words.textContent));
  new MutationObserver(hear).observe(
    document.body, {subtree: true, childList: true, characterData: true});
}"""


def test_calibrate_feel_and_live(me: Person) -> None:
    me.go("/clip", ".card.clip")
    clip = card(me, CLIP_B)
    me.press("Feel the cues", within=clip)
    me.sees("The clip gives every cue in turn")
    me.press("Live view", within=clip)
    me.page.locator(".live-words", has_text="±").wait_for()
    assert "lean at the lower back" in str(me.page.locator(".live-chart").text_content())
    me.page.evaluate(HEAR_LIVE)
    me.press("Let the simulated runner run", within=clip)
    me.told("The simulated run has ended")
    assert any("steps/min" in said for said in me.page.evaluate("window.said"))
    assert me.page.locator(".live-words").count() == 0, "over: the live view ends"


def test_the_live_view_bears_what_is_asked_meanwhile_and_bars_the_rest(me: Person) -> None:
    me.go("/clip", ".card.clip")
    clip = card(me, CLIP_A)
    me.press("Live view", within=clip)
    clip.locator(".live-words").wait_for()
    me.press("Feel the cues", within=clip)
    me.page.locator(".working", has_text="Asking").wait_for(state="detached")
    assert me.page.locator(".notice.failed").count() == 0
    assert clip.locator(".live-words").count() == 1, "the view goes on"
    clip.get_by_role("button", name="Pull runs", disabled=True).wait_for()
    me.press("Stop the live view", within=clip)
    clip.get_by_role("button", name="Live view", exact=True).wait_for()


def test_a_cable_pulled_during_a_pull(browser: Any, tmp_path: Path) -> None:
    with Simulator("short", seed=3, uid="51C0DE00000000CC") as simulator:
        cable = Cable(simulator.port)
        with served(tmp_path, cable.address) as page, person(browser, page) as me:
            me.add("K-077")
            me.prescribe("K-077")
            me.go("/clip?patient=K-077", ".card.clip")
            me.press("Send the prescription")
            me.told("read back at")
            simulator.go()
            simulator.wait_until_over()
            me.press("Close")
            cable.cut_after = 60_000
            me.press("Pull runs")
            said = me.told("Plug the clip in again")
            assert "Pulling continues where it stopped" in said
            with Library(page.library) as library:
                assert library.runs.of("K-077") == []
            cable.carried = 0
            me.find_again()
            me.press("Pull runs")
            me.told("1 run pulled and filed with K-077")
            with Library(page.library) as library:
                (run,) = library.runs.of("K-077")
                assert run.log_bytes > cable.carried, "it was pulled from its beginning again"
        cable.close()


_SLOW_FIND = """
import time
from leancue.clinic.plugged_clips import PluggedClips as Clips
find = Clips.find
Clips.find = lambda self, library=None: time.sleep(2) or find(self, library)
"""


def test_nothing_can_be_pressed_on_cards_that_are_built_anew(browser: Any, tmp_path: Path) -> None:
    with (
        served(tmp_path, "sim:short", before=_SLOW_FIND) as page,
        person(browser, page) as me,
    ):
        me.go("/clip", ".card.clip")
        pull = me.page.get_by_role("button", name="Pull runs", exact=True)
        assert pull.is_enabled()
        me.press("Find")
        sync_api.expect(pull).to_be_disabled()
        sync_api.expect(pull).to_be_enabled()


def test_no_clip_at_all_says_what_to_do(browser: Any, tmp_path: Path) -> None:
    with served(tmp_path, "socket://127.0.0.1:9") as page, person(browser, page) as me:
        me.go("/clip", ".card.empty")
        me.heading("No clip")
        me.sees("press Find")


@pytest.mark.parametrize("size", [WIDE, TABLET], ids=["wide", "tablet"])
def test_every_page_can_be_read(browser: Any, clinic: Served, size: dict[str, int]) -> None:
    with Library(clinic.library) as library:
        fresh_example(library)
        run = library.runs.of("EXAMPLE")[0].id
    pages = {
        "/": "table.list",
        "/patient/EXAMPLE": ".small-charts",
        "/patient/EXAMPLE/prescription": ".posture-figure",
        f"/run/{run}": ".run-chart svg",
        "/clip": ".card.clip",
        "/nowhere": ".card.empty",
    }
    with person(browser, clinic, size) as me:
        for path, wait_for in pages.items():
            me.go(path, wait_for)
            small = me.page.evaluate(_SMALL_LETTERS)
            assert small == [], f"{path}: letters below 14 px"
            beyond = me.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert beyond <= 0, f"{path} is wider than the window"
            nameless = me.page.evaluate(_NAMELESS)
            assert nameless == [], f"{path}: what has no name cannot be heard"


_SMALL_LETTERS = """() => {
  const small = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const e = walker.currentNode.parentElement;
    if (!text || !e.checkVisibility() || ["SCRIPT", "STYLE", "TITLE", "title"].includes(e.tagName)
        || e.closest("#popup, #too_long_message_popup, .unseen")) continue;
    const scale = e instanceof SVGElement ? e.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(e).fontSize) * scale;
    if (size < 13.9) small.push(`${text.slice(0, 30)}: ${size.toFixed(1)}`);
  }
  return small;
}"""

_NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, textarea, select")]
  .filter((e) => e.checkVisibility() && !(e.textContent.trim() || e.getAttribute("aria-label")
    || e.labels?.length || e.getAttribute("aria-labelledby")))
  .map((e) => e.outerHTML.slice(0, 120))"""


def test_all_clips_are_pulled_and_each_failure_stands_apart(browser: Any, tmp_path: Path) -> None:
    with (
        Simulator("short", seed=5, uid="51C0DE00000000D1") as one,
        Simulator("short", seed=6, uid="51C0DE00000000D2") as other,
    ):
        cable = Cable(other.port)
        with (
            served(tmp_path, one.port, cable.address) as page,
            person(browser, page) as me,
        ):
            for code, uid in (("K-081", "D1"), ("K-082", "D2")):
                me.add(code)
                me.prescribe(code)
                hand_over(me, f"51C0DE00000000{uid}", code)
            for simulator in (one, other):
                simulator.go()
                simulator.wait_until_over()
            blue = card(me, "51C0DE00000000D1")
            blue.get_by_text("Name this clip").click()
            blue.get_by_label("Name of the clip").fill("blue")
            me.press("Keep the name", within=blue)
            blue.get_by_text("K-081's clip: blue").wait_for()
            cable.cut_after = 20_000
            me.press("Pull all")
            lines = me.page.locator("ul.pulled li")
            lines.nth(1).wait_for()
            fine, failed = lines.all_inner_texts()
            assert fine == "blue …00D1: 1 run pulled and filed with K-081."
            assert failed.startswith("…00D2: ") and "Plug the clip in again" in failed
            with Library(page.library) as library:
                assert len(library.runs.of("K-081")) == 1 and library.runs.of("K-082") == []
        cable.close()
