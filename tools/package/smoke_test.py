"""Try the Linux download where there is no Python: python tools/package/smoke_test.py NEW.deb

Usage: as root, `python tools/package/smoke_test.py NEW.deb [--older OLDER.deb] [--pictures DIR]`;
instead of a .deb, a frozen folder. In an empty root, as a user without rights: the demo proved, a
clip made on a folder drive, the page opened by the icon and shown in Chromium, a PDF and a FIT file
written. With --older, that one is put there first and makes a library; the new one must leave it
byte for byte, and the older one must refuse a library of a later version. Prints each step with its
time.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.package import empty_root  # noqa: E402 (found only through the path above)

HOME = "home/runner"
_BOOT_OUT = (
    "Adafruit CircuitPython 10.3.0 on 2026-10-01; Adafruit Feather RP2040 with rp2040\n"
    "Board ID:adafruit_feather_rp2040\nUID:DF6250C8573D2B2E\n"
)
_LATER = "m9999"
_DATA = ".local/share/leancue"
# The browser of the root: it only tells which file it was to open.
_BROWSER = '#!/bin/sh\nprintf "%s" "$1" > /home/runner/opened\n'


class Trial:
    """One root, the download in it, and what was found wrong."""

    def __init__(self, root: Path) -> None:
        self.root, self.wrong = root, 0

    def put(self, package: Path) -> None:
        """Put a .deb or a frozen folder in the place of what was there."""
        shutil.rmtree(self.root / "opt" / "leancue", ignore_errors=True)
        if package.is_dir():
            shutil.copytree(package, self.root / "opt" / "leancue", symlinks=True)
            for name in ("leancue", "leancue-clinic"):
                link = self.root / "usr" / "bin" / name
                link.unlink(missing_ok=True)
                link.symlink_to(f"/opt/leancue/{name}")
        else:
            subprocess.run(["dpkg-deb", "-x", str(package), str(self.root)], check=True)

    def run(self, *words: str, code: int = 0) -> str:
        """Run a command of the download; tell its time; return what it said."""
        began_s = time.monotonic()
        done = subprocess.run(
            empty_root.command(self.root, *words), env=empty_root.clean_environment(),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = done.stdout + done.stderr
        self.check(f"{' '.join(words)}", done.returncode == code, time.monotonic() - began_s, said)
        return said

    def check(self, what: str, right: bool, took_s: float | None = None, why: str = "") -> None:
        """Print a step, and what was said where it is wrong."""
        self.wrong += not right
        took = "" if took_s is None else f"  {took_s:.2f} s"
        sys.stdout.write(f"{'good ' if right else 'WRONG'}  {what}{took}\n")
        if not right:
            sys.stdout.write(why[-2000:] + "\n")
        sys.stdout.flush()

    def home(self, name: str = "") -> Path:
        """A path in the user's home."""
        return self.root / HOME / name

    def own(self) -> dict[str, str]:
        """All of the user's own files, by path: their digests."""
        found = {}
        for path in sorted(self.home(_DATA).rglob("*")):
            if path.is_file() and not path.name.endswith(("-shm", "-wal", ".lock")):
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                found[path.relative_to(self.home()).as_posix()] = digest
        return found


def everything_works(trial: Trial) -> None:
    """Demo, report, FIT, doctor, and a clip on a folder drive."""
    trial.check("no Python in the root", not empty_root.has_python(trial.root))
    trial.run("leancue", "--version")
    trial.run("leancue", "doctor")
    said = trial.run("leancue", "demo", "--out", "demo")
    trial.check("the demo's run is proved", "0 differing bytes" in said, why=said)
    run = next(trial.home("demo").glob("*.leanrun")).name
    trial.run("leancue", "report", f"demo/{run}", "--pdf", "--out", "run.pdf")
    pdf = trial.home("run.pdf").read_bytes()
    trial.check(f"run.pdf is a PDF of {len(pdf) / 1000:.0f} kB", pdf.startswith(b"%PDF"))
    trial.run("leancue", "export", f"demo/{run}", "--format", "fit", "--began",
              '"2026-11-03 14:05"', "--out", "run.fit")  # fmt: skip
    trial.check("run.fit is a FIT file", trial.home("run.fit").read_bytes()[8:12] == b".FIT")
    drive = trial.home("CIRCUITPY")
    (drive / "lib").mkdir(parents=True)
    (drive / "boot_out.txt").write_text(_BOOT_OUT)
    subprocess.run(["chown", "-R", f"{empty_root.USER}:{empty_root.USER}", str(drive)], check=True)
    trial.run("leancue", "install", "--drive", "CIRCUITPY", "--log-mb", "0.25")
    units = sorted((drive / "lib" / "leancue_a").glob("*.mpy"))
    trial.check(f"{len(units)} compiled units are on the drive", len(units) > 3)
    trial.run("leancue", "install", "--drive", "CIRCUITPY", "--check")
    said = trial.run("leancue", "cohort", "set", code=50)
    trial.check("cohort is told to be left out", "leancue[cohort]" in said, why=said)


def page_opens(trial: Trial, pictures: Path | None) -> None:
    """Start it as the icon does; the page it opens is shown in Chromium."""
    browser = trial.root / "usr" / "bin" / "www-browser"
    browser.write_text(_BROWSER)
    browser.chmod(0o755)
    trial.home("opened").unlink(missing_ok=True)
    trial.run("leancue", "library", "example")
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
                _look(trial, _entry(trial), pictures)
        finally:
            page.terminate()


def _entry(trial: Trial) -> str:
    """The address in the file that the browser was given."""
    file = trial.root / trial.home("opened").read_text().removeprefix("file:///")
    return re.findall(r'href="(http[^"]+)"', file.read_text())[0]


def _look(trial: Trial, address: str, pictures: Path | None) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = shutil.which("chromium")
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        began_s = time.monotonic()
        page.goto(address)
        page.get_by_text("EXAMPLE").first.wait_for(timeout=60_000)
        trial.check("Chromium shows the patients", True, time.monotonic() - began_s)
        page.get_by_text("EXAMPLE").first.click()
        page.get_by_text("Lean").first.wait_for(timeout=60_000)
        if pictures:
            pictures.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=pictures / "download-page.png")
        pdf = page.request.get(page.url.split("/patient/")[0] + "/print/patient/EXAMPLE.pdf")
        trial.check("the page prints a PDF", pdf.body().startswith(b"%PDF"), why=pdf.text())
        browser.close()


def update_keeps_all(trial: Trial, older: Path, newer: Path) -> None:
    """The older makes a library, the newer leaves it; the older refuses what a later one made."""
    trial.put(older)
    trial.run("leancue", "--version")
    for words in (("library", "example"), ("library", "add", "K-014"),
                  ("library", "note", "K-014", '"Felt every cue."')):  # fmt: skip
        trial.run("leancue", *words)
    before = trial.own()
    trial.put(newer)
    trial.run("leancue", "--version")
    same = bool(before) and trial.own() == before
    trial.check(f"{len(before)} files of the user are untouched", same)
    said = trial.run("leancue", "library", "show", "K-014")
    trial.check("the note is there", "Felt every cue." in said, why=said)
    trial.run("leancue", "report", "--patient", "EXAMPLE", "--pdf", "--out", "patient.pdf")
    with sqlite3.connect(trial.home(f"{_DATA}/library/library.db")) as database:
        (was,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
        database.execute("UPDATE alembic_version SET version_num = ?", (_LATER,))
    database.close()
    trial.put(older)
    before = trial.own()
    said = trial.run("leancue", "library", "show", "K-014", code=60)
    trial.check("the older program says that the library is of a later version",
                "later version" in said, why=said)  # fmt: skip
    trial.check("and leaves it as it is", trial.own() == before)
    with sqlite3.connect(trial.home(f"{_DATA}/library/library.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (was,))
    database.close()
    trial.put(newer)


def main() -> int:
    """Go through all steps; 0 if all are good."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("newer", type=Path)
    parser.add_argument("--older", type=Path)
    parser.add_argument("--pictures", type=Path, help="folder for a picture of the page")
    options = parser.parse_args()
    if os.environ.get("LEANCUE_TRIAL") != "inside":  # mounts that end with us
        words = ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv]
        return subprocess.run(words, env={**os.environ, "LEANCUE_TRIAL": "inside"}).returncode
    folder = Path(tempfile.mkdtemp(prefix="leancue-trial-"))
    try:
        folder.chmod(0o755)
        empty_root.make(folder)
        empty_root.mount(folder)
        trial = Trial(folder)
        if options.older:
            update_keeps_all(trial, options.older, options.newer)
        else:
            trial.put(options.newer)
        everything_works(trial)
        page_opens(trial, options.pictures)
    finally:
        empty_root.remove(folder)
    sys.stdout.write(f"trial: {trial.wrong} wrong\n")
    return 1 if trial.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
