"""For everyone: axe-core finds nothing on any page or dialog; nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_rig
import pytest
from clinic_rig import Person, Served, person, served
from leancue.library import Library

CLIP = "51C0DE00000000AC"
WIDTHS = (320, 390, 820, 1280)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> str:
    return axe_rig.source(tmp_path_factory.mktemp("axe"))


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page with the example patient, marks on its last run, two who work there, and a clip."""
    folder = tmp_path_factory.mktemp("access")
    with Library(folder / "library") as library:
        library.clinic.set(people="AB CD", name="Clinic at the river")
        library.add_example()
        run = library.runs.of("EXAMPLE")[0].id
        library.marks.put(run, 0, "", 2800, 30)
        library.patients.add("K-014")
    with served(folder, f"sim:short,uid={CLIP}") as page:
        yield page


def pages(clinic: Served) -> dict[str, str]:
    with Library(clinic.library) as library:
        run = library.runs.of("EXAMPLE")[0].id
    return {
        "/": "table.list",
        "/patient/EXAMPLE": ".small-charts",
        "/patient/K-014": ".today",
        "/patient/EXAMPLE/prescription": ".posture-figure",
        f"/run/{run}": ".run-chart svg",
        "/clip?patient=EXAMPLE": ".card.clip",
        f"/live?uid={CLIP}": ".stage-place:not(:has-text('Looking'))",
        "/patient/EXAMPLE/compare": ".chart svg",
        "/clinic": ".card.safety",
        "/nowhere": ".card.empty",
    }


# Contrast depends on the scheme, and what is there on the width: each of both once.
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_axe_finds_nothing_on_any_page(
    browser: Any, clinic: Served, program: str, scheme: str, width: int
) -> None:
    with person(browser, clinic, {"width": width, "height": 800}) as me:
        me.page.emulate_media(color_scheme=scheme)
        for path, wait_for in pages(clinic).items():
            me.go(path, wait_for)
            assert axe_rig.violations(me.page, program) == [], path


def test_axe_finds_nothing_on_any_dialog(browser: Any, clinic: Served, program: str) -> None:
    with person(browser, clinic) as me:
        for open_it in DIALOGS:
            open_it(me)
            assert found_light_and_dark(me, program) == [], open_it.__name__


def test_axe_finds_nothing_in_a_check_of_a_clip(browser: Any, tmp_path: Path, program: str) -> None:
    with (
        served(tmp_path, "sim:bench") as page,
        person(browser, page) as me,
    ):
        _check_a_clip(me)
        assert found_light_and_dark(me, program) == []


def found_light_and_dark(me: Person, program: str) -> list[tuple[str, str]]:
    """What axe-core finds on what has just been opened, in each scheme."""
    found = []
    for scheme in ("light", "dark"):
        me.page.emulate_media(color_scheme=scheme)
        me.page.wait_for_timeout(_OPENED_MS)  # while it grows, its colours are half there
        me.page.wait_for_selector(_AXE_LOADS, state="detached")
        found += [(scheme, rule) for rule in axe_rig.violations(me.page, program)]
    return found


# Quasar's bar over what is loaded: axe-core itself loads the style sheets.
_AXE_LOADS = ".q-loading-bar:not([aria-hidden=true])"


def _ask_to_erase(me: Person) -> None:
    me.go("/patient/K-014", ".today")
    me.press("Erase …")
    me.page.get_by_role("alertdialog").wait_for()


def _ask_about_a_look_alike(me: Person) -> None:
    me.go("/")
    me.page.get_by_label("Code of a new patient").fill("k014")
    me.press("Add patient")
    me.page.get_by_role("alertdialog").wait_for()


def _fail(me: Person) -> None:
    me.go("/")
    me.page.get_by_label("Code of a new patient").fill("Anna Example")
    me.press("Add patient")
    me.told("letters, digits")


def _print(me: Person) -> None:
    me.go("/patient/EXAMPLE", ".small-charts")
    me.press("Print …")
    me.page.get_by_role("link", name="Open the PDF").wait_for()


def _make_a_clip(me: Person) -> None:
    me.go("/clip", ".card.clip")
    me.press("Make a clip")
    me.page.locator(".make-clip p").first.wait_for()


def _check_a_clip(me: Person) -> None:
    me.go("/clip", ".card.clip")
    me.press("Check this clip")
    me.sees("Lay the clip on the table")


def _ask_to_bring_a_copy_back(me: Person) -> None:
    me.go("/clinic", ".card.safety")
    card = me.page.locator(".card.safety")
    card.get_by_label("Folder for copies").fill(str(me.served.library.parent / "copies"))
    me.press("Make a safety copy", within=card)
    me.told("It holds health data")
    me.press("Show what would change", within=card)
    me.press("Restore …", within=card)
    me.page.get_by_role("alertdialog").wait_for()


DIALOGS = (_ask_to_erase, _ask_about_a_look_alike, _fail, _print, _make_a_clip,
           _ask_to_bring_a_copy_back)  # fmt: skip
_OPENED_MS = 300


def test_nothing_scrolls_sideways(browser: Any, clinic: Served) -> None:
    with person(browser, clinic) as me:
        for path, wait_for in pages(clinic).items():
            me.go(path, wait_for)
            for width in WIDTHS:  # nothing but style sheets lays out: no need to load it anew
                me.page.set_viewport_size({"width": width, "height": 800})
                assert beyond(me) == [], f"{path} at {width} px"


def beyond(me: Person) -> list[str]:
    """What lies beyond the page's right edge, once the page has settled."""
    for _look in range(50):
        found: list[str] = me.page.evaluate(_BEYOND)
        if not found:
            break
        me.page.wait_for_timeout(100)
    return found


# What a box that hides what is beyond it would cut off; charts and tables scroll in their own.
_BEYOND = """() => {
  const cut = [...document.querySelectorAll("#content *")].filter((e) => {
    const right = e.getBoundingClientRect().right;
    return right > document.documentElement.clientWidth + 1
      && !e.closest(".table-box, .chart, .small-charts, svg, .unseen, [hidden]");
  });
  const wide = document.documentElement.scrollWidth > innerWidth ? [document.body] : [];
  return [...cut, ...wide].map((e) => `${e.tagName}.${e.className}`);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_white_and_bears_no_questions(browser: Any, clinic: Served, scheme: str) -> None:
    with person(browser, clinic) as me:
        me.page.emulate_media(media="print", color_scheme=scheme)
        me.go("/patient/EXAMPLE", ".small-charts")
        colours = me.page.evaluate(_COLOURS)
        assert colours == ["rgb(255, 255, 255)", "rgb(29, 39, 51)", "rgb(29, 39, 51)"]
        for pressed in (".today", ".pain-row", ".head", ".button"):
            assert not me.page.locator(pressed).first.is_visible(), pressed
        assert me.page.locator(".small-charts svg").first.is_visible()


_COLOURS = """() => [getComputedStyle(document.body).backgroundColor,
  getComputedStyle(document.body).color, getComputedStyle(document.querySelector("h1")).color]"""


def _goes_in_and_keeps(me: Person, address_comes: str = "0") -> None:
    me.go("/", "table.list")
    me.page.get_by_role("link", name="EXAMPLE", exact=True).focus()
    me.page.keyboard.press("Enter")
    me.page.wait_for_selector(".small-charts")
    me.page.wait_for_function("document.activeElement.tagName === 'H1'")
    me.page.get_by_role("button", name="Keep", exact=True).first.focus()
    me.page.evaluate(address_comes)
    me.page.keyboard.press("Enter")
    me.told("The pain is kept")
    me.page.wait_for_function("document.activeElement.isConnected && "
                              "document.activeElement.textContent === 'Keep'")  # fmt: skip


def test_the_focus_is_kept_or_goes_to_the_heading(browser: Any, clinic: Served) -> None:
    with person(browser, clinic) as me:
        _goes_in_and_keeps(me)


# A busy computer shows a page some time before its address.
_ADDRESS_WAITS = """const push = history.pushState;
window.addressComes = new Promise((known) => {
  history.pushState = (...all) => { known(() => push.apply(history, all)); };
});"""
_ADDRESS_COMES = "addressComes.then((come) => come())"


def test_the_focus_is_kept_where_the_address_comes_late(browser: Any, clinic: Served) -> None:
    with person(browser, clinic) as me:
        me.page.add_init_script(_ADDRESS_WAITS)
        _goes_in_and_keeps(me, _ADDRESS_COMES)


_ADDED = """name => { const late = document.createElement("button");
  late.textContent = name; document.querySelector("#content").append(late); return late; }"""


def _button_lost(me: Person, name: str) -> None:
    me.go("/patient/EXAMPLE", ".small-charts")
    me.page.evaluate(f"name => ({_ADDED})(name).focus()", name)
    me.page.evaluate("document.activeElement.remove()")
    me.page.wait_for_function("document.activeElement.tagName === 'H1'")


def test_the_focus_comes_back_to_what_is_drawn_late(browser: Any, clinic: Served) -> None:
    with person(browser, clinic) as me:
        _button_lost(me, "Alone")
        me.page.evaluate(_ADDED, "Another")
        me.page.evaluate(_ADDED, "Alone")
        me.page.wait_for_function("document.activeElement.textContent === 'Alone'")


def test_the_focus_stays_where_the_person_went(browser: Any, clinic: Served) -> None:
    with person(browser, clinic) as me:
        _button_lost(me, "Alone")
        me.page.keyboard.press("ArrowDown")
        me.page.evaluate(_ADDED, "Alone")
        assert me.page.evaluate("document.activeElement.tagName") == "H1"


def test_of_several_alike_the_same_one_has_the_focus(browser: Any, clinic: Served) -> None:
    with person(browser, clinic) as me:
        me.go("/patient/EXAMPLE", ".small-charts")
        me.page.evaluate(f"for (const i of [0, 1, 2]) ({_ADDED})('Same').className = 'same'")
        second = "document.querySelectorAll('button.same')[1]"
        me.page.evaluate(second + ".focus()")
        me.page.evaluate(f"const old = {second}; old.replaceWith(old.cloneNode(true))")
        me.page.wait_for_function("document.activeElement === " + second)


def test_an_error_is_an_alert(browser: Any, clinic: Served) -> None:
    with person(browser, clinic) as me:
        me.page.goto(clinic.home + "/patient/NOBODY")
        me.page.get_by_role("alert").get_by_text("The library has no patient NOBODY").wait_for()


def test_every_field_has_a_name_in_the_browsers_own_tree(browser: Any, clinic: Served) -> None:
    with person(browser, clinic) as me:
        for path, wait_for in pages(clinic).items():
            me.go(path, wait_for)
            session = me.page.context.new_cdp_session(me.page)
            nodes = session.send("Accessibility.getFullAXTree")["nodes"]
            fields = [n for n in nodes if not n.get("ignored") and n["role"]["value"] in _FIELDS]
            assert [n for n in fields if not n.get("name", {}).get("value")] == [], path


_FIELDS = ("textbox", "combobox", "checkbox", "button", "link", "spinbutton")
