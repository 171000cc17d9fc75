"""The links of a built site: their targets, and what a page would fetch from other sites."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

#: Elements whose address a browser fetches by itself, and the attribute that holds it.
FETCHED = {"img": "src", "script": "src", "iframe": "src", "link": "href", "source": "src"}
_NOT_FETCHED = {"canonical", "next", "prev"}  # kinds of <link> that a browser does not fetch


class Link(NamedTuple):
    """A link of a page: its address, its text, and whether the browser fetches it by itself."""

    address: str
    words: str
    fetched: bool


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[Link] = []
        self.text: list[str] = []
        self._open: list[tuple[str, int]] = []  # of links: the address, where its words begin

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors.update(name for key in ("id", "name") if (name := found.get(key)))
        address = found.get(FETCHED.get(tag, ""))
        if address and found.get("rel") not in _NOT_FETCHED:
            self.links.append(Link(address, "", True))
        if tag == "a":
            self._open.append((found.get("href") or "", len(self.text)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open:
            address, begin = self._open.pop()
            words = " ".join("".join(self.text[begin:]).split())
            self.links += [Link(address, words, False)] if address else []

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@cache
def _read(page: Path) -> _Reader:
    reader = _Reader()
    reader.feed(page.read_text("utf-8"))
    reader.close()
    return reader


def links(page: Path) -> list[Link]:
    """Return the links of a page of the site."""
    return _read(page).links


def words(page: Path) -> str:
    """Return all text of a page, separated by spaces."""
    return " ".join("".join(_read(page).text).split())


def target(page: Path, address: str) -> Path:
    """Return the file that an address on a page refers to."""
    path = unquote(urlsplit(address).path)
    return (page.parent / path).resolve() if path else page


def is_elsewhere(address: str) -> bool:
    """Return whether an address is outside the site."""
    parts = urlsplit(address)
    return bool(parts.scheme or parts.netloc)


def broken(html: Path) -> Iterator[str]:
    """Yield each broken link within the site, with the reason."""
    for page in sorted(html.rglob("*.html")):
        for link in links(page):
            why = "" if is_elsewhere(link.address) else _why_broken(html, page, link.address)
            if why:
                yield f"{page.relative_to(html)}: {link.address}: {why}"


def _why_broken(html: Path, page: Path, address: str) -> str:
    file = target(page, address)
    if not file.is_relative_to(html.resolve()):
        return "leads out of the site"
    if not file.is_file():
        return "no such file"
    anchor = unquote(urlsplit(address).fragment)
    if anchor and file.suffix == ".html" and anchor not in _read(file).anchors:
        return "no such heading"
    return ""


def from_elsewhere(html: Path) -> Iterator[str]:
    """Yield what the pages would fetch from other sites."""
    for page in sorted(html.rglob("*.html")):
        for link in links(page):
            if link.fetched and is_elsewhere(link.address) and link.address[:5] != "data:":
                yield f"{page.relative_to(html)}: {link.address}"
