"""The mutation tool: the copy that it works on, and what it reads of mutmut's findings."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tools import mutate
from tools.mutation import kept, sample
from tools.mutation.results import Module, functions, modules
from tools.mutation.staging import ROOT, stage


@pytest.mark.parametrize("name", sorted(mutate.TARGETS))
def test_every_target_has_its_files_and_tests(name: str) -> None:
    target = mutate.TARGETS[name]
    package = ROOT / {"leancore": "shared", "leancue": "host"}[target.package]
    assert all(list(package.glob(pattern)) for pattern in target.files)
    assert all((ROOT / test.removeprefix("--ignore=")).exists() for test in target.tests)


def test_the_copy_has_the_package_at_its_top_and_tells_mutmut(tmp_path: Path) -> None:
    stage(tmp_path / "copy", mutate.TARGETS["gait"])
    copy = tmp_path / "copy"
    assert (copy / "leancore/gait/steps.py").exists()
    assert not (copy / "shared/leancore").exists()
    settings = tomllib.loads((copy / "pyproject.toml").read_text("utf-8"))["tool"]
    assert settings["mutmut"]["source_paths"] == ["leancore"]
    assert settings["pytest"]["ini_options"]["pythonpath"][0] == "."


def test_what_lived_is_told_by_function(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = {
        "leancore.gait.steps.xǁStepsǁstep__mutmut_1": 1,  # a test failed
        "leancore.gait.steps.xǁStepsǁstep__mutmut_2": 0,  # none did
        "leancore.gait.steps.xǁStepsǁstep__mutmut_3": 33,  # none runs it
        "leancore.gait.steps.x_falls__mutmut_1": 0,
        "leancore.gait.steps.x_falls__mutmut_2": None,  # not tried yet
        **{f"leancore.gait.steps.x_rises__mutmut_{i}": 1 for i in range(40)},
    }
    path = tmp_path / "mutants/leancore/gait/steps.py.meta"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"exit_code_by_key": codes}))
    (found,) = modules(tmp_path)
    assert (found.name, found.tried, len(found.survivors)) == ("leancore/gait/steps.py", 44, 3)
    assert functions(found.survivors) == [("Steps.step", 2), ("falls", 1)]
    assert mutate.told([found]) == 0
    assert "44 changes tried, 3 not seen (6.8 %)" in capsys.readouterr().out
    codes |= {f"leancore.gait.steps.x_falls__mutmut_{i}": 0 for i in range(3, 6)}
    path.write_text(json.dumps({"exit_code_by_key": codes}))
    assert mutate.told(list(modules(tmp_path))) == 1


def test_what_was_found_is_kept_beside_what_was_found_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mutants.json"
    monkeypatch.setattr(kept, "MEASURED", path)
    kept.keep([Module("leancore/a.py", 10, ("leancore.a.x_f__mutmut_1",), 10)], path)
    kept.keep([Module("leancore/b.py", 30, (), 30), Module("leancore/a.py", 20, (), 50)], path)
    kept.keep([Module("leancore/a.py", 0, (), 50)], path)  # nothing of it was drawn
    assert kept.modules_table().splitlines()[2:] == [
        "| `leancore/a.py` | 50 | 20 | 0 | 0.0 % |",
        "| `leancore/b.py` | 30 | 30 | 0 | 0.0 % |",
        "| all of these | 80 | 50 | 0 | 0.0 % |",
    ]


def test_a_share_is_drawn_anew_by_its_seed_alone(tmp_path: Path) -> None:
    path = tmp_path / "mutants/leancore/a.py.meta"
    path.parent.mkdir(parents=True)
    codes = {f"leancore.a.x_f__mutmut_{i}": None for i in range(200)}
    path.write_text(json.dumps({"exit_code_by_key": codes}))
    first, again, other = (sample.drawn(tmp_path, ["false"], 10, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == 20 and set(first) < set(codes)
    assert sample.drawn(tmp_path, ["false"], 100, 1) == []


def test_each_change_that_no_test_sees_has_its_reason() -> None:
    assert kept.UNSAID not in kept.reasons_table()
    found = json.loads(kept.MEASURED.read_text("utf-8"))
    reasons = json.loads(kept.REASONS.read_text("utf-8"))
    assert {(name, one) for name, given in reasons.items() for one in given} <= {
        (name, one) for name, module in found.items() for one in module["lived"]
    }, "a reason of what is seen by now"
