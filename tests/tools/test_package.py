"""The whole product from `pip install .`, away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an empty environment into which the project was installed."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    bin_folder = folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [str(bin_folder / "python"), "-m", "pip", "install", "--quiet", str(ROOT)]
    done = subprocess.run(pip, capture_output=True, text=True, check=False, env=_clean())
    assert done.returncode == 0, done.stderr
    return bin_folder


def _clean() -> dict[str, str]:
    """The environment without what would lead back to the checkout."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}


def _run(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(installed / words[0]), *words[1:]],
        cwd=folder, env=_clean(), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def shown(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo's files."""
    folder = tmp_path_factory.mktemp("demo")
    done = _run(installed, folder, "leancue", "demo", "--out", "shown")
    assert done.returncode == 0, done.stderr
    assert "0 differing bytes" in done.stdout
    return folder / "shown"


def test_the_demo_works_away_from_the_checkout(shown: Path) -> None:
    assert (shown / "report.html").stat().st_size > 10_000


def test_the_install_payload_is_there(installed: Path, tmp_path: Path) -> None:
    program = (
        "import boards, json, leancore, leancue, leandevice; from pathlib import Path;"
        "payload = Path(leancue.__file__).parent / 'payload';"
        "print(json.dumps([sorted(p.name for p in payload.iterdir() if p.is_file()),"
        "[m.__file__ for m in (boards, leancore, leancue, leandevice)],"
        "sorted(p.stem for p in Path(boards.__file__).parent.glob('*.py'))]))"
    )
    done = _run(installed, tmp_path, "python", "-c", program)
    assert done.returncode == 0, done.stderr
    payload, modules, boards = json.loads(done.stdout)
    assert {"boot.py", "code.py", "safemode.py"} <= set(payload)
    assert not [name for name in modules if str(ROOT) in name]
    assert {"adafruit_feather_rp2040", "raspberry_pi_pico"} <= set(boards)


def test_a_plain_installation_says_what_a_pdf_takes(
    installed: Path, shown: Path, tmp_path: Path
) -> None:
    (run,) = shown.glob("*.leanrun")
    done = _run(installed, tmp_path, "leancue", "report", str(run), "--pdf")
    assert done.returncode == 40 and "pip install 'leancue[report]'" in done.stderr
    program = "from leancue.report import printing as p; print(p._FOLDER.is_dir())"
    assert _run(installed, tmp_path, "python", "-c", program).stdout == "True\n"
