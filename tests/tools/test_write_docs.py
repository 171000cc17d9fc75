"""The documentation says what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import write_docs

ROOT = Path(__file__).resolve().parents[2]


def test_no_page_is_stale() -> None:
    assert write_docs.stale(ROOT, write=False) == []


def test_a_stale_page_is_found_and_written(tmp_path: Path) -> None:
    for page, name, _table in write_docs.TABLES:
        path = tmp_path / page
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") if path.exists() else "before\n"
        path.write_text(before + f"<!-- {name} -->\nold\n<!-- end of {name} -->\nafter\n", "utf-8")
    pages = [page for page, _name, _table in write_docs.TABLES]
    pages += [name for name, _content in write_docs.FILES]
    assert write_docs.stale(tmp_path, write=True) == pages
    text = (tmp_path / "device" / "README.md").read_text("utf-8")
    assert text.startswith("before\n<!-- signals -->\n| moment")
    assert "\nold\n" not in text
    assert write_docs.stale(tmp_path, write=False) == []


def test_a_page_without_markers_is_an_error() -> None:
    with pytest.raises(ValueError, match="signals"):
        write_docs.with_table("nothing here", "signals", "table")
