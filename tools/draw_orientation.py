"""Draw the pictures of `shared/docs/orientation.md`: the sources in one run, and in each case.

Usage: python -m tools.draw_orientation [--out DIR]. The run is simulated anew, seed fixed; the
cases are those that `bench_orientation.py` wrote to `tools/measured/orientation.json`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib
import numpy as np

from boards.sim.motion import quaternion
from boards.sim.motion.motion_errors import Freeze, SelfReset, chip_view
from boards.sim.motion.quaternion import Floats
from boards.sim.motion.segments import Run, Walk
from boards.sim.motion.track import Track
from boards.sim.motion.wearer import synthesise
from tools.accuracy import people
from tools.accuracy.feed import sampled
from tools.accuracy.sensor_errors import CHIP_TILT_DEG
from tools.orientation.hard_conditions import Scene, tilts_deg
from tools.orientation.tables import MEASURED

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402 (the backend is chosen first)

PICTURES = Path(__file__).resolve().parents[1] / "shared" / "docs" / "pictures"
# Okabe and Ito's colours, distinguishable when colour-blind; each also has its own line style.
LINES = {
    "chip": ("the chip", "#D55E00", "-"), "vqf": ("VQF", "#0072B2", "--"),
    "own": ("ours", "#009E73", "-"), "selector": ("selector", "#000000", ":"),
}  # fmt: skip
SEED, STRIDE_S = 3, 0.7
FROZEN, RESET_S = Freeze(46.0, 7.0), 58.0
_TURNING_DPS = 15.0


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=PICTURES, help="folder for the pictures")
    out = parser.parse_args().out
    matplotlib.rcParams.update({"svg.hashsalt": "leancue", "svg.fonttype": "none"})
    draw_run(out / "orientation-run.svg")
    draw_cases(out / "orientation-cases.svg")


def draw_run(path: Path) -> None:
    """Draw the tilt errors of one runner over time, as stride means."""
    scene = _scene()
    found = tilts_deg(scene)
    t_s = found["t_s"]
    shown = (t_s > people.OPENING_S) & (t_s < 95)
    figure, axes = pyplot.subplots(figsize=(10, 4.2), layout="constrained")
    for name, (label, colour, style) in LINES.items():
        smooth = _over_stride(found[name], t_s)
        axes.plot(t_s[shown][::7], smooth[shown][::7], style, color=colour, label=label, lw=1.6)
    axes.axvspan(FROZEN.at_s, FROZEN.at_s + FROZEN.s, color="0.92")
    axes.annotate("chip frozen", (FROZEN.at_s, 10.6), fontsize=9)
    axes.axvline(RESET_S, color="0.7")
    axes.annotate("chip resets itself", (RESET_S + 0.4, 10.6), fontsize=9)
    for at_s in corners_s(scene.true):
        axes.annotate("corner", (at_s, 7.6), fontsize=9)
    axes.set(xlabel="time, s", ylabel="tilt error, deg (mean over a stride)", ylim=(0, 11.5))
    axes.legend(loc="upper left", bbox_to_anchor=(0, 1.12), frameon=False, ncols=4)
    _save(figure, axes, path)


def _scene() -> Scene:
    """Return a runner on a road with corners, with a chip that drifts, freezes and resets."""
    runner = people.random_runner(np.random.default_rng([SEED, 33]), corners_per_min=2.0)
    segments = (*people.OPENING, Walk(6.0), Run(80.0, 12.0, 168.0))
    true, _ = synthesise(segments, runner, SEED)
    resets = (SelfReset(RESET_S, tilt_deg=9.0),)
    seen = chip_view(true, SEED, CHIP_TILT_DEG, freezes=(FROZEN,), resets=resets)
    return Scene(seen, true, sampled(seen), people.CALIBRATE_S)


def corners_s(track: Track) -> Floats:
    """Return the times at which the runner begins to turn."""
    turn_dps = np.degrees(quaternion.rotate(track.q, track.g)[:, 2])
    turning = np.abs(_over_stride(turn_dps, track.t_s, 3)) > _TURNING_DPS
    running = track.t_s > people.OPENING_S
    return np.asarray(track.t_s[1:][np.diff((turning & running).astype(int)) > 0])


def _over_stride(values: Floats, t_s: Floats, strides: int = 1) -> Floats:
    count = round(strides * STRIDE_S / float(np.median(np.diff(t_s))))
    return np.convolve(values, np.ones(count) / count, "same")


def draw_cases(path: Path) -> None:
    """Draw the tilt RMSE by case and source, as dots on a line."""
    figures = json.loads(MEASURED.read_text("utf-8"))["figures"]
    cases = [key for key in figures if key.startswith("tough_") and f"{key}_own" in figures]
    names = [figures[key]["name"].partition(", ours over")[0] for key in cases]
    figure, axes = pyplot.subplots(figsize=(10, 0.27 * len(cases) + 1), layout="constrained")
    for (way, (label, colour, _)), marker in zip(LINES.items(), "sDox", strict=True):
        values = [figures[f"{key}_{way}"]["value"] for key in cases]
        axes.plot(values, range(len(cases)), marker, color=colour, label=label, ms=6, alpha=0.9)
    axes.set_yticks(range(len(cases)), names, fontsize=9)
    axes.invert_yaxis()
    axes.grid(axis="y", color="0.92")
    axes.set(xlabel="tilt RMSE, deg", xlim=(0, None))
    axes.legend(loc="upper left", bbox_to_anchor=(0, 1.06), frameon=False, ncols=4)
    _save(figure, axes, path)


def _save(figure: pyplot.Figure, axes: pyplot.Axes, path: Path) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


if __name__ == "__main__":
    main()
