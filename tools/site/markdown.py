"""The project's Markdown: its sections, anchors and links, and adaptations for the site.

A document has one title (``#``), an introduction, and sections (``##``). Fenced code is never
interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_FENCE = re.compile(r"^ *```.*?^ *```[^\n]*", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(\]\()([^)\s]+)(\))|((?:src|href)=\")([^\"]+)(\")")
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
_ANCHOR = re.compile(r"<a (?:id|name)=\"([^\"]+)\"")
_COMMENT = re.compile(r"^[ ]*<!--.*?-->[ ]*$", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"^( *)([-*]|\d+\.) ")
_PICTURE = re.compile(r"<!-- picture ([a-z-]+): (.+?) -->", re.DOTALL)


class Section(NamedTuple):
    """A part of a document: its ``##`` heading ("" of the introduction), anchor and body."""

    heading: str
    anchor: str
    body: str


def prose(text: str) -> str:
    """Return ``text`` without its blocks of code, in which brackets are no links."""
    return _FENCE.sub("", text)


def blocks(text: str) -> list[str]:
    """Return the blocks of code, including their fences."""
    return _FENCE.findall(text)


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Return ``text`` with ``change`` applied to everything but its blocks of code."""
    parts, at = [], 0
    for fence in _FENCE.finditer(text):
        parts += [change(text[at : fence.start()]), fence.group()]
        at = fence.end()
    return "".join([*parts, change(text[at:])])


def slug(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def anchors(text: str) -> set[str]:
    """Return the anchors of a text: of its headings, numbered if repeated, and explicit ones."""
    found: dict[str, int] = {}
    result = set(_ANCHOR.findall(text))
    for _level, heading in _HEADING.findall(prose(text)):
        name = slug(heading)
        count = found.get(name, 0)
        found[name] = count + 1
        result.add(f"{name}-{count}" if count else name)
    return result


def title(text: str) -> str:
    """Return the title of a document, "" if it has none."""
    first = next(iter(_HEADING.findall(prose(text))), ("", ""))
    return first[1] if first[0] == "#" else ""


def sections(text: str) -> list[Section]:
    """Split a document into its introduction and its sections; the title is left out."""
    starts = [found for found in _HEADING.finditer(_blanked(text)) if found[1] == "##"]
    ends = [*(start.start() for start in starts), len(text)]
    intro = re.sub(r"\A\s*# +.+\n", "", text[: ends[0]])
    found = [Section("", "", intro.strip("\n"))]
    for start, end in zip(starts, ends[1:], strict=True):
        body = text[start.end() : end].strip("\n")
        found.append(Section(start[2], slug(start[2]), body))
    return found


def _blanked(text: str) -> str:
    """Return ``text`` with code blanked out; all characters keep their positions."""
    return _FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def links(text: str) -> Iterator[str]:
    """Yield the target of each link and picture."""
    for groups in _LINK.findall(prose(text)):
        yield groups[1] or groups[4]


def with_links(text: str, change: Callable[[str], str]) -> str:
    """Return ``text`` with each target of a link or picture changed."""

    def changed(found: re.Match[str]) -> str:
        before, target, after = (found[i] or found[i + 3] for i in (1, 2, 3))
        return before + change(target) + after

    return outside_code(text, lambda part: _LINK.sub(changed, part))


def promoted(text: str) -> str:
    """Return a section's body with its headings one level higher, for a page of its own."""
    return outside_code(text, lambda part: re.sub(r"^##(#+ )", r"#\1", part, flags=re.MULTILINE))


def picture_names(text: str) -> list[str]:
    """Return the names of the pictures to be taken from the running product."""
    return [found[1] for found in _PICTURE.finditer(text)]


def with_pictures(text: str, address: Callable[[str], str]) -> str:
    """Return ``text`` with each ``<!-- picture NAME: WORDS -->`` replaced by the picture."""

    def drawn(found: re.Match[str]) -> str:
        return f"![{' '.join(found[2].split())}]({address(found[1])})"

    return outside_code(text, lambda part: _PICTURE.sub(drawn, part))


def for_the_generator(text: str) -> str:
    """Return ``text`` as Python-Markdown needs it, which is stricter than GitHub.

    Comments are removed; a list begins after an empty line; nested lists are indented by four.
    """
    return outside_code(text, lambda part: _listed(_COMMENT.sub("", part)))


def _listed(text: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        item = _ITEM.match(line)
        before = lines[-1] if lines else ""
        if item and before.strip() and not _in_list(lines):
            lines.append("")
        if item and 0 < len(item[1]) < 4:
            line = "    " + line.lstrip()
        lines.append(line)
    return "\n".join(lines)


def _in_list(lines: list[str]) -> bool:
    """Return whether the paragraph that ends here is an item of a list."""
    for line in reversed(lines):
        if _ITEM.match(line):
            return True
        if not line.strip():
            return False
    return False
