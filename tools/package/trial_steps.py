"""Tests of a download: its functions, the page, and an update."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

from tools.package import debian_root, empty_root
from tools.package.trial import LIBRARY, Trial

BOOT_OUT = (
    "Adafruit CircuitPython 10.3.0 on 2026-10-01; Adafruit Feather RP2040 with rp2040\n"
    "Board ID:adafruit_feather_rp2040\nUID:DF6250C8573D2B2E\n"
)
_LATER = "m9999"
_KEY = "5a" * 32
# The browser of the root: it only records which file it should open.
_BROWSER = '#!/bin/sh\nprintf "%s" "$1" > /home/runner/opened\n'
_TIMES = 3


def everything_works(trial: Trial) -> None:
    """Check demo, report, FIT, doctor, and a clip on a folder drive."""
    trial.check("no Python in the root", not empty_root.has_python(trial.root))
    trial.run("leancue", "--version")
    trial.run("leancue", "doctor")
    said = trial.run("leancue", "demo", "--out", "demo")
    trial.check("the demo's run is proved", "0 differing bytes" in said, why=said)
    run = next((path.name for path in trial.home("demo").glob("*.leanrun")), "run.leanrun")
    trial.run("leancue", "report", f"demo/{run}", "--pdf", "--out", "run.pdf")
    trial.check("run.pdf is a PDF", _begins(trial.home("run.pdf"), b"%PDF"))
    trial.run("leancue", "export", f"demo/{run}", "--format", "fit", "--out", "run.fit")
    trial.check("run.fit is a FIT file", _begins(trial.home("run.fit"), b".FIT", 8))
    trial.run("leancue", "info", "--device", "sim:short")
    trial.run("leancue", "runs", "pull", "--to", "pulled", "--device", "sim:short,run")
    for pulled in trial.home("pulled").rglob("*.leanrun"):
        trial.run("leancue", "verify", f"pulled/{pulled.name}")
    _makes_a_clip(trial)
    said = trial.run("leancue", "cohort", "set", code=50)
    trial.check("cohort is told to be left out", "leancue[cohort]" in said, why=said)


def _makes_a_clip(trial: Trial) -> None:
    drive = trial.give("CIRCUITPY/boot_out.txt", BOOT_OUT).parent
    trial.run("leancue", "install", "--drive", "CIRCUITPY", "--log-mb", "0.25")
    units = sorted((drive / "lib" / "leancue_a").glob("*.mpy"))
    trial.check(f"{len(units)} compiled units are on the drive", len(units) > 3)
    trial.run("leancue", "install", "--drive", "CIRCUITPY", "--check")


def page_opens(trial: Trial, pictures: Path | None) -> None:
    """Start the program as the icon does; check that Chromium shows the page it opens."""
    browser = trial.root / "usr" / "bin" / "www-browser"
    browser.write_text(_BROWSER)
    browser.chmod(0o755)
    trial.home("opened").unlink(missing_ok=True)
    began_s = time.monotonic()
    environment = {**empty_root.clean_environment(), "BROWSER": "/usr/bin/www-browser"}
    icon = empty_root.command(trial.root, "leancue-clinic")
    with subprocess.Popen(icon, env=environment) as page:
        try:
            while not (trial.home("opened").exists() and trial.home("opened").read_text()):
                if time.monotonic() - began_s > 60 or page.poll() is not None:
                    break
                time.sleep(0.05)
            opened = trial.home("opened").exists()
            trial.check("the icon's program opens the page", opened, time.monotonic() - began_s)
            if opened:
                _look_in_chromium(trial, pictures)
        finally:
            page.terminate()


def nothing_opens(trial: Trial) -> None:
    """Check that without a browser the message says so and what to do."""
    words = ("leancue", "clinic", "--port", "0")
    page = subprocess.Popen(
        empty_root.command(trial.root, *words), env=empty_root.clean_environment(),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert page.stdout is not None
    stop = threading.Timer(60.0, page.terminate)
    stop.start()
    said = ""
    for line in page.stdout:
        said += line
        if "No browser" in line:
            break
    page.terminate()
    page.wait()
    stop.cancel()
    trial.check("without a browser the words say so", "--no-browser" in said, why=said)


def _entry(trial: Trial) -> str:
    """Return the address in the file that the browser was given."""
    file = trial.root / trial.home("opened").read_text().removeprefix("file:///")
    return re.findall(r'href="(http[^"]+)"', file.read_text())[0]


def _look_in_chromium(trial: Trial, pictures: Path | None) -> None:
    from playwright import sync_api

    try:
        _look(trial, _entry(trial), pictures)
    except sync_api.Error as error:
        trial.check("the page in Chromium", False, why=str(error))


def _look(trial: Trial, address: str, pictures: Path | None) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        began_s = time.monotonic()
        page.goto(address)
        patient = page.get_by_role("link", name="EXAMPLE", exact=True)
        patient.wait_for(timeout=60_000)
        trial.check("Chromium shows the patients", True, time.monotonic() - began_s)
        patient.click()
        page.wait_for_url("**/patient/EXAMPLE*", timeout=60_000)
        page.locator("svg").first.wait_for(timeout=60_000)
        if pictures:
            pictures.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=pictures / "download-page.png")
        pdf = page.request.get(page.url.split("/patient/")[0] + "/print/patient/EXAMPLE.pdf")
        trial.check("the page prints a PDF", pdf.body().startswith(b"%PDF"), why=pdf.text())
        browser.close()


def update_keeps_all(trial: Trial, older: Path, newer: Path) -> None:
    """Check that an update keeps the older's library, and the older refuses a later one's."""
    trial.put(older)
    trial.give("clinics.key", _KEY + "\n")
    trial.run("leancue", "--version")
    for words in (("library", "example"), ("library", "add", "K-014"),
                  ("library", "note", "K-014", '"Felt every cue."'),
                  ("library", "options", "retention_days", "365"),
                  ("clinic-key", "import", "clinics.key")):  # fmt: skip
        trial.run("leancue", *words)
    before = trial.own()
    trial.put(newer)
    trial.run("leancue", "--version")
    same = bool(before) and trial.own() == before
    trial.check(f"{len(before)} files of the user are untouched", same)
    said = trial.run("leancue", "library", "show", "K-014")
    trial.check("the note is there", "Felt every cue." in said, why=said)
    trial.run("leancue", "report", "--patient", "EXAMPLE", "--pdf", "--out", "patient.pdf")
    with sqlite3.connect(trial.home(LIBRARY)) as database:
        (was,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
        database.execute("UPDATE alembic_version SET version_num = ?", (_LATER,))
    database.close()
    trial.put(older)
    before = trial.own()
    said = trial.run("leancue", "library", "show", "K-014", code=60)
    trial.check("the older program says that the library is of a later version",
                "later version" in said, why=said)  # fmt: skip
    trial.check("and leaves it as it is", trial.own() == before)
    with sqlite3.connect(trial.home(LIBRARY)) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (was,))
    database.close()
    trial.put(newer)


def goes_off_again(trial: Trial) -> None:
    """Check that removal deletes the program and dpkg's files, and keeps the user's."""
    rule = trial.root / "usr" / "lib" / "udev" / "rules.d" / "70-leancue.rules"
    trial.check("the rule for the ports is there", rule.is_file())
    before = trial.own()
    said = debian_root.remove_package(trial.root)
    trial.check("dpkg --remove leancue", not said, why=said)
    gone = not rule.exists() and not (trial.root / "opt" / "leancue").exists()
    trial.check("the program is off the computer", gone)
    trial.check(f"{len(before)} files of the user stay", bool(before) and trial.own() == before)


def start_times(trial: Trial) -> None:
    """Print how long the program takes to start, the best of several tries."""
    for words in (("leancue", "--version"), ("leancue", "--help")):
        best_s = min(trial.timed(*words)[0] for _ in range(_TIMES))
        trial.check(f"starts ({' '.join(words)}), best of {_TIMES}", True, best_s)


def _begins(file: Path, mark: bytes, at: int = 0) -> bool:
    return file.is_file() and file.read_bytes()[at : at + len(mark)] == mark
