"""Build the site: stage its pages, make its demo and pictures, and run the generator."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tools.package import icons
from tools.site import demo, pictures
from tools.site.made import MADE
from tools.site.pages import HOME, ROOMS
from tools.site.staging import Stage

HERE = Path(__file__).resolve().parent
_ICON_PIXELS = 128


def build(out: Path, *, real_pictures: bool = True, short_demo: bool = False) -> Path:
    """Build the site anew in ``out``; return the folder of its HTML.

    Args:
        real_pictures: take them from the running product; otherwise each is a grey field.
        short_demo: only short runs, for a test.

    Raises:
        subprocess.CalledProcessError: if the generator finds a broken link or another error.
    """
    shutil.rmtree(out, ignore_errors=True)
    staged = out / "staged"
    Stage(staged, {**MADE, "demo": demo.page}).write()
    demo.write(staged / "demo", short_demo)
    pictures.write(staged / "pictures", real_pictures)
    look = staged / "look"
    look.mkdir()
    for name in ("site.css", "search_in_frame.js"):
        shutil.copyfile(HERE / name, look / name)
    (look / "icon.png").write_bytes(icons.png(_ICON_PIXELS))
    config = out / "mkdocs.yml"
    config.write_text(yaml.safe_dump(_configured(staged, out / "html")), encoding="utf-8")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(config)]
    subprocess.run(words, check=True, env=_quiet())
    # Its addresses are relative to the server's root, but the site may be in a subfolder.
    (out / "html" / "404.html").unlink()
    _index_as_script(out / "html" / "search")
    return out / "html"


def _index_as_script(folder: Path) -> None:
    """Add the index as a script: a page opened as a file cannot read other files."""
    index = (folder / "search_index.json").read_text("utf-8")
    (folder / "search_index.js").write_text(f"var __index = {index}\n", "utf-8")


def _configured(staged: Path, html: Path) -> Mapping[str, Any]:
    nav: list[Any] = [{"Home": f"{HOME.path}.md"}]
    nav += [
        {room.title: [{page.title: f"{page.path}.md"} for page in room.pages]} for room in ROOMS
    ]
    return {
        "INHERIT": str(HERE / "mkdocs.yml"), "docs_dir": str(staged.resolve()),
        "site_dir": str(html.resolve()), "nav": nav,
    }  # fmt: skip


def _quiet() -> dict[str, str]:
    """Return the environment that turns off the generator's advertisements."""
    return {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
