"""What the downloads are made of: locks, archives, icons, age, and the start by an icon."""

from __future__ import annotations

import io
import lzma
import os
import platform
import re
import struct
import sys
import tarfile
import tomllib
from datetime import date
from pathlib import Path

import leancue
import pytest
from leancue import icon_start
from leancue.basis import program
from leancue.desktop import page_window

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.package import archives, icons, lock  # noqa: E402 (found only through the path above)


@pytest.mark.parametrize("name", lock.LOCKS)
def test_a_lock_pins_all_that_is_asked_for_with_hashes_and_names_no_server(name: str) -> None:
    assert lock.missing(name) == []
    text = (lock.FOLDER / f"{name}.txt").read_text("utf-8")
    pins = re.findall(r"^[a-z0-9._-]+==.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)*", text, re.M)
    assert all("--hash=" in pin for pin in pins) and len(pins) > 20
    assert "://" not in text


def test_the_same_content_gives_the_same_archive(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text("echo")
    (tmp_path / "a.sh").chmod(0o755)
    (tmp_path / "b").symlink_to("a.sh")
    packed = [archives.tar_xz(archives.entries(tmp_path, "top")) for _ in range(2)]
    assert packed[0] == packed[1]
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(packed[0]))) as archive:
        found = {member.name: member for member in archive}
    assert found["top/a.sh"].mode == 0o755 and found["top/b"].linkname == "a.sh"


def test_an_icon_for_windows_says_where_its_pictures_are() -> None:
    data = icons.ico((16,))
    size, at = struct.unpack_from("<II", data, 6 + 8)
    assert data[at : at + size] == icons.png(16)


def test_the_release_day_is_the_citation_s() -> None:
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\ndate-released: {leancue.RELEASED}\n" in text
    assert f"\nversion: {leancue.__version__}\n" in text


def test_the_age_is_told_without_a_network() -> None:
    born = date.fromisoformat(leancue.RELEASED)
    assert "1 day old" in program.age(date.fromordinal(born.toordinal() + 1))
    assert "13 months old" in program.age(date.fromordinal(born.toordinal() + 400))
    assert "in the future" in program.age(date.fromordinal(born.toordinal() - 1))
    assert program.is_old(date.fromordinal(born.toordinal() + 400)) and not program.is_old(born)


def test_a_start_by_the_icon_that_fails_opens_a_page_with_the_words(tmp_path: Path) -> None:
    def fails() -> None:
        assert sys.argv[1:] == ["clinic", "--window"]
        sys.stderr.write("The port <x> is taken.")
        raise SystemExit(64)

    opened: list[str] = []
    before = sys.argv
    try:
        assert icon_start.start(tmp_path, fails, opened.append) == 64
    finally:
        sys.argv = before
    assert opened == [(tmp_path / "clinic-page.html").as_uri()]
    assert "The port &lt;x&gt; is taken." in (tmp_path / "clinic-page.html").read_text("utf-8")


def test_the_page_is_over_only_once_it_was_shown_and_left() -> None:
    now_s = [0.0]
    shown = iter([False, True, True, *[False] * 1000])

    def sleep(seconds: float) -> None:
        now_s[0] += seconds

    page_window.wait_until_left(lambda: next(shown), lambda: now_s[0], sleep)
    assert page_window.LEFT_S <= now_s[0] <= page_window.LEFT_S + 10


def test_the_metadata_name_the_project_s_pages_where_its_address_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interface = pytest.importorskip("hatchling.metadata.plugin.interface")
    from tools.package.hatch_build import PAGES, Addresses

    hook = Addresses(str(tmp_path), {})
    assert isinstance(hook, interface.MetadataHookInterface)
    monkeypatch.setenv("LEANCUE_ADDRESS", "https://forge.example/leancue/")
    given: dict[str, dict[str, str]] = {}
    hook.update(given)
    assert given["urls"].keys() == PAGES.keys()
    assert given["urls"]["Issues"] == "https://forge.example/leancue/issues"
    lines = "".join(f"Project-URL: {label}, {url}\n" for label, url in given["urls"].items())
    (tmp_path / "PKG-INFO").write_text(f"Metadata-Version: 2.4\n{lines}\nLong text\n")
    monkeypatch.delenv("LEANCUE_ADDRESS")
    again: dict[str, dict[str, str]] = {}
    hook.update(again)  # as within an sdist
    assert again == given
    (tmp_path / "PKG-INFO").unlink()
    hook.update(again)
    assert again == {"urls": {}}


def test_the_metadata_are_complete() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "MIT" and project["readme"] == "README.md"
    assert (ROOT / project["license-files"][0]).is_file()
    assert "urls" in project["dynamic"] and project["authors"] and project["keywords"]
    kinds = project["classifiers"]
    assert not [kind for kind in kinds if kind.startswith("License ::")]  # the expression says it
    oldest = project["requires-python"].removeprefix(">=")
    assert f"Programming Language :: Python :: {oldest}" in kinds


def test_the_browser_takes_the_system_s_libraries_and_a_part_of_ours_the_download_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tools.package import entry

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/leancue/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/opt/own")
    monkeypatch.delenv("PYINSTALLER_RESET_ENVIRONMENT", raising=False)
    entry._leave_libraries_alone()
    assert os.environ["LD_LIBRARY_PATH"] == "/opt/own"
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"  # the starter sets it all anew
    entry._leave_libraries_alone()
    assert "LD_LIBRARY_PATH" not in os.environ


def test_a_debian_package_names_the_c_library_that_it_was_built_with() -> None:
    from tools.package import linux_package

    control = linux_package.control("1.2.3", 5000)
    assert f"Depends: libc6 (>= {platform.libc_ver()[1]}), zlib1g\n" in control
    assert "Version: 1.2.3\n" in control and "Installed-Size: 5000\n" in control
