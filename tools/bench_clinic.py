"""Measure the clinic's page in a browser: start, list, patient, runs, proof, memory, a pull.

Usage: python tools/bench_clinic.py [--patients 200] [--runs 30] [--library DIR] [--write FILE].
Times are wall clock, the fastest of several, from the press of a button or the start of the program
until the browser shows what was asked for. Memory is the program's resident memory (VmRSS, so on
Linux only). The long runs are written by the core itself, without a simulated board. Nothing here
is a test.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parents[1]
ROOMS = [str(ROOT / room) for room in ("shared", "device/lib", "host", ".")]
sys.path[:0] = [*ROOMS, str(ROOT / "tests" / "host")]

from host_runs import (  # type: ignore[import-not-found] # noqa: E402 (by the paths above)
    logged,
    runner,
)
from leancue.clinic.web_app import RECONNECT_S  # noqa: E402 (by the paths above)
from leancue.clip.client import Client  # noqa: E402 (found only through the paths above)
from leancue.library import Library, example_patient  # noqa: E402
from leancue.transports.addresses import open_transport  # noqa: E402
from leancue.transports.simulator_process import Simulator  # noqa: E402

from tools import browser, library_logs  # noqa: E402
from tools.accuracy.figures import Figure  # noqa: E402
from tools.accuracy.kept import finish  # noqa: E402
from tools.cable import Cable  # noqa: E402

ROUNDS = 7
CODE = "P-BENCH"
UID = b"E6605838834F7A2B"  # a log that the tests write
LONG, HOUR = "P-LONG", "P-HOUR"  # patients with one raw run, of 3 h and of 1 h
LONG_S, HOUR_S = 10_800.0, 3600.0
GIVEN_UP_S = 5.0  # the server must free its memory within this time
PAGES, MEMORY_MOST_MB, GROWTH_MOST_MB = 100, 200, 10


def fill(place: Path, patients: int, runs: int) -> None:
    """Build the library by filing runs as they arrive."""
    with Library(place, clock=lambda: library_logs.NOW_S) as library:
        for code, logs in library_logs.clinic(patients, runs):
            library.patients.add(code)
            library.prescriptions.add(code, {"baseline_cdeg": example_patient.OWN_CDEG}, "bench")
            for log in logs:
                library.file_run(log)


def add_long_runs(place: Path) -> None:
    """Add the two patients with long raw runs, unless they exist already."""
    with Library(place) as library:
        for number, (code, run_s) in enumerate(((LONG, LONG_S), (HOUR, HOUR_S)), 7):
            if not library.patients.has(code):
                library.patients.add(code)
                made = b"".join(logged(runner(run_s=run_s), patient=code))
                uid = f"{number:016X}".encode()  # a separate clip for each
                (filing,) = library.file_run(library_logs.stamped(made, number, {UID: uid}))
                assert filing.run.patient == code, filing.outcome


def held_mb(pid: int) -> float:
    """Return the memory of a program, MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1000


@contextmanager
def served(place: Path, *devices: str) -> Iterator[str]:
    """Serve the page in a separate process; yield its address."""
    with running(place, *devices) as (url, _pid):
        yield url


@contextmanager
def running(place: Path, *devices: str) -> Iterator[tuple[str, int]]:
    """Like ``served``; also yields the process id."""
    words = ["clinic", "--no-browser", "--library", str(place)]
    for device in devices:
        words += ["--device", device]
    process = subprocess.Popen(
        [sys.executable, "-m", "leancue", *words], stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": os.pathsep.join(ROOMS)},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1], process.pid
    finally:
        process.terminate()
        process.wait()


def starting(place: Path) -> float:
    """Wall-clock seconds from the start of the program to its first answer."""
    began_s = time.perf_counter()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with served(place) as url:
        home = re.search(r'replace\("(/[^"]+)', opener.open(url).read().decode())
        assert home is not None, "no way in"
        opener.open(urljoin(url, home[1])).read()
        return time.perf_counter() - began_s


def timed(act: Callable[[], Any], see: Callable[[], Any]) -> float:
    """Seconds from ``act`` until ``see`` succeeds."""
    began_s = time.perf_counter()
    act()
    see()
    return time.perf_counter() - began_s


def fastest(seconds: Sequence[float]) -> tuple[float, str]:
    """The fastest, because other programs slow a busy machine down; and the others as text."""
    load = f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors"
    return min(seconds), f"fastest of {len(seconds)}, slowest {max(seconds):.2f} s, {load}"


def looking(page: Any, place: Path, size: str) -> Iterator[Figure]:
    """The list and a patient, from pressing a link."""
    with served(place) as url:
        first_s = timed(partial(page.goto, url), partial(page.wait_for_selector, "table.list"))
        yield Figure("page", "first_s", "first list in a browser that never saw it", first_s, "s",
                     note=size)  # fmt: skip
        lists, patients = [], []
        for i in range(ROUNDS):
            link = page.locator("tbody th a").nth(i)
            seen = partial(page.wait_for_selector, ".small-charts")
            patients.append(timed(link.click, seen))
            back = page.get_by_role("link", name="Patients", exact=True).first
            lists.append(timed(back.click, partial(page.wait_for_selector, "td.spark")))
        for key, name, found, goal in (
            ("list_s", "list of patients, from the press", lists, 0.3),
            ("patient_s", "one patient, from the press", patients, 0.5),
        ):
            value, note = fastest(found)
            yield Figure("page", key, name, value, "s", at_most=goal, note=f"{size}; {note}")


def through_pages(page: Any, place: Path, size: str) -> Iterator[Figure]:
    """A run, the longest one, a proof; then the program's memory after many pages."""
    with running(place) as (url, pid):
        page.goto(url)
        page.wait_for_selector("table.list")
        home = page.url
        yield from _runs(page, home)
        yield from _proof(page, home)
        yield from _memory(page, home, pid, size)


def _memory(page: Any, home: str, pid: int, size: str) -> Iterator[Figure]:
    """Memory after many pages, when those that were left have been freed."""
    most_mb, held = 0.0, []
    for half in range(2):
        for number in range(half * PAGES // 2, (half + 1) * PAGES // 2):
            page.goto(f"{home}patient/P-{number // 2:05d}" if number % 2 else home)
            page.wait_for_selector(".small-charts" if number % 2 else "table.list")
        most_mb = max(most_mb, held_mb(pid))
        time.sleep(RECONNECT_S + GIVEN_UP_S)
        held.append(held_mb(pid))
    yield Figure("page", "memory_mb", f"memory after {PAGES} pages", held[1], "MB",
                 at_most=MEMORY_MOST_MB, note=size)  # fmt: skip
    yield Figure("page", "grown_mb", "more of it in the second half", held[1] - held[0], "MB",
                 at_most=GROWTH_MOST_MB, note=size)  # fmt: skip
    note = f"{PAGES // 2} pages at once; each is held for {RECONNECT_S:g} s after it was left"
    yield Figure("page", "most_mb", "the most, while pages were opened", most_mb, "MB", note=note)


def _runs(page: Any, home: str) -> Iterator[Figure]:
    for key, code, name in (
        ("run_s", "P-00003", "one run, from the press"),
        ("long_run_s", LONG, "a run of 3 h with raw samples, from the press"),
    ):
        spent_s = []
        for _ in range(ROUNDS):
            page.goto(f"{home}patient/{code}")
            link = page.locator("a[href*='/run/']").first
            drawn = partial(page.wait_for_selector, ".run-chart svg")
            spent_s.append(timed(link.click, drawn))
        value, note = fastest(spent_s)
        yield Figure("page", key, name, value, "s", at_most=0.6, note=note)


def _proof(page: Any, home: str) -> Iterator[Figure]:
    spent_s, told = [], 0
    for _ in range(3):
        page.goto(f"{home}patient/{HOUR}")
        page.locator("a[href*='/run/']").first.click()
        button = page.get_by_role("button", name="Prove the run")
        button.wait_for()
        seen = page.locator(".notice", has_text="Proved: this computer reached the same")
        began_s = time.perf_counter()
        button.click()
        while not seen.count():
            said = page.locator(".working", has_text=" %,")
            told = max(told, len({*said.all_inner_texts()}))
        spent_s.append(time.perf_counter() - began_s)
    value, note = fastest(spent_s)
    note = f"{note}; progress {'told' if told else 'NOT told'} meanwhile"
    yield Figure("page", "proof_s", "proof of one hour", value, "s", at_most=8, note=note)


def pulling(page: Any, folder: Path) -> Iterator[Figure]:
    """From the last byte of a ten-minute run with raw samples until the page shows it."""
    with Simulator("demo", seed=1, speed=0) as simulator, Library(folder / "pulled") as library:
        library.patients.add(CODE)
        made = library.prescriptions.add(CODE, {"baseline_cdeg": example_patient.OWN_CDEG}, "bench")
        with Client(open_transport(simulator.port)) as client:
            client.hello()
            client.set_prescription(made.values)
            simulator.go()
            simulator.wait_until_over()
        cable = Cable(simulator.port)
        spent_s, kilobytes = [], 0.0
        with served(folder / "pulled", cable.address) as url:
            page.goto(url)
            page.wait_for_selector("h1")
            home = page.url
            for _ in range(3):
                page.goto(home + "clip")
                page.get_by_role("button", name="Pull runs").click()
                page.locator(".notice", has_text="filed with").wait_for()
                spent_s.append(time.monotonic() - cable.pages_s)
                (run,) = library.runs.of(CODE)
                kilobytes = run.log_bytes / 1000
                library.runs.remove(run.id)
        cable.close()
    value, note = fastest(spent_s)
    yield Figure("page", "pulled_s", "pulled run seen, after its last byte", value, "s", at_most=1,
                 note=f"{kilobytes:.0f} kB; {note}")  # fmt: skip


def measure(options: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    """All figures."""
    place = options.library or folder / "library"
    if not place.exists():
        fill(place, options.patients, options.runs)
    add_long_runs(place)
    size = f"{options.patients} patients × {options.runs} runs"
    start_s, note = fastest([starting(place) for _ in range(ROUNDS)])
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = (cpu.ru_utime + cpu.ru_stime) / ROUNDS
    yield Figure("page", "start_s", "start of the program to its first answer", start_s, "s",
                 at_most=2, note=f"{size}; processor time {cpu_s:.2f} s; {note}")  # fmt: skip
    with browser.opened() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 800})
        yield from looking(page, place, size)
        yield from through_pages(page, place, size)
        yield from pulling(page, folder)


def main() -> int:
    """Measure and print; 1 where a goal is missed."""
    summary, _, more = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(description=summary, epilog=more)
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--runs", type=int, default=30, help="of each patient")
    parser.add_argument("--library", type=Path, metavar="DIR", help="where the library is made, or "
                        "is from an earlier time; else it is thrown away")  # fmt: skip
    parser.add_argument("--write", type=Path, metavar="FILE", help="figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        figures = list(measure(options, Path(name)))
    return finish(figures, options.write)


if __name__ == "__main__":
    sys.exit(main())
