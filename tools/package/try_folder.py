"""Test a download on its target system: python tools/package/try_folder.py FILE.zip|FILE.tar.xz

Usage: on Windows, macOS or Linux; ``empty_root`` and ``smoke_test`` test more, on Linux only.
Unpacks it to a folder of its own, with a home of its own and without a Python in the path: version,
doctor, the demo proved, a PDF, a clip on a folder drive. Prints each step with its time, and exits
with 1 if one fails.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.package.trial_steps import BOOT_OUT  # noqa: E402 (found only through the path above)

_KEPT = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "TEMP", "TMP", "TMPDIR", "LANG",
         "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE")  # fmt: skip
_AT_ONCE = {"doctor": (0, 1)}  # a CI runner may lack access to ports: exit code 1


def main() -> int:
    """Run the steps; return 0 if all succeeded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("archive", type=Path)
    archive = parser.parse_args().archive.resolve()
    with tempfile.TemporaryDirectory(prefix="leancue-try-") as scratch:
        top = Path(scratch)
        _unpack(archive, top)
        (top / "home").mkdir()
        wrong = sum(not _step(_program(top), top, *words) for words in _steps(top))
    sys.stdout.write(f"trial: {wrong} wrong\n")
    return 1 if wrong else 0


def _unpack(archive: Path, top: Path) -> None:
    if sys.platform == "darwin" and archive.suffix == ".zip":  # keeps links and permissions
        subprocess.run(["ditto", "-x", "-k", str(archive), str(top)], check=True)
    else:
        shutil.unpack_archive(archive, top)


def _program(top: Path) -> Path:
    name = "leancue.exe" if sys.platform == "win32" else "leancue"
    return next(path for path in top.rglob(name) if path.is_file())


def _steps(top: Path) -> list[tuple[str, ...]]:
    drive = top / "CIRCUITPY"
    (drive / "lib").mkdir(parents=True)
    (drive / "boot_out.txt").write_text(BOOT_OUT)
    run = str(top / "demo" / "demo_51C0DE0000000001_1.leanrun")
    return [
        ("--version",), ("doctor",), ("demo", "--out", str(top / "demo")), ("verify", run),
        ("report", run, "--pdf", "--out", str(top / "run.pdf")),
        ("export", run, "--format", "fit", "--out", str(top / "run.fit")),
        ("library", "example"),
        ("install", "--drive", str(drive), "--log-mb", "0.25"),
        ("install", "--drive", str(drive), "--check"),
    ]  # fmt: skip


def _step(program: Path, top: Path, *words: str) -> bool:
    home = str(top / "home")
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    own = {"HOME": home, "USERPROFILE": home, "APPDATA": home, "LOCALAPPDATA": home}
    paths = os.environ.get("SYSTEMROOT", "/usr") + ("\\System32" if os.name == "nt" else "/bin")
    began_s = time.monotonic()
    done = subprocess.run(
        [str(program), *words], cwd=top, env={**kept, **own, "PATH": paths}, capture_output=True,
        text=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    right = done.returncode in _AT_ONCE.get(words[0], (0,))
    if words[0] == "demo":
        right = right and "0 differing bytes" in done.stdout + done.stderr
    took_s = time.monotonic() - began_s
    state = "good " if right else "WRONG"
    sys.stdout.write(f"{state}  leancue {' '.join(words)}  {took_s:.2f} s\n")
    if not right:
        sys.stdout.write((done.stdout + done.stderr)[-2000:] + "\n")
    sys.stdout.flush()
    return right


if __name__ == "__main__":
    sys.exit(main())
