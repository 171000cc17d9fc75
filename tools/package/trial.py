"""A download installed in a separate root and run as a user, with the problems found."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tools.package import debian_root, empty_root

HOME = "home/runner"
OWN = (".local/share/leancue", ".config/leancue")  # library and image lines; key and settings
LIBRARY = f"{OWN[0]}/library/library.db"


class Trial:
    """A root with the download in it, and the number of problems found.

    Args:
        root: made by ``empty_root`` or ``debian_root``.
        by_dpkg: whether dpkg of the root installs a package; otherwise it is only unpacked.
    """

    def __init__(self, root: Path, by_dpkg: bool = False) -> None:
        self.root, self.wrong, self._by_dpkg = root, 0, by_dpkg

    def put(self, package: Path) -> None:
        """Install a .deb or a frozen folder, replacing what was there."""
        if self._by_dpkg:
            said = debian_root.install(self.root, package)
            self.check(f"dpkg --install {package.name}", not said, why=said)
            return
        shutil.rmtree(self.root / "opt" / "leancue", ignore_errors=True)
        if package.is_file():
            subprocess.run(["dpkg-deb", "-x", str(package), str(self.root)], check=True)
            return
        shutil.copytree(package, self.root / "opt" / "leancue", symlinks=True)
        for name in ("leancue", "leancue-clinic"):
            link = self.root / "usr" / "bin" / name
            link.unlink(missing_ok=True)
            link.symlink_to(f"/opt/leancue/{name}")

    def run(self, *words: str, code: int = 0) -> str:
        """Run a command of the download; print its time; return its output."""
        took_s, exit_code, said = self.timed(*words)
        self.check(" ".join(words), exit_code == code, took_s, said)
        return said

    def timed(self, *words: str) -> tuple[float, int, str]:
        """Run a command; return its time in s, its exit code and its output."""
        began_s = time.monotonic()
        done = subprocess.run(
            empty_root.command(self.root, *words), env=empty_root.clean_environment(),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return time.monotonic() - began_s, done.returncode, done.stdout + done.stderr

    def check(self, what: str, right: bool, took_s: float | None = None, why: str = "") -> None:
        """Print a step and, if it failed, the output."""
        self.wrong += not right
        took = "" if took_s is None else f"  {took_s:.2f} s"
        sys.stdout.write(f"{'good ' if right else 'WRONG'}  {what}{took}\n")
        if not right:
            sys.stdout.write(why[-2000:] + "\n")
        sys.stdout.flush()

    def home(self, name: str = "") -> Path:
        """Return a path in the user's home."""
        return self.root / HOME / name

    def give(self, name: str, text: str) -> Path:
        """Write a file of the user into the home."""
        file = self.home(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        for path in (file, *(up for up in file.parents if self.home() in up.parents)):
            shutil.chown(path, empty_root.USER, empty_root.USER)
        return file

    def own(self) -> dict[str, str]:
        """Return the digest of each file of the user's library, keys and settings."""
        found = {}
        for path in sorted(path for folder in OWN for path in self.home(folder).rglob("*")):
            if path.is_file() and not path.name.endswith(("-shm", "-wal", ".lock")):
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                found[path.relative_to(self.home()).as_posix()] = digest
        return found
