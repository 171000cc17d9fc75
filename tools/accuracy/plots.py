"""The worst cases and the delay curve, drawn for a person to look at."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from leancore.coaching.coach import CUES
from leancore.gait.activity import ACTIVITIES as NAMES

from boards.sim.motion import quaternion
from boards.sim.motion.quaternion import Floats
from tools.accuracy.case import Case
from tools.accuracy.feed import CAP_DEG, HIGH_DEG, LOW_DEG
from tools.accuracy.figures import Worst

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402 (the backend is chosen first)
from matplotlib.axes import Axes  # noqa: E402


def draw_worst(worst: Worst, folder: Path) -> Path:
    """Force, lean and activity around the place to look at; returns the picture's path."""
    case, start_s, end_s = worst.case(), worst.t_s - worst.span_s, worst.t_s + worst.span_s
    figure, axes = pyplot.subplots(
        3, 1, figsize=(13, 9), sharex=True, height_ratios=(3, 3, 1), layout="constrained"
    )
    _force(axes[0], case, start_s, end_s)
    _lean(axes[1], case, start_s, end_s)
    _activity(axes[2], case, start_s, end_s)
    axes[0].set_title(f"{worst.title} (at {worst.t_s:.2f} s)")
    axes[2].set_xlim(start_s, end_s)
    axes[2].set_xlabel("time, s")
    path = folder / (re.sub(r"\W+", "_", worst.title).strip("_") + ".png")
    figure.savefig(path, dpi=90)
    pyplot.close(figure)
    return path


def _spell(t_s: Floats, start_s: float, end_s: float) -> slice:
    first, last = np.searchsorted(t_s, (start_s, end_s))
    return slice(int(first), int(last))


def _force(axes: Axes, case: Case, start_s: float, end_s: float) -> None:
    """Vertical specific force with true strikes (dotted) and ours (red)."""
    track, inside = case.track, _spell(case.track.t_s, start_s, end_s)
    up_g = quaternion.rotate(track.q[inside], track.a[inside])[:, 2] / 9.81
    axes.plot(track.t_s[inside], up_g, lw=0.8, color="k")
    for t_s in case.strikes_s[_spell(case.strikes_s, start_s, end_s)]:
        axes.axvline(t_s, color="0.6", ls=":")
    logged_s = case.heard.steps[:, 0]
    for t_s in case.heard.strikes[_spell(case.heard.strikes[:, 0], start_s, end_s), 0]:
        logged = len(logged_s) and np.min(np.abs(logged_s - t_s)) < 1e-6
        axes.axvline(t_s, color="tab:red" if logged else "tab:orange", lw=1)
    axes.set_ylabel("vertical force, g\n(dotted: true strike; red: logged,\norange: not logged)")


def _lean(axes: Axes, case: Case, start_s: float, end_s: float) -> None:
    """True lean, measured lean by sample, and the logged stride means; cues as triangles."""
    heard, inside = case.heard, _spell(case.heard.t_s, start_s, end_s)
    true = _spell(case.lean.t_s, start_s, end_s)
    axes.plot(case.lean.t_s[true], case.lean.lean_deg[true], color="0.6", label="true")
    if case.truth is not None:
        held_deg = case.truth.held_lean_deg[true]
        axes.plot(case.lean.t_s[true], held_deg, color="tab:green", label="held")
    axes.plot(heard.t_s[inside], heard.lean_deg[inside], lw=0.8, label="ours")
    axes.plot(heard.t_s[inside], heard.lateral_deg[inside], lw=0.6, ls="--", label="ours, lateral")
    steps = heard.steps[_spell(heard.steps[:, 0], start_s, end_s)]
    axes.plot(steps[:, 0], steps[:, 1], "o", color="tab:red", ms=4, label="stride mean")
    axes.plot(steps[:, 0], steps[:, 2], ".", color="tab:purple", ms=4, label="step mean")
    for edge_deg in (LOW_DEG, HIGH_DEG, CAP_DEG):
        axes.axhline(edge_deg, color="0.85", zorder=0)
    for t_s, kind, _ in heard.cues[_spell(heard.cues[:, 0], start_s, end_s)]:
        axes.annotate(CUES[int(kind)], (t_s, HIGH_DEG), color="tab:red", rotation=90)
        axes.axvline(t_s, color="tab:red", lw=2, alpha=0.4)
    axes.set_ylabel("lean, deg")
    axes.legend(loc="upper right", ncols=3, fontsize="small")


def _activity(axes: Axes, case: Case, start_s: float, end_s: float) -> None:
    """True and found activity, and faults."""
    heard, inside = case.heard, _spell(case.heard.t_s, start_s, end_s)
    axes.plot(heard.t_s[inside], heard.activity[inside], color="tab:red", label="found")
    if case.truth is not None:
        true = _spell(case.truth.t_s, start_s, end_s)
        number = {name: i for i, name in enumerate(NAMES)}
        doing = [number[name] + 0.1 for name in case.truth.activity[true]]
        axes.plot(case.truth.t_s[true], doing, color="0.5", label="true")
    for t_s, code in heard.faults:
        if start_s < t_s < end_s:
            axes.annotate(f"fault {code}", (t_s, 1))
    axes.set_yticks(range(len(NAMES)), NAMES)
    axes.set_ylim(-0.5, len(NAMES) - 0.5)
    axes.legend(loc="upper right", fontsize="small")


def draw_delay_curve(curve: dict[str, Any], folder: Path) -> Path:
    """Delay against false alarms over thresholds: coach, its default setting, best test."""
    figure, panels = pyplot.subplots(1, 2, figsize=(13, 5.5), sharex=True, layout="constrained")
    for axes, out, goals in zip(panels, ("2", "4"), ((1.2, 2.0), (None, 1.2)), strict=True):
        _panel(axes, curve, out, goals)
    panels[0].set_ylabel("delay from exit to cue, s")
    path = folder / "delay_curve.png"
    figure.savefig(path, dpi=90)
    pyplot.close(figure)
    return path


def _panel(axes: Axes, curve: dict[str, Any], out: str, goals: tuple[float | None, float]) -> None:
    ours = curve["ours"]
    false = np.array([max(point["false_per_h"], 0.01) for point in ours])  # 0: none in 50 h
    for key, colour in (("95", "tab:red"), ("50", "tab:blue"), ("mean", "k")):
        delay_s = [point[f"delay_{out}_{key}_s"] for point in ours]
        name = {"95": "95 %", "50": "median", "mean": "mean"}[key]
        axes.plot(false, delay_s, "o-", color=colour, ms=4, label=f"coach, {name}")
        for x, y, point in zip(false, delay_s, ours, strict=True):
            if point["threshold_cdeg"] == curve["threshold_cdeg"]:
                axes.plot(x, y, "*", color=colour, ms=16)
    theory = np.array([row for row in curve["theory"][out] if 0.005 < row[0] < 300])
    best_s = theory[:, 1] + curve["latency_s"]
    axes.plot(theory[:, 0], best_s, "--", color="0.5", label="best test, mean (Siegmund)")
    for goal, colour in zip(goals, ("tab:blue", "tab:red"), strict=True):
        if goal is not None:
            axes.plot([0.005, 1], [goal, goal], color=colour, lw=4, alpha=0.3)
    axes.axvline(1, color="0.8")
    axes.set_xscale("log")
    axes.set_xlabel("false cues an hour, lean 1 deg inside the band (0.01: none in 50 h)")
    axes.set_title(f"exit by {out} deg; star: as set; bars: goals")
    axes.legend(fontsize="small")
