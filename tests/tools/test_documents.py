"""The documents lead somewhere: every link, file, definition and command that they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import document_rig as documents
import pytest

from tools.site import markdown

ROOT = Path(__file__).resolve().parents[2]
PAGES = documents.pages(ROOT)


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    assert list(documents.broken_links(page, ROOT)) == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_is_one_of_the_command_line(page: Path) -> None:
    typed = documents.commands_typed(page.read_text("utf-8"))
    found = {words.strip(): documents.unknown_command(words) for words in typed}
    assert {words: why for words, why in found.items() if why} == {}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_name_that_links_to_a_module_is_defined_there(page: Path) -> None:
    places = [place for place in documents.named_definitions(page) if place.page.is_file()]
    assert [f"{p.named} in {_name(p.page)}" for p in places
            if p.named not in documents.definitions(p.page)] == []  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    assert sorted(set(documents.missing_files(page, ROOT))) == []


def test_the_walk_of_a_sample_names_each_room_that_it_passes() -> None:
    places = list(documents.named_definitions(ROOT / "shared" / "docs" / "sample.md"))
    assert len(places) > 20
    rooms = {place.page.relative_to(ROOT).parts[0] for place in places}
    assert rooms == {"shared", "device", "host"}


def test_a_file_that_is_gone_is_found(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "here.py").touch()
    page = tmp_path / "page.md"
    page.write_text("`here.py` `room/here.py` `gone.py` `room/gone.svg` `leanboard.py`\n")
    assert list(documents.missing_files(page, tmp_path)) == ["gone.py", "room/gone.svg"]


# The reader of the documents itself: what is wrong must be found.


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    (tmp_path / "other.md").write_text("# One place\n\n## Twice\n\n## Twice\n\n```\n# no\n```\n")
    page.write_text(
        "# Here\n[a](other.md#one-place) [b](other.md#twice-1) [c](#here) [d](https://x.example)\n"
        '[e](gone.md) [f](other.md#no) [g](../../out.md) [h](#there) <img src="gone.svg">\n'
        "```\n[i](in-code.md)\n```\n",
        "utf-8",
    )
    assert list(documents.broken_links(page, tmp_path)) == [
        "gone.md: no such file", "other.md#no: no such heading",
        "../../out.md: leads out of the project", "#there: no such heading",
        "gone.svg: no such file",
    ]  # fmt: skip


def test_a_heading_with_code_and_signs_has_the_anchor_that_a_reader_follows() -> None:
    assert markdown.anchors("## To change X, go to `Y`\n") == {"to-change-x-go-to-y"}
    assert "how-it-is-done" in markdown.anchors("# [How it is done](x.md)\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("runs pull --library", ""),
        ("report RUN --pdf", ""),
        ("--help", ""),
        ("runs fetch", "`leancue runs` has no command fetch"),
        ("reprot RUN", "`leancue` has no command reprot"),
        ("report RUN --pfd", "`leancue report` has no option --pfd"),
    ],
)
def test_a_command_that_is_none_is_found(words: str, why: str) -> None:
    assert documents.unknown_command(words) == why


def test_commands_are_read_from_code_alone() -> None:
    text = "leancue speaks. `leancue demo --out X`, `leancue.log`.\n\n```\nleancue doctor\n```\n"
    assert [words.strip() for words in documents.commands_typed(text)] == [
        "doctor", "demo --out X",
    ]  # fmt: skip


def test_a_definition_is_a_name_of_the_module_or_of_a_class_in_it(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "A, B = 1, 2\nclass C:\n    D = 3\n    def e(self):\n        self.f = 4\ndef g(): pass\n"
    )
    assert documents.definitions(path) == {"A", "B", "C", "C.D", "C.e", "C.f", "g"}


_NAME_IN_FILE = re.compile(
    r"`([A-Za-z_][\w.]*)`(?:,| in| of)\s+`((?:host|shared|device|tools|boards|tests)/[\w/]+\.py)`"
)


def test_the_recipes_name_what_stands_in_the_files_that_they_name() -> None:
    """Each `NAME` in `file` of what a contributor is told to change."""
    found = _NAME_IN_FILE.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert len(found) > 15
    gone = [
        f"{name} in {file}"
        for name, file in found
        if not re.search(rf"\b{name.split('.')[-1]}\b", (ROOT / file).read_text("utf-8"))
    ]
    assert gone == []
