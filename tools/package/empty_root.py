"""A root file system for tests with only the C library, zlib and a shell: no Python."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_PACKAGES = ("libc6", "libc-bin", "libtinfo6", "zlib1g")
_PROGRAMS = ("/bin/dash", "/bin/cat", "/bin/ls", "/usr/bin/id")
USER, PORTS = 1000, 20  # PORTS: the group of serial ports


def make(root: Path) -> None:
    """Create the root; needs root privileges, since device files are mounted in it."""
    for package in _PACKAGES:
        asked = ["dpkg", "-L", package]
        listed = subprocess.run(asked, capture_output=True, text=True, check=False)
        for name in listed.stdout.splitlines():
            if ".so" in name or name.startswith("/sbin/ldconfig"):
                _bring(root, Path(name))
    for program in _PROGRAMS:
        _bring(root, Path(program))
        needed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
        for line in needed.stdout.split():
            if line.startswith("/"):
                _bring(root, Path(line))
    (root / "bin" / "sh").symlink_to("dash")
    for name in ("dev", "proc", "tmp", "etc", "home/runner"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "tmp").chmod(0o1777)
    (root / "etc" / "passwd").write_text(f"runner:x:{USER}:{USER}::/home/runner:/bin/sh\n")
    (root / "etc" / "group").write_text(f"runner:x:{USER}:\ndialout:x:{PORTS}:runner\n")
    shutil.chown(root / "home" / "runner", USER, USER)


def _bring(root: Path, file: Path) -> None:
    to = root / str(file).lstrip("/")
    if file.is_file() and not to.exists():
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, to)  # the target of a link


def mount(root: Path) -> None:
    """Mount terminals, processes and randomness, in a mount namespace that ends with us."""
    subprocess.run(["mount", "--rbind", "/dev", str(root / "dev")], check=True)
    subprocess.run(["mount", "-t", "proc", "proc", str(root / "proc")], check=True)


def remove(root: Path) -> None:
    """Remove the root, unless this computer's own devices are still mounted in it."""
    for name in ("dev", "proc"):
        if os.path.ismount(root / name):
            subprocess.run(["umount", "-lR", str(root / name)], check=True)
    if not any(os.path.ismount(root / name) for name in ("dev", "proc")):
        shutil.rmtree(root)


def has_python(root: Path) -> bool:
    """Return whether the root has a Python besides that of the download."""
    places = [f"{top}{folder}" for top in ("", "usr/", "usr/local/") for folder in ("bin", "sbin")]
    programs = [file for place in places for file in (root / place).glob("python*")]
    return bool(programs or [*(root / "usr" / "lib").rglob("libpython*")])


def command(root: Path, *words: str) -> list[str]:
    """Return the command line that runs a command in the root as an unprivileged user."""
    chroot = shutil.which("chroot") or "/usr/sbin/chroot"
    inside = f"cd /home/runner; exec {' '.join(words)}"
    user = [f"--userspec={USER}:{USER}", f"--groups={PORTS}"]
    return [chroot, *user, str(root), "/bin/sh", "-c", inside]


ENVIRONMENT = {"HOME": "/home/runner", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def clean_environment() -> dict[str, str]:
    """Return the environment of the trial, without this computer's Python."""
    kept = {key: os.environ[key] for key in ("TERM",) if key in os.environ}
    return {**kept, **ENVIRONMENT}
