"""Build wheel and sdist twice and check that the bytes are the same: for a release.

Usage: python tools/package/distributions.py [--out DIR] [--work DIR] [--install]. Builds from two
copies of the checkout at different paths and times, and the wheel from the sdist as well; all
wheels must be identical, and both sdists. With --install the wheel is installed in an empty
environment, with the locked packages and their hashes checked, and runs the demo there. Exits with
1 if anything differs or fails. LEANCUE_ADDRESS: the project's address, for the metadata.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tools.package import environments  # noqa: E402 (found only through the path above)

_COPIED = ("shared", "device", "host", "boards", "tools/package")
_OTHER_TIME_S = 1_600_000_000  # of the second copy's files


def main() -> int:
    """Build, compare and try; return 0 if all succeeded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder for the two files")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "distributions")
    parser.add_argument("--install", action="store_true", help="try the wheel with the lock")
    options = parser.parse_args()
    work = options.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    python = environments.make(work / "builders", "build")
    built = [_built(python, _copy(work / name, when)) for name, when in
             (("first", None), ("a second one", _OTHER_TIME_S))]  # fmt: skip
    (wheel, sdist), (again, sdist_again) = built
    from_sdist = _wheel_of(python, sdist, work / "from sdist")
    same = _compared("wheel", wheel, again, from_sdist) & _compared("sdist", sdist, sdist_again)
    options.out.mkdir(parents=True, exist_ok=True)
    for file in (wheel, sdist):
        shutil.copy(file, options.out / file.name)
    if same and options.install:
        _installed(work / "empty", wheel)
    return 0 if same else 1


def _copy(folder: Path, when_s: int | None) -> Path:
    """Copy the checkout's sources; ``when_s``: the time of the files."""
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy2(file, folder / file.name)
    if when_s is not None:
        for path in folder.rglob("*"):
            os.utime(path, (when_s, when_s))
    return folder


def _built(python: Path, source: Path) -> tuple[Path, Path]:
    out = source / "dist"
    words = ("-m", "build", "--wheel", "--sdist", "--no-isolation", "--outdir")
    environments.run(python, *words, out, source)
    return next(out.glob("*.whl")), next(out.glob("*.tar.gz"))


def _wheel_of(python: Path, sdist: Path, folder: Path) -> Path:
    folder.mkdir()
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    words = ("-m", "build", "--wheel", "--no-isolation", "--outdir")
    environments.run(python, *words, folder / "dist", source)
    return next((folder / "dist").glob("*.whl"))


def _compared(kind: str, *files: Path) -> bool:
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    same = len(set(digests)) == 1
    words = "the same bytes" if same else "DIFFERENT"
    _say(f"{kind}: {len(files)} builds, {words}: {files[0].name} {' '.join(sorted(set(digests)))}")
    return same


def _installed(folder: Path, wheel: Path) -> None:
    """Install the wheel in an empty environment with only the locked packages, and try it."""
    began_s = time.monotonic()
    python = environments.make(folder, "desk")
    environments.install(python, "--no-deps", wheel)
    _say(f"installed with hashes from lock/desk.txt in {time.monotonic() - began_s:.0f} s")
    environments.run(python, "-m", "leancue", "--version", cwd=folder)
    environments.run(python, "-m", "leancue", "demo", "--out", folder / "demo", cwd=folder)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} failed with {error.returncode}")
