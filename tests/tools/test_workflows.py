"""The workflows: well formed, of scripts and options that exist, without a registry's host."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml", reason="pyyaml comes with the extra cohort")

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.package import checksums  # noqa: E402 (found only through the path above)

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
_SCRIPT = re.compile(r"\bpython3?\"?(?:\)\")? (tools/\S+\.py)([^\n|&]*)")
_HOSTS = re.compile(r"\b[\w.-]*(?:pypi|debian|ubuntu|npmjs|anaconda|docker|ghcr|chocolatey)[\w.-]*"
                    r"\.(?:org|com|io|net)\b")  # fmt: skip
_KEYS = {"name", "on", "permissions", "env", "concurrency", "jobs"}
_JOB_KEYS = {"name", "runs-on", "container", "timeout-minutes", "continue-on-error", "strategy",
             "defaults", "needs", "if", "permissions", "steps", "env", "environment"}  # fmt: skip
_STEP_KEYS = {"id", "name", "uses", "with", "run", "shell", "env", "if"}


def read(file: Path) -> dict[str, Any]:
    """A workflow; YAML reads `on` as a truth."""
    found = yaml.safe_load(file.read_text("utf-8"))
    return {"on" if key is True else key: value for key, value in found.items()}


def steps() -> list[tuple[str, dict[str, Any]]]:
    return [(f"{file.name}: {name}", step) for file in FILES
            for name, job in read(file)["jobs"].items() for step in job["steps"]]  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_workflow_has_known_keys_and_jobs_that_end(file: Path) -> None:
    found = read(file)
    assert set(found) <= _KEYS and found["permissions"] == {"contents": "read"}
    for name, job in found["jobs"].items():
        assert set(job) <= _JOB_KEYS, name
        assert 0 < job["timeout-minutes"] <= 120, name
        needed = job.get("needs", [])
        needed = [needed] if isinstance(needed, str) else needed
        assert set(needed) <= set(found["jobs"]), name


@pytest.mark.parametrize(("where", "step"), steps())
def test_a_step_does_one_thing_with_what_there_is(where: str, step: dict[str, Any]) -> None:
    assert set(step) <= _STEP_KEYS and ("uses" in step) != ("run" in step)
    if "uses" in step:
        assert re.fullmatch(r"[\w-]+/[\w.-]+@v\d+", step["uses"])
    for script, words in _SCRIPT.findall(step.get("run", "")):
        text = (ROOT / script).read_text("utf-8")
        for option in re.findall(r"--[\w-]+", words):
            assert f'"{option}"' in text, f"{where}: {script} has no {option}"


def test_the_downloads_are_made_by_the_scripts_of_a_desk() -> None:
    used = {script for where, step in steps() for script, _ in _SCRIPT.findall(step.get("run", ""))
            if where.startswith("downloads.yml")}  # fmt: skip
    assert used == {f"tools/package/{name}.py" for name in (
        "distributions", "build_download", "try_folder", "smoke_test", "checksums")}  # fmt: skip


def test_a_release_waits_for_all_that_is_kept() -> None:
    jobs = read(ROOT / ".github" / "workflows" / "downloads.yml")["jobs"]
    keeping = {name for name, job in jobs.items() for step in job["steps"]
               if "upload-artifact" in step.get("uses", "")}  # fmt: skip
    assert keeping == set(jobs["release"]["needs"]) == set(jobs) - {"release"}
    assert "refs/tags/v" in jobs["release"]["if"]


def test_no_file_names_the_host_of_a_registry() -> None:
    folders = (ROOT / ".github", ROOT / "tools" / "package")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    texts = {path: path.read_text("utf-8") for path in files if path.suffix != ".pyc"}
    assert len(texts) > 20
    assert {str(path): _HOSTS.findall(text) for path, text in texts.items()
            if _HOSTS.search(text)} == {}  # fmt: skip


def test_the_installer_s_script_takes_what_the_builder_gives() -> None:
    text = (ROOT / "tools" / "package" / "windows" / "leancue.iss").read_text("utf-8")
    used = set(re.findall(r"\{#(\w+)\}", text))
    builder = (ROOT / "tools" / "package" / "build_download.py").read_text("utf-8")
    (given,) = re.findall(r"given = \{(.*)\}", builder)
    assert used == set(re.findall(r'"(\w+)":', given))


def test_sha256sum_finds_the_checksums_right(tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(b"one")
    (tmp_path / "b.zip").write_bytes(b"two")
    checksums.write(tmp_path)
    text = checksums.write(tmp_path).read_text()  # a second time it does not count itself
    assert f"{hashlib.sha256(b'one').hexdigest()}  a.deb\n" in text and len(text.split()) == 4
    words = ["sha256sum", "--check", "--strict", checksums.NAME]
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode == 0
