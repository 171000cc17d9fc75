"""Install Debian packages that some tests need, where that is possible.

Usage: python tools/system_packages.py chromium dosfstools. If the user is not root, or apt-get is
missing or fails, it prints what is missing and exits with 0: the tests that need it are skipped.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys

COMMANDS = {
    "chromium": "chromium",
    "chromium-headless-shell": "chromium-headless-shell",
    "debootstrap": "debootstrap",
    "dosfstools": "fsck.vfat",
    "mtools": "mcopy",
    "poppler-utils": "pdftoppm",
}
# Alternatives where a distribution lacks a package.
INSTEAD = {"chromium-headless-shell": "chromium"}


def missing(packages: list[str]) -> list[str]:
    """Return those of `packages` whose command is not on the path."""
    return [name for name in packages if shutil.which(COMMANDS[name]) is None]


def install(packages: list[str]) -> str:
    """Install with apt-get; return the error, or ""."""
    if shutil.which("apt-get") is None:
        return "apt-get is not here"
    if os.geteuid() != 0:
        return "only root may install packages"
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=quiet, capture_output=True, text=True, check=False
        )
        if done.returncode:
            return f"apt-get {command[0]} failed: {done.stderr.strip()[-200:]}"
    return ""


def main() -> int:
    """Install the missing ones of the packages named."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("packages", nargs="+", choices=sorted(COMMANDS))
    wanted = missing(parser.parse_args().packages)
    if wanted:
        why = install(wanted)
        if why:
            wanted = missing([INSTEAD.get(name, name) for name in wanted])
            why = install(wanted) if wanted else ""
        if why:
            sys.stdout.write(
                f"Not installed: {', '.join(wanted)} ({why}); tests that need it skip.\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
