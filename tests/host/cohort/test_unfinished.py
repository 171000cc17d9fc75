"""A data set that was stopped: nothing is done twice, nothing is half, the result is the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from host_runs import logged, runner
from leancue import cli
from leancue.basis.errors import CohortError, OutputError
from leancue.library import Library

pytest.importorskip("pyarrow", reason="the extra `cohort` is not installed")

from leancue.cohort import dataset, parallel_analysis, parameter_changes  # noqa: E402
from leancue.cohort.reanalysis import UNREADABLE, Analysis, analyse  # noqa: E402
from leancue.cohort.unfinished import Journal, Unfinished  # noqa: E402

from tools.library_logs import stamped  # noqa: E402

RUNS = 24
KEY = b"k" * 32
CHANGES = parameter_changes.read(["offset_low_deg=5"])
COMMAND = ("cohort", "--set", "offset_low_deg=5")


@pytest.fixture(scope="module")
def log() -> bytes:
    return b"".join(logged(runner(16)))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, log: bytes) -> Iterator[Library]:
    """Two patients, two dozen runs."""
    folder = tmp_path_factory.mktemp("cohort") / "library"
    with Library(folder, clock=lambda: 1_760_100_000) as opened:
        for code in ("K-014", "K-015"):
            opened.patients.add(code)
        for number in range(RUNS):
            (filed,) = opened.file_run(stamped(log, number + 1, {}))
            opened.runs.move(filed.run.id, ("K-014", "K-015")[number % 2])
        yield opened


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def whole(library: Library, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The data set, made at once."""
    cohort = dataset.Cohort(library, KEY)
    found = parallel_analysis.locally(cohort.paths(), CHANGES, workers=1)
    out = tmp_path_factory.mktemp("whole") / "set"
    return files(dataset.write(cohort, out, changes=CHANGES, analyses=found))


def test_an_analysis_is_the_same_from_the_journal(log: bytes, tmp_path: Path) -> None:
    found, cannot = analyse(log, CHANGES), Analysis(why_not="no raw samples")
    journal = Journal(tmp_path / "journal")
    journal.add("a", found)
    journal.add("b", cannot)
    journal.add("c", Analysis(why_not=f"{UNREADABLE}: gone"))
    journal.close()
    for torn in (b"", b'["d", {"same": tr', b"\0\0\n"):
        with (tmp_path / "journal").open("ab") as file:
            file.write(torn)
        again = Journal(tmp_path / "journal")
        assert again.done == {"a": found, "b": cannot} and again.before == 2
        again.close()
    assert found.before is not None and found.before.cues


def test_only_what_is_left_is_analysed(library: Library, tmp_path: Path) -> None:
    cohort = dataset.Cohort(library, KEY)
    asked: list[Path] = []

    def work(paths: list[Path], keep: parallel_analysis.Keep) -> None:
        for number, path in enumerate(paths):
            if len(asked) == 10:
                raise KeyboardInterrupt
            asked.append(path)
            keep(number, parallel_analysis.of_file(path, CHANGES))

    with pytest.raises(KeyboardInterrupt), Unfinished(tmp_path / "set") as unfinished:
        dataset.analysed(cohort, unfinished.journal(CHANGES), work)
    with Unfinished(tmp_path / "set") as unfinished:
        journal = unfinished.journal(CHANGES)
        assert journal.before == 10
        asked.append(Path("no more stop"))
        found = dataset.analysed(cohort, journal, work)
    assert len(found) == RUNS and len(asked) == RUNS + 1 == len(set(asked))
    with Unfinished(tmp_path / "set") as unfinished:
        assert unfinished.journal("other changes").before == 0


def test_tables_of_whole_patients_stay_and_half_ones_are_made_anew(
    library: Library, whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = dataset.Cohort(library, KEY)
    found = parallel_analysis.locally(cohort.paths(), CHANGES, workers=1)
    first, second = sorted({member.patient for member in cohort.members})
    out, write_table = tmp_path / "set", dataset._write_table
    written: list[str] = []

    def cut(stage: Path, name: str, patient: str, table: Any) -> None:
        if (patient, name) == (second, "steps"):
            (stage / name / f"patient={patient}").mkdir(parents=True)
            (stage / name / f"patient={patient}" / "part-0.parquet").write_bytes(b"half")
            raise KeyboardInterrupt
        written.append(patient)
        write_table(stage, name, patient, table)

    monkeypatch.setattr(dataset, "_write_table", cut)
    with pytest.raises(KeyboardInterrupt):
        dataset.write(cohort, out, changes=CHANGES, analyses=found)
    assert not out.exists() and written == [first] * 3 + [second]
    monkeypatch.setattr(dataset, "_write_table", lambda *a: (written.append(a[2]), write_table(*a)))
    dataset.write(cohort, out, changes=CHANGES, analyses=found)
    assert written[4:] == [second] * 3 + sorted([first, second])  # and the analysis of both
    assert files(out) == whole and [path.name for path in tmp_path.iterdir()] == ["set"]


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="the children of a process stand in /proc on Linux"
)


@needs_proc
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_and_typed_again_it_goes_on(
    library: Library, whole: dict[str, bytes], workers: int, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / "key").write_text(KEY.hex())
    out = tmp_path / "set"
    words = [*COMMAND, str(out), "--key", str(tmp_path / "key"), "--workers", str(workers)]
    monkeypatch.setenv("LEANCUE_LIBRARY", str(library.place.folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    process = subprocess.Popen([sys.executable, "-m", "leancue", *words], stdout=subprocess.DEVNULL)
    journal = until(lambda: lines(tmp_path) >= 2 and next(tmp_path.glob(".set.*/*.jsonl")))
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists() and len(children) >= workers - 1
    until(lambda: not any(Path(f"/proc/{child}/cmdline").exists() for child in children))
    before = len(journal.read_bytes().splitlines())
    assert 2 <= before < RUNS

    monkeypatch.setattr(sys, "argv", ["leancue", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert not stopped.value.code
    said = capsys.readouterr().out
    earlier = int(said.split(" of them before it was stopped")[0].rpartition("(")[2])
    assert before - 1 <= earlier <= before and f"{RUNS} runs analysed anew" in said
    assert files(out) == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key", "set"]


def lines(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in folder.glob(".set.*/*.jsonl"))


def until(true: Any, most_s: float = 60) -> Any:
    """Wait for another process; return what it gave."""
    end_s = time.monotonic() + most_s
    while not (found := true()):
        assert time.monotonic() < end_s
        time.sleep(0.005)
    return found


def test_one_program_at_a_time_and_never_over_what_is_there(tmp_path: Path) -> None:
    out = tmp_path / "set"
    with Unfinished(out), pytest.raises(CohortError, match="Another program"), Unfinished(out):
        pass
    with Unfinished(out) as unfinished:
        key = unfinished.key(b"")
    with Unfinished(out) as unfinished:
        assert unfinished.key(b"") == key != unfinished.key(b"given") == b"given"
        assert (unfinished.folder.stat().st_mode & 0o077) == 0
    out.mkdir()
    with pytest.raises(OutputError, match="already exists"), Unfinished(out):
        pass
    assert not unfinished.folder.exists(), "a finished one leaves no key behind"


def test_what_is_asked_is_refused_before_the_work(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEANCUE_LIBRARY", str(library.place.folder))
    (tmp_path / "set").mkdir()
    monkeypatch.setattr(parallel_analysis, "locally", lambda *_: pytest.fail("it began"))
    monkeypatch.setattr(sys, "argv", ["leancue", *COMMAND, str(tmp_path / "set")])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == OutputError.exit_code


@needs_proc
def test_a_worker_that_ends_by_itself_is_said(tmp_path: Path, log: bytes) -> None:
    (tmp_path / "log").write_bytes(log)

    def kill(number: int, found: Analysis) -> None:
        for child in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
            for pid in child.read_text().split():
                if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text():
                    os.kill(int(pid), signal.SIGKILL)

    with pytest.raises(CohortError, match="ended unexpectedly"):
        parallel_analysis.locally([tmp_path / "log"] * 40, CHANGES, workers=2, keep=kill)
