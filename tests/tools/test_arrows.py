"""Circles of imports are found, between files and between rooms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import check_arrows
from tools.arrows.circles import circles, found, imported, rooms


def made(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / "shared/leancore" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {
                "gait/steps.py": "from leancore.posture.lean import Lean\n",
                "posture/lean.py": "from leancore.gait import steps\n",
            },
            [
                "files import each other in a circle: leancore.gait.steps, leancore.posture.lean",
                "rooms of leancore import each other in a circle: leancore.gait, leancore.posture",
            ],
        ),
        (
            {
                "gait/steps.py": "def f():\n    import leancore.posture.lean\n",
                "gait/stride.py": "",
                "posture/lean.py": "from leancore.gait.stride import Stride\n",
            },
            ["rooms of leancore import each other in a circle: leancore.gait, leancore.posture"],
        ),
        (
            {
                "gait/steps.py": "if TYPE_CHECKING:\n    import leancore.posture.lean\n",
                "posture/lean.py": "import leancore.gait.steps\n",
            },
            [],
        ),
    ],
    ids=["two files", "two rooms", "for types alone"],
)
def test_circles_are_told(tmp_path: Path, files: dict[str, str], said: list[str]) -> None:
    assert list(circles(made(tmp_path, files))) == said


def test_a_circle_of_three_is_told_once() -> None:
    assert list(found({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == [["a", "b", "c"]]


def test_a_module_beside_the_rooms_stands_for_itself() -> None:
    graph = {"leancore.pipeline": {"leancore.gait.steps"}, "leancore.gait.steps": set()}
    assert rooms(graph, "leancore") == {
        "leancore.pipeline": {"leancore.gait"}, "leancore.gait": set(),
    }  # fmt: skip


def test_a_name_of_a_module_is_no_module(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("from leancore.gait.steps import Steps, other\n")
    files = {"leancore.gait.steps": path, "leancore.a": path}
    assert imported(path, "leancore.a", files) == {"leancore.gait.steps"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("if TYPE_CHECKING:\n    from typing import Any\n", []),
        ("from typing import Any\n", ["must not import typing"]),
        (
            "if TYPE_CHECKING:\n    from leancue.cli import App\n",
            ["must not import leancue"],
        ),
    ],
    ids=["for types alone", "at run time", "an arrow upwards, for types"],
)
def test_what_only_a_type_checker_reads_may_be_of_the_host_s_python(
    tmp_path: Path, text: str, said: list[str]
) -> None:
    found = check_arrows.problems(made(tmp_path, {"gait/steps.py": text}))
    assert [line.partition(": ")[2] for line in found] == said
