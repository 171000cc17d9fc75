"""The documentation says what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import write_docs

ROOT = Path(__file__).resolve().parents[2]


def test_no_page_is_stale() -> None:
    assert write_docs.stale(ROOT, write=False) == []


def test_a_stale_page_is_found_and_written(tmp_path: Path) -> None:
    page = tmp_path / "device" / "README.md"
    page.parent.mkdir()
    page.write_text("before\n<!-- signals -->\nold\n<!-- end of signals -->\nafter\n")
    assert write_docs.stale(tmp_path, write=True) == ["device/README.md"]
    text = page.read_text("utf-8")
    assert text.startswith("before\n<!-- signals -->\n| moment")
    assert text.endswith("<!-- end of signals -->\nafter\n")
    assert write_docs.stale(tmp_path, write=False) == []


def test_a_page_without_markers_is_an_error() -> None:
    with pytest.raises(ValueError, match="signals"):
        write_docs.with_table("nothing here", "signals", "table")
