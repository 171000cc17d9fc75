"""Pictures of the current product, taken by a browser that goes through the first visit.

The clinic's page is the real one, with a new library, the example patient and a simulated clip.
A picture is used in a document by ``<!-- picture NAME: WORDS -->``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools import browser
from tools.package import icons

ROOT = Path(__file__).resolve().parents[2]
#: In the order of the visit.
NAMES = (
    "patients", "new-patient", "prescription", "sent", "home-sheet", "live", "pulled", "run",
    "patient", "printed",
)  # fmt: skip
_CODE, _EXAMPLE = "K-014", "EXAMPLE"
_CLIP = "51C0DE00000000AA"
_STEADY = r"1[3-6]\.\d°.*steps/min"  # in the band, running
_WIDTH, _HEIGHT = 1100, 720
_HEIGHTS = {"patients": 320, "new-patient": 420, "run": 1150, "patient": 1150}
_DOTS_PER_INCH = 110
_GREY_PIXELS = 64


def write(folder: Path, real: bool = True) -> None:
    """Write every picture to ``folder`` as NAME.png; if not ``real``, an icon instead of each."""
    folder.mkdir(parents=True, exist_ok=True)
    if not real:
        for name in NAMES:
            (folder / f"{name}.png").write_bytes(icons.png(_GREY_PIXELS))
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        take(browser, folder)
        browser.close()


def take(browser: Any, folder: Path) -> None:
    """Take every picture of the running product with a browser (Playwright's)."""
    with tempfile.TemporaryDirectory() as made, _served(Path(made)) as address:
        page = browser.new_page(device_scale_factor=1.5)
        page.set_default_timeout(90_000)  # a run is also simulated meanwhile
        page.goto(address)
        page.wait_for_selector("h1")
        _Visit(page, folder).take()
        page.close()


def _chromium() -> str:
    found = browser.path()
    if found is None:
        raise SystemExit("The pictures need Chromium: apt-get install chromium, or --quick.")
    return found


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve the clinic's page with the example patient and a simulated clip; yield its address."""
    program = [sys.executable, "-m", "leancue"]
    library = str(folder / "library")
    rooms = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]
    where = {**os.environ, "LEANCUE_LIBRARY": library, "PYTHONPATH": os.pathsep.join(rooms)}
    subprocess.run([*program, "library", "example"], check=True, capture_output=True, env=where)
    words = ["clinic", "--no-browser", "--device", f"sim:demo,uid={_CLIP}"]
    with (folder / "stderr.txt").open("w") as said, subprocess.Popen(
        [*program, *words], stdout=subprocess.PIPE, stderr=said, text=True, env=where
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


class _Visit:
    """The first visit, as a therapist does it."""

    def __init__(self, page: Any, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.home = page.url.rstrip("/")

    def take(self) -> None:
        """Take every picture, in the order of the visit."""
        self._prescribe()
        self._wear()
        self._look_back()

    def _prescribe(self) -> None:
        page = self.page
        self._go("/", "td.spark")
        self._shot("patients")
        page.get_by_label("Code of a new patient").fill(_CODE)
        self._press("Add patient")
        page.locator("h1", has_text=_CODE).wait_for()
        self._shot("new-patient")
        self._go(f"/patient/{_CODE}/prescription", ".posture-figure")
        page.get_by_label("Own lean", exact=True).fill("6.2")
        page.get_by_text("first prescription").first.wait_for()
        self._shot("prescription")
        self._press("Keep")
        self._told("The prescription is kept")

    def _wear(self) -> None:
        page = self.page
        self._go(f"/clip?patient={_CODE}", ".card.clip")
        self._press("Send the prescription")
        self._told("read back at")
        self._shot("sent")
        self._press("Live view")
        page.locator(".live-words").wait_for()
        self._press("Let the simulated runner run")
        page.locator(".live-words", has_text=re.compile(_STEADY)).wait_for()
        page.locator(".live-chart").scroll_into_view_if_needed()
        self._shot("live", top=False)
        self._told("The simulated run has ended")
        self._press("Pull runs")
        self._told("pulled and filed")
        self._shot("pulled")

    def _look_back(self) -> None:
        page = self.page
        self._go(f"/patient/{_CODE}", "a[href*='/run/']")
        page.locator("a[href*='/run/']").first.click()
        page.locator("h1", has_text="Ran").wait_for()
        self._shot("run")
        self._go(f"/patient/{_EXAMPLE}", ".small-charts")
        self._shot("patient")
        self._print("printed", "report=1")
        self._print("home-sheet", "home=1&report=0")

    def _go(self, path: str, wait_for: str) -> None:
        self.page.goto(self.home + path)
        self.page.locator(wait_for).first.wait_for()

    def _press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def _told(self, words: str) -> None:
        self.page.locator(".notice", has_text=words).wait_for()

    def _shot(self, name: str, top: bool = True) -> None:
        size = {"width": _WIDTH, "height": _HEIGHTS.get(name, _HEIGHT)}
        self.page.set_viewport_size(size)
        if top:
            self.page.evaluate("window.scrollTo(0, 0)")
        self.page.screenshot(path=self.folder / f"{name}.png")

    def _print(self, name: str, asked: str) -> None:
        address = f"{self.home}/print/patient/{_EXAMPLE}.pdf?{asked}"
        data = self.page.request.get(address).body()
        words = ["pdftoppm", "-png", "-singlefile", "-r", str(_DOTS_PER_INCH), "-"]
        subprocess.run([*words, str(self.folder / name)], input=data, check=True)
