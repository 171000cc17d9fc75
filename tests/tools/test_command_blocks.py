"""What the documents tell to type works: every block of commands is run, or marked why not."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import command_rig as rig
import document_rig as documents
import pytest

BLOCKS = {
    page: blocks
    for page in documents.pages(rig.ROOT)
    if (blocks := list(rig.blocks(page)))
}  # fmt: skip


@pytest.mark.parametrize("page", BLOCKS, ids=lambda page: page.relative_to(rig.ROOT).as_posix())
def test_every_command_block_runs(page: Path, tmp_path: Path) -> None:
    lines = [line for block in BLOCKS[page] if not block.reason for line in block.lines]
    assert {line: why for line in lines if (why := rig.trouble(line, tmp_path))} == {}


MARKED = [block for blocks in BLOCKS.values() for block in blocks if block.reason]


@pytest.mark.parametrize("block", MARKED, ids=lambda block: block.page)
def test_a_block_that_is_not_run_really_needs_what_its_mark_says(
    block: rig.Block, tmp_path: Path
) -> None:
    (line,) = [line for line in block.lines if not line.startswith("make ")][:1]
    if block.reason == "needs the CAD library" and find_spec("build123d"):
        pytest.skip("the CAD library is installed: tests/boards/case run it")
    done = rig.typed(line, tmp_path)
    assert done.returncode in rig.REASONS[block.reason], done.stderr


def test_the_reader_of_blocks_finds_what_is_typed_and_what_fails(tmp_path: Path) -> None:
    page = rig.ROOT / "README.md"
    lines = [line for block in rig.blocks(page) for line in block.lines]
    assert "make demo" in lines and any(line.startswith("leancue library") for line in lines)
    assert rig.trouble("make nothing", tmp_path) and not rig.trouble("make demo", tmp_path)
    assert rig.trouble("pip install '.[none]'", tmp_path)
    assert "exit 2" in rig.trouble("leancue reprot", tmp_path)
