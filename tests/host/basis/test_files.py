"""Results are written whole or not at all."""

import os
import stat

import pytest
from leancue.basis import files
from leancue.basis.errors import OutputError


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


@pytest.fixture
def open_umask():
    """Whatever the umask is, it is not what keeps others out."""
    before = os.umask(0)
    yield
    os.umask(before)


def others_may(path):
    """What a group and other users may do with a path and all that is in it."""
    return [
        f"{found} {stat.S_IMODE(found.stat().st_mode):o}"
        for found in (path, *path.rglob("*"))
        if found.stat().st_mode & 0o077
    ]


def test_what_is_written_is_its_users_alone(tmp_path, open_umask):
    (tmp_path / "old.html").write_text("an earlier release left it open to all")
    files.write_atomically(tmp_path / "old.html", "new")
    with files.staged_folder(tmp_path / "out") as folder:
        (folder / "a.csv").write_text("1")
    assert others_may(tmp_path / "old.html") == others_may(tmp_path / "out") == []


def test_a_pulled_run_its_report_and_its_export_are_their_users_alone(tmp_path, open_umask):
    from fake_clip import FakeClip
    from host_runs import logged, runner
    from leancue.clip.client import Client
    from leancue.export.run_export import as_csv
    from leancue.report import write_report
    from leancue.runs.pull import pull
    from leancue.runs.runlog import read_runs
    from leancue.transports.addresses import open_transport

    with (
        FakeClip(runs={7: logged(runner(14))}) as clip,
        Client(open_transport(clip.path)) as client,
    ):
        client.hello()
        (entry,) = client.runs()
        path = pull(client, "AA", entry, tmp_path / "runs").path
        path.chmod(0o644)
        assert not pull(client, "AA", entry, tmp_path / "runs").is_new
    (run,) = read_runs(path)
    files.write_atomically(tmp_path / "runs" / "steps.csv", as_csv(run))
    write_report(tmp_path / "runs" / "run.html", run)
    assert others_may(tmp_path / "runs") == []
