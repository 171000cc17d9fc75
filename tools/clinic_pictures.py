"""Take pictures of every screen of the clinic's page and every printed page, for inspection.

Usage: python tools/clinic_pictures.py FOLDER [--only TEXT]. Each screen at 390, 820 and 1280 px,
light and dark, in every language; each printed page by `pdftoppm`. FOLDER must be outside of the
repository. This is not a test.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancue.language.words import LANGUAGES, _, speaking  # noqa: E402 (by the paths above)
from leancue.library import Library  # noqa: E402

from tools import browser  # noqa: E402
from tools.bench_clinic import served  # noqa: E402

CODE, UID = "EXAMPLE", "51C0DE0000000033"
WIDTHS, SCHEMES = (390, 820, 1280), ("light", "dark")
PAPERS = {
    "home": "home=1&report=0&notes=0", "report": "home=0&report=1&notes=1",
    "home-letter": "home=1&report=0&notes=0&paper=letter",
}  # fmt: skip
_PATIENCE_MS = 180_000  # for a machine that also has other work
Act = Callable[[Any], None]


def nothing(_page: Any) -> None:
    """Leave the screen as it is."""


def press(words: str) -> Act:
    """Return a function that presses the button with these words of the catalogue."""
    return lambda page: page.get_by_role("button", name=_(words), exact=True).first.click()


def screens(run: int) -> dict[str, tuple[str, str, Act]]:
    """Return each screen by name: its path, what to wait for, what to do first."""
    return {
        "list": ("/", "table.list", nothing),
        "patient": (f"/patient/{CODE}", ".small-charts", nothing),
        "print-dialog": (f"/patient/{CODE}", ".small-charts", press("Print …")),
        "erase-question": (f"/patient/{CODE}", ".small-charts", press("Erase …")),
        "prescription": (f"/patient/{CODE}/prescription", ".posture-figure", nothing),
        "run": (f"/run/{run}", ".run-chart svg", nothing),
        "compare": (f"/patient/{CODE}/compare", ".chart svg", nothing),
        "visit": (f"/clip?patient={CODE}", ".card.clip", nothing),
        "live": (f"/live?uid={UID}", ".stage-number", nothing),
        "clinic": ("/clinic", ".card.safety", nothing),
        "nowhere": ("/nowhere", ".card.empty", nothing),
    }


def take(folder: Path, language: str, only: str) -> None:
    """Take all pictures in a language."""
    with tempfile.TemporaryDirectory() as name, speaking(language):
        place = Path(name) / "library"
        with Library(place) as library:
            library.clinic.set(language=language, name="Clinic at the river", people="AB CD",
                               contact="0123 456 789")  # fmt: skip
            library.add_example()
            library.notes.add(CODE, "Runs upright when tired.")
            ids = [one.id for one in library.runs.of(CODE)]
        with (
            served(place, f"sim:short,uid={UID}") as url,
            browser.opened() as chromium,
        ):
            page = chromium.new_page()
            page.set_default_timeout(_PATIENCE_MS)
            page.goto(url)
            page.wait_for_selector("h1")
            home = page.url.rstrip("/")
            for screen, (where, wait_for, act) in screens(ids[0]).items():
                if only in screen:
                    _take(page, home + where, wait_for, act, folder / f"{language}-{screen}")
            for paper, query in PAPERS.items():
                answer = page.request.get(
                    f"{home}/print/patient/{CODE}.pdf?{query}", timeout=_PATIENCE_MS
                )
                _print(answer.body(), folder / f"{language}-paper-{paper}")
            answer = page.request.get(f"{home}/print/run/{ids[0]}.pdf", timeout=_PATIENCE_MS)
            _print(answer.body(), folder / f"{language}-paper-run")


def _take(page: Any, url: str, wait_for: str, act: Act, name: Path) -> None:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(url)
            page.wait_for_selector(wait_for)
            act(page)
            page.wait_for_timeout(400)
            high = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": high})  # bars at rest
            page.screenshot(path=f"{name}-{width}-{scheme}.png", full_page=True)


def _print(pdf: bytes, name: Path) -> None:
    file = name.with_suffix(".pdf")
    file.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "80", "-png", str(file), str(name)], check=True)


def main() -> int:
    """Take the pictures and print their number."""
    summary, _rest, more = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(description=summary, epilog=more)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", metavar="TEXT", help="screens with this in the name")
    options = parser.parse_args()
    folder = options.folder.resolve()
    if folder.is_relative_to(ROOT):
        parser.error("the pictures are not for the repository: name a folder outside of it")
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        take(folder, language, options.only)
    sys.stdout.write(f"{len(list(folder.glob('*.png')))} pictures in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
