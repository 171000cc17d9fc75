"""The site: it builds, every link leads somewhere, nothing comes from elsewhere, newcomers find."""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path
from typing import Any

import document_rig as documents
import pytest

pytest.importorskip("material", reason="the site needs mkdocs-material")

from tools.site import links, markdown, pictures, staging  # noqa: E402
from tools.site.build import build  # noqa: E402
from tools.site.pages import PAGES, Page  # noqa: E402
from tools.site.tasks import MOST_CLICKS, TASKS, Task  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    page.relative_to(ROOT).as_posix()
    for page in documents.pages(ROOT)
    if not page.relative_to(ROOT).parts[0].startswith(".")
]


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, with grey pictures and short runs; built once, by whichever process comes first."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    with (folder / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = folder / "site" / "html"
        if not found.is_dir():
            assert build(folder / "site", real_pictures=False, short_demo=True) == found
    return found


def test_every_link_and_anchor_leads_somewhere_and_nothing_is_fetched(html: Path) -> None:
    assert len(list(html.rglob("*.html"))) > len(PAGES)
    assert list(links.broken(html)) == []
    assert list(links.from_elsewhere(html)) == []


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.task)
def test_a_newcomer_finds_it_in_a_few_clicks(html: Path, task: Task) -> None:
    assert len(task.presses) <= MOST_CLICKS
    page = html / "index.html"
    for words in task.presses:
        found = [link for link in links.links(page) if link.words == words and not link.fetched]
        assert found, f"{page.name} has no link {words!r}"
        page = links.target(page, found[0].address)
    assert task.answer in links.words(page)


def test_every_document_has_its_place_and_no_section_stands_twice() -> None:
    parts = [part for page in PAGES for part in page.parts]
    assert len(parts) == len(set(parts))
    assert {part.partition("#")[0] for part in parts if "made:" not in part} == set(DOCUMENTS)
    for name in DOCUMENTS:
        sections = [section.anchor for section in staging.document(name)]
        assert len(sections) == len(set(sections))
        claimed = staging.claimed(name)
        assert set(claimed) <= set(sections)
        if name not in parts:
            assert set(claimed) == set(sections), name


def test_the_pictures_are_those_that_the_documents_use() -> None:
    texts = [(ROOT / name).read_text("utf-8") for name in DOCUMENTS]
    used = {found for text in texts for found in markdown.picture_names(text)}
    assert used == set(pictures.NAMES)
    visit = (ROOT / "shared" / "docs" / "first-visit.md").read_text("utf-8")
    assert len(markdown.picture_names(visit)) == 10


def test_the_pictures_are_taken_of_the_running_product(browser: Any, tmp_path: Path) -> None:
    pictures.take(browser, tmp_path)
    made = {path.stem: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(made) == set(pictures.NAMES) and len(set(made.values())) == len(made)
    assert min(len(data) for data in made.values()) > 20_000


@pytest.mark.parametrize(("width", "pages"), [(1280, PAGES[:8]), (390, PAGES)])
def test_the_pages_fit_the_screen_and_ask_nobody(
    browser: Any, html: Path, width: int, pages: tuple[Page, ...]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wide = []
    for one in pages:
        page.goto((html / f"{one.path}.html").as_uri())
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(one.path)
    page.close()
    assert wide == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_search_finds_where_the_site_is_opened_as_a_file(browser: Any, html: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 844})
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto((html / "index.html").as_uri())
    page.click("input.md-search__input")
    page.keyboard.type("false cues")
    found = page.locator(".md-search-result__item a[href*='cohort.html']").first
    found.wait_for(state="attached")
    page.close()
    assert failed == []


# The reader of Markdown and of links: what is wrong must be found.


def test_a_document_is_cut_at_its_sections_and_not_in_code() -> None:
    text = "# T\n\nintro\n\n## One `x`\n\na\n\n```\n## no\n```\n\n### Deep\n\n## Two\nb\n"
    found = markdown.sections(text)
    assert [(one.heading, one.anchor) for one in found] == [
        ("", ""), ("One `x`", "one-x"), ("Two", "two"),
    ]  # fmt: skip
    assert found[0].body == "intro" and "## no" in found[1].body
    assert markdown.promoted("### Deep\n\n```\n### no\n```") == "## Deep\n\n```\n### no\n```"


def test_a_list_gets_what_the_stricter_reader_wants() -> None:
    said = markdown.for_the_generator("<!-- x -->\nwords\n- a\n  more\n- b\n\n1. c\n   - d\n")
    assert said == "\nwords\n\n- a\n  more\n- b\n\n1. c\n    - d\n"


def test_a_broken_link_of_a_page_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<h1 id="x">A</h1><a href="b.html#y">b</a><a href="b.html#no">c</a>'
        '<a href="gone.html">d</a>'
        '<img src="https://elsewhere.example/x.png"><a href="../out.html">e</a><a href="#x">f</a>'
    )
    (tmp_path / "b.html").write_text('<p id="y">there</p>')
    assert [re.sub(r"^a.html: ", "", line) for line in links.broken(tmp_path)] == [
        "b.html#no: no such heading", "gone.html: no such file",
        "../out.html: leads out of the site",
    ]  # fmt: skip
    assert list(links.from_elsewhere(tmp_path)) == ["a.html: https://elsewhere.example/x.png"]
