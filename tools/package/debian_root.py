"""A minimal Debian root: dpkg, and no Python.

Created by debootstrap for this computer's release, from its own apt server.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tools.package import empty_root

_SERVER = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]


def make(root: Path) -> None:
    """Create the root; needs root privileges, debootstrap and the network."""
    release = dict(line.split("=", 1) for line in _lines(Path("/etc/os-release").read_text()))
    asked = subprocess.run(_SERVER, capture_output=True, text=True, check=True)
    words = ["debootstrap", "--variant=minbase", release["VERSION_CODENAME"], str(root)]
    # debootstrap accesses devices that our mount forbids, so it runs first.
    done = subprocess.run(
        [*words, _lines(asked.stdout)[0]], capture_output=True, text=True, check=False, env=_env()
    )
    if done.returncode:
        raise SystemExit("debootstrap failed: " + done.stdout[-1500:] + done.stderr[-500:])
    numbers = ["--uid", str(empty_root.USER), "--groups", "dialout"]
    _inside(root, "useradd", "--create-home", "--user-group", *numbers, "runner")


def install(root: Path, package: Path) -> str:
    """Install a .deb, also over an older version; return the error, or ""."""
    shutil.copy(package, root / "tmp" / package.name)
    return _inside(root, "dpkg", "--install", f"/tmp/{package.name}")


def remove_package(root: Path) -> str:
    """Remove LeanCue; return the error, or ""."""
    return _inside(root, "dpkg", "--remove", "leancue")


def _inside(root: Path, *words: str) -> str:
    chroot = shutil.which("chroot") or "/usr/sbin/chroot"
    done = subprocess.run(
        [chroot, str(root), *words], capture_output=True, text=True, check=False, env=_env()
    )
    return done.stdout + done.stderr if done.returncode else ""


def _env() -> dict[str, str]:
    paths = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    proxies = {key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")}
    quiet = {"LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    return {**proxies, **quiet, "PATH": paths}


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]
