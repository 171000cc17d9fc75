"""The pages as the generator needs them: composed of the project's documents, links adapted.

A link to a document becomes one to the page that has that section; pictures are copied; any other
file of the project gets a page that shows its source.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tools.site import markdown
from tools.site.markdown import Section
from tools.site.pages import PAGES, Page

ROOT = Path(__file__).resolve().parents[2]
MADE, SITE = "made:", "site:"
PICTURES = ("svg", "png", "jpg", "pdf")
_LANGUAGES = {"py": "python", "toml": "toml", "mjs": "js", "yml": "yaml", "json": "json",
              "csv": "text", "ipynb": "json"}  # fmt: skip
Maker = Callable[[], str]
Place = tuple[str, str]  # a page's path, and the anchor in it


@cache
def document(name: str) -> tuple[Section, ...]:
    """Return the sections of one of the project's documents."""
    return tuple(markdown.sections((ROOT / name).read_text("utf-8")))


def claimed(name: str) -> dict[str, str]:
    """Return, for sections of a document that are on a page of their own, that page."""
    found = {}
    for page in PAGES:
        for part in page.parts:
            file, sign, anchor = part.partition("#")
            if file == name and sign:
                found[anchor] = page.path
    return found


@cache
def places() -> Mapping[Place, Place]:
    """Return where each anchor of each document ("" = its start) is in the site."""
    found: dict[Place, Place] = {}
    for page in PAGES:
        for i, part in enumerate(page.parts):
            if not part.startswith(MADE):
                found.update(_places(page, part, i == 0))
    return found


def _places(page: Page, part: str, leads: bool) -> dict[Place, Place]:
    """Return the anchors of a part; if it ``leads`` the page, its heading is the page's."""
    name, sign, anchor = part.partition("#")
    found: dict[Place, Place] = {}
    for section in _sections(part):
        for inner in markdown.anchors(section.body):
            found[name, inner] = page.path, inner
        found[name, section.anchor] = page.path, "" if leads and sign else section.anchor
    if not sign:
        found[name, ""] = page.path, ""
    else:
        found.setdefault((name, ""), (page.path, "" if leads else anchor))
    return found


def _sections(part: str) -> list[Section]:
    """Return the sections that a part shows: the one it names, or all that no other page has."""
    name, sign, anchor = part.partition("#")
    if sign:
        return [section for section in document(name) if section.anchor == anchor]
    elsewhere = claimed(name)
    return [section for section in document(name) if section.anchor not in elsewhere]


@dataclass
class Stage:
    """The folder of the staged pages; ``makers``: functions for the parts that are no document."""

    folder: Path
    makers: Mapping[str, Maker]
    sources: set[str] = field(default_factory=set)

    def write(self) -> None:
        """Write every page, and the pictures and sources that they link to."""
        for page in PAGES:
            self._put(f"{page.path}.md", self._page(page))
        for name in sorted(self.sources):
            self._put(f"source/{name}.md", _source_page(name))

    def _put(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def _page(self, page: Page) -> str:
        blocks = [f"# {page.title}"]
        for i, part in enumerate(page.parts):
            blocks.append(self._part(page, part, i == 0))
        text = "\n\n".join(blocks) + "\n"
        return text if page.path != "index" else "---\nhide: [navigation, toc]\n---\n\n" + text

    def _part(self, page: Page, part: str, leads: bool) -> str:
        if part.startswith(MADE):
            made = self.makers[part.removeprefix(MADE)]()
            return self._turned(made, page, "")
        name, sign, _anchor = part.partition("#")
        blocks = []
        for section in document(name) if not sign else _sections(part):
            other = "" if sign else claimed(name).get(section.anchor, "")
            if other and section.anchor:
                blocks += [f"## {section.heading}", _pointer(page, other)]
            elif not other:
                bare = not section.heading or (leads and sign)
                body = markdown.promoted(section.body) if leads and sign else section.body
                blocks += [body] if bare else [f"## {section.heading}", body]
        return self._turned("\n\n".join(blocks), page, name)

    def _turned(self, text: str, page: Page, name: str) -> str:
        """Return ``text`` of the document ``name`` with its links adapted to ``page``."""
        text = markdown.with_pictures(text, lambda one: f"{SITE}pictures/{one}.png")
        text = markdown.for_the_generator(text)
        return markdown.with_links(text, lambda target: self._link(target, page, name))

    def _link(self, target: str, page: Page, name: str) -> str:
        file, _, anchor = target.partition("#")
        if target.startswith(SITE):
            return _relative(page, file.removeprefix(SITE), anchor)
        if ":" in file or (not file and not name):
            return target
        path = os.path.normpath(Path(name).parent / file) if file else name
        if (path, anchor) in places():
            at, there = places()[path, anchor]
            return _relative(page, f"{at}.md", there)
        if path.rpartition(".")[2] in PICTURES:
            return _relative(page, self._copied(path))
        self.sources.add(path)
        return _relative(page, f"source/{path}.md")

    def _copied(self, path: str) -> str:
        target = self.folder / "assets" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target)
        return f"assets/{path}"


def _relative(page: Page, target: str, anchor: str = "") -> str:
    found = os.path.relpath(target, Path(page.path).parent)
    return f"{found}#{anchor}" if anchor else found


def _pointer(page: Page, path: str) -> str:
    title = next(other.title for other in PAGES if other.path == path)
    return f"→ [{title}]({SITE}{path}.md)"


def _source_page(name: str) -> str:
    """Return a page that shows a file; it is excluded from the search."""
    text = (ROOT / name).read_text("utf-8")
    language = _LANGUAGES.get(name.rpartition(".")[2], "text")
    fence = "````" if "```" in text else "```"
    return (
        "---\nsearch:\n  exclude: true\nhide: [toc]\n---\n\n"
        f"# {name}\n\n{fence}{language}\n{text.rstrip()}\n{fence}\n"
    )
