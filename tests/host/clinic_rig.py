"""The clinic's page as a person meets it: the real program, the real browser, simulated clips.

What is pressed is named in the language that is spoken here (``speaking``); English by default.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest
import warm_clinic
from leancue.language.words import _

from tools.browser import path as chromium_path

pytest.importorskip("nicegui", reason="the page needs nicegui: pip install 'leancue[clinic]'")
sync_api = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")

CHROMIUM = chromium_path()
WIDE, TABLET = {"width": 1280, "height": 800}, {"width": 820, "height": 1180}
_PROGRAM = "import runpy; runpy.run_module('leancue', run_name='__main__', alter_sys=True)"
_PATIENCE_MS = 60_000  # a busy computer may take long; waited for only where something is wrong
sync_api.expect.set_options(timeout=_PATIENCE_MS)
_CHROMIUM_OPTIONS = ("--no-sandbox", "--disable-gpu")


@dataclass
class Served:
    """A running page. ``url`` opens it once; ``home`` is where it is then.

    Its visitors are tabs of one browser window, as on a desk: what NiceGUI loads is loaded once.
    """

    url: str
    library: Path
    process: subprocess.Popen[str] | warm_clinic.Program
    home: str = ""
    let_in: Any = None  # what the browser kept after entering
    _window: Any = None

    @property
    def origin(self) -> str:
        return self.url.split("/?")[0]

    @property
    def port(self) -> int:
        return int(self.origin.rpartition(":")[2])

    def enter(self, browser: Any) -> Any:
        """Open the page once, as a person does; return what the browser keeps of it."""
        if self.let_in is None:
            tab = self._in_window(browser)
            tab.goto(self.url)
            tab.wait_for_url(lambda url: "token" not in url, wait_until="commit")
            self.home = tab.url.rstrip("/")
            self.let_in = self._window.storage_state()
            tab.close()
        return self.let_in

    def tab(self, browser: Any) -> Any:
        """A new empty tab of a browser that was let in."""
        self.enter(browser)
        return self._in_window(browser)

    def _in_window(self, browser: Any) -> Any:
        if self._window is None:
            self._window = browser.new_context(viewport=WIDE, storage_state=self.let_in)
            self._window.on("close", self._closed)
        return self._window.new_page()

    def close_window(self) -> None:
        if self._window is not None:
            self._window.close()

    def _closed(self, _window: Any) -> None:
        self._window = None


@contextmanager
def served(
    folder: Path,
    *devices: str,
    options: tuple[str, ...] = ("--no-browser",),
    before: str = "",
    warm: bool = warm_clinic.HERE,
    **env: str,
) -> Iterator[Served]:
    """``leancue clinic`` in a process of its own, with a library in ``folder``.

    ``before``: Python that runs there first, to make something go wrong. ``warm``: forked off a
    process that has read its modules; a test of its start or end wants it from the beginning.
    """
    library = folder / "library"
    words = ["clinic", *options, "--library", str(library)]
    for device in devices:
        words += ["--device", device]
    environment = {**os.environ, **env, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with (folder / "stderr.txt").open("w") as err:
        begin = warm_clinic.start if warm else _started
        process = begin(words, folder, environment, before, err)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "http://127.0.0.1:" in line, (folder / "stderr.txt").read_text()
        found = Served(line.split()[-1], library, process)
        try:
            yield found
        finally:
            found.close_window()
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def _started(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], before: str, err: IO[str]
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", f"{before}\n{_PROGRAM}", *words],
        stdout=subprocess.PIPE, stderr=err, text=True, cwd=folder, env=environment,
    )  # fmt: skip


@contextmanager
def chromium() -> Iterator[Any]:
    """Debian's Chromium; skips where it is absent."""
    if CHROMIUM is None:
        pytest.skip("browser tests need chromium: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_CHROMIUM_OPTIONS))
        yield found
        found.close()


class Person:
    """Somebody at the page, at the list of patients if nothing else was opened.

    ``asked``: every address that the browser asked for.
    """

    def __init__(self, page: Any, served: Served) -> None:
        self._tab, self.served = page, served
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket: self.asked.append(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.set_default_timeout(_PATIENCE_MS)

    @property
    def page(self) -> Any:
        """The tab; opened at ``/`` by the first who looks at it."""
        if self._tab.url == "about:blank":
            self.go("/")
        return self._tab

    def go(self, path: str, wait_for: str = "h1") -> None:
        """Open a path of the page."""
        self._tab.goto(self.served.home + path)
        self._tab.wait_for_selector(wait_for)

    def press(self, name: str, *, exact: bool = True, within: Any = None) -> None:
        """Press the button with these words."""
        (within or self.page).get_by_role("button", name=name, exact=exact).first.click()

    def follow(self, name: str) -> None:
        """Follow the link with these words."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def told(self, words: str) -> str:
        """Wait until the page says ``words`` in its notice; return all of it."""
        notice = self.page.locator(".notice", has_text=words)
        notice.wait_for()
        return str(notice.inner_text())

    def find_again(self) -> None:
        """Press Find and wait until the clips were found: their cards are built anew."""
        self.page.evaluate(_MARK_CARDS)
        self.press(_("Find"))
        self.page.locator(".card.clip.before").first.wait_for(state="detached")
        self.page.wait_for_function(NOTHING_WORKS)

    def sees(self, words: str) -> None:
        """Wait until ``words`` are seen."""
        self.page.get_by_text(words).first.wait_for()

    def heading(self, words: str) -> str:
        """Wait until the page's answer holds ``words``; return it."""
        heading = self.page.locator("h1", has_text=words)
        heading.wait_for()
        return str(heading.inner_text())

    def add(self, code: str) -> None:
        """Add a patient; one is on the patient's page then."""
        self.go("/")
        self.page.get_by_label(_("Code of a new patient")).fill(code)
        self.press(_("Add patient"))
        self.heading(code)

    def prescribe(self, code: str, own: str = "6.2", minutes: str = "1") -> None:
        """Write a first prescription with an own lean and short sessions."""
        self.go(f"/patient/{code}/prescription", ".posture-figure")
        self.page.get_by_label(_("Own lean"), exact=True).fill(own)
        first = _("{label} of session {session}", label=_("Minutes"), session=1)
        self.page.get_by_label(first, exact=True).fill(minutes)
        self.sees(_("This is the first prescription."))
        self.press(_("Keep"))
        self.told(_("The prescription is kept. It is not on the clip until it is sent."))

    def tab_to(self, name: str, most: int = 80) -> None:
        """Press Tab until what has these words has the focus."""
        for _step in range(most):
            if name in str(self.page.evaluate(_FOCUSED)):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {name!r}")


NOTHING_WORKS = "[...document.querySelectorAll('.working')].every((e) => !e.textContent)"
_MARK_CARDS = "document.querySelectorAll('.card.clip').forEach((e) => e.classList.add('before'))"
_FOCUSED = """() => {
  const e = document.activeElement;
  if (e === document.body) return "";
  const label = e.id && document.querySelector(`label[for="${e.id}"]`);
  return [e.getAttribute("aria-label"), e.textContent, label?.textContent].join(" ");
}"""


def until(is_so: Callable[[], bool], otherwise: str) -> None:
    """Wait until it is so, as long as for anything of the page."""
    give_up_s = time.monotonic() + _PATIENCE_MS / 1000
    while not is_so():
        assert time.monotonic() < give_up_s, otherwise
        time.sleep(0.05)


@contextmanager
def person(browser: Any, served: Served, size: dict[str, int] = WIDE) -> Iterator[Person]:
    """A new tab of the browser at the page; nothing may go wrong in the browser's own code."""
    tab = served.tab(browser)
    if size != WIDE:
        tab.set_viewport_size(size)
    somebody = Person(tab, served)
    try:
        yield somebody
        assert somebody.complaints == []
    except BaseException as error:
        error.add_note(f"The page said: {tab.inner_text('body')}")
        raise
    finally:
        tab.close()
