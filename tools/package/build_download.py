"""Build the download for this computer's system: python tools/package/build_download.py

Usage: python tools/package/build_download.py [--out DIR] [--work DIR]. The wheel and the locked
packages are installed in a new environment, with their hashes checked; PyInstaller creates one
folder, which is then packed. Linux: an archive and a .deb. Windows: an archive, and an installer
if Inno Setup is installed. macOS: the app in an archive. (Windows, macOS: not tried yet.) Also
written: the SBOM and all licences.
Prints the sizes, and exits with 1 if a packed download is larger than SIZE_MOST_MB.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tools.package import environments  # noqa: E402 (found only through the path above)

SIZE_MOST_MB = 90
UNIX_HIDDEN = "_internal"  # where PyInstaller puts everything but the program


def main() -> int:
    """Build the download; return 0 if it is small enough."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder of the downloads")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "download", help="scratch")
    options = parser.parse_args()
    work, out = options.work.resolve(), options.out.resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    out.mkdir(parents=True, exist_ok=True)
    builders = environments.make(work / "builders", "build")
    environments.run(builders, "-m", "build", "--wheel", "--no-isolation", "--outdir", work, ROOT)
    python = environments.make(work / "shipped", "desk")
    environments.install(python, "--no-deps", next(work.glob("*.whl")))
    bill = out / f"{name(python)}.cdx.json"
    environments.run(
        builders, "-m", "cyclonedx_py", "environment", python, "--output-reproducible",
        "--pyproject", ROOT / "pyproject.toml", "--mc-type", "application", "-o", bill,
    )  # fmt: skip
    notices = _write_notices(python, work)
    _say(f"SBOM: {bill.name}, {bill.stat().st_size / 1000:.0f} kB")
    folder = _frozen(python, work, notices)
    shutil.copy(next(folder.rglob("LICENCES.txt")), out / f"{name(python)}.licences.txt")
    made = list(_packed(folder, out, name(python), _version(python)))
    _say(f"unpacked: {_mb(folder):.0f} MB")
    for file in made:
        _say(f"{file.name}: {_mb(file):.1f} MB packed (at most {SIZE_MOST_MB})")
    return 1 if any(_mb(file) > SIZE_MOST_MB for file in made) else 0


def _write_notices(python: Path, work: Path) -> Path:
    from tools.package import licences

    site = next(path for path in (work / "shipped").rglob("site-packages") if path.is_dir())
    parts = [*licences.of_packages(site), licences.of_python()]
    parts += licences.of_scripts(site / "nicegui")
    notices = work / "LICENCES.txt"
    notices.write_text(licences.joined(parts), "utf-8")
    return notices


def _frozen(python: Path, work: Path, notices: Path) -> Path:
    """Run PyInstaller to make the folder (macOS: the app); return it."""
    from tools.package import icons

    environments.add(python, "build")
    icons.write(work / "icons")
    told = {"LEANCUE_ICONS": str(work / "icons"), "LEANCUE_NOTICES": str(notices),
            "LEANCUE_VERSION": _version(python), "PYTHONHASHSEED": "1"}  # fmt: skip
    environments.run(
        python, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--distpath",
        work / "made", "--workpath", work / "scratch", HERE / "leancue.spec", env=told,
    )  # fmt: skip
    folder = work / "made" / ("LeanCue.app" if sys.platform == "darwin" else "leancue")
    if sys.platform != "darwin":
        shutil.copy(HERE / "DOWNLOAD.txt", folder / "README.txt")
    if sys.platform == "linux":
        _add_system_licences(folder)
        (folder / "leancue-clinic").symlink_to("leancue")
        shutil.copy(work / "icons" / "leancue.png", folder / "leancue.png")
        for file in (HERE / "linux").iterdir():
            shutil.copy(file, folder / file.name)
    return folder


def _add_system_licences(folder: Path) -> None:
    from tools.package import licences

    inside = folder / UNIX_HIDDEN
    names = sorted(path.name for path in inside.glob("lib*.so*") if path.is_file())
    notices = inside / "LICENCES.txt"
    more = licences.joined(licences.of_system(names)).partition("\n" + "=" * 78)
    notices.write_text(notices.read_text("utf-8") + more[1] + more[2], "utf-8")


def _packed(folder: Path, out: Path, called: str, version: str) -> Iterator[Path]:
    """Pack the folder in the formats of this system."""
    if sys.platform == "linux":
        from tools.package import archives, linux_package

        file = out / f"{called}.tar.xz"
        file.write_bytes(archives.tar_xz(archives.entries(folder, called)))
        yield file
        file = out / f"leancue_{version}_{linux_package.architecture()}.deb"
        file.write_bytes(linux_package.make(folder, version))
        yield file
    elif sys.platform == "darwin":  # keeps links and permissions, unlike other zip tools
        file = out / f"{called}.zip"
        environments.run("ditto", "-c", "-k", "--keepParent", folder, file)
        yield file
    else:
        yield Path(shutil.make_archive(str(out / called), "zip", folder.parent, folder.name))
        yield from _windows_installer(folder, out, called, version)


def _windows_installer(folder: Path, out: Path, called: str, version: str) -> Iterator[Path]:
    """Build the installer if Inno Setup's compiler is found (``iscc``, or in its own folder)."""
    usual = Path("C:/Program Files (x86)/Inno Setup 6/ISCC.exe")
    compiler = shutil.which("iscc") or (str(usual) if usual.is_file() else None)
    if compiler is None:
        _say("no installer: Inno Setup is not there")
        return
    given = {"Folder": folder, "Version": version, "Out": out, "Name": f"{called}-setup"}
    defined = [f"/D{name}={value}" for name, value in given.items()]
    environments.run(compiler, "/Qp", *defined, HERE / "windows" / "leancue.iss")
    yield out / f"{called}-setup.exe"


def name(python: Path) -> str:
    """Return the name of the download: version, system and processor."""
    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)
    return f"leancue-{_version(python)}-{system}-{platform.machine().lower()}"


def _version(python: Path) -> str:
    asked = "from leancue import __version__; print(__version__)"
    return subprocess.run(
        [python, "-c", asked], capture_output=True, text=True, check=True
    ).stdout.strip()


def _mb(path: Path) -> float:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if not p.is_symlink()]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
