"""Output is complete and filtered, or the exit code reports the failure."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from host_runs import logged, runner
from leancue import cli
from leancue.basis import terminal
from leancue.basis.errors import EXIT_CODES, OutputError

FULL = Path("/dev/full")
NEEDS_FULL = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@pytest.fixture(scope="module")
def run_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "K-014_A_7.leanrun"
    path.write_bytes(b"".join(logged(runner(run_s=8))))
    return path


def typed(*words: object, out: int | io.IOBase | None = None, err: int | io.IOBase | None = None,
          **environment: str) -> subprocess.CompletedProcess[bytes]:  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "leancue", *map(str, words)],
        stdout=subprocess.PIPE if out is None else out,  # type: ignore[arg-type]
        stderr=subprocess.PIPE if err is None else err,  # type: ignore[arg-type]
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        check=False,
    )


@NEEDS_FULL
@pytest.mark.parametrize(
    "words", ["verify RUN", "verify RUN --json", "export RUN --out -", "--version", "--help"]
)
def test_an_answer_that_finds_no_room_is_an_error_in_words(run_file: Path, words: str) -> None:
    with FULL.open("wb") as full:
        done = typed(*words.replace("RUN", str(run_file)).split(" "), out=full)
    assert done.returncode == OutputError.exit_code
    assert b"No space left" in done.stderr and b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@NEEDS_FULL
def test_an_error_that_cannot_be_said_still_has_its_exit_code(tmp_path: Path) -> None:
    with FULL.open("wb") as full:
        assert typed("verify", tmp_path / "none", err=full).returncode == 30
        assert typed("verify", tmp_path / "none", out=full, err=full).returncode == 30


def test_a_reader_that_ends_early_is_told(run_file: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = typed("export", run_file, "--out", "-", out=writer)
    os.close(writer)
    assert done.returncode == OutputError.exit_code
    assert b"not read to its end" in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "cp437"])
def test_a_character_set_without_our_signs_gets_them_spelt(run_file: Path, encoding: str) -> None:
    script = "from leancue.basis import terminal as t; t.begin(); t.say('−2.0° ± 0.4° …')"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path),
             "PYTHONIOENCODING": f"{encoding}:strict"},
    )  # fmt: skip
    assert done.stdout.startswith(b"-2.0") and b"?" not in done.stdout


def test_names_that_are_no_text_are_said_plainly(tmp_path: Path, run_file: Path) -> None:
    for name in (b"\xff\xfe.leanrun", b"a\nb\x1b[31m.leanrun"):
        path = os.fsencode(tmp_path) + b"/" + name
        Path(os.fsdecode(path)).write_bytes(run_file.read_bytes())
        for words in ("verify RUN", "report RUN", "export RUN --format json", "verify no-RUN"):
            done = typed(*(word.replace("RUN", os.fsdecode(path)) for word in words.split(" ")))
            assert done.returncode in (0, 30), done.stderr
            said = done.stdout + done.stderr
            assert b"Traceback" not in said and b"\x1b" not in said
            said.decode("utf-8")


def test_everything_that_is_said_is_filtered(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say("a\x1b[2J\nb")
    terminal.note("c\x07")
    terminal.say_json({"d": "\x9b", "e\ud800": 1})
    terminal.say_table(("f\x1b",), [("g\r",)])
    said = capsys.readouterr()
    assert not set(said.out + said.err) & {"\x1b", "\x07", "\x9b", "\r", "\ud800"}
    assert "a\ufffd[2J\nb" in said.out
    assert json.loads(said.out[said.out.index("{") : said.out.index("}") + 1])


def test_streams_that_were_closed_before_we_began(run_file: Path) -> None:
    """As cron and some services start a program."""
    for words, closed, code in (
        ("verify RUN", ">&-", OutputError.exit_code), ("export RUN --out -", ">&-", 40),
        ("verify RUN", "2>&-", 0), ("verify RUN", "<&-", 0), ("verify no-RUN", "2>&-", 30),
        ("library remove 1", "<&- 2>&-", 60),
    ):  # fmt: skip
        line = f'exec "$0" -m leancue {words.replace("RUN", str(run_file))} {closed}'
        done = subprocess.run(
            ["sh", "-c", line, sys.executable], capture_output=True, check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path),
                 "LEANCUE_LIBRARY": str(run_file.parent / "library")},
        )  # fmt: skip
        assert done.returncode == code, (words, closed, done)
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("number", [1, 5, 13, 107])
def test_what_the_system_refuses_without_anybody_knowing_better_is_told(
    number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def app(**_: object) -> None:
        raise OSError(number, os.strerror(number), "/media/x\x1b")

    monkeypatch.setattr(cli, "app", app)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code in {row[0] for row in EXIT_CODES}
    said = capsys.readouterr().err
    assert os.strerror(number) in said and "/media/x\ufffd" in said
