"""Test the Linux download without Python: python tools/package/smoke_test.py NEW.deb

Usage: as root, `python tools/package/smoke_test.py NEW.deb [--older OLDER.deb] [--debian]
[--pictures DIR]`; instead of a .deb, a frozen folder. In an empty root, as an unprivileged user:
an update of the older (without --older: of the new one itself) that keeps library, key and settings
byte for byte; an older program that refuses a library of a later version; the demo proved, a run of
a simulated clip pulled and proved, a clip made on a folder drive, a PDF and a FIT file written, the
page opened by the icon and shown in Chromium. With --debian the update and the commands are
repeated in a fresh Debian, installed by its dpkg. Prints each step with its time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.package import debian_root, empty_root, trial_steps  # noqa: E402 (by the path above)
from tools.package.trial import Trial  # noqa: E402


def main() -> int:
    """Run all steps; return 0 if all succeeded."""
    options = _options()
    if os.geteuid() != 0:
        raise SystemExit("A root for trials needs the rights of root. Type it with `sudo`.")
    if os.environ.get("LEANCUE_TRIAL") != "inside":  # mounts that end with this process
        words = ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv]
        return subprocess.run(words, env={**os.environ, "LEANCUE_TRIAL": "inside"}).returncode
    older = options.older or options.newer
    wrong = _in_root(empty_root.make, False, lambda trial: _empty(trial, older, options))
    if options.debian:
        wrong += _in_root(debian_root.make, True, lambda trial: _debian(trial, older, options))
    sys.stdout.write(f"trial: {wrong} wrong\n")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("newer", type=Path)
    parser.add_argument("--older", type=Path, help="older package to update")
    parser.add_argument("--debian", action="store_true", help="also in a fresh Debian")
    parser.add_argument("--pictures", type=Path, help="folder for a picture of the page")
    return parser.parse_args()


def _empty(trial: Trial, older: Path, options: argparse.Namespace) -> None:
    trial_steps.update_keeps_all(trial, older, options.newer)
    trial_steps.everything_works(trial)
    trial_steps.nothing_opens(trial)
    trial_steps.page_opens(trial, options.pictures)
    trial_steps.start_times(trial)


def _debian(trial: Trial, older: Path, options: argparse.Namespace) -> None:
    trial_steps.update_keeps_all(trial, older, options.newer)
    trial_steps.everything_works(trial)
    trial_steps.goes_off_again(trial)


def _in_root(make: Callable[[Path], None], by_dpkg: bool, steps: Callable[[Trial], None]) -> int:
    """Create a root, run the steps in it, remove it; return the number of failures."""
    folder = Path(tempfile.mkdtemp(prefix="leancue-trial-"))
    sys.stdout.write(f"In {'a fresh Debian' if by_dpkg else 'an empty root'}:\n")
    try:
        folder.chmod(0o755)
        make(folder)
        empty_root.mount(folder)
        trial = Trial(folder, by_dpkg)
        steps(trial)
        return trial.wrong
    finally:
        empty_root.remove(folder)


if __name__ == "__main__":
    sys.exit(main())
