"""Time a follow-up visit on the clinic's page, and count a person's clicks and keys.

Usage: python tools/time_visit.py [--write FILE]. A patient returns with a run on the clip. Program
and browser are real; the times of the hand are from a model (``tools/follow_up_visit.py``). The
browser's print dialog comes after the last press and is not counted. This is not a test.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancue.language.words import LANGUAGES  # noqa: E402 (found only through the paths above)
from leancue.transports.simulator_process import Simulator  # noqa: E402

from tools import browser  # noqa: E402
from tools.accuracy.figures import Figure  # noqa: E402
from tools.accuracy.kept import finish  # noqa: E402
from tools.bench_clinic import served  # noqa: E402
from tools.follow_up_visit import Walk, follow_up, prepare  # noqa: E402

CODE, UID = "K-300", "51C0DE0000000300"
PRESSES_MOST = 12


def walked(language: str) -> Walk:
    """Go through one visit in a language; return its steps."""
    with tempfile.TemporaryDirectory() as name, Simulator("short", seed=3, uid=UID) as clip:
        place = Path(name) / "library"
        prepare(place, CODE, clip, UID, language)
        with served(place, clip.port) as url, browser.opened() as chromium:
            page = chromium.new_page(viewport={"width": 1280, "height": 800})
            page.goto(url)
            page.wait_for_selector("h1")
            return follow_up(page, page.url.rstrip("/"), CODE, language)


def measure() -> Iterator[Figure]:
    """Yield the presses and the time of the visit in each language."""
    for language, its in LANGUAGES.items():
        walk = walked(language)
        names = ", ".join(step.name for step in walk.steps)
        yield Figure("visit", f"presses_{language}", f"presses of a follow-up visit, {its.name}",
                     walk.presses, "", at_most=PRESSES_MOST, note=names)  # fmt: skip
        page_s = sum(step.page_s for step in walk.steps)
        yield Figure("visit", f"lasted_{language}_s", f"its time, {its.name}", walk.lasted_s, "s",
                     note=f"reading not counted; {page_s:.1f} s of it the page")  # fmt: skip


def main() -> int:
    """Go through the visits and print the figures; return 1 if a goal is missed."""
    summary, _rest, more = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(description=summary, epilog=more)
    parser.add_argument("--write", type=Path, metavar="FILE", help="figures as JSON")
    options = parser.parse_args()
    return finish(list(measure()), options.write)


if __name__ == "__main__":
    sys.exit(main())
