"""Mutation testing with mutmut: make small changes to the code and check that a test fails.

Usage: python tools/mutate.py gait|attitude|…|proof|figures|forms [--folder F] [--jobs N] [--keep]
       [--share PERCENT --seed N]
Works on a copy of the project (in FOLDER, which is kept and can be resumed; else in a temporary
folder). Prints for each module how many changes were tried, how many no test detected, and in which
functions; exits with 1 if more than a tenth were not detected. With --keep the result is also
stored in tools/measured/mutants.json, for the tables of tools/mutation/README.md. With --share only
that percentage of the changes is tried, drawn with the seed: for a room that takes too long. Takes
minutes to hours. Needs mutmut: pip install 'leancue[mutation]'.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.mutation import kept, sample  # noqa: E402 (by the path above)
from tools.mutation.results import Module, functions, modules  # noqa: E402
from tools.mutation.staging import Target, stage  # noqa: E402

MOST_PERCENT = 10
_CORE = ("numeric", "sensor", "attitude", "gait", "posture", "coaching", "runlog", "link", "schema")


# For rooms with slow tests: only those of single parts, a few seconds in all.
_NARROW = {
    "attitude": ("test_axes_exactly", "test_clipped_force", "test_curve_pull",
                 "test_curve_speed_exactly", "test_force_lowpass", "test_force_spike",
                 "test_frozen_source", "test_gyro_bias", "test_gyro_leap", "test_own_exactly",
                 "test_selector_exactly", "test_sensor_orientation"),
    "gait": ("test_activity_bounds", "test_activity_exactly", "test_run_onset",
             "test_steps_bounds", "test_steps_exactly", "test_stride_exactly"),
    "posture": ("test_calibration_stand", "test_clip_shift_evidence", "test_lean",
                "test_posture_exactly", "test_wear_frame"),
}  # fmt: skip


def _core(room: str) -> Target:
    """Return a room with its own tests; golden results detect nearly all but do not locate it."""
    if room in _NARROW:
        tests = tuple(f"tests/core/{room}/{name}.py" for name in _NARROW[room])
    else:
        tests = (f"tests/core/{room}", "tests/core/test_pipeline.py")
    return Target("leancore", (f"leancore/{room}/*",), tests)


def _host(files: tuple[str, ...], *tests: str) -> Target:
    return Target("leancue", tuple(f"leancue/{file}" for file in files), tests)


TARGETS = {
    **{room: _core(room) for room in _CORE},
    "pipeline": Target("leancore", ("leancore/pipeline.py", "leancore/stages.py"),
                       ("tests/core/test_pipeline_exactly.py",)),
    "proof": _host(("runs/verify.py",),
                   "tests/host/runs/test_verify.py", "tests/host/runs/test_verify_words.py"),
    "figures": _host(("runs/run_figures.py", "runs/run_summary.py"),
                     "tests/host/runs/test_run_figures.py", "tests/host/runs/test_run_summary.py"),
    "forms": _host(("clinic/prescription_form.py", "prescriptions/*.py"),
                   "tests/host/clinic/test_prescription_form.py", "tests/host/prescriptions"),
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--folder", type=Path, help="for the copy, kept; default: temporary")
    parser.add_argument("--jobs", type=int, default=1, help="mutants at a time")
    parser.add_argument("--share", type=int, default=100, help="percentage of the changes to try")
    parser.add_argument("--seed", type=int, default=17, help="of the random selection")
    parser.add_argument("--keep", action="store_true", help="store the results for the tables")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as there:
        folder = options.folder or Path(there) / "copy"
        if not (folder / "pyproject.toml").exists():
            stage(folder, TARGETS[options.target])
        command = [str(Path(sys.executable).with_name("mutmut")), "run",
                   "--max-children", str(options.jobs)]  # fmt: skip
        names = sample.drawn(folder, command, options.share, options.seed)
        done = subprocess.run(
            [*command, *names], cwd=folder, capture_output=True, text=True, check=False
        )
        found = list(modules(folder))
        if done.returncode or not found:
            sys.stderr.write(done.stdout[-3000:] + done.stderr[-3000:])
            return 2
        if options.keep:
            kept.keep(found)
        return told(found)


def told(found: list[Module]) -> int:
    """Print the results; return the exit code."""
    for module in found:
        sys.stdout.write(f"{_line(module.name, module.tried, len(module.survivors))}\n")
        for name, count in functions(module.survivors):
            sys.stdout.write(f"    {count:3}  {name}\n")
    tried = sum(module.tried for module in found)
    lived = sum(len(module.survivors) for module in found)
    sys.stdout.write(f"{_line('all', tried, lived)}\n")
    return 1 if lived * 100 > MOST_PERCENT * tried else 0


def _line(name: str, tried: int, lived: int) -> str:
    share = lived / tried * 100 if tried else 0.0
    return f"{name}: {tried} changes tried, {lived} not seen ({share:.1f} %)"


if __name__ == "__main__":
    sys.exit(main())
