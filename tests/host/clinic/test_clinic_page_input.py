"""Wrong input in every field is reported and not saved; the keyboard reaches everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from clinic_rig import Person, Served, person, served
from leancue.library import Library
from leancue.prescriptions.prescription_values import BY_CORE
from leancue.report.sentences import plus_minus
from leancue.runs.measurement_error import METHOD_ERROR

CODE = "K-031"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page whose library has one patient."""
    folder = tmp_path_factory.mktemp("input")
    with Library(folder / "library") as library:
        library.patients.add(CODE)
    with served(folder) as page:
        yield page


@pytest.fixture
def me(browser: Any, clinic: Served) -> Iterator[Person]:
    with person(browser, clinic) as somebody:
        yield somebody


def run_of_the_example(clinic: Served) -> int:
    """The example's last run, 28 min long."""
    with Library(clinic.library) as library:
        if not library.patients.has("EXAMPLE"):
            library.add_example()
        return library.runs.of("EXAMPLE")[0].id


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "Please type a code. For example K-014."),
        ("Anna Example", "letters, digits and - _ . only"),
        ("K" * 25, "1 to 24 characters"),
        (CODE, "already"),
        ("<b>x</b>", "letters, digits"),
        ("unnamed", "A clip without a prescription"),
    ],
)
def test_a_code_that_cannot_be_one(me: Person, code: str, words: str) -> None:
    me.page.get_by_label("Code of a new patient").fill(code)
    me.press("Add patient")
    me.told(words)
    assert me.page.url == me.served.home + "/"
    assert me.page.get_by_label("Code of a new patient").get_attribute("aria-invalid") == "true"


def test_every_number_of_a_prescription(me: Person, clinic: Served) -> None:
    me.go(f"/patient/{CODE}/prescription", ".posture-figure")
    me.page.get_by_text("More", exact=True).click()
    labels = [key.label for name, key in BY_CORE.items() if name not in _LISTS]
    places = [*labels, "Minutes of session 8", "Time with cues of session 1"]
    for label in places:
        field = me.page.get_by_label(label, exact=True)
        right = field.input_value()
        for wrong in ("seven", "9999", "0.0001"):
            field.fill(wrong)
            me.page.locator(f".field.wrong:has(label:text-is('{label}'))").wait_for()
            assert field.get_attribute("aria-invalid") == "true"
            me.sees("Correct first")
        me.press("Keep")
        me.told("Please correct the marked values")
        field.fill(right)
        me.page.locator(".field.wrong").wait_for(state="detached")
    me.page.get_by_label("Band ends above the own lean", exact=True).fill("5")
    me.sees("the band is inverted".capitalize())
    me.press("Keep")
    me.told("Please correct the marked values")
    with Library(clinic.library) as library:
        assert library.prescriptions.current(CODE) is None


_LISTS = ("minutes", "feedback_percent")


def test_pain_and_notes(me: Person, clinic: Served) -> None:
    run_of_the_example(clinic)
    me.go("/patient/EXAMPLE", ".small-charts")
    pain = me.page.locator(".pain-row").first
    for wrong in ("11", "-1", "much", "2.5", "9" * 5000):
        pain.locator("input").fill(wrong)
        pain.get_by_role("button", name="Keep").click()
        pain.get_by_text("0 to 10").wait_for()
    me.press("Keep the note")
    me.told("A note of 0 characters is not accepted")
    me.page.get_by_label("New note").fill("x" * 4001)
    me.press("Keep the note")
    me.told("A note of 4001 characters is not accepted")
    me.page.get_by_label("New note").fill("<i>sand</i>")
    me.press("Keep the note")
    me.told("The note is kept")
    me.page.locator(".note", has_text="<i>sand</i>").wait_for()
    with Library(clinic.library) as library:
        assert [s.pain for s in library.sessions.of("EXAMPLE")][-1] == 2


@pytest.mark.parametrize("path", ["/patient/NOBODY", "/run/999", "/run/x", "/clip?patient=NOBODY",
                                  "/patient/NOBODY/prescription"])  # fmt: skip
def test_what_is_not_there_is_told(me: Person, path: str) -> None:
    me.go(path, ".card.empty")
    assert "no " in me.told("library has no")


@pytest.mark.parametrize("name", ["x", "9223372036854775808"])
def test_a_run_that_cannot_be_is_named_as_it_was_asked_for(me: Person, name: str) -> None:
    me.go(f"/run/{name}", ".card.empty")
    me.told(f"The library has no run {name}.")


def test_archive_can_be_undone_and_erase_takes_two_steps(me: Person, clinic: Served) -> None:
    run_of_the_example(clinic)
    me.go("/", "table.list")
    me.press("Archive EXAMPLE")
    me.told("nothing was erased")
    assert me.page.get_by_role("link", name="EXAMPLE", exact=True).count() == 0
    me.press("Undo")
    me.page.get_by_role("link", name="EXAMPLE", exact=True).wait_for()
    me.go("/patient/EXAMPLE", ".small-charts")
    me.press("Erase …")
    question = me.page.get_by_role("alertdialog")
    assert "8 runs" in question.inner_text() and "permanently" in question.inner_text()
    assert question.get_by_role("button").first.inner_text() == "Keep everything"
    me.page.keyboard.press("Escape")
    question.wait_for(state="hidden")
    me.press("Erase …")
    me.press("Permanently erase EXAMPLE")
    me.page.wait_for_url(clinic.home + "/")
    me.told("EXAMPLE is permanently erased.")
    with Library(clinic.library) as library:
        assert not library.patients.has("EXAMPLE")


def test_the_example_comes_and_goes_by_one_click(me: Person, clinic: Served) -> None:
    with Library(clinic.library) as library:
        library.remove_example()
    me.go("/")
    me.press("Make an example patient")
    me.told("The example patient is here")
    me.page.get_by_role("link", name="EXAMPLE", exact=True).wait_for()
    me.press("Remove the example")
    me.told("The example patient and all its data are removed")
    with Library(clinic.library) as library:
        assert not library.patients.has("EXAMPLE") and library.patients.has(CODE)


def test_search_and_sort(me: Person) -> None:
    me.add("A-100")
    me.add("B-200")
    me.go("/", "table.list")
    codes = me.page.locator("tbody th a")
    found = codes.all_inner_texts()
    assert {"A-100", "B-200", CODE} <= set(found) and found == sorted(found)
    for order in ("ascending", "descending"):  # what is to be looked at came first
        me.page.locator("th button").first.click()
        me.page.locator(f"th[aria-sort={order}]").first.wait_for()
    assert codes.all_inner_texts() == found[::-1]
    me.page.get_by_label("Search").fill("b-2")
    me.heading("1 of ")
    assert codes.all_inner_texts() == ["B-200"]
    me.page.get_by_label("Search").fill("zzz")
    me.sees("No patient matches")


def test_a_visit_by_keyboard_alone(me: Person, clinic: Served) -> None:
    keys = me.page.keyboard
    me.go("/", "table.list")
    me.tab_to("Code of a new patient")
    keys.type("T-001")
    keys.press("Enter")
    me.heading("T-001")
    me.tab_to("Prescribe")
    keys.press("Enter")
    me.page.wait_for_selector(".posture-figure")
    before = me.page.locator(".trunk").get_attribute("transform")
    me.tab_to("Own lean")
    keys.type("8")
    me.page.wait_for_function(
        "(before) => document.querySelector('.trunk').getAttribute('transform') !== before",
        arg=before,
    )
    me.tab_to("Time with cues of session 8")
    me.tab_to("Keep and go to the clip")
    keys.press("Enter")
    me.page.wait_for_url("**/clip?patient=T-001")
    with Library(clinic.library) as library:
        made = library.prescriptions.current("T-001")
        assert made and made.values["baseline_cdeg"] == 800
    me.go(f"/run/{run_of_the_example(clinic)}", ".run-chart svg")
    me.tab_to("Lean over time.")
    keys.press("+")
    me.page.locator(".quiet", has_text="Shown: 7:00 min to 21:00 min").wait_for()
    keys.press("Shift+ArrowRight")
    me.page.locator(".quiet", has_text="Shown: 10:30 min to 24:30 min").wait_for()
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    error = plus_minus(METHOD_ERROR.own_deg).replace("\u00a0", " ")
    assert error in me.page.locator(".values").inner_text()
    keys.press("0")
    me.sees("Shown: the whole run")


def test_a_part_of_a_run_is_drawn_by_dragging(me: Person, clinic: Served) -> None:
    me.go(f"/run/{run_of_the_example(clinic)}", ".run-chart svg")
    chart = me.page.locator(".run-chart svg")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    mouse = me.page.mouse
    mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 200)
    me.page.locator(".values", has_text="steps/min").wait_for()
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 220, steps=4)
    mouse.up()
    shown = me.page.locator(".quiet", has_text="Shown: 7:5")
    shown.wait_for()
    me.page.locator(".run-chart").dblclick(position={"x": 300, "y": 200})
    me.sees("Shown: the whole run")


def test_a_long_list_shows_its_beginning_and_all_on_request(me: Person, clinic: Served) -> None:
    with Library(clinic.library) as library:
        for i in range(45):
            library.patients.add(f"L-{i:03d}")
    me.go("/", "table.list")
    rows = me.page.locator("tbody tr")
    assert rows.count() == 40
    me.press("show all of them")
    rows.nth(44).wait_for()
    assert rows.count() >= 45
