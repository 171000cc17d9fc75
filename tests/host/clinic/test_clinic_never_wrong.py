"""Never wrong, never silent: what changes about a patient is seen, and typed work is never lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clinic_rig import Person, Served, person, served, until
from host_runs import WALL_S, logged, runner
from leancore.coaching.session_plan import UNMEASURED
from leancue.library import Library
from leancue.runs.trend import DAY_S

CODE = "K-200"
CLIP = "51C0DE00000000AE"
UID = "E6605838834F7A2B"  # of the clip that ``logged`` writes as


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page with two patients; the second has a baseline run that the clip refused."""
    folder = tmp_path_factory.mktemp("wrong")
    with Library(folder / "library") as library:
        for code in (CODE, "K-201"):
            library.patients.add(code)
        library.prescriptions.add("K-201", {}, "test")
        library.file_run(
            b"".join(logged(runner(run_s=70), patient="K-201", baseline_cdeg=UNMEASURED))
        )
        library.add_example()
    _misdate(folder / "library")
    with served(folder, f"sim:short,uid={CLIP}") as page:
        yield page


def _misdate(folder: Path) -> None:
    """A run of a clip that was told a wrong time."""
    with Library(folder, clock=lambda: WALL_S + 400 * DAY_S) as library:
        library.patients.add("K-202")
        made = library.prescriptions.add("K-202", {"baseline_cdeg": 600}, "test")
        library.prescriptions.sent(made.id, UID)
        library.file_run(b"".join(logged(runner(run_s=20), run_id=8, patient="K-202")))


@pytest.fixture
def me(browser: Any, clinic: Served) -> Iterator[Person]:
    with person(browser, clinic) as somebody:
        yield somebody


def edit(me: Person, code: str = CODE) -> None:
    me.go(f"/patient/{code}/prescription", ".posture-figure")


def cap(me: Person) -> Any:
    return me.page.get_by_label("Cap above the own lean", exact=True)


def saved(clinic: Served, kind: str, words: str, code: str = CODE) -> None:
    """Wait until a draft is in the library; the page writes it beside what is typed."""

    def is_there() -> bool:
        with Library(clinic.library, reading=True) as library:
            draft = library.drafts.get(code, kind)
        return draft is not None and words in draft.text

    until(is_there, f"no draft of {words}")


def test_a_refused_baseline_is_not_offered_and_told_why(me: Person) -> None:
    me.go("/patient/K-201", ".today")
    me.sees("did not measure the own lean: the run was too short: 69 s of running")
    assert "which the next run measures" in me.heading("Lean 7 to 10°")
    edit(me, "K-201")
    me.sees("the run was too short: 69 s of running, the clip needs 3.0 min")
    assert me.page.get_by_role("button", name=re.compile("Use the measured")).count() == 0


def test_a_date_that_cannot_be_is_not_taken_for_one(me: Person) -> None:
    me.sees("The date of the last session is doubtful")
    me.go("/patient/K-202", ".runs")
    me.sees("That is doubtful: the clip got its prescription later")
    me.page.locator(".runs").get_by_role("link", name="time unknown").click()
    me.sees("That is doubtful: the clip got its prescription later")


def test_a_second_tab_sees_the_change_before_it_keeps(
    browser: Any, me: Person, clinic: Served
) -> None:
    edit(me)
    with person(browser, clinic) as other:
        edit(other)
        cap(other).fill("16")
        other.press("Keep")
        other.told("The prescription is kept")
    me.page.locator(".changed", has_text="was changed in the meantime").wait_for()
    cap(me).fill("15")
    me.press("Keep")
    question = me.page.get_by_role("alertdialog")
    question.wait_for()
    assert "cap" in question.inner_text() or "first prescription" in question.inner_text()
    assert question.get_by_role("button").first.inner_text() == "Show the newer one"
    with Library(clinic.library, reading=True) as library:
        (only,) = library.prescriptions.history(CODE)
        assert only.values["cap_offset_cdeg"] == 1600
    question.get_by_role("button", name="Show the newer one").click()
    me.sees("Since then")
    assert cap(me).input_value() == "15", "what was typed stays as a draft"
    me.press("Discard them")
    me.page.wait_for_function("!document.querySelector('.unsaved')")


def test_a_draft_survives_link_back_reload_and_a_killed_browser(
    browser: Any, me: Person, clinic: Served
) -> None:
    edit(me)
    cap(me).fill("17.5")
    saved(clinic, "prescription", "17.5")
    me.page.locator(".unsaved").wait_for(state="attached")
    asked: list[str] = []
    me.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    me.page.get_by_role("link", name=CODE, exact=True).first.click()
    me.page.locator(".today").wait_for()
    assert len(asked) == 1 and "not saved yet" in asked[0], "asked once"
    me.page.wait_for_url(re.compile(f"/patient/{CODE}$"))  # a page comes before its address
    me.page.go_back()
    me.sees("They are not saved yet")
    assert cap(me).input_value() == "17.5"
    me.page.reload()
    me.sees("They are not saved yet")
    me.page.context.browser and me.page.context.close()
    with person(browser, clinic) as again:
        edit(again)
        again.sees("They are not saved yet")
        assert cap(again).input_value() == "17.5"
        again.press("Keep")
        again.told("The prescription is kept")
        edit(again)
        assert again.page.get_by_text("They are not saved yet").count() == 0


def test_staying_on_a_page_with_unsaved_work(me: Person) -> None:
    edit(me)
    cap(me).fill("14.5")
    me.page.locator(".unsaved").wait_for(state="attached")
    me.page.once("dialog", lambda dialog: dialog.dismiss())
    me.page.get_by_role("link", name="Patients", exact=True).first.click()
    assert cap(me).input_value() == "14.5"
    me.press("Undo all changes")
    me.page.locator(".unsaved").wait_for(state="detached")


def test_a_half_typed_note_survives_everything(me: Person, clinic: Served) -> None:
    me.go("/patient/EXAMPLE", ".today")
    note = me.page.get_by_label("New note")
    note.fill("The left knee was")
    saved(clinic, "note", "The left knee was", "EXAMPLE")
    me.page.get_by_label("Session 7", exact=False).first.fill("3")
    me.press("Keep")
    me.told("is kept")
    assert note.input_value() == "The left knee was"
    me.page.reload()
    me.sees("not saved yet")
    assert me.page.get_by_label("New note").input_value() == "The left knee was"
    me.press("Keep the note")
    me.told("The note is kept")
    assert me.page.get_by_label("New note").input_value() == ""


@pytest.mark.parametrize("code", ["k-200", "K200", "K-2OO", "K_200"])
def test_a_code_that_looks_alike_is_asked_about(me: Person, clinic: Served, code: str) -> None:
    me.go("/")
    me.page.get_by_label("Code of a new patient").fill(code)
    me.press("Add patient")
    question = me.page.get_by_role("alertdialog")
    question.wait_for()
    assert question.get_by_role("button").first.inner_text() == f"Open {CODE}"
    with Library(clinic.library, reading=True) as library:
        assert not library.patients.has(code)
    me.press(f"Open {CODE}")
    me.page.locator(".crumbs", has_text=CODE).wait_for()


def test_a_number_of_an_older_session_is_named_as_such(me: Person) -> None:
    me.go("/patient/EXAMPLE", ".small-charts")
    assert "the clip moved and cues stopped" in str(me.page.locator(".lean svg").text_content())
    me.sees("8 due by now")


def test_a_second_tab_does_not_end_the_live_view_of_the_first(
    browser: Any, me: Person, clinic: Served
) -> None:
    me.go("/clip", ".card.clip")
    me.press("Live view")
    me.page.locator(".live-words").wait_for()
    with person(browser, clinic) as other:
        other.go("/clip", ".card.clip")
        other.page.locator(".working", has_text=re.compile("^$")).first.wait_for(state="attached")
        assert other.page.get_by_role("button", name="Pull runs").is_disabled()
        assert other.page.get_by_role("button", name="Send the prescription").is_disabled()
        other.press("Live view")
        other.page.locator(".live-words").wait_for()
        other.press("Stop the live view")
        other.page.locator(".live-words").wait_for(state="detached")
        other.go("/")
    me.page.wait_for_timeout(700)  # longer than the clip may be quiet
    assert me.page.locator(".live-words").count() == 1
    me.press("Stop the live view")
    me.page.locator(".live-words").wait_for(state="detached")


def test_marks_of_the_live_view_are_kept(me: Person, clinic: Served) -> None:
    with Library(clinic.library) as library:
        library.prescriptions.add("EXAMPLE", {"baseline_cdeg": 620, "minutes": [1] * 8}, "test")
    me.go("/clip?patient=EXAMPLE", ".card.clip")
    me.press("Send the prescription")
    me.told("read back at")
    me.follow("Live, full screen")
    me.page.locator(".stage-number", has_text="°").wait_for()
    box = me.page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.stage-number')).fontSize)"
    )
    assert box >= 120
    me.press("Mark: faster")
    me.sees("The mark is saved with the run.")
    me.page.get_by_label("Speed, km/h").fill("10.8")
    me.page.get_by_label("Incline, %").fill("3")
    me.press("Mark speed and incline")
    me.sees("10.8 km/h, incline 3 % (1.7°)")
    with Library(clinic.library, reading=True) as library:
        first, second = library.marks.waiting(CLIP)
    assert first.words == "faster" and first.live
    assert (second.speed_mm_s, second.incline_permille) == (3000, 30)


def test_speed_and_incline_of_a_run_reach_the_trend(me: Person, clinic: Served) -> None:
    with Library(clinic.library, reading=True) as library:
        run = library.runs.of("EXAMPLE")[0].id
    me.go(f"/run/{run}", ".run-chart svg")
    me.page.get_by_label("Speed, km/h").fill("400")
    me.press("Keep")
    me.sees("Outside the range of running")
    me.page.get_by_label("Speed, km/h").fill("10,8")
    me.page.get_by_label("Incline, %").fill("4")
    me.press("Keep")
    me.told("Speed and incline are kept")
    me.sees("This run was on a slope, 4 % (2.3°) uphill")
    me.go("/patient/EXAMPLE", ".small-charts")
    me.sees("Speed 10.8 km/h in session 7.")


def test_today_is_asked_first_and_kept(me: Person, clinic: Served) -> None:
    me.go(f"/patient/{CODE}", ".today")
    me.page.get_by_role("group", name="Pain before, 0 to 10").get_by_text("4", exact=True).click()
    me.sees("Kept.")
    with Library(clinic.library, reading=True) as library:
        assert library.visits.today(CODE).pain == 4


def test_the_next_step_is_the_blue_one(me: Person, tmp_path: Path) -> None:
    me.go("/clip?patient=EXAMPLE", ".card.clip")
    assert me.page.locator(".step").count() == 5
    assert me.page.locator(".step.next").count() == 1
    assert me.page.locator(".step .button.first").count() == 1


def test_every_tab_sees_what_was_sent_even_one_loaded_anew_meanwhile(
    browser: Any, tmp_path: Path
) -> None:
    with Library(tmp_path / "library") as library:
        library.patients.add(CODE)
        library.prescriptions.add(CODE, {"baseline_cdeg": 620}, "test")
    with (
        served(tmp_path, f"sim:short,uid={CLIP}") as page,
        person(browser, page) as me,
        person(browser, page) as other,
    ):
        other.go(f"/clip?patient={CODE}", ".card.clip")
        me.go(f"/clip?patient={CODE}", ".card.clip")
        other.heading("not assigned yet")
        me.press("Send the prescription")
        me.page.reload()
        for somebody in (me, other):
            somebody.heading(f"1 clip here: {CODE}'s.")
            somebody.page.locator(".step.next", has_text="Stand and bow").wait_for()
