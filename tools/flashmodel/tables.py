"""Tables of the log's figures for the documentation, as `powercut.py` measured them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).resolve().parents[1] / "measured" / "powercut.json"
DRIVES = MEASURED.with_name("drives.json")
_MB_OF_A_CLIP = 8  # the flash of an Adafruit Feather RP2040


def cuts() -> str:
    """Return the table of power cuts, wear and capacity, each with its goal."""
    found = json.loads(MEASURED.read_text("utf-8"))
    both = {
        name: found["random"].get(name, 0) + found["every"].get(name, 0)
        for name in {*found["random"], *found["every"]}
    }
    lost_s = max(found[how]["most ms of a run lost"] for how in ("random", "every")) / 1000
    rows = [
        ("random cuts; sessions", _count(found["random"], "cuts", "sessions"), ""),
        (f"every cut of a session with a run of {found['minutes']:g} min",
         _count(found["every"], "cuts"), ""),
        ("cuts with a loss of committed data; pages checked",
         _count(both, "lost", "pages looked for"), "0"),
        ("starts that failed", _count(both, "failed starts"), "0"),
        ("volumes clean; repaired; broken for `fsck.vfat`",
         _count(both, "fsck clean", "fsck repaired", "fsck broken"), "0 broken"),
        ("unpulled runs overwritten; runs overwritten",
         _count(both, "given up though not pulled", "runs given up for others"), "0"),
        ("starts with a fallback to the other copy of the configuration",
         _count(both, "configuration fell back"), ""),
        ("maximum loss of a run's records by a cut", f"{lost_s:.1f} s", "≤ 10 s"),
        ("erases per minute, steps", f"{found['steps']['erases a minute']:.1f}", "≤ 20"),
        ("erases per minute, with raw samples", f"{found['raw']['erases a minute']:.0f}", ""),
        ("capacity of 1 MB; of a log of 8 MB, steps", _hours(found["steps"]), "tens of hours"),
        ("capacity of 1 MB; of a log of 8 MB, with raw samples", _hours(found["raw"]), "hours"),
    ]  # fmt: skip
    lines = ["| figure | measured | goal |", "|---|---|---|"]
    return "\n".join(lines + [f"| {name} | {value} | {goal} |" for name, value, goal in rows])


def start() -> str:
    """Return the cost of a start with a full log, and a comparison with ordinary files, as text."""
    found = json.loads(MEASURED.read_text("utf-8"))
    cost, other = found["start"], found["rewriting"]
    return (
        f"A start on a full log of {cost['slots']} slots and {cost['runs']} runs makes "
        f"{cost['headers read']:,} short reads, reads {cost['pages read']} whole pages and takes "
        f"{cost['operations']:,} operations of the\ninterpreter: some {cost['least s']:.1f} to "
        f"{cost['most s']:.1f} s on an RP2040. The log's bookkeeping holds "
        f"{_kilobytes(cost['heap bytes'])} of heap.\n\nFor comparison, with the configuration "
        f"in files that are rewritten and closed, {other['cuts']:,} cuts caused\n"
        f"{other['failed starts']:,} failed starts and {other['lost']:,} lost files or values."
    )


def drives() -> str:
    """Return the content of each drive after an install and an update (``bench_drives.py``)."""
    found = json.loads(DRIVES.read_text("utf-8"))
    head = ("drive", "clusters", "form", "taken", "kept free", "pages of log", "steps", "raw")
    lines = [head, ["---"] * len(head)]
    for drive in found["drives"]:
        for form, row in drive["forms"].items():
            lines.append((
                f"{drive['kilobytes']} kB", f"{drive['cluster_bytes']} B, {drive['fat']}",
                form, f"{row['taken_bytes'] // 1000} kB", f"{row['free_bytes'] // 1000} kB",
                str(row["pages"]), f"{row['steps_h']:.1f} h", f"{row['raw_min']:.0f} min",
            ))  # fmt: skip
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def programs() -> str:
    """Return the program's files in each form, and the largest that fit the smallest drive."""
    found = json.loads(DRIVES.read_text("utf-8"))
    forms = [
        f"{row['files']} files of {row['bytes'] / 1000:.0f} kB ({form})"
        for form, row in found["programs"].items()
    ]
    beside = next(iter(found["programs"].values()))
    return (
        f"The program is {' or '.join(forms)}; next to it are {beside['files_beside']} files of "
        f"{beside['bytes_beside'] / 1000:.0f} kB, the\nconfiguration and the manifest. With three "
        "hours of steps on the smallest drive, a program may have\n"
        f"{found['largest_program_bytes'] // 1000} kB."
    )


def installer_figures() -> str:
    """Return the figures for the installer's message about the log's length, as JSON."""
    found = json.loads(MEASURED.read_text("utf-8"))
    figures = {f"pages_an_hour_{kind}": found[kind]["pages an hour"] for kind in ("steps", "raw")}
    return json.dumps(figures, indent=1) + "\n"


def _kilobytes(count: int | None) -> str:
    return "an unknown amount" if count is None else f"{count / 1000:.1f} kB"


def _hours(found: dict[str, Any]) -> str:
    return f"{_time(found['hours in a MB'])}; {_time(found['hours in a MB'] * _MB_OF_A_CLIP)}"


def _time(hours: float) -> str:
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:.1f} h"


def _count(tally: dict[str, int], *names: str) -> str:
    return "; ".join(f"{tally.get(name, 0):,}" for name in names)


FILES = (("host/leancue/installer/measured.json", installer_figures),)
TABLES = (
    ("device/README.md", "cuts", cuts), ("device/README.md", "start", start),
    ("host/README.md", "drives", drives), ("host/README.md", "programs", programs),
)  # fmt: skip
