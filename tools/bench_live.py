"""Watch the treadmill's live view for half an hour: does it ever freeze?

Usage: python tools/bench_live.py [--minutes 30] [--speed 1] [--write FILE]. A simulated runner
wears a simulated clip in real time and the real program shows it; the browser records how long the
page showed nothing new. This is not a test.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]

from leancue.clip.client import Client  # noqa: E402 (found only through the paths above)
from leancue.library import Library, example_patient  # noqa: E402
from leancue.transports.addresses import open_transport  # noqa: E402
from leancue.transports.simulator_process import Simulator  # noqa: E402

from tools import browser  # noqa: E402
from tools.accuracy.figures import Figure  # noqa: E402
from tools.accuracy.kept import finish  # noqa: E402
from tools.bench_clinic import held_mb, running  # noqa: E402
from tools.bench_desk import as_csv, run_of  # noqa: E402

CODE, UID = "P-LIVE", "51C0DE0000000022"
FREEZE_MOST_S, GROWTH_MOST_MB = 1.5, 20.0
_LOOK_MS = 5000
# The run's clock ticks each second, so the display must change at least as often.
_WATCH = """() => {
  const now = performance.now();
  window.seen = {changes: 0, longest_ms: 0, at: "", last: now, began: now};
  new MutationObserver(() => {
    const now = performance.now(), seen = window.seen;
    if (document.querySelector(".stage-place").textContent.startsWith("Not running")) return;
    if (now - seen.last > seen.longest_ms) {
      seen.longest_ms = now - seen.last;
      seen.at = document.querySelector(".stage-main").textContent;
    }
    seen.last = now;
    seen.changes += 1;
  }).observe(document.querySelector(".stage"),
    {subtree: true, childList: true, characterData: true});
}"""
_HEAP_MB = "() => (performance.memory?.usedJSHeapSize ?? 0) / 1e6"


def watched(page: Any, simulator: Simulator, pid: int, most_s: float) -> Iterator[Figure]:
    """The figures of one run, from its first step to its end, within ``most_s`` at most."""
    simulator.go()
    worker = threading.Thread(target=simulator.wait_until_over, args=(most_s,), daemon=True)
    worker.start()
    page.locator(".stage-facts", has_text="0:05").wait_for(timeout=120_000)
    page.evaluate(_WATCH)
    began_mb, began_heap_mb = held_mb(pid), page.evaluate(_HEAP_MB)
    while worker.is_alive():
        page.wait_for_timeout(_LOOK_MS)
    seen = page.evaluate("window.seen")
    lasted_s = (seen["last"] - seen["began"]) / 1000
    note = f"{lasted_s / 60:.1f} min; it ended at “{seen['at']}”"
    yield Figure("live", "freeze_s", "longest time without anything new", seen["longest_ms"] / 1000,
                 "s", at_most=FREEZE_MOST_S, note=note)  # fmt: skip
    yield Figure("live", "changes_hz", "changes of the picture", seen["changes"] / lasted_s, "Hz")
    yield Figure("live", "grown_mb", "more memory of the program", held_mb(pid) - began_mb, "MB",
                 at_most=GROWTH_MOST_MB)  # fmt: skip
    heap_mb = page.evaluate(_HEAP_MB) - began_heap_mb
    yield Figure("live", "heap_mb", "more memory of the page", heap_mb, "MB",
                 at_most=GROWTH_MOST_MB)  # fmt: skip


def measure(minutes: float, speed: float) -> list[Figure]:
    """Start the runner, the clip and the page, and observe."""
    with tempfile.TemporaryDirectory() as name:
        recording = Path(name) / "run.csv"
        as_csv(run_of(minutes), recording)
        with Library(Path(name) / "library") as library:
            library.patients.add(CODE)
            values = {"baseline_cdeg": example_patient.OWN_CDEG}
            made = library.prescriptions.add(CODE, values, "bench")
        with Simulator(str(recording), speed=speed, uid=UID) as simulator:
            with Client(open_transport(simulator.port)) as client:
                client.hello()
                client.set_prescription(made.values)
            with (
                running(Path(name) / "library", simulator.port) as (url, pid),
                browser.opened() as chromium,
            ):
                page = chromium.new_page(viewport={"width": 1280, "height": 720})
                page.goto(url)
                page.wait_for_selector("h1")
                page.goto(f"{page.url}live?uid={UID}")
                page.locator(".stage-number", has_text="°").wait_for()
                return list(watched(page, simulator, pid, 120 + 90 * minutes / speed))


def main() -> int:
    """Measure and print; 1 where a goal is missed."""
    summary, _rest, more = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(description=summary, epilog=more)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--speed", type=float, default=1.0, help="times real time")
    parser.add_argument("--write", type=Path, metavar="FILE", help="figures as JSON")
    options = parser.parse_args()
    return finish(measure(options.minutes, options.speed), options.write)


if __name__ == "__main__":
    sys.exit(main())
