"""Results are written whole or not at all."""

import os

import pytest
from leancue import files
from leancue.errors import OutputError


def test_text_and_bytes_arrive_as_they_are(tmp_path):
    files.write_atomically(tmp_path / "new" / "a.txt", "ä\n")
    files.write_atomically(tmp_path / "b.bin", b"\x00\r\n")
    assert (tmp_path / "new" / "a.txt").read_bytes() == "ä\n".encode()
    assert (tmp_path / "b.bin").read_bytes() == b"\x00\r\n"


def test_a_failed_rename_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OutputError, match="No space left"):
        files.write_atomically(target, "new")
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]
    assert target.read_text() == "old"


def test_staged_files_move_together(tmp_path):
    with files.staged_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("1")
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out" / "a").read_text() == "1"
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_a_failure_while_staging_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), files.staged_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("1")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "out").write_text("mine")
    with (
        pytest.raises(OutputError, match="out"),
        files.staged_folder(tmp_path / "out") as folder,
    ):
        (folder / "a").write_text("1")
    assert (tmp_path / "out").read_text() == "mine"
