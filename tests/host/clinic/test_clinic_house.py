"""The clinic's settings on the page: language, users, lock, printing, safety copies."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_rig
import pytest
from clinic_rig import Person, Served, person, served
from leancue.clinic.desk_lock import DeskLock
from leancue.library import Library


class Minutes:
    """A clock that is moved by hand."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_the_desk_locks_when_left_alone_and_only_with_a_pin() -> None:
    clock = Minutes()
    lock = DeskLock(clock)
    clock.now_s = 599
    assert not lock.look(10, has_pin=True)
    lock.touch()
    clock.now_s = 1198
    assert not lock.look(10, has_pin=True), "somebody was there"
    clock.now_s = 1199
    assert not lock.look(10, has_pin=False), "nothing could open it"
    assert not lock.look(0, has_pin=True), "switched off"
    assert lock.look(10, has_pin=True) and lock.locked


def test_wrong_pins_make_the_next_try_wait() -> None:
    clock = Minutes()
    lock = DeskLock(clock)
    lock.lock(has_pin=True)
    for _try in range(3):
        assert not lock.attempt(lambda: False)
    assert lock.wait_s() == pytest.approx(5.0)
    assert not lock.attempt(lambda: True), "too soon: it was not even looked at"
    clock.now_s += 5.0
    assert lock.attempt(lambda: True) and not lock.locked


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> str:
    return axe_rig.source(tmp_path_factory.mktemp("axe"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic's library with the example patient, and two people who work there."""
    folder = tmp_path_factory.mktemp("filled") / "library"
    with Library(folder) as library:
        library.add_example()
        library.clinic.set(people="AB CD", name="Clinic at the river")
    return folder


@contextmanager
def clinic_in(folder: Path, filled: Path, before: str = "") -> Iterator[Served]:
    """The page of a library of its own, filled like that one."""
    shutil.copytree(filled, folder / "library")
    with served(folder, before=before) as found:
        yield found


@pytest.fixture
def page(tmp_path: Path, filled: Path) -> Iterator[Served]:
    with clinic_in(tmp_path, filled) as found:
        yield found


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory, filled: Path) -> Iterator[Served]:
    """The same for tests that change nothing."""
    with clinic_in(tmp_path_factory.mktemp("house"), filled) as found:
        yield found


@pytest.fixture
def me(browser: Any, page: Served) -> Iterator[Person]:
    with person(browser, page) as found:
        yield found


def test_the_page_speaks_german_by_a_setting(me: Person) -> None:
    me.go("/clinic")
    me.page.get_by_role("combobox", name="Language").click()
    me.page.get_by_role("option", name="Deutsch").click()
    me.press("Keep", within=me.page.locator(".card", has_text="On paper"))
    me.heading("Diese Praxis")
    me.go("/patient/EXAMPLE")
    heading = me.heading("weiter nach vorn")
    assert "6,2°" in heading and "forward" not in me.page.inner_text("body")


def test_initials_stand_at_what_is_written(me: Person, page: Served) -> None:
    me.page.get_by_role("combobox", name="Who is working?").click()
    me.page.get_by_role("option", name="CD").click()
    me.go("/patient/EXAMPLE")
    me.page.get_by_label("New note").fill("runs upright")
    me.press("Keep the note")
    me.told("The note is kept")
    me.sees("(CD): runs upright")
    me.go("/clinic")
    newest = me.page.locator("table.list tbody tr").first.inner_text()
    assert "CD" in newest and "EXAMPLE" in newest and "note written" in newest


def test_a_locked_page_shows_and_prints_nothing_until_the_pin(me: Person) -> None:
    me.go("/clinic")
    me.page.get_by_label("New PIN").fill("4711")
    me.press("Keep the lock")
    me.page.get_by_role("button", name="Lock", exact=True).wait_for()
    me.go("/patient/EXAMPLE")
    me.press("Lock")
    me.heading("The page is locked.")
    assert not me.page.get_by_text("farther forward").first.is_visible()
    answer = me.page.request.get(f"{me.served.home}/print/patient/EXAMPLE.pdf")
    assert answer.status == 423
    me.page.reload()
    me.heading("The page is locked.")
    assert "farther forward" not in me.page.content(), "nothing of it is sent"
    me.page.get_by_label("PIN").fill("0000")
    me.press("Open")
    me.sees("This is not the PIN.")
    me.page.get_by_label("PIN").fill("4711")
    me.press("Open")
    me.heading("farther forward")


def test_what_is_chosen_goes_on_paper(me: Person) -> None:
    me.go("/patient/EXAMPLE")
    me.press("Print …")
    field = me.page.get_by_label("For the patient: a comment")
    field.fill("Keep the stride short.")
    me.page.get_by_text("The report, for your records").click()
    link = me.page.locator("a[href*='report=1']", has_text="Open the PDF")
    link.wait_for()
    where = str(link.get_attribute("href"))
    assert "home=1" in where and "notes=0" in where
    answer = me.page.request.get(me.served.origin + where)
    assert answer.status == 200 and answer.body().startswith(b"%PDF")


def test_two_runs_are_compared_and_the_picture_saved(me: Person) -> None:
    me.go("/patient/EXAMPLE/compare")
    me.heading("Beyond the error: mean lean +")
    for name, begin in (("Save as PNG", b"\x89PNG"), ("Save as SVG", b"<svg")):
        where = str(me.page.get_by_role("link", name=name).get_attribute("href"))
        answer = me.page.request.get(me.served.origin + where)
        assert answer.status == 200 and answer.body().startswith(begin)


def test_a_safety_copy_is_made_closed_and_tried_in_words(me: Person, tmp_path: Path) -> None:
    me.go("/clinic")
    card = me.page.locator(".card.safety")
    card.get_by_label("Folder for copies").fill(str(tmp_path / "copies"))
    card.get_by_label("Passphrase", exact=True).fill("a long passphrase")
    me.press("Make a safety copy", within=card)
    me.told("It holds health data")
    (made,) = (tmp_path / "copies").iterdir()
    assert made.name.endswith(".tar.age")
    card.get_by_label("Its passphrase").fill("a long passphrase")
    me.press("Show what would change", within=card)
    me.sees("another folder, not deleted")


def _with_a_copy(me: Person, folder: Path) -> Any:
    """The card of safety copies, once there is one in ``folder``."""
    me.go("/clinic")
    card = me.page.locator(".card.safety")
    card.get_by_label("Folder for copies").fill(str(folder))
    me.press("Make a safety copy", within=card)
    me.told("It holds health data")
    return card


def test_a_copy_is_brought_back_after_a_question_and_every_window_shows_it(
    browser: Any, me: Person, page: Served, tmp_path: Path
) -> None:
    card = _with_a_copy(me, tmp_path / "copies")
    with person(browser, page) as other:
        other.add("K-777")
        other.go("/", "table.list")
        me.press("Show what would change", within=card)
        me.sees("Patients that are not in the copy and would be lost from the list: K-777.")
        me.press("Restore …", within=card)
        question = me.page.get_by_role("alertdialog")
        question.get_by_role("button").first.click()  # the safe answer
        question.wait_for(state="detached")
        with Library(tmp_path / "library", reading=True) as library:
            assert library.patients.has("K-777")
        me.press("Restore …", within=card)
        me.press("Restore", within=me.page.get_by_role("alertdialog"))
        told = me.told("The library was restored from")
        other.page.get_by_text("K-777").wait_for(state="detached")
        other.add("K-778")  # the page goes on with what came back
    with Library(tmp_path / "library", reading=True) as library:
        assert [patient.code for patient in library.patients.all()] == ["EXAMPLE", "K-778"]
    aside = Path(told.partition("The former library is at ")[2].partition(": delete")[0])
    with Library(aside, reading=True) as library:
        assert library.patients.has("K-777"), "put aside, not lost"


_GIVES_UP_SOON = "from leancue.library import locks; locks.ALONE_WAIT_S = 0.1"


def test_a_library_that_another_program_has_open_is_not_replaced(
    browser: Any, tmp_path: Path, filled: Path
) -> None:
    with clinic_in(tmp_path, filled, _GIVES_UP_SOON) as page, person(browser, page) as me:
        card = _with_a_copy(me, tmp_path / "copies")
        with Library(tmp_path / "library"):
            me.press("Show what would change", within=card)
            me.press("Restore …", within=card)
            me.press("Restore", within=me.page.get_by_role("alertdialog"))
            me.page.locator(".notice.failed", has_text="is open in another program").wait_for()
        me.add("K-779")


OURS = (("/clinic", ".card.safety"), ("/patient/EXAMPLE/compare", ".chart svg"))
ALL = (*OURS, ("/", "table.list"), ("/patient/EXAMPLE", ".small-charts"),
       ("/patient/EXAMPLE/prescription", ".posture-figure"))  # fmt: skip


# Wide and dark, and narrow and light: with all other pages, in test_clinic_access.
def test_axe_finds_nothing_on_a_wide_light_page(
    browser: Any, looked_at: Served, program: str
) -> None:
    with person(browser, looked_at) as me:
        me.page.emulate_media(color_scheme="light")
        for path, wait_for in ALL:
            me.go(path, wait_for)
            me.page.wait_for_timeout(300)
            assert axe_rig.violations(me.page, program) == [], path
        me.go("/patient/EXAMPLE", ".small-charts")
        me.press("Print …")
        me.page.get_by_role("link", name="Open the PDF").wait_for()
        me.page.wait_for_timeout(500)
        assert axe_rig.violations(me.page, program) == [], "the print dialog"


def test_nothing_of_it_scrolls_sideways(browser: Any, looked_at: Served) -> None:
    with person(browser, looked_at) as somebody:
        for path, wait_for in OURS:
            somebody.go(path, wait_for)
            for width in (320, 390, 820):
                somebody.page.set_viewport_size({"width": width, "height": 800})
                assert somebody.page.evaluate(_BEYOND) <= 0, f"{path} at {width} px"


@pytest.mark.parametrize("language", ["en", "de"])
def test_letters_twice_as_large_scroll_nothing_sideways(
    browser: Any, page: Served, language: str
) -> None:
    """200 % at 1280 px is what a browser shows on 640 CSS px; and letters alone twice as large."""
    with person(browser, page, {"width": 640, "height": 512}) as somebody:
        if language == "de":
            somebody.go("/clinic")
            somebody.page.get_by_role("combobox", name="Language").click()
            somebody.page.get_by_role("option", name="Deutsch").click()
            somebody.press("Keep", within=somebody.page.locator(".card", has_text="On paper"))
            somebody.heading("Diese Praxis")
        for path, wait_for in (*ALL, ("/clip?patient=EXAMPLE", "h1")):
            somebody.go(path, wait_for)
            for letters in ("100%", "200%"):
                somebody.page.evaluate(f"document.documentElement.style.fontSize = '{letters}'")
                beyond = somebody.page.evaluate(_BEYOND)
                assert beyond <= 0, f"{path} with letters of {letters}"


_BEYOND = "document.documentElement.scrollWidth - innerWidth"
